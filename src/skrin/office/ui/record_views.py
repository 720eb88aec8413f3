"""A register's records in the office: each view makes one call and renders."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from skrin.domain.entry import JournalDamage
from skrin.domain.refusal import Refusal
from skrin.office.ui.doors import Visit, member_page
from skrin.office.ui.errors import message
from skrin.office.ui.pages import extracts
from skrin.office.ui.pages import records as pages


@member_page
def records(visit: Visit, till: str, store: int) -> HttpResponse:
    """What an inspector asks for, of one till."""
    screen = pages.records_page(visit, till, store)
    return render(visit.request, "office/records.html", {"screen": screen})


@member_page
def record_file(visit: Visit, till: str, store: int) -> HttpResponse:
    """A file of the records of a period; a large one is ordered."""
    title = _("There is no file for this period")
    fields = visit.request.GET.dict()
    try:
        if form := extracts.form(visit, till, store, fields):
            return render(visit.request, "office/extract_new.html", {"screen": form})
        made = pages.take_out(visit, pages.asked_of(visit, till, store, fields))
    except Refusal as refusal:
        return message(visit.request, 409, title, pages.refusal_sentence(refusal))
    except JournalDamage as damage:
        return message(visit.request, 409, title, str(damage))
    return FileResponse(  # type: ignore[return-value]
        made.content, as_attachment=True, filename=made.name
    )


@member_page
def registration_pdf(visit: Visit, till: str, store: int) -> HttpResponse:
    """What the register is reported with, as a PDF."""
    name, content = pages.registration_pdf(visit, till, store)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
