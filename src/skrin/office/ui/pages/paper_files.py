"""Receipts and closings as PDF files."""

from __future__ import annotations

from threading import Lock

from skrin.documents import receipt_blocks, report_blocks
from skrin.documents.pdf import render_pdf
from skrin.office.ui.doors import Visit
from skrin.office.ui.pages import papers, sales
from skrin.packing import plain_name

_one_at_a_time = Lock()
"""The maker of PDFs serves one thread at a time; it takes some 15 ms."""


def receipt_file(visit: Visit, till: str, store: int, seq: int) -> tuple[str, bytes]:
    """(name, PDF) of a receipt for the books. It says that it is neither receipt nor copy. Raises
    `Http404`."""
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
    return plain_name(f"kvitto-{sealed.designation}-{sealed.number}") + ".pdf", made


def closing_file(visit: Visit, till: str, store: int, seq: int) -> tuple[str, bytes]:
    """(name, PDF) of a Z, set as it was printed. Raises `Http404`."""
    entry, report, _text = sales.closing_text(visit, till, store, seq)
    header = entry.header
    blocks = report_blocks(report, header.at_utc_ms, header.utc_offset_min)
    columns = report.delivery.columns if report.delivery else 42
    title = f"Z {report.number} {report.designation}"
    with _one_at_a_time:
        made = render_pdf(blocks, columns, title=title, author=report.seller.company_name)
    return plain_name(f"z-{report.designation}-{report.number}") + ".pdf", made
