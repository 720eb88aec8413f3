"""Rows of the book out of the database and back, and what is added to it. Inside the company."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from skrin.domain.entry import NORMAL
from skrin.domain.receipt import SALE, SignedReceipt
from skrin.domain.rights import journaled, orders, terms
from skrin.domain.rights.journaled import ReturnedLine, ReturnState
from skrin.domain.rights.orders import Broken, Grant, Order, Refuse
from skrin.domain.rights.rows import Held, Post, Row
from skrin.fiscal.countries import country
from skrin.office.people import queries as people
from skrin.office.receipts import queries as receipts
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills.queries import Registers

_ROW = "kind, key, total, free, used, generation, held, state"


def lock(company: int) -> None:
    """Move the company's book alone until this transaction ends: batches touch several rows, and
    two that took them in different orders would wait for each other for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_store AS s (company_id, store, changes) VALUES (%s, 0, 1)"
            " ON CONFLICT (company_id, store) DO UPDATE SET changes = s.changes + 1",
            [company],
        )


def list_changed(company: int, store: int) -> None:
    """The list of a store's parked receipts is another. The mark tells it from one that had the
    same count before the database was put back to a backup."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_store AS s (company_id, store, changes, mark)"
            " VALUES (%s, %s, 1, %s) ON CONFLICT (company_id, store)"
            " DO UPDATE SET changes = s.changes + 1, mark = excluded.mark",
            [company, store, secrets.randbelow(2**53) + 1],
        )


def load(company: int, kind: str, key: str) -> Row | None:
    """The row of a right; what a receipt bears is as it was born while no row is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW} FROM rights_book"  # noqa: S608 (a constant)
            " WHERE company_id = %s AND kind = %s AND key = %s",
            [company, kind, key],
        )
        found = cursor.fetchone()
    if found:
        return _row(found)
    if kind == terms.RETURN:
        return _born_with_receipt(company, key)
    return _copies_of_receipt(company, key) if kind == terms.COPY else None


def load_all(company: int, kind: str, keys: Sequence[str]) -> dict[str, Row]:
    """The rows that stand in the book under these keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW} FROM rights_book"  # noqa: S608 (a constant)
            " WHERE company_id = %s AND kind = %s AND key = ANY(%s)",
            [company, kind, list(keys)],
        )
        return {row.key: row for row in map(_row, cursor.fetchall())}


def _row(found: tuple[Any, ...]) -> Row:
    kind, key, total, free, used, generation, held, state = found
    pieces = json.loads(held) if isinstance(held, str) else held
    places = tuple(Held(**piece) for piece in pieces)
    return Row(kind, key, total, free, used, generation, places, state)


def _born_with_receipt(company: int, key: str) -> Row | None:
    """The returns of a signed sale that nobody moved yet: they lie at the till that made it.

    What came back of it before tills shared returns is in the receipts that say so.
    """
    signed = _signed(company, key)
    if signed is None or signed.sealed.kind != SALE or signed.mode != NORMAL:
        return None
    register, _ = journaled.of_receipt_key(key)
    given = has_handed_over(company, register)
    back = receipts.returned_of(company, signed.sealed.receipt_id)
    returned = tuple(ReturnedLine(*line) for line in back)
    state = ReturnState(signed.sealed.receipt_id, returned) if back else None
    return Row(
        terms.RETURN,
        key,
        total=1,
        free=1 if given else 0,
        used=0,
        generation=terms.FIRST_GENERATION,
        held=() if given else (Held(register, 1),),
        state=journaled.state_text(state) if state else "",
    )


def _copies_of_receipt(company: int, key: str) -> Row | None:
    """The copies of a signed receipt that nobody moved yet: they lie at the till that made it, as
    many as the company's country allows (R-COPY-001)."""
    signed = _signed(company, key)
    allowed = copies_allowed(company)
    if signed is None or signed.mode != NORMAL or allowed < 1:
        return None
    register, _ = journaled.of_receipt_key(key)
    row = Row(terms.COPY, key, allowed, allowed, 0, terms.FIRST_GENERATION)
    if has_handed_over(company, register):
        return row
    return replace(row, free=0, held=(Held(register, allowed),))


def copies_allowed(company: int) -> int:
    """How many copies of a receipt the company's country allows."""
    return country(tenancy.company(company).country).copies_allowed


def has_handed_over(company: int, register: str) -> bool:
    """Whether a register gave back all that it held, for good."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT handed_over FROM rights_post WHERE company_id = %s AND register = %s",
            [company, register],
        )
        found = cursor.fetchone()
    return bool(found and found[0])


def hand_over(company: int, register: str) -> None:
    """A register gave back all that it held, for good: what its receipts bear without a row too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_post (company_id, register, last_order_no, handed_over)"
            " VALUES (%s, %s, 0, true)"
            " ON CONFLICT (company_id, register) DO UPDATE SET handed_over = true",
            [company, register],
        )


def held_at(company: int, register: str) -> list[Row]:
    """The rows of which something lies at a register by the book."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW} FROM rights_book"  # noqa: S608 (a constant)
            " WHERE company_id = %s AND held @> %s::jsonb ORDER BY kind, key",
            [company, json.dumps([{"register": register}])],
        )
        return [_row(found) for found in cursor.fetchall()]


def _signed(company: int, key: str) -> SignedReceipt | None:
    """The signed receipt that a key names, if the office has it."""
    try:
        register, seq = journaled.of_receipt_key(key)
        till, store = of_register(register)
    except ValueError:
        return None
    return receipts.receipt(company, till, store, seq)


def of_register(register: str) -> tuple[str, int]:
    """(till, store) of a register. Raises `ValueError`."""
    till, _, store = register.rpartition("-")
    if not till or not store.isascii() or not store.isdecimal():
        raise ValueError(f"not a register: {register!r}")
    return till, int(store)


@dataclass(frozen=True, slots=True)
class Hand:
    """Whether a token is on the screen of its holder, and whose."""

    on_screen: bool = False
    person: str = ""


def save(company: int, store: int, row: Row, hand: Hand | None, now_ms: int) -> None:
    """Write a row. `store` is kept from its first writing; `hand` None = as it is."""
    recalled = any(one.recall_no for one in row.held)
    held = [
        {
            "register": one.register,
            "amount": one.amount,
            "recall_no": one.recall_no,
            "busy": one.busy,
        }
        for one in row.held
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_book AS b (company_id, kind, key, store, total, free, used,"
            " generation, held, state, in_hand, person, recalled_at_ms, changed_at_ms)"
            " VALUES (%(company)s, %(kind)s, %(key)s, %(store)s, %(total)s, %(free)s, %(used)s,"
            " %(generation)s, %(held)s, %(state)s, coalesce(%(in_hand)s, false),"
            " coalesce(%(person)s, ''), %(recalled)s, %(now)s)"
            " ON CONFLICT (company_id, kind, key) DO UPDATE SET total = excluded.total,"
            " free = excluded.free, used = excluded.used, generation = excluded.generation,"
            " held = excluded.held, state = excluded.state,"
            " in_hand = coalesce(%(in_hand)s, b.in_hand),"
            " person = coalesce(%(person)s, b.person),"
            " recalled_at_ms = excluded.recalled_at_ms, changed_at_ms = excluded.changed_at_ms",
            {
                "company": company,
                "kind": row.kind,
                "key": row.key,
                "store": store,
                "total": row.total,
                "free": row.free,
                "used": row.used,
                "generation": row.generation,
                "held": json.dumps(held),
                "state": row.state,
                "in_hand": hand.on_screen if hand else None,
                "person": hand.person if hand else None,
                "recalled": now_ms if recalled else 0,
                "now": now_ms,
            },
        )


def posts(company: int, names: Iterable[str], registers: Registers) -> dict[str, Post]:
    """The posts of these registers; one that the office does not know is out of use."""
    wanted = sorted(set(names))
    registers.ask(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, last_order_no FROM rights_post"
            " WHERE company_id = %s AND register = ANY(%s)",
            [company, wanted],
        )
        last = dict(cursor.fetchall())
    return {name: Post(name, last.get(name, 0), registers.is_out(name)) for name in wanted}


def send(
    company: int,
    register: str,
    order: Order,
    registers: Registers,
    now_ms: int,
    person: str = "",
) -> None:
    """Store an order for a register, in words that people know: designations and names, never ids.

    `person`: who made the claim that it follows from.
    """
    keep_order(company, register, _completed(company, order, registers, person), now_ms)


def keep_order(company: int, register: str, order: Order, now_ms: int) -> None:
    """Store an order as it is told to its register."""
    order_no, kind, fields = orders.fields_of(order)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_order (company_id, register, order_no, kind, body, made_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [company, register, order_no, kind, json.dumps(fields), now_ms],
        )
        cursor.execute(
            "INSERT INTO rights_post (company_id, register, last_order_no) VALUES (%s, %s, %s)"
            " ON CONFLICT (company_id, register) DO UPDATE"
            " SET last_order_no = excluded.last_order_no",
            [company, register, order_no],
        )


def _completed(company: int, order: Order, registers: Registers, person: str) -> Order:
    if isinstance(order, Refuse):
        if order.kind == terms.COPY and order.reason == terms.USED_UP:
            return replace(order, holder=_who_made(company, order.key))
        return replace(order, holder=registers.called(order.holder))
    if isinstance(order, Broken):
        name = people.display_name(company, person)
        called = registers.called(order.by)
        return replace(order, by=f"{name}, {called}" if name else called)
    if isinstance(order, Grant) and order.kind == terms.RETURN:
        register, seq = journaled.of_receipt_key(order.key)
        signed = receipts.receipt(company, *of_register(register), seq)
        assert signed is not None, "returns are of a receipt that is here"
        sealed = signed.sealed
        state = journaled.return_state(order.state)
        state = replace(state, receipt_id=sealed.receipt_id, receipt=sealed)
        return replace(order, state=journaled.state_text(state))
    if isinstance(order, Grant) and order.kind == terms.COPY:
        copied = _signed(company, order.key)
        assert copied is not None, "copies are of a receipt that is here"
        copies = replace(journaled.copy_state(order.state), receipt=copied)
        return replace(order, state=journaled.state_text(copies))
    return order


def _who_made(company: int, key: str) -> str:
    """Which till made the last copy of a receipt."""
    row = load(company, terms.COPY, key)
    made = journaled.copy_state(row.state).made if row else ()
    return made[-1].designation if made else ""


def report(
    company: int, register: str, seq: int, what: str, kind: str, key: str, person: str, now_ms: int
) -> None:
    """Keep something that a person must look at, behind what is reported of that entry already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_report"
            " (company_id, register, seq, place, what, kind, key, person, found_at_ms)"
            " VALUES (%(company)s, %(register)s, %(seq)s,"
            " (SELECT coalesce(max(place) + 1, 0) FROM rights_report WHERE company_id = %(company)s"
            "   AND register = %(register)s AND seq = %(seq)s),"
            " %(what)s, %(kind)s, %(key)s, %(person)s, %(now_ms)s)",
            {
                "company": company,
                "register": register,
                "seq": seq,
                "what": what,
                "kind": kind,
                "key": key,
                "person": person,
                "now_ms": now_ms,
            },
        )
