"""Orders: what the office tells a register, numbered without gaps per (till, store).

On the wire an order is a number, a kind and flat fields (`sync.messages.Order`); `fields_of` and
`read_order` go between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Fields = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Grant:
    """`grant`: the whole claimed amount lies at the claimant now; `until_utc_ms` = a lease."""

    order_no: int
    claim_id: str
    kind: str
    key: str
    amount: int
    generation: int
    until_utc_ms: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """`refuse`: nothing was given. `holder`: the register that has it; `free`: what could be."""

    order_no: int
    claim_id: str
    kind: str
    key: str
    reason: str
    holder: str
    free: int


@dataclass(frozen=True, slots=True)
class Recall:
    """`recall`: give back all that lies idle under this generation."""

    order_no: int
    kind: str
    key: str
    generation: int


@dataclass(frozen=True, slots=True)
class Broken:
    """`broken`: somebody took it over; `generation` is the new one."""

    order_no: int
    kind: str
    key: str
    generation: int
    by: str


Order = Grant | Refuse | Recall | Broken

GRANT, REFUSE, RECALL, BROKEN = "grant", "refuse", "recall", "broken"


def fields_of(order: Order) -> tuple[int, str, Fields]:
    """(order_no, kind, fields) as the exchange carries them; no end of a lease = no field."""
    if isinstance(order, Grant):
        fields = _fields(order, "claim_id", "kind", "key", "amount", "generation", "state")
        if order.until_utc_ms is not None:
            fields["until_utc_ms"] = order.until_utc_ms
        return order.order_no, GRANT, fields
    if isinstance(order, Refuse):
        fields = _fields(order, "claim_id", "kind", "key", "reason", "holder", "free")
        return order.order_no, REFUSE, fields
    if isinstance(order, Recall):
        return order.order_no, RECALL, _fields(order, "kind", "key", "generation")
    return order.order_no, BROKEN, _fields(order, "kind", "key", "generation", "by")


def read_order(order_no: int, order_kind: str, fields: Mapping[str, str | int]) -> Order:
    """An order from its fields. Raises `ValueError` for a kind or fields that are not agreed.

    An order that cannot be read must stop the taking of orders: none may be skipped (rule 4).
    """
    if order_kind == GRANT:
        return Grant(
            order_no,
            _text(fields, "claim_id"),
            _text(fields, "kind"),
            _text(fields, "key"),
            _whole(fields, "amount"),
            _whole(fields, "generation"),
            _whole(fields, "until_utc_ms") if "until_utc_ms" in fields else None,
            _text(fields, "state"),
        )
    if order_kind == REFUSE:
        return Refuse(
            order_no,
            _text(fields, "claim_id"),
            _text(fields, "kind"),
            _text(fields, "key"),
            _text(fields, "reason"),
            _text(fields, "holder"),
            _whole(fields, "free"),
        )
    if order_kind == RECALL:
        of = _text(fields, "kind"), _text(fields, "key"), _whole(fields, "generation")
        return Recall(order_no, *of)
    if order_kind == BROKEN:
        of = _text(fields, "kind"), _text(fields, "key"), _whole(fields, "generation")
        return Broken(order_no, *of, by=_text(fields, "by"))
    raise ValueError(f"an order of kind {order_kind!r} is not known")


def _fields(order: Order, *names: str) -> Fields:
    return {name: getattr(order, name) for name in names}


def _text(fields: Mapping[str, str | int], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"an order has a text {name!r}")
    return value


def _whole(fields: Mapping[str, str | int], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"an order has a whole number {name!r}")
    return value
