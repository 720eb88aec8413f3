"""What a cart's command answers: the zone, a refusal, or the window in which more is asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from skrin.domain.refusal import Refusal
from skrin.till.flow.counter import Counter
from skrin.till.ui import zone as zones
from skrin.till.ui.addresses import WEIGH_NOW, with_amount
from skrin.till.ui.forms import Unreadable, tap_id
from skrin.till.ui.goods import strip_methods
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.screens import Notice, Way
from skrin.till.ui.screens import Refusal as RefusalScreen
from skrin.till.ui.served import served
from skrin.till.ui.shelf import Undo

STATUS_REFUSED = 422

WINDOW_HEADER, PANEL_HEADER, HELD_HEADER = "Skrin-Window", "Skrin-Panel", "Skrin-Held"

_CHOOSES = ("price_wanted", "options_wanted", "parts_wanted", "weight_wanted")

Act = Callable[[StaffRequest, Counter], Notice | None]


def answer(
    request: StaffRequest,
    counter: Counter,
    *,
    notice: Notice | None = None,
    asked: zones.Asked | None = None,
) -> HttpResponse:
    """The zone as it is now."""
    methods = strip_methods(counter.till, request.person)
    screen = zones.zone(counter, notice=notice, asked=asked, strip_methods=methods)
    response = render(request, "till/_zone.html", {"screen": screen})
    response.headers["ETag"] = f'"{screen.etag}"'
    return response


def refused(request: StaffRequest, no: Refusal) -> HttpResponse:
    """Why not; and where the screen can ask for what is missing, the address of that window."""
    screen = RefusalScreen(notice=zones.refused(no))
    response = render(request, "till/_notice.html", {"screen": screen}, status=STATUS_REFUSED)
    if no.code == "pin_wanted":
        right = urlencode({"right": no.values["right"]})
        response.headers[WINDOW_HEADER] = f"{reverse('till:window_pin')}?{right}"
        response.headers[HELD_HEADER] = "1"
    elif no.code == "gift_card_wanted":
        amount_minor = int(no.values.get("amount_minor", 0))
        response.headers[WINDOW_HEADER] = with_amount(reverse("till:window_gift"), amount_minor)
    elif no.code in _CHOOSES:
        article = int(no.values["article"])
        url = reverse("till:window_article", args=[article])
        now = f"{url}?{WEIGH_NOW}=1" if no.code == "weight_wanted" else url
        response.headers[WINDOW_HEADER] = now
    return response


def cart_view(act: Act) -> Callable[..., HttpResponse]:
    """A view that does one thing to the sale: the new zone, or why not."""

    @require_POST
    @at_the_till
    def view(request: StaffRequest) -> HttpResponse:
        counter = served().counter
        try:
            notice = act(request, counter)
        except Refusal as no:
            return refused(request, no)
        except Unreadable:
            return HttpResponse(status=400)
        return answer(request, counter, notice=notice)

    return view


def undoable(
    request: StaffRequest, counter: Counter, sentence: str, do: Callable[[str], None], undo: Undo
) -> Notice:
    """Do something, and say so with a way to undo it. A repeat of the tap says the same again."""
    tap, shelf = tap_id(request), served().shelf
    if shelf.of(tap) is None:
        do(tap)
        shelf.lay(counter.till, tap, sentence, undo)
    step = shelf.of(tap)
    assert step, "what was just done lies on the shelf"
    return undo_notice(step.sentence, tap)


def undo_notice(sentence: str, tap: str) -> Notice:
    """What was done, and the way back."""
    way = Way(label=gettext("Undo"), action="till:undo", name="undo", value=tap)
    return Notice(sentence=sentence, level="good", ways=(way,))
