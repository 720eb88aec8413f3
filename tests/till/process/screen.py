"""A cashier's browser, as small as can be: real pages, cookies, forms, and what they say."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urlencode

T = TypeVar("T")

ANSWER_TIMEOUT_S = 20.0
PATIENCE_S = 30.0
EMPTY_ELEMENTS = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "wbr"})


def eventually(holds: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """What `holds` answers once it is truthy; fails at the deadline with the last answer."""
    until = time.monotonic() + patience_s
    while not (answer := holds()):
        assert time.monotonic() < until, f"it did not come about in time: {answer!r}"
        time.sleep(0.05)
    return answer


@dataclass
class Element:
    """A piece of a page."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    pieces: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What one reads there, blanks made single."""
        parts = [piece if isinstance(piece, str) else piece.text for piece in self.pieces]
        return " ".join(" ".join(parts).split())

    def walk(self) -> Iterator[Element]:
        yield self
        for piece in self.pieces:
            if isinstance(piece, Element):
                yield from piece.walk()

    def all(self, name: str) -> list[Element]:
        """Every element with this class (`.line`), id (`#total`) or tag, in order."""
        kind, key = ("class", name[1:]) if name[0] == "." else ("id", name[1:])
        if name[0] not in ".#":
            return [one for one in self.walk() if one.tag == name]
        return [one for one in self.walk() if key in one.attrs.get(kind, "").split()]

    def one(self, name: str) -> Element | None:
        """The first of them."""
        return next(iter(self.all(name)), None)

    def says(self, name: str) -> str:
        """The text of the first of them, empty when there is none."""
        found = self.one(name)
        return found.text if found else ""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].pieces.append(element)
        if tag not in EMPTY_ELEMENTS:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].pieces.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].pieces.append(data)


def page_of(text: str) -> Element:
    """The page as a tree."""
    builder = _Builder()
    builder.feed(text)
    return builder.root


@dataclass(frozen=True)
class Zone:
    """What the changing part of the screen says. `state`: open, done, or how the payment is."""

    state: str
    lines: tuple[tuple[str, str, str], ...]
    """Name, what stands beneath it, amount."""
    total: str
    sentence: str
    detail: str
    notice: str
    fault: str
    receipt: str
    print_sentence: str
    change: str
    can_stop: bool


def zone_of(page: Element) -> Zone:
    """Read the zone of a whole page or a fragment."""
    zone = page.one("#zone")
    assert zone is not None, f"a zone was expected: {page.text[:200]}"
    paying = zone.one(".paying")
    state = "done" if zone.one(".done") else "open"
    if paying is not None:
        state = next(c[7:] for c in paying.attrs["class"].split() if c.startswith("paying-"))
    lines = tuple(
        (line.says("b"), line.says("small"), line.says(".line-amount"))
        for line in zone.all(".line")
    )
    facts = zone.one(".facts")
    return Zone(
        state=state,
        lines=lines,
        total=zone.says("#total"),
        sentence=zone.says(".paying-sentence"),
        detail=paying.says(".quiet") if paying else "",
        notice=page.says("#notice"),
        fault=zone.says("#tendered-fault"),
        receipt=facts.says("a") if facts else "",
        print_sentence=zone.says(".done-print"),
        change=zone.says(".done-figure") if zone.one(".done") else "",
        can_stop="Stoppa betalningen" in zone.text,
    )


@dataclass(frozen=True)
class Answer:
    """An answer of the till's web server."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def page(self) -> Element:
        return page_of(self.text)

    @property
    def zone(self) -> Zone:
        return zone_of(self.page)

    @property
    def notice(self) -> str:
        return self.page.says("#notice")


class Screen:
    """A browser at a till. It keeps its cookies over a restart of the till, as browsers do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = self.generation = ""

    def link(self) -> http.client.HTTPConnection:
        """A new connection to the till."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_TIMEOUT_S)

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]
    ) -> Answer:
        """One request on a connection of its own."""
        link = self.link()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**headers, **({"Cookie": cookies} if cookies else {})}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body, sent)
            answer = link.getresponse()
            text = answer.read().decode()
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(answer.status, dict(answer.getheaders()), text)

    def get(self, path: str, *, fragment: bool = False) -> Answer:
        """Open a page, or fetch a fragment as htmx does."""
        answer = self.ask("GET", path, None, {"HX-Request": "true"} if fragment else {})
        body = answer.page.one("body")
        if body is not None and "hx-headers" in body.attrs:
            said = json.loads(body.attrs["hx-headers"])
            self.token = said["X-CSRFToken"]
            self.generation = said.get("Skrin-Generation", "")
        return answer

    def get_bytes(self, path: str) -> bytes:
        """A file, saved."""
        link = self.link()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            link.request("GET", path, None, {"Cookie": cookies})
            answer = link.getresponse()
            assert answer.status == 200, answer.status
            return answer.read()
        finally:
            link.close()

    def post(self, path: str, **fields: str) -> Answer:
        """Press something: with a tap id of its own unless one is given."""
        fields.setdefault("tap_id", secrets.token_hex(16))
        headers = {"X-CSRFToken": self.token, "Skrin-Generation": self.generation}
        return self.ask("POST", path, fields, {"HX-Request": "true", **headers})

    def log_in(self, email: str, password: str) -> Answer:
        """Fill in the log-in form; a success leads to the selling page, which is opened."""
        page = self.get("/login").page
        hidden = next(
            one for one in page.all("input") if one.attrs.get("name") == "csrfmiddlewaretoken"
        )
        fields = {
            "email": email,
            "password": password,
            "csrfmiddlewaretoken": hidden.attrs["value"],
        }
        answer = self.ask("POST", "/login", fields, {})
        if answer.status == 302:
            self.get("/")
        return answer

    def zone(self) -> Zone:
        """What the screen shows when the page is opened anew."""
        answer = self.get("/")
        assert answer.status == 200, f"{answer.status}: {answer.text[:200]}"
        return answer.zone

    def poll(self) -> Zone:
        """What the screen polls while something changes by itself."""
        answer = self.get("/paying", fragment=True)
        assert answer.status == 200, f"{answer.status}: {answer.text[:200]}"
        return answer.zone

    def until(self, *states: str, patience_s: float = PATIENCE_S) -> Zone:
        """Poll until the zone is in one of these states."""
        seen: list[Zone] = []

        def there() -> Zone | None:
            seen[:] = [self.poll()]
            return seen[0] if seen[0].state in states else None

        try:
            found = eventually(there, patience_s)
        except AssertionError as late:
            raise AssertionError(f"{states} did not come; the screen shows {seen}") from late
        assert found is not None
        return found

    def tap(self, article: int, amount: str | None = None, **fields: str) -> Answer:
        """Tap an article's key; with what was typed for an open price."""
        if amount is not None:
            fields["amount"] = amount
        return self.post("/tap", article_id=str(article), **fields)
