"""The till's side: what lies at this register of one right, a fold over its journal.

Commands return (facts, hold): what to append, and the hold after it. An entry's body among the
facts becomes an entry of its own; a `RightMove` stands in the entry that the flow writes for what
it did. All facts of a command go into one commit. A till uses only what its own journal says that
it holds; every doubt counts as used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.domain.rights.orders import Broken, Grant, Order, Recall, Refuse
from skrin.domain.rights.terms import (
    Fact,
    GiftCardCredited,
    LeaseEnded,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightGivenBack,
    RightMove,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The open claim. Not `wanted`: the cashier went on, and a grant is given back at once."""

    claim_id: str
    amount: int
    cart_id: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Hold:
    """A right as it lies here: `have` idle, `reserved` in the cart on the screen.

    `generation` is of what is idle, `reserved_generation` of what is reserved: lower when somebody
    took the right over while the cart was open (`broken_by`). `until_utc_ms` is the end of a
    lease, `lease_over_utc_ms` the end of the last one that ended.
    """

    kind: str
    key: str
    have: int = 0
    reserved: int = 0
    generation: int = 0
    reserved_generation: int = 0
    state: str = ""
    claim: Claim | None = None
    until_utc_ms: int | None = None
    lease_over_utc_ms: int | None = None
    broken_by: str = ""


Step = tuple[tuple[Fact, ...], Hold]


def fold(hold: Hold, fact: Fact) -> Hold:
    """The hold after one more fact of its right. What only the office counts changes nothing."""
    if isinstance(fact, RightMove):
        return _moved(hold, fact)
    if isinstance(fact, RightClaimed):
        return replace(hold, claim=Claim(fact.claim_id, fact.amount, fact.cart_id))
    if isinstance(fact, RightDecided):
        return _decided(hold, fact)
    if isinstance(fact, RightGivenBack):
        return replace(hold, have=hold.have - fact.amount)
    if isinstance(fact, RightBroken):
        return _broken(hold, fact)
    if isinstance(fact, LeaseEnded):
        return replace(hold, until_utc_ms=None, lease_over_utc_ms=fact.until_utc_ms)
    assert isinstance(fact, GiftCardCredited)  # Rule 9: never put back into a hold.
    return hold


def _decided(hold: Hold, fact: RightDecided) -> Hold:
    if hold.claim and hold.claim.claim_id == fact.claim_id:
        hold = replace(hold, claim=None)
    if not fact.granted:
        return hold
    before = hold.have if fact.generation == hold.generation else 0
    return replace(
        hold,
        have=before + fact.amount,
        generation=fact.generation,
        state=fact.state,
        until_utc_ms=fact.until_utc_ms if fact.until_utc_ms is not None else hold.until_utc_ms,
        lease_over_utc_ms=None,
        broken_by="",
    )


def _broken(hold: Hold, fact: RightBroken) -> Hold:
    if fact.generation <= hold.generation:
        return hold
    # What is reserved stays, under its old generation: a cart in payment may end (rule 11).
    return replace(hold, have=0, generation=fact.generation, broken_by=fact.by)


def _moved(hold: Hold, move: RightMove) -> Hold:
    if move.what == terms.BORN:
        return replace(hold, have=move.amount, generation=move.generation, state=move.state)
    if move.what == terms.RESERVED:
        return replace(
            hold,
            have=hold.have - move.amount,
            reserved=hold.reserved + move.amount,
            reserved_generation=move.generation,
        )
    if move.what in (terms.CANCELLED, terms.KEPT):
        return _put_back(hold, move)
    if move.what == terms.USED:
        left = hold.reserved - move.amount
        return replace(hold, reserved=left, state=move.state or hold.state)
    if move.what in (terms.WANTED, terms.UNWANTED) and hold.claim:
        return replace(hold, claim=replace(hold.claim, wanted=move.what == terms.WANTED))
    return hold


def _put_back(hold: Hold, move: RightMove) -> Hold:
    left = replace(hold, reserved=hold.reserved - move.amount)
    if move.generation != hold.generation:
        return left  # It was taken over meanwhile: set aside, it lies elsewhere now.
    state = move.state if move.what == terms.KEPT else hold.state
    return replace(left, have=left.have + move.amount, state=state)


def _step(hold: Hold, *facts: Fact) -> Step:
    return facts, reduce(fold, facts, hold)


def _move(hold: Hold, what: str, generation: int, amount: int, state: str = "") -> RightMove:
    return RightMove(what, hold.kind, hold.key, generation, amount, state)


def bear(hold: Hold, amount: int, state: str = "") -> Step:
    """A signed receipt bears its copies and returns, a first parking its token (rule 1)."""
    assert hold.generation == 0 and amount > 0, "a right is born once"
    return _step(hold, _move(hold, terms.BORN, terms.FIRST_GENERATION, amount, state))


def ask(
    hold: Hold,
    claim_id: str,
    amount: int,
    cart_id: str,
    *,
    online: bool,
    stopped: bool = False,
    seen_generation: int = 0,
) -> Step:
    """Ask the office for `amount`: a claim, or the open one again, wanted (rule 2).

    Raises `Refusal`: `office_away` (no claim is made offline), `stopped` (the office has stopped
    this chain), `asking` (something else of this right is asked for already).
    """
    if stopped:
        raise Refusal("stopped")
    if not online:
        raise Refusal("office_away")
    if hold.claim:
        if hold.claim.amount != amount or hold.claim.cart_id != cart_id:
            raise Refusal("asking")
        if hold.claim.wanted:
            return (), hold
        return _step(hold, _move(hold, terms.WANTED, hold.generation, 0))
    claimed = RightClaimed(claim_id, hold.kind, hold.key, amount, cart_id, seen_generation)
    return _step(hold, claimed)


def go_on_without(hold: Hold) -> Step:
    """Nobody waits for the open claim any more; what still comes is given back by itself."""
    if not hold.claim or not hold.claim.wanted:
        return (), hold
    return _step(hold, _move(hold, terms.UNWANTED, hold.generation, 0))


def end_claim(hold: Hold) -> Step:
    """The office has stopped this chain: the open claim ends as refused (rule 14)."""
    if not hold.claim:
        return (), hold
    refused = RightDecided(
        0, hold.claim.claim_id, hold.kind, hold.key, False, terms.STOPPED, "", 0, 0, None, ""
    )
    return _step(hold, refused)


def apply_order(hold: Hold, last_order_no: int, order: Order) -> Step:
    """Take one order, in a commit with its entry; nothing defers it (rule 4).

    `last_order_no` is of the whole journal. A doubled or early order changes nothing. A grant for
    a claim that is not open and wanted is given back in the same commit.
    """
    if not terms.is_next(last_order_no, order.order_no):
        return (), hold
    if isinstance(order, Grant):
        return _granted(hold, order)
    if isinstance(order, Refuse):
        return _step(
            hold,
            RightDecided(
                *(order.order_no, order.claim_id, order.kind, order.key, False, order.reason),
                *(order.holder, order.free, 0, None, ""),
            ),
        )
    if isinstance(order, Recall):
        idle = hold.have if order.generation == hold.generation else 0
        back = _given_back(hold, idle, terms.RECALLED, order.order_no)
        return _step(hold, replace(back, generation=order.generation))
    assert isinstance(order, Broken)
    broken = RightBroken(order.order_no, order.kind, order.key, order.generation, order.by)
    return _step(hold, broken)


def _granted(hold: Hold, order: Grant) -> Step:
    wanted = hold.claim is not None and hold.claim.claim_id == order.claim_id and hold.claim.wanted
    decided = RightDecided(
        *(order.order_no, order.claim_id, order.kind, order.key, True, "", ""),
        *(order.amount, order.generation, order.until_utc_ms, order.state),
    )
    if wanted:
        return _step(hold, decided)
    back = _given_back(hold, order.amount, terms.NOT_WANTED)
    return _step(hold, decided, replace(back, generation=order.generation))


def _given_back(hold: Hold, amount: int, cause: str, order_no: int = 0) -> RightGivenBack:
    return RightGivenBack(hold.kind, hold.key, hold.generation, amount, cause, order_no)


def reserve(hold: Hold, amount: int, *, lease_runs: bool = True) -> Step:
    """Put `amount` of what is idle into the cart on the screen.

    `lease_runs` is what `lease.may_reserve` says where there is a lease. Raises `Refusal`:
    `broken`, `lease_over`, `too_little`; then the office may be asked.
    """
    check_payable(hold)
    if hold.until_utc_ms is not None and not lease_runs:
        raise Refusal("lease_over")
    if hold.have < amount:
        if hold.broken_by:
            raise Refusal("broken", by=hold.broken_by)
        if hold.lease_over_utc_ms is not None:
            raise Refusal("lease_over")
        raise Refusal("too_little")
    return _step(hold, _move(hold, terms.RESERVED, hold.generation, amount))


def check_payable(hold: Hold) -> None:
    """Raises `Refusal` `broken` when what is on the screen was taken over (rule 11)."""
    if hold.reserved and hold.reserved_generation != hold.generation:
        raise Refusal("broken", by=hold.broken_by)


def cancel(hold: Hold) -> Step:
    """Put what is reserved back; what was taken over meanwhile is set aside."""
    if not hold.reserved:
        return (), hold
    return _step(hold, _move(hold, terms.CANCELLED, hold.reserved_generation, hold.reserved))


def keep(hold: Hold, state: str) -> Step:
    """Put the token back with a new state: parked again, or a part of it returned."""
    assert hold.kind in terms.TOKENS and hold.reserved, "only a token in hand has a new state"
    move = _move(hold, terms.KEPT, hold.reserved_generation, hold.reserved, state)
    return _step(hold, move)


def use(hold: Hold, amount: int, state: str = "") -> Step:
    """Use what is reserved, in the commit of the entry that seals. There is no way back (rule 5).

    A cart that was in payment when it was taken over may end: it is reported at the office.
    """
    assert 0 < amount <= hold.reserved, "only what is reserved can be used"
    return _step(hold, _move(hold, terms.USED, hold.reserved_generation, amount, state))


def give_back(hold: Hold, amount: int) -> Step:
    """Give idle units back unasked, as when a cart is handed to the office."""
    assert 0 < amount <= hold.have, "only what is idle can be given back"
    return _step(hold, _given_back(hold, amount, terms.BY_WISH))


def end_lease(hold: Hold) -> Step:
    """The lease is over: no new use, and the rest goes back. What is reserved may finish."""
    if hold.until_utc_ms is None:
        return (), hold
    ended = LeaseEnded(hold.kind, hold.key, hold.generation, hold.until_utc_ms)
    if not hold.have:
        return _step(hold, ended)
    return _step(hold, ended, _given_back(hold, hold.have, terms.LEASE_ENDED))
