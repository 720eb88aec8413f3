"""A person's browser, as far as a simulated one needs it: pages, forms, cookies; loopback only."""

from __future__ import annotations

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

TIMEOUT_S = 20.0

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"|X-CSRFToken": "(\w+)"')
_COMPANY = re.compile(r'<input type="hidden" name="company" value="(\d+)">')


class WebFault(Exception):
    """A page that could not be had."""


class WebSession:
    """One browser window with its cookies, at one program."""

    def __init__(self, base: str) -> None:
        """`base`: http://127.0.0.1:port of a program of ours."""
        host = urllib.parse.urlsplit(base).hostname
        if host not in ("127.0.0.1", "localhost"):
            raise ValueError(f"{base} is not on this machine")
        self.base = base.rstrip("/")
        self._token = ""
        self._of_company: dict[str, str] = {}
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def get(self, path: str) -> str:
        """The text of a page. Raises `WebFault` for anything but success."""
        status, text = self._ask(urllib.request.Request(self.base + path))
        if status >= 400:
            raise WebFault(f"{path} answered {status}")
        return text

    def get_bytes(self, path: str) -> bytes:
        """The bytes of a download."""
        try:
            with self._opener.open(self.base + path, timeout=TIMEOUT_S) as response:
                content: bytes = response.read()
        except urllib.error.URLError as fault:
            raise WebFault(f"{path}: {fault}") from fault
        return content

    def get_json(self, path: str) -> Any:
        """The data of a page that is data."""
        return json.loads(self.get(path))

    def post(self, path: str, **fields: str | int) -> tuple[int, str]:
        """Send a form as the page's own script would; (status, answer)."""
        own = {"tap_id": str(uuid.uuid4()), **self._of_company}
        form = {**own, **{name: str(v) for name, v in fields.items()}}
        request = urllib.request.Request(
            self.base + path,
            urllib.parse.urlencode({**form, "csrfmiddlewaretoken": self._token}).encode(),
            {"HX-Request": "true", "X-CSRFToken": self._token},
        )
        return self._ask(request)

    def log_in(self, email: str, password: str) -> None:
        """Log in by the page. Raises `WebFault` with what the page said."""
        self.get("/login")
        status, text = self.post("/login", email=email, password=password)
        if status >= 400:
            raise WebFault(f"log-in answered {status}: {plain(text)[:300]}")

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                status, text = response.status, response.read().decode()
        except urllib.error.HTTPError as no:
            status, text = no.code, no.read().decode(errors="replace")
        except OSError as fault:
            raise WebFault(f"{request.full_url}: {fault}") from fault
        self._token = token_of(text) or self._token
        if found := _COMPANY.search(text):  # The office's forms all name it.
            self._of_company = {"company": found[1]}
        return status, text


def token_of(page: str) -> str:
    """The token that a page's forms and script send; empty when it has none."""
    found = _TOKEN.search(page)
    return (found[1] or found[2]) if found else ""


def plain(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()
