"""The host's page: to this machine alone, in words, and nothing is changed by who was led to it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from skrin.domain.codec import decode
from skrin.sync.host import FAILS, FELL, RUNS, SCREEN, SERVICE, STARTS, TILL, WAITS, HostFacts
from skrin.sync.host import HostPart as Part
from skrin.till.host import words
from skrin.till.host.page import HostPage

AT = 1_795_000_000_000
NASTY = '<script>alert("x")</script>'
PARTS = (
    Part("bridge", SERVICE, FAILS, AT, 7, "missing", 127, NASTY, AT),
    Part("kassa1", TILL, RUNS, AT, 1, "killed", 9, "", AT),
    Part("kassa2", TILL, FELL, AT, 2, "cannot_start", 2, "This till is not enrolled.", AT),
    Part("kassa1", SCREEN, WAITS, AT),
)


class Asked:
    """A page that is served, and what it was asked to start."""

    def __init__(self) -> None:
        self.started: list[str] = []
        urls = {"kassa1": "http://127.0.0.1:8100/"}
        self.page = HostPage(0, lambda: HostFacts(AT, PARTS), urls, self.started.append)
        self.page.begin()

    def ask(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        link = http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=10)
        try:
            body = None if fields is None else urlencode(fields)
            link.request("GET" if body is None else "POST", path, body, headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            link.close()


@pytest.fixture
def asked() -> Iterator[Asked]:
    served = Asked()
    yield served
    served.page.shutdown()
    served.page.server_close()


def test_it_says_how_every_part_is(asked: Asked) -> None:
    status, text, headers = asked.ask("/")
    assert status == 200
    assert '<html lang="sv">' in text
    for said in (
        "Något startar inte. Titta på det som är markerat.",
        "Tjänst bridge",
        "Kassa kassa1",
        "Skärm kassa1",
        "Det avslutades utifrån, av SIGKILL.",
        "This till is not enrolled.",
        'href="http://127.0.0.1:8100/"',
    ):
        assert said in text
    assert "&lt;script&gt;" in text and NASTY not in text
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert text.count('action="/again"') == 2, "only what waits for its next start can be started"


def test_it_speaks_the_language_of_the_tills_on_this_machine(asked: Asked) -> None:
    _, text, _ = asked.ask("/", Cookie="skrin_language=en")
    assert '<html lang="en">' in text
    assert "Something does not start. Look at what is marked." in text
    assert asked.ask("/", Cookie="skrin_language=xx")[1].count('lang="sv"') == 1


def test_what_it_says_can_be_read_by_a_program(asked: Asked) -> None:
    assert decode(HostFacts, asked.ask("/state")[1].encode()) == HostFacts(AT, PARTS)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "shop.example"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://shop.example"},
        {"Origin": "null"},
    ],
)
def test_it_answers_nobody_who_means_another(asked: Asked, headers: dict[str, str]) -> None:
    for path in ("/", "/state", "/static/skin/base.css"):
        assert asked.ask(path, **headers)[0] == 400
    word = {"word": asked.page.word, "part": "kassa2"}
    assert asked.ask("/again", word, **headers)[0] == 400
    assert asked.started == []


def test_a_part_is_started_by_who_has_the_page_before_them(asked: Asked) -> None:
    assert asked.ask("/again", {"part": "kassa2"})[0] == 403
    assert asked.ask("/again", {"part": "kassa2", "word": "x" * 32})[0] == 403
    assert asked.started == []
    status, _, headers = asked.ask("/again", {"part": "kassa2", "word": asked.page.word})
    assert (status, headers["Location"]) == (303, "/")
    assert asked.started == ["kassa2"]
    assert asked.ask("/again", {"part": "x" * 2000, "word": asked.page.word})[0] == 400


@pytest.mark.parametrize(
    "path",
    ["/static/skin/till.js", "/static/skin/../skin/base.css", "/static/skin/", "/base.css", "/x"],
)
def test_no_file_is_served_but_those_of_the_page(asked: Asked, path: str) -> None:
    assert asked.ask(path)[0] == 404
    assert asked.ask("/static/skin/base.css")[0] == 200


def test_every_state_and_fault_has_its_words() -> None:
    assert set(words.STATES) == set(words.LEVELS)
    assert set(words.FAULTS) == set(words.ADVICE)
    swedish, english = words.translation("sv"), words.translation("en")
    texts = (words.STATES, words.FAULTS, words.ADVICE, words.KINDS)
    for text in (one for table in texts for one in table.values()):
        assert english(text) == text
        assert swedish(text) != text, text
    assert words.advice_for(PARTS[1], english) == "", "what runs wants nothing done"
    assert words.fault_of(Part("a", TILL, STARTS, 1, 1, "killed", 99), english).endswith("by 99.")
