"""Sales that something comes back of, by the key of their returns: own ones, and those of another
till that the office granted (D12, D22)."""

from __future__ import annotations

from skrin.domain.cart import Origin
from skrin.domain.codec import decode, decode_body
from skrin.domain.money import half_up
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.rights import journaled
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.journaled import ReturnedLine, ReturnState
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader


def sealed_at(reader: ShopReader, seq: int) -> ReceiptSealed | None:
    """The sealed receipt in an entry of this till's journal."""
    entry = reader.entry(seq)
    body = decode_body(entry.header.kind, entry.header.version, entry.body) if entry else None
    return body if isinstance(body, ReceiptSealed) else None


def sale_of_key(reader: ShopReader, key: str) -> ReceiptSealed | None:
    """The sale that a key of returns names: another till's that came with its grant, or one of
    this till's own journal. The caller knows that the key is not of a third till."""
    content = reader.receipt_with_key(key)
    if content is not None:
        return decode(ReceiptSealed, content)
    _, seq = journaled.of_receipt_key(key)
    return sealed_at(reader, seq)


def key_of_own(reader: ShopReader, register: str, number: int) -> str:
    """The key of an own receipt's returns; empty when there is no such receipt."""
    seqs = reader.receipt_seqs(number)
    return journaled.receipt_key(register, seqs[0]) if seqs else ""


def key_of_origin(till: Till, origin: Origin) -> str:
    """The key of the sale that a line comes back of; empty when this till does not know it."""
    known = till.file.receipt_from_office(origin.receipt_id)
    if known:
        return known[0]
    if origin.designation != till.identity.seat.designation:
        return ""
    return key_of_own(till.file, till.identity.register_serial, origin.number)


def state_of(till: Till, held: Hold, receipt_id: str) -> ReturnState:
    """What has come back so far of the sale whose token lies here.

    Before tills shared returns nothing but quantities was kept: their figures follow (D12).
    """
    state = journaled.return_state(held.state)
    if state.receipt_id:
        return ReturnState(state.receipt_id, state.returned)
    quantities = till.file.returned_of(receipt_id)
    sale = sale_of_key(till.file, held.key)
    lines = [
        ReturnedLine(
            line.line,
            quantities[line.line],
            half_up(line.amount_minor * quantities[line.line], line.quantity_milli),
            half_up(line.vat_minor * quantities[line.line], line.quantity_milli),
        )
        for line in (sale.lines if sale else ())
        if quantities.get(line.line)
    ]
    return ReturnState(receipt_id, tuple(lines))
