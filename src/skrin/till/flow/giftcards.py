"""Gift cards at the till: asking what is on one, selling, topping up, paying, taking back.

The amount is a right of the company (docs/algorithms/rights.md). To pay with it is to claim it:
`redeem` asks, and when the grant is in the journal the part is paid in one commit with what is
reserved for it; the commit that seals uses it (`rights.sealing`). Taken out of the receipt again,
it goes back to the office in the same commit. What a crash leaves idle here `tidy` gives back.

Offline nothing of it can be had (D22); a card that the till itself prints can be sold all the same.
"""

from __future__ import annotations

from skrin.domain import giftcard
from skrin.domain import role as roles
from skrin.domain.article import Group
from skrin.domain.cart import Item, LineAdded
from skrin.domain.desk import Desk
from skrin.domain.giftcard import (
    TAKEN_BACK,
    TOPPED_UP,
    GiftCardState,
    GiftLoad,
    GiftPart,
    Purpose,
)
from skrin.domain.payment import GIFT_CARD, Payment, PaymentMethod, PaymentTaken
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.domain.rights import hold as holds
from skrin.domain.rights import terms
from skrin.domain.rights.hold import Hold
from skrin.domain.sale import OPEN, PAYING
from skrin.domain.single_purpose import payable_minor
from skrin.sync.giftcards import (
    BLOCKED,
    EXPIRED,
    NOT_SOLD,
    UNKNOWN,
    USABLE,
    GiftCardAnswer,
    GiftCardQuestion,
)
from skrin.sync.messages import Person
from skrin.till.devices.contract import OfficeAway, OfficeLink, OfficeRefused
from skrin.till.flow import gift_codes, rights
from skrin.till.flow.gift_uses import card_state, gift_holds
from skrin.till.flow.selling import check_may_change, known
from skrin.till.flow.sharing import Wish
from skrin.till.flow.till import Till, Transaction

NOT_NEEDED = "gift_card_not_needed"
"""How a wish ended whose amount came when the receipt no longer wanted it."""


def key_of(till: Till, typed: str) -> str:
    """The key of the card with this code, scanned or typed. Refused: `gift_code_unusable`."""
    code = giftcard.normal_code(typed)
    if not code:
        raise Refusal("gift_code_unusable")
    return giftcard.key_of(till.identity.company, code)


def look(till: Till, link: OfficeLink, key: str) -> GiftCardAnswer:
    """What is on a card, by the office's word; nothing is reserved. Refused: `office_away`,
    `not_in_training`, `gift_card_unknown`."""
    if till.desk.training:
        raise Refusal("not_in_training")
    question = GiftCardQuestion(till.identity.seat.store, key, till.today())
    try:
        answer = link.gift_card(question)
    except (OfficeAway, OfficeRefused) as away:
        raise Refusal("office_away") from away
    if answer.state == UNKNOWN:
        raise Refusal("gift_card_unknown")
    till.sharing.looked_at = key, answer
    return answer


def check_usable(answer: GiftCardAnswer) -> None:
    """Refused: `card_blocked`, `card_expired`, `gift_card_not_sold`, `gift_card_unknown`."""
    if answer.state == BLOCKED:
        raise Refusal("card_blocked")
    if answer.state == EXPIRED:
        raise Refusal("card_expired")
    if answer.state == NOT_SOLD:
        raise Refusal("gift_card_not_sold")
    if answer.state != USABLE:
        raise Refusal("gift_card_unknown")


# Paying.


def stands_on_receipt(desk: Desk, key: str) -> bool:
    """Whether a card is on the open receipt: sold, topped up, taken back or paid with."""
    gifts = [line.gift for line in (desk.cart.lines if desk.cart else ())]
    parts = [paid.gift for paid in desk.payments]
    return any(gift is not None and gift.key == key for gift in (*gifts, *parts))


def check_free_on_receipt(desk: Desk, key: str) -> None:
    """A card stands on a receipt once. Refused with `gift_card_on_receipt`."""
    if stands_on_receipt(desk, key):
        raise Refusal("gift_card_on_receipt")


def redeem(
    till: Till,
    actor: Person,
    tap_id: str,
    method: PaymentMethod,
    key: str,
    amount_minor: int,
) -> None:
    """Ask for an amount of a card to pay a part with; it is paid when the grant is here, unless the
    receipt wants it no longer. `paying.redeem` has asked the devices before.

    Refused: `method_no_change`, `gift_card_on_receipt`, `gift_card_purpose`; what `rights.ask`
    refuses (`office_away`).
    """
    desk = till.desk
    left_minor = desk.left_minor
    if not 0 < amount_minor <= left_minor:
        raise Refusal("method_no_change", name=method.name, most_minor=max(0, left_minor))
    check_free_on_receipt(desk, key)
    seen_key, seen = till.sharing.looked_at
    if seen and seen_key == key and seen.rate_bp:
        # Said before anything is asked for; what the grant says of the card is decisive.
        _check_purpose(till, seen.vat_class, seen.rate_bp, amount_minor)
    assert desk.cart is not None, "there is something to pay"
    cart_id = desk.cart.cart_id

    def arrived() -> None:
        _pay(till, actor, tap_id, method, key, amount_minor, cart_id)

    if rights.hold_here(till, terms.GIFT_CARD, key).have >= amount_minor:
        rights.check_lies_here(till)
        arrived()
        return
    rights.ask(till, actor, terms.GIFT_CARD, key, amount_minor, cart_id=cart_id, then=arrived)


def _pay(
    till: Till,
    actor: Person,
    tap_id: str,
    method: PaymentMethod,
    key: str,
    amount_minor: int,
    cart_id: str,
) -> None:
    def command() -> None:
        held, desk = rights.hold_here(till, terms.GIFT_CARD, key), till.desk
        if held.have < amount_minor:
            _ends(till, key, NOT_NEEDED)
            return
        no, purpose = "", None
        if not _still_wanted(desk, cart_id, key) or amount_minor > desk.left_minor:
            no = NOT_NEEDED
        else:
            try:
                purpose = _purpose(till, card_state(held), amount_minor)
            except Refusal as refusal:
                no = refusal.code
        with till.transaction(actor) as tx:
            if not no:
                step = holds.reserve(held, amount_minor)
                tx.append("right.moved", rights.moved(step))
                taken = _taken(step[1], purpose, cart_id, tap_id, method, amount_minor)
                tx.append("payment.taken", taken)
                held = step[1]
            _give_back(tx, held)
        if not no:
            till.sharing.wishes.pop((terms.GIFT_CARD, key), None)
        else:
            _ends(till, key, no)

    till.run(command)


def _ends(till: Till, key: str, outcome: str) -> None:
    """Nobody waits for a card any more: nothing came of it."""
    if wish := till.sharing.wish(terms.GIFT_CARD, key):
        wish.outcome = outcome


def _still_wanted(desk: Desk, cart_id: str, key: str) -> bool:
    if stands_on_receipt(desk, key):
        return False
    if desk.cart is None or desk.cart.cart_id != cart_id or desk.attempt:
        return False
    return desk.state in (OPEN, PAYING)


def payable_with(till: Till, vat_class: str) -> int:
    """What of the open receipt a single-purpose card for a VAT class can still pay."""
    desk = till.desk
    if desk.cart is None:
        return 0
    goods_minor = payable_minor(desk.cart, desk.payments, vat_class, till.rate_of)
    return max(0, min(goods_minor, desk.left_minor))


def _check_purpose(till: Till, vat_class: str, rate_bp: int, amount_minor: int) -> None:
    most_minor = payable_with(till, vat_class)
    if amount_minor > most_minor:
        # The law: its VAT is paid already, so it pays for what it was taxed as and nothing else.
        raise Refusal("gift_card_purpose", rate_bp=rate_bp, most_minor=most_minor)


def _purpose(till: Till, state: GiftCardState, amount_minor: int) -> Purpose | None:
    """What a granted card is for; None = multi-purpose. Refused: `gift_card_purpose`,
    `gift_group_missing`."""
    if not state.rate_bp:
        return None
    _check_purpose(till, state.vat_class, state.rate_bp, amount_minor)
    group = _group(till, state.vat_class)
    return Purpose(state.vat_class, state.rate_bp, group.id, group.number, group.name)


def _taken(
    held: Hold,
    purpose: Purpose | None,
    cart_id: str,
    tap_id: str,
    method: PaymentMethod,
    amount_minor: int,
) -> PaymentTaken:
    state = card_state(held)
    left_minor = state.balance_minor - amount_minor
    gift = GiftPart(held.key, state.tail, left_minor, state.valid_until, purpose)
    figures = (amount_minor, amount_minor, 0, 0)
    ids = (cart_id, tap_id, method.id, GIFT_CARD, method.name)
    return PaymentTaken(*ids, *figures, False, gift)


def _give_back(tx: Transaction, held: Hold) -> None:
    """What lies idle of a card goes back at once: another till may want it."""
    if held.have:
        rights.write(tx, holds.give_back(held, held.have)[0])


def release(tx: Transaction, paid: Payment) -> None:
    """A part that was paid with a card is taken out again: its amount goes back (D18). Call in the
    commit that says so."""
    if paid.gift is None or paid.amount_minor <= 0:
        return
    held = rights.hold_here(tx.till, terms.GIFT_CARD, paid.gift.key)
    step = holds.cancel(held)
    rights.write(tx, step[0])
    _give_back(tx, step[1])


def refund_part(key: str, answer: GiftCardAnswer) -> GiftPart:
    """The card that money is paid back to: a credit, never put back into a hold (rule 9)."""
    if answer.state == BLOCKED:
        raise Refusal("card_blocked")
    if answer.rate_bp:
        raise Refusal("gift_refund_taxed", rate_bp=answer.rate_bp)
    return GiftPart(key, answer.tail, None, answer.valid_until)


# Goods that are cards.


def top_up(
    till: Till,
    actor: Person,
    tap_id: str,
    key: str,
    answer: GiftCardAnswer,
    amount_minor: int,
) -> None:
    """Ring an amount onto a card that is there: topped up, or sold when it is a printed one that
    nobody has bought. Refused: `card_blocked`, `card_expired`, `gift_card_on_receipt`,
    `gift_rate_changed`, `gift_group_missing`, `return_mode_on`."""
    if answer.state != NOT_SOLD:
        check_usable(answer)
    _check_rate(till, answer)
    fresh = answer.state == NOT_SOLD
    until = answer.valid_until
    if fresh and not until:
        until = gift_codes.last_day(till)
    cause = giftcard.ISSUED if fresh else TOPPED_UP
    load = GiftLoad(key, answer.tail, cause, until, answer.vat_class)

    def command() -> None:
        if known(till.desk.cart, tap_id):
            return
        check_may_change(till)
        check_free_on_receipt(till.desk, key)
        if till.desk.return_mode != "off":
            raise Refusal("not_returnable", name=till.store.company_name)
        with till.transaction(actor) as tx:
            _line(tx, tap_id, load, amount_minor, back=False)

    till.run(command)


def take_back(
    till: Till,
    actor: Person,
    tap_id: str,
    key: str,
    answer: GiftCardAnswer,
    approver: Person | None = None,
) -> None:
    """Take a card back that nothing was paid with: all that is on it is claimed, and the line comes
    back with the grant. It takes the right to return without a receipt.

    Refused: by role, `gift_card_used`, `gift_rate_changed`, `card_blocked`, `card_expired`,
    `gift_group_missing`; what `rights.ask` refuses.
    """
    check_usable(answer)
    if answer.used_minor or answer.free_minor != answer.balance_minor or not answer.free_minor:
        raise Refusal("gift_card_used")
    check_may_change(till)
    check_free_on_receipt(till.desk, key)
    till.check(actor, roles.RETURN_WITHOUT, approver)
    _check_rate(till, answer)
    _group_item(till, answer.free_minor, answer.vat_class)
    load = GiftLoad(key, answer.tail, TAKEN_BACK, answer.valid_until, answer.vat_class)
    amount_minor = answer.free_minor

    def arrived() -> None:
        def command() -> None:
            held = rights.hold_here(till, terms.GIFT_CARD, key)
            if held.have < amount_minor or till.desk.state != OPEN:
                _ends(till, key, NOT_NEEDED)
                return
            with till.transaction(actor) as tx:
                step = holds.reserve(held, amount_minor)
                tx.append("right.moved", rights.moved(step))
                by = approver.person if approver else ""
                _line(tx, tap_id, load, amount_minor, back=True, approved_by=by)
            till.sharing.wishes.pop((terms.GIFT_CARD, key), None)

        till.run(command)

    rights.ask(till, actor, terms.GIFT_CARD, key, amount_minor, then=arrived)


def _line(
    tx: Transaction,
    tap_id: str,
    load: GiftLoad,
    amount_minor: int,
    *,
    back: bool,
    approved_by: str = "",
) -> None:
    till, cart = tx.till, tx.desk.cart
    item = _group_item(till, amount_minor, load.vat_class)
    added = LineAdded(
        cart.cart_id if cart else till.clock.new_id(),
        cart.next_line if cart else 1,
        tap_id,
        item,
        ONE,
        cart.way if cart else till.store.default_way,
        0,
        back,
        approved_by=approved_by,
        gift=load,
    )
    tx.append("line.added", added)


def _check_rate(till: Till, answer: GiftCardAnswer) -> None:
    """A card taxed at one rate is neither raised nor taken back at another (food in 2028): its
    VAT was that of the day when it was sold. Refused with `gift_rate_changed`."""
    if answer.rate_bp and till.rate_of(answer.vat_class) != answer.rate_bp:
        raise Refusal("gift_rate_changed", rate_bp=answer.rate_bp)


def _group(till: Till, vat_class: str) -> Group:
    """The group that multi-purpose cards (empty), or cards for a VAT class, are sold on. Refused
    with `gift_group_missing`."""
    for group in till.registers.groups.values():
        if group.kind != GIFT_CARD:
            continue
        taxed = till.rate_of(group.vat_take_away) or till.rate_of(group.vat_eat_in)
        if group.vat_take_away == vat_class if vat_class else not taxed:
            return group
    raise Refusal("gift_group_missing")


def _group_item(till: Till, amount_minor: int, vat_class: str) -> Item:
    """An amount on the group of such cards. Refused with `gift_group_missing`."""
    group = _group(till, vat_class)
    figures = ("st", 0, amount_minor, 0)
    taxes = (group.vat_eat_in, group.vat_take_away, False, False)
    names = (0, group.number, group.name, group.id, group.name, group.kind)
    return Item(*names, *figures, *taxes)


# What is waited for, and what is left over.


def waited_for(till: Till) -> Wish | None:
    """The gift card that the open receipt waits for, or what came of it last."""
    cart = till.desk.cart
    wishes = [
        one
        for one in till.sharing.wishes.values()
        if one.kind == terms.GIFT_CARD and one.cart_id in (cart.cart_id if cart else "", one.key)
    ]
    return wishes[-1] if wishes else None


def go_on_without(till: Till, actor: Person) -> None:
    """Nobody waits for a card any more; what still comes is given back by itself."""
    for wish in [one for one in till.sharing.wishes.values() if one.kind == terms.GIFT_CARD]:
        rights.go_on_without(till, actor, wish.kind, wish.key)


def tidy(till: Till) -> None:
    """Give back what lies here of cards and belongs to nothing on the desk: after a crash, a line
    that was taken away, a receipt that was given up. Called by the lane that exchanges."""
    left_over = [held for held in gift_holds(till.file) if _left_over(till, held)]
    if not left_over:
        return

    def command() -> None:
        for held in gift_holds(till.file):
            if not _left_over(till, held):
                continue
            with till.transaction(None) as tx:
                step = (
                    holds.cancel(held) if not stands_on_receipt(till.desk, held.key) else ((), held)
                )
                rights.write(tx, step[0])
                _give_back(tx, step[1])

    till.run(command)


def _left_over(till: Till, held: Hold) -> bool:
    wish = till.sharing.wish(held.kind, held.key)
    if held.claim or (wish and wish.waits) or held.until_utc_ms is not None:
        return False
    idle = held.have > 0
    return idle or (held.reserved > 0 and not stands_on_receipt(till.desk, held.key))


__all__ = [
    "NOT_NEEDED",
    "GiftCardState",
    "check_usable",
    "gift_codes",
    "go_on_without",
    "key_of",
    "look",
    "payable_with",
    "redeem",
    "refund_part",
    "release",
    "take_back",
    "tidy",
    "top_up",
    "waited_for",
]
