"""Keeping gift cards: what tills journaled, and what the owner does. Call from inside the company.

Events are facts beside the book of rights: written once with it, never made anew by a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL, Entry, Header, JournalDamage
from skrin.domain.giftcard import REDEEMED, TAIL, TAKEN_BACK, key_of, normal_code, tail_of
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import journaled
from skrin.domain.rights.terms import GIFT_CARD, USED, GiftCardCredited
from skrin.office.giftcards import queries
from skrin.office.rights import actions as rights

BY_TILL, BY_IMPORT = "till", "import"
IMPORTED, CREDITED, IS_BLOCKED, UNBLOCKED = "imported", "credited", "blocked", "unblocked"

IMPORT_MOST = 20_000

Identity = tuple[int, str, int]


def take(identity: Identity, entries: Iterable[Entry]) -> None:
    """Keep what entries say of gift cards, each once; call after `rights.take` of the same ones.

    What cannot be read was marked there.
    """
    company, till, store = identity
    for entry in entries:
        header = entry.header
        if header.mode != NORMAL or not journaled.says_rights(header.kind, entry.body):
            continue
        if header.kind not in ("giftcard.credited", "receipt.sealed"):
            continue
        try:
            body = decode_body(header.kind, header.version, entry.body)
        except JournalDamage:
            continue
        register = f"{till}-{store}"
        if isinstance(body, GiftCardCredited):
            _card_of(company, store, header, body)
            credit = (body.cause, body.amount, body.receipt_id)
            _happened(company, body.key, register, header, 0, *credit)
        elif isinstance(body, ReceiptSealed):
            _used(company, register, header, body)


def _used(company: int, register: str, header: Header, sealed: ReceiptSealed) -> None:
    what = TAKEN_BACK if sealed.kind == RETURN else REDEEMED
    for place, move in enumerate(sealed.rights):
        if move.kind == GIFT_CARD and move.what == USED:
            used = (what, -move.amount, sealed.receipt_id)
            _happened(company, move.key, register, header, place, *used)


def _card_of(company: int, store: int, header: Header, body: GiftCardCredited) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO giftcards_card AS c (company_id, key, tail, currency, rate_bp,"
            " vat_class, valid_until, source, store, made_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            # A printed card that lay at the office without money gets its day when it is sold.
            " ON CONFLICT (company_id, key) DO UPDATE SET rate_bp = excluded.rate_bp,"
            " vat_class = excluded.vat_class, valid_until = excluded.valid_until"
            " WHERE NOT EXISTS (SELECT 1 FROM giftcards_event e"
            "  WHERE e.company_id = c.company_id AND e.key = c.key AND e.amount <> 0)",
            [
                *(company, body.key, body.tail[-TAIL:], body.currency, body.rate_bp),
                *(body.vat_class, body.valid_until, BY_TILL, store, header.at_utc_ms),
            ],
        )


def _happened(
    company: int,
    key: str,
    register: str,
    header: Header,
    place: int,
    what: str,
    amount: int,
    receipt_id: str,
) -> None:
    _write(
        (company, key, register, header.seq, place),
        (header.at_utc_ms, what, amount, receipt_id, header.user),
    )


def _write(where: tuple[int, str, str, int, int], said: tuple[int, str, int, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO giftcards_event (company_id, key, register, seq, place,"
            " at_ms, what, amount, receipt_id, person)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [*where, *said],
        )


def _at_office(company: int, key: str, what: str, amount: int, person: str, now_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(seq), 0) + 1 FROM giftcards_event"
            " WHERE company_id = %s AND key = %s AND register = ''",
            [company, key],
        )
        (seq,) = cursor.fetchone() or (1,)
    _write((company, key, "", int(seq), 0), (now_ms, what, amount, "", person))


# What the owner does.


@dataclass(frozen=True, slots=True)
class CardForm:
    """A card from elsewhere: its code as printed on it, what is on it, its last day."""

    code: str
    balance_minor: int
    valid_until: str = ""


def bring_in(company: int, cards: Sequence[CardForm], person: str, now_ms: int) -> int:
    """Take over cards that were sold before; returns how many. One with nothing on it is a printed
    card that a till may sell. All of them or, refused, none: `card_code_unusable`, `card_there`
    (both with `place`, counted from 1), `card_too_many`.
    """
    if len(cards) > IMPORT_MOST:
        raise Refusal("card_too_many", most=IMPORT_MOST)
    money = queries.currency(company)
    for place, form in enumerate(cards, start=1):
        code = normal_code(form.code)
        if not code:
            raise Refusal("card_code_unusable", place=place)
        key = key_of(company, code)
        try:
            rights.open_right(company, GIFT_CARD, key, form.balance_minor, now_ms)
        except Refusal as there:
            raise Refusal("card_there", place=place) from there
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO giftcards_card (company_id, key, tail, currency, rate_bp,"
                " valid_until, source, store, made_at_ms)"
                " VALUES (%s, %s, %s, %s, 0, %s, %s, 0, %s)",
                [company, key, tail_of(code), money, form.valid_until, BY_IMPORT, now_ms],
            )
        _at_office(company, key, IMPORTED, form.balance_minor, person, now_ms)
    return len(cards)


def block(company: int, key: str, on: bool, person: str, now_ms: int) -> None:
    """Block a card, or let it be used again. What a till has already been granted may still be
    used. Refused with `card_unknown`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE giftcards_card SET blocked = %s"
            " WHERE company_id = %s AND key = %s AND blocked <> %s",
            [on, company, key, on],
        )
        changed = cursor.rowcount
    if changed:
        _at_office(company, key, IS_BLOCKED if on else UNBLOCKED, 0, person, now_ms)
    elif queries.card(company, key) is None:
        raise Refusal("card_unknown")


def credit_anew(company: int, key: str, amount_minor: int, person: str, now_ms: int) -> None:
    """Put money on a card at the shop's cost: the way out when a till was lost with an amount in it
    (rule 9). Refused with `card_unknown`."""
    try:
        rights.credit(company, GIFT_CARD, key, amount_minor, now_ms)
    except Refusal as no:
        raise Refusal("card_unknown") from no
    _at_office(company, key, CREDITED, amount_minor, person, now_ms)
