"""What an entry says of rights: its facts, for the till's holds and for the office's book.

An entry's body is a fact itself (`right.claimed` ...), or it carries `rights`: moves that it did.
A cart's token travels with the cart, and the entry that parks it has the cart already: so its move
carries no state, and the state is made here, the same at the till and at the office.

Births of `return` and `copy` have no entry and no byte: every signed receipt of a sale bears a
`return`, every signed receipt its copies, at the till that signed it, so neither side keeps a row
before somebody moves it (`born_with_receipt`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from skrin.domain.beside import CopySealed
from skrin.domain.cart import Cart, CartAborted, CartFetched, CartParked, ParkedDeleted
from skrin.domain.codec import decode, encode
from skrin.domain.receipt import ReceiptSealed, SignedReceipt
from skrin.domain.rights import terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.terms import (
    Fact,
    GiftCardCredited,
    LeaseEnded,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightGivenBack,
    RightMove,
    RightsMoved,
)


@dataclass(frozen=True, slots=True)
class ParkedState:
    """What travels with a parked receipt: all that is on it, and when it was set aside."""

    cart: Cart
    parked_utc_ms: int


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """How much of a sold line has come back so far, with its amount and VAT (D12)."""

    line: int
    quantity_milli: int
    amount_minor: int
    vat_minor: int


@dataclass(frozen=True, slots=True)
class ReturnState:
    """What travels with a receipt's returns. `receipt` stands in grants only: who holds it then
    keeps it, and the office has it anyway."""

    receipt_id: str = ""
    returned: tuple[ReturnedLine, ...] = ()
    receipt: ReceiptSealed | None = None


@dataclass(frozen=True, slots=True)
class CopyMade:
    """A copy that was made: by which till, under which number of its series, when, by whom."""

    copy_id: str
    designation: str
    number: int
    at_utc_ms: int
    utc_offset_min: int


@dataclass(frozen=True, slots=True)
class CopyState:
    """What travels with a receipt's copies: those that were made. `receipt` stands in grants only:
    who is granted one prints it."""

    made: tuple[CopyMade, ...] = ()
    receipt: SignedReceipt | None = None


def parked_state(text: str) -> ParkedState:
    """The state of a parked receipt's token. Raises `ValueError`."""
    return decode(ParkedState, text.encode())


def return_state(text: str) -> ReturnState:
    """The state of a receipt's returns; empty = nothing has come back. Raises `ValueError`."""
    return decode(ReturnState, text.encode()) if text else ReturnState()


def copy_state(text: str) -> CopyState:
    """The state of a receipt's copies; empty = none was made. Raises `ValueError`."""
    return decode(CopyState, text.encode()) if text else CopyState()


def state_text(state: ParkedState | ReturnState | CopyState) -> str:
    """A state as orders and moves carry it."""
    return encode(state).decode()


def state_of_cart(cart: Cart, parked_utc_ms: int) -> str:
    """The state of a cart that is set aside. Taps and places are of one till's journal only."""
    return state_text(ParkedState(replace(cart, first_seq=0, taps=frozenset()), parked_utc_ms))


def returned_now(before: ReturnState, receipt: ReceiptSealed, receipt_id: str) -> ReturnState:
    """The state after the return receipt `receipt` took lines of the sale `receipt_id` back."""
    so_far = {one.line: one for one in before.returned}
    for line in receipt.lines:
        if line.origin is None or line.origin.receipt_id != receipt_id:
            continue
        place = line.origin.line
        was = so_far.get(place, ReturnedLine(place, 0, 0, 0))
        so_far[place] = ReturnedLine(
            place,
            was.quantity_milli + line.quantity_milli,
            was.amount_minor + line.amount_minor,
            was.vat_minor + line.vat_minor,
        )
    return ReturnState(receipt_id, tuple(so_far[place] for place in sorted(so_far)))


def all_is_returned(state: ReturnState, sale: ReceiptSealed) -> bool:
    """Whether nothing that is taken back is left of `sale`: its token ends."""
    so_far = {one.line: one.quantity_milli for one in state.returned}
    return all(
        so_far.get(line.line, 0) >= line.quantity_milli for line in sale.lines if line.returnable
    )


def facts_of(body: object) -> tuple[Fact, ...]:
    """The facts of one entry, in order; none for an entry that has nothing to do with rights."""
    read = _READERS.get(type(body))
    return read(body) if read else ()


def _itself(body: Any) -> tuple[Fact, ...]:
    return (body,)


def _moves(body: Any) -> tuple[Fact, ...]:
    moves: tuple[RightMove, ...] = body.rights
    return moves


def _parked(body: CartParked) -> tuple[Fact, ...]:
    if not body.rights:
        return ()
    state = state_of_cart(body.cart, body.parked_utc_ms)
    return tuple(
        replace(move, state=state) if move.kind == terms.PARKED else move for move in body.rights
    )


_READERS: dict[type, Callable[[Any], tuple[Fact, ...]]] = {
    **dict.fromkeys(
        (
            RightClaimed,
            RightDecided,
            RightGivenBack,
            RightBroken,
            LeaseEnded,
            GiftCardCredited,
        ),
        _itself,
    ),
    **dict.fromkeys(
        (RightsMoved, CartFetched, CartAborted, ParkedDeleted, ReceiptSealed, CopySealed), _moves
    ),
    CartParked: _parked,
}

ENTRY_KINDS = frozenset(
    {
        "right.claimed",
        "right.decided",
        "right.given_back",
        "right.broken",
        "right.lease_ended",
        "right.moved",
        "giftcard.credited",
        "cart.parked",
        "cart.fetched",
        "cart.aborted",
        "parked.deleted",
        "receipt.sealed",
        "copy.sealed",
        "till.handed_over",
    }
)
"""The kinds of entry that may say something of rights."""

_CARRIES = b'"rights":[{'


def says_rights(kind: str, body: bytes) -> bool:
    """Whether an entry has facts, without reading its body: most receipts have none."""
    if kind not in ENTRY_KINDS:
        return False
    return kind.startswith(("right.", "giftcard.", "till.")) or _CARRIES in body


KIND_OF: dict[type, str] = {
    RightClaimed: "right.claimed",
    RightDecided: "right.decided",
    RightGivenBack: "right.given_back",
    RightBroken: "right.broken",
    LeaseEnded: "right.lease_ended",
    GiftCardCredited: "giftcard.credited",
}
"""The kind of entry that a fact of its own is written as; a move stands in another entry."""


def receipt_key(register: str, sealed_seq: int) -> str:
    """The key of what a receipt bears: the register that sealed it, and where in its journal."""
    return f"{register}:{sealed_seq}"


def of_receipt_key(key: str) -> tuple[str, int]:
    """(register, sealed_seq) of a receipt's key. Raises `ValueError`."""
    register, _, seq = key.rpartition(":")
    if not register or not seq.isascii() or not seq.isdecimal() or len(seq) > 18:
        raise ValueError(f"not the key of a receipt: {key!r}")
    return register, int(seq)


BORN_WITH_RECEIPTS = frozenset({terms.RETURN, terms.COPY})
"""The kinds that every receipt bears without a byte."""


def born_with_receipt(kind: str, key: str, register: str, amount: int = 1) -> Hold | None:
    """What lies at `register` of a receipt's returns or copies before anybody moved them: all of
    it, when the receipt is its own; None when it is not. `amount`: how many copies the country
    allows. The receipt itself is the caller's to find."""
    if kind not in BORN_WITH_RECEIPTS or amount < 1:
        return None
    try:
        issuer, _ = of_receipt_key(key)
    except ValueError:
        return None
    if issuer != register:
        return None
    return Hold(kind, key, have=amount, generation=terms.FIRST_GENERATION)


__all__ = [
    "BORN_WITH_RECEIPTS",
    "ENTRY_KINDS",
    "KIND_OF",
    "CopyMade",
    "CopyState",
    "ParkedState",
    "ReturnState",
    "ReturnedLine",
    "all_is_returned",
    "born_with_receipt",
    "copy_state",
    "facts_of",
    "of_receipt_key",
    "parked_state",
    "receipt_key",
    "return_state",
    "returned_now",
    "says_rights",
    "state_of_cart",
    "state_text",
]
