"""The host's own page: every part, how it is, since when, why it fell last. To this machine alone.

Served without Django, by the standard library: it must come up when no till does, and a box in a
shop has little memory. It listens on loopback only; a request for another name is refused, which
keeps pages from elsewhere out that a browser here was led to (DNS rebinding). What changes
something, starting a part now, wants a word that only this page knows.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import parse_qs

import skrin.skin
from skrin.domain.codec import encode
from skrin.sync.host import FAILS, FELL, RUNS, TILL, HostFacts
from skrin.sync.host import HostPart as Part
from skrin.till.host import words
from skrin.till.host.probe import LOOPBACK
from skrin.till.host.words import N, Translate

SOCKET_DEADLINE_S = 10.0
FORM_MOST_BYTES = 1_000
SKIN = Path(skrin.skin.__file__).parent / "static" / "skin"
SERVED = {
    "tokens.css": "text/css",
    "base.css": "text/css",
    "till.css": "text/css",
    "host.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "icons.svg": "image/svg+xml",
    "font/inter-latin-5.3.0.woff2": "font/woff2",
}
"""The files of the skin that this page uses; no other can be asked for."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        " object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # With less, browsers send forms from nowhere: `null`.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ICONS = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


class HostPage(ThreadingHTTPServer):
    """The page as a server; `facts` tells how all is, `again` starts a part now."""

    daemon_threads = True

    def __init__(
        self,
        port: int,
        facts: Callable[[], HostFacts],
        urls: dict[str, str],
        again: Callable[[str], None],
    ) -> None:
        """Listen on loopback. `urls`: each till's page by its name. Raises `OSError`."""
        super().__init__((LOOPBACK, port), _Visit)
        self.facts = facts
        self.urls = urls
        self.again = again
        self.word = secrets.token_urlsafe(24)
        port = self.server_address[1]
        self.names = frozenset(f"{name}:{port}" for name in (LOOPBACK, "localhost"))

    def server_bind(self) -> None:
        """Bind without asking for the machine's name: a name server may be away for long."""
        TCPServer.server_bind(self)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def begin(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, name="page", daemon=True).start()


class _Visit(BaseHTTPRequestHandler):
    server: HostPage
    timeout = SOCKET_DEADLINE_S
    server_version, sys_version = "skrin", ""

    def do_GET(self) -> None:
        if not self._is_for_us():
            return
        path = self.path.partition("?")[0]
        if path == "/":
            language = self._language()
            text = page(self.server.facts(), language, self.server.urls, self.server.word)
            self._answer(200, "text/html; charset=utf-8", text.encode())
        elif path == "/state":
            self._answer(200, "application/json", encode(self.server.facts()))
        elif (name := path.removeprefix("/static/skin/")) in SERVED and name != path:
            self._answer(200, SERVED[name], (SKIN / name).read_bytes())
        else:
            self._answer(404, "text/plain", b"404")

    def do_POST(self) -> None:
        if not self._is_for_us():
            return
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > FORM_MOST_BYTES:
            self._answer(400, "text/plain", b"400")
            return
        form = parse_qs(self.rfile.read(int(size)).decode("ascii", "replace"))
        word = form.get("word", [""])[0]
        if not hmac.compare_digest(word.encode(), self.server.word.encode()):
            self._answer(403, "text/plain", b"403")
        elif self.path != "/again":
            self._answer(404, "text/plain", b"404")
        else:
            self.server.again(form.get("part", [""])[0])
            self._answer(303, "text/plain", b"", {"Location": "/"})

    def _is_for_us(self) -> bool:
        """Whether the browser means this page by a name of this machine, and asks from here."""
        origin = self.headers.get("Origin")
        meant = self.headers.get("Host", "").lower() in self.server.names
        if meant and (origin is None or origin.removeprefix("http://") in self.server.names):
            return True
        self._answer(400, "text/plain", b"400")
        return False

    def _language(self) -> str:
        """The language chosen on this machine's tills, else Swedish."""
        chosen = SimpleCookie(self.headers.get("Cookie", "")).get("skrin_language")
        return chosen.value if chosen and chosen.value in words.LANGUAGES else words.LANGUAGES[0]

    def _answer(
        self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **HEADERS}
        kept = "max-age=3600" if "/static/" in self.path else "no-store"
        for name, value in {**headers, "Cache-Control": kept, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads a line for each look at the page."""


def headline(parts: Sequence[Part], say: Translate) -> str:
    """How it is in one sentence."""
    if all(part.state == RUNS for part in parts):
        return say(N("Everything runs."))
    if any(part.state == FAILS for part in parts):
        return say(N("Something does not start. Look at what is marked."))
    return say(N("Something is just starting."))


def page(facts: HostFacts, language: str, urls: dict[str, str], word: str) -> str:
    """The page as HTML; `word` is what a form of it must bring back."""
    say = words.translation(language)
    cards = "".join(_card(part, say, urls.get(part.name, ""), word) for part in facts.parts)
    title = escape(say(N("What runs on this machine")))
    since = say(SINCE) % {"time": _clock(facts.since_utc_ms)}
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/static/skin/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/skin/tokens.css">
<link rel="stylesheet" href="/static/skin/base.css">
<link rel="stylesheet" href="/static/skin/till.css">
<script src="/static/skin/host.js" defer></script>
</head>
<body class="page">
<header class="bar"><img src="/static/skin/mark.svg" alt="" width="32" height="32">
<div class="bar-middle"><h1 class="bar-title">{title}</h1></div></header>
<main class="matter stack" id="host" data-away="{escape(say(AWAY))}">
<p class="headline" role="status">{escape(headline(facts.parts, say))}</p>
<ul class="parts">{cards}</ul>
<p class="quiet">{escape(since)}</p>
</main>
</body>
</html>
"""


SINCE = N("The host has run since %(time)s.")
START, OPEN = N("Start it now"), N("Open the till")
AWAY = N("The host does not answer. It is started again by the machine; this page waits for it.")


def _card(part: Part, say: Translate, url: str, word: str) -> str:
    level = words.level_of(part)
    facts = [(say(N("In this state since")), _clock(part.since_utc_ms))]
    facts += [(say(N("Restarts")), str(part.restarts))]
    if part.fault:
        facts += [(say(N("Stopped last")), _clock(part.fell_utc_ms))]
        facts += [(say(N("Why")), words.fault_of(part, say))]
        if part.said:
            facts += [(say(N("Last in its log")), part.said)]
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts
    )
    ways = ""
    if part.state in (FELL, FAILS):
        ways = (
            f'<form action="/again" method="post"><input type="hidden" name="word" value="{word}">'
            f'<button name="part" value="{escape(part.name)}">{escape(say(START))}'
            "</button></form>"
        )
    elif url and part.kind == TILL and part.state == RUNS:
        ways = f'<p><a class="button" href="{escape(url)}">{escape(say(OPEN))}</a></p>'
    advice = words.advice_for(part, say)
    told = f'<p class="part-advice">{escape(advice)}</p>' if advice else ""
    kind = escape(say(words.KINDS.get(part.kind, part.kind)))
    return (
        f'<li class="card part"><h2>{kind} {escape(part.name)}</h2>'
        f'<p class="part-state mark-{level}"><svg class="icon" aria-hidden="true">'
        f'<use href="/static/skin/icons.svg#{ICONS[level]}"/></svg>'
        f"<b>{escape(words.state_of(part, say))}</b></p>{told}"
        f'<dl class="facts small">{rows}</dl>{ways}</li>'
    )


def _clock(at_utc_ms: int) -> str:
    """A moment on this machine's clock; with its day when that is not today."""
    if not at_utc_ms:
        return "–"
    at = datetime.fromtimestamp(at_utc_ms / 1000).astimezone()
    today = datetime.fromtimestamp(time.time()).astimezone().date()
    return at.strftime("%H:%M:%S" if at.date() == today else "%Y-%m-%d %H:%M:%S")
