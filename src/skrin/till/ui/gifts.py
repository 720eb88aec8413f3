"""Gift cards on the screen: what is waited for, what came of it, what a card has."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from skrin.domain.giftcard import REDEEMED, key_of, masked, normal_code, proposed_minor
from skrin.domain.money import grouped_amount, plain_amount
from skrin.domain.payment import GIFT_CARD, Payment
from skrin.domain.receipt import ReceiptLine, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.domain.sale import OPEN, PAYING
from skrin.sync.giftcards import NOT_SOLD, USABLE, GiftCardAnswer
from skrin.till.flow import giftcards
from skrin.till.flow.counter import Counter
from skrin.till.flow.sharing import ASKING, GRANTED
from skrin.till.flow.till import Till
from skrin.till.ui import wishes, words
from skrin.till.ui.naming import named, paid_name
from skrin.till.ui.screens import Notice, Paying, Way

POLL_MS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftWindow:
    """``till/_window_gift.html``: a card's code is asked for. `refund`: money is to be given back,
    so a new card will do; `amount`: what was typed in the payment window, empty = all."""

    refund: bool = False
    to_give: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftSheet:
    """``till/_window_gift_card.html``: a card and what can be done with it now.

    `trouble`: why nothing can be paid with it; `amount`: what is proposed to be paid; `load`: what
    is proposed to be put on it; `part`: what was typed to be given back, empty = all.
    """

    key: str
    name: str
    balance: str
    facts: tuple[tuple[str, str], ...]
    trouble: str = ""
    can_pay: bool = False
    amount: str = ""
    to_pay: str = ""
    can_refund: bool = False
    to_give: str = ""
    part: str = ""
    can_load: bool = False
    load: str = ""
    is_new: bool = False
    can_take_back: bool = False


def is_offered(counter: Counter) -> bool:
    """Whether the shop takes gift cards at all."""
    return counter.till.registers.method_of(GIFT_CARD) is not None


def window(counter: Counter, typed_minor: int = 0) -> GiftWindow:
    """A card's code is asked for; `typed_minor`: how much is wanted, 0 = as much as can be."""
    left = counter.till.desk.left_minor
    to_give = min(typed_minor, -left) or -left
    return GiftWindow(
        refund=left < 0,
        to_give=grouped_amount(to_give) if left < 0 else "",
        amount=plain_amount(typed_minor) if typed_minor else "",
    )


def sheet(counter: Counter, key: str, answer: GiftCardAnswer, typed_minor: int = 0) -> GiftSheet:
    """A card as the office told it, and what can be done with it on this receipt. `typed_minor`:
    what was typed in the payment window, 0 = as much as can be."""
    till = counter.till
    desk, left = till.desk, till.desk.left_minor
    lines = bool(desk.cart and desk.cart.lines)
    usable = answer.state == USABLE
    changeable = desk.state == OPEN and desk.return_mode == "off"
    whole = answer.free_minor == answer.balance_minor > 0 and not answer.used_minor
    taxed = bool(answer.rate_bp)
    most = giftcards.payable_with(till, answer.vat_class) if taxed else left
    pays_nothing = taxed and lines and left > 0 and not most
    # Money is not paid back onto a card that was taxed: an amount is sold on it instead (D8).
    instead = taxed and lines and left < 0
    to_give = min(typed_minor, abs(left)) or abs(left)
    proposed = proposed_minor(answer.free_minor, most)
    return GiftSheet(
        key=key,
        name=gettext("Gift card %(tail)s") % {"tail": masked(answer.tail)},
        balance=grouped_amount(answer.balance_minor),
        facts=_facts(answer),
        trouble=_trouble(answer, pays_nothing=pays_nothing),
        can_pay=usable and lines and most > 0 and answer.free_minor > 0,
        amount=plain_amount(min(typed_minor, proposed) or proposed),
        to_pay=grouped_amount(max(0, most)),
        can_refund=usable and lines and left < 0 and not taxed,
        to_give=grouped_amount(to_give),
        part=plain_amount(to_give) if to_give < abs(left) else "",
        can_load=changeable and answer.state in (USABLE, NOT_SOLD) and not pays_nothing,
        load=plain_amount(to_give) if instead else "",
        is_new=answer.state == NOT_SOLD,
        can_take_back=changeable and usable and whole and not lines,
    )


def _facts(answer: GiftCardAnswer) -> tuple[tuple[str, str], ...]:
    facts = []
    if answer.rate_bp:
        pays = words.purpose(answer.vat_class, answer.rate_bp)
        facts.append((gettext("VAT paid; pays for"), pays))
    if answer.free_minor != answer.balance_minor:
        facts.append((gettext("Can be used now"), grouped_amount(answer.free_minor)))
    if answer.held_by:
        facts.append((gettext("In use at till"), answer.held_by))
    if answer.valid_until:
        facts.append((gettext("Valid until"), answer.valid_until))
    return tuple(facts)


def _trouble(answer: GiftCardAnswer, *, pays_nothing: bool) -> str:
    try:
        giftcards.check_usable(answer)
    except Refusal as no:
        return words.refusal_sentence(no)
    if pays_nothing:
        cannot = Refusal("gift_card_purpose", rate_bp=answer.rate_bp, most_minor=0)
        return words.refusal_sentence(cannot)
    return gettext("Nothing is left on the gift card.") if not answer.balance_minor else ""


def scanned(counter: Counter, code: str) -> str:
    """The key of the card whose code was scanned where an article was expected; empty when the
    office knows none or is not asked."""
    till = counter.till
    if not is_offered(counter) or not till.sharing.online or not normal_code(code):
        return ""
    key = key_of(till.identity.company, normal_code(code))
    try:
        counter.gift_card(key)
    except Refusal:
        return ""
    return key


def waiting(counter: Counter) -> Paying | None:
    """The office is asked for an amount: the screen looks again until it is here."""
    till = counter.till
    wish = giftcards.waited_for(till)
    # Granted, and a moment later the part is paid: a screen that looks in between must look again.
    granted = wish is not None and wish.outcome == GRANTED
    if wish is None or not (wish.waits or granted) or till.desk.state not in (OPEN, PAYING):
        return None
    sentence = words.answer_sentence(ASKING) if granted else wishes.sentence(counter, wish)
    return Paying(
        state="waiting",
        to_pay=grouped_amount(wish.amount),
        sentence=sentence,
        ways=(Way(label=gettext("Go on without"), action="till:gift_without"),),
        poll_ms=POLL_MS,
    )


def notice(counter: Counter) -> Notice | None:
    """An amount that could not be had, and the ways on: what can be had, or to go on without."""
    wish = giftcards.waited_for(counter.till)
    if wish is None or wish.waits or wish.outcome == GRANTED or counter.till.desk.cart is None:
        return None
    ways = [Way(label=gettext("Go on without"), action="till:gift_without")]
    if wish.outcome == terms.TOO_LITTLE and wish.free_amount:
        label = gettext("Use %(amount)s") % {"amount": grouped_amount(wish.free_amount)}
        ways.insert(0, Way(label=label, action="till:gift_pay_free", primary=True))
    return Notice(sentence=wishes.sentence(counter, wish), level="bad", ways=tuple(ways))


def paid_with(till: Till, paid: Payment) -> str:
    """A payment's name, with the card and what is left on it."""
    name = paid_name(till, paid)
    if paid.gift is None:
        return name
    return _left(f"{name} {masked(paid.gift.tail)}", paid.gift.left_minor)


def taken_off(till: Till, sealed: ReceiptSealed) -> list[str]:
    """The single-purpose cards of a receipt: what each took off, and what is left on it."""
    return [
        _left(
            f"{_group_name(till, line)} {masked(line.gift.tail)}"
            f" {grouped_amount(line.amount_minor)}",
            line.gift.left_minor,
        )
        for line in sealed.lines
        if line.gift and line.gift.cause == REDEEMED
    ]


def _group_name(till: Till, line: ReceiptLine) -> str:
    group = till.registers.groups.get(line.group)
    return named(group.name, group.names) if group and group.name == line.name else line.name


def _left(card: str, left_minor: int | None) -> str:
    if left_minor is None:
        return card
    left = gettext("%(amount)s left") % {"amount": grouped_amount(left_minor)}
    return f"{card}, {left}"
