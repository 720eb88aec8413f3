"""The open receipt in the cashier's hand: lines, undo, options, deals, what is sold out."""

from __future__ import annotations

import pytest
from tests.browser.small import SHIFTS, Screen, Screens

SIZES = ("handheld", "desktop")


@pytest.mark.requirement("R-SELL-005", "R-SELL-007", "R-SELL-008")
@pytest.mark.parametrize("size", SIZES)
def test_a_line_opens_its_sheet(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.ring("Kanelbulle", "Lösgodis")
    screen.window()
    screen.press("#window .primary")
    screen.page.get_by_text("Antalet måste vara").first.wait_for()  # What is weighed has a weight.
    screen.digits("1")
    screen.press("#window .primary")
    screen.window_gone()
    screen.wait_total("171,00")
    screen.open_line("Lösgodis")
    screen.look("line")
    screen.digits("0,35")
    screen.press("#window .primary:visible")
    screen.window_gone()
    screen.wait_total("80,65")
    assert "0,350 kg × 139,00" in screen.line("Lösgodis").inner_text()
    screen.open_line("Kanelbulle")
    screen.press("#sheet-text-tab")
    screen.page.fill("#sheet-text-value", "Värms")
    screen.press("#window .primary:visible")
    screen.window_gone()
    assert "Värms" in screen.line("Kanelbulle").inner_text()
    screen.undo()
    assert "Värms" not in screen.line("Kanelbulle").inner_text()
    screen.open_line("Kanelbulle")
    screen.digits("3")
    screen.press("#window .primary:visible")
    screen.wait_total("144,65")
    assert screen.notice() == "Kanelbulle: nu 3."
    screen.undo()
    screen.wait_total("80,65")


@pytest.mark.requirement("R-SELL-006", "R-MORE-003")
@pytest.mark.parametrize("size", SIZES)
def test_a_removed_line_comes_back_by_undo(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Läsk", "Semla")
    screen.wait_total("81,00")
    screen.open_line("Läsk")
    screen.press("#window .window-foot .bad")
    screen.wait_total("55,00")
    assert screen.notice() == "Läsk 33 cl är borta från kvittot."
    screen.look("undo")
    screen.undo()
    screen.wait_total("81,00")
    screen.open_receipt()
    assert screen.lines() == [("Semla", "55,00"), ("Läsk 33 cl", "25,00"), ("Pant burk", "1,00")]


@pytest.mark.requirement("R-DISC-001")
@pytest.mark.parametrize("size", SIZES)
def test_a_line_discount_within_the_limit_and_above_it(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.wait_total("55,00")
    screen.open_line("Semla")
    screen.press("#sheet-discount-tab")
    screen.look("line-discount")
    screen.digits("10")
    screen.page.fill("#discount-text", "Stammis")
    screen.press("#window .primary:visible")
    screen.wait_total("49,50")
    assert "Stammis 10 % −5,50" in screen.line("Semla").inner_text()
    screen.open_line("Semla")
    screen.press("#sheet-discount-tab")
    screen.press("#window .unit-switch label:has-text('kr')")
    screen.page.fill("#discount-value", "")
    screen.digits("25")
    screen.press("#window .primary:visible")
    screen.page.wait_for_selector("#window .names")
    screen.look("pin")
    screen.choose("Nils")
    screen.digits("1234")
    screen.press("#window .primary")
    screen.page.get_by_text("PIN-koden är fel. Försök igen.").wait_for()
    screen.wait_total("49,50")
    screen.page.fill("#pin-digits", "")
    screen.digits("4711")
    screen.press("#window .primary")
    screen.window_gone()
    screen.wait_total("30,00")
    screen.undo()
    screen.wait_total("49,50")


@pytest.mark.parametrize("size", SIZES)
def test_a_price_takes_the_right_to_set_it(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.wait_total("55,00")
    screen.open_line("Semla")
    screen.press("#sheet-price-tab")
    screen.digits("40")
    screen.press("#window .primary:visible")
    screen.page.wait_for_selector("#window .names")
    screen.page.keyboard.press("Escape")
    screen.window_gone()
    screen.wait_total("55,00")
    screen.open_line("Semla")
    screen.press("#sheet-price-tab")
    screen.digits("40")
    screen.press("#window .primary:visible")
    screen.page.wait_for_selector("#window .names")
    screen.pin("saga")
    screen.window_gone()
    screen.wait_total("40,00")


@pytest.mark.requirement("R-MORE-002")
@pytest.mark.parametrize("size", SIZES)
def test_options_and_deals_are_chosen_and_stand_under_their_line(
    screens: Screens, size: str
) -> None:
    screen = screens.selling(size)
    screen.ring("Caffe latte")
    screen.wait_total("46,00")
    screen.ring("Wrap")
    screen.window()
    screen.look("options")
    screen.choose("Chilisås")
    screen.press("#window .primary")
    screen.window_gone()
    screen.wait_total("135,00")
    screen.ring("Lunch med dryck")
    screen.window()
    screen.choose("Paj med sallad")
    screen.choose("Mineralvatten")
    screen.press("#window .primary")
    screen.window_gone()
    screen.wait_total("264,00")
    screen.open_receipt()
    screen.look("children")
    assert [name for name, _ in screen.lines()] == [
        *("Caffe latte", "Liten", "Wrap med kyckling", "Chilisås"),
        *("Lunch med dryck", "Paj med sallad", "Mineralvatten", "Kanelbulle"),
    ]
    screen.open_line("Caffe latte")
    screen.press(screen.window().get_by_role("button", name="Tillval"))
    screen.page.wait_for_selector("#window .choices")
    screen.choose("Stor")
    screen.press("#window .primary")
    screen.window_gone()
    screen.wait_total("271,00")
    assert screen.lines()[-2:] == [("Caffe latte", "46,00"), ("Stor", "7,00")]


@pytest.mark.requirement("R-MORE-004")
@pytest.mark.parametrize("size", SIZES)
def test_sold_out_is_marked_at_the_key_and_shown_on_it(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    other = screens.selling("tablet")
    key = screen.key("Kardemumma")
    key.scroll_into_view_if_needed()
    key.dispatch_event("contextmenu", {"bubbles": True, "cancelable": True})
    screen.window()
    screen.press(screen.window().get_by_role("button", name="Slut"))
    screen.window_gone()
    assert screen.notice() == "Kardemummabulle är slut."
    assert "Slut" in screen.key("Kardemumma").inner_text()
    screen.look("sold-out")
    other.page.wait_for_selector(".key.is-out")
    screen.ring("Kardemumma")
    screen.page.get_by_text("Kardemummabulle är slut. Slå in något annat.").wait_for()
    key = screen.key("Kardemumma")
    key.dispatch_event("contextmenu", {"bubbles": True, "cancelable": True})
    screen.press(screen.window().get_by_role("button", name="Finns igen"))
    screen.window_gone()
    screen.page.wait_for_selector(".key.is-out", state="detached")
    screen.ring("Kardemumma")
    screen.wait_total("34,00")


def boxes(screen: Screen) -> dict[str, dict[str, float]]:
    """Where the fixed parts are, all seen in one moment: never in the middle of a swap."""
    names = ["#strip", "#pay-card", "#tool-receipts", "#tool-park", "#state"]
    found: dict[str, dict[str, float]] = screen.page.evaluate(
        "names => Object.fromEntries(names.map(name =>"
        " [name, document.querySelector(name).getBoundingClientRect().toJSON()]))",
        names,
    )
    assert all(one["width"] for one in found.values()), "each is there"
    return found


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_when_a_sale_is_rung_changed_and_undone(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.page.evaluate("document.fonts.ready")
    screen.page.evaluate(SHIFTS)
    before = boxes(screen)
    screen.ring("Bryggkaffe", "Kanelbulle", "Läsk", "Bryggkaffe")
    screen.wait_total("126,00")
    if size == "handheld":
        screen.press(".way-toggle")
        screen.page.wait_for_selector('.way-toggle[value="take_away"]')
    else:
        screen.press("#way-in")
        screen.page.wait_for_selector("#way-in[aria-pressed=true]")
    assert screen.page.evaluate("window.shift") == 0
    assert boxes(screen) == before
