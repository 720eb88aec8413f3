"""What Swedish law wants on documents, item by item, as data that tests hold documents against.

The templates do not read this table, on purpose: it is the second opinion. `where` is the path of
the figure in `SignedReceipt` or `DayReport` (`[]` = each of them); `rows.<kind>` names a row of the
report's totals. `form` says how the figure is written; `labels` must stand on the same line, in the
heading above it, or (a text beneath) on the line before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

READ_ON = date(2026, 11, 1)
"""The day when the sources were last read; how sure each is stands in docs/fiscal/se.md."""

_RECEIPT = "SKVFS 2014:9 ch. 7 § 1"
_X = "SKVFS 2014:9 ch. 7 § 2"
_Z = "SKVFS 2021:16 (elements of ZDagrapport); SKVFS 2014:9 ch. 7 § 3 not read"

TEXT, AMOUNT, RATE, COUNT, QUANTITY = "text", "amount", "rate", "count", "quantity"
DATE, TIME, WORDS = "date", "time", "words"


@dataclass(frozen=True, slots=True)
class LegalItem:
    """One thing that must be on a document. `words`: the labels themselves are what is wanted."""

    number: int
    content: str
    labels: tuple[str, ...]
    where: str
    form: str
    source: str
    since: date = date(2014, 7, 1)


RECEIPT_ITEMS: tuple[LegalItem, ...] = (
    LegalItem(1, "company name", (), "sealed.seller.company_name", TEXT, _RECEIPT),
    LegalItem(1, "organisation number", ("Org.nr",), "sealed.seller.org_number", TEXT, _RECEIPT),
    LegalItem(2, "address of the sale", (), "sealed.seller.address[]", TEXT, _RECEIPT),
    LegalItem(3, "date of the sale", (), "sealed_at_utc_ms", DATE, _RECEIPT),
    LegalItem(3, "time of the sale", (), "sealed_at_utc_ms", TIME, _RECEIPT),
    LegalItem(4, "serial number", ("Kvittonr",), "sealed.number", COUNT, _RECEIPT),
    LegalItem(5, "register designation", ("Kassa",), "sealed.designation", TEXT, _RECEIPT),
    LegalItem(6, "name of each good", (), "sealed.lines[].name", TEXT, _RECEIPT),
    LegalItem(6, "number of each good", (), "sealed.lines[].quantity_milli", QUANTITY, _RECEIPT),
    LegalItem(7, "name of each service", (), "sealed.lines[].name", TEXT, _RECEIPT),
    LegalItem(7, "number of each service", (), "sealed.lines[].quantity_milli", QUANTITY, _RECEIPT),
    LegalItem(8, "amount per article", (), "sealed.lines[].amount_minor", AMOUNT, _RECEIPT),
    LegalItem(8, "total of the sale", ("Totalt",), "sealed.total_minor", AMOUNT, _RECEIPT),
    LegalItem(8, "total to pay", ("Att betala",), "sealed.to_pay_minor", AMOUNT, _RECEIPT),
    LegalItem(9, "VAT on the sale", ("moms",), "sealed.vat[].vat_minor+", AMOUNT, _RECEIPT),
    LegalItem(10, "VAT rates", (), "sealed.vat[].rate_bp", RATE, _RECEIPT),
    LegalItem(10, "VAT per rate", ("Moms",), "sealed.vat[].vat_minor", AMOUNT, _RECEIPT),
    LegalItem(11, "means of payment", (), "sealed.payments[].name", TEXT, _RECEIPT),
    LegalItem(12, "control unit", ("Kontrollenhet",), "mark.unit_id", TEXT, _RECEIPT),
    LegalItem(13, "electronic receipt", ("elektroniskt kassakvitto",), "", WORDS, _RECEIPT),
)
"""The 13 items of a receipt and a return receipt; item 13 holds for an electronic one."""

MARKS: dict[str, str] = {
    "return": "RETUR",
    "copy": "KOPIA",
    "training": "ÖVNING",
    "pro_forma": "EJ KVITTO",
}
"""The mark of each special receipt, at least twice the size of the amounts (RETUR is ours)."""

X_ITEMS: tuple[LegalItem, ...] = (
    LegalItem(1, "company name", (), "seller.company_name", TEXT, _X),
    LegalItem(1, "organisation number", ("Org.nr",), "seller.org_number", TEXT, _X),
    LegalItem(2, "date of the report", (), "at_utc_ms", DATE, _X),
    LegalItem(2, "time of the report", (), "at_utc_ms", TIME, _X),
    LegalItem(3, "that it is an X report", ("X-dagrapport",), "", WORDS, _X),
    LegalItem(4, "register designation", ("Kassabeteckning",), "designation", TEXT, _X),
    LegalItem(5, "total sales", ("Total försäljningssumma",), "net_minor", AMOUNT, _X),
    LegalItem(6, "main groups", ("Huvudgrupper",), "rows.group_rate[].name", TEXT, _X),
    LegalItem(6, "total per main group", ("Huvudgrupper",), "groups[].amount_minor", AMOUNT, _X),
    LegalItem(7, "VAT by rate", ("Momssats", "Moms"), "vat[].vat_minor", AMOUNT, _X),
    LegalItem(8, "float", ("Växelkassa",), "float_minor", AMOUNT, _X),
    LegalItem(9, "goods sold", ("Sålda varor",), "rows.goods.count", COUNT, _X),
    LegalItem(10, "services sold", ("Sålda tjänster",), "rows.services.count", COUNT, _X),
    LegalItem(11, "receipts", ("Kassakvitton",), "rows.receipts.count", COUNT, _X),
    LegalItem(12, "drawer openings", ("Lådöppningar",), "rows.drawer.count", COUNT, _X),
    LegalItem(13, "copies, number", ("Kvittokopior",), "rows.copies.count", COUNT, _X),
    LegalItem(13, "copies, amount", ("Kvittokopior",), "rows.copies.amount_minor", AMOUNT, _X),
    LegalItem(14, "training, number", ("övningsläge",), "rows.training.count", COUNT, _X),
    LegalItem(14, "training, amount", ("övningsläge",), "rows.training.amount_minor", AMOUNT, _X),
    LegalItem(15, "means of payment", ("Betalningsmedel",), "rows.method[].name", TEXT, _X),
    LegalItem(
        15, "sales per means", ("Betalningsmedel",), "rows.method[].amount_minor", AMOUNT, _X
    ),
    LegalItem(16, "returns, number", ("Returer",), "rows.returns.count", COUNT, _X),
    LegalItem(16, "returns, amount", ("Returer",), "rows.returns.amount_minor", AMOUNT, _X),
    LegalItem(17, "discounts", ("Rabatter",), "rows.discounts.amount_minor", AMOUNT, _X),
    LegalItem(
        18, "other lowering, number", ("minskat försäljningen",), "rows.reduced.count", COUNT, _X
    ),
    LegalItem(
        18,
        "other lowering, amount",
        ("minskat försäljningen",),
        "rows.reduced.amount_minor",
        AMOUNT,
        _X,
    ),
    LegalItem(
        19,
        "unfinished, number",
        ("Oavslutade försäljningar",),
        "rows.unfinished.count",
        COUNT,
        _X,
    ),
    LegalItem(
        19,
        "unfinished, amount",
        ("Oavslutade försäljningar",),
        "rows.unfinished.amount_minor",
        AMOUNT,
        _X,
    ),
    LegalItem(
        20, "grand total sales", ("Grand total försäljning",), "grand.sales_minor", AMOUNT, _X
    ),
    LegalItem(21, "grand total returns", ("Grand total retur",), "grand.returns_minor", AMOUNT, _X),
    LegalItem(22, "grand total net", ("Grand total netto",), "grand.net_minor", AMOUNT, _X),
)
"""The 22 items of an X report."""

Z_ITEMS: tuple[LegalItem, ...] = (
    *(item for item in X_ITEMS if item.number != 3),
    LegalItem(3, "that it is a Z report", ("Z-dagrapport",), "", WORDS, _Z),
    LegalItem(23, "serial number of the report", ("Z-nummer",), "number", COUNT, _Z),
    LegalItem(
        24, "serial number of the register", ("Tillverkningsnr",), "register_serial", TEXT, _Z
    ),
    LegalItem(25, "model designation", ("Modell",), "model", TEXT, _Z),
    LegalItem(26, "program", ("Program",), "program", TEXT, _Z),
    LegalItem(27, "version", ("Version",), "version", TEXT, _Z),
)
"""A Z has the items of an X under its own name, a number and an identity (23 to 27 are ours)."""
