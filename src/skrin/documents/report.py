"""X and Z day reports as blocks: the 22 items of SKVFS 2014:9 7:2 and what a Z has beyond them.

Every figure is a row of the report's entry, or the sum of such rows; nothing is computed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from skrin.documents.blocks import Block, Centered, Line, Mark, Rule, Space, Table
from skrin.documents.figures import amount, day_and_time, rate
from skrin.documents.gift_card import report_rows
from skrin.documents.labels import REPORT, ReportWords
from skrin.documents.receipt_head import seller_blocks
from skrin.domain.quantity import quantity_text
from skrin.domain.report import DayReport, TotalsRow
from skrin.domain.vat import VatRow

MOST_DAYS_LISTED = 62
"""A report of an interval lists its days up to so many: two months on one paper."""


def report_blocks(
    report: DayReport,
    at_utc_ms: int,
    utc_offset_min: int,
    *,
    language: str = "sv",
    copied: ReportCopyNote | None = None,
) -> list[Block]:
    """The blocks of an X (number 0), a Z or the report of an interval of days (`span`), made at
    `at_utc_ms`, an instant of the journal. `copied`: it is a copy, and says so."""
    words = REPORT[language]
    return [
        *_copy_mark(copied, words),
        *seller_blocks(report.seller, words.org_number),
        Space(),
        Centered(_title(report, words), bold=True),
        *_detail(report, words),
        Space(),
        *_identity(report, at_utc_ms, utc_offset_min, words),
        Rule(),
        Line(words.total_sales, amount(report.net_minor), bold=True),
        Space(),
        *_groups(report, words),
        Space(),
        *_vat(report, words),
        Space(),
        *_methods(report, words),
        *report_rows(report, language),
        Rule(),
        *_counts(report, words),
        Rule(),
        *(_cash_of_span(report, words) if report.span else _cash(report, words)),
        *_parked(report, utc_offset_min, words),
        *_grand(report, words),
    ]


@dataclass(frozen=True, slots=True)
class ReportCopyNote:
    """A copy of a report: when it was taken, and by whom."""

    at_utc_ms: int
    utc_offset_min: int
    by: str


def _copy_mark(copied: ReportCopyNote | None, words: ReportWords) -> Iterator[Block]:
    if copied is None:
        return
    day, time = day_and_time(copied.at_utc_ms, copied.utc_offset_min)
    yield Mark(words.copy)
    yield Line(words.copied, f"{day} {time}")
    if copied.by:
        yield Line(words.copied_by, copied.by)
    yield Rule()


def _title(report: DayReport, words: ReportWords) -> str:
    if report.span:
        return words.period_report
    return words.z_report if report.number else words.x_report


def _detail(report: DayReport, words: ReportWords) -> Iterator[Block]:
    if report.by_article:
        yield Centered(words.by_article)


def _grand(report: DayReport, words: ReportWords) -> Iterator[Block]:
    # The register's lifetime counters are of the day they are read on, and belong to no interval.
    if report.span:
        return
    yield Rule()
    yield Line(words.grand_sales, amount(report.grand.sales_minor))
    yield Line(words.grand_returns, amount(report.grand.returns_minor))
    yield Line(words.grand_net, amount(report.grand.net_minor))


def _sums(heading: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Block:
    # A heading over nothing would look like a report that was cut off.
    return Table(heading, rows) if rows else Line(heading[0], amount(0))


def _identity(
    report: DayReport, at_utc_ms: int, utc_offset_min: int, words: ReportWords
) -> Iterator[Block]:
    day, time = day_and_time(at_utc_ms, utc_offset_min)
    if report.number:
        yield Line(words.z_number, str(report.number))
    yield Line(words.made, f"{day} {time}")
    if report.span:
        yield Line(words.business_days, " – ".join(dict.fromkeys(report.span)))
    elif len(report.periods) == 1:
        yield Line(words.business_day, report.periods[0].business_day)
        if report.periods[0].period > 1:
            yield Line(words.period, str(report.periods[0].period))
    yield Line(words.register, report.designation)
    if report.number:
        yield Line(words.register_serial, report.register_serial)
        yield Line(words.model, report.model)
        yield Line(words.program, report.program)
        yield Line(words.version, report.version)
    if report.cashier:
        yield Line(words.cashier, report.cashier)
    if 1 < len(report.periods) <= (MOST_DAYS_LISTED if report.span else len(report.periods)):
        yield Space()
        yield Line(words.days_of_span if report.span else words.days)
        for period in report.periods:
            name = period.business_day
            if period.period > 1:
                name = f"{name} ({words.period.lower()} {period.period})"
            yield Line(name, amount(period.net_minor), indent=2)


def group_totals(rows: Iterable[TotalsRow]) -> list[TotalsRow]:
    """`group_rate` rows added up per article group, in the order given; a group keeps its name."""
    totals: dict[str, TotalsRow] = {}
    for row in rows:
        group = row.key.split(":")[0]
        same = TotalsRow(
            "group", group, row.name, row.count, row.quantity_milli, row.amount_minor, row.vat_minor
        )
        totals[group] = totals[group].plus(same) if group in totals else same
    return list(totals.values())


def vat_totals(rows: Iterable[TotalsRow]) -> list[VatRow]:
    """`group_rate` rows added up per VAT rate, highest first, as stored with the receipts (D10)."""
    gross: dict[int, int] = {}
    vat: dict[int, int] = {}
    for row in rows:
        rate_bp = int(row.key.split(":")[1])
        gross[rate_bp] = gross.get(rate_bp, 0) + row.amount_minor
        vat[rate_bp] = vat.get(rate_bp, 0) + row.vat_minor
    return [VatRow(bp, gross[bp], vat[bp]) for bp in sorted(gross, reverse=True)]


def _groups(report: DayReport, words: ReportWords) -> Iterator[Block]:
    """The main groups (item 6); by article, what was sold of each under them."""
    groups = group_totals(report.rows_of("group_rate"))
    cells = [(row.name, str(row.count), amount(row.amount_minor)) for row in groups]
    if not report.by_article or not groups:
        yield _sums(words.groups, tuple(cells))
        return
    sold: dict[str, list[TotalsRow]] = {}
    for row in sorted(report.rows_of("article"), key=lambda row: row.name):
        sold.setdefault(row.key.partition(":")[2], []).append(row)
    named = {row.key: cell for row, cell in zip(groups, cells, strict=True)}
    yield Table(words.groups, tuple(_by_article(named, sold)))


def _by_article(
    groups: Mapping[str, tuple[str, ...]], sold: Mapping[str, Sequence[TotalsRow]]
) -> Iterator[tuple[str, ...]]:
    """Each group with its articles under it; articles of an older Z, which names no group for
    them, after all groups."""
    for key, cell in groups.items():
        yield cell
        yield from map(_article_cells, sold.get(key, ()))
    for key, rows in sold.items():
        if key not in groups:
            yield from map(_article_cells, rows)


def _article_cells(row: TotalsRow) -> tuple[str, ...]:
    whole = row.quantity_milli % 1000 == 0
    number = str(row.quantity_milli // 1000) if whole else quantity_text(row.quantity_milli)
    return f"- {row.name}", number, amount(row.amount_minor)


def _vat(report: DayReport, words: ReportWords) -> Iterator[Block]:
    rows = vat_totals(report.rows_of("group_rate"))
    cells = tuple(
        (rate(row.rate_bp), amount(row.net_minor), amount(row.vat_minor), amount(row.gross_minor))
        for row in rows
    )
    if cells:
        yield Table(words.vat_heading, cells)
    yield Line(words.vat_total, amount(sum(row.vat_minor for row in rows)))


def _methods(report: DayReport, words: ReportWords) -> Iterator[Block]:
    cells = [
        (row.name, str(row.count), amount(row.amount_minor)) for row in report.rows_of("method")
    ]
    yield _sums(words.methods, tuple(cells))
    rounding, tips = report.row("rounding"), report.row("tips")
    if rounding.count:
        yield Line(words.rounding, amount(rounding.amount_minor))
    if tips.count:
        yield Line(words.tips, amount(tips.amount_minor))


def _counts(report: DayReport, words: ReportWords) -> Iterator[Block]:
    with_amount = (
        (words.receipts, "receipts"),
        (words.returns, "returns"),
        (words.discounts, "discounts"),
        (words.copies, "copies"),
        (words.training, "training"),
        (words.unfinished, "unfinished"),
        (words.reduced, "reduced"),
    )
    only_number = ((words.goods, "goods"), (words.services, "services"), (words.drawer, "drawer"))
    cells = []
    for label, kind in with_amount:
        row = report.row(kind)
        cells.append((label, str(row.count), amount(row.amount_minor)))
    cells.extend((label, str(report.row(kind).count), "") for label, kind in only_number)
    yield Table(words.counts, tuple(cells))


def _parked(report: DayReport, utc_offset_min: int, words: ReportWords) -> Iterator[Block]:
    """What is parked and goes over to the next day: it is in no sum."""
    if not report.parked:
        return
    yield Rule()
    yield Line(words.parked, str(len(report.parked)))
    for one in report.parked:
        day, time = day_and_time(one.parked_utc_ms, utc_offset_min)
        yield Line(f"{day} {time}", amount(one.total_minor), indent=2)


def _cash(report: DayReport, words: ReportWords) -> Iterator[Block]:
    yield Line(words.float_, amount(report.float_minor))
    change = report.row("float_change")
    if change.amount_minor:
        yield Line(words.float_change, amount(change.amount_minor), indent=2)
    yield from _moved(report, words)
    if not report.blind:
        yield Line(words.cash_expected, amount(report.cash_expected_minor))
    if report.cash_counted_minor is None:
        if report.number:
            yield Line(words.cash_counted, words.not_counted)
        return
    difference_minor = report.cash_counted_minor - report.cash_expected_minor
    yield Line(words.cash_counted, amount(report.cash_counted_minor))
    yield Line(words.cash_difference, amount(difference_minor))


def _moved(report: DayReport, words: ReportWords) -> Iterator[Block]:
    """Cash put in and taken out beside the sales, by reason."""
    for kind, label, sign in (("cash_in", words.cash_in, 1), ("cash_out", words.cash_out, -1)):
        for row in report.rows_of(kind):
            yield Line(f"{label} {row.name}".rstrip(), amount(sign * row.amount_minor))


def _cash_of_span(report: DayReport, words: ReportWords) -> Iterator[Block]:
    """Of an interval: what was moved, and what counting found. A float is of a day."""
    yield from _moved(report, words)
    found = report.row("cash_difference")
    yield Line(words.cash_differences, amount(found.amount_minor))
