"""Somebody who may do more takes over on the page of settings, by PIN, under their own name."""

from __future__ import annotations

import pytest
from tests.browser.small_till import PINS
from tests.till.pairing.conftest import Counter
from tests.till.process.swedish import refusal

from skrin.domain.journal import UserLoggedIn


@pytest.mark.slow
@pytest.mark.requirement("R-SET-008", "R-SET-009")
def test_an_owner_takes_over_the_page_of_settings_by_pin(counter: Counter) -> None:
    manager = counter.own
    assert "/unit/use" not in manager.get("/unit").text, "a manager does no service"
    before = len(counter.entries("user.logged_in"))
    for who, pin, no in (("saga", "111111", "pin_wrong"), ("", "161803", "approver_wanted")):
        asked = manager.post("/settings/person", approver=who, pin=pin)
        assert asked.status == 422 and refusal(no) in asked.page.text, who
    assert len(counter.entries("user.logged_in")) == before, "nobody came in"
    taken = manager.post("/settings/person", approver="saga", pin=PINS["saga"])
    assert (taken.status, taken.headers["Location"]) == (302, "/settings")
    told = counter.entries("user.logged_in")[-1]
    assert isinstance(told, UserLoggedIn) and told.display_name == "Saga"
    assert "/unit/use" in manager.get("/unit").text
    # Back to who stood there before, the same way.
    assert manager.post("/settings/person", approver="nils", pin=PINS["nils"]).status == 302
    assert "/unit/use" not in manager.get("/unit").text
