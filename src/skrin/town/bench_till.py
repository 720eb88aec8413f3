"""A till as a process of its own, asked over HTTP: its start, its taps, its memory.

The till is enrolled at a real office with the demo's articles; it has no devices, and a tap needs
none. "Tap" is the time from the request to the last byte of the fragment (D34).
"""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.parse
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skrin.town.bench_machine import memory_kib
from skrin.town.places import examples_folder
from skrin.town.processes import Part
from skrin.town.replay_company import owner_of
from skrin.town.web import token_of

READY_S = 90.0
TIMEOUT_S = 20.0
TAPS_IN_A_CART = 5
MEMORY_AFTER_TAPS = 200
DESIGNATION = "VK1-1"

_KEY = re.compile(r'form="tap" name="article_id" value="(\d+)"(?P<rest>[^>]*)>')


@dataclass(frozen=True, slots=True)
class TillFigures:
    """Seconds of every tap and every cold start, resident memory, how many articles it has."""

    tap_s: list[float]
    start_s: list[float]
    memory_kib: int
    articles: int


class Screen:
    """A browser's one connection to a till: kept open, with cookies."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> str:
        """A page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, **fields: str) -> str:
        """A form, as the page's script sends it."""
        form = {"csrfmiddlewaretoken": self._token, "tap_id": uuid.uuid4().hex, **fields}
        body = urllib.parse.urlencode(form).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "X-CSRFToken": self._token,
        }
        return self._ask("POST", path, body, headers)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._http.request(method, path, body, {**headers, "Cookie": cookies})
        response = self._http.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        assert response.status < 400, f"{path} answered {response.status}: {text[:300]}"
        self._token = token_of(text) or self._token
        return text


@contextmanager
def office_and_code(data: Path) -> Iterator[tuple[str, str]]:
    """Address of an office with the demo company, and the code of its first till."""
    out = data / "loaded.json"
    office = Part(
        "office",
        "skrin.office.main",
        [
            *("--data", str(data / "office"), "--port", "0"),
            *("--load", str(examples_folder() / "bageri"), "--load-out", str(out)),
        ],
        data / "office.log",
    )
    office.start()
    try:
        port = office.wait_ready(READY_S)["port"]
        tills = json.loads(out.read_text(encoding="utf-8"))["tills"]
        code = next(till["code"] for till in tills if till["designation"] == DESIGNATION)
        yield f"http://127.0.0.1:{port}", code
    finally:
        office.stop()


def till_enrolled(data: Path, office: str, code: str) -> None:
    """Start a till in `data`, which enrols; somebody logs in, and it is stopped."""
    login = owner_of(examples_folder() / "bageri")
    till = till_part(data, ["--office", office, "--enrol", code])
    till.start()
    try:
        screen = Screen(till.wait_ready(READY_S)["port"])
        enter(screen, login.email, login.password)
        screen.close()
    finally:
        till.stop()


def till_figures(data: Path, taps: int, starts: int) -> TillFigures:
    """Measure a till process in `data`."""
    data.mkdir(parents=True)
    with office_and_code(data) as (office, code):
        till = till_part(data, ["--office", office, "--enrol", code])
        till.start()
        try:
            till.wait_ready(READY_S)
            tap_s, kib, articles = _tap(till, taps)
        finally:
            till.stop()
        start_s = [cold_start(data) for _ in range(starts)]
    return TillFigures(tap_s, start_s, kib, articles)


def till_part(data: Path, more: Sequence[str]) -> Part:
    """A till's program on the folder `data`, not started."""
    argv = ["--data", str(data / "till"), "--port", "0", *more]
    return Part("till", "skrin.till.main", argv, data / "till.log")


def _tap(till: Part, taps: int) -> tuple[list[float], int, int]:
    login = owner_of(examples_folder() / "bageri")
    screen = Screen(till.ready["port"])
    try:
        keys = enter(screen, login.email, login.password)
        tap_s: list[float] = []
        kib = 0
        for number in range(max(taps, 1)):
            if number and number % TAPS_IN_A_CART == 0:
                screen.post("/abort")
            if number == MEMORY_AFTER_TAPS:
                kib = memory_kib(till.pid)
            began_s = time.perf_counter()
            screen.post("/tap", article_id=keys[number * 7 % len(keys)])
            tap_s.append(time.perf_counter() - began_s)
        articles = sum(1 for _ in (examples_folder() / "bageri" / "articles.csv").open("rb")) - 1
        return tap_s, kib or memory_kib(till.pid), articles
    finally:
        screen.close()


def enter(screen: Screen, email: str, password: str) -> list[str]:
    """Log in once the registers have come down; the articles on the keys that have a price."""
    screen.get("/login")
    screen.post("/login", email=email, password=password)
    deadline_s = time.monotonic() + READY_S
    while time.monotonic() < deadline_s:
        page = screen.get("/")
        found = [m[1] for m in _KEY.finditer(page) if "data-ask" not in m["rest"]]
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError("the till shows no keys")


def cold_start(data: Path, options: Sequence[str] = ()) -> float:
    """Seconds from starting the program, with these options, to the last byte of its first page."""
    till = till_part(data, options)
    began_s = time.perf_counter()
    till.start()
    try:
        screen = Screen(till.wait_ready(READY_S)["port"])
        screen.get("/login")
        took_s = time.perf_counter() - began_s
        screen.close()
    finally:
        till.stop()
    return took_s
