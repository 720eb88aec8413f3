"""Golden documents: the text to the character and the print job to the byte."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.conftest import Golden
from tests.documents.cast import (
    BUN,
    CHEESE,
    CLOSED_AT_UTC_MS,
    COFFEE,
    DAY_EXTRAS,
    MENU,
    MUG,
    OFFSET_MIN,
    RETURN_OF_ONE,
    Sold,
    busy_day,
    card,
    cash,
    copied,
    day_report,
    exchange,
    in_english,
    logo,
    pro_forma,
    receipt,
    return_of_discounted,
    with_discounts,
    with_header,
)

from skrin import documents
from skrin.documents import (
    Copied,
    Look,
    copy_blocks,
    receipt_blocks,
    render_text,
    report_blocks,
)
from skrin.documents.escpos import DRAWER_PULSE
from skrin.documents.pdf import compiled, given_of, render_pdf
from skrin.domain.receipt import RETURN, SignedReceipt
from skrin.domain.report import DayReport, PeriodNet, ReportCopied, TotalsRow

LONG = Sold(
    "Surdegslimpa av svedjeråg från Hälsingland med lingon och en nypa havssalt", 600, 89_00, 3000
)
UNBROKEN = Sold("Rödbetsochgetostfyllningssmörgåstårtebit", 1200, 129_00)
MANY = [COFFEE, BUN, CHEESE, MUG, LONG, UNBROKEN, replace(BUN, discount_minor=5_10)]
HUNDREDS = [Sold(f"Vara nummer {i}", (2500, 1200, 600)[i % 3], 10_00 + i) for i in range(300)]

RECEIPTS: dict[str, SignedReceipt] = {
    "coffee-cash-rounded": receipt([replace(COFFEE, price_minor=33_60)], [cash(33_60, 100_00)]),
    "card-with-slip": receipt([COFFEE], [card(34_00)], way="eat_in"),
    "card-without-slip": receipt([COFFEE], [card(34_00, slip=(), tip_minor=5_00)]),
    "many-lines": receipt(MANY),
    "three-rates": receipt([MUG, COFFEE, BUN]),
    "weight": receipt([CHEESE]),
    "return": receipt([BUN, CHEESE], kind=RETURN, number=1043),
    "long-names": with_header(receipt([LONG, UNBROKEN]), "Öppet alla dagar utom midsommarafton"),
    "300-lines": receipt(HUNDREDS),
    "menu": receipt(MENU),
    "discounts": with_discounts(),
    "return-of-receipt": RETURN_OF_ONE,
    "return-of-two-receipts": return_of_discounted(),
    "exchange-return": exchange()[0],
    "exchange-sale": exchange()[1],
    "training": replace(receipt([COFFEE], number=3), mode="training"),
}

COPIES: dict[str, Copied] = {
    "copy": copied(receipt([COFFEE, BUN])),
    "copy-of-return": copied(RETURN_OF_ONE, number=4),
}
RECEIPTS["pro-forma"] = pro_forma()
RECEIPTS["english"] = in_english(RECEIPTS["menu"])
LOOK = Look(logo(), shows_code=True)

REPORTS: dict[str, DayReport] = {
    "z-busy": day_report(busy_day(), extra=DAY_EXTRAS, counted_minor=1_350_00),
    "z-empty": day_report([], number=13, periods=[PeriodNet("2026-11-19", 1, 0)]),
    "z-second-period": day_report(
        [receipt([COFFEE])], number=14, periods=[PeriodNet("2026-11-20", 2, 34_00)]
    ),
    "z-returns": day_report(
        [receipt([MUG, MUG, BUN]), RETURN_OF_ONE, return_of_discounted(), *exchange()],
        number=15,
        extra=[TotalsRow("training", "", "", 3, 0, 102_00)],
    ),
    "z-by-article": replace(
        day_report(busy_day(), extra=DAY_EXTRAS, counted_minor=1_350_00), by_article=True
    ),
    "x-blind": replace(day_report(busy_day(), number=0), blind=True),
    "period": replace(
        day_report(
            busy_day(),
            number=0,
            periods=[PeriodNet("2026-11-19", 1, 0), PeriodNet("2026-11-20", 1, 1_094_30)],
            extra=[
                TotalsRow("cash_out", "7", "Till banken", 1, 0, 500_00),
                TotalsRow("cash_difference", "", "", 2, 0, -4_00),
            ],
        ),
        span=("2026-11-19", "2026-11-20"),
        by_article=True,
    ),
    "x-two-days": day_report(
        busy_day(),
        number=0,
        periods=[PeriodNet("2026-11-19", 1, 0), PeriodNet("2026-11-20", 2, 1_094_30)],
    ),
}


def hex_lines(job: bytes) -> bytes:
    """A job as hex, a line of paper to a line, so that a difference can be read."""
    return b"".join([line.hex(" ").encode() + b"\n" for line in job.splitlines(keepends=True)])


@pytest.mark.requirement("R-COPY-004", "R-COPY-005", "R-COPY-006")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", RECEIPTS)
def test_receipt_text(golden: Golden, name: str, columns: int) -> None:
    text = documents.receipt_text(RECEIPTS[name], columns)
    golden(f"receipts/{name}.{columns}.txt", text.encode())


@pytest.mark.parametrize("name", RECEIPTS)
def test_receipt_bytes(golden: Golden, name: str) -> None:
    job = documents.receipt_escpos(RECEIPTS[name], 42, "cp858", drawer="cash" in name)
    golden(f"receipts/{name}.42.escpos.hex", hex_lines(job))


@pytest.mark.requirement("R-REP-001", "R-REP-002", "R-CLOSE-006")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", REPORTS)
def test_report_text(golden: Golden, name: str, columns: int) -> None:
    text = documents.report_text(REPORTS[name], CLOSED_AT_UTC_MS, OFFSET_MIN, columns)
    golden(f"reports/{name}.{columns}.txt", text.encode())


@pytest.mark.parametrize("name", REPORTS)
def test_report_bytes(golden: Golden, name: str) -> None:
    job = documents.report_escpos(REPORTS[name], CLOSED_AT_UTC_MS, OFFSET_MIN, 42, "cp858")
    golden(f"reports/{name}.42.escpos.hex", hex_lines(job))


@pytest.mark.requirement("R-COPY-003")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", COPIES)
def test_copy_text(golden: Golden, name: str, columns: int) -> None:
    text = documents.copy_text(COPIES[name], columns)
    golden(f"receipts/{name}.{columns}.txt", text.encode())


@pytest.mark.parametrize("name", COPIES)
def test_copy_bytes_and_html(golden: Golden, name: str) -> None:
    job = documents.copy_escpos(COPIES[name], 42)
    assert DRAWER_PULSE not in job, "no money moves"
    golden(f"receipts/{name}.42.escpos.hex", hex_lines(job))
    golden(f"receipts/{name}.42.html", documents.copy_html(COPIES[name]).encode())


@pytest.mark.requirement("OPP-012")
def test_a_logo_and_a_code_on_paper_and_page(golden: Golden) -> None:
    signed = RECEIPTS["coffee-cash-rounded"]
    job = documents.receipt_escpos(signed, 42, look=LOOK)
    golden("receipts/with-logo.42.escpos.hex", hex_lines(job))
    golden("receipts/with-logo.42.html", documents.receipt_html(signed, look=LOOK).encode())


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", [*RECEIPTS, *COPIES, *REPORTS])
def test_a_pdf_says_what_the_paper_says_word_by_word(name: str, columns: int) -> None:
    if name in REPORTS:
        blocks = report_blocks(REPORTS[name], CLOSED_AT_UTC_MS, OFFSET_MIN)
    elif name in COPIES:
        blocks = copy_blocks(COPIES[name])
    else:
        blocks = receipt_blocks(RECEIPTS[name])
    made = render_pdf(blocks, columns, title=name)
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) == (1 if name != "300-lines" else len(pages))
    said = " ".join(page.extract_text() for page in pages)
    assert said.split() == render_text(blocks, columns).split()


def test_a_pdf_is_the_same_each_time_and_reads_no_text_as_markup() -> None:
    signed = receipt([Sold('#let x = 5 $a$ *b* `c` "d" \\ <e> @f', 1200, 10_00)])
    made = [render_pdf(receipt_blocks(signed, look=LOOK), 48, title="#t") for _ in range(2)]
    assert made[0] == made[1]
    text = PdfReader(BytesIO(made[0])).pages[0].extract_text()
    assert '#let x = 5 $a$ *b* `c` "d" \\ <e> @f' in text


def test_a_pdf_is_made_by_a_process_of_its_own() -> None:
    given = given_of(receipt_blocks(RECEIPTS["menu"]), 42, title="t")
    done = subprocess.run(
        [sys.executable, "-m", "skrin.documents.pdf"],
        input=given.encode(),
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == compiled(given) and done.stdout.startswith(b"%PDF")


@pytest.mark.requirement("R-REP-004", "R-REP-005")
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_copy_of_a_z(golden: Golden, columns: int) -> None:
    copied = ReportCopied(REPORTS["z-busy"], CLOSED_AT_UTC_MS, OFFSET_MIN, "Alva", None)
    later_ms = CLOSED_AT_UTC_MS + 3 * 86_400_000
    text = documents.report_copy_text(copied, later_ms, OFFSET_MIN, columns)
    golden(f"reports/z-copy.{columns}.txt", text.encode())
    job = documents.report_copy_escpos(copied, later_ms, OFFSET_MIN, columns)
    golden(f"reports/z-copy.{columns}.escpos.hex", hex_lines(job))
    original = documents.report_text(REPORTS["z-busy"], CLOSED_AT_UTC_MS, OFFSET_MIN, columns)
    assert text.endswith(original), "what follows the mark is the Z to the letter"


def test_html(golden: Golden) -> None:
    golden("receipts/return.42.html", documents.receipt_html(RECEIPTS["return"]).encode())
    page = documents.report_html(REPORTS["z-busy"], CLOSED_AT_UTC_MS, OFFSET_MIN)
    golden("reports/z-busy.42.html", page.encode())
