"""The office sends mail, in a real browser: a register's registration, and what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import Look
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import Windows

from skrin.town.demo_witnesses import device_json


def sent(shop: Shop) -> list[dict[str, Any]]:
    """What the mail server has taken."""
    assert shop.demo.mail is not None
    found: list[dict[str, Any]] = device_json(shop.demo.mail.ready, "/messages")
    return found


@pytest.mark.requirement("R-REG-005")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_the_registration_is_sent_and_a_refused_address_is_told(
    windows: Windows, axe: Axe, shop: Shop, size: str
) -> None:
    assert shop.demo.mail is not None
    windows.expected.add(422)
    look = Look(windows, axe, size)
    page = windows.office(size, who=OWNER)
    page.goto("/tills")
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Kontroll", exact=True).click()
    page.get_by_role("button", name="Skicka filen med e-post").wait_for()
    page.get_by_role("link", name="Skicka anmälan med e-post").click()
    page.get_by_label("E-postadress").wait_for()
    form_url = page.url
    page.get_by_label("E-postadress").fill("redovisning")
    page.get_by_role("button", name="Skicka", exact=True).click()
    page.get_by_text("Skriv en hel e-postadress").wait_for()
    look.at(page, "office-mail-new")
    before = len(sent(shop))
    page.get_by_label("E-postadress").fill(f"redovisning@{size}.example")
    page.get_by_label("Några ord på vägen").fill("Här är den.")
    page.get_by_role("button", name="Skicka", exact=True).click()
    page.get_by_role("heading", name="E-post", exact=True).wait_for()
    until(lambda: len(sent(shop)) == before + 1, "the mail")
    got = sent(shop)[-1]
    assert got["receivers"] == [f"redovisning@{size}.example"]
    assert "Här är den." in got["text"] and got["subject"].startswith("Kontrollenhet ")
    (file,) = got["files"]
    assert re.fullmatch(r"registration-.*\.pdf", file["name"]) and file["bytes"] > 5000
    shop.switch(shop.demo.mail.ready, refuse=True, refuse_code=550, applies_to="receiver")
    page.goto(form_url)
    page.get_by_label("E-postadress").fill(f"finnsinte@{size}.example")
    page.get_by_role("button", name="Skicka", exact=True).click()
    until(lambda: _refused(page), "the refusal", pause_s=DRAWN_S)
    look.at(page, "office-mail")
    shop.switch(shop.demo.mail.ready, refuse=False)
    page.get_by_role("button", name="Skicka igen").first.click()
    page.get_by_text("Det skickas igen.").wait_for()
    until(lambda: len(sent(shop)) == before + 2, "the mail, sent again")
    assert look.faults == [], "\n".join(look.faults)


def _refused(page: Any) -> bool:
    page.goto("/mail")
    return bool(page.get_by_text("Adressen nekades").count())
