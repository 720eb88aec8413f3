"""The terminal's own record of money: every payment and reversal, on disk before it is answered.

A transaction begins, and then ends with the response that the till gets or can ask for. One that
had begun when the power went has ended as Aborted: no money moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..durable import Log, StateTrouble
from . import wire

CHARGE, REFUND, REVERSAL = "charges", "refunds", "reversals"


@dataclass
class Transaction:
    """One payment, refund or reversal. ``response`` is None while it runs."""

    number: int
    sale_id: str
    service_id: str
    category: str
    kind: str
    amount_minor: int
    currency: str
    poi_transaction_id: str
    at: str
    sale_transaction_id: str = ""
    sale_at: str = ""
    original: str = ""
    header: dict[str, Any] = field(default_factory=dict)
    response: dict[str, Any] | None = None
    is_approved: bool = False
    reversed_by: str = ""
    tip_minor: int = 0
    is_partial: bool = False

    @property
    def body_name(self) -> str:
        """``PaymentResponse`` or ``ReversalResponse``."""
        return f"{self.category}Response"


def minor_units(amount: Decimal) -> int:
    """Whole minor units of an amount with at most two decimals. Raises `ValueError`."""
    scaled = amount.scaleb(2)
    if not amount.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more than two decimals")
    return int(scaled)


def major_units(amount_minor: int) -> Decimal:
    """12500 as 125.00."""
    return Decimal(amount_minor).scaleb(-2)


class Ledger:
    """All transactions in their order; the caller holds a lock."""

    def __init__(self, log: Log | None) -> None:
        """Read the log, if any. Raises `StateTrouble`."""
        self._log = log
        self._all: list[Transaction] = []
        for line in log.lines() if log else ():
            self._replay(line)

    def begin(self, transaction: Transaction) -> None:
        """Write down that a transaction runs."""
        self._write("begin", vars(transaction))
        self._all.append(transaction)

    def end(self, transaction: Transaction, response: dict[str, Any], is_approved: bool) -> None:
        """Write down how it ended; on return that is durable."""
        self._write(
            "end",
            {"number": transaction.number, "response": response, "is_approved": is_approved},
        )
        self._finish(transaction, response, is_approved)

    def next_number(self) -> int:
        """The number of the next transaction."""
        return len(self._all) + 1

    def find(self, sale_id: str, service_id: str, category: str) -> Transaction | None:
        """The newest transaction of this till with this message id; no id: its newest of all."""
        for transaction in reversed(self._all):
            if (
                transaction.sale_id == sale_id
                and service_id in ("", transaction.service_id)
                and category in ("", transaction.category)
            ):
                return transaction
        return None

    def by_poi_id(self, poi_transaction_id: str) -> Transaction | None:
        """The transaction with the terminal's own id."""
        for transaction in reversed(self._all):
            if transaction.poi_transaction_id == poi_transaction_id:
                return transaction
        return None

    def unfinished(self) -> list[Transaction]:
        """What was running when the log ended."""
        return [transaction for transaction in self._all if transaction.response is None]

    def last_approved(self, sale_id: str) -> Transaction | None:
        """The till's newest approved transaction."""
        approved = (one for one in reversed(self._all) if one.is_approved)
        return next((one for one in approved if one.sale_id == sale_id), None)

    def newest_first(self) -> Iterable[Transaction]:
        """For the page."""
        return list(reversed(self._all))

    def totals(self) -> dict[str, Any]:
        """Number and sum of what was approved, per till (SaleID) and kind."""
        tills: dict[str, Any] = {}
        for transaction in self._all:
            till = tills.setdefault(
                transaction.sale_id,
                {kind: {"number": 0, "sum_minor": 0} for kind in (CHARGE, REFUND, REVERSAL)}
                | {"not_approved": 0},
            )
            if transaction.is_approved:
                till[transaction.kind]["number"] += 1
                till[transaction.kind]["sum_minor"] += transaction.amount_minor
            elif transaction.response is not None:
                till["not_approved"] += 1
        return tills

    def _write(self, event: str, fields: dict[str, Any]) -> None:
        if self._log:
            self._log.append(wire.write({"event": event, **fields}))

    def _replay(self, line: str) -> None:
        try:
            fields = wire.read(line)
            if fields.pop("event") == "begin":
                self._all.append(Transaction(**fields))
            else:
                transaction = self._all[fields["number"] - 1]
                self._finish(transaction, fields["response"], fields["is_approved"])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as trouble:
            raise StateTrouble(f"the state file has a line that is none: {trouble}") from trouble

    def _finish(
        self, transaction: Transaction, response: dict[str, Any], is_approved: bool
    ) -> None:
        transaction.response = response
        transaction.is_approved = is_approved
        original = self.by_poi_id(transaction.original) if transaction.original else None
        if original is not None and is_approved:
            original.reversed_by = transaction.poi_transaction_id
