"""Publishing a store's registers, and answering a till that asks for them.

Every edition is numbered; each row knows the edition that changed it last. So the difference from
edition n is the rows changed after n, and a till proves the result by the digest (D25).
"""

from __future__ import annotations

import time

from django.db import connection, transaction

from skrin.office.publication.models import Edition, Row
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy import queries as tenancy
from skrin.sync.messages import PublicationAnswer, PublicationRequest, PublishedRow
from skrin.sync.publication import digest


def publish(company: int, store: int) -> int:
    """Compare a store's registers with what was published; a difference makes the next edition.

    Returns the number of the edition that holds now. Call from inside the company.
    """
    with transaction.atomic():
        _lock(company, store, "pg_advisory_xact_lock")
        wanted = rows_of(company, store)
        standing = {
            (row.section, row.key): row for row in Row.objects.filter(company=company, store=store)
        }
        latest = _latest(company, store)
        number = (latest.number if latest else 0) + 1
        changed = _changed_rows(company, store, number, wanted, standing)
        if latest and not changed:
            return int(latest.number)
        Row.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["company", "store", "section", "key"],
            update_fields=["row", "number"],
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


def _changed_rows(
    company: int,
    store: int,
    number: int,
    wanted: dict[tuple[str, str], bytes],
    standing: dict[tuple[str, str], Row],
) -> list[Row]:
    """The rows that the edition `number` changes; a row that is gone stays as a tombstone."""
    texts: dict[tuple[str, str], str | None] = {
        place: row.decode() for place, row in wanted.items()
    }
    for place in standing.keys() - wanted.keys():
        texts[place] = None
    return [
        Row(
            company_id=company, store=store, section=place[0], key=place[1], row=text, number=number
        )
        for place, text in sorted(texts.items())
        if place not in standing or standing[place].row != text
    ]


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
    return PublicationAnswer(
        number=latest.number,
        digest=latest.digest,
        whole=not has,
        rows=tuple(
            PublishedRow(row.section, row.key, row.row) for row in rows.order_by("section", "key")
        ),
    )
