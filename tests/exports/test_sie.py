"""SIE 4I files: strict by a reader of their own, balanced whatever the day was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Golden
from tests.documents.cast import (
    BUN,
    CHEESE,
    COFFEE,
    DAY_EXTRAS,
    MUG,
    busy_day,
    card,
    day_report,
    exchange,
    receipt,
)
from tests.documents.test_properties import receipts
from tests.exports.reader import Faulty, read_strictly

from skrin.domain.receipt import RETURN, SignedReceipt
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, PeriodNet, TotalsRow
from skrin.exports.sie import Company, Unbalanced, Voucher, VoucherLine, sie_file
from skrin.exports.sie_voucher import AccountPlan, GroupAccount, RateAccount, voucher_of

MADE_ON = date(2026, 11, 21)
BAKERY = Company("Bageri Vetekornet AB", "556677-8899")
NAMES = {
    "1580": "Fordringar kort och kuponger",
    "1910": "Kassa",
    "1930": "Företagskonto",
    "2611": "Utgående moms 25 %",
    "2621": "Utgående moms 12 %",
    "2631": "Utgående moms 6 %",
    "2890": "Dricks till personalen",
    "3001": "Försäljning varor 25 %",
    "3002": "Försäljning varor 12 %",
    "3003": "Försäljning varor 6 %",
    "3004": "Försäljning momsfri",
    "3740": "Öres- och kronutjämning",
}
REVENUE = {2500: "3001", 1200: "3002", 600: "3003", 0: "3004"}
PLAN = AccountPlan(
    methods={1: "1910", 2: "1580", 3: "1930"},
    revenue=[
        GroupAccount(group, rate, "", account)
        for group in range(1, 5)
        for rate, account in REVENUE.items()
    ],
    vat=[
        RateAccount(2500, "", "2611"),
        RateAccount(1200, "", "2621"),
        RateAccount(600, "", "2631"),
    ],
    rounding="3740",
    tips="2890",
    names=NAMES,
)


def write(*vouchers: Voucher, company: Company = BAKERY, checksum: bool = False) -> bytes:
    return sie_file(
        vouchers, company, PLAN.accounts(), MADE_ON, "Skrin", "0.1.0", checksum=checksum
    )


def booked(voucher: Voucher) -> dict[str, int]:
    return {line.account: line.amount_minor for line in voucher.lines}


@pytest.mark.requirement("R-SIE-005", "R-SELL-014")
def test_a_busy_day(golden: Golden) -> None:
    voucher = voucher_of(day_report(busy_day(), extra=DAY_EXTRAS), PLAN)
    data = write(voucher)
    golden("sie/busy-day.si", data)
    read = read_strictly(data)
    assert read.header["#FNAMN"] == ["Bageri Vetekornet AB"]
    assert read.header["#ORGNR"] == ["556677-8899"]
    assert read.header["#GEN"] == ["20261121"]
    assert read.accounts["2611"] == "Utgående moms 25 %"
    (vouched,) = read.vouchers
    assert vouched.head == ["", "", "20261120", "Kassa VK1-1 Z 12"]
    # By hand, from the receipts: what each account must get.
    assert {account: minor for account, minor, _ in vouched.lines} == {
        "1910": 85_00 + 295_00 - 26_00,
        "1580": 309_90,
        "1930": 450_00,
        "3001": -758_40,
        "3002": -30_36,
        "3003": -105_93,
        "2611": -189_60,
        "2621": -3_64,
        "2631": -6_37,
        "2890": -20_00,
        "3740": 40,
    }


def test_rounding_turns_its_sign() -> None:
    up = voucher_of(day_report([receipt([replace(COFFEE, price_minor=33_60)])]), PLAN)
    down = voucher_of(day_report([receipt([replace(COFFEE, price_minor=33_40)])]), PLAN)
    back = receipt([replace(COFFEE, price_minor=33_60)], kind=RETURN)
    assert booked(up)["3740"] == -40
    assert booked(down)["3740"] == 40
    assert booked(voucher_of(day_report([back]), PLAN))["3740"] == 40


def test_a_tip_given_back_is_no_debt_any_more() -> None:
    sold = receipt([COFFEE], [card(34_00, tip_minor=5_00)])
    back = receipt([COFFEE], [card(34_00, tip_minor=5_00)], kind=RETURN)
    assert booked(voucher_of(day_report([sold]), PLAN))["2890"] == -5_00
    assert voucher_of(day_report([sold, back]), PLAN).lines == ()


def test_the_account_is_that_of_the_business_day() -> None:
    plan = replace(
        PLAN,
        revenue=[
            GroupAccount(1, 1200, "", "3002"),
            GroupAccount(1, 1200, "2026-04-01", "3012"),
            GroupAccount(1, 1200, "2026-12-01", "3022"),
        ],
        vat=[*PLAN.vat, RateAccount(1200, "2026-11-20", "2622")],
    )
    report = day_report([receipt([COFFEE])])
    for day, revenue, vat in [
        ("2026-03-31", "3002", "2621"),
        ("2026-04-01", "3012", "2621"),
        ("2026-11-20", "3012", "2622"),
        ("2026-12-01", "3022", "2622"),
    ]:
        on_day = replace(report, periods=(PeriodNet(day, 1, report.net_minor),))
        assert {revenue, vat} <= set(booked(voucher_of(on_day, plan)))


@pytest.mark.requirement("R-SIE-004", "R-SIE-005")
@pytest.mark.parametrize(
    ("plan", "what"),
    [
        (replace(PLAN, methods={}), {"what": "payment_method", "method": "1", "name": "Kontant"}),
        (
            replace(PLAN, revenue=[]),
            {
                "what": "revenue",
                "group": 1,
                "name": "Varm dryck",
                "rate_bp": 1200,
                "day": "2026-11-20",
            },
        ),
        (replace(PLAN, vat=[]), {"what": "vat", "rate_bp": 1200, "day": "2026-11-20"}),
        (replace(PLAN, rounding=""), {"what": "rounding"}),
    ],
)
def test_a_missing_account_is_named(plan: AccountPlan, what: dict[str, object]) -> None:
    report = day_report([receipt([replace(COFFEE, price_minor=33_60)])])
    with pytest.raises(Refusal) as refused:
        voucher_of(report, plan)
    assert refused.value.code == "account_missing"
    assert refused.value.values == what


def test_an_account_is_asked_for_only_when_something_is_booked_on_it() -> None:
    plan = replace(PLAN, rounding="", tips="", vat=[RateAccount(1200, "", "2621")])
    assert voucher_of(day_report([receipt([COFFEE])]), plan).difference_minor == 0


def test_a_day_without_sales_is_left_out(golden: Golden) -> None:
    empty = voucher_of(day_report([], number=13), PLAN)
    assert empty.lines == ()
    data = write(empty)
    golden("sie/empty-day.si", data)
    assert read_strictly(data).vouchers == []
    both = write(empty, voucher_of(day_report([receipt([COFFEE])]), PLAN))
    assert len(read_strictly(both).vouchers) == 1


def test_an_x_is_no_basis_for_books() -> None:
    with pytest.raises(Refusal, match="not_closed"):
        voucher_of(day_report([], number=0), PLAN)


@pytest.mark.parametrize("difference_minor", [1, -1, 100_00])
def test_an_unbalanced_voucher_is_refused_with_its_difference(difference_minor: int) -> None:
    voucher = voucher_of(day_report(busy_day()), PLAN)
    first, *rest = voucher.lines
    off = replace(first, amount_minor=first.amount_minor + difference_minor)
    with pytest.raises(Unbalanced) as refused:
        write(replace(voucher, lines=(off, *rest)))
    assert refused.value.difference_minor == difference_minor
    assert refused.value.values["voucher"] == "Kassa VK1-1 Z 12"


def test_an_account_that_sie_cannot_carry_is_refused() -> None:
    voucher = Voucher("2026-11-20", "x", (VoucherLine("19A0", 100), VoucherLine("1910", -100)))
    with pytest.raises(Refusal, match="account_not_numeric"):
        write(voucher)


def test_the_worked_figures_of_the_standards_summary() -> None:
    """Cash 500.00, card 744.90, gift card 100.00, rounding 0.10; 25 % and 12 % sales."""
    minor = {
        "1910": 500_00,
        "1580": 744_90,
        "2421": 100_00,
        "3740": 10,
        "3001": -900_00,
        "2611": -225_00,
        "3002": -196_43,
        "2621": -23_57,
    }
    lines = tuple(VoucherLine(account, amount) for account, amount in minor.items())
    read = read_strictly(write(Voucher("2026-11-20", "Z", lines)))
    assert {account: amount for account, amount, _ in read.vouchers[0].lines} == minor
    # An account that the chart does not name is declared all the same.
    assert read.accounts["2421"] == "2421"


NAMES_OF_ALL_KINDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40
)


@given(NAMES_OF_ALL_KINDS, NAMES_OF_ALL_KINDS, st.booleans())
def test_no_text_can_break_a_file(name: str, text: str, checksum: bool) -> None:
    lines = (VoucherLine("1910", 12_50, text), VoucherLine("3001", -12_50, text[::-1]))
    company = Company(f"A{name}")
    data = write(Voucher("2026-11-20", text, lines), company=company, checksum=checksum)
    read = read_strictly(data)
    assert len(read.vouchers) == 1 and len(read.vouchers[0].lines) == 2
    # Running it again changes nothing: what was written is what the page can carry.
    again = write(
        Voucher("2026-11-20", read.vouchers[0].head[3], lines),
        company=Company(read.header["#FNAMN"][0]),
        checksum=checksum,
    )
    assert again == data


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("Räksmörgås & Öl på Åsö, é ü ½", "Räksmörgås & Öl på Åsö, é ü ½"),
        ("Brødrene – “Fjällräven” 10 €", 'Brödrene - "Fjällräven" 10 EUR'),
        ('12" skiva', '12" skiva'),
        ("C:\\bok\\", "C:/bok/"),
        ("{a}\r\n#VER", "(a)  #VER"),
    ],
)
def test_texts_are_written_as_the_page_can(typed: str, stands: str) -> None:
    lines = (VoucherLine("1910", 1), VoucherLine("3001", -1))
    read = read_strictly(write(Voucher("2026-11-20", typed, lines)))
    assert read.vouchers[0].head[3] == stands


def test_the_check_sum() -> None:
    """CRC-32 over labels and fields: the first bytes by hand, the file by the strict reader."""
    data = sie_file([], Company("AB"), [], MADE_ON, "P", "1", checksum=True)
    assert data.split(b"\r\n")[:2] == [b"#FLAGGA 0", b"#KSUMMA"]
    read_strictly(data)
    with pytest.raises(Faulty, match="check sum"):
        read_strictly(data.replace(b"#FNAMN AB", b"#FNAMN AC"))
    assert b"#KSUMMA" not in write()


@pytest.mark.slow
@given(st.lists(receipts(), max_size=6))
@settings(max_examples=100, deadline=None)
def test_every_day_built_from_receipts_balances(sold: list[SignedReceipt]) -> None:
    voucher = voucher_of(day_report(sold), PLAN)
    assert voucher.difference_minor == 0
    read = read_strictly(write(voucher))
    # Revenue and VAT are what the receipts say, whatever the voucher put together.
    wanted: dict[str, int] = {}
    for signed in sold:
        sign = 1 if signed.sealed.kind == RETURN else -1
        for row in signed.sealed.vat:
            account = REVENUE[row.rate_bp]
            wanted[account] = wanted.get(account, 0) + sign * row.net_minor
    found = {account: minor for v in read.vouchers for account, minor, _ in v.lines}
    for account in REVENUE.values():
        assert found.get(account, 0) == wanted.get(account, 0)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ((b"PC8", b"UTF"), "PC8"),
        ((b"#FNAMN", b"#IB"), "belong"),
        ((b"#FNAMN", b"#FTYP"), "belong"),
        ((b"34.00", b"34.001"), "two decimals"),
        ((b"34.00", b"35.00"), "adds up"),
        ((b"#KONTO 1910 Kassa\r\n", b""), "declared"),
        ((b"\r\n", b"\n"), "CR LF"),
        ((b"}\r\n", b""), "closed"),
        ((b"{}", b"{1 2"), "cannot be read"),
    ],
)
def test_the_strict_reader_can_say_no(spoil: tuple[bytes, bytes], why: str) -> None:
    data = write(voucher_of(day_report([receipt([COFFEE])]), PLAN))
    read_strictly(data)
    with pytest.raises(Faulty, match=why):
        read_strictly(data.replace(*spoil))


def test_lines_of_one_account_are_one() -> None:
    voucher = voucher_of(day_report([receipt([BUN, CHEESE, MUG])]), PLAN)
    accounts = [line.account for line in voucher.lines]
    assert len(accounts) == len(set(accounts))
    assert booked(voucher)["3003"] == -(91_90 - 5_20)


@pytest.mark.requirement("R-MORE-001", "R-RET-003")
def test_an_exchange_needs_no_account_for_what_is_set_off() -> None:
    back, out = exchange()
    report = day_report([back, out])
    settled = next(row for row in report.rows_of("method") if row.name == "Kvittning")
    assert (settled.count, settled.amount_minor) == (2, 0)
    voucher = voucher_of(report, PLAN)
    assert voucher.difference_minor == 0
    booked = {line.account: line.amount_minor for line in voucher.lines}
    # A mug for 249.00 out, a bun for 25.50 back, 224.00 in cash with 0.50 of rounding.
    assert booked == {
        "1910": 224_00,
        "3001": -199_20,
        "2611": -49_80,
        "3003": 24_06,
        "2631": 1_44,
        "3740": -50,
    }
    assert read_strictly(write(voucher))


MOVED = (
    TotalsRow("cash_in", "8", "Växel från banken", 2, 0, 700_00),
    TotalsRow("cash_out", "7", "Till banken", 1, 0, 700_00),
    TotalsRow("cash_out", "9", "Inköp med kontanter", 1, 0, 189_00),
)
WITH_REASONS = replace(
    PLAN,
    cash="1910",
    reasons={("cash_in", 8): "1930", ("cash_out", 7): "1930", ("cash_out", 9): "4010"},
)


@pytest.mark.requirement("R-SIE-006", "R-CASH-003", "OPP-014")
def test_cash_in_and_out_is_booked_on_the_accounts_of_its_reasons(golden: Golden) -> None:
    report = day_report([receipt([COFFEE])], extra=MOVED)
    data = write(voucher_of(report, WITH_REASONS))
    golden("sie/cash-moved.si", data)
    (vouched,) = read_strictly(data).vouchers
    # A coffee for 34.00 at 12 % in cash; then a pair for each reason, also where the bank's account
    # gets as much as it gave.
    assert vouched.lines == [
        ("1910", 34_00, []),
        ("3002", -30_36, []),
        ("2621", -3_64, []),
        ("1910", 700_00, ["", "Växel från banken"]),
        ("1930", -700_00, ["", "Växel från banken"]),
        ("1910", -700_00, ["", "Till banken"]),
        ("1930", 700_00, ["", "Till banken"]),
        ("1910", -189_00, ["", "Inköp med kontanter"]),
        ("4010", 189_00, ["", "Inköp med kontanter"]),
    ]
    drawer_minor = sum(minor for account, minor, _ in vouched.lines if account == "1910")
    assert drawer_minor == report.cash_expected_minor - report.float_minor == -155_00


def test_a_day_on_which_only_cash_was_moved_has_its_voucher() -> None:
    (vouched,) = read_strictly(
        write(voucher_of(day_report([], extra=MOVED[2:]), WITH_REASONS))
    ).vouchers
    assert [(account, minor) for account, minor, _ in vouched.lines] == [
        ("1910", -189_00),
        ("4010", 189_00),
    ]


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        (
            replace(WITH_REASONS, reasons={("cash_in", 8): "1930", ("cash_out", 7): ""}),
            {"what": "cash_out", "reason": "7", "name": "Till banken"},
        ),
        (
            replace(WITH_REASONS, reasons={("cash_out", 8): "1930"}),
            {"what": "cash_in", "reason": "8", "name": "Växel från banken"},
        ),
        (replace(WITH_REASONS, cash=""), {"what": "cash"}),
    ],
)
def test_cash_is_not_moved_to_an_account_that_nobody_named(
    plan: AccountPlan, what: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refused:
        voucher_of(day_report([], extra=MOVED), plan)
    assert (refused.value.code, refused.value.values) == ("account_missing", what)


@given(
    st.lists(receipts(), max_size=4),
    st.lists(
        st.tuples(st.sampled_from(["cash_in", "cash_out"]), st.integers(1, 100_000)), max_size=6
    ),
)
@settings(max_examples=60, deadline=None)
def test_the_cash_account_gets_what_the_z_says_of_the_drawer(
    sold: list[SignedReceipt], moved: list[tuple[str, int]]
) -> None:
    rows = [TotalsRow(kind, "7", "Kassaskåpet", 1, 0, kronor * 100) for kind, kronor in moved]
    plan = replace(WITH_REASONS, reasons={("cash_in", 7): "1911", ("cash_out", 7): "1911"})
    report: DayReport = day_report(sold, extra=rows)
    voucher = voucher_of(report, plan)
    assert voucher.difference_minor == 0
    drawer_minor = sum(line.amount_minor for line in voucher.lines if line.account == "1910")
    assert drawer_minor == report.cash_expected_minor - report.float_minor
