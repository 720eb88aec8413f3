"""Counting what journals say of rights, and deciding claims. Called by ingest in its transaction.

A decision is a fact: it is made when the claim's entry is ingested, under the lock of its chain,
and never again; `ingest.rebuild` does not come here (D26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import psycopg
from django.db import DatabaseError, connection, transaction

from skrin.domain.codec import decode_body, encode
from skrin.domain.entry import Entry, JournalDamage
from skrin.domain.refusal import Refusal
from skrin.domain.rights import adopting, book, journaled, terms
from skrin.domain.rights.orders import Grant, Refuse
from skrin.domain.rights.rows import Ingested, Report, Row
from skrin.domain.rights.terms import (
    Fact,
    GiftCardCredited,
    HandedOver,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightMove,
)
from skrin.office.giftcards import queries as giftcards
from skrin.office.rights import forgotten, storing
from skrin.office.rights.forgotten import Told, Waiting
from skrin.office.rights.storing import Hand
from skrin.office.tills import queries as tills
from skrin.sync.messages import ParkedName

PROJECTED = journaled.ENTRY_KINDS
"""The kinds of entry that this app may have to read."""

MAX_NAME = 40

Identity = tuple[int, str, int]
"""(company, till, store) of a journal."""

_OF_NO_ACCOUNT = frozenset({terms.WANTED, terms.UNWANTED})
_HANDS = {terms.RESERVED: True, terms.CANCELLED: False, terms.KEPT: False, terms.BORN: False}


@dataclass(frozen=True, slots=True)
class _Saying:
    """An entry's facts, and whose it is."""

    company: int
    store: int
    register: str
    seq: int
    person: str
    now_ms: int
    business_day: str


def take(
    identity: Identity, entries: Iterable[Entry], now_ms: int, orders_after: int
) -> list[Entry]:
    """Count the facts of entries that follow the head of their chain, each once and in order.

    Claims are decided, orders stored, reports made. Returns the entries that could not be read.
    `entries` without a right cost nothing. Call under the lock of the chain, after the receipts
    of the same entries are projected. `orders_after`: the last order that the till has.
    """
    # No mode is asked for: practice has no rights (D9), and orders are taken while it goes on.
    speaking = [entry for entry in entries if journaled.says_rights(entry.header.kind, entry.body)]
    if not speaking:
        return []
    company, till, store = identity
    storing.lock(company)
    registers = tills.Registers(company)
    unread = []
    told = forgotten.told(company, f"{till}-{store}", orders_after)
    owed = told.owes
    for entry in speaking:
        header = entry.header
        of_whom = (company, store, f"{till}-{store}", header.seq, header.user)
        saying = _Saying(*of_whom, now_ms, header.business_day)
        try:
            body = decode_body(header.kind, header.version, entry.body)
            facts = journaled.facts_of(body)
            with transaction.atomic():
                if isinstance(body, HandedOver):
                    _handed_over(saying)
                for fact in facts:
                    _count(saying, _sound(fact), registers, told)
        except _UNFIT:
            unread.append(entry)
            told = forgotten.told(company, f"{till}-{store}", orders_after)
    if owed and not told.owes:
        for one in forgotten.waiting(company, told.register):
            of_whom = (company, store, told.register, one.seq, one.person)
            saying = _Saying(*of_whom, now_ms, one.business_day)
            _count(saying, one.claim, registers, told)
    return unread


def _handed_over(saying: _Saying) -> None:
    """A register's trade is over: all that it held is free again."""
    for row in storing.held_at(saying.company, saying.register):
        after = book.handed_over(row, saying.register)
        storing.save(saying.company, saying.store, after, None, saying.now_ms)
        if row.kind == terms.PARKED:
            _parked_changed(saying.company, saying.store, after)
    storing.hand_over(saying.company, saying.register)


_UNFIT = (DatabaseError, psycopg.Error, JournalDamage, ValueError, OverflowError)
"""What is raised for an entry that no till of ours writes: it is kept raw, and shown (D26)."""


def _sound(fact: Fact) -> Fact:
    """The fact, when its amounts are such as a till of ours writes. Raises `ValueError`."""
    amount = getattr(fact, "amount", 0)
    least = 1 if isinstance(fact, (RightClaimed, GiftCardCredited)) else 0
    if not least <= amount < 2**53:
        raise ValueError(f"no amount of a right: {amount}")
    return fact


def _count(saying: _Saying, fact: Fact, registers: tills.Registers, told: Told) -> None:
    if isinstance(fact, RightMove) and fact.what in _OF_NO_ACCOUNT:
        return
    if isinstance(fact, RightClaimed) and told.owes:
        one = Waiting(saying.seq, saying.person, saying.business_day, fact)
        forgotten.wait(saying.company, saying.register, one)
        return
    if terms.order_no_of(fact) > told.journaled_no:
        _tells_of_an_order(saying, fact, registers, told)
    kind, key = terms.right_of(fact)
    before = storing.load(saying.company, kind, key)
    concerned = book.concerned(before, saying.register)
    posts = storing.posts(saying.company, concerned, registers)
    forbidden = ""
    if kind == terms.GIFT_CARD and isinstance(fact, RightClaimed):
        forbidden = giftcards.why_not(saying.company, key, saying.business_day)
    if told.catching_up:
        forbidden = terms.CATCHING_UP
    done = book.ingest(
        *(before, posts, saying.register, fact), forbidden=forbidden, late=told.catching_up
    )
    _keep(saying, fact, before, done, registers)


def _tells_of_an_order(saying: _Saying, fact: Fact, registers: tills.Registers, told: Told) -> None:
    """The entry of an order that was not told of before; the office may have forgotten it."""
    if told.hear(terms.order_no_of(fact), fact, saying.now_ms):
        return
    told.catching_up = True
    if forgotten.begin(saying.company, adopting.TILL, saying.now_ms):
        _report(saying, Report(adopting.KNOWS_MORE, saying.register, fact))
    if isinstance(fact, RightDecided):
        _decided_before(saying, fact, registers)
    elif isinstance(fact, RightBroken):
        _adopt(saying, fact, None, registers)


def _decided_before(saying: _Saying, fact: RightDecided, registers: tills.Registers) -> None:
    """A claim of this journal that the office decided, and does not know to have."""
    found = forgotten.waiting(saying.company, saying.register, fact.claim_id)
    was = forgotten.decided_before(saying.company, saying.register, fact.claim_id)
    if not found and was is None:
        return  # No claim of this journal: nothing is taken from it.
    granted_here = was[1] if was and was[0] else None
    if fact.granted != (granted_here is not None):
        asked = replace(saying, person=found[0].person) if found else saying
        _adopt(asked, fact, granted_here, registers)
    for one in found:
        reason = "" if fact.granted else fact.reason
        at = replace(saying, seq=one.seq, person=one.person)
        _write_claim(at, one.claim, fact.granted, reason)


def _adopt(
    saying: _Saying,
    fact: RightDecided | RightBroken,
    granted_here: int | None,
    registers: tills.Registers,
) -> None:
    """Take an order into the book that the office does not know to have made."""
    company, register = saying.company, saying.register
    kind, key = terms.right_of(fact)
    before = storing.load(company, kind, key)
    row = before or adopting.unheard(kind, key, storing.copies_allowed(company))
    posts = storing.posts(company, book.concerned(row, register), registers)
    adopted = adopting.as_told(row, posts, register, fact, granted_here)
    if isinstance(fact, RightBroken) and adopted.row == row:
        return
    for report in adopted.reports:
        _report(saying, report)
    storing.save(company, saying.store, adopted.row or row, None, saying.now_ms)
    if kind == terms.PARKED:
        _parked_changed(company, saying.store, adopted.row or row)
    for sent in adopted.orders:
        storing.send(company, sent.register, sent.order, registers, saying.now_ms, saying.person)


def _keep(
    saying: _Saying,
    fact: Fact,
    before: Row | None,
    done: Ingested,
    registers: tills.Registers,
) -> None:
    row = done.row
    hand = _hand_after(saying, fact, before, row)
    if row and (row != before or (hand and row.kind == terms.PARKED)):
        storing.save(saying.company, saying.store, row, hand, saying.now_ms)
        if row.kind == terms.PARKED:
            _parked_changed(saying.company, saying.store, row)
    for sent in done.orders:
        order = sent.order
        if isinstance(order, Grant) and row and row.kind == terms.GIFT_CARD:
            state = giftcards.state_of(saying.company, row)
            order = replace(order, state=encode(state).decode())
        storing.send(saying.company, sent.register, order, registers, saying.now_ms, saying.person)
    if isinstance(fact, RightClaimed):
        _remember(saying, fact, done)
    for report in done.reports:
        _report(saying, report)


def _hand_after(saying: _Saying, fact: Fact, before: Row | None, row: Row | None) -> Hand | None:
    """Whether it is on a screen now; None = as it was."""
    if before and row and row.generation != before.generation:
        return Hand()  # Taken over: it lies idle at its new holder.
    # What a till does under an old generation says nothing of where the right is now.
    if isinstance(fact, RightMove) and row and fact.generation == row.generation:
        on_screen = _HANDS.get(fact.what)
        return None if on_screen is None else Hand(on_screen, saying.person)
    return None


def _parked_changed(company: int, store: int, row: Row) -> None:
    storing.list_changed(company, store)
    with connection.cursor() as cursor:
        if row.used >= row.total:
            cursor.execute(
                "DELETE FROM rights_parked_name WHERE company_id = %s AND cart_id = %s",
                [company, row.key],
            )


def _remember(saying: _Saying, claim: RightClaimed, done: Ingested) -> None:
    answers = [one.order for one in done.orders if one.register == saying.register]
    answer = next(one for one in answers if isinstance(one, (Grant, Refuse)))
    reason = answer.reason if isinstance(answer, Refuse) else ""
    _write_claim(saying, claim, isinstance(answer, Grant), reason)


def _write_claim(saying: _Saying, claim: RightClaimed, granted: bool, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_claim (company_id, register, seq, claim_id, kind, key, amount,"
            " granted, reason, person, decided_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                saying.company,
                saying.register,
                saying.seq,
                claim.claim_id,
                claim.kind,
                claim.key,
                claim.amount,
                granted,
                reason,
                saying.person,
                saying.now_ms,
            ],
        )


def _report(saying: _Saying, report: Report) -> None:
    kind, key = terms.right_of(report.fact)
    about = saying.company, saying.register, saying.seq, report.what, kind, key
    storing.report(*about, saying.person, saying.now_ms)


def forgot(identity: Identity, seq: int, now_ms: int) -> None:
    """A till goes on behind entries that the office does not have: it has had them, and was put
    back to a backup. Call under the lock of the chain, whose last entry is `seq`."""
    company, till, store = identity
    _knows_more(company, f"{till}-{store}", seq, now_ms)


def stranger_came(company: int, register: str, now_ms: int) -> None:
    """A till shows that the office let it in, and the office has forgotten it: whatever it was
    given is not given to others meanwhile."""
    _knows_more(company, register, 0, now_ms)


def _knows_more(company: int, register: str, seq: int, now_ms: int) -> None:
    storing.lock(company)
    if forgotten.begin(company, adopting.TILL, now_ms):
        knows_more = (seq, adopting.KNOWS_MORE, "", "", "")
        storing.report(company, register, *knows_more, now_ms)


def go_on(company: int, now_ms: int) -> list[str]:
    """A person says that the tills which were not heard will not be: they are returned."""
    storing.lock(company)
    left = forgotten.not_heard(company)
    forgotten.end(company, now_ms)
    return left


def heard_all(identity: Identity, orders_after: int, now_ms: int) -> None:
    """While the company catches up: a till has sent all that it has."""
    company, till, store = identity
    forgotten.note_heard(company, f"{till}-{store}", orders_after, now_ms)


def name_parked(identity: Identity, names: Sequence[ParkedName]) -> None:
    """Keep the names of parked receipts that lie at this till: outside the journal (D5), and no
    longer than the receipt is parked."""
    if not names:
        return
    company, till, store = identity
    storing.lock(company)
    named = 0
    with connection.cursor() as cursor:
        for one in names[:500]:
            cursor.execute(
                "INSERT INTO rights_parked_name AS n (company_id, cart_id, name)"
                " SELECT %(company)s, b.key, %(name)s FROM rights_book b"
                " WHERE b.company_id = %(company)s AND b.kind = %(kind)s AND b.key = %(key)s"
                " AND b.total > b.used AND b.held @> %(held)s::jsonb"
                " ON CONFLICT (company_id, cart_id) DO UPDATE SET name = excluded.name"
                " WHERE n.name <> excluded.name",
                {
                    "company": company,
                    "name": one.name.replace("\0", "")[:MAX_NAME],
                    "kind": terms.PARKED,
                    "key": one.cart_id.replace("\0", ""),
                    "held": f'[{{"register": "{till}-{store}"}}]',
                },
            )
            named += cursor.rowcount
    if named:
        storing.list_changed(company, store)


def open_right(company: int, kind: str, key: str, amount: int, now_ms: int, store: int = 0) -> None:
    """Open a right that begins at the office, all of it free: a preprinted gift card that is
    activated, an event's quota. Refused with `right_there` when it was opened before.

    `store` 0: it is of the whole company.
    """
    storing.lock(company)
    if storing.load(company, kind, key) is not None:
        raise Refusal("right_there", key=key)
    storing.save(company, store, book.open_row(kind, key, amount), None, now_ms)


def credit(company: int, kind: str, key: str, amount: int, now_ms: int) -> None:
    """Raise a right by an amount that the office gives (rule 9). Refused with `right_unknown`."""
    storing.lock(company)
    row = storing.load(company, kind, key)
    if row is None:
        raise Refusal("right_unknown", key=key)
    storing.save(company, 0, book.credit(row, amount), None, now_ms)


def use_free(
    company: int, kind: str, key: str, amount: int, now_ms: int, then: Callable[[], None]
) -> bool:
    """The office itself uses `amount` of what is free, and does `then` in the same transaction;
    else whoever holds it is recalled, and the caller asks again (rule 13). Returns whether it
    could. Refused with `right_unknown`."""
    storing.lock(company)
    row = storing.load(company, kind, key)
    if row is None:
        raise Refusal("right_unknown", key=key)
    if forgotten.told(company, "", 0).catching_up:
        return False
    registers = tills.Registers(company)
    posts = storing.posts(company, book.concerned(row, ""), registers)
    could, done = book.take(row, posts, amount)
    assert done.row is not None, "a right that is there stays"
    storing.save(company, 0, done.row, None, now_ms)
    for sent in done.orders:
        storing.send(company, sent.register, sent.order, registers, now_ms)
    if could:
        then()
    return could
