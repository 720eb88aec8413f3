"""What stands before every view: headers, language, and who is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from skrin.fiscal.countries import country
from skrin.sync.messages import Person
from skrin.till.storage.damage import tells_full
from skrin.till.ui.screens import Notice, Way
from skrin.till.ui.screens import Refusal as RefusalScreen
from skrin.till.ui.served import served

LANGUAGE_COOKIE, LANGUAGES = "skrin_language", ("sv", "en")
THEME_COOKIE, THEMES = "skrin_theme", ("system", "light", "dark", "contrast")

DISK_FULL = "skrin.disk_full"
"""In a request whose work the disk had no room for."""

View = Callable[..., HttpResponse]

_CSP = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'"
)


def session_cookie() -> str:
    """The cookie of who is logged in on this screen."""
    return served().cookie("skrin")


def headers(get_response: View) -> View:
    """Only our own scripts and styles, in no frame, kept by no cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def suspicion(get_response: View) -> View:
    """Tell what a page raised: it may be damage of the till's file."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, fault: Exception) -> None:
        served().counter.suspect(fault)
        if tells_full(fault):
            request.META[DISK_FULL] = "yes"

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def language(get_response: View) -> View:
    """The language chosen on this screen, else the one of the shop's country."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        store = served().counter.till.registers.store
        usual = country(store.country).language if store else "sv"
        with translation.override(chosen if chosen in LANGUAGES else usual):
            return get_response(request)

    return middleware


class StaffRequest(HttpRequest):
    """A request of somebody who is logged in."""

    person: Person
    token: str


def at_the_till(view: View) -> View:
    """Only for somebody who is logged in; a page sends to the log-in, a fragment answers 401."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        token = request.COOKIES.get(session_cookie(), "")
        person = served().door.person_of(token)
        if person is None:
            if request.headers.get("HX-Request"):
                return HttpResponse(status=401)
            return HttpResponseRedirect(reverse("till:login"))
        request.person, request.token = person, token
        return view(request, *args, **kwargs)

    return guarded


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from elsewhere, or from a page older than the last start: nothing was changed.

    A tap is told so on the page that it was made on, with the way on; the cart is as it was.
    """
    if request.headers.get("HX-Request"):
        notice = Notice(
            sentence=gettext("This page is too old, so nothing was changed. Load it again."),
            level="warn",
            ways=(
                Way(
                    label=gettext("Load the page again"),
                    action="till:selling",
                    primary=True,
                    post=False,
                ),
            ),
        )
        return render(
            request, "till/_notice.html", {"screen": RefusalScreen(notice=notice)}, status=403
        )
    return HttpResponseRedirect(reverse("till:selling"))
