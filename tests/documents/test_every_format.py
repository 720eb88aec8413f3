"""Every document in every format, held against the law's own table; and the printer's own reading.

The paper is read by the printer simulator, which shares no code with the product (D31): its code
pages, its sizes and its rasters say what a customer would hold in the hand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.documents.cast import (
    BUN,
    CLOSED_AT_UTC_MS,
    COFFEE,
    DAY_EXTRAS,
    OFFSET_MIN,
    Sold,
    busy_day,
    copied,
    day_report,
    in_english,
    logo,
    pro_forma,
    receipt,
)
from tests.documents.test_law import COUNTED, MIXED, figures, report_figures, stands, written

from skrin.documents import Look, copy_blocks, receipt_blocks, report_blocks
from skrin.documents.blocks import Block
from skrin.documents.escpos import CODE_PAGES, render_escpos
from skrin.documents.html import render_html, svg
from skrin.documents.pdf import render_pdf
from skrin.documents.report import ReportCopyNote
from skrin.documents.text import render_text
from skrin.domain.receipt import RETURN, SignedReceipt
from skrin.fiscal.se import documents_law as law
from skrin.simulators.printer.commands import Cutter
from skrin.simulators.printer.mechanism import Cut, Mechanism
from skrin.simulators.printer.paper import Line, Picture, Slip

RETURNED = receipt([COFFEE, BUN], kind=RETURN, number=1050)
SIGNED: dict[str, tuple[SignedReceipt, list[Block], tuple[str, ...]]] = {
    "receipt": (MIXED, receipt_blocks(MIXED), ()),
    "return": (RETURNED, receipt_blocks(RETURNED), ("return",)),
    "copy": (MIXED, copy_blocks(copied(MIXED)), ("copy",)),
    "copy of a return": (RETURNED, copy_blocks(copied(RETURNED)), ("copy", "return")),
    "training": (
        replace(MIXED, mode="training"),
        receipt_blocks(replace(MIXED, mode="training")),
        ("training",),
    ),
    "pro forma": (pro_forma(), receipt_blocks(pro_forma()), ("pro_forma",)),
}
"""Each kind of receipt: what it is of, its blocks, the marks that it carries."""


def printed(blocks: list[Block], columns: int = 42, code_page: str = "cp858") -> Slip:
    """The slip that comes out of the simulated printer."""
    mechanism = Mechanism(columns)
    events: list[object] = []
    for command in Cutter().feed(render_escpos(blocks, columns, code_page)):
        events += mechanism.execute(command)
    assert not mechanism.unknown, mechanism.unknown
    (slip,) = [event.slip for event in events if isinstance(event, Cut)]
    return slip


def from_html(blocks: list[Block]) -> str:
    page = re.sub(r"<svg.*?</svg>", "", render_html(blocks, 42), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def from_pdf(blocks: list[Block]) -> str:
    pages = PdfReader(BytesIO(render_pdf(blocks, 42, title="t"))).pages
    words = " ".join(page.extract_text() for page in pages).split()
    lines = render_text(blocks, 42).splitlines()
    assert words == " ".join(lines).split(), "the PDF has the words of the paper, in their order"
    return "\n".join(lines)


FORMATS: dict[str, Callable[[list[Block]], str]] = {
    "text": lambda blocks: render_text(blocks, 42),
    "paper": lambda blocks: printed(blocks).text(),
    "html": from_html,
    "pdf": from_pdf,
}


@pytest.mark.requirement("R-COPY-003", "R-COPY-005", "R-PAY-009")
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SIGNED)
def test_each_legal_item_stands_on_each_kind_of_receipt(name: str, form: str) -> None:
    signed, blocks, marks = SIGNED[name]
    text = FORMATS[form](blocks)
    sign = -1 if signed.sealed.kind == RETURN else 1
    for item in law.RECEIPT_ITEMS:
        if item.form == law.WORDS:
            continue
        for value in figures(signed, item.where):
            labels = item.labels
            if item.number == 4 and name == "pro forma":
                labels = ("Förhandskvitto nr",)  # It takes no number of the receipts' series.
            if item.where == "sealed.to_pay_minor" and sign < 0:
                labels = ("Att återbetala",)
            turned = item.form == law.AMOUNT and isinstance(value, int)
            shown = written(sign * value if turned else value, item.form)  # type: ignore[operator]
            if item.form == law.QUANTITY and shown == "1":
                continue
            assert stands(text, labels, shown), (item, shown)
    for mark in marks:
        assert law.MARKS[mark] in text
    for mark in set(law.MARKS) - set(marks):
        assert not re.search(rf"^\s*{law.MARKS[mark]}\s*$", text, re.MULTILINE), mark


@pytest.mark.requirement("R-REP-002", "R-REP-012")
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", [0, 12])
def test_each_legal_item_stands_on_each_report(number: int, form: str) -> None:
    report = day_report(busy_day(), number=number, extra=(*DAY_EXTRAS, *COUNTED))
    text = FORMATS[form](report_blocks(report, CLOSED_AT_UTC_MS, OFFSET_MIN))
    text = re.sub(r"(Övriga registreringar\D*?)\n(\s*(?:som )?minskat)", r"\1 \2", text)
    for item in law.Z_ITEMS if number else law.X_ITEMS:
        if item.form == law.WORDS:
            assert item.labels[0] in text
        elif item.form in (law.DATE, law.TIME):
            assert stands(text, item.labels, {"date": "2026-11-20", "time": "23:10"}[item.form])
        else:
            for value in report_figures(report, item.where):
                assert stands(text, item.labels, written(value, item.form)), (item, value)


@pytest.mark.parametrize("form", FORMATS)
def test_the_copy_of_a_z_has_its_items_and_says_that_it_is_one(form: str) -> None:
    report = day_report(busy_day(), number=12, extra=(*DAY_EXTRAS, *COUNTED))
    note = ReportCopyNote(CLOSED_AT_UTC_MS + 86_400_000, OFFSET_MIN, "Alva")
    blocks = report_blocks(report, CLOSED_AT_UTC_MS, OFFSET_MIN, copied=note)
    text = re.sub(
        r"(Övriga registreringar\D*?)\n(\s*(?:som )?minskat)", r"\1 \2", FORMATS[form](blocks)
    )
    assert law.MARKS["copy"] in text
    for item in law.Z_ITEMS:
        if item.form in (law.AMOUNT, law.COUNT):
            for value in report_figures(report, item.where):
                assert stands(text, item.labels, written(value, item.form)), (item, value)
    assert b"\x1d!\x11" in render_escpos(blocks, 42)


@pytest.mark.requirement("R-COPY-003")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("name", SIGNED)
def test_marks_come_out_twice_as_large_as_every_amount(name: str, columns: int) -> None:
    _, blocks, marks = SIGNED[name]
    slip = printed(blocks, columns)
    large = [
        run.text.strip()
        for line in slip.elements
        if isinstance(line, Line)
        for run in line.runs
        if (run.style.width, run.style.height) == (2, 2) and run.text.strip()
    ]
    assert large == [law.MARKS[mark] for mark in marks]
    for line in slip.elements:
        for run in line.runs if isinstance(line, Line) else ():
            if re.search(r"\d,\d\d", run.text):
                assert (run.style.width, run.style.height, run.style.small) == (1, 1, False)


NORDIC = "ÅÄÖåäö ÆØæø ÉéÜü ÐðÞþ ÁáÍíÓóÚúÝý €"
WHOLE_PAGES = ("cp858", "cp1252")
"""The code pages that have every Nordic letter and the euro: what a printer is set up with."""


@pytest.mark.requirement("R-COPY-005")
@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("code_page", sorted(CODE_PAGES))
def test_every_nordic_letter_and_the_euro_on_every_printer_profile(
    columns: int, code_page: str
) -> None:
    signed = receipt([Sold(word, 1200, 10_00) for word in NORDIC.split()])
    slip = printed(receipt_blocks(signed), columns, code_page)
    lines = slip.text().splitlines()
    shown = [line.split()[0] for line in lines if line.endswith(" 10,00")]
    if code_page in WHOLE_PAGES:
        assert shown == NORDIC.split()
    else:
        # These lack letters of our neighbours: they come out as others, and never as wrong ones.
        assert shown[0] == "ÅÄÖåäö" and shown[-1] == "EUR"
        assert all(sign not in "".join(shown) for sign in "?\N{REPLACEMENT CHARACTER}")
        for word, came in zip(NORDIC.split()[1:-1], shown[1:-1], strict=True):
            kept = [sign for sign in word if sign.encode(code_page, "ignore")]
            assert all(sign in came for sign in kept), (word, came)
    assert max(map(len, lines)) <= columns


@pytest.mark.requirement("OPP-012")
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_logo_comes_out_dot_by_dot_in_the_middle(columns: int) -> None:
    given = logo(200, 150)
    slip = printed(receipt_blocks(receipt([COFFEE]), look=Look(given, True)), columns)
    pictures = [one for one in slip.elements if isinstance(one, Picture)]
    assert b"".join(one.rows for one in pictures) == b"".join(given.rows())
    assert {one.row_bytes for one in pictures} == {25}
    assert {(one.x + 100) // 12 for one in pictures} == {columns // 2}
    assert [code["data"] for code in slip.codes()] == ["R:VK1-1:1042"]


def test_a_logo_on_the_page_has_the_same_dots() -> None:
    given = logo(17, 9)
    drawn = svg(given)
    black = sum(bin(byte).count("1") for row in given.rows() for byte in row)
    assert sum(map(int, re.findall(r"h(\d+)v1", drawn))) == black > 0


def test_an_english_receipt_keeps_the_words_that_the_law_spells() -> None:
    text = render_text(copy_blocks(copied(in_english(MIXED))), 42)
    assert "KOPIA" in text and "To pay SEK" in text and "Receipt no 1042" in text
    assert "Kvittonr" not in text
