"""What a card terminal asks the cashier, one of several terminals, and who answers questions."""

from __future__ import annotations

import re

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screens, SmallTill

SIZES = ("handheld", "desktop")


@pytest.mark.parametrize("size", SIZES)
def test_a_signature_is_confirmed_on_the_screen(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screen = screens.selling(size)
    small_till.say("card ask_confirm")
    screen.ring("Kanelbulle")
    screen.wait_total("32,00")
    screen.press("#pay-card")
    screen.page.wait_for_selector(".card-question")
    assert plain(screen.page.inner_text(".card-asks")) == "Stämmer underskriften?"
    screen.look("card-asks")
    screen.press(screen.page.get_by_role("button", name="Ja", exact=True))
    screen.done()
    assert "Kort 32,00" in plain(screen.page.inner_text(".done .facts"))


@pytest.mark.parametrize("size", SIZES)
def test_a_code_is_typed_for_the_card_terminal(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    screen = screens.selling(size)
    small_till.say("card ask_code")
    screen.ring("Kanelbulle")
    screen.wait_total("32,00")
    screen.press("#pay-card")
    screen.page.wait_for_selector("#card-said")
    screen.digits("654321", "#zone")
    assert screen.page.input_value("#card-said") == "654321"
    for button in ("Sänd till kortterminalen", "Stoppa betalningen"):
        box = screen.page.get_by_role("button", name=button).bounding_box()
        assert box is not None and box["height"] >= 44
    screen.look("card-code")
    screen.press(screen.page.get_by_role("button", name="Sänd till kortterminalen"))
    screen.done()


@pytest.mark.requirement("R-CARD-005", "R-CARD-006")
@pytest.mark.parametrize("size", SIZES)
def test_one_of_two_terminals_is_chosen_and_the_status_shows_both(
    screens: Screens, small_till: SmallTill, size: str
) -> None:
    small_till.say("second terminal")
    try:
        screen = screens.selling(size)
        screen.ring("Kanelbulle")
        screen.wait_total("32,00")
        screen.press("#pay-other")
        screen.page.wait_for_selector(".terminals")
        screen.press(screen.page.locator(".terminals label", has_text="Bar"))
        screen.look("terminals")
        screen.press(screen.page.locator(".method", has_text=re.compile("^Kort")))
        screen.done()
        screen.page.goto(
            screen.page.url.split("/", 3)[0] + "//" + screen.page.url.split("/")[2] + "/status"
        )
        shown = plain(screen.page.inner_text("main"))
        assert "POI1" in shown and "POI2 · enhet SN-POI2" in shown
        assert "Frågor er kortinlösare" in shown
        screen.look("status-terminals")
    finally:
        small_till.say("one terminal")
