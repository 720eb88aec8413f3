"""A store's papers: what they say, and receipts and closings as PDF."""

from __future__ import annotations

from threading import Lock

from django.http import HttpResponse
from django.shortcuts import render

from skrin.documents import receipt_blocks, report_blocks
from skrin.documents.pdf import render_pdf
from skrin.office.ui.doors import Visit, member_form, member_page
from skrin.office.ui.pages import papers, sales
from skrin.packing import plain_name

_one_at_a_time = Lock()
"""The maker of PDFs serves one thread at a time; it takes some 15 ms."""


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
    found, text = sales.find_receipt(visit, till, store, seq)
    sealed = found.sealed
    title = f"{sealed.designation} {sealed.number}"
    blocks = receipt_blocks(found, look=papers.look_of(visit, store), archive=True)
    with _one_at_a_time:
        made = render_pdf(
            blocks,
            sales.columns_of(text),
            title=title,
            author=sealed.seller.company_name,
            language=sealed.language or "sv",
        )
    return _pdf(made, f"kvitto-{sealed.designation}-{sealed.number}")


@member_page
def closing_pdf(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One Z as PDF, set as it was printed."""
    entry, report, _text = sales.closing_text(visit, till, store, seq)
    header = entry.header
    blocks = report_blocks(report, header.at_utc_ms, header.utc_offset_min)
    columns = report.delivery.columns if report.delivery else 42
    title = f"Z {report.number} {report.designation}"
    with _one_at_a_time:
        made = render_pdf(blocks, columns, title=title, author=report.seller.company_name)
    return _pdf(made, f"z-{report.designation}-{report.number}")


def _pdf(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{plain_name(name)}.pdf"'
    return response
