"""A store's papers: what they say, and receipts and closings as PDF."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from skrin.office.ui.doors import Visit, member_form, member_page
from skrin.office.ui.pages import paper_files, papers


@member_form
def paper(visit: Visit, number: int) -> HttpResponse:
    """What the papers of a store say, and the form that changes it."""
    sent = visit.request.method == "POST"
    screen = papers.save(visit, number) if sent else papers.page(visit, number)
    status = 422 if screen.error else 200
    return render(visit.request, "office/paper.html", {"screen": screen}, status=status)


@member_page
def receipt_pdf(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One receipt as PDF for the books. It says that it is neither receipt nor copy: a customer's
    one copy is made at a till, registered and counted (R-COPY-001)."""
    return _pdf(*paper_files.receipt_file(visit, till, store, seq))


@member_page
def closing_pdf(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One Z as PDF, set as it was printed."""
    return _pdf(*paper_files.closing_file(visit, till, store, seq))


def _pdf(name: str, made: bytes) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
