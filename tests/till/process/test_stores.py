"""A device that is a till in two stores: who logs in gets the own store, or picks one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from tests.till.flow.shop import BUN, COFFEE
from tests.till.process.office_stub import (
    BOTH,
    ELSEWHERE,
    EMAIL,
    IN_TWO_STORES,
    PASSWORD,
    SECOND,
    STORE,
)
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Answer, Screen, eventually
from tests.till.process.swedish import refusal, swedish

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry
from skrin.domain.journal import verify_chain
from skrin.domain.report import DayReport
from skrin.till.storage.shop_reader import ShopReader

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)


@pytest.fixture
def till(street: Street) -> Iterator[TillProcess]:
    till = TillProcess(street, f"{IN_TWO_STORES}{next(_numbers)}")
    till.start()
    till.ready()
    try:
        yield till
    finally:
        till.stop()


def choose(screen: Screen, asked: Answer, store: int | str) -> Answer:
    """Press a store's button on the page that asks."""
    fields = {
        one.attrs["name"]: one.attrs["value"]
        for one in asked.page.all("input")
        if one.attrs.get("name") in ("who", "csrfmiddlewaretoken")
    }
    answer = screen.ask("POST", "/login/store", {**fields, "store": str(store)}, {})
    if answer.status == 302:
        screen.get("/")
    return answer


def buttons(asked: Answer) -> list[str]:
    return [one.attrs["value"] for one in asked.page.all("button") if "value" in one.attrs]


def journal(till: TillProcess, store: int) -> list[Entry]:
    reader = ShopReader(till.folder / f"{till.till_id}-{store}" / "shop.sqlite")
    try:
        entries = list(reader.entries(1))
    finally:
        reader.close()
    verify_chain(entries)
    return entries


def kinds(till: TillProcess, store: int) -> list[str]:
    return [entry.header.kind for entry in journal(till, store)]


def sells(screen: Screen) -> bool:
    return f'value="{COFFEE}"' in screen.get("/").text


@pytest.mark.requirement("R-USER-003", "R-USER-004")
def test_who_works_in_one_store_gets_it_and_who_works_in_both_picks(till: TillProcess) -> None:
    screen = till.screen
    # Anna works in the first only, and is asked nothing.
    assert screen.log_in(EMAIL, PASSWORD).status == 302
    eventually(lambda: sells(screen))
    assert "user.logged_in" in kinds(till, STORE) and "user.logged_in" not in kinds(till, 2)
    screen.tap(COFFEE)
    screen.post("/pay/cash")
    screen.until("done", "open")
    screen.post("/next")
    # Bo works in the second only: its till comes up, with its own series.
    other = Screen(screen.port)
    assert other.log_in(ELSEWHERE, PASSWORD).status == 302
    eventually(lambda: sells(other))
    assert SECOND.store_name in other.get("/status").text
    other.tap(COFFEE)
    other.post("/pay/cash")
    other.until("done", "open")
    assert kinds(till, 2).count("receipt.signed") == kinds(till, STORE).count("receipt.signed") == 1
    assert screen.get("/").status == 302, "Anna is nobody in that store"
    other.post("/next")
    # Cia works in both, and is asked.
    third = Screen(screen.port)
    asked = third.log_in(BOTH, PASSWORD)
    assert (asked.status, buttons(asked)) == (200, ["1", "2"])
    assert third.get("/").status == 302, "nobody is logged in before the store is chosen"
    for wrong in ("", "3", "x"):
        assert choose(third, asked, wrong).status == 422
    assert choose(third, asked, STORE).status == 302
    eventually(lambda: sells(third))
    assert kinds(till, STORE).count("user.logged_in") == 2
    # The next start begins where the last one was, and both stores have sent all they had.
    office = till.street.office
    for store, name in ((STORE, till.till_id), (2, f"{till.till_id}/2")):
        eventually(lambda s=store, n=name: office.head(n) == len(journal(till, s)))
    assert "Torget" in Screen(screen.port).get("/login").text
    assert other.log_in(ELSEWHERE, PASSWORD).status == 302
    till.stop()
    till.start()
    assert till.ready().get("/").status == 302, "Anna's till is not on the screen"
    assert SECOND.store_name in Screen(till.screen.port).get("/login").text


@pytest.mark.requirement("R-TERM-004", "R-TERM-010", "R-TERM-013")
def test_each_store_has_its_own_numbers_sums_and_history_on_the_device(till: TillProcess) -> None:
    screen = till.screen
    for store, receipts in ((STORE, 2), (SECOND.store, 1)):
        asked = screen.log_in(BOTH, PASSWORD)
        assert choose(screen, asked, store).status == 302
        eventually(lambda: sells(screen))
        for _ in range(receipts):
            screen.tap(COFFEE)
            screen.post("/pay/cash")
            screen.until("done")
            screen.post("/next")
        links = [one.attrs.get("href", "") for one in screen.get("/day").page.all("a")]
        day = next(one for one in links if one.startswith("/day/close/")).rpartition("/")[2]
        assert screen.post("/day/close", day=day).status == 302
        shown = [row.says("b") for row in screen.get("/receipts").page.all(".receipts")[0].all("a")]
        assert shown == [str(number) for number in range(receipts, 0, -1)], "the own ones alone"
        told = screen.get("/status").text
        assert f"{till.till_id}-{store}" in told, "a register of its own"
    reports = {}
    for store in (STORE, SECOND.store):
        (closed,) = [
            decode_body(entry.header.kind, entry.header.version, entry.body)
            for entry in journal(till, store)
            if entry.header.kind == "day.closed"
        ]
        assert isinstance(closed, DayReport)
        reports[store] = (closed.number, closed.designation, closed.grand.sales_minor)
    name = till.designation
    assert reports == {STORE: (1, name, 68_00), SECOND.store: (1, f"{name}B", 34_00)}


@pytest.mark.requirement("R-TERM-003")
def test_what_can_be_sold_follows_the_store_and_not_the_device(till: TillProcess) -> None:
    screen = till.screen
    for store, has_buns in ((STORE, True), (SECOND.store, False)):
        assert choose(screen, screen.log_in(BOTH, PASSWORD), store).status == 302
        eventually(lambda: sells(screen))
        assert (f'value="{BUN}"' in screen.get("/").text) is has_buns
        refused = screen.tap(BUN).page.says("#notice")
        assert bool(refused) is not has_buns, "nor by an old page"
        if has_buns:
            screen.post("/abort")


@pytest.mark.requirement("R-USER-004")
def test_nobody_walks_away_from_a_cart_into_another_store(till: TillProcess) -> None:
    screen = till.screen
    screen.log_in(EMAIL, PASSWORD)
    eventually(lambda: sells(screen))
    screen.tap(COFFEE)
    other = Screen(screen.port)
    refused = other.log_in(ELSEWHERE, PASSWORD)
    assert refused.status == 422
    assert refused.page.says(".notice") == refusal("store_busy", store="Torget")
    asked = other.log_in(BOTH, PASSWORD)
    busy = choose(other, asked, 2)
    assert (busy.status, busy.page.says(".notice")) == (422, refusal("store_busy", store="Torget"))
    assert choose(other, asked, STORE).status == 302
    assert [line[:1] for line in other.zone().lines], "the cart is where it was"


def test_a_choice_that_this_device_did_not_sign_leads_back_to_the_log_in(
    till: TillProcess,
) -> None:
    screen = till.screen
    asked = screen.log_in(BOTH, PASSWORD)
    assert swedish("Which store?") in asked.text
    token = next(
        one.attrs["value"]
        for one in asked.page.all("input")
        if one.attrs.get("name") == "csrfmiddlewaretoken"
    )
    forged = {"who": "eyJwZXJzb24iOiAiMSJ9:1x:y", "store": "2", "csrfmiddlewaretoken": token}
    answer = screen.ask("POST", "/login/store", forged, {})
    assert (answer.status, answer.headers["Location"]) == (302, "/login")
    assert screen.get("/").status == 302
