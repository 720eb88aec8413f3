"""Publishing a store's registers, and answering a till that asks for them.

Every edition is numbered; each row knows the edition that changed it last. So the difference from
edition n is the rows changed after n, and a till proves the result by the digest (D25).
"""

from __future__ import annotations

import time

from django.db import connection, transaction

from skrin.office.filling import TEXT, fill
from skrin.office.publication.models import Edition, Row
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy import queries as tenancy
from skrin.sync.messages import PublicationAnswer, PublicationRequest, PublishedRow
from skrin.sync.publication import digest

Texts = dict[tuple[str, str], str | None]
"""The rows of sections as they were published, by (section, key); None = a tombstone."""


def publish(company: int, store: int) -> int:
    """Compare a store's registers with what was published; a difference makes the next edition.

    Returns the number of the edition that holds now. Call from inside the company.
    """
    with transaction.atomic():
        _lock(company, store, "pg_advisory_xact_lock")
        wanted = rows_of(company, store)
        kept = Row.objects.filter(company=company, store=store)
        standing: Texts = {
            (section, key): text
            for section, key, text in kept.values_list("section", "key", "row").iterator(
                chunk_size=10_000
            )
        }
        latest = _latest(company, store)
        number = (latest.number if latest else 0) + 1
        changed = _changed(wanted, standing)
        if latest and not changed:
            return int(latest.number)
        gone = [place for place, text in changed.items() if text is None]
        for section, key in gone:
            kept.filter(section=section, key=key).update(row=None, number=number)
        fill(
            "publication_row",
            {"company_id": company, "store": store, "number": number},
            {"section": TEXT, "key": TEXT, "row": TEXT},
            [(*place, text) for place, text in changed.items() if text is not None],
            "ON CONFLICT (company_id, store, section, key)"
            " DO UPDATE SET row = excluded.row, number = excluded.number",
        )
        Edition.objects.create(
            company_id=company,
            store=store,
            number=number,
            digest=digest(wanted),
            published_at_ms=time.time_ns() // 1_000_000,
        )
    return number


def _lock(company: int, store: int, how: str) -> None:
    """Publishers of one store take turns, and readers wait for them; the lock ends with the
    transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s, %s)", [company % 2**31, store])


def _changed(wanted: dict[tuple[str, str], bytes], standing: Texts) -> Texts:
    """What the next edition changes; a row that is gone stays as a tombstone."""
    texts: Texts = {place: row.decode() for place, row in wanted.items()}
    for place in standing.keys() - wanted.keys():
        texts[place] = None
    return {
        place: text
        for place, text in sorted(texts.items())
        if place not in standing or standing[place] != text
    }


def publish_everywhere(company: int) -> dict[int, int]:
    """Publish to every store of the company; returns the edition's number by store."""
    return {store.number: publish(company, store.number) for store in tenancy.stores(company)}


def _latest(company: int, store: int) -> Edition | None:
    return Edition.objects.filter(company=company, store=store).order_by("-number").first()


def current(company: int, store: int) -> int:
    """The number of the edition that holds; 0 when nothing was published yet."""
    latest = _latest(company, store)
    return int(latest.number) if latest else 0


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
