"""What holds for every document: nothing is too wide, nothing is lost, every figure adds up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.documents.cast import (
    CLOSED_AT_UTC_MS,
    CODE,
    GROUP_NAMES,
    OFFSET_MIN,
    Sold,
    card,
    cash,
    day_report,
    receipt,
    swish,
)

from skrin import documents
from skrin.documents.blocks import Block, Centered, Code, Line, Mark, Rule, Slip, Space, Table
from skrin.documents.figures import amount
from skrin.documents.layout import DOUBLE, broken_code, set_blocks, wrap
from skrin.documents.text import render_text
from skrin.domain.money import parse_amount
from skrin.domain.quantity import line_amount
from skrin.domain.receipt import RETURN, SALE, SignedReceipt

COLUMNS = st.sampled_from([32, 42, 48])
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60
).filter(str.strip)
FIGURES = st.integers(-99_999_999_99, 99_999_999_99).map(amount)


@st.composite
def sold_lines(draw: st.DrawFn) -> Sold:
    weighed = draw(st.booleans())
    quantity = draw(st.integers(1, 9_999)) if weighed else 1000 * draw(st.integers(1, 60))
    price = draw(st.integers(0, 9_999_00))
    full = line_amount(quantity, price)
    return Sold(
        name=draw(st.text("Kanelbulle åäö é €", min_size=1, max_size=50).filter(str.strip)),
        rate_bp=draw(st.sampled_from([2500, 1200, 600, 0])),
        price_minor=price,
        quantity_milli=quantity,
        discount_minor=draw(st.just(0) | st.integers(0, full)),
        unit="kg" if weighed else "st",
        decimals=3 if weighed else 0,
        group=draw(st.sampled_from(sorted(GROUP_NAMES))),
        item_kind=draw(st.sampled_from(["goods", "service"])),
        article=draw(st.integers(1, 9)),
    )


@st.composite
def receipts(draw: st.DrawFn) -> SignedReceipt:
    """A sale or a return, paid in one to three ways."""
    sold = draw(st.lists(sold_lines(), min_size=1, max_size=8))
    total = sum(line_amount(s.quantity_milli, s.price_minor) - s.discount_minor for s in sold)
    by_card = draw(st.integers(0, total))
    by_swish = draw(st.integers(0, total - by_card))
    kind = draw(st.sampled_from([SALE, SALE, RETURN]))
    tip = draw(st.sampled_from([0, 0, 10_00])) if by_card and kind == SALE else 0
    in_cash = total - by_card - by_swish
    tendered = draw(st.sampled_from([None, 1_000_00]))
    if tendered is not None and (kind == RETURN or cash(in_cash).amount_minor > tendered):
        tendered = None
    payments = [
        *([card(by_card, tip_minor=tip)] if by_card else []),
        *([swish(by_swish)] if by_swish else []),
        *([cash(in_cash, tendered)] if in_cash or not total else []),
    ]
    return receipt(sold, payments, kind=kind, number=draw(st.integers(1, 999_999_999_999)))


BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Line, NAMES, NAMES | FIGURES | st.just(""), st.booleans(), st.integers(0, 4)),
    st.builds(Centered, NAMES, st.booleans()),
    st.builds(Mark, NAMES),
    st.builds(Rule),
    st.builds(Space),
    st.builds(Code, NAMES, st.sampled_from([CODE, "", "x" * 100, CODE + ";" + CODE])),
    st.builds(Slip, st.tuples(NAMES, NAMES)),
    st.builds(
        Table,
        st.tuples(NAMES, FIGURES, FIGURES, FIGURES),
        st.lists(st.tuples(NAMES, FIGURES, FIGURES, FIGURES), max_size=4).map(tuple),
    ),
)


@given(st.lists(BLOCKS, max_size=12), COLUMNS)
def test_no_line_is_longer_than_the_paper(blocks: list[Block], columns: int) -> None:
    for row in set_blocks(blocks, columns):
        assert len(row.text) <= (columns // 2 if row.style == DOUBLE else columns)
        assert row.text.isprintable()
    text = render_text(blocks, columns)
    assert all(len(line) <= columns for line in text.split("\n"))
    assert text == "" or text.endswith("\n")


@pytest.mark.slow
@given(receipts(), COLUMNS)
def test_no_receipt_is_wider_than_its_paper(signed: SignedReceipt, columns: int) -> None:
    text = documents.receipt_text(signed, columns)
    assert max(map(len, text.split("\n"))) <= columns
    assert text.encode("cp858").decode("cp858") == text


@pytest.mark.slow
@given(st.lists(receipts(), max_size=4), COLUMNS, st.sampled_from([0, 9]))
@settings(max_examples=50, deadline=None)
def test_no_report_is_wider_than_its_paper(
    sold: list[SignedReceipt], columns: int, number: int
) -> None:
    report = day_report(sold, number=number)
    text = documents.report_text(report, CLOSED_AT_UTC_MS, OFFSET_MIN, columns)
    assert max(map(len, text.split("\n"))) <= columns


def amounts(text: str) -> dict[str, list[int]]:
    """The right-hand figures of a 48-column receipt, read as a person would, by label."""
    found: dict[str, list[int]] = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(.*?)\s*(?<!\S)(-?\d{1,3}(?: \d{3})*,\d\d)", line)
        if match:
            sign = -1 if match[2].startswith("-") else 1
            minor = sign * parse_amount(match[2].lstrip("-"), zero_ok=True)
            found.setdefault(match[1].strip(), []).append(minor)
    return found


@pytest.mark.slow
@given(receipts())
def test_figures_read_back_and_add_up(signed: SignedReceipt) -> None:
    sealed = signed.sealed
    sign = -1 if sealed.kind == RETURN else 1
    # Names that a reader can tell apart from labels, and no slip between the figures.
    plain = replace(
        sealed,
        lines=tuple(replace(line, name=f"#{line.line}") for line in sealed.lines),
        payments=tuple(
            replace(paid, card=None, name=f"%{i}") for i, paid in enumerate(sealed.payments)
        ),
    )
    found = amounts(documents.receipt_text(replace(signed, sealed=plain), 48))
    sold = sum(sum(v) for k, v in found.items() if "#" in k)
    assert sold + sum(found.get("Rabatt", [])) == found["Totalt"][0] == sign * sealed.total_minor
    to_pay = found.get("Att betala SEK") or found["Att återbetala SEK"]
    extra = sum(found.get("Öresavrundning", [])) + sum(found.get("Dricks", []))
    assert to_pay == [found["Totalt"][0] + extra]
    paid = sum(sum(v) for k, v in found.items() if k.startswith("%"))
    assert paid - sum(found.get("Växel", [])) == to_pay[0]
    assert found["Varav moms"] == [sign * sum(line.vat_minor for line in sealed.lines)]


@given(NAMES, st.integers(8, 48))
def test_wrapping_loses_nothing_but_spaces(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(0 < len(line) <= columns for line in lines)


@given(st.text("AB,;", max_size=150), st.integers(20, 48))
def test_a_broken_code_reads_together(code: str, columns: int) -> None:
    lines = broken_code(code, columns)
    assert "".join(lines) == code
    assert all(len(line) <= columns for line in lines)


def test_the_control_code_breaks_before_its_separator() -> None:
    assert [len(line) for line in broken_code(CODE, 32)] == [32, 27]
    assert broken_code(CODE, 42)[1].startswith(",")
    assert broken_code(CODE, 60) == [CODE]


@given(st.text(max_size=30))
def test_html_is_escaped(name: str) -> None:
    signed = receipt([Sold(f"<script>&{name}", 600, 25_00)])
    page = documents.receipt_html(signed)
    assert "<script" not in page and "style=" not in page
    assert "&lt;script&gt;&amp;" in page
