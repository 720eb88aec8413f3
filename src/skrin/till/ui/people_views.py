"""Who stands at the till: quick switch, a manager's yes, training; and the screen's settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import training as flow
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms, words
from skrin.till.ui.answers import cart_view, refused
from skrin.till.ui.guard import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    THEME_COOKIE,
    THEMES,
    StaffRequest,
    at_the_till,
    session_cookie,
)
from skrin.till.ui.screens import Choice, Notice
from skrin.till.ui.served import served
from skrin.till.ui.sheets import PinWindow
from skrin.till.ui.update_views import at_login

COOKIE_LASTS_S = 400 * 24 * 3600
REFRESH_WAITS_S = 2.0


def choices(people: list[Person], chosen: str = "") -> tuple[Choice, ...]:
    """People as a list of names."""
    return tuple(
        Choice(value=one.person, name=one.display_name, selected=one.person == chosen)
        for one in people
    )


@require_GET
@at_the_till
def window_pin(request: StaffRequest) -> HttpResponse:
    """Who may say yes to what this person may not do alone, and their PIN."""
    right = request.GET.get("right", "")[:40]
    screen = PinWindow(
        purpose="approve",
        title=gettext("A manager's PIN is needed"),
        sentence=words.right_sentence(right),
        people=choices(served().door.approvers(right)),
        right=right,
    )
    return render(request, "till/_window_pin.html", {"screen": screen})


@require_GET
@at_the_till
def window_people(request: StaffRequest) -> HttpResponse:
    """Who stands here now? By name and PIN (OPP-029)."""
    others = [p for p in served().door.people() if p.person != request.person.person]
    screen = PinWindow(
        purpose="switch",
        title=gettext("Who are you?"),
        sentence=gettext("The receipt stays as it is."),
        people=choices(others),
    )
    return render(request, "till/_window_pin.html", {"screen": screen})


@require_POST
@at_the_till
def switch(request: StaffRequest) -> HttpResponse:
    """Another person takes over the screen; the receipt stays."""
    person = request.POST.get("approver", "")
    try:
        if not person:
            raise Refusal("approver_wanted")
        token, _ = served().door.switch(person, forms.typed(request, "pin"), request.token)
    except Refusal as no:
        return refused(request, no)
    return entered(request, token)


@require_GET
@at_the_till
def window_own_pin(request: StaffRequest) -> HttpResponse:
    """A PIN of one's own, chosen with the password (D28)."""
    return render(request, "till/_window_own_pin.html", {})


@cart_view
def own_pin(request: StaffRequest, counter: Counter) -> Notice:
    """Choose one's PIN. The cart has nothing to do with it; the answer is the zone as it is."""
    email = request.POST.get("email", "").strip()[:254]
    password = request.POST.get("password", "")[:1024]
    person = served().door.set_pin(email, password, forms.typed(request, "pin"))
    sentence = gettext("%(name)s has a new PIN.") % {"name": person.display_name}
    return Notice(sentence=sentence, level="good")


def entered(request: HttpRequest, token: str, *, logs_in: bool = False) -> HttpResponse:
    """To the selling page, with the new session; after a log-in that an update waited for, to the
    page that comes back with it (R-UPD-003)."""
    update = at_login(request) if logs_in else None
    response = update or HttpResponseRedirect(f"{reverse('till:selling')}?start=1")
    response.set_cookie(
        session_cookie(), token, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    return response


@cart_view
def training(request: StaffRequest, counter: Counter) -> None:
    """Training begins or ends (D9)."""
    on = request.POST.get("on") == "1"
    flow.set_training(counter.till, request.person, on, forms.approver(request))


@require_POST
def screen_settings(request: HttpRequest) -> HttpResponse:
    """Theme and language of this screen, kept in cookies."""
    response = HttpResponseRedirect(_came_from(request))
    for name, cookie, known in (
        ("theme", THEME_COOKIE, THEMES),
        ("language", LANGUAGE_COOKIE, LANGUAGES),
    ):
        if (wanted := request.POST.get(name, "")) in known:
            response.set_cookie(
                cookie,
                wanted,
                max_age=COOKIE_LASTS_S,
                samesite="Strict",
                secure=request.is_secure(),
            )
    return response


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the form stood on."""
    parts = urlsplit(request.headers.get("Referer", ""))
    return parts.path if parts.netloc == request.get_host() and parts.path else "/"


@require_POST
@at_the_till
def refresh(request: StaffRequest) -> HttpResponse:
    """Take the newest registers and keys at once, then show the page anew (R-BTN-004)."""
    served().counter.refresh(REFRESH_WAITS_S)
    return HttpResponseRedirect(reverse("till:selling"))
