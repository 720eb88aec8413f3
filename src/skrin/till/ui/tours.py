"""What opens with the selling page: which page of keys, and the tour of who is new here."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.till.ui.goods import layouts_of
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.screens import Choice
from skrin.till.ui.served import served
from skrin.till.ui.sheets import LayoutsWindow, Tour, TourStep

START_COOKIE = "skrin_layout"


def opens_with_the_page(request: StaffRequest, layouts: int) -> str:
    """The address of the window that opens with the page: after a log-in with several pages of
    keys the question which (R-BTN-005), for who is new the tour; else nothing."""
    if request.GET.get("open") == "float":
        return reverse("till:window_float")
    if "start" not in request.GET:
        return ""
    if layouts > 1:
        return reverse("till:window_layouts")
    return reverse("till:window_tour") if _is_new(request) else ""


def start_of(request: StaffRequest, layouts: list[str]) -> str:
    """The page of keys to begin with: the one chosen on this screen, else the first."""
    chosen = request.COOKIES.get(START_COOKIE, "")
    return chosen if chosen in layouts else layouts[0]


def _seen(request: StaffRequest) -> str:
    return f"tour_seen_{request.person.person}"


def _is_new(request: StaffRequest) -> bool:
    return not served().device.setting(_seen(request))


@require_GET
@at_the_till
def window_layouts(request: StaffRequest) -> HttpResponse:
    """Which page of keys to begin with; the tour follows for who is new."""
    layouts = layouts_of(served().counter.till, request.person)
    screen = LayoutsWindow(layouts=tuple(Choice(value=one.id, name=one.name) for one in layouts))
    then = reverse("till:window_tour") if _is_new(request) else ""
    return render(request, "till/_window_layouts.html", {"screen": screen, "then": then})


@require_GET
@at_the_till
def window_tour(request: StaffRequest) -> HttpResponse:
    """Three steps for who stands here for the first time; also from the menu."""
    screen = Tour(
        steps=(
            TourStep(
                title=gettext("Ring"),
                sentence=gettext(
                    "Tap a key, type a name, or scan. Tap a line on the receipt to change it."
                    " What you do can be undone at once."
                ),
                icon="shopping-bag",
            ),
            TourStep(
                title=gettext("Take payment"),
                sentence=gettext(
                    "“Cash” and “Card” take all that is left, in one tap. “Charge” opens all ways"
                    " to pay: other amounts, several parts."
                ),
                icon="banknote",
            ),
            TourStep(
                title=gettext("When something is in the way"),
                sentence=gettext(
                    "The sign at the top tells how the till is. “Receipts” takes goods back,"
                    " “Park” sets a receipt aside, and the menu has the rest."
                ),
                icon="circle-check",
            ),
        )
    )
    return render(request, "till/_window_tour.html", {"screen": screen})


@require_POST
@at_the_till
def tour_seen(request: StaffRequest) -> HttpResponse:
    """This person has seen the tour, or wants none."""
    served().device.put_setting(_seen(request), "1")
    return HttpResponse(status=204)
