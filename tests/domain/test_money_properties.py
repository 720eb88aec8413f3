"""What holds for money whatever the figures are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from skrin.domain.discount import cash_rounding, percentage_of, returned_part, spread_discount
from skrin.domain.money import (
    MAX_AMOUNT_MINOR,
    grouped_amount,
    half_up,
    parse_amount,
    plain_amount,
    round_to_step,
    share,
)
from skrin.domain.quantity import checked_quantity, line_amount, quantity_text
from skrin.domain.refusal import Refusal
from skrin.domain.vat import vat_per_rate, vat_within

AMOUNTS = st.integers(0, 10_000_000_00)
SIGNED = st.integers(-10_000_000_00, 10_000_000_00)
RATES = st.sampled_from([2500, 1200, 600, 0])
LINES = st.lists(st.tuples(RATES, AMOUNTS), max_size=12)
HALF = Fraction(1, 2)


@given(SIGNED, st.integers(1, 100_000))
@example(1, 2)
@example(-1, 2)
def test_rounding_is_within_half_a_step_and_away_from_zero(
    numerator: int, denominator: int
) -> None:
    exact, rounded = Fraction(numerator, denominator), half_up(numerator, denominator)
    assert abs(exact - rounded) <= HALF
    if abs(exact - rounded) == HALF:
        assert abs(rounded) > abs(exact)
    assert half_up(-numerator, denominator) == -rounded


@given(SIGNED, st.sampled_from([1, 5, 10, 50, 100]))
def test_rounding_to_a_step_gives_whole_steps(amount_minor: int, step_minor: int) -> None:
    rounded = round_to_step(amount_minor, step_minor)
    assert rounded % step_minor == 0
    assert 2 * abs(rounded - amount_minor) <= step_minor
    assert round_to_step(rounded, step_minor) == rounded


@given(SIGNED)
def test_cash_rounding_makes_whole_kronor(amount_minor: int) -> None:
    rounding = cash_rounding(amount_minor, 100)
    assert (amount_minor + rounding) % 100 == 0
    assert -49 <= rounding * (1 if amount_minor >= 0 else -1) <= 50


@given(SIGNED, st.lists(AMOUNTS, min_size=1, max_size=20))
def test_shares_add_up_and_are_fair(total: int, weights: list[int]) -> None:
    assume(sum(weights) > 0)
    parts = share(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        fair = Fraction(abs(total) * weight, sum(weights))
        assert part * (1 if total >= 0 else -1) in (int(fair), ceil(fair))
        assert weight or part == 0


@given(AMOUNTS, st.permutations(range(5)))
def test_ties_go_by_rank(total: int, order: list[int]) -> None:
    parts = share(total, [1] * 5, order)
    ranked = [parts[place] for place in sorted(range(5), key=lambda place: order[place])]
    assert ranked == sorted(ranked, reverse=True)


@given(LINES)
def test_vat_parts_add_up(lines: list[tuple[int, int]]) -> None:
    rows, shares = vat_per_rate(lines)
    assert [row.rate_bp for row in rows] == sorted({rate for rate, _ in lines}, reverse=True)
    assert sum(row.gross_minor for row in rows) == sum(amount for _, amount in lines)
    for row in rows:
        own = [vat for (rate, _), vat in zip(lines, shares, strict=True) if rate == row.rate_bp]
        assert sum(own) == row.vat_minor
        exact = Fraction(row.gross_minor * row.rate_bp, 10_000 + row.rate_bp)
        assert abs(exact - row.vat_minor) <= HALF
        assert row.net_minor + row.vat_minor == row.gross_minor


@given(LINES, st.randoms())
def test_the_order_of_lines_changes_no_total(lines: list[tuple[int, int]], random: object) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert vat_per_rate(shuffled)[0] == vat_per_rate(lines)[0]


@given(LINES)
def test_a_lines_vat_is_never_more_than_a_rounding_away(lines: list[tuple[int, int]]) -> None:
    _, shares = vat_per_rate(lines)
    for (rate, amount), vat in zip(lines, shares, strict=True):
        assert abs(Fraction(amount * rate, 10_000 + rate) - vat) < 2
        assert 0 <= vat <= amount


@given(SIGNED, RATES)
def test_vat_of_a_return_mirrors_the_sale(gross_minor: int, rate_bp: int) -> None:
    assert vat_within(-gross_minor, rate_bp) == -vat_within(gross_minor, rate_bp)


@given(LINES, st.integers(0, 12 * 10_000_000_00))
def test_a_discount_adds_up_and_leaves_no_line_below_zero(
    lines: list[tuple[int, int]], discount_minor: int
) -> None:
    total = sum(amount for _, amount in lines)
    if discount_minor > total:
        with pytest.raises(Refusal) as refused:
            spread_discount(discount_minor, lines)
        assert refused.value.code == "discount_too_large"
        assert refused.value.values == {"most_minor": total}
        return
    parts = spread_discount(discount_minor, lines)
    assert sum(parts) == discount_minor
    for part, (_, amount) in zip(parts, lines, strict=True):
        assert 0 <= part <= amount


@given(LINES)
def test_a_whole_discount_leaves_nothing(lines: list[tuple[int, int]]) -> None:
    amounts = [amount for _, amount in lines]
    assert spread_discount(percentage_of(sum(amounts), 10_000), lines) == amounts


def test_a_negative_discount_is_no_discount() -> None:
    with pytest.raises(Refusal, match="discount_too_large"):
        spread_discount(-1, [(2500, 10_00)])


@st.composite
def splits(draw: st.DrawFn) -> tuple[int, list[int]]:
    """A quantity sold and the returns that give all of it back, in any pieces."""
    sold = draw(st.integers(1, 20_000))
    cuts = draw(st.sets(st.integers(1, sold), max_size=8)) | {sold}
    edges = [0, *sorted(cuts)]
    return sold, [after - before for before, after in pairwise(edges)]


@pytest.mark.requirement("R-RET-002", "R-RET-004")
@given(splits(), AMOUNTS, RATES)
def test_returns_undo_their_sale_in_any_split(
    split: tuple[int, Sequence[int]], amount_minor: int, rate_bp: int
) -> None:
    sold_milli, pieces = split
    for figure in (amount_minor, vat_within(amount_minor, rate_bp)):
        before, given_back = 0, 0
        for piece in pieces:
            part = returned_part(figure, sold_milli, before, piece)
            assert part >= 0
            before, given_back = before + piece, given_back + part
            assert abs(Fraction(figure * before, sold_milli) - given_back) <= HALF
        assert given_back == figure


@given(splits(), st.integers(1, 1_000))
def test_no_more_comes_back_than_was_sold(split: tuple[int, Sequence[int]], more: int) -> None:
    sold_milli, (first, *_) = split
    for before, now in ((first, sold_milli - first + more), (0, 0), (first, -first)):
        with pytest.raises(Refusal, match="nothing_left_to_return"):
            returned_part(100_00, sold_milli, before, now)


@given(st.integers(1, 9_999_000), AMOUNTS)
def test_a_line_is_within_half_an_ore(quantity_milli: int, price_minor: int) -> None:
    amount = line_amount(quantity_milli, price_minor)
    assert abs(Fraction(quantity_milli * price_minor, 1000) - amount) <= HALF
    assert line_amount(-quantity_milli, price_minor) == -amount


@given(st.integers(-9_999_000, 9_999_000), st.integers(0, 3))
def test_a_quantity_reads_back(quantity_milli: int, decimals: int) -> None:
    text = quantity_text(quantity_milli, decimals)
    assert Fraction(text.replace(",", ".")) * 1000 == quantity_milli
    shown = len(text.partition(",")[2])
    assert shown == decimals or (shown > decimals and not text.endswith("0"))


@given(st.integers(-10, 10_000_000), st.integers(0, 3))
def test_only_quantities_of_the_unit_are_taken(quantity_milli: int, decimals: int) -> None:
    in_range = 0 < quantity_milli <= 9_999_000
    if in_range and quantity_milli % 10 ** (3 - decimals) == 0:
        assert checked_quantity(quantity_milli, decimals) == quantity_milli
        return
    with pytest.raises(Refusal) as refused:
        checked_quantity(quantity_milli, decimals)
    assert refused.value.code == ("quantity_not_whole" if in_range else "quantity_out_of_range")


@given(st.integers(0, MAX_AMOUNT_MINOR))
def test_amounts_read_back_as_they_are_written(amount_minor: int) -> None:
    for text in (plain_amount(amount_minor), grouped_amount(amount_minor)):
        assert parse_amount(text, zero_ok=True) == amount_minor
    assert plain_amount(-amount_minor - 1) == "-" + plain_amount(amount_minor + 1)


@pytest.mark.parametrize(
    "typed",
    ["12,345,6", "-0", "1e5", "٣", "", "--", "1.2.3", " ", "kr", "+5", "1_000", "½", "0x10"],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_amount(typed)
    assert refused.value.code == "amount_unreadable"
    assert refused.value.values == {"typed": typed.strip()}


@given(st.text(max_size=30))
def test_no_text_at_all_does_more_than_be_read_or_refused(typed: str) -> None:
    try:
        amount_minor = parse_amount(typed)
    except Refusal as refused:
        assert refused.code in ("amount_unreadable", "amount_zero", "amount_too_large")
    else:
        assert 0 < amount_minor <= MAX_AMOUNT_MINOR
        assert any(char in "0123456789" for char in typed)
