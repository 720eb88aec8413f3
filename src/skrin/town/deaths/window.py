"""A browser's window at a till, as a simulated cashier uses it: pages, forms, cookies."""

from __future__ import annotations

import http.client
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from skrin.town.web import plain, token_of

ANSWER_S = 40.0

_STATE = re.compile(r'<div class="paying paying-(\w+)"')
_NUMBER = re.compile(r'href="/receipts/(\d+)">(\d+)</a>')
_FIGURE = re.compile(r'class="done-figure"><span>([^<]*)</span><b class="figure">([^<]*)</b>')
_TOTAL = re.compile(r"<div><dt>(?:Summa|Total)</dt><dd>([^<]*)</dd>")


class Lost(Exception):
    """No answer came, or only a part of one: nobody knows what was done."""


class Refused(Exception):
    """The till said no, in words."""


class Broken(Exception):
    """An answer that a till must never give."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def state(self) -> str:
        """How the sale is: open, done, or how it is paid."""
        if found := _STATE.search(self.text):
            return found[1]
        return "done" if 'class="done"' in self.text else "open"

    @property
    def has_lines(self) -> bool:
        """Whether something stands on the receipt."""
        return '<li class="line' in self.text

    def offers(self, *paths: str) -> bool:
        """Whether there is a form that leads to one of these."""
        return any(f'action="{path}"' in self.text for path in paths)

    @property
    def receipt(self) -> tuple[int, int] | None:
        """(number, what was paid) of the finished sale on the screen."""
        number, figure = _NUMBER.search(self.text), _FIGURE.search(self.text)
        if not number or not figure:
            return None
        total = _TOTAL.search(self.text)
        return int(number[1]), minor_of(total[1] if total else figure[2])


def minor_of(text: str) -> int:
    """`1 234,50` as shown, in minor units."""
    digits = re.sub(r"[^\d,]", "", text)
    whole, _, part = digits.partition(",")
    return int(whole + (part or "00").ljust(2, "0"))


def new_tap() -> str:
    """What a screen calls one tap."""
    return secrets.token_hex(16)


@dataclass(slots=True)
class Window:
    """One browser window. It keeps its cookies over a restart of the till, as browsers do."""

    port: int
    on_sent: Callable[[], None] = lambda: None
    """Told when something was pressed and has left."""
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str, *, fragment: bool = False) -> Shown:
        """Open a page, or fetch a fragment. Raises `Lost`, `Broken`."""
        return self._ask("GET", path, None, {"HX-Request": "true"} if fragment else {})

    def post(self, path: str, tap: str = "", **fields: str | int) -> Shown:
        """Press something. Raises `Lost`, `Refused`, `Broken`."""
        form = {"tap_id": tap or new_tap(), "csrfmiddlewaretoken": self.token, **fields}
        headers = {"HX-Request": "true", "X-CSRFToken": self.token}
        shown = self._ask("POST", path, urlencode(form), headers)
        if shown.status == 422:
            raise Refused(plain(shown.text)[:120])
        if shown.status not in (200, 302):
            raise Refused(f"{path} answered {shown.status}")
        return shown

    def log_in(self, email: str, password: str) -> None:
        """Log in by the page. Raises `Lost`, `Refused`, `Broken`."""
        self.get("/login")
        self.post("/login", email=email, password=password)
        self.get("/")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Shown:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**headers, **({"Cookie": cookies} if cookies else {})}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body, sent)
            if body is not None:
                self.on_sent()
            answer = link.getresponse()
            text = answer.read().decode(errors="replace")
        except TimeoutError as fault:
            raise Broken(f"{path} gave no answer within {ANSWER_S:.0f} s") from fault
        except (OSError, http.client.HTTPException) as fault:
            raise Lost(f"{path}: {fault!r}") from fault
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.token = token_of(text) or self.token
        if answer.status >= 500:
            raise Broken(f"{path} answered {answer.status}: {plain(text)[:200]}")
        return Shown(answer.status, dict(answer.getheaders()), text)
