"""What entries do to the holds of a till, and to what is shown of them: in the entries' own commit.

So a hold is a fold of the journal and nothing else: nobody writes one beside an entry, and after a
kill it is what the last whole commit says.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.codec import decode, encode
from skrin.domain.entry import NORMAL
from skrin.domain.rights import hold as holds
from skrin.domain.rights import journaled, terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.journaled import facts_of
from skrin.domain.rights.terms import (
    Fact,
    RightBroken,
    RightDecided,
    RightGivenBack,
    RightMove,
)
from skrin.sync.messages import ParkedCard
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader


@dataclass(frozen=True, slots=True)
class ParkedList:
    """The store's parked receipts, as they are kept."""

    parked: tuple[ParkedCard, ...]


LAST_ORDER, PARKED_LIST = "last_order_no", "parked_list"
"""Under these names the state keeps the last order taken, and the store's parked receipts as the
office told them."""


HANDED_OVER = "handed_over"
"""Under this name the state keeps that the register gave back all that it held, for good."""


def fold_handed_over(file: ShopFile) -> None:
    """All that lay here is given back. Call inside the entry's commit."""
    file.drop_holds()
    file.put_state(HANDED_OVER, "1")


def hold_of(reader: ShopReader, register: str, kind: str, key: str, copies: int = 0) -> Hold:
    """What lies at `register` of a right. The returns and copies of an own receipt that nobody
    moved lie here since it was signed, and have no row; the caller has found that receipt.

    `copies`: how many of a receipt the country allows; who does not ask for copies need not say.
    """
    row = reader.hold(kind, key)
    if row is not None:
        return decode(Hold, row)
    if reader.state(HANDED_OVER):
        return Hold(kind, key)
    born = journaled.born_with_receipt(kind, key, register, copies if kind == terms.COPY else 1)
    return born or Hold(kind, key)


def open_holds(reader: ShopReader) -> list[Hold]:
    """The holds of which something is reserved or asked for."""
    return [decode(Hold, row) for row in reader.open_holds()]


def parked_list(reader: ShopReader) -> tuple[ParkedCard, ...]:
    """The store's parked receipts as the office told them last."""
    kept = reader.state(PARKED_LIST)
    return decode(ParkedList, kept.encode()).parked if kept else ()


def fold_in(file: ShopFile, facts: tuple[Fact, ...], register: str, copies: int) -> None:
    """Fold what an entry says of rights into the till's file. Call inside the entry's commit.
    `copies`: see `hold_of`."""
    for fact in facts:
        kind, key = terms.right_of(fact)
        before = hold_of(file, register, kind, key, copies)
        _keep(file, holds.fold(before, fact))
        if kind == terms.PARKED:
            _show_parked(file, key, fact)
        elif kind == terms.RETURN:
            _show_returned(file, key, fact)
        if order_no := terms.order_no_of(fact):
            file.put_state(LAST_ORDER, str(order_no))


def _keep(file: ShopFile, hold: Hold) -> None:
    is_open = bool(hold.reserved or hold.claim)
    # What a receipt bore and went away must be known to be away: without a row it lies here.
    born = hold.kind in journaled.BORN_WITH_RECEIPTS
    remembered = born or hold.broken_by or hold.lease_over_utc_ms is not None
    if is_open or hold.have or remembered:
        file.put_hold(hold.kind, hold.key, encode(hold), is_open)
    else:
        file.drop_hold(hold.kind, hold.key)


def _show_parked(file: ShopFile, cart_id: str, fact: Fact) -> None:
    """A parked receipt that came or went with its right."""
    if isinstance(fact, RightDecided) and fact.granted:
        came = journaled.parked_state(fact.state)
        name = next((one.name for one in parked_list(file) if one.cart_id == cart_id), "")
        file.put_parked(cart_id, name, came.parked_utc_ms, encode(came.cart), NORMAL)
    elif isinstance(fact, RightBroken) or (isinstance(fact, RightGivenBack) and fact.amount):
        file.drop_parked(cart_id)


def _show_returned(file: ShopFile, key: str, fact: Fact) -> None:
    """What has come back of a sale, at whichever till."""
    if isinstance(fact, RightDecided) and fact.granted:
        state = journaled.return_state(fact.state)
        if state.receipt:
            file.put_receipt_from_office(state.receipt_id, key, encode(state.receipt))
    elif isinstance(fact, RightMove) and fact.what in (terms.KEPT, terms.USED):
        state = journaled.return_state(fact.state)
    else:
        return
    file.put_returned(state.receipt_id, [(one.line, one.quantity_milli) for one in state.returned])


__all__ = [
    "HANDED_OVER",
    "LAST_ORDER",
    "PARKED_LIST",
    "facts_of",
    "fold_handed_over",
    "fold_in",
    "hold_of",
    "open_holds",
    "parked_list",
]
