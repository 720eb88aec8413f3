"""Money: an accounting file for each closed day."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.cash import DIRECTIONS
from skrin.domain.refusal import Refusal
from skrin.office.accounting import queries as accounting
from skrin.office.accounting.queries import Books
from skrin.office.receipts import queries as receipts
from skrin.office.receipts.queries import ListedClosing
from skrin.office.tenancy import queries as tenancy
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.filters import asked
from skrin.office.ui.words import money, rate

MOST_FILES = 100


def money_page(visit: Visit) -> screens.Money:
    """The files of the closed days asked for, each with both its sides."""
    wanted = asked(visit, days_back=30)
    closings, total = receipts.listed_closings(
        visit.company, wanted.selection, wanted.offset, MOST_FILES
    )
    books = accounting.books(visit.company)
    found = [_file_row(visit, books, closing) for closing in closings]
    waiting = tuple(f"{row.name}: {row.remark}" for row in found if row.level == "bad")
    if total > len(closings):
        waiting = (*waiting, _("Only the latest %(n)s are shown.") % {"n": MOST_FILES})
    return screens.Money(
        frame=visit.frame("money"),
        filter=wanted.filter,
        rows=tuple(row for row in found if row.level != "bad"),
        waiting=waiting,
        exports=(screens.Link(label=_("Gift cards"), url=reverse("office:gift_cards")),)
        if visit.may("gift_cards")
        else (),
    )


def _file_row(visit: Visit, books: Books, closing: ListedClosing) -> screens.FileRow:
    found = receipts.closing(visit.company, closing.till, closing.store, closing.seq)
    assert found is not None, "a projected closing has its entry"
    made = accounting.day_voucher(books, found[1])
    empty = made.voucher is not None and not made.voucher.lines
    return screens.FileRow(
        name=made.file_name,
        day=closing.business_day.isoformat(),
        store=tenancy.store_names(visit.company).get(closing.store, str(closing.store)),
        till=closing.designation,
        closing=f"Z {closing.number}",
        debit=money(made.debit_minor),
        credit=money(made.credit_minor),
        url=reverse("office:sie", args=(closing.till, closing.store, closing.seq)),
        level="bad" if made.refusal else "quiet" if empty else "good",
        remark=refusal_sentence(made.refusal)
        if made.refusal
        else _("Nothing was sold or moved, so nothing is booked")
        if empty
        else "",
    )


def refusal_sentence(refusal: Refusal) -> str:
    """Why there is no file, and what to do."""
    values = refusal.values
    name = str(values.get("name", ""))
    if refusal.code == "account_missing":
        return {
            "payment_method": _("The payment method %(name)s has no account. Give it one.")
            % {"name": name},
            "revenue": _("The group %(name)s has no account at %(rate)s. Give it one.")
            % {"name": name, "rate": rate(int(values.get("rate_bp", 0)))},
            "vat": _("There is no account for VAT at %(rate)s. Give it one.")
            % {"rate": rate(int(values.get("rate_bp", 0)))},
            "rounding": _("There is no account for cash rounding. Give it one."),
            "tips": _("There is no account for tips. Give it one."),
            "cash": _("There is no account for the cash in the drawer. Give it one."),
            "cash_difference": _("There is no account for cash differences. Give it one."),
            **dict.fromkeys(DIRECTIONS, _moved_sentence(name)),
        }.get(str(values.get("what")), refusal.code)
    if refusal.code == "voucher_unbalanced":
        return _(
            "Debit and credit differ by %(amount)s. Show this to whoever looks after Skrin."
        ) % {"amount": money(int(values["difference_minor"]))}
    return str(refusal)


def _moved_sentence(name: str) -> str:
    if not name:
        return _("Cash was put in or taken out without a reason, and there is no account for it.")
    return _("The reason %(name)s has no account. Give it one.") % {"name": name}


def sie_download(visit: Visit, till: str, store: int, seq: int) -> tuple[str, bytes]:
    """The name and the bytes of the SIE file of a Z. Raises `Http404`, and `Refusal` when an
    account is missing."""
    found = visit.member.may_see(store) and receipts.closing(visit.company, till, store, seq)
    if not found:
        raise Http404
    books = accounting.books(visit.company)
    made = accounting.day_voucher(books, found[1])
    return made.file_name, accounting.file_bytes(books, made, visit.today)
