"""Documents held against the law's own list of items, not against their templates."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.documents.cast import (
    CHEESE,
    CLOSED_AT_UTC_MS,
    COFFEE,
    DAY_EXTRAS,
    MENU,
    MUG,
    OFFSET_MIN,
    Sold,
    busy_day,
    card,
    cash,
    day_report,
    exchange,
    receipt,
    swish,
    with_discounts,
)

from skrin import documents
from skrin.domain.receipt import RETURN, SignedReceipt
from skrin.domain.report import DayReport, ReportCopied, TotalsRow
from skrin.fiscal.se import documents_law as law

COURSE = Sold("Kurs i surdeg", 2500, 450_00, 2000, item_kind="service", group=4)
MIXED = receipt(
    [COFFEE, CHEESE, MUG, COURSE],
    [cash(200_00, 500_00), swish(1000_00), card(23_90)],
)
COUNTED = TotalsRow("copies", "", "", 4, 0, 311_00), TotalsRow("training", "", "", 5, 0, 99_50)


def figures(root: object, path: str) -> list[object]:
    """The values at a path of the law's table; `[]` = each, a `+` at the end = their sum."""
    values: list[object] = [root]
    for step in path.rstrip("+").split("."):
        found = [getattr(value, step.removesuffix("[]")) for value in values]
        values = [one for many in found for one in many] if step.endswith("[]") else found
    return [sum(values)] if path.endswith("+") else values  # type: ignore[call-overload]


def report_figures(report: DayReport, path: str) -> list[object]:
    """The same for reports, whose totals are rows; groups and rates are added up here by hand."""
    head, _, rest = path.partition(".")
    if head == "rows":
        kind, _, field = rest.partition(".")
        if kind.endswith("[]"):
            return [getattr(row, field) for row in report.rows if row.kind == kind[:-2]]
        return [getattr(row, field) for row in report.rows if row.kind == kind] or [0]
    if head in ("groups[]", "vat[]"):
        part = 0 if head == "groups[]" else 1
        sums: dict[str, int] = {}
        for row in report.rows:
            if row.kind == "group_rate":
                key = row.key.split(":")[part]
                sums[key] = sums.get(key, 0) + getattr(row, rest)
        return list(sums.values())
    return figures(report, path)


def written(value: object, form: str) -> str:
    """A figure as the law's table says that it is written, by rules of its own."""
    if form == law.AMOUNT:
        assert isinstance(value, int)
        sign, whole, part = "-" * (value < 0), *divmod(abs(value), 100)
        return f"{sign}{whole:,}".replace(",", " ") + f",{part:02d}"
    if form == law.RATE:
        assert isinstance(value, int)
        return f"{value // 100} %"
    if form == law.QUANTITY:
        assert isinstance(value, int)
        return str(value // 1000) if value % 1000 == 0 else f"0,{value:03d}"
    return {law.DATE: "2026-11-20", law.TIME: "14:05"}.get(form, str(value))


def stands(text: str, labels: tuple[str, ...], value: str) -> bool:
    """Whether `value` stands on a line with its label, or under a heading with it."""
    token = re.compile(rf"(?<![\d,.\w-]){re.escape(value)}(?![\d,\w])")
    heading = ""
    for line in text.splitlines():
        if not line.strip() or set(line) == {"-"}:
            heading = ""
        elif not re.search(r"\d", line):
            heading = line
        if token.search(line) and all(label in line or label in heading for label in labels):
            return True
    return False


@pytest.mark.requirement("R-COPY-005", "R-COPY-006", "R-PAY-009")
@pytest.mark.parametrize("columns", [42, 48])
def test_a_receipt_carries_each_legal_item(columns: int) -> None:
    text = documents.receipt_text(MIXED, columns)
    assert {item.number for item in law.RECEIPT_ITEMS} == set(range(1, 14))
    for item in law.RECEIPT_ITEMS:
        if item.form == law.WORDS:
            continue
        values = figures(MIXED, item.where)
        assert values, item
        for value in values:
            shown = written(value, item.form)
            # A single piece is a line by itself: its number is not written out.
            if item.form == law.QUANTITY and shown == "1":
                continue
            assert stands(text, item.labels, shown), (item, shown)


def test_the_words_of_an_electronic_receipt_stand_only_on_one() -> None:
    (item,) = [item for item in law.RECEIPT_ITEMS if item.number == 13]
    assert item.labels[0] in documents.receipt_text(MIXED, 42, electronic=True).lower()
    assert item.labels[0] not in documents.receipt_text(MIXED, 42).lower()


def test_a_return_has_the_items_of_a_receipt_with_its_sign() -> None:
    back = receipt([COFFEE, CHEESE], kind=RETURN, number=1050)
    text = documents.receipt_text(back, 42)
    for item in law.RECEIPT_ITEMS:
        if item.form == law.AMOUNT and item.where != "sealed.to_pay_minor":
            for value in figures(back, item.where):
                assert isinstance(value, int)
                assert stands(text, item.labels, written(-value, law.AMOUNT)), item
    assert stands(text, ("Att återbetala",), "-75,00")


@pytest.mark.parametrize("kind", ["return", "copy", "pro_forma", "training"])
def test_a_mark_is_twice_the_size_of_every_amount(kind: str) -> None:
    plain = receipt([COFFEE])
    marked: SignedReceipt
    if kind == "training":
        marked = replace(plain, mode="training")
    else:
        marked = replace(plain, sealed=replace(plain.sealed, kind=kind))
    job = documents.receipt_escpos(marked, 42)
    double = re.findall(rb"\x1d!\x11(.*?)\x1d!\x00", job, re.DOTALL)
    assert [text.decode("cp858").strip() for text in double] == [law.MARKS[kind]]
    # Nothing else changes the size: no other GS !, and never ESC ! (which has size bits too).
    assert job.count(b"\x1d!") == 2 and b"\x1b!" not in job
    assert b"\x1d!" not in documents.receipt_escpos(plain, 42)


@pytest.mark.requirement("R-REP-012", "R-REP-002", "R-PAY-009")
@pytest.mark.parametrize("columns", [42, 48])
@pytest.mark.parametrize("number", [0, 12])
@pytest.mark.parametrize("form", ["by group", "by article", "blind", "copy"])
def test_a_report_carries_each_legal_item(columns: int, number: int, form: str) -> None:
    report = day_report(busy_day(), number=number, extra=(*DAY_EXTRAS, *COUNTED))
    report = replace(report, by_article=form == "by article", blind=form == "blind")
    text = documents.report_text(report, CLOSED_AT_UTC_MS, OFFSET_MIN, columns)
    if form == "copy":
        copied = ReportCopied(report, CLOSED_AT_UTC_MS, OFFSET_MIN, "Nils", None)
        later_ms = CLOSED_AT_UTC_MS + 86_400_000
        text = documents.report_copy_text(copied, later_ms, OFFSET_MIN, columns)
        assert text.splitlines()[0].strip() == law.MARKS["copy"]
    # A label that wraps is one text: it is read together with the line before it.
    text = re.sub(r"(Övriga registreringar\D*?)\n(\s*(?:som )?minskat)", r"\1 \2", text)
    items = law.Z_ITEMS if number else law.X_ITEMS
    assert set(range(1, 23)) <= {item.number for item in items}
    for item in items:
        if item.form == law.WORDS:
            assert item.labels[0] in text
            continue
        if item.form in (law.DATE, law.TIME):
            assert stands(text, item.labels, {"date": "2026-11-20", "time": "23:10"}[item.form])
            continue
        for value in report_figures(report, item.where):
            assert stands(text, item.labels, written(value, item.form)), (item, value)


@pytest.mark.requirement("R-DISC-001", "R-DISC-002", "R-DISC-003")
@pytest.mark.parametrize("columns", [42, 48])
def test_each_discount_stands_with_its_text_and_takes_off_what_the_lines_say(columns: int) -> None:
    signed = with_discounts()
    text = documents.receipt_text(signed, columns)
    assert stands(text, ("Rabatt Gårdagens bröd",), "-5,10")
    assert stands(text, ("Varav rabatt 10 % Stamkund",), "-29,49")
    assert stands(text, ("Varav rabatt",), "-15,77")
    shares = sum(line.discount_minor - line.line_discount_minor for line in signed.sealed.lines)
    assert shares == 29_49 + 15_77
    for note in ("Slås in som present", "Hämtas fredag", "Avtal 4711"):
        assert note in text


@pytest.mark.requirement("R-RET-002", "R-MORE-001")
def test_a_return_names_the_receipt_and_an_exchange_settles_on_both() -> None:
    back, out = (documents.receipt_text(signed, 42) for signed in exchange())
    assert "Avser kvittonr 17, kassa VK1-1" in back and "Avser" not in out
    assert stands(back, ("Kvittning",), "-25,50") and stands(out, ("Kvittning",), "25,50")
    assert "RETUR" in back and "RETUR" not in out


@pytest.mark.requirement("R-MORE-002", "R-MORE-003", "R-SELL-008")
def test_what_follows_a_line_stands_under_it(columns: int = 42) -> None:
    lines = documents.receipt_text(receipt(MENU), columns).splitlines()
    at = lines.index("2 x Lunchmeny")
    assert [line.split("  ")[1] for line in lines[at + 1 : at + 4 : 2]] == [
        "2 x Ostfralla",
        "2 x Bryggkaffe",
    ]
    pant = next(place for place, line in enumerate(lines) if "Pant" in line)
    assert lines[pant].startswith("  Pant") and lines[pant].endswith(" 2,00")
    assert lines[pant - 1].startswith("Fläderlemonad, flaska")
    assert "  Extra varm, i egen mugg" in lines


def test_an_x_names_neither_a_number_nor_itself_a_z() -> None:
    text = documents.report_text(day_report([], number=0), CLOSED_AT_UTC_MS, OFFSET_MIN, 42)
    assert "X-dagrapport" in text
    assert "Z-" not in text and "Tillverkningsnr" not in text
