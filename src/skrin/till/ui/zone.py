"""The changing part of the selling page, made of the desk: receipt, payment, finished sale."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from skrin.domain.desk import Attempt, Desk, Finished, Pending, Undelivered
from skrin.domain.money import CURRENCIES, grouped_amount
from skrin.domain.payment import CARD, CASH, CHARGE, REFUND, SETTLEMENT, VOID, PaymentBegun
from skrin.domain.pricing import cart_total
from skrin.domain.receipt import RETURN
from skrin.domain.refusal import Refusal
from skrin.domain.sale import PAYING
from skrin.payments.contract import Attendance
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.flow.completing import nothing_left
from skrin.till.flow.counter import Counter
from skrin.till.flow.paying import cash_to_pay
from skrin.till.flow.till import Till
from skrin.till.flow.tips import takes_tips
from skrin.till.ui import gifts, refunds, wishes, words
from skrin.till.ui.elsewhere import print_elsewhere
from skrin.till.ui.frame import parking_tools, used_elsewhere
from skrin.till.ui.open_receipt import paid_rows, pay_key, receipt
from skrin.till.ui.screens import (
    BackKey,
    CardQuestion,
    Choice,
    Done,
    ModeStrip,
    Notice,
    Paying,
    Proposal,
    Way,
    Zone,
)
from skrin.till.ui.served import served

BLOCKING_REFUSALS = frozenset(f"printer_{condition}" for condition in BLOCKING_CONDITIONS)

SOON_POLL_MS, POLL_MS = 250, 1000
"""How often the screen looks: at what takes a moment, and at what waits for somebody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The payment window was opened: with a method chosen beforehand, or with a fault to tell."""

    method: int = 0
    typed: str = ""
    error: str = ""


def zone(
    counter: Counter,
    *,
    notice: Notice | None = None,
    asked: Asked | None = None,
    strip_methods: tuple[int, ...] = (),
    fragment: bool = True,
) -> Zone:
    """The zone as it is now; `asked`: with the payment window, while there is something to pay."""
    # First: what changes meanwhile is told by the next question, if there is one.
    tag, asks_ms = etag(counter), wishes.poll_ms(counter)
    till, desk = counter.till, counter.till.desk
    back_keys = refunds.back_keys(counter)
    paying = _paying(counter, desk) or gifts.waiting(counter)
    if paying is None and desk.cart and desk.cart.lines and (asked or desk.state == PAYING):
        paying = payment_window(till, asked or Asked(), back_keys, terminals(counter))
    done = _done(counter, desk.finished) if desk.finished and paying is None else None
    return Zone(
        receipt=receipt(
            till,
            strip_methods,
            parking_tools(counter).parked,
            refunds.main_key(back_keys, till),
        ),
        paying=paying,
        done=done,
        notice=notice or _notice(counter, desk),
        etag=tag,
        fragment=fragment,
        modes=modes(till),
        sold_out=tuple(sorted(till.sold_out)),
        poll_ms=asks_ms or (POLL_MS if desk.registering else 0),
    )


def modes(till: Till) -> tuple[ModeStrip, ...]:
    """What changes the meaning of a tap, with the way out of it (R-RET-005, D9)."""
    strips = []
    locked = till.desk.return_mode == "locked"
    if till.desk.return_mode != "off":
        strips.append(
            ModeStrip(
                mode="return",
                sentence=gettext("Return mode, locked: what you ring comes back.")
                if locked
                else gettext("Return mode: what you ring comes back."),
                keep=None
                if locked
                else Way(
                    label=gettext("Lock it"),
                    action="till:return_mode",
                    name="mode",
                    value="locked",
                ),
                way=Way(
                    label=gettext("End return mode"),
                    action="till:return_mode",
                    name="mode",
                    value="off",
                ),
            )
        )
    if till.desk.training:
        strips.append(
            ModeStrip(
                mode="training",
                sentence=gettext("Training: nothing is sold, nothing is paid."),
                way=Way(
                    label=gettext("End training"), action="till:training", name="on", value="0"
                ),
            )
        )
    return tuple(strips)


def etag(counter: Counter) -> str:
    """What the zone depends on, as one short text (D35)."""
    desk, preflight, paper = counter.till.desk, counter.preflight, counter.paper_lane
    shown = (
        *(desk.finished is not None, preflight.unit_fault, paper.condition),
        paper.owes_answer() is not None,
        wishes.tag(counter.till),
    )
    lane = counter.sale_lane
    asked = f"{lane.stop_asked:d}{lane.asked_again[:8]}.{counter.attending().number}"
    return f"{counter.till.head.seq}-{asked}-{'-'.join(map(str, shown))}"


def terminals(counter: Counter) -> tuple[Choice, ...]:
    """The card terminals to choose from; none where there is no choice."""
    named = counter.till.devices.card_terminals()
    chosen = counter.chosen_terminal()
    if len(named) < 2:
        return ()
    return tuple(
        Choice(value=one.card_terminal_id, name=one.name, selected=one.card_terminal_id == chosen)
        for one in named
    )


def payment_window(
    till: Till,
    asked: Asked,
    back_keys: tuple[BackKey, ...] = (),
    terminals: tuple[Choice, ...] = (),
) -> Paying:
    """How is it paid? All methods, the likely amounts, what is paid already (R-BTN-007)."""
    desk = till.desk
    left = desk.left_minor
    refund = left < 0
    total_minor = cart_total(desk.cart) if desk.cart else 0
    cash = till.registers.method_of(CASH)
    gives_change = left > 0 and cash is not None and cash.change
    offered = proposals(cash_to_pay(till, left), till.store.currency) if gives_change else []
    return Paying(
        state="window",
        to_pay=grouped_amount(abs(left)),
        proposals=tuple(offered),
        methods=tuple(pay_key(till, method, asked.method) for method in till.registers.methods),
        paid_rows=paid_rows(till),
        back_keys=back_keys,
        total=grouped_amount(abs(total_minor)) if desk.payments else "",
        refund=refund,
        tendered=asked.typed,
        error=asked.error,
        can_leave=desk.state != PAYING,
        tips=left > 0 and any(takes_tips(method) for method in till.registers.methods),
        terminals=terminals,
    )


def proposals(to_pay_minor: int, currency: str) -> list[Proposal]:
    """Exactly, and what people hand over: the next round sums that notes can make."""
    offered = [Proposal(label=gettext("Exactly"), tendered=str(to_pay_minor // 100))]
    notes = CURRENCIES[currency].notes_minor
    sums = sorted({-(-to_pay_minor // note) * note for note in notes} - {to_pay_minor})
    for amount_minor in sums[:4]:
        label = grouped_amount(amount_minor).removesuffix(",00")
        offered.append(Proposal(label=label, tendered=str(amount_minor // 100)))
    return offered


def _paying(counter: Counter, desk: Desk) -> Paying | None:
    if desk.pending:
        return _registering(counter, desk.pending[0])
    if desk.attempt:
        return _card(counter, desk.attempt)
    if nothing_left(desk):
        # Between two commits: the money is taken, the receipt not sealed yet. Shown as work that
        # goes on, so that the screen keeps asking until it is done.
        paid_minor = sum(paid.amount_minor for paid in desk.payments)
        return Paying(state="waiting", to_pay=grouped_amount(paid_minor), poll_ms=SOON_POLL_MS)
    asked = counter.paper_lane.owes_answer()
    if asked and desk.cart is None:
        return Paying(
            state="question",
            to_pay=_document_total(asked),
            sentence=_question(asked),
            ways=_answers(),
        )
    return None


def _registering(counter: Counter, pending: Pending) -> Paying:
    to_pay = grouped_amount(pending.sealed.to_pay_minor)
    fault = counter.preflight.unit_fault
    if not fault:
        return Paying(state="waiting", to_pay=to_pay, poll_ms=SOON_POLL_MS)
    return Paying(
        state="trouble",
        to_pay=to_pay,
        sentence=gettext("Paid. The receipt comes as soon as the control unit has registered it."),
        detail=words.unit_sentence(fault),
        ways=(Way(label=gettext("Try now"), action="till:retry", primary=True),),
        poll_ms=POLL_MS,
    )


def _card(counter: Counter, attempt: Attempt) -> Paying:
    begun = attempt.begun
    to_pay = grouped_amount(abs(begun.amount_minor))
    if attempt.unknown:
        return Paying(
            state="unknown",
            to_pay=to_pay,
            refund=begun.purpose != CHARGE,
            detail=words.doubt_sentence(attempt.reason),
            contact=card_contact(counter.till, begun.method, begun.card_terminal_id),
            ways=(Way(label=gettext("Ask again now"), action="till:retry", primary=True),),
            states=counter.sale_lane.asked_again == begun.attempt_id,
            poll_ms=POLL_MS,
        )
    stopping, attending = counter.sale_lane.stop_asked, counter.attending()
    sentences = {
        VOID: gettext("The card payment is being taken back."),
        REFUND: gettext("Money goes back to the card. Follow the card terminal."),
    }
    sentence = sentences.get(begun.purpose, _follow(counter.till, begun))
    if begun.cause:
        sentence = gettext("The card could pay only a part. It is given back.")
    if begun.undoes and begun.purpose == REFUND:
        sentence = gettext(
            "The card terminal could not undo the payment. The money is given back instead: let the"
            " customer show the card again."
        )
    return Paying(
        state="card",
        to_pay=to_pay,
        refund=begun.purpose != CHARGE,
        sentence=sentence,
        detail=gettext(
            "Stopping the payment … If the card terminal stays silent, it is asked in ten seconds"
            " what became of it."
        )
        if stopping
        else attending.says,
        asks=None if stopping else _card_question(attending),
        can_stop=not stopping,
        poll_ms=SOON_POLL_MS,
    )


def _follow(till: Till, begun: PaymentBegun) -> str:
    """Which card terminal to follow, where there are several."""
    named = till.devices.card_terminals()
    if len(named) < 2:
        return ""
    names = {one.card_terminal_id: one.name for one in named}
    name = names.get(begun.card_terminal_id, begun.card_terminal_id)
    return gettext("Follow the card terminal %(name)s.") % {"name": name}


def _card_question(attending: Attendance) -> CardQuestion | None:
    """What the terminal wants of the cashier, in its own words."""
    asked = attending.question
    if asked is None:
        return None
    own = " ".join(filter(None, asked.words))
    choices = tuple(
        Choice(value=str(number), name=name) for number, name in enumerate(asked.choices, 1)
    )
    return CardQuestion(
        question=asked.question_id,
        sentence=own or gettext("The card terminal asks you."),
        kind=asked.kind,  # type: ignore[arg-type]
        choices=choices,
    )


def card_contact(till: Till, method_id: int = 0, card_terminal_id: str = "") -> str:
    """Whom to ask about card payments (R-CARD-006): who stands on the terminal itself, else on the
    payment method."""
    return words.contact_sentence(*provider_of(till, method_id, card_terminal_id))


def provider_of(till: Till, method_id: int = 0, card_terminal_id: str = "") -> tuple[str, str]:
    """The name and telephone of whom to ask, each perhaps empty."""
    wanted = card_terminal_id or till.devices.card_terminal_id
    for one in till.devices.card_terminals():
        if one.card_terminal_id == wanted and one.provider:
            return one.provider, one.provider_phone
    method = till.registers.method(method_id) or till.registers.method_of(CARD)
    return (method.provider, method.provider_phone) if method else ("", "")


def _document_total(asked: Undelivered) -> str:
    copied = asked.copy.original.sealed if asked.copy else None
    receipt = asked.receipt or copied or (asked.pro_forma.receipt if asked.pro_forma else None)
    return grouped_amount(receipt.to_pay_minor if receipt else 0)


def _question(asked: Undelivered) -> str:
    if asked.receipt:
        return gettext("Did receipt %(number)s come out of the printer?") % {"number": asked.number}
    if asked.copy:
        number = asked.copy.original.sealed.number
        return gettext("Did the copy of receipt %(number)s come out of the printer?") % {
            "number": number
        }
    if asked.pro_forma:
        return gettext("Did the pro forma come out of the printer?")
    if asked.slip:
        return gettext("Did the slip come out of the printer?")
    return gettext("Did the report come out of the printer?")


def _answers() -> tuple[Way, ...]:
    return (
        Way(label=gettext("Yes, it did"), action="till:answer_printed", name="answer", value="yes"),
        Way(
            label=gettext("No, print it"),
            action="till:answer_printed",
            name="answer",
            value="no",
            primary=True,
        ),
    )


def _done(counter: Counter, finished: Finished) -> Done:
    paid_by = [
        (paid, -1 if one.kind == RETURN else 1)
        for one in finished.receipts
        for paid in one.payments
        if paid.kind != SETTLEMENT
    ]
    kept_minor = sum(sign * paid.amount_minor for paid, sign in paid_by)
    change = sum(paid.change_minor for paid, _ in paid_by)
    tendered = sum(paid.tendered_minor for paid, _ in paid_by)
    rounding = sum(receipt.rounding_minor for receipt in finished.receipts)
    tip = sum(sign * paid.tip_minor for paid, sign in paid_by)
    level, sentence, poll_ms = _printing(counter, finished)
    paid_with = [name for one in finished.receipts for name in gifts.taken_off(counter.till, one)]
    names = dict.fromkeys(
        [*paid_with, *(gifts.paid_with(counter.till, paid) for paid, _ in paid_by)]
    )
    sealed = finished.receipts[-1]
    return Done(
        number=" + ".join(str(one.number) for one in finished.receipts),
        total=grouped_amount(abs(kept_minor)),
        method=", ".join(names) or gettext("Nothing to pay"),
        tendered=grouped_amount(tendered) if change else "",
        change=grouped_amount(change) if change else "",
        rounding=grouped_amount(rounding) if rounding else "",
        tip=grouped_amount(tip) if tip else "",
        refund=kept_minor < 0,
        print_level=level,  # type: ignore[arg-type]
        print_sentence=sentence,
        ways=_paper_ways(counter, level),
        url=reverse("till:receipt", args=[sealed.number]),
        poll_ms=poll_ms,
    )


def _printing(counter: Counter, finished: Finished) -> tuple[str, str, int]:
    """(level, sentence, when to look again, 0 = it is out) of the finished sale's paper."""
    waiting = any(
        u.delivery.delivery_id in finished.delivery_ids for u in counter.till.desk.undelivered
    )
    if not waiting:
        return "good", gettext("The receipt is printed."), 0
    if asked := counter.paper_lane.owes_answer():
        return "warn", _question(asked), 0
    condition = counter.paper_lane.condition
    if condition in BLOCKING_CONDITIONS:
        return "bad", words.state_sentence(f"printer_{condition}"), POLL_MS
    return "warn", gettext("The receipt is being printed."), SOON_POLL_MS


def _paper_ways(counter: Counter, level: str) -> tuple[Way, ...]:
    """What a person can do for the paper of a finished sale."""
    if level == "warn" and counter.paper_lane.owes_answer():
        return _answers()
    return print_elsewhere(counter) if level == "bad" else ()


def _notice(counter: Counter, desk: Desk) -> Notice | None:
    if desk.refused:
        return Notice(sentence=words.document_refused(desk.refused.unit_code), level="bad")
    if desk.registering and counter.preflight.unit_fault:
        sentence = gettext("The copy or pro forma comes as soon as the control unit answers.")
        fault = words.unit_sentence(counter.preflight.unit_fault)
        way = Way(label=gettext("Try now"), action="till:retry", primary=True)
        return Notice(sentence=f"{sentence} {fault}", level="bad", ways=(way,))
    if desk.declined:
        sentence = words.reason_sentence(desk.declined)
        if desk.declined in words.PROVIDERS:
            sentence = f"{sentence} {card_contact(counter.till, 0, counter.chosen_terminal())}"
        return Notice(sentence=sentence, level="bad")
    if told := gifts.notice(counter):
        return told
    wish = wishes.of_parked(counter.till)
    if wish:
        return wishes.notice(counter, wish)
    if told := wishes.taken_over(counter):
        return told
    asked = counter.paper_lane.owes_answer()
    if asked and desk.cart is not None:
        return Notice(sentence=_question(asked), ways=_answers())
    if desk.undelivered and not desk.finished:
        condition = counter.paper_lane.condition
        if condition in BLOCKING_CONDITIONS:
            sentence = words.state_sentence(f"printer_{condition}")
            return Notice(sentence=sentence, level="bad", ways=print_elsewhere(counter))
    return None


def refused(no: Refusal) -> Notice:
    """A refusal as a notice, with the way on where there is one."""
    if no.code == "used_elsewhere":
        return used_elsewhere()
    ways: tuple[Way, ...] = ()
    if no.code in BLOCKING_REFUSALS:
        ways = print_elsewhere(served().counter)
    if no.code == "clock_went_back":
        ways = (Way(label=gettext("The clock is right"), action="till:confirm_clock"),)
    return Notice(sentence=words.refusal_sentence(no), level="bad", ways=ways)
