"""What somebody at this till waits for at another one, in words (docs/algorithms/rights.md)."""

from __future__ import annotations

from django.utils.translation import gettext

from skrin.domain.money import grouped_amount
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.domain.rights.hold import Hold
from skrin.till.flow.counter import Counter
from skrin.till.flow.rights_folding import open_holds
from skrin.till.flow.sharing import ASKING, GRANTED, HOLDER_AWAY, UNKNOWN_S, Wish
from skrin.till.flow.till import Till
from skrin.till.ui import words
from skrin.till.ui.screens import Notice, Way

POLL_MS, SHARED_POLL_MS = 500, 2000

_CAN_BE_TAKEN_OVER = (terms.HELD_BY, terms.FROZEN, HOLDER_AWAY)


def of_parked(till: Till, *, waiting: bool = False) -> Wish | None:
    """The parked receipt that is waited for, or that could not be had; once other goods lie on the
    counter nobody waits any more."""
    if till.desk.cart and till.desk.cart.lines:
        return None
    wishes = [one for one in till.sharing.all_wishes() if one.kind == terms.PARKED]
    found = [one for one in wishes if one.waits or (one.outcome != GRANTED and not waiting)]
    return found[-1] if found else None


def shared_cart(counter: Counter) -> Hold | None:
    """The right of the cart on the counter, when it was parked before: somebody may take it
    over."""
    cart = counter.till.desk.cart
    if cart is None or not cart.lines:
        return None
    for held in open_holds(counter.reader()):
        if held.kind == terms.PARKED and held.key == cart.cart_id and held.reserved:
            return held
    return None


def poll_ms(counter: Counter) -> int:
    """How often the screen looks: soon while somebody waits, now and then while another till may
    take over what lies on the counter."""
    if of_parked(counter.till, waiting=True):
        return POLL_MS
    return SHARED_POLL_MS if shared_cart(counter) else 0


def taken_over(counter: Counter) -> Notice | None:
    """What lies on the counter was taken over meanwhile: it can be read, not paid (rule 11)."""
    held = shared_cart(counter)
    if held is None or held.reserved_generation == held.generation:
        return None
    no = Refusal("broken", by=held.broken_by)
    return Notice(sentence=words.refusal_sentence(no), level="bad")


def tag(till: Till) -> str:
    """What the words depend on."""
    return "_".join(
        f"{wish.key[:8]}.{wish.outcome}.{_stage(till, wish)}" for wish in till.sharing.all_wishes()
    )


def _stage(till: Till, wish: Wish) -> str:
    """`asking` is not known any more after a while."""
    if wish.outcome != ASKING:
        return wish.outcome
    waited_s = till.clock.steady_s() - wish.since_s
    return "unknown" if waited_s >= UNKNOWN_S else ASKING


def sentence(counter: Counter, wish: Wish) -> str:
    """How it goes."""
    till, stage = counter.till, _stage(counter.till, wish)
    unsent = counter.upload_lane.unsent()
    if stage == "unknown" and unsent > 1:
        stage = "backlog"
    card = till.sharing.card(wish.key) if wish.kind == terms.PARKED else None
    holder = wish.holder or (card.holder if card else "")
    if stage == ASKING and holder:
        stage = terms.IS_RECALLED
    person = till.registers.people.get(card.person) if card and card.on_screen else None
    if stage == terms.HELD_BY and person:
        stage = "held_by_person"
    return words.answer_sentence(
        stage,
        wish.kind,
        holder=holder,
        person=person.display_name if person else "",
        unsent=str(unsent),
        free=grouped_amount(wish.free_amount),
    )


def notice(counter: Counter, wish: Wish) -> Notice:
    """A parked receipt that is waited for, with the ways on."""
    leave = Way(
        label=gettext("Go on without"), action="till:leave_wish", name="cart_id", value=wish.key
    )
    if wish.waits:
        return Notice(sentence=sentence(counter, wish), ways=(leave,))
    ways = [Way(label=gettext("Try again"), action="till:fetch", name="cart_id", value=wish.key)]
    if wish.outcome in _CAN_BE_TAKEN_OVER:
        label = gettext("Take over")
        way = Way(label=label, action="till:parked_take_over", name="cart_id", value=wish.key)
        ways.append(way)
    return Notice(sentence=sentence(counter, wish), ways=(*ways, leave))
