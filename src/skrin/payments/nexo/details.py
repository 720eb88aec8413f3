"""What an approved payment tells besides its verdict: the card, references, slips. Read leniently.

The verdict is read strictly elsewhere. Once it is a clear yes, an odd slip or a missing brand must
not make it unknown again, so everything here falls back to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from skrin.domain.payment import CardDetails

_MAX_WORD = 60
_MAX_SLIP_LINES = 120
_MOST_OPEN_DIGITS = 12
"""A masked number shows at most the first eight and the last four digits."""


def card_details(payment: Mapping[str, Any]) -> CardDetails:
    """The details in a `PaymentResponse`; what is missing or of another shape stays empty."""
    result = branch(payment, "PaymentResult")
    card = branch(result, "PaymentInstrumentData", "CardData")
    acquirer = branch(result, "PaymentAcquirerData")
    provider_id = branch(payment, "POIData", "POITransactionID")
    return CardDetails(
        brand=_word(card.get("PaymentBrand")),
        masked_pan=masked(_word(card.get("MaskedPan") or card.get("MaskedPAN"))),
        approval_code=_word(acquirer.get("ApprovalCode")),
        entry_mode=_words(card.get("EntryMode")),
        verification=_words(result.get("AuthenticationMethod")),
        online=result.get("OnlineFlag") is not False,
        provider_transaction_id=_word(provider_id.get("TransactionID")),
        acquirer_transaction_id=_word(
            branch(acquirer, "AcquirerTransactionID").get("TransactionID")
        ),
        customer_slip=slip_of(payment, "CustomerReceipt"),
        merchant_slip=slip_of(payment, "CashierReceipt"),
        provider_transaction_at=_word(provider_id.get("TimeStamp")),
        signature=wants_signature(payment),
    )


def wants_signature(payment: Mapping[str, Any]) -> bool:
    """Whether the customer is to sign the merchant's slip."""
    receipts = payment.get("PaymentReceipt")
    return any(
        branch(receipt).get("RequiredSignatureFlag") is True
        or branch(receipt, "OutputContent").get("SignatureBlock") is True
        for receipt in (receipts if isinstance(receipts, list) else [])
        if branch(receipt).get("DocumentQualifier") == "CashierReceipt"
    )


def branch(tree: object, *path: str) -> Mapping[str, Any]:
    """The object at `path`, or an empty one where something else or nothing stands."""
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def masked(pan: str) -> str:
    """`pan` as it came when enough of it is masked, else its last four digits behind stars.

    Nobody may send us a whole card number. One that came all the same would stand in a journal
    from which nothing can be taken away.
    """
    digits = re.sub(r"\D", "", pan)
    return pan if len(digits) <= _MOST_OPEN_DIGITS else f"****{digits[-4:]}"


def slip_of(payment: Mapping[str, Any], qualifier: str) -> tuple[str, ...]:
    """The lines of the first receipt of this kind."""
    receipts = payment.get("PaymentReceipt")
    for receipt in receipts if isinstance(receipts, list) else []:
        if branch(receipt).get("DocumentQualifier") != qualifier:
            continue
        texts = branch(receipt, "OutputContent").get("OutputText")
        if isinstance(texts, list):
            return slip_lines(texts)
    return ()


def slip_lines(texts: list[Any]) -> tuple[str, ...]:
    """The lines of a list of OutputText: `Text` is coded as in JSON, `PlainText` is the line."""
    lines = []
    for text in texts[:_MAX_SLIP_LINES]:
        plain = branch(text).get("PlainText")
        coded = _slip_line(branch(text).get("Text"))
        lines += plain.split("\n") if isinstance(plain, str) else [coded]
    return tuple(_without_empty_ends([_printable(line) for line in lines[:_MAX_SLIP_LINES]]))


def _slip_line(text: object) -> str:
    """`name=PAN&value=1234&key=pan` as `PAN 1234`; `key=filler` as an empty line; else the text."""
    if not isinstance(text, str):
        return ""
    if "=" not in text:
        return _printable(_url_decoded(text))
    pairs = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        pairs[name] = _url_decoded(value)
    if pairs.get("key") == "filler":
        return ""
    return _printable(" ".join(filter(None, (pairs.get("name"), pairs.get("value")))))


def _url_decoded(text: str) -> str:
    """`K%C3%96P+1` as `KÖP 1`. By hand, since the house's pure rooms import nothing of urllib."""
    octets = text.replace("+", " ").encode("utf-8", "replace")
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), octets)
    return plain.decode("utf-8", "replace")


def _without_empty_ends(lines: list[str]) -> list[str]:
    full = [place for place, line in enumerate(lines) if line]
    return lines[full[0] : full[-1] + 1] if full else []


def _printable(text: str) -> str:
    """One line of letters and signs: a control character would be an order to the printer."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _word(value: object) -> str:
    return _printable(value)[:_MAX_WORD] if isinstance(value, str) else ""


def _words(values: object) -> str:
    """A list of words (or one) as `Chip,PIN`."""
    listed = values if isinstance(values, list) else [values]
    return ",".join(filter(None, map(_word, listed)))
