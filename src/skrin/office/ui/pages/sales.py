"""Sales: statistics, receipts, closings."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.documents import receipt_text, report_text
from skrin.domain.money import half_up
from skrin.domain.receipt import RETURN, SignedReceipt
from skrin.domain.rights import journaled, terms
from skrin.office.catalogue import queries as catalogue
from skrin.office.ingest import queries as ingest
from skrin.office.receipts import queries as receipts
from skrin.office.receipts.queries import PAGE_ROWS, ListedClosing, ListedReceipt
from skrin.office.rights import queries as rights
from skrin.office.statistics import queries as statistics
from skrin.office.statistics.queries import ArticleFigures, Figures, GroupFigures
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.filters import Asked, asked
from skrin.office.ui.pages import copies
from skrin.office.ui.words import long_day, moment, money, percent, quantity, whole


def statistics_page(visit: Visit) -> screens.Statistics:
    """Number, net, gross profit and margin per group, for the days asked for."""
    wanted = asked(visit)
    groups = statistics.per_group(visit.company, wanted.selection)
    total = statistics.total(group.figures for group in groups)
    colours = {group.id: group.colour for group in catalogue.groups(visit.company)}
    days = statistics.per_day(visit.company, wanted.selection)
    first, last = wanted.selection.first, wanted.selection.last
    span = long_day(first) if first == last else f"{long_day(first)} – {long_day(last)}"
    query = visit.request.GET.urlencode()
    return screens.Statistics(
        frame=visit.frame("sales"),
        filter=wanted.filter,
        period_name=span,
        figures=_figures(total),
        chart=_group_chart(groups) if len(days) < 2 else _day_chart(days),
        groups=tuple(_group_row(group, colours.get(group.group, 12)) for group in groups),
        total=_row(_("All groups"), 0, total, ()) if groups else None,
        exports=(
            screens.Link(label=_("As JSON"), url=f"{reverse('office:statistics_json')}?{query}"),
        ),
    )


def _only_pieces(total: Figures) -> bool:
    return len(total.quantities) < 2 and not any(one.decimals for one in total.quantities)


def _figures(total: Figures) -> tuple[screens.Figure, ...]:
    return (
        screens.Figure(name=_("Net sales"), value=money(total.net_minor), unit="kr"),
        screens.Figure(
            name=_("Number sold"),
            value=quantity(total.quantities),
            unit=_("pcs") if _only_pieces(total) else "",
        ),
        screens.Figure(name=_("Gross profit"), value=money(total.profit_minor), unit="kr"),
        screens.Figure(name=_("Margin"), value=percent(total.margin_per_mille)),
    )


def _kronor(amount_minor: int) -> int:
    return half_up(amount_minor, 100)


def _group_chart(groups: list[GroupFigures]) -> screens.Chart | None:
    values = [
        (group.name, _kronor(group.figures.net_minor), money(group.figures.net_minor))
        for group in groups[:8]
    ]
    return screens.bar_chart(_("Net sales per group"), "kr", values) if values else None


def _day_chart(days: list[statistics.HourFigures]) -> screens.Chart:
    return screens.bar_chart(
        _("Net sales per day"),
        "kr",
        [
            (
                day.label[5:],
                _kronor(day.gross_minor - day.vat_minor),
                money(day.gross_minor - day.vat_minor),
            )
            for day in days
        ],
    )


def _group_row(group: GroupFigures, colour: int) -> screens.GroupRow:
    articles = tuple(_article_row(article, group.name) for article in group.articles)
    return _row(group.name, colour, group.figures, articles)


def _row(
    name: str, colour: int, figures: Figures, articles: tuple[screens.ArticleRow, ...]
) -> screens.GroupRow:
    return screens.GroupRow(
        name=name,
        colour=colour,
        number=quantity(figures.quantities),
        net=money(figures.net_minor),
        profit=money(figures.profit_minor),
        margin=percent(figures.margin_per_mille),
        articles=articles,
    )


def _article_row(article: ArticleFigures, group_name: str) -> screens.ArticleRow:
    figures = article.figures
    name = (
        article.name if article.article else _("Amounts rung on %(group)s") % {"group": group_name}
    )
    return screens.ArticleRow(
        name=name,
        number=quantity(figures.quantities),
        net=money(figures.net_minor),
        profit=money(figures.profit_minor),
        margin=percent(figures.margin_per_mille),
    )


def statistics_data(visit: Visit) -> dict[str, Any]:
    """The statistics as data: every figure in minor units, groups with their register's number."""
    wanted = asked(visit)
    groups = statistics.per_group(visit.company, wanted.selection)
    numbers = {number: code for code, number in catalogue.group_ids(visit.company).items()}
    article_numbers = {
        number: code for code, number in catalogue.article_ids(visit.company).items()
    }
    return {
        "from": wanted.selection.first.isoformat(),
        "to": wanted.selection.last.isoformat(),
        "total": _data(statistics.total(group.figures for group in groups)),
        "groups": [
            {
                "group": group.group,
                "number": numbers.get(group.group, ""),
                "name": group.name,
                **_data(group.figures),
                "articles": [
                    {
                        "article": article.article,
                        "number": article_numbers.get(article.article, ""),
                        "name": article.name,
                        **_data(article.figures),
                    }
                    for article in group.articles
                ],
            }
            for group in groups
        ],
        "days": [asdict(day) for day in statistics.per_day(visit.company, wanted.selection)],
    }


def _data(figures: Figures) -> dict[str, Any]:
    return {
        **asdict(figures),
        "net_minor": figures.net_minor,
        "profit_minor": figures.profit_minor,
        "margin_per_mille": figures.margin_per_mille,
    }


# --- Receipts ---------------------------------------------------------------------------------


def receipts_page(visit: Visit) -> screens.Receipts:
    """Receipts of the days asked for, latest first."""
    wanted = asked(visit, days_back=6, search=True)
    rows, total = receipts.listed_receipts(
        visit.company, wanted.selection, wanted.query, wanted.offset
    )
    return screens.Receipts(
        frame=visit.frame("sales"),
        filter=wanted.filter,
        rows=receipt_rows(visit, rows),
        pager=pager(wanted, len(rows), total),
    )


def pager(wanted: Asked, shown: int, total: int) -> screens.Pager | None:
    """The neighbours of this part of a list; None when all of it is shown."""
    if total == shown:
        return None
    first, last = wanted.offset + 1, wanted.offset + shown
    return screens.Pager(
        text=_("%(first)s–%(last)s of %(total)s")
        % {"first": whole(first), "last": whole(last), "total": whole(total)},
        newer_url=wanted.page_url(max(0, wanted.offset - PAGE_ROWS)) if wanted.offset else "",
        older_url=wanted.page_url(last) if last < total else "",
    )


def receipt_rows(visit: Visit, rows: list[ListedReceipt]) -> tuple[screens.ReceiptRow, ...]:
    """Receipts as rows of a list."""
    stores = tenancy.store_names(visit.company)
    labels = _labels(visit)
    return tuple(
        screens.ReceiptRow(
            number=str(row.number),
            designation=row.designation,
            time=moment(row.at_utc_ms, row.utc_offset_min),
            store=stores.get(row.store, str(row.store)),
            till=labels.get((row.till, row.store), row.designation),
            kind=_kind(row.kind, row.mode),
            method=row.methods,
            total=money(row.total_minor + row.rounding_minor),
            url=reverse("office:receipt", args=(row.till, row.store, row.sealed_seq)),
            clock=moment(row.at_utc_ms, row.utc_offset_min)[-5:],
        )
        for row in rows
    )


def _labels(visit: Visit) -> dict[tuple[str, int], str]:
    return {(seat.till, seat.store): seat.label for seat in tills.seats(visit.company)}


def _kind(kind: str, mode: str) -> str:
    if mode != "normal":
        return _("Training")
    return _("Return") if kind == RETURN else _("Sale")


def find_receipt(visit: Visit, till: str, store: int, seq: int) -> tuple[SignedReceipt, str]:
    """A receipt and its text as it was printed. Raises `Http404`."""
    found = visit.member.may_see(store) and receipts.receipt(visit.company, till, store, seq)
    if not found:
        raise Http404
    columns = receipts.receipt_columns(visit.company, till, store, seq)
    return found, receipt_text(found, columns)


def receipt_page(
    visit: Visit, till: str, store: int, seq: int, copy_error: str = ""
) -> screens.Receipt:
    """One receipt as paper, what is known about it, and its copy. `copy_error`: why no copy was
    ordered."""
    found, text = find_receipt(visit, till, store, seq)
    entry = ingest.entry(visit.company, till, store, seq)
    assert entry is not None, "a receipt has its entry"
    sealed, mark = found.sealed, found.mark
    return screens.Receipt(
        frame=visit.frame("sales"),
        number=str(sealed.number),
        designation=sealed.designation,
        paper=screens.Paper(text=text, columns=columns_of(text)),
        facts=(
            (_("Store"), sealed.seller.store_name),
            (_("Till"), f"{sealed.designation} ({found.till_id}-{store})"),
            (_("Time"), moment(found.sealed_at_utc_ms, found.utc_offset_min)),
            (_("Cashier"), sealed.cashier),
            (_("Control unit"), mark.unit_id),
            (_("Control code"), mark.code),
            (_("Times sent to the control unit"), str(mark.attempts)),
            (_("Copies"), _copies_said(visit, till, store, seq)),
            (_("Entry"), f"{seq}"),
            (_("Hash of the entry"), entry.hash.hex()),
        ),
        links=(
            screens.Link(
                label=_("As text"), url=reverse("office:receipt_text", args=(till, store, seq))
            ),
            screens.Link(
                label=_("As PDF"), url=reverse("office:receipt_pdf", args=(till, store, seq))
            ),
        ),
        copy=copies.box(visit, found, till, store, seq, copy_error),
    )


def _copies_said(visit: Visit, till: str, store: int, seq: int) -> str:
    """Which copies of a receipt were made, when and at which till (R-COPY-003)."""
    key = journaled.receipt_key(f"{till}-{store}", seq)
    right = rights.row(visit.company, terms.COPY, key)
    made = journaled.copy_state(right.state).made if right else ()
    if not made:
        return _("Not copied")
    return ", ".join(
        _("No %(number)s, till %(designation)s, %(when)s")
        % {
            "number": one.number,
            "designation": one.designation,
            "when": moment(one.at_utc_ms, one.utc_offset_min),
        }
        for one in made
    )


def columns_of(text: str) -> Any:
    """How wide a paper is, by its longest line."""
    widest = max((len(line) for line in text.splitlines()), default=42)
    return next((columns for columns in (32, 42, 48) if widest <= columns), 48)


# --- Closings ---------------------------------------------------------------------------------


def closings_page(visit: Visit) -> screens.Closings:
    """Z reports of the days asked for, and the days that wait for theirs."""
    wanted = asked(visit, days_back=30)
    rows, total = receipts.listed_closings(visit.company, wanted.selection, wanted.offset)
    return screens.Closings(
        frame=visit.frame("sales"),
        filter=wanted.filter,
        rows=tuple(_closing_row(visit, row) for row in rows),
        open_days=tuple(
            f"{designation}: {long_day(date.fromisoformat(day))}"
            for designation, day in receipts.days_without_z(visit.company)
            if day < visit.today.isoformat()
        ),
        pager=pager(wanted, len(rows), total),
    )


def _closing_row(visit: Visit, row: ListedClosing) -> screens.ClosingRow:
    place = (row.till, row.store, row.seq)
    return screens.ClosingRow(
        number=str(row.number),
        day=row.business_day.isoformat() + (f" ({row.period})" if row.period > 1 else ""),
        closed_at=moment(row.at_utc_ms, row.utc_offset_min),
        store=tenancy.store_names(visit.company).get(row.store, str(row.store)),
        till=row.designation,
        receipts=whole(row.receipts + row.returns),
        total=money(row.net_minor),
        url=reverse("office:closing", args=place),
        sie_url=reverse("office:sie", args=place),
    )


def closing_text(visit: Visit, till: str, store: int, seq: int) -> tuple[Any, Any, str]:
    """The entry of a Z, its report, and its text byte for byte as it was printed. Raises
    `Http404`."""
    found = visit.member.may_see(store) and receipts.closing(visit.company, till, store, seq)
    if not found:
        raise Http404
    entry, report = found
    columns = report.delivery.columns if report.delivery else 42
    header = entry.header
    if visit.request.GET.get("by") == "article":
        report = replace(report, by_article=True)
    return entry, report, report_text(report, header.at_utc_ms, header.utc_offset_min, columns)


def closing_page(visit: Visit, till: str, store: int, seq: int) -> screens.Closing:
    """One Z as paper."""
    entry, report, text = closing_text(visit, till, store, seq)
    place = (till, store, seq)
    count = report.row("receipts").count
    return screens.Closing(
        frame=visit.frame("sales"),
        title=_("Z report %(number)s") % {"number": report.number},
        paper=screens.Paper(text=text, columns=report.delivery.columns if report.delivery else 42),
        facts=(
            (_("Business day"), long_day(date.fromisoformat(report.periods[0].business_day))),
            (_("Store"), report.seller.store_name),
            (_("Till"), f"{report.designation} ({report.register_serial})"),
            (_("Closed at"), moment(entry.header.at_utc_ms, entry.header.utc_offset_min)),
            (_("Receipts"), ngettext("%(n)s receipt", "%(n)s receipts", count) % {"n": count}),
            (_("Entry"), str(seq)),
            (_("Hash of the entry"), entry.hash.hex()),
        ),
        links=(
            screens.Link(
                label=_("Accounting file (SIE)"),
                url=reverse("office:sie", args=place),
                primary=True,
            ),
            screens.Link(
                label=_("By group") if report.by_article else _("By article"),
                url=reverse("office:closing", args=place)
                + ("" if report.by_article else "?by=article"),
            ),
            screens.Link(label=_("As text"), url=reverse("office:closing_text", args=place)),
            screens.Link(label=_("As PDF"), url=reverse("office:closing_pdf", args=place)),
            screens.Link(label=_("By e-mail"), url=reverse("office:closing_mail", args=place)),
        ),
    )
