"""Cash out and in, and the drawer: from a key, from the menu, with a manager's PIN."""

from __future__ import annotations

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screens

SIZES = ("handheld", "tablet", "desktop")


@pytest.mark.requirement("R-BTN-019")
@pytest.mark.parametrize("size", SIZES)
def test_cash_is_taken_out_with_a_managers_pin(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.press("#tab-2")
    screen.page.wait_for_selector("#keys-2:visible")
    screen.ring("Uttag")
    screen.window()
    screen.digits("800")
    screen.look("cash-out")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#window .fault:not(:empty)")
    assert plain(screen.page.inner_text("#window .fault")) == "Välj varför först."
    screen.choose("Till banken")
    screen.page.fill("#cash-text", "Påse 14")
    screen.press("#window .primary")
    screen.page.wait_for_selector("#window .names [name=approver]", state="attached")
    screen.look("cash-out-pin")
    screen.pin("nils")
    screen.window_gone()
    assert screen.notice() == "800,00 är uttaget. Lägg kvittensen i lådan."
    screen.look("cash-out-done")


@pytest.mark.requirement("R-BTN-019")
@pytest.mark.parametrize("size", SIZES)
def test_a_manager_puts_cash_in_from_the_menu_and_sees_it_on_the_x(
    screens: Screens, size: str
) -> None:
    screen = screens.selling(size, "nils", language="en")
    screen.press('[popovertarget="menu"]')
    screen.look("menu-cash")
    screen.press(screen.page.locator("#menu button", has_text="Cash in"))
    screen.window()
    screen.digits("200")
    screen.look("cash-in-en")
    screen.press("#window .primary")
    screen.window_gone()
    assert screen.notice() == "200,00 is put in. Lay the slip in the drawer."
    screen.page.goto("/day")
    assert "Insatt Växel från banken" in plain(screen.page.inner_text("pre.paper"))


@pytest.mark.requirement("R-BTN-021", "R-CASH-005")
@pytest.mark.parametrize("size", ("handheld", "desktop"))
def test_the_drawer_is_opened_from_a_key_and_from_the_menu(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.press("#tab-2")
    screen.page.wait_for_selector("#keys-2:visible")
    screen.ring("Öppna lådan")
    screen.window()
    assert "Att öppna lådan." in plain(screen.page.inner_text("#window"))
    screen.pin("nils")
    screen.window_gone()
    screen.page.wait_for_function("() => !document.querySelector('#notice .is-bad')")
    opened = int(plain(drawer_row(screen.page)))
    boss = screens.selling(size, "nils")
    boss.press('[popovertarget="menu"]')
    boss.press(boss.page.locator("#menu-drawer button"))
    boss.page.evaluate("() => window.skrin.idle()")
    assert int(plain(drawer_row(boss.page))) == opened + 1


def drawer_row(page: object) -> str:
    """How many openings of the drawer the X counts."""
    page.goto("/day")  # type: ignore[attr-defined]
    paper: str = page.inner_text("pre.paper")  # type: ignore[attr-defined]
    return next(row.split()[1] for row in paper.splitlines() if row.startswith("Lådöppningar"))
