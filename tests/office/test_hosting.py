"""What keeps a till running, as the office shows it: by the till's own word of its host."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.office.cast import Cast
from tests.office.journals import Journal

from skrin.sync.host import FAILS, RUNS, SCREEN, SERVICE, TILL, HostFacts, HostPart
from skrin.sync.messages import Exchange, TillStatus

pytestmark = pytest.mark.office

AT = 1_795_335_000_000
PARTS = (
    HostPart("bridge", SERVICE, FAILS, AT, 7, "ended", 1, "no <licence>", AT),
    HostPart("kassa1", TILL, RUNS, AT, 2, "hung", 21, "", AT),
    HostPart("kassa1", SCREEN, RUNS, AT),
)


def told(journal: Journal, *parts: HostPart) -> Exchange:
    """What a till sends that a host keeps running."""
    exchange = journal.exchange()
    status = TillStatus(0, 0, host=HostFacts(AT, parts))
    return Exchange(replace(exchange.head, status=status), exchange.records)


@pytest.mark.requirement("OPP-055")
def test_the_tills_page_tells_what_its_host_told(cast: Cast, journal: Journal) -> None:
    cast.take(told(journal, *PARTS))
    browser = cast.logged_in()
    page = browser.get(f"/tills/{journal.till}/1").content.decode()
    for fact in (
        "Vad som håller den igång",
        "Tjänst bridge",
        "stannar gång på gång, omstarter: 7",
        "Avslutades av sig självt, med kod 1. no &lt;licence&gt;",
        "igång, omstarter: 2",
        "Svarade inte på 21 s.",
        "Skärm kassa1",
    ):
        assert fact in page, fact
    assert "Är inte igång: bridge" in browser.get("/tills").content.decode()


def test_a_till_that_was_started_by_hand_says_so(cast: Cast, journal: Journal) -> None:
    cast.take(journal.exchange())
    browser = cast.logged_in()
    page = browser.get(f"/tills/{journal.till}/1").content.decode()
    assert "ingen: den startades för hand" in page
    assert "Är inte igång" not in browser.get("/tills").content.decode()


def test_what_a_newer_host_says_is_shown_as_it_came(cast: Cast, journal: Journal) -> None:
    newer = HostPart("kassa1", "robot", "dances", AT, 0, "tripped %", 3, "", AT)
    cast.take(told(journal, newer))
    page = cast.logged_in().get(f"/tills/{journal.till}/1").content.decode()
    for fact in ("robot kassa1", "dances", "tripped %"):
        assert fact in page
