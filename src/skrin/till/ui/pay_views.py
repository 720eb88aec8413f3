"""How it is paid: keys that pay at once, the payment window, parts and their way back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.money import grouped_amount, parse_amount
from skrin.domain.payment import CHARGE
from skrin.domain.refusal import Refusal
from skrin.till.flow import outcomes, tips
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms, words
from skrin.till.ui import zone as zones
from skrin.till.ui.answers import answer, cart_view, refused
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.open_receipt import pay_key, rate_text
from skrin.till.ui.screens import Choice
from skrin.till.ui.served import served
from skrin.till.ui.sheets import OutcomeWindow, TipWindow

_BESIDE_THE_FIELD = (
    *("amount_", "tendered_", "method_no_change", "method_no_refund", "method_refunds_cash"),
    *("method_limit_offline", "method_blocked_offline", "adapter_missing"),
)


@cart_view
def pay_cash(request: StaffRequest, counter: Counter) -> None:
    """The rest in cash, exactly."""
    counter.pay_cash(request.person, forms.tap_id(request), None)


@cart_view
def pay_card(request: StaffRequest, counter: Counter) -> None:
    """The rest by card."""
    counter.pay_card(request.person, forms.tap_id(request))


def _window_view(act: Callable[[StaffRequest, Counter], None]) -> Callable[..., HttpResponse]:
    """A view of the payment window: a wrong amount is told beside its field."""

    @require_POST
    @at_the_till
    def view(request: StaffRequest) -> HttpResponse:
        counter = served().counter
        try:
            act(request, counter)
        except forms.Unreadable:
            return HttpResponse(status=400)
        except Refusal as no:
            in_window = "tip" not in request.POST  # The tip's own window tells it itself.
            if no.code.startswith(_BESIDE_THE_FIELD) and counter.till.desk.cart and in_window:
                fault = words.refusal_sentence(no)
                asked = zones.Asked(0, forms.typed(request, "tendered"), fault)
                return answer(request, counter, asked=asked)
            return refused(request, no)
        return answer(request, counter)

    return view


@_window_view
def pay(request: StaffRequest, counter: Counter) -> None:
    """A part, or all that is left when no amount was typed, with any method."""
    tendered = forms.amount(request, "tendered")
    method = forms.number(request, "method")
    terminal = request.POST.get("card_terminal", "")[:40]
    counter.pay(request.person, forms.tap_id(request), method, tendered, tip_of(request), terminal)


def tip_of(request: StaffRequest) -> int:
    """The tip of the tip's window: what was typed, else the proposal that was chosen."""
    typed_minor = forms.amount(request, "tip", zero_ok=True)
    if typed_minor is not None:
        return typed_minor
    return forms.number(request, "proposal") if request.POST.get("proposal") else 0


@require_GET
@at_the_till
def window_tip(request: StaffRequest) -> HttpResponse:
    """A tip on top of all that is left: proposed, or typed; then the way to pay it."""
    till = served().counter.till
    left_minor = till.desk.left_minor
    methods = [one for one in till.registers.methods if tips.takes_tips(one)]
    if left_minor <= 0 or not methods:
        return refused(request, Refusal("cart_empty"))
    screen = TipWindow(
        to_pay=grouped_amount(left_minor),
        proposals=tuple(
            Choice(value=str(tip_minor), name=f"{rate_text(bp)} · {grouped_amount(tip_minor)}")
            for bp, tip_minor in tips.proposed(till, left_minor)
        ),
        methods=tuple(pay_key(till, method) for method in methods),
    )
    return render(request, "till/_window_tip.html", {"screen": screen})


@_window_view
def pay_cash_amount(request: StaffRequest, counter: Counter) -> None:
    """In cash, of what was given."""
    given_minor = parse_amount(forms.typed(request, "tendered"))
    counter.pay_cash(request.person, forms.tap_id(request), given_minor)


@cart_view
def pro_forma(request: StaffRequest, counter: Counter) -> None:
    """Print what the open receipt comes to, before it is paid."""
    counter.print_pro_forma(request.person, forms.tap_id(request))


@cart_view
def back_out(request: StaffRequest, counter: Counter) -> None:
    """Take a paid part out again: cash is handed back, a card part is voided (D18)."""
    payment = request.POST.get("payment_id", "")[:64]
    counter.back_out(request.person, forms.tap_id(request), payment)


@require_GET
@at_the_till
def window_outcome(request: StaffRequest) -> HttpResponse:
    """What no terminal can tell: did the money move? A manager says (D18)."""
    attempt = served().counter.till.desk.attempt
    if attempt is None or not attempt.unknown:
        return refused(request, Refusal("outcome_known"))
    begun = attempt.begun
    charge = begun.purpose == CHARGE
    screen = OutcomeWindow(
        attempt=begun.attempt_id,
        amount=grouped_amount(abs(begun.amount_minor) + begun.tip_minor),
        yes=gettext("The card was charged") if charge else gettext("The money went back"),
        no=gettext("The card was not charged") if charge else gettext("No money went back"),
        contact=zones.card_contact(served().counter.till, begun.method, begun.card_terminal_id),
    )
    return render(request, "till/_window_outcome.html", {"screen": screen})


@cart_view
def state_outcome(request: StaffRequest, counter: Counter) -> None:
    """A manager states what became of a payment that no terminal can tell of."""
    attempt, reference = request.POST.get("attempt", "")[:64], request.POST.get("reference", "")
    done = request.POST.get("done", "")
    if done not in ("0", "1"):
        raise forms.Unreadable("done")
    outcomes.state_outcome(
        counter.till, request.person, attempt, done == "1", reference, forms.approver(request)
    )
    counter.settle()


@require_GET
@at_the_till
def paying(request: StaffRequest) -> HttpResponse:
    """The zone as it is: what the screen polls. Nothing new is 304 (D35)."""
    counter = served().counter
    if request.GET.get("ask"):
        method = request.GET.get("method", "")
        return answer(request, counter, asked=zones.Asked(int(method) if method.isdecimal() else 0))
    tag = f'"{zones.etag(counter)}"'
    known = request.headers.get("If-None-Match", "")
    if known == tag:
        return HttpResponseNotModified()
    return answer(request, counter)


@cart_view
def paying_cancel(request: StaffRequest, counter: Counter) -> None:
    """Ask the card terminal to stop; its own answer still tells what happened."""
    counter.sale_lane.stop_payment()
    counter.settle()


@cart_view
def card_reply(request: StaffRequest, counter: Counter) -> None:
    """The cashier's answer to the card terminal: yes or no, a code, one of several."""
    question, said = request.POST.get("question", "")[:40], forms.typed(request, "said")
    if not question or not said.isprintable():
        raise forms.Unreadable("said")
    counter.reply(question, said)
    counter.settle()


@cart_view
def retry(request: StaffRequest, counter: Counter) -> None:
    """Try at once what is tried again anyway."""
    counter.retry()


@cart_view
def answer_printed(request: StaffRequest, counter: Counter) -> None:
    """A person says whether the paper came out."""
    said = request.POST.get("answer", "")
    if said not in ("yes", "no"):
        raise forms.Unreadable("answer")
    counter.answer_printed(request.person, said == "yes")
