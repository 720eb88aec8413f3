"""The card slips as the terminal hands them to the till: lines of URL-encoded pairs.

Keys as in the samples of Adyen/adyen-node-api-library, ``src/__mocks__/terminalApi``: a line is
``name=...&value=...&key=...``, ``key=filler`` is an empty line.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .ledger import CHARGE, REFUND, Transaction, major_units

MASKED_PAN = "476173 **** 0119"
BRAND = "visa"
AID = "A0000000031010"
MERCHANT_ID = "SIMUMERCHANT"


def line(key: str, name: str = "", value: str = "", bold: bool = False) -> dict[str, Any]:
    """One OutputText. An empty name or value is left out."""
    pairs = [("name", name), ("value", value), ("key", key)]
    text = "&".join(f"{label}={quote(words, safe='')}" for label, words in pairs if words)
    style: dict[str, Any] = {"CharacterStyle": "Bold"} if bold else {}
    return {**style, "EndOfLineFlag": True, "Text": text}


def slips(transaction: Transaction, poi_id: str, approval_code: str) -> list[dict[str, Any]]:
    """The cashier's and the customer's slip. No approval code: declined."""
    copies = [
        ("CashierReceipt", line("merchantTitle", "MERCHANT COPY", bold=True), []),
        (
            "CustomerReceipt",
            line("cardholderHeader", "CARDHOLDER COPY", bold=True),
            [line("filler"), line("retain", "Please retain for your records")],
        ),
    ]
    return [
        {
            "DocumentQualifier": qualifier,
            "OutputContent": {
                "OutputFormat": "Text",
                "OutputText": [title, *_body(transaction, poi_id, approval_code), *closing],
            },
            "RequiredSignatureFlag": False,
        }
        for qualifier, title, closing in copies
    ]


def _body(transaction: Transaction, poi_id: str, approval_code: str) -> list[dict[str, Any]]:
    day, clock = transaction.at[:10], transaction.at[11:19]
    kinds = {CHARGE: "GOODS_SERVICES", REFUND: "REFUND"}
    amount = f"{transaction.currency} {major_units(transaction.amount_minor)}"
    verdict = line("approved", "APPROVED", bold=True)
    if not approval_code:
        verdict = line("declined", "DECLINED", bold=True)
    return [
        line("filler"),
        line("txdate", "Date", day),
        line("txtime", "Time", clock),
        line("pan", "Card", MASKED_PAN),
        line("preferredName", "Pref. name", "VISA SIMULATED"),
        line("cardType", "Card type", BRAND),
        line("posEntryMode", "Entry mode", "Contactless chip"),
        line("filler"),
        line("aid", "AID", AID),
        line("mid", "MID", MERCHANT_ID),
        line("tid", "TID", poi_id),
        *([line("authCode", "Auth. code", approval_code)] if approval_code else []),
        line("txRef", "Tender", transaction.poi_transaction_id),
        line("mref", "Reference", transaction.sale_transaction_id),
        line("filler"),
        line("txtype", "Type", kinds.get(transaction.kind, "REVERSAL")),
        line("totalAmount", "TOTAL", amount, bold=True),
        line("filler"),
        verdict,
    ]
