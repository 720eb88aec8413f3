"""The one page of a till whose file is damaged: what is damaged, what is safe, what to do now."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from django.utils import translation
from django.utils.translation import gettext
from whitenoise import WhiteNoise

from skrin.listening import PatientServer
from skrin.sync.damage import said
from skrin.till.damaged import DamagedTill
from skrin.till.ui.damaged_screens import Damaged
from skrin.till.ui.server import REQUEST_TIMEOUT_S, SKIN

THREADS = 4
MOST_NAMED = 12
MOST_BODY_BYTES = 4096

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]

_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
]


class DamagedPages:
    """A WSGI application: the page, mending, and the answer for the host."""

    def __init__(self, till: DamagedTill, done: Callable[[], None]) -> None:
        """`done` is called when all is mended."""
        self._till, self._done = till, done
        self._token = secrets.token_urlsafe(16)
        self._one = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request."""
        path, method = environ.get("PATH_INFO", "/"), environ.get("REQUEST_METHOD", "GET")
        if path == "/health":
            start("200 OK", [("Content-Type", "application/json")])
            return [b'{"busy": "", "fault": ""}']
        if path == "/mend" and method == "POST":
            return self._mend(environ, start)
        # Whatever is asked for, nothing of the till is there; a tap of an old page is told so.
        start("503 Service Unavailable" if path != "/" else "200 OK", _HEADERS)
        return [self._page(environ)]

    def _mend(self, environ: Environ, start: Start) -> Iterable[bytes]:
        size = min(int(environ.get("CONTENT_LENGTH") or 0), MOST_BODY_BYTES)
        form = parse_qs(environ["wsgi.input"].read(size).decode("utf-8", "replace"))
        if not hmac.compare_digest(form.get("token", [""])[0], self._token):
            start("303 See Other", [("Location", "/")])
            return [b""]
        if self._one.acquire(blocking=False):
            threading.Thread(target=self._work, name="mend", daemon=True).start()
        start("303 See Other", [("Location", "/")])
        return [b""]

    def _work(self) -> None:
        try:
            if self._till.mend():
                self._done()
        finally:
            self._one.release()

    def _page(self, environ: Environ) -> bytes:
        from django.template.loader import render_to_string

        spoken = "en" if "skrin_language=en" in environ.get("HTTP_COOKIE", "") else "sv"
        with translation.override(spoken):
            return render_to_string("till/damaged.html", {"screen": self._shown()}).encode()

    def _shown(self) -> Damaged:
        till = self._till
        told = till.damage.findings
        return Damaged(
            findings=tuple(
                dict.fromkeys(said(one.on_the_wire(), gettext) for one in told[:MOST_NAMED])
            ),
            more=max(0, len(told) - MOST_NAMED),
            register=till.damage.register,
            office_seq=till.office_seq,
            asked=till.office_seq >= 0,
            refused=till.refused,
            lost=tuple(
                f"{one.register}: {one.chain.head_seq + 1}-{one.chain.last_seq}"
                for one in till.mended
                if one.chain and not one.chain.is_whole
            ),
            is_mending=till.is_mending or self._one.locked(),
            folder=str(till.data),
            token=self._token,
        )


def make_damaged_server(till: DamagedTill, port: int, done: Callable[[], None]) -> Any:
    """A server of the page on loopback; `prepare()` and `serve()` are the caller's."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.till.settings"
    from django.conf import settings

    settings.SECRET_KEY = secrets.token_hex(32)
    import django

    django.setup()
    application = WhiteNoise(DamagedPages(till, done), max_age=3600, allow_all_origins=False)
    application.add_files(str(SKIN), prefix="static/")
    return PatientServer(
        ("127.0.0.1", port),
        application,
        numthreads=THREADS,
        max=THREADS,
        timeout=REQUEST_TIMEOUT_S,
        server_name="skrin",
    )
