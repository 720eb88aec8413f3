"""What the journal says of rights: kinds of right, entry bodies, and moves inside other entries.

A right is (company, kind, key); the company is the journal's. Its units are whole: minor units,
seats, copies, or 1 for an undivided token. Who holds is a *register*: `<till_id>-<store>` (D23).
"""

from __future__ import annotations

from dataclasses import dataclass

GIFT_CARD, PARKED, COPY, RETURN, SEAT = "gift_card", "parked", "copy", "return", "seat"

RIGHT_KINDS = (GIFT_CARD, PARKED, COPY, RETURN, SEAT)
"""An amount on a card; a parked cart; the one copy; a receipt's returns; seats of an event."""

TOKENS = frozenset({PARKED, RETURN})
"""Kinds that are never divided, and whose state travels with them (rule 10)."""

FIRST_GENERATION = 1
"""Every right begins here; each break adds one (rule 11)."""

BORN, RESERVED, CANCELLED, KEPT = "born", "reserved", "cancelled", "kept"
USED, CREDITED, WANTED, UNWANTED = "used", "credited", "wanted", "unwanted"
"""What a move does. kept: put back with a new state (parked again, a part returned). wanted and
unwanted: somebody still waits for the open claim, or nobody does."""

RECALLED, LEASE_ENDED, NOT_WANTED, BY_WISH = "recalled", "lease_ended", "not_wanted", "by_wish"
HANDED_OVER = "handed_over"
"""Why something was given back."""

HELD_BY, IS_RECALLED, TOO_LITTLE = "held_by", "recalled", "too_little"
USED_UP, NOT_HERE_YET, FROZEN, STOPPED = "used_up", "not_here_yet", "frozen", "stopped"
CATCHING_UP = "catching_up"
"""Why a claim was refused; the codes that the cashier's words are found by."""


@dataclass(frozen=True, slots=True)
class RightMove:
    """What an entry did with a right: stands in receipts, copies, tickets, parkings, payments.

    Those entries carry `rights: tuple[RightMove, ...]`; nothing of it has an entry of its own.
    `generation` is that of the units moved. `state` is JSON: with born and kept the token's state,
    with used what it came to; else empty.
    """

    what: str
    kind: str
    key: str
    generation: int
    amount: int
    state: str = ""


@dataclass(frozen=True, slots=True)
class RightsMoved:
    """`right.moved`: moves that no other entry of the commit carries: something was reserved for
    the cart or put back, somebody waits for the open claim again or no longer does."""

    rights: tuple[RightMove, ...]


@dataclass(frozen=True, slots=True)
class RightClaimed:
    """`right.claimed`: the till asks. `cart_id` waits for it, empty = a lease, beforehand (rule 8).

    `claim_id` is made at the till. `seen_generation` other than 0 asks for a break: a manager saw
    the right held under that generation and takes it over (parked only, rule 11).
    """

    claim_id: str
    kind: str
    key: str
    amount: int
    cart_id: str
    seen_generation: int = 0


@dataclass(frozen=True, slots=True)
class RightDecided:
    """`right.decided`: an order that answered a claim, as the till applied it.

    Granted: `amount`, `generation`, `until_utc_ms` (a lease) and `state` are what came. Refused:
    `reason`, the register that holds it, and in `amount` what is free. `order_no` 0 = no order:
    the chain was stopped, and the till ended the claim by itself as refused (rule 14).
    """

    order_no: int
    claim_id: str
    kind: str
    key: str
    granted: bool
    reason: str
    holder: str
    amount: int
    generation: int
    until_utc_ms: int | None
    state: str


@dataclass(frozen=True, slots=True)
class RightGivenBack:
    """`right.given_back`: idle units leave this till. `order_no` names the recall it answers.

    An answer may be 0. `order_no` 0 = nobody asked: the lease ended, the claim was no longer
    wanted, or by wish.
    """

    kind: str
    key: str
    generation: int
    amount: int
    cause: str
    order_no: int = 0


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`till.handed_over`: the register's trade is over. All that lies idle here is given back in
    this one entry, also what its receipts bear without a byte; nothing was reserved, no claim was
    open. So whoever comes after may copy and return what it sold. `cause`: `replaced` or
    `moved_out`.
    """

    cause: str
    receipts: int
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class RightBroken:
    """`right.broken`: a manager elsewhere took it over. `generation` is the new one."""

    order_no: int
    kind: str
    key: str
    generation: int
    by: str


@dataclass(frozen=True, slots=True)
class LeaseEnded:
    """`right.lease_ended`: no new use of what was leased until `until_utc_ms` (rule 8)."""

    kind: str
    key: str
    generation: int
    until_utc_ms: int


@dataclass(frozen=True, slots=True)
class GiftCardCredited:
    """`giftcard.credited`: money onto a card: issued, topped up, refunded (rule 9).

    A new amount at the office, never put back into a hold. `receipt_id` is the receipt behind it.
    The rest is what the office keeps of a card that it does not know yet: the last signs of its
    code, its last day, the rate at which it was sold (0 = nothing taxed: multi-purpose) and the VAT
    class of goods that it is for then.
    """

    key: str
    amount: int
    cause: str
    receipt_id: str
    currency: str = ""
    tail: str = ""
    valid_until: str = ""
    rate_bp: int = 0
    vat_class: str = ""


Fact = (
    RightMove
    | RightClaimed
    | RightDecided
    | RightGivenBack
    | RightBroken
    | LeaseEnded
    | GiftCardCredited
)
"""A thing that a journal says of one right: an entry's body, or one move inside another entry."""


def right_of(fact: Fact) -> tuple[str, str]:
    """The (kind, key) that `fact` touches: what a store of holds or books has to load."""
    if isinstance(fact, GiftCardCredited):
        return GIFT_CARD, fact.key
    return fact.kind, fact.key


def order_no_of(fact: Fact) -> int:
    """The number of the order that `fact` is the entry of; 0 = of none.

    Every order gives exactly one such entry, so the highest is the last order of the journal.
    """
    if isinstance(fact, (RightDecided, RightGivenBack, RightBroken)):
        return fact.order_no
    return 0


def is_next(last_no: int, number: int) -> bool:
    """Whether a numbered message is the one to take now: a doubled or early one is not."""
    return number == last_no + 1
