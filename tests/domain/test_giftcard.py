"""Gift cards: codes, days, what receipts put on them and count, and that nothing is used twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skrin.domain import giftcard
from skrin.domain.crediting import credits_of
from skrin.domain.giftcard import ISSUED, TAKEN_BACK, GiftLoad, GiftPart
from skrin.domain.payment import GIFT_CARD, Payment
from skrin.domain.receipt import RETURN, SALE, ReceiptLine, ReceiptSealed, Seller
from skrin.domain.refusal import Refusal
from skrin.domain.report import receipt_rows
from skrin.domain.rights import book, terms
from skrin.domain.rights import hold as holds
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.rows import Post
from skrin.domain.rights.terms import GiftCardCredited
from skrin.domain.vat import VatRow

KEY, TAIL = "k" * 32, "0PK8"


@given(st.binary(min_size=10, max_size=16))
def test_a_code_is_fifteen_signs_that_nobody_mistakes(random_bytes: bytes) -> None:
    code = giftcard.code_of(random_bytes)
    assert re.fullmatch(r"[013-9A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{14}", code)
    assert giftcard.normal_code(giftcard.grouped(code)) == code
    assert giftcard.normal_code(giftcard.grouped(code).lower().replace("-", " ")) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("vete-korn-0001-50", "VETEK0RN000150"),
        ("OIL 123 456", "011123456"),
        ("12345", ""),
        ("åäö123456", ""),
        ("A" * 41, ""),
        ("abc;drop", ""),
    ],
)
def test_what_is_typed_is_read_kindly(typed: str, code: str) -> None:
    assert giftcard.normal_code(typed) == code


def test_a_key_says_nothing_of_the_code_and_differs_by_company() -> None:
    first, other = giftcard.key_of(1, "ABCDEFGH"), giftcard.key_of(2, "ABCDEFGH")
    assert first != other and len(first) == 32 and "ABCD" not in first
    assert giftcard.masked(giftcard.tail_of("ABCDEFGH")) == "****EFGH"


@pytest.mark.parametrize(
    ("sold_on", "months", "until"),
    [
        ("2026-11-21", 24, "2028-11-21"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-01-31", 12, "2027-01-31"),
        ("2026-11-21", 0, ""),
    ],
)
def test_the_last_day_of_a_card(sold_on: str, months: int, until: str) -> None:
    assert giftcard.valid_until(sold_on, months) == until
    assert not giftcard.is_over(until, until or "9999-12-31")
    assert until == "" or giftcard.is_over(until, "9999-12-31")


@pytest.mark.parametrize(
    ("free", "left", "proposed"),
    [(500_00, 120_00, 120_00), (380_00, 429_00, 380_00), (0, 50_00, 0), (100_00, -5_00, 0)],
)
def test_what_is_proposed_to_be_paid(free: int, left: int, proposed: int) -> None:
    assert giftcard.proposed_minor(free, left) == proposed


def sealed(
    kind: str, lines: list[ReceiptLine], payments: list[Payment], total_minor: int
) -> ReceiptSealed:
    return ReceiptSealed(
        *("r1", kind, 7, "cart", "VK1-1", Seller("Vete AB", "5566778899", "Vete", (), ""), "SEK"),
        *("take_away", "Alva", tuple(lines), (VatRow(0, total_minor, 0),), tuple(payments)),
        *(total_minor, 0, 0, 0, 0, 0, 1),
    )


def card_line(amount_minor: int, cause: str = ISSUED, rate_bp: int = 0) -> ReceiptLine:
    return ReceiptLine(
        *(1, 9101, "9101", "Presentkort", 80, "Presentkort", "gift_card", "st", 0, 1000),
        *(amount_minor, amount_minor, 0, rate_bp, 0, 0, 0),
        gift=GiftLoad(KEY, TAIL, cause, "2028-11-21"),
    )


def part(amount_minor: int) -> Payment:
    figures = (amount_minor, amount_minor, 0, 0)
    return Payment("p1", 4, GIFT_CARD, "Presentkort", *figures, gift=GiftPart(KEY, TAIL, 0))


@pytest.mark.requirement("R-PAY-010", "OPP-007")
def test_a_card_sold_counts_as_a_service_without_vat_and_as_debt() -> None:
    rows = {(r.kind, r.key): r for r in receipt_rows(sealed(SALE, [card_line(500_00)], [], 500_00))}
    assert rows["group_rate", "80:0"].amount_minor == 500_00
    assert rows["group_rate", "80:0"].vat_minor == 0
    assert rows["services", ""].count == 1
    assert rows["gift_cards", ISSUED].amount_minor == 500_00
    assert rows["receipts", ""].amount_minor == 500_00


@pytest.mark.requirement("R-PAY-010")
def test_what_receipts_do_to_the_debt_is_what_they_put_on_cards_less_what_they_take_off() -> None:
    receipts = [
        sealed(SALE, [card_line(500_00)], [], 500_00),
        sealed(SALE, [], [part(120_00)], 120_00),
        sealed(RETURN, [card_line(80_00, TAKEN_BACK)], [], 80_00),
        sealed(RETURN, [], [part(34_00)], 34_00),
    ]
    debt_minor = sum(
        row.amount_minor
        for one in receipts
        for row in receipt_rows(one)
        if row.kind == "gift_cards"
    )
    assert debt_minor == 500_00 - 120_00 - 80_00 + 34_00
    credited = [credit for one in receipts for credit in credits_of(one)]
    assert [(one.cause, one.amount) for one in credited] == [
        ("issued", 500_00),
        ("refunded", 34_00),
    ]
    assert (credited[0].tail, credited[0].valid_until, credited[0].currency) == (
        TAIL,
        "2028-11-21",
        "SEK",
    )


STEP = st.tuples(
    st.sampled_from(["credit", "ask", "use", "back"]),
    st.sampled_from(["A", "B"]),
    st.integers(1, 60_000),
)


@pytest.mark.requirement("OPP-007")
@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, max_size=40))
def test_issued_less_used_is_the_balance_over_any_history(
    steps: list[tuple[str, str, int]],
) -> None:
    """Two tills put on, ask for, use and give back in any order; the office counts each fact."""
    row = None
    held = {name: Hold(terms.GIFT_CARD, KEY) for name in "AB"}
    posts = {name: Post(name, 0, False) for name in "AB"}
    orders = dict.fromkeys("AB", 0)
    issued = used = 0
    for place, (what, name, amount) in enumerate(steps):
        facts: tuple[terms.Fact, ...] = ()
        if what == "credit":
            facts, issued = (GiftCardCredited(KEY, amount, ISSUED, f"r{place}"),), issued + amount
        elif what == "ask":
            facts, held[name] = holds.ask(held[name], f"c{place}", amount, "cart", online=True)
        elif what == "use":
            try:
                reserved, after = holds.reserve(held[name], amount)
            except Refusal:
                continue
            taken, held[name] = holds.use(after, amount)
            facts, used = (*reserved, *taken), used + amount
        elif held[name].have:
            facts, held[name] = holds.give_back(held[name], held[name].have)
        for fact in facts:
            done = book.ingest(row, posts, name, fact)
            posts, row = book.posts_after(posts, done), done.row
            assert not done.reports
            for sent in done.orders:
                applied = holds.apply_order(held[sent.register], orders[sent.register], sent.order)
                orders[sent.register], held[sent.register] = sent.order.order_no, applied[1]
                for answer in applied[0]:
                    row = book.ingest(row, posts, sent.register, answer).row
        if row is not None:
            lies = sum(one.amount for one in row.held)
            assert issued - used == row.free + lies == row.total - row.used
            assert row.adds_up() and row.free >= 0
            assert {n: held[n].have for n in "AB"} == {n: row.held_by(n) for n in "AB"}
