"""Before every view: which screen asks, and whether the till is used on it (D44).

The till's own screen, the browser on its machine, is known by the way it came: loopback. A paired
screen is known by its session. Whichever it is, what changes the till must carry the generation of
the page that it was tapped on; the writer has the last look (`pairing/register.py`).
"""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext

from skrin.domain.refusal import Refusal
from skrin.till.pairing.listener import PAIRED
from skrin.till.pairing.register import OWN, Carried, carrying
from skrin.till.ui import zone as zones
from skrin.till.ui.answers import STATUS_REFUSED
from skrin.till.ui.frame import frame, screen_of
from skrin.till.ui.guard import View, session_cookie
from skrin.till.ui.pairing_screens import Elsewhere
from skrin.till.ui.screens import Refusal as RefusalScreen
from skrin.till.ui.served import served

GENERATION_HEADER, GENERATION_FIELD = "Skrin-Generation", "generation"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

PAIRING = frozenset({"pair", "pair_challenge", "pair_screen", "pair_session"})
"""What a device is shown that has no session: how to get one."""

FREE = PAIRING | {
    *(
        "login",
        "login_pin",
        "login_store",
        "logout",
        "switch",
        "screen",
        "start_layout",
        "tour_seen",
        "refresh",
    ),
    *("take_over", "screens_on", "screens_off", "screen_code", "screen_revoke"),
}
"""What does not touch the sale, and may be done on a screen that does not hold the till."""


def screen_cookie() -> str:
    """The cookie of a paired screen's session. `__Host-`: only with TLS, for this host alone."""
    return served().cookie("__Host-skrin_screen")


def view_name(request: HttpRequest) -> str:
    """The name of the view that is asked for; empty for a page that is not there."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def at_a_screen(get_response: View) -> View:
    """Only for the till's own screen and paired ones; `request.screen` says which."""

    def middleware(request: HttpRequest) -> HttpResponse:
        service, name = served().screens, view_name(request)
        if PAIRED not in request.META:
            host = request.META.get("HTTP_HOST", "").lower()
            if host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK:
                return HttpResponse("400", status=400, content_type="text/plain")
            request.screen = OWN  # type: ignore[attr-defined]
            return get_response(request)
        assert service, "who came by the screens' listener came by their service"
        screen = service.door.screen_of(request.COOKIES.get(screen_cookie(), ""))
        if screen is None or service.screens.screen(screen) is None:
            if name not in PAIRING:
                return _unknown(request)
        else:
            request.screen = screen  # type: ignore[attr-defined]
            service.screens.saw(screen)
        response = get_response(request)
        for cookie in response.cookies.values():
            cookie["secure"] = True
        return response

    return middleware


def _unknown(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("till:pair"))
    return HttpResponse(status=401)


def holding_the_till(get_response: View) -> View:
    """What changes the till comes from the screen that holds it; others are told, with a way."""

    def middleware(request: HttpRequest) -> HttpResponse:
        service, name = served().screens, view_name(request)
        if service is None or not service.on or name in FREE:
            return get_response(request)
        if request.method == "POST":
            carried = Carried(screen_of(request), _generation(request))
            try:
                service.screens.check(carried)
            except Refusal as no:
                return _elsewhere(request, no)
            with carrying(carried):
                return get_response(request)
        if name == "selling" and not service.screens.is_active(screen_of(request)):
            person = served().door.person_of(request.COOKIES.get(session_cookie(), ""))
            if person is not None:
                request.person = person  # type: ignore[attr-defined]
                return _elsewhere(request, Refusal("used_elsewhere"))
        return get_response(request)

    return middleware


def _generation(request: HttpRequest) -> int:
    text = request.headers.get(GENERATION_HEADER) or request.POST.get(GENERATION_FIELD, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else -1


def _elsewhere(request: HttpRequest, no: Refusal) -> HttpResponse:
    """Said on the page that was tapped, or as a page; both offer to take over."""
    notice = zones.refused(no)
    if request.headers.get("HX-Request"):
        screen = RefusalScreen(notice=notice)
        return render(request, "till/_notice.html", {"screen": screen}, status=STATUS_REFUSED)
    page = Elsewhere(
        frame=frame(request),
        title=gettext("Used on another screen"),
        sentence=notice.sentence,
        ways=tuple(replace(way, primary=True) for way in notice.ways),
    )
    status = 200 if request.method == "GET" else STATUS_REFUSED
    return render(request, "till/message.html", {"screen": page}, status=status)
