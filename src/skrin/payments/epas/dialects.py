"""What differs between the XML dialects of the one model, as data.

EPAS 1.0 is what Westpay's terminals speak over TCP (westpay/EPAS-Client-Library: README and what
its client was seen to send). nexo 3.1 is what a Nordic acquirer publishes for terminals that are
asked over HTTP (SwedbankPay/developer.swedbankpay.com, pax-terminal/Nexo-Retailer). Read 2026-11.

Of EPAS 1.0 nobody publishes how GetLastTransaction, Print and Input look. Their shapes here are
those of nexo 3.1; a real terminal that answers in another shape is read as outcome unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST, REFERENCE = "GetLastTransaction", "TransactionStatus"
"""How a lost answer is asked for: the terminal's newest transaction, or ours by its message id."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect. `sale_id` and `original` are what it calls SaleID and OriginalPOITransaction.

    `capabilities` is what the till tells of itself: with more than `PrinterReceipt` the terminal
    asks the till during a payment, which needs a line that goes both ways. `tip_flag`: it is told
    with each payment whether to ask for a tip. `reversal_names_sale`: a reversal may carry our own
    id of it, and whose charge it was.
    """

    code: str
    protocol_version: str
    sale_id: str
    original: str
    recovery: str
    capabilities: tuple[str, ...]
    tip_flag: bool
    reversal_names_sale: bool


EPAS_1_0 = Dialect(
    code="epas",
    protocol_version="1.0",
    sale_id="WorkstationID",
    original="OriginalTransaction",
    recovery=LAST,
    capabilities=(),
    tip_flag=True,
    reversal_names_sale=False,
)

NEXO_XML_3_1 = Dialect(
    code="nexo_xml",
    protocol_version="3.1",
    sale_id="SaleID",
    original="OriginalPOITransaction",
    recovery=REFERENCE,
    capabilities=("PrinterReceipt",),
    tip_flag=False,
    reversal_names_sale=True,
)
