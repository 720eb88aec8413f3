"""What others may know of gift cards. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from skrin.domain.giftcard import GiftCardState, is_over, purpose_of
from skrin.domain.rights.rows import Row
from skrin.domain.rights.terms import GIFT_CARD
from skrin.office.rights import queries as rights
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.sync.giftcards import BLOCKED, EXPIRED, NOT_SOLD, UNKNOWN, USABLE, GiftCardAnswer

LISTED_MOST = 200

_CARD = "key, tail, currency, rate_bp, vat_class, valid_until, blocked, source, store, made_at_ms"


@dataclass(frozen=True, slots=True)
class Card:
    """A card and what is on it: `free` to be used now, `held` by tills, `used` so far."""

    key: str
    tail: str
    currency: str
    rate_bp: int
    vat_class: str
    valid_until: str
    blocked: bool
    source: str
    store: int
    made_at_ms: int
    total: int = 0
    free: int = 0
    held: int = 0
    used: int = 0

    @property
    def balance(self) -> int:
        """What is on the card, wherever it lies."""
        return self.free + self.held


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a card; `register` empty: at the office."""

    register: str
    seq: int
    at_ms: int
    what: str
    amount: int
    receipt_id: str
    person: str


def _with_row(found: tuple[Any, ...], row: Row | None) -> Card:
    held = sum(one.amount for one in row.held) if row else 0
    bare = Card(*found)
    if row is None:
        return bare
    return replace(bare, total=row.total, free=row.free, held=held, used=row.used)


def card(company: int, key: str) -> Card | None:
    """A card by its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_CARD} FROM giftcards_card WHERE company_id = %s AND key = %s",  # noqa: S608
            [company, key],
        )
        found = cursor.fetchone()
    return _with_row(found, rights.row(company, GIFT_CARD, key)) if found else None


def listed(
    company: int, tail: str = "", offset: int = 0, limit: int = LISTED_MOST
) -> tuple[list[Card], int]:
    """Cards, newest first, those whose code ends with `tail` where one is given; and how many."""
    where = "company_id = %(company)s AND (%(tail)s = '' OR tail = %(tail)s)"
    values: dict[str, Any] = {
        "company": company,
        "tail": tail.upper(),
        "offset": offset,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM giftcards_card WHERE {where}", values)  # noqa: S608
        (total,) = cursor.fetchone() or (0,)
        cursor.execute(
            f"SELECT {_CARD} FROM giftcards_card WHERE {where}"  # noqa: S608 (constants)
            " ORDER BY made_at_ms DESC, key LIMIT %(limit)s OFFSET %(offset)s",
            values,
        )
        found = cursor.fetchall()
    rows = rights.rows(company, GIFT_CARD, [row[0] for row in found])
    return [_with_row(one, rows.get(one[0])) for one in found], int(total)


def history(company: int, key: str) -> list[Event]:
    """What happened to a card, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, seq, at_ms, what, amount, receipt_id, person FROM giftcards_event"
            " WHERE company_id = %s AND key = %s ORDER BY at_ms DESC, seq DESC, place DESC",
            [company, key],
        )
        return [Event(*row) for row in cursor.fetchall()]


def liability(company: int, before_ms: int | None = None, *, taxed: bool = False) -> int:
    """What is owed to holders of multi-purpose cards before an instant, or now (MORE-009).

    `taxed`: of single-purpose cards instead, with the VAT that was paid when they were sold; only
    their net is still owed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(e.amount), 0) FROM giftcards_event e JOIN giftcards_card c"
            " ON c.company_id = e.company_id AND c.key = e.key"
            " WHERE e.company_id = %s AND (c.rate_bp > 0) = %s"
            " AND (%s::bigint IS NULL OR e.at_ms < %s)",
            [company, taxed, before_ms, before_ms],
        )
        (owed,) = cursor.fetchone() or (0,)
    return int(owed)


def why_not(company: int, key: str, business_day: str) -> str:
    """What hinders a claim of a card on a business day (`BLOCKED` ...); empty = nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT blocked, valid_until FROM giftcards_card WHERE company_id = %s AND key = %s",
            [company, key],
        )
        blocked, until = cursor.fetchone() or (False, "")
    if blocked:
        return BLOCKED
    return EXPIRED if is_over(until, business_day) else ""


def state_of(company: int, row: Row) -> GiftCardState:
    """What a grant tells the till: all that is on the card, the granted amount with it."""
    found = card(company, row.key)
    balance = row.total - row.used
    if found is None:
        return GiftCardState(balance)
    return GiftCardState(
        balance,
        found.tail,
        purpose_of(found.rate_bp),
        found.rate_bp,
        found.valid_until,
        found.vat_class,
    )


def answer(company: int, key: str, business_day: str) -> GiftCardAnswer:
    """What a till is told of a card, for the person in front of it. Nothing is reserved by it."""
    found = card(company, key)
    if found is None:
        return GiftCardAnswer(state=UNKNOWN)
    row = rights.row(company, GIFT_CARD, key)
    registers = tills.Registers(company)
    names = [registers.called(one.register) for one in (row.held if row else ()) if one.amount]
    no = why_not(company, key, business_day)
    return GiftCardAnswer(
        state=no or (USABLE if found.total else NOT_SOLD),
        tail=found.tail,
        currency=found.currency,
        rate_bp=found.rate_bp,
        valid_until=found.valid_until,
        balance_minor=found.balance,
        free_minor=found.free,
        used_minor=found.used,
        held_by=", ".join(names),
        vat_class=found.vat_class,
    )


def currency(company: int) -> str:
    """What the company's cards are in."""
    return str(tenancy.company(company).currency)
