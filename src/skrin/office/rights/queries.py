"""What others may know of rights. Call from inside the company."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from skrin.domain.pricing import cart_total
from skrin.domain.rights import book, journaled, terms
from skrin.domain.rights.rows import Row
from skrin.office.receipts import queries as receipts
from skrin.office.rights import forgotten, storing
from skrin.office.tills import queries as tills
from skrin.sync.messages import (
    FoundSale,
    Order,
    ParkedCard,
    ParkedLine,
    SalesAnswer,
    SalesQuestion,
)

ORDERS_MOST = 200
RECALL_LASTS_MS = 60_000
"""How long a recall makes the tills of a company look more often: who has not answered it by then
is away."""


@dataclass(frozen=True, slots=True)
class ForTill:
    """What an exchange carries down of rights. `parked` None: the list that the till has."""

    orders: tuple[Order, ...]
    next_exchange_ms: int
    parked_tag: str
    parked: tuple[ParkedCard, ...] | None
    catching_up: bool
    """Nothing is granted before all tills were heard (`forgotten`)."""


def for_till(
    company: int, till: str, store: int, orders_after: int, parked_tag: str, now_ms: int
) -> ForTill:
    """Orders after `orders_after`, when to come again, and the store's parked receipts when they
    are others than the tag says. One query of rights when there is nothing."""
    register = f"{till}-{store}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT last_order_no FROM rights_post"
            "   WHERE company_id = %(company)s AND register = %(register)s), 0),"
            # A count that comes again after a backup was put back has another mark.
            " coalesce((SELECT changes || CASE mark WHEN 0 THEN '' ELSE '.' || mark END"
            "   FROM rights_store"
            "   WHERE company_id = %(company)s AND store = %(store)s), '0'),"
            " EXISTS (SELECT 1 FROM rights_book WHERE company_id = %(company)s"
            "   AND recalled_at_ms > %(since)s AND store IN (0, %(store)s)),"
            " EXISTS (SELECT 1 FROM rights_catching_up WHERE company_id = %(company)s)",
            {
                "company": company,
                "register": register,
                "store": store,
                "since": max(0, now_ms - RECALL_LASTS_MS),
            },
        )
        last_order_no, tag, recalled, late = cursor.fetchone() or (0, "0", False, False)
    orders = _orders(company, register, orders_after) if last_order_no > orders_after else ()
    if tag != "0":
        # Where a receipt lies at a till that is out of use, the list says so.
        tag = f"{tag}:{tills.in_use_tag(company)}"
    parked = None if tag == (parked_tag or "0") else parked_cards(company, store)
    pause_ms = book.next_exchange_ms(bool(orders), recalled)
    return ForTill(orders, pause_ms, tag, parked, late)


def _orders(company: int, register: str, after: int) -> tuple[Order, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_no, kind, body FROM rights_order"
            " WHERE company_id = %s AND register = %s AND order_no > %s"
            " ORDER BY order_no LIMIT %s",
            [company, register, after, ORDERS_MOST],
        )
        return tuple(
            Order(order_no, kind, json.loads(body) if isinstance(body, str) else body)
            for order_no, kind, body in cursor.fetchall()
        )


def parked_cards(company: int, store: int) -> tuple[ParkedCard, ...]:
    """The parked receipts of a store, oldest first, each with its name, contents and holder."""
    registers = tills.Registers(company)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.key, b.generation, b.held, b.state, b.in_hand, b.person,"
            " coalesce(n.name, '')"
            " FROM rights_book b LEFT JOIN rights_parked_name n"
            "   ON n.company_id = b.company_id AND n.cart_id = b.key"
            " WHERE b.company_id = %s AND b.store = %s AND b.kind = %s AND b.total > b.used",
            [company, store, terms.PARKED],
        )
        found = cursor.fetchall()
    registers.ask(piece["register"] for row in found for piece in _pieces(row[2]))
    # One that was parked before tills shared any has no state before it is parked again.
    cards = [_card(*row, registers=registers) for row in found if row[3]]
    return tuple(sorted(cards, key=lambda card: (card.parked_utc_ms, card.cart_id)))


def _pieces(held: Any) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = json.loads(held) if isinstance(held, str) else held
    return pieces


def _card(
    cart_id: str,
    generation: int,
    held: Any,
    state: str,
    in_hand: bool,
    person: str,
    name: str,
    *,
    registers: tills.Registers,
) -> ParkedCard:
    pieces = _pieces(held)
    holder = pieces[0]["register"] if pieces else ""
    parked = journaled.parked_state(state)
    return ParkedCard(
        cart_id=cart_id,
        name=name,
        register=holder,
        holder=registers.called(holder),
        person=person,
        on_screen=bool(holder) and in_hand,
        away=bool(holder) and registers.is_out(holder),
        generation=generation,
        parked_utc_ms=parked.parked_utc_ms,
        total_minor=cart_total(parked.cart),
        lines=tuple(
            ParkedLine(line.item.name, line.quantity_milli, line.item.decimals, line.item.unit)
            for line in parked.cart.lines
            if not line.parent
        ),
    )


def find_sales(company: int, question: SalesQuestion) -> SalesAnswer:
    """The sales of a store with a number, so that a till can ask for what is returned of one."""
    here = {
        register.designation
        for name, register in tills.registers(company).items()
        if storing.of_register(name)[1] == question.store
    }
    wanted = here & {question.designation} if question.designation else here
    found = receipts.sales_numbered(company, question.store, sorted(wanted), question.number)
    sales = []
    for one in found:
        signed = receipts.receipt(company, one.till, one.store, one.sealed_seq)
        assert signed is not None, "a listed receipt has its entries"
        key = journaled.receipt_key(f"{one.till}-{one.store}", one.sealed_seq)
        at = (signed.sealed_at_utc_ms, signed.utc_offset_min)
        sales.append(FoundSale(key, *at, signed.sealed))
    return SalesAnswer(tuple(sales))


def has_handed_over(company: int, register: str) -> bool:
    """Whether a register's trade is over and all that it held given back."""
    return storing.has_handed_over(company, register)


def row(company: int, kind: str, key: str) -> Row | None:
    """A right as the book has it; None when there is none."""
    return storing.load(company, kind, key)


def rows(company: int, kind: str, keys: Sequence[str]) -> dict[str, Row]:
    """Several rights of a kind as the book has them, by key."""
    return storing.load_all(company, kind, keys)


def last_granted(company: int, kind: str, key: str) -> str:
    """The register that a right was last granted to; empty when it was to none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register FROM rights_claim WHERE company_id = %s AND kind = %s AND key = %s"
            " AND granted ORDER BY decided_at_ms DESC, seq DESC LIMIT 1",
            [company, kind, key],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """A company grants nothing before its tills were heard: since when, why (`adopting.BACKUP`
    ...), and which are still waited for, as people call them."""

    since_ms: int
    why: str
    waits_for: tuple[str, ...]
    registers: tuple[str, ...]
    """The same, by their serial numbers."""


def catching_up(company: int) -> CatchingUp | None:
    """How a company stands that was put back to a backup; None when all were heard."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT since_ms, why FROM rights_catching_up WHERE company_id = %s", [company]
        )
        found = cursor.fetchone()
    if found is None:
        return None
    registers = tills.Registers(company)
    late = tuple(forgotten.not_heard(company))
    called = tuple(registers.called(name) for name in late)
    return CatchingUp(int(found[0]), str(found[1]), called, late)


@dataclass(frozen=True, slots=True)
class Reported:
    """Something that a person at the office must look at."""

    register: str
    seq: int
    place: int
    what: str
    kind: str
    key: str
    person: str
    found_at_ms: int


def reports(company: int, limit: int = 100) -> list[Reported]:
    """The latest reports first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, seq, place, what, kind, key, person, found_at_ms FROM rights_report"
            " WHERE company_id = %s ORDER BY found_at_ms DESC, register, seq DESC, place LIMIT %s",
            [company, limit],
        )
        return [Reported(*found) for found in cursor.fetchall()]
