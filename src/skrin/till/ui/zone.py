"""The changing part of the selling page, made of the desk: receipt, payment, finished sale."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from skrin.domain.money import CURRENCIES, grouped_amount
from skrin.domain.payment import CARD, CASH
from skrin.domain.quantity import ONE, quantity_text
from skrin.domain.refusal import Refusal
from skrin.domain.sale import Attempt, Desk, Finished, Pending, Undelivered
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.flow.completing import nothing_left
from skrin.till.flow.counter import Counter
from skrin.till.flow.paying import cash_to_pay
from skrin.till.flow.till import Till
from skrin.till.ui import words
from skrin.till.ui.screens import (
    Done,
    Line,
    Notice,
    PaidRow,
    Paying,
    Proposal,
    Receipt,
    VatRow,
    Way,
    Zone,
)

CARD_POLL_MS = 250
POLL_MS = 1000


def zone(
    counter: Counter, *, notice: Notice | None = None, ask_cash: bool = False, fragment: bool = True
) -> Zone:
    """The zone as it is now; `ask_cash`: with the question how much was given."""
    desk = counter.till.desk
    paying = _paying(counter, desk)
    if paying is None and ask_cash and desk.cart and desk.cart.lines:
        paying = cash_question(counter.till)
    done = _done(counter, desk.finished) if desk.finished and paying is None else None
    return Zone(
        receipt=receipt(counter.till),
        paying=paying,
        done=done,
        notice=notice or _notice(counter, desk),
        etag=etag(counter),
        fragment=fragment,
    )


def etag(counter: Counter) -> str:
    """What the zone depends on, as one short text (D35)."""
    desk, preflight, paper = counter.till.desk, counter.preflight, counter.paper_lane
    shown = (desk.finished is not None, preflight.unit_fault, paper.condition)
    return f"{counter.till.head.seq}-{counter.sale_lane.stop_asked:d}-{'-'.join(map(str, shown))}"


def receipt(till: Till) -> Receipt:
    """The open receipt and the amounts on the payment keys."""
    desk, store = till.desk, till.registers.store
    cart = desk.cart
    if cart is None or store is None:
        way = store.default_way if store else ""
        zero = grouped_amount(0)
        return Receipt(
            lines=(),
            pieces="",
            total=zero,
            cash_total=zero,
            card_total=zero,
            way=way if way in ("eat_in", "take_away") else "",  # type: ignore[arg-type]
            can_cash=False,
            can_card=False,
        )
    rows, _ = cart.rates(till.rate_of)
    touched = max(cart.lines, key=lambda line: line.line).line if cart.lines else 0
    count = sum(line.quantity_milli // ONE if line.decimals == 0 else 1 for line in cart.lines)
    lines = tuple(
        Line(
            line_no=line.line,
            name=line.name,
            quantity=_quantity(line.quantity_milli, line.decimals, line.unit),
            price=grouped_amount(line.unit_price_minor),
            amount=grouped_amount(line.amount_minor),
            vat=rate_text(till.rate_of(line.vat_class(cart.way))),
            steps=line.decimals == 0,
            last=line.line == touched,
        )
        for line in cart.lines
    )
    left = desk.left_minor
    return Receipt(
        lines=lines,
        pieces=ngettext("%(count)s item", "%(count)s items", count) % {"count": count},
        total=grouped_amount(left),
        cash_total=grouped_amount(cash_to_pay(till, left)),
        card_total=grouped_amount(left),
        vat_rows=tuple(
            VatRow(
                rate=rate_text(row.rate_bp),
                net=grouped_amount(row.net_minor),
                vat=grouped_amount(row.vat_minor),
            )
            for row in rows
        ),
        way=cart.way,  # type: ignore[arg-type]
        can_cash=bool(cart.lines) and till.registers.method_of(CASH) is not None,
        can_card=bool(cart.lines) and till.registers.method_of(CARD) is not None,
        paid_rows=tuple(
            PaidRow(name=paid.name, amount=grouped_amount(paid.amount_minor))
            for paid in desk.payments
        ),
    )


def rate_text(rate_bp: int) -> str:
    """2500 as "25 %"."""
    whole, part = divmod(rate_bp, 100)
    return f"{whole},{part:02d} %" if part else f"{whole} %"


def _quantity(quantity_milli: int, decimals: int, unit: str) -> str:
    text = quantity_text(quantity_milli, decimals)
    return f"{text} {unit}" if decimals else text


def cash_question(till: Till, tendered: str = "", error: str = "") -> Paying:
    """How much was given? With the likely answers."""
    to_pay_minor = cash_to_pay(till, till.desk.left_minor)
    return Paying(
        state="cash_amount",
        to_pay=grouped_amount(to_pay_minor),
        proposals=tuple(proposals(to_pay_minor, till.store.currency)),
        tendered=tendered,
        error=error,
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
        return _registering(counter, desk.pending)
    if desk.attempt:
        return _card(counter, desk.attempt)
    if nothing_left(desk):
        # Between two commits: the money is taken, the receipt not sealed yet. Shown as work that
        # goes on, so that the screen keeps asking until it is done.
        paid_minor = sum(paid.amount_minor for paid in desk.payments)
        return Paying(state="waiting", to_pay=grouped_amount(paid_minor), poll_ms=CARD_POLL_MS)
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
        return Paying(state="waiting", to_pay=to_pay, poll_ms=CARD_POLL_MS)
    return Paying(
        state="trouble",
        to_pay=to_pay,
        sentence=gettext("Paid. The receipt comes as soon as the control unit has registered it."),
        detail=words.unit_sentence(fault),
        ways=(Way(label=gettext("Try now"), action="till:retry", primary=True),),
        poll_ms=POLL_MS,
    )


def _card(counter: Counter, attempt: Attempt) -> Paying:
    to_pay = grouped_amount(attempt.begun.amount_minor)
    if attempt.unknown:
        return Paying(
            state="unknown",
            to_pay=to_pay,
            detail=words.doubt_sentence(attempt.reason),
            ways=(Way(label=gettext("Ask again now"), action="till:retry", primary=True),),
            poll_ms=POLL_MS,
        )
    stopping = counter.sale_lane.stop_asked
    return Paying(
        state="card",
        to_pay=to_pay,
        detail=gettext("Stopping the payment …") if stopping else "",
        can_stop=not stopping,
        poll_ms=CARD_POLL_MS,
    )


def _document_total(asked: Undelivered) -> str:
    return grouped_amount(asked.receipt.to_pay_minor if asked.receipt else 0)


def _question(asked: Undelivered) -> str:
    if asked.receipt:
        return gettext("Did receipt %(number)s come out of the printer?") % {"number": asked.number}
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
    sealed = finished.sealed
    tendered = sum(paid.tendered_minor for paid in sealed.payments)
    change = sum(paid.change_minor for paid in sealed.payments)
    rounding = sealed.rounding_minor
    waiting = any(
        u.delivery.delivery_id == finished.delivery_id for u in counter.till.desk.undelivered
    )
    level, sentence = "good", gettext("The receipt is printed.")
    if waiting:
        condition = counter.paper_lane.condition
        level, sentence = "warn", gettext("The receipt is being printed.")
        if condition in BLOCKING_CONDITIONS:
            level, sentence = "bad", words.state_sentence(f"printer_{condition}")
    return Done(
        number=str(sealed.number),
        total=grouped_amount(sealed.to_pay_minor),
        method=", ".join(dict.fromkeys(paid.name for paid in sealed.payments))
        or gettext("Nothing to pay"),
        tendered=grouped_amount(tendered) if change else "",
        change=grouped_amount(change) if change else "",
        rounding=grouped_amount(rounding) if rounding else "",
        print_level=level,  # type: ignore[arg-type]
        print_sentence=sentence,
        url=reverse("till:receipt", args=[sealed.number]),
        poll_ms=POLL_MS if waiting else 0,
    )


def _notice(counter: Counter, desk: Desk) -> Notice | None:
    if desk.declined:
        return Notice(sentence=words.reason_sentence(desk.declined), level="bad")
    asked = counter.paper_lane.owes_answer()
    if asked and desk.cart is not None:
        return Notice(sentence=_question(asked), ways=_answers())
    if desk.undelivered and not desk.finished:
        condition = counter.paper_lane.condition
        if condition in BLOCKING_CONDITIONS:
            return Notice(sentence=words.state_sentence(f"printer_{condition}"), level="bad")
    return None


def refused(no: Refusal) -> Notice:
    """A refusal as a notice."""
    return Notice(sentence=words.refusal_sentence(no), level="bad")


def with_cash_fault(counter: Counter, now: Zone, typed: str, no: Refusal) -> Zone:
    """The zone with the question how much was given, and what was wrong with the answer."""
    if now.paying or not counter.till.desk.cart:
        return now
    return replace(now, paying=cash_question(counter.till, typed, words.refusal_sentence(no)))
