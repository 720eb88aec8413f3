"""What every answer of the office carries, and the language of the visitor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from skrin.office.ui.rules import rule_of

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
LANGUAGE_COOKIE = "skrin_language"


class Ruled:
    """Shut by default: an address without a rule (ui/rules.py) is answered 403, whatever its view
    would do. What stands behind a rule is weighed where the visitor is known (ui/doors.py); the
    sync proves a till's signature for itself."""

    def __init__(self, get_response: Answer) -> None:
        """As Django makes a middleware."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before, nothing after."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Answer, parts: object, named: object
    ) -> None:
        """Let a request through to its view. Raises `PermissionDenied` for an unruled address."""
        match = request.resolver_match
        assert match is not None, "Django asks this after it has found the view"
        if not match.route.startswith("sync/") and rule_of(match.view_name) is None:
            raise PermissionDenied


def content_security(get_response: Answer) -> Answer:
    """A strict policy on every page, and no copy of a page in a shared cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def chosen_language(request: HttpRequest) -> str:
    """The language that the visitor chose, with this request or before; empty = none."""
    known = {code for code, _ in settings.LANGUAGES}
    said = (request.GET.get("language", ""), request.COOKIES.get(LANGUAGE_COOKIE, ""))
    return next((code for code in said if code in known), "")


def visitor(get_response: Answer) -> Answer:
    """Speak the language that `?language=` chose, kept in a cookie; else Swedish.

    The browser's own wish is not asked: a Swedish shop's PC is often set up in English.
    A person's language, once logged in, goes first unless another was chosen (ui/doors.py).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("language", "")
        chosen = chosen_language(request)
        with translation.override(chosen or settings.LANGUAGE_CODE):
            response = get_response(request)
            if asked and asked == chosen != request.COOKIES.get(LANGUAGE_COOKIE, ""):
                response.set_cookie(
                    LANGUAGE_COOKIE,
                    asked,
                    max_age=365 * 24 * 3600,
                    samesite="Lax",
                    httponly=True,
                    secure=settings.SESSION_COOKIE_SECURE,
                )
        return response

    return answer
