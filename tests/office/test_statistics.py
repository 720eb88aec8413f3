"""Statistics, receipts, closings and files: figures worked by hand, to the öre."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal

from skrin.documents import receipt_text, report_text
from skrin.domain.cart import Origin
from skrin.domain.codec import decode, encode
from skrin.domain.payment import Payment
from skrin.domain.receipt import DiscountRow, ReceiptSealed, SignedReceipt
from skrin.domain.report import TotalsRow, add_rows
from skrin.office.receipts import queries as receipts
from skrin.office.receipts.queries import Selection
from skrin.office.statistics import queries as statistics
from skrin.office.statistics.queries import Figures, Quantity
from skrin.office.tenancy.wall import inside
from skrin.sync.accounting import ACCOUNTING_PATH, AccountingAnswer, AccountingQuestion

pytestmark = pytest.mark.office

NOVEMBER = "from=2026-11-01&to=2026-11-30"


def fill(cast: Cast, journal: Journal) -> None:
    """Two days. The 20th: 2 coffees and a mug in cash; 0.100 kg of tea; one coffee back. The 21st:
    a mug."""
    journal.sale(cast.articles["coffee"].times(2000), cast.articles["mug"], pay="cash")
    journal.sale(cast.articles["tea"], time="13:30:00")
    journal.sale(cast.articles["coffee"], kind="return", time="14:00:00")
    journal.close()
    journal.day = "2026-11-21"
    journal.sale(cast.articles["mug"], time="09:00:00")
    journal.close()
    cast.take(journal.exchange())


def pieces(count: int) -> tuple[Quantity, ...]:
    return (Quantity("st", 0, count * 1000),)


def figures(cast: Cast, first: date, last: date) -> dict[str, Figures]:
    with inside(cast.company):
        groups = statistics.per_group(cast.company, Selection(first, last))
    return {group.name: group.figures for group in groups} | {
        f"{group.name}/{article.name}": article.figures
        for group in groups
        for article in group.articles
    }


@pytest.mark.requirement("R-STAT-001", "R-STAT-002", "R-STAT-004")
def test_figures_by_hand(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    found = figures(cast, date(2026, 11, 20), date(2026, 11, 20))
    # Coffee: 68.00 sold (VAT 3.85), 34.00 back (VAT 1.92): 34.00, VAT 1.93, cost 5.00.
    coffee = found["Varm dryck/Bryggkaffe"]
    assert coffee == Figures(1, pieces(1), 34_00, 1_93, 5_00)
    assert (coffee.net_minor, coffee.profit_minor, coffee.margin_per_mille) == (32_07, 27_07, 844)
    # Tea: 0.100 kg at 899.00 = 89.90, VAT 5.09, cost 30.00; weighed goods count as one.
    tea = found["Varm dryck/Te, lösvikt"]
    assert tea == Figures(1, (Quantity("kg", 3, 100),), 89_90, 5_09, 30_00)
    group = found["Varm dryck"]
    assert group == Figures(2, (Quantity("kg", 3, 100), *pieces(1)), 123_90, 7_02, 35_00)
    assert (group.net_minor, group.profit_minor, group.margin_per_mille) == (116_88, 81_88, 701)
    # Mug: 149.50, VAT 29.90, cost 58.00.
    mug = found["Prylar"]
    assert mug == Figures(1, pieces(1), 149_50, 29_90, 58_00)
    assert (mug.net_minor, mug.profit_minor, mug.margin_per_mille) == (119_60, 61_60, 515)


@pytest.mark.requirement("R-STAT-003")
def test_days_are_chosen_from_and_to(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    both = figures(cast, date(2026, 11, 20), date(2026, 11, 21))
    assert both["Prylar"] == Figures(2, pieces(2), 299_00, 59_80, 116_00)
    assert figures(cast, date(2026, 11, 21), date(2026, 11, 21)).keys() == {
        "Prylar",
        "Prylar/Mugg",
    }
    assert figures(cast, date(2026, 11, 22), date(2026, 12, 31)) == {}


def test_the_statistics_page_shows_the_figures(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    browser = cast.logged_in()
    page = browser.get("/statistics?from=2026-11-20&to=2026-11-20").content.decode()
    for shown in ("116,88", "81,88", "70,1\xa0%", "119,60", "0,100\xa0kg", "236,48"):
        assert shown in page, shown
    assert "fredag 20 november 2026" in page
    wrong = browser.get("/statistics?from=2026-11-31&to=x").content.decode()
    assert 'class="fault" role="alert"' in wrong
    data = browser.get(f"/statistics.json?{NOVEMBER}").json()
    assert data["total"]["net_minor"] == 116_88 + 119_60 * 2
    assert [group["number"] for group in data["groups"]] == ["50", "10"]
    assert [(day["label"], day["receipts"], day["returns"]) for day in data["days"]] == [
        ("2026-11-20", 2, 1),
        ("2026-11-21", 1, 0),
    ]


@pytest.mark.requirement("R-STAT-001", "R-STAT-002")
def test_kilos_and_pieces_of_one_article_are_told_apart(cast: Cast, journal: Journal) -> None:
    """A label with a weight and a label with a price, of the same tea, in the same hour."""
    tea = cast.articles["tea"]
    piece = replace(tea, unit="st", decimals=0, quantity_milli=1000, price_minor=45_00)
    piece = replace(piece, cost_minor=15_02)
    journal.sale(tea.times(250), piece, cast.articles["coffee"].times(2000))
    journal.sale(piece, kind="return", time="12:10:00")
    journal.sale(tea.times(100), piece.times(3000), time="12:20:00")
    cast.take(journal.exchange())
    found = figures(cast, date(2026, 11, 20), date(2026, 11, 20))
    sold = found["Varm dryck/Te, lösvikt"]
    # 0.350 kg at 899.00 (224.75 + 89.90) and three pieces of 45.00; the third came back.
    assert sold.quantities == (Quantity("kg", 3, 350), Quantity("st", 0, 3000))
    assert (sold.count, sold.gross_minor) == (5, 224_75 + 89_90 + 3 * 45_00)
    assert sold.cost_minor == 75_00 + 30_00 + 3 * 15_02
    assert found["Varm dryck"].quantities == (Quantity("kg", 3, 350), Quantity("st", 0, 5000))
    page = cast.logged_in().get("/statistics?from=2026-11-20&to=2026-11-20").content.decode()
    assert "0,350\xa0kg, 3\xa0st" in page and "0,350\xa0kg, 5\xa0st" in page
    rows = cast.rows("SELECT count(*) FROM statistics_sold WHERE company_id = %s", [cast.company])
    assert rows == [(3,)], "a row for each unit, raised three times"
    data = cast.logged_in().get(f"/statistics.json?{NOVEMBER}").json()
    (tea_row,) = [a for a in data["groups"][0]["articles"] if a["number"] == "1002"]
    assert tea_row["quantities"] == [
        {"unit": "kg", "decimals": 3, "quantity_milli": 350},
        {"unit": "st", "decimals": 0, "quantity_milli": 3000},
    ]


def test_an_amount_on_a_group_has_its_row(cast: Cast, journal: Journal) -> None:
    from dataclasses import replace

    open_price = replace(
        cast.articles["coffee"], article=0, name="Varm dryck", price_minor=25_00, cost_minor=0
    )
    journal.sale(open_price)
    cast.take(journal.exchange())
    page = cast.logged_in().get(f"/statistics?{NOVEMBER}").content.decode()
    assert swedish("Amounts rung on %(group)s", group="Varm dryck") in page


def _seq(journal: Journal, kind: str, nth: int = 0) -> int:
    return [e.header.seq for e in journal.entries if e.header.kind == kind][nth]


def _names(page: str) -> list[tuple[str, str]]:
    """Numbers and tills of the receipts in a list."""
    return re.findall(r'<th scope="row"><a[^>]*>(\d+) <small.*?</span>([^<]+)</small>', page)


def test_a_receipt_reads_as_it_was_printed(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    sealed = journal.sealed([], "card")
    assert sealed.lines == ()
    seq = _seq(journal, "receipt.sealed")
    browser = cast.logged_in()
    text = browser.get(f"/receipts/{journal.till}/1/{seq}.txt").content.decode()
    with inside(cast.company):
        from skrin.office.receipts.queries import receipt

        signed = receipt(cast.company, journal.till, 1, seq)
    assert isinstance(signed, SignedReceipt)
    assert text == receipt_text(signed, 42)
    assert "Bryggkaffe" in text
    page = browser.get(f"/receipts/{journal.till}/1/{seq}").content.decode()
    assert "SIMU00000001" in page
    listed = browser.get(f"/receipts?{NOVEMBER}").content.decode()
    assert ("1", journal.designation) in _names(listed)
    assert "218,00" in listed  # 217.50 in cash, rounded up.
    assert "−34,00" in listed
    only = browser.get(f"/receipts?{NOVEMBER}&q={journal.designation}+2").content.decode()
    assert _names(only) == [("2", journal.designation)]


def test_a_z_is_byte_equal_to_the_printed_text(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    seq = _seq(journal, "day.closed")
    header = journal.entries[seq - 1].header
    from skrin.domain.codec import decode_body

    report = decode_body("day.closed", 1, journal.entries[seq - 1].body)
    printed = report_text(report, header.at_utc_ms, header.utc_offset_min, 42)  # type: ignore[arg-type]
    response = cast.logged_in().get(f"/closings/{journal.till}/1/{seq}.txt")
    assert response.content == printed.encode()
    page = cast.logged_in().get(f"/closings/{journal.till}/1/{seq}").content.decode()
    assert printed.splitlines()[5] in page


@pytest.mark.requirement("R-SIE-003", "R-SIE-005")
def test_the_sie_file_of_a_day_balances(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    seq = _seq(journal, "day.closed")
    response = cast.logged_in().get(f"/closings/{journal.till}/1/{seq}.si")
    assert response["Content-Disposition"].endswith(f'{journal.designation}-Z1.si"')
    text = response.content.decode("cp437")
    rows = [line.split() for line in text.splitlines() if line.strip().startswith("#TRANS")]
    booked = {row[1]: round(float(row[3]) * 100) for row in rows}
    # Net of group 10 at 6 %: 116.88; of group 50 at 25 %: 119.60; VAT 7.02 and 29.90; cash 218.00
    # with a rounding of 0.50; card 89.90 - 34.00.
    assert booked == {
        "1910": 218_00,
        "1580": 55_90,
        "3003": -116_88,
        "3001": -119_60,
        "2631": -7_02,
        "2611": -29_90,
        "3740": -50,
    }
    assert sum(booked.values()) == 0
    assert '#KONTO 3740 "Öresutjämning"' in text or "#KONTO 3740 Öresutjämning" in text
    assert "20261120" in text
    page = cast.logged_in().get(f"/money?{NOVEMBER}").content.decode()
    assert page.count("273,90") == 2  # Debit and credit.


@pytest.mark.requirement("R-SIE-006", "R-CASH-003")
def test_cash_in_and_out_is_in_the_file_of_its_day(cast: Cast, journal: Journal) -> None:
    from tests.exports.reader import read_strictly

    with inside(cast.company):
        change = _reason(cast.company, "CHANGE", "cash_in", "Växel från banken", "1930")
        bank = _reason(cast.company, "BANK", "cash_out", "Till banken", "")
    journal.sale(cast.articles["coffee"], pay="cash")
    journal.move_cash("cash_in", 500_00, change, "Växel från banken", "1930")
    journal.close()
    journal.day = "2026-11-21"
    journal.move_cash("cash_out", 800_00, bank, "Till banken", "")
    journal.close()
    cast.take(journal.exchange())
    first, second = (e.header.seq for e in journal.entries if e.header.kind == "day.closed")
    browser = cast.logged_in()

    def lines(seq: int) -> list[tuple[str, int, str]]:
        data = browser.get(f"/closings/{journal.till}/1/{seq}.si").content
        (voucher,) = read_strictly(data).vouchers
        return [(account, minor, "".join(text)) for account, minor, text in voucher.lines]

    assert lines(first) == [
        ("1910", 34_00, ""),
        ("3003", -32_08, ""),
        ("2631", -1_92, ""),
        ("1910", 500_00, "Växel från banken"),
        ("1930", -500_00, "Växel från banken"),
    ]
    # The reason had no account when its cash was moved; once it has one the file can be made.
    assert browser.get(f"/closings/{journal.till}/1/{second}.si").status_code == 409
    said = swedish("The reason %(name)s has no account. Give it one.", name="Till banken")
    assert said in browser.get(f"/money?{NOVEMBER}").content.decode()
    with inside(cast.company):
        _reason(cast.company, "BANK", "cash_out", "Till banken", "1940")
    assert lines(second) == [("1910", -800_00, "Till banken"), ("1940", 800_00, "Till banken")]


@pytest.mark.requirement("R-REP-005", "R-CLOSE-007")
def test_a_z_is_read_by_article_in_the_office_too(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    address = f"/closings/{journal.till}/1/{_seq(journal, 'day.closed')}"
    browser = cast.logged_in()
    by_group = browser.get(address).content.decode()
    by_article = browser.get(f"{address}?by=article").content.decode()
    assert "?by=article" in by_group and "Per artikel" not in by_group.split("<pre")[1]
    assert re.search(r"Per artikel", by_article.split("<pre")[1])
    assert re.search(r"(?m)^- \S", by_article.split("<pre")[1])


@pytest.mark.requirement("R-REP-013")
def test_the_till_fetches_the_very_file_of_its_own_z(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    seq = _seq(journal, "day.closed")

    def ask(store: int, seq: int) -> tuple[int, AccountingAnswer | None]:
        answer = cast.device.post(ACCOUNTING_PATH, encode(AccountingQuestion(store, seq)))
        read = decode(AccountingAnswer, answer.content) if answer.status_code == 200 else None
        return answer.status_code, read

    status, made = ask(1, seq)
    page = cast.logged_in().get(f"/closings/{journal.till}/1/{seq}.si")
    assert status == 200 and made and made.found and not made.refusal
    assert made.content == page.content and made.file_name in page["Content-Disposition"]
    assert ask(1, seq + 1)[1] == AccountingAnswer(False), "no Z stands there"
    assert ask(99, seq)[0] == 403, "another store"
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute("UPDATE accounting_ledger SET roles = roles - 'rounding'")
    refused = ask(1, seq)[1]
    assert refused and (refused.refusal, refused.about) == ("account_missing", "rounding")


@pytest.mark.requirement("R-REP-013")
@pytest.mark.parametrize(
    ("at", "day"),
    [("02:59", "20261122"), ("03:01", "20261123"), ("22:59", "20261123"), ("23:30", "20261123")],
)
def test_till_and_page_date_the_file_by_the_same_business_day_at_night(
    cast: Cast, journal: Journal, monkeypatch: pytest.MonkeyPatch, at: str, day: str
) -> None:
    """Days begin at 04:00 in Stockholm, which is 03:00 UTC in winter."""
    from skrin.office.sync_api import views

    fill(cast, journal)
    now = datetime.fromisoformat(f"2026-11-23T{at}:00+00:00")
    monkeypatch.setattr(views, "_now_ms", lambda: int(now.timestamp() * 1000))
    question = AccountingQuestion(1, _seq(journal, "day.closed"))
    answer = cast.device.post(ACCOUNTING_PATH, encode(question))
    made = decode(AccountingAnswer, answer.content)
    assert f"#GEN {day}".encode() in made.content


@pytest.mark.requirement("OPP-015", "R-CASH-006")
def test_what_a_count_found_is_booked_and_a_changed_float_where_an_account_is_given(
    cast: Cast, journal: Journal
) -> None:
    from tests.exports.reader import read_strictly

    def rows(kind: str, amount_minor: int) -> None:
        add_rows(journal.totals, [TotalsRow(kind, "", "", 1, 0, amount_minor)])

    journal.sale(cast.articles["coffee"], pay="cash")
    rows("cash_difference", -5_00)
    rows("float_change", 200_00)
    journal.close()
    cast.take(journal.exchange())
    seq = _seq(journal, "day.closed")
    browser = cast.logged_in()

    def lines() -> list[tuple[str, int, str]]:
        data = browser.get(f"/closings/{journal.till}/1/{seq}.si").content
        (voucher,) = read_strictly(data).vouchers
        told = [(account, minor, "".join(text)) for account, minor, text in voucher.lines]
        return [line for line in told if line[2]]

    difference = [("1910", -5_00, "Kassadifferens"), ("3790", 5_00, "Kassadifferens")]
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute("UPDATE accounting_ledger SET roles = roles - 'cash_difference'")
    assert browser.get(f"/closings/{journal.till}/1/{seq}.si").status_code == 409
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounting_ledger SET roles = roles || %s::jsonb",
            ['{"cash_difference": "3790"}'],
        )
    assert lines() == difference
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounting_ledger SET roles = roles || %s::jsonb",
            ['{"float_change": "1930"}'],
        )
    changed = [("1910", 200_00, "Växelkassa"), ("1930", -200_00, "Växelkassa")]
    assert lines() == changed + difference


def _reason(company: int, code: str, kind: str, name: str, account: str) -> int:
    from skrin.office.paymentsystems.actions import set_reason

    return set_reason(company, code, kind=kind, name=name, names={}, account=account)


def test_a_missing_account_is_said_and_no_file_is_made(cast: Cast, journal: Journal) -> None:
    from skrin.office.catalogue.models import GroupAccount

    fill(cast, journal)
    with inside(cast.company):
        GroupAccount.objects.filter(company_id=cast.company, rate_bp=2500).delete()
    seq = _seq(journal, "day.closed")
    browser = cast.logged_in()
    refused = browser.get(f"/closings/{journal.till}/1/{seq}.si")
    assert refused.status_code == 409
    assert "Prylar" in refused.content.decode()
    assert "Prylar" in browser.get(f"/money?{NOVEMBER}").content.decode()


def test_the_summary_of_a_till_for_comparison(cast: Cast, journal: Journal) -> None:
    fill(cast, journal)
    data = json.loads(cast.logged_in().get(f"/tills/{journal.till}/1/summary.json").content)
    assert (data["head_seq"], data["head_hash"]) == journal.head
    assert [(k["kind"], k["count"], k["total_minor"]) for k in data["kinds"]] == [
        ("return", 1, -34_00),
        ("sale", 3, 456_90),
    ]
    assert [(p["kind"], p["amount_minor"], p["rounding_minor"]) for p in data["payments"]] == [
        ("cash", 218_00, 50),
        ("card", 205_40, 0),
    ]
    assert [(c["number"], c["net_minor"]) for c in data["closings"]] == [(1, 273_40), (2, 149_50)]


def test_days_that_wait_for_their_z_are_named(cast: Cast, journal: Journal) -> None:
    from skrin.office.receipts.queries import days_without_z

    fill(cast, journal)
    with inside(cast.company):
        assert list(days_without_z(cast.company)) == []
    journal.day = "2026-11-22"
    sent = len(journal.records)
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange(sent + 1))
    with inside(cast.company):
        assert list(days_without_z(cast.company)) == [(journal.designation, "2026-11-22")]


def settled(payment: Payment, amount_minor: int) -> Payment:
    return replace(
        payment,
        payment_id=f"{payment.payment_id}s",
        method=0,
        kind="settlement",
        name="Kvittning",
        amount_minor=amount_minor,
        tendered_minor=amount_minor,
        rounding_minor=0,
    )


def put(journal: Journal, sealed: ReceiptSealed, time: str = "15:00:00") -> None:
    """Seal and sign a receipt that was made by hand."""
    journal.append("receipt.sealed", sealed, time=time)
    journal.append("receipt.signed", journal.signed(sealed), time=time)


@pytest.mark.requirement("R-MORE-001", "R-RET-003")
def test_an_exchange_is_two_receipts_and_no_money_of_its_own(cast: Cast, journal: Journal) -> None:
    coffee, mug = cast.articles["coffee"], cast.articles["mug"]
    sold = journal.sale(coffee)
    journal.number += 1
    back = journal.sealed([coffee], "card", "return")
    origin = Origin(sold.receipt_id, "T-1", sold.number, 1, 1000, 34_00, 1_92, 600, 0)
    back = replace(
        back,
        lines=(replace(back.lines[0], origin=origin),),
        payments=(settled(back.payments[0], 34_00),),
        exchange_with="r3",
    )
    journal.number += 1
    out = journal.sealed([mug], "card")
    rest = replace(out.payments[0], amount_minor=115_50, tendered_minor=115_50)
    out = replace(
        out, payments=(settled(out.payments[0], 34_00), rest), exchange_with=back.receipt_id
    )
    put(journal, back)
    put(journal, out)
    cast.take(journal.exchange())
    day = date(2026, 11, 20)
    found = figures(cast, day, day)
    assert found["Varm dryck/Bryggkaffe"].gross_minor == 0
    assert found["Prylar/Mugg"].gross_minor == 149_50
    with inside(cast.company):
        told = receipts.journal_sum(cast.company, journal.till, 1)
        (hour,) = [h for h in statistics.per_hour(cast.company, Selection(day, day)) if h.returns]
    assert {(p.kind, p.count, p.amount_minor) for p in told.payments} == {
        ("settlement", 2, 0),
        ("card", 2, 34_00 + 115_50),
    }
    assert [(k.kind, k.total_minor) for k in told.kinds] == [
        ("return", -34_00),
        ("sale", 34_00 + 149_50),
    ]
    assert (hour.receipts, hour.returns, hour.gross_minor) == (1, 1, 115_50)
    pairs = cast.rows(
        "SELECT kind, receipt_id, exchange_with FROM receipts_receipt WHERE exchange_with <> ''"
        " ORDER BY kind"
    )
    assert pairs == [("return", "r2", "r3"), ("sale", "r3", "r2")]
    came_back = cast.rows(
        "SELECT quantity_milli, amount_minor FROM receipts_line"
        " WHERE origin_receipt = %s AND origin_line = 1",
        [sold.receipt_id],
    )
    assert came_back == [(-1000, -34_00)]


@pytest.mark.requirement("R-DISC-005")
def test_discounts_and_what_follows_a_line_are_kept_with_their_lines(
    cast: Cast, journal: Journal
) -> None:
    coffee = cast.articles["coffee"]
    journal.number += 1
    plain = journal.sealed([coffee, coffee], "card")
    first, second = plain.lines
    lines = (
        replace(first, amount_minor=29_00, discount_minor=5_00, line_discount_minor=3_00),
        replace(second, parent=1, role="modifier", amount_minor=34_00),
    )
    paid = replace(plain.payments[0], amount_minor=68_00, tendered_minor=68_00, tip_minor=5_00)
    sealed = replace(
        plain,
        lines=lines,
        total_minor=63_00,
        tip_minor=5_00,
        discount_minor=5_00,
        payments=(paid,),
        discounts=(DiscountRow("Stamkund", 0, 2_00),),
    )
    put(journal, sealed)
    cast.take(journal.exchange())
    assert cast.rows(
        "SELECT line, amount_minor, discount_minor, line_discount_minor, parent, role"
        " FROM receipts_line ORDER BY line"
    ) == [(1, 29_00, 5_00, 3_00, 0, ""), (2, 34_00, 0, 0, 1, "modifier")]
    assert cast.rows("SELECT amount_minor, tip_minor FROM receipts_payment") == [(68_00, 5_00)]
    assert cast.rows("SELECT discount_minor, tip_minor FROM receipts_receipt") == [(5_00, 5_00)]
    day = date(2026, 11, 20)
    assert figures(cast, day, day)["Varm dryck"].gross_minor == 63_00
