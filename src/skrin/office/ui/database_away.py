"""What is answered while the database is away: killed, started again, or mending its files."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from skrin.domain.codec import encode
from skrin.office.database import is_away
from skrin.office.ui.errors import database_away
from skrin.office.ui.middleware import Answer, chosen_language
from skrin.sync.messages import Fault

AGAIN_S = 5

log = logging.getLogger("skrin.office")


class DatabaseAway:
    """503 and when to come again, instead of a fault of ours: nothing is broken. A till takes any
    5xx for an office that is away, and sends the same again."""

    def __init__(self, get_response: Answer) -> None:
        """As Django makes a middleware."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before, nothing after."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """A page that says so, or a message for a till; None for what is not this."""
        return _answer(request, fault) if is_away(fault) else None


class KeptSessions(SessionMiddleware):
    """Django's, which saves the session after the view: what `DatabaseAway` then sees no more."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As Django's; where the database is away when the session is saved, the answer says so."""
        try:
            return super().process_response(request, response)
        except (Error, SessionInterrupted) as fault:
            # Django takes a session that cannot be saved for one that was logged out meanwhile.
            cause: BaseException | None = fault
            while cause is not None and not is_away(cause):
                cause = cause.__context__
            if cause is None:
                raise
            with translation.override(chosen_language(request) or settings.LANGUAGE_CODE):
                return _answer(request, cause)


def _answer(request: HttpRequest, fault: BaseException) -> HttpResponse:
    log.warning("the database is away: %s", str(fault).strip().partition("\n")[0])
    if request.path.startswith("/sync/"):
        body = encode(Fault("database_away"))
        response = HttpResponse(body, content_type="application/json", status=503)
    else:
        response = database_away(request, AGAIN_S)
    response.headers["Retry-After"] = str(AGAIN_S)
    return response
