"""Which till this is: three ids, never mixed, and numbers that follow the till and store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import ELSEWHERE, EMAIL, OWNER, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Element, Screen, eventually
from tests.till.process.swedish import refusal, swedish

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both(whole_street: Street) -> Iterator[tuple[TillProcess, TillProcess]]:
    """Two tills of one store. The first has closed a day with two receipts; both have one open."""
    whole_street.reset()
    first, second = whole_street.new_till(), whole_street.new_till()
    first.open()
    for _ in range(2):
        sell(first.screen)
    close(first.screen)
    sell(first.screen)
    second.open()
    sell(second.screen)
    yield first, second


def sell(screen: Screen) -> None:
    screen.tap(COFFEE)
    screen.post("/pay/cash")
    screen.until("done")
    screen.post("/next")


def close(screen: Screen) -> None:
    links = [one.attrs.get("href", "") for one in screen.get("/day").page.all("a")]
    day = next(one for one in links if one.startswith("/day/close/")).rpartition("/")[2]
    assert screen.post("/day/close", day=day).status == 302


def parts(screen: Screen) -> dict[str, dict[str, str]]:
    """The parts of the status page by name, each with its facts."""
    return {
        part.says("h2"): {
            one.says("dt"): one.says("dd") for one in part.all("div") if one.one("dt")
        }
        for part in screen.get("/status").page.all(".part")
    }


def receipts(screen: Screen) -> list[str]:
    """The numbers on the page of receipts, latest first."""
    lists = screen.get("/receipts").page.all(".receipts")
    return [row.says("b") for one in lists for row in one.all("a")]


@pytest.mark.requirement("R-TERM-001", "R-TERM-002")
def test_three_ids_stand_apart_and_the_tills_own_is_no_setting(
    both: tuple[TillProcess, TillProcess],
) -> None:
    till = both[0]
    screen, ready = till.screen, till.street.card.part.ready
    told = parts(screen)
    serial = swedish("Serial number")
    ids = (
        told[swedish("Program")][serial],
        told[swedish("Card terminal")][swedish("Terminal id")].partition(" ·")[0],
        told[swedish("Control unit")][serial],
    )
    assert ids == (f"{till.till_id}-1", ready["poi_id"], "SIMU00000001")
    assert len(set(ids)) == 3
    # No page has a field with it, also not for the owner, and no start of the program names it.
    owner = Screen(screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    for path in ("/status", "/unit", "/card-terminals", "/registration", "/records"):
        page = owner.get(path).page
        fields = [*page.all("input"), *page.all("textarea"), *page.all("option")]
        assert till.till_id not in " ".join(one.attrs.get("value", "") for one in fields), path
    till.stop()
    till.start("skrin.till.main", "--enrol", "ANOTHER", "--card-terminal-id", "OTHER-ID")
    again = parts(till.ready())
    assert again[swedish("Program")][serial] == ids[0], "enrolled once, whatever is said later"
    named = again[swedish("Card terminal")][swedish("Terminal id")].partition(" ·")[0]
    assert named == "OTHER-ID", "the payment app's id is another matter"
    assert all(entry.header.till == till.till_id for entry in till.journal())


@pytest.mark.requirement("R-TERM-005", "R-TERM-006", "R-TERM-007")
def test_tills_of_a_store_share_registers_and_no_number(
    both: tuple[TillProcess, TillProcess],
) -> None:
    first, second = both
    assert first.till_id != second.till_id
    assert first.has_keys() and second.has_keys(), "the same articles, with the same log-in"
    assert all("Torget" in till.screen.get("/status").page.says(".bar") for till in both)
    assert receipts(first.screen) == ["3"] or receipts(first.screen) == ["3", "2", "1"]
    assert receipts(second.screen) == ["1"]
    sold = [[one.number for one in till.bodies("receipt.sealed")] for till in both]
    assert sold == [[1, 2, 3], [1]]
    close(second.screen)
    zs = [[one.number for one in till.bodies("day.closed")] for till in both]
    assert zs == [[1], [1]], "each closes for itself"
    grand = [till.bodies("day.closed")[-1].grand.sales_minor for till in both]
    assert grand == [68_00, 34_00]


@pytest.mark.requirement("R-TERM-009", "R-TERM-012")
def test_a_person_sees_the_history_of_the_till_where_they_stand(
    both: tuple[TillProcess, TillProcess],
) -> None:
    first, second = both
    for till, numbers in ((first, {"1", "2", "3"}), (second, {"1"})):
        screen = Screen(till.screen.port)
        assert screen.log_in(EMAIL, PASSWORD).status == 302
        assert set(receipts(screen)) == numbers
        assert screen.get("/receipts/1").status == 200
        assert (screen.get("/receipts/3").status == 200) is ("3" in numbers)
        paper = screen.get("/receipts/1").page.says(".paper")
        assert till.designation in paper, "its own, not the other's with the same number"
    # A copy is made of the own one, though another till has a receipt with that number too.
    page = second.screen.get("/receipts/1").page
    tap = next(one for one in page.all("button") if one.attrs.get("name") == "tap_id")
    second.screen.post("/receipts/1/copy", tap_id=tap.attrs["value"])
    copied = eventually(lambda: second.bodies("copy.sealed"))
    assert copied[0].original.sealed.designation == second.designation
    assert first.bodies("copy.sealed") == []


@pytest.mark.requirement("R-TERM-011")
def test_whoever_works_in_another_store_is_told_why_this_device_lets_nobody_in(
    both: tuple[TillProcess, TillProcess],
) -> None:
    screen = Screen(both[0].screen.port)
    answer = screen.log_in(ELSEWHERE, PASSWORD)
    assert answer.status == 422
    assert answer.page.says(".notice") == refusal("login_no_store")
    assert isinstance(answer.page.one("#email"), Element) and screen.get("/").status == 302
