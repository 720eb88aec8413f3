"""Publishing a store's registers, and answering a till that asks for them.

Every edition is numbered; each row knows the edition that changed it last. So the difference from
edition n is the rows changed after n, and a till proves the result by the digest (D25). Making an
edition costs what was changed and not what there is: the database has noted it (`touching.py`), and
only the buckets of what differs are added up anew (sync/publication.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db import connection, transaction

from skrin.office.filling import BYTES, INTEGER, TEXT, fill
from skrin.office.publication.models import Bucket, Edition, Row
from skrin.office.publication.sections import MADE, form, rows_in
from skrin.office.tenancy import queries as tenancy
from skrin.sync.messages import PublicationAnswer, PublicationRequest, PublishedRow
from skrin.sync.publication import (
    Place,
    bucket_digests,
    bucket_of,
    digest_of_buckets,
    row_hash,
)

Texts = dict[Place, str | None]
"""Rows of sections by (section, key); None = a tombstone."""

Noted = dict[str, set[str] | None]
"""Keys to look at by section; None = all of the section."""


def publish(company: int, store: int) -> int:
    """Make the next edition of a store's registers of what was changed in them since the last.

    Returns the number of the edition that holds now. Call from inside the company.
    """
    with transaction.atomic():
        _lock(company, store, "pg_advisory_xact_lock")
        latest = _latest(company, store)
        noted = _take_notes(company, store)
        made_alike = latest is not None and latest.form == form()
        if not made_alike:
            noted = dict.fromkeys(MADE)
        changed: Texts = {}
        unhashed: Texts = {}
        for section, keys in noted.items():
            _compare(company, store, section, keys, changed, unhashed)
        if latest and made_alike and not changed:
            return int(latest.number)
        number = (latest.number if latest else 0) + 1
        _write(company, store, number, changed)
        if latest:
            _write(company, store, latest.number, unhashed)
        Edition.objects.create(
            company_id=company,
            store=store,
            number=number,
            digest=_digest_after(company, store, (*changed, *unhashed)),
            published_at_ms=time.time_ns() // 1_000_000,
            form=form(),
        )
    return number


def _lock(company: int, store: int, how: str) -> None:
    """Publishers of one store take turns, and readers wait for them; the lock ends with the
    transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s, %s)", [company % 2**31, store])


def _take_notes(company: int, store: int) -> Noted:
    """What was touched since the last edition, taken away. What is read hereafter is not older
    than the notes, for each statement sees all that was committed before it."""
    noted: Noted = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM publication_touched WHERE company_id = %s AND store = %s"
            " RETURNING section, key",
            [company, store],
        )
        for section, key in cursor.fetchall():
            keys = noted.setdefault(section, set())
            if not key:
                noted[section] = None
            elif keys is not None:
                keys.add(key)
    return noted


def _compare(
    company: int,
    store: int,
    section: str,
    keys: set[str] | None,
    changed: Texts,
    unhashed: Texts,
) -> None:
    """Hold what a section should be against what stands: what differs goes to `changed`, what is
    the same and has no hash yet to `unhashed`. A row that is gone stays as a tombstone."""
    wanted = rows_in(company, store, section, keys)
    kept = Row.objects.filter(company=company, store=store, section=section)
    if keys is not None:
        kept = kept.filter(key__in=keys)
    standing: dict[str, str | None] = {}
    for key, text, bucket in kept.values_list("key", "row", "bucket").iterator(chunk_size=10_000):
        standing[key] = text
        if text is not None and key not in wanted:
            changed[section, key] = None
        elif bucket < 0 and text is not None and wanted[key].decode() == text:
            unhashed[section, key] = text
    for key, row in wanted.items():
        text = row.decode()
        if standing.get(key) != text:
            changed[section, key] = text


def _write(company: int, store: int, number: int, texts: Texts) -> None:
    """Put rows in their places, as changed by the edition `number`."""
    gone: dict[str, list[str]] = {}
    for (section, key), text in texts.items():
        if text is None:
            gone.setdefault(section, []).append(key)
    for section, keys in gone.items():
        rows = Row.objects.filter(company=company, store=store, section=section, key__in=keys)
        rows.update(row=None, number=number)
    fill(
        "publication_row",
        {"company_id": company, "store": store, "number": number},
        {"section": TEXT, "key": TEXT, "row": TEXT, "bucket": INTEGER, "hash": BYTES},
        [
            (*place, text, bucket_of(*place), row_hash(*place, text.encode()))
            for place, text in sorted(texts.items(), key=lambda item: item[0])
            if text is not None
        ],
        "ON CONFLICT (company_id, store, section, key) DO UPDATE SET row = excluded.row,"
        " number = excluded.number, bucket = excluded.bucket, hash = excluded.hash",
    )


def _digest_after(company: int, store: int, places: Iterable[Place]) -> str:
    """The digest of all rows, after those in `places` were written: only their buckets are added
    up anew."""
    buckets = {bucket_of(*place) for place in places}
    rows = Row.objects.filter(company=company, store=store, bucket__in=buckets)
    found = rows.exclude(row=None).values_list("section", "key", "hash")
    made = dict.fromkeys(buckets, b"") | bucket_digests(
        (section, key, bytes(hashed)) for section, key, hashed in found.iterator(chunk_size=10_000)
    )
    fill(
        "publication_bucket",
        {"company_id": company, "store": store},
        {"bucket": INTEGER, "digest": BYTES},
        [(bucket, digest) for bucket, digest in made.items() if digest],
        "ON CONFLICT (company_id, store, bucket) DO UPDATE SET digest = excluded.digest",
    )
    kept = Bucket.objects.filter(company=company, store=store)
    kept.filter(bucket__in=[bucket for bucket, digest in made.items() if not digest]).delete()
    return digest_of_buckets(
        {bucket: bytes(digest) for bucket, digest in kept.values_list("bucket", "digest")}
    )


def publish_everywhere(company: int) -> dict[int, int]:
    """Publish to every store of the company; returns the edition's number by store."""
    return {store.number: publish(company, store.number) for store in tenancy.stores(company)}


def _latest(company: int, store: int) -> Edition | None:
    return Edition.objects.filter(company=company, store=store).order_by("-number").first()


def current(company: int, store: int) -> int:
    """The number of the edition that holds; 0 when nothing was published yet."""
    return current_edition(company, store)[0]


def current_edition(company: int, store: int) -> tuple[int, str]:
    """Number and digest of the edition that holds; 0 and "" when nothing was published yet."""
    with connection.cursor() as cursor:  # Every exchange asks: a model would cost more than it.
        cursor.execute(
            "SELECT number, digest FROM publication_edition"
            " WHERE company_id = %s AND store = %s ORDER BY number DESC LIMIT 1",
            [company, store],
        )
        number, digest = cursor.fetchone() or (0, "")
    return int(number), str(digest)


def answer(company: int, request: PublicationRequest) -> PublicationAnswer:
    """The difference from what the till has, or everything when its digest is not that
    edition's."""
    if not current(company, request.store):
        publish(company, request.store)
    _lock(company, request.store, "pg_advisory_xact_lock_shared")
    latest = _latest(company, request.store)
    assert latest is not None, "something has just been published"
    has = Edition.objects.filter(
        company=company, store=request.store, number=request.number, digest=request.digest
    ).exists()
    rows = Row.objects.filter(company=company, store=request.store)
    rows = rows.filter(number__gt=request.number) if has else rows.exclude(row=None)
    # Plain tuples: a model for each of a hundred thousand rows would cost a shop its first minute.
    found = rows.order_by("section", "key").values_list("section", "key", "row")
    return PublicationAnswer(
        number=latest.number,
        digest=latest.digest,
        whole=not has,
        rows=tuple(PublishedRow(*row) for row in found.iterator(chunk_size=10_000)),
    )
