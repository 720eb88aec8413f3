"""The truth behind the sign in the bar: what the office has not got, and what works meanwhile."""

from __future__ import annotations

import re

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import EMAIL, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import state, swedish

from skrin.fiscal.countries import country

pytestmark = pytest.mark.slow

LISTED_MOST = 100

ROUTINE = "The till may be switched off and on: it starts and sells without the office."


def level(screen: Screen) -> str:
    """What the sign in the bar shows, and the words behind it."""
    sign = screen.get("/status/icon").page.one("#state")
    assert sign is not None
    marks = [name for name in sign.attrs["class"].split() if name.startswith("mark-")]
    return f"{marks[0].removeprefix('mark-')}: {sign.attrs['title']}"


def office_has_all(till: TillProcess) -> bool:
    return till.street.office.head(till.till_id) == till.head_seq()


def said(screen: Screen) -> str:
    """All that the selling page says."""
    return screen.get("/").page.text


def sell(screen: Screen, method: str = "cash") -> None:
    screen.tap(COFFEE)
    screen.post(f"/pay/{method}")
    eventually(lambda: screen.poll().print_sentence == swedish("The receipt is printed."))


def facts(screen: Screen) -> dict[str, str]:
    """Every name on the page with what stands beside it."""
    page = screen.get("/unsent").page
    return {
        name.text: value.text for name, value in zip(page.all("dt"), page.all("dd"), strict=True)
    }


def rows(screen: Screen) -> list[str]:
    """What waits, line by line."""
    return [row.text for row in screen.get("/unsent").page.all(".row") if row.tag == "li"]


def nothing_waits(screen: Screen) -> bool:
    words = swedish("Nothing: the office has all that a person would ask for.")
    return words in screen.get("/unsent").page.text


@pytest.mark.requirement("R-OFF-001", "R-OFF-002", "R-OFF-008")
def test_the_sign_tells_by_itself_that_the_office_is_away(
    street: Street, till: TillProcess
) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till) and level(screen).startswith("good"))
    street.office.away()
    try:
        sell(screen)
        eventually(lambda: level(screen) == f"warn: {state('office_away')}", 30.0)
    finally:
        street.office.back()
    eventually(lambda: level(screen).startswith("good"), 45.0)


@pytest.mark.requirement("R-OFF-003", "R-OFF-005", "R-OFF-010")
def test_the_till_tries_again_and_nobody_has_to_do_anything(
    street: Street, till: TillProcess
) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till))
    street.office.away()
    try:
        for _ in range(3):
            sell(screen)  # Nobody has switched anything over, and selling goes on.
        eventually(lambda: level(screen).startswith("warn"), 30.0)
        had = street.office.head(till.till_id)
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)
    assert street.office.head(till.till_id) > had + 10
    assert till.bodies("till.started")[-1].incarnation == 1, "nothing was started anew"


@pytest.mark.requirement("R-OFF-004", "OPP-062", "OPP-064")
def test_everything_that_waits_is_listed_with_its_age_and_error(
    street: Street, till: TillProcess
) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till) and nothing_waits(screen))
    street.office.away()
    try:
        sell(screen)
        sell(screen, "card")
        eventually(lambda: state("office_away") in screen.get("/unsent").page.text, 30.0)
        waiting = rows(screen)
        assert len([row for row in waiting if re.search(r"[12] Ko(ntant|rt)", row)]) >= 2, waiting
        assert all(re.search(r"\d{2}:\d{2}.*\d+ (s|min)", row) for row in waiting), waiting
        told = facts(screen)
        assert told[swedish("Receipts")] == "2"
        assert int(told[swedish("Entries not sent yet")]) > 6
        assert re.fullmatch(r"\d+ (s|min)", told[swedish("The oldest waits since")])
        assert told[swedish("Last error")]
        # The same is the first thing behind the sign.
        assert swedish("The oldest waits since") in screen.get("/status").page.text
        asked = swedish("The office does not answer. The till tries again by itself.")
        for _ in range(4):  # Each is a failure, and makes the pause before the next longer.
            assert asked in screen.post("/unsent/try").page.text
    finally:
        street.office.back()
    answered = swedish("The office has answered.")
    assert answered in screen.post("/unsent/try").page.text, "it tries now, not when it would"
    eventually(lambda: office_has_all(till) and nothing_waits(screen), 45.0)


@pytest.mark.requirement("R-OFF-004")
def test_also_what_waits_longest_is_on_the_list(street: Street, till: TillProcess) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till) and nothing_waits(screen))
    street.office.away()
    try:
        sell(screen)
        for _ in range(LISTED_MOST):
            screen.tap(COFFEE)
            screen.post("/abort")
        newest = screen.get("/unsent").page
        links = [link for link in newest.all("a") if "?before=" in link.attrs["href"]]
        assert [link.text for link in links] == [swedish("Those before")]
        assert len(rows(screen)) == LISTED_MOST and not any(
            "Kontant" in row for row in rows(screen)
        )
        older = screen.get(f"/unsent{links[0].attrs['href']}").page
        waiting = [row.text for row in older.all(".row") if row.tag == "li"]
        assert any("Kontant" in row for row in waiting), waiting
        assert not set(waiting) & set(rows(screen))
        assert swedish("The newest") in older.text and swedish("Those before") not in older.text
        assert swedish("Those before") in screen.get("/unsent?before=x").page.text
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)
    sent = screen.get("/unsent?before=2").page.text
    assert swedish("Those before have been sent meanwhile.") in sent


@pytest.mark.requirement("R-OFF-009", "OPP-063")
def test_a_till_starts_cold_without_the_office_and_sells_with_all_that_it_had(
    street: Street, till: TillProcess
) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till))
    street.office.away()
    try:
        sell(screen)
        till.kill()
        till.restart()
        screen.cookies.clear()
        assert screen.log_in(EMAIL, PASSWORD).status == 302
        sell(screen)
        sell(screen)
        eventually(lambda: [b.number for b in till.bodies("receipt.signed")] == [1, 2, 3])
        assert facts(screen)[swedish("Receipts")] == "3"
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)


@pytest.mark.requirement("R-OFF-011")
def test_what_works_without_the_office_stands_where_it_is_needed(
    street: Street, till: TillProcess
) -> None:
    screen = till.screen
    eventually(lambda: office_has_all(till))
    routine = swedish(ROUTINE)
    assert routine not in screen.get("/unsent").page.text, "only while it is away"
    street.office.away()
    try:
        eventually(lambda: routine in screen.get("/unsent").page.text, 30.0)
        told = facts(screen)
        assert told["Kontant"] == told["Kort"] == swedish("Works.")
        assert told["Rabatthäfte"] == swedish("Not without the office.")
        assert told[swedish("Copies and returns")] == swedish("Only of receipts of this till.")
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)


@pytest.mark.requirement("R-OFF-012", "OPP-065")
def test_with_a_unit_in_the_shop_nothing_outside_is_needed_and_without_a_mark_nothing_is_sold(
    street: Street, till: TillProcess
) -> None:
    """The country decides: Sweden wants a mark before anything is sold, from whichever unit."""
    screen = till.screen
    eventually(lambda: office_has_all(till))
    assert country("SE").needs_mark
    street.office.away()
    try:
        sell(screen)
        assert [body.mark.unit_id for body in till.bodies("receipt.signed")] == ["SIMU00000001"]
        street.unit.kill()
        try:
            screen.tap(COFFEE)
            screen.post("/pay/cash")  # The unit answered a moment ago; now it does not.
            eventually(lambda: swedish("The control unit does not answer.")[:20] in said(screen))
            assert len(till.bodies("receipt.signed")) == 1 and till.slips(2) == []
            screen.tap(COFFEE)
            assert screen.post("/pay/cash").status == 422, "nobody else is sold anything"
        finally:
            street.unit.plug_in()
        eventually(lambda: len(till.slips(2)) == 1)
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)
