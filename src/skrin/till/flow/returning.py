"""Returns: by return mode, and from an earlier receipt; never more than is left of it (D12)."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain import role as roles
from skrin.domain.cart import Item, LineAdded, Origin
from skrin.domain.codec import decode_body
from skrin.domain.desk import ReturnModeSet
from skrin.domain.receipt import SALE, ReceiptLine, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow.selling import MAX_LINES, check_may_change, known
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line of an earlier receipt and how much of it can still come back."""

    line: ReceiptLine
    left_milli: int


def set_mode(till: Till, actor: Person, mode: str, approver: Person | None = None) -> None:
    """Turn return mode on for one receipt, lock it on, or end it (R-RET-001, R-RET-005).

    Without a receipt it takes the right to return without one; ending it takes none.
    """

    def command() -> None:
        if mode not in ("off", "once", "locked"):
            raise Refusal("mode_unknown")
        if till.desk.return_mode == mode:
            return
        check_may_change(till)
        if mode != "off":
            till.check(actor, roles.RETURN_WITHOUT, approver)
        with till.transaction(actor) as tx:
            by = approver.person if approver else ""
            tx.append("return_mode.set", ReturnModeSet(mode, by))

    till.run(command)


def receipt_of(reader: ShopReader, number: int) -> ReceiptSealed:
    """A sealed receipt of this till. Refused with `receipt_unknown`."""
    seqs = reader.receipt_seqs(number)
    entry = reader.entry(seqs[0]) if seqs else None
    body = decode_body(entry.header.kind, entry.header.version, entry.body) if entry else None
    if not isinstance(body, ReceiptSealed):
        raise Refusal("receipt_unknown", number=number)
    return body


def returnable_lines(reader: ShopReader, sealed: ReceiptSealed) -> list[Returnable]:
    """What of a sale can still come back, line by line."""
    if sealed.kind != SALE:
        return []
    before = reader.returned_of(sealed.receipt_id)
    return [
        Returnable(line, line.quantity_milli - before.get(line.line, 0))
        for line in sealed.lines
        if line.returnable
    ]


def return_line(
    till: Till,
    actor: Person,
    tap_id: str,
    number: int,
    line: int,
    quantity_milli: int | None = None,
    approver: Person | None = None,
) -> None:
    """Put goods of an earlier receipt on the open one, coming back; None = all that is left.

    At the rate and the figures of the sale (D12). Refused: `receipt_unknown`, `not_returnable`,
    `nothing_left_to_return`, by role.
    """

    def command() -> None:
        cart = till.desk.cart
        if known(cart, tap_id):
            return
        check_may_change(till)
        till.check(actor, roles.RETURN_FROM_RECEIPT, approver)
        sealed = receipt_of(till.file, number)
        found = next((r for r in returnable_lines(till.file, sealed) if r.line.line == line), None)
        if found is None:
            raise Refusal("not_returnable", name="")
        taken = _on_counter(till, sealed.receipt_id, line)
        wanted = found.left_milli - taken if quantity_milli is None else quantity_milli
        if wanted <= 0 or wanted > found.left_milli - taken:
            raise Refusal("nothing_left_to_return")
        if cart and len(cart.lines) >= MAX_LINES:
            raise Refusal("line_too_many", most=MAX_LINES)
        with till.transaction(actor) as tx:
            tx.append(
                "line.added",
                LineAdded(
                    cart.cart_id if cart else till.clock.new_id(),
                    cart.next_line if cart else 1,
                    tap_id,
                    _item(found.line),
                    wanted,
                    cart.way if cart else sealed.way,
                    0,
                    True,
                    _origin(sealed, found, taken),
                    approver.person if approver else "",
                ),
            )

    till.run(command)


def _on_counter(till: Till, receipt_id: str, line: int) -> int:
    """How much of a sold line already stands on the open receipt, coming back."""
    cart = till.desk.cart
    return sum(
        one.quantity_milli
        for one in (cart.lines if cart else ())
        if one.origin and (one.origin.receipt_id, one.origin.line) == (receipt_id, line)
    )


def _origin(sealed: ReceiptSealed, found: Returnable, taken_milli: int) -> Origin:
    line = found.line
    return Origin(
        sealed.receipt_id,
        sealed.designation,
        sealed.number,
        line.line,
        line.quantity_milli,
        line.amount_minor,
        line.vat_minor,
        line.rate_bp,
        line.quantity_milli - found.left_milli + taken_milli,
    )


def _item(line: ReceiptLine) -> Item:
    return Item(
        line.article,
        line.number,
        line.name,
        line.group,
        line.group_name,
        line.item_kind,
        line.unit,
        line.decimals,
        line.unit_price_minor,
        line.cost_minor,
        "",
        "",
        False,
        False,
    )
