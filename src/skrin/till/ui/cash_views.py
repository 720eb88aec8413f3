"""Cash beside the sales: put in, taken out, and the drawer opened by hand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from skrin.domain.cash import CASH_IN, DIRECTIONS
from skrin.domain.money import grouped_amount
from skrin.domain.refusal import Refusal
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms
from skrin.till.ui.answers import cart_view, refused
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.screens import Choice, Notice
from skrin.till.ui.served import served
from skrin.till.ui.sheets import CashWindow


@require_GET
@at_the_till
def window_cash(request: StaffRequest, direction: str) -> HttpResponse:
    """How much cash is put in or taken out, and why (R-BTN-019)."""
    till = served().counter.till
    if direction not in DIRECTIONS:
        return refused(request, Refusal("direction_unknown"))
    if till.desk.training:
        return refused(request, Refusal("not_in_training"))
    into = direction == CASH_IN
    language = get_language() or ""
    screen = CashWindow(
        title=gettext("Cash in") if into else gettext("Cash out"),
        direction=direction,  # type: ignore[arg-type]
        reasons=tuple(
            Choice(value=str(one.id), name=one.names.get(language, "") or one.name)
            for one in till.registers.reasons_of(direction)
        ),
        verb=gettext("Put in") if into else gettext("Take out"),
    )
    return render(request, "till/_window_cash.html", {"screen": screen})


@cart_view
def move_cash(request: StaffRequest, counter: Counter) -> Notice:
    """Cash is put in or taken out; a slip comes out, and the drawer opens."""
    amount_minor = forms.amount(request)
    if amount_minor is None:
        raise Refusal("amount_zero")
    direction = request.POST.get("direction", "")
    reason = forms.number(request, "reason") if request.POST.get("reason") else 0
    counter.move_cash(
        request.person,
        forms.tap_id(request),
        direction,
        amount_minor,
        reason,
        request.POST.get("text", ""),
        forms.approver(request),
    )
    said = {"amount": grouped_amount(amount_minor)}
    if direction == CASH_IN:
        sentence = gettext("%(amount)s is put in. Lay the slip in the drawer.")
    else:
        sentence = gettext("%(amount)s is taken out. Lay the slip in the drawer.")
    return Notice(sentence=sentence % said, level="good")


@cart_view
def open_drawer(request: StaffRequest, counter: Counter) -> None:
    """Open the drawer without a sale (R-BTN-021)."""
    counter.open_drawer(request.person, forms.tap_id(request), forms.approver(request))
