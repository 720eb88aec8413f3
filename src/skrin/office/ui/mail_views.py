"""The office's mail: each view makes one call and renders, or leads to the list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from skrin.domain.entry import JournalDamage
from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.errors import message
from skrin.office.ui.mail_screens import MailForm
from skrin.office.ui.pages import mail as pages


@member_form
def mail(visit: Visit) -> HttpResponse:
    """What was sent, and what may be done about it."""
    notice = pages.do(visit) if visit.request.method == "POST" else ""
    screen = pages.mail_page(visit, notice)
    return render(visit.request, "office/mail.html", {"screen": screen})


@member_form
def registration_mail(visit: Visit, till: str, store: int) -> HttpResponse:
    """Send the registration of a register."""
    if visit.request.method != "POST":
        return _form(visit, pages.registration_form(visit, till, store), 200)
    return _answer(visit, pages.send_registration(visit, till, store))


@member_form
def record_mail(visit: Visit, till: str, store: int) -> HttpResponse:
    """Send a file of a register's records."""
    if visit.request.method != "POST":
        return _form(visit, pages.record_form(visit, till, store), 200)
    try:
        told = pages.send_record(visit, till, store)
        return redirect(told) if isinstance(told, str) else _form(visit, told, 422)
    except JournalDamage as damage:
        return message(visit.request, 422, _("There is no file for this period"), str(damage))


@member_form
def closing_mail(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """Send a Z report."""
    if visit.request.method != "POST":
        return _form(visit, pages.closing_form(visit, till, store, seq), 200)
    return _answer(visit, pages.send_closing(visit, till, store, seq))


def _answer(visit: Visit, wrong: MailForm | None) -> HttpResponse:
    return _form(visit, wrong, 422) if wrong else redirect("office:mail")


def _form(visit: Visit, screen: MailForm, status: int) -> HttpResponse:
    return render(visit.request, "office/mail_new.html", {"screen": screen}, status=status)
