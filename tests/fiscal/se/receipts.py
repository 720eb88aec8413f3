"""Sealed receipts for tests of fiscal units: small, and right to the öre."""

from __future__ import annotations

from skrin.domain.receipt import SALE, ReceiptSealed, Seller
from skrin.domain.vat import VatRow, vat_within
from skrin.fiscal.contract import MarkRequest


def sealed_receipt(
    *gross_by_rate: tuple[int, int],
    kind: str = SALE,
    number: int = 1001,
    designation: str = "KASSA01",
    org_number: str = "556677-8899",
    rounding_minor: int = 0,
) -> ReceiptSealed:
    """A receipt with these (rate_bp, gross_minor); no lines, which a unit is not told."""
    rows = tuple(
        VatRow(rate_bp, gross_minor, vat_within(gross_minor, rate_bp))
        for rate_bp, gross_minor in gross_by_rate
    )
    return ReceiptSealed(
        receipt_id="r-1",
        kind=kind,
        number=number,
        cart_id="c-1",
        designation=designation,
        seller=Seller("Bageri AB", org_number, "Storgatan", ("Storgatan 1",), ""),
        currency="SEK",
        way="eat_in",
        cashier="Eva",
        lines=(),
        vat=rows,
        payments=(),
        total_minor=sum(row.gross_minor for row in rows),
        rounding_minor=rounding_minor,
        tip_minor=0,
        discount_minor=0,
        reduced_count=0,
        reduced_minor=0,
        message_serial=1,
    )


def mark_request(
    sealed: ReceiptSealed | None = None,
    *,
    at: str = "2026-12-01T12:30:45",
    receipt_type: str = "normal",
    serial: int = 1,
) -> MarkRequest:
    """The request for a mark on `sealed`, or on a sale of 125.00 at 25 %."""
    return MarkRequest(sealed or sealed_receipt((2500, 125_00)), at, receipt_type, serial)
