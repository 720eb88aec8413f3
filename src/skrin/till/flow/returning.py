"""Returns: by return mode, and from an earlier receipt; never more than is left of it (D12).

What may still be returned of a sale is one token, whichever till sold it: it lies at the issuing
till until another till of the store asks, and carries what came back so far (D22). Whoever has no
token returns nothing, so two tills never give back more than was sold.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain import role as roles
from skrin.domain.cart import Item, LineAdded, Origin
from skrin.domain.codec import decode_body
from skrin.domain.desk import ReturnModeSet
from skrin.domain.receipt import SALE, ReceiptLine, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import journaled, terms
from skrin.sync.messages import FoundSale, Person, SalesQuestion
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow import rights
from skrin.till.flow.returned import key_of_own, sale_of_key
from skrin.till.flow.rights_folding import hold_of
from skrin.till.flow.selling import MAX_LINES, check_may_change, known
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

MOST_FOUND = 200
"""So many sales of other tills are kept in memory; who looks for more looks anew."""


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


def find(till: Till, link: OfficeLink, designation: str, number: int) -> list[FoundSale]:
    """Sales of the store's other tills with a number, of one till or (empty) of any, latest first.

    Asks the office, so call it off the writer. Refused: `office_away`, `not_in_training`.
    """
    if till.desk.training:
        raise Refusal("not_in_training")
    own = till.identity.seat
    try:
        answer = link.sales(SalesQuestion(own.store, designation, number))
    except (OfficeAway, OfficeRefused) as away:
        raise Refusal("office_away") from away
    found = [sale for sale in answer.sales if sale.receipt.designation != own.designation]
    if len(till.sharing.found) > MOST_FOUND:
        till.sharing.found.clear()
    for sale in found:
        till.sharing.found[sale.key] = sale.receipt
    return found


def sale_with_key(till: Till, reader: ShopReader, key: str) -> ReceiptSealed:
    """The sale that a key of returns names: an own one, one that was granted here, or one that the
    office has just told of. Refused with `receipt_gone`."""
    found = till.sharing.found.get(key)
    if found is not None:
        return found
    try:
        register, _ = journaled.of_receipt_key(key)
    except ValueError as fault:
        raise Refusal("receipt_gone") from fault
    here = register == till.identity.register_serial or reader.receipt_with_key(key) is not None
    sale = sale_of_key(reader, key) if here else None
    if sale is None:
        raise Refusal("receipt_gone")
    return sale


def own_key(till: Till, reader: ShopReader, number: int) -> str:
    """The key of what is returned of an own receipt. Refused with `receipt_unknown`."""
    key = key_of_own(reader, till.identity.register_serial, number)
    if not key:
        raise Refusal("receipt_unknown", number=number)
    return key


def lies_here(till: Till, reader: ShopReader, key: str) -> bool:
    """Whether something of this sale may be returned here now. Practice takes its own token."""
    if till.desk.training:
        return journaled.of_receipt_key(key)[0] == till.identity.register_serial
    held = hold_of(reader, till.identity.register_serial, terms.RETURN, key)
    return bool(held.have or held.reserved)


def want(till: Till, actor: Person, key: str, approver: Person | None = None) -> None:
    """Ask for the returns of a sale, unless they lie here or all of it has come back.

    `till.sharing.wish(RETURN, key)` tells how it goes. Refused: by role; what `rights.ask`
    refuses.
    """

    def command() -> bool:
        till.check(actor, roles.RETURN_FROM_RECEIPT, approver)
        if lies_here(till, till.file, key):
            return False
        sale = sale_with_key(till, till.file, key)
        held = rights.hold_here(till, terms.RETURN, key)
        return not journaled.all_is_returned(journaled.return_state(held.state), sale)

    for wish in till.sharing.all_wishes():
        if wish.kind == terms.RETURN and wish.key != key:
            rights.go_on_without(till, actor, wish.kind, wish.key)  # Another one is looked at now.
    if till.run(command):
        rights.ask(till, actor, terms.RETURN, key, 1)


def returnable_lines(reader: ShopReader, sealed: ReceiptSealed) -> list[Returnable]:
    """What of a sale can still come back, line by line, as far as this till knows."""
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
    key: str = "",
) -> None:
    """Put goods of an earlier receipt on the open one, coming back; None = all that is left.

    At the rate and the figures of the sale (D12). `number` is of an own receipt, `key` of another
    till's (`find`). Refused: `receipt_unknown`, `receipt_gone`, `not_returnable`,
    `nothing_left_to_return`, by role; `return_elsewhere` when it is another till that may return
    it now: then `want` it first.
    """

    def command() -> None:
        cart = till.desk.cart
        if known(cart, tap_id):
            return
        check_may_change(till)
        till.check(actor, roles.RETURN_FROM_RECEIPT, approver)
        sealed = sale_with_key(till, till.file, key) if key else receipt_of(till.file, number)
        found = next((r for r in returnable_lines(till.file, sealed) if r.line.line == line), None)
        if found is None:
            raise Refusal("not_returnable", name="")
        taken = _on_counter(till, sealed.receipt_id, line)
        wanted = found.left_milli - taken if quantity_milli is None else quantity_milli
        if wanted <= 0 or wanted > found.left_milli - taken:
            raise Refusal("nothing_left_to_return")
        if cart and len(cart.lines) >= MAX_LINES:
            raise Refusal("line_too_many", most=MAX_LINES)
        origin = _origin(sealed, found, taken)
        with till.transaction(actor) as tx:
            rights.reserve_returns(tx, [origin])
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
                    origin,
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
