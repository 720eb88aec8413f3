"""Ordered extracts: each view makes one call and renders, leads to the list, or gives the file."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render

from skrin.office.ui.doors import Visit, member_form, member_page
from skrin.office.ui.pages import extracts as pages


@member_form
def extracts(visit: Visit) -> HttpResponse:
    """What was ordered, and how far it is."""
    notice = pages.do(visit) if visit.request.method == "POST" else ""
    screen = pages.extracts_page(visit, notice)
    return render(visit.request, "office/extracts.html", {"screen": screen})


@member_form
def record_order(visit: Visit, till: str, store: int) -> HttpResponse:
    """Order a large file of a register's records."""
    if visit.request.method != "POST":
        return redirect("office:records", till, store)
    wrong = pages.order(visit, till, store)
    if wrong is None:
        return redirect("office:extracts")
    return render(visit.request, "office/extract_new.html", {"screen": wrong}, status=422)


@member_page
def extract_file(visit: Visit, order: str) -> HttpResponse:
    """The file of an order that is made."""
    name, content = pages.open_file(visit, order)
    return FileResponse(content, as_attachment=True, filename=name)  # type: ignore[return-value]
