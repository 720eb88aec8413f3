"""The page of settings with a real till: changed here, the store's again, and who may."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD, TECHNICIAN
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish

from skrin import __version__
from skrin.till.pairing.addresses import own_addresses

pytestmark = pytest.mark.slow


def logged_in(till: TillProcess, email: str) -> Screen:
    screen = Screen(till.screen.port)
    assert screen.log_in(email, PASSWORD).status == 302
    return screen


@pytest.mark.requirement("R-SET-001", "R-SET-002", "R-SET-005")
def test_settings_are_seen_by_all_and_changed_by_who_may(street: Street, till: TillProcess) -> None:
    page = till.screen.get("/settings").page
    assert __version__ in page.text
    for address in own_addresses():
        assert str(address) in page.text
    assert page.one("#footer") is None and "Tack!" in page.text, "seen, not changed"
    no = till.screen.post("/settings/set", name="footer", footer="Mitt")
    assert (no.status, no.page.says(".notice")) == (422, refusal("not_allowed"))

    owner = logged_in(till, OWNER)
    wrong = owner.post("/settings/set", name="footer", footer="\n".join("123456"))
    assert wrong.status == 422
    assert wrong.page.says("#footer-fault") == refusal("paper_lines_too_many", most="5")
    assert wrong.page.says("#footer").split() == list("123456"), "nothing typed is lost"
    assert owner.post("/settings/set", name="footer", footer="Ha det gott").status == 302
    assert owner.post("/settings/set", name="own_methods", own="Kupong").status == 302
    text = owner.get("/settings").page.text
    assert swedish("Changed here, at this till.") in text
    assert swedish("The store's: %(stores)s.", stores="Tack!") in text

    till.kill()
    till.restart()
    till.log_in()
    till.screen.tap(COFFEE)
    assert "Kupong" in till.screen.get("/paying?ask=pay", fragment=True).page.text
    till.screen.post("/pay", method="900000001")
    eventually(lambda: till.screen.poll().print_sentence == swedish("The receipt is printed."))
    sealed = till.bodies("receipt.sealed")[-1]
    assert sealed.footer == ("Ha det gott",)
    assert [paid.name for paid in sealed.payments] == ["Kupong"]

    owner = logged_in(till, OWNER)
    assert owner.post("/settings/back", name="footer").status == 302
    assert swedish("Changed here, at this till.") in owner.get("/settings").page.says("#own-set")
    said = [(one.name, one.value, one.named_by) for one in till.bodies("setting.set")]
    assert said == [
        ("footer", ("Ha det gott",), "till"),
        ("own_methods", ("Kupong",), "till"),
        ("footer", ("Tack!",), "store"),
    ]


@pytest.mark.requirement("R-SET-003", "OPP-020")
def test_the_tills_colours_hold_where_a_screen_has_not_chosen_its_own(
    street: Street, till: TillProcess
) -> None:
    owner = logged_in(till, OWNER)

    def theme(screen: Screen) -> str:
        [html] = screen.get("/status").page.all("html")
        return html.attrs.get("data-theme", "system")

    assert theme(till.screen) == "system"
    assert owner.post("/screen", theme="light").status == 302
    assert owner.post("/settings/set", name="theme", theme="contrast").status == 302
    assert theme(owner) == "contrast", "what this screen had chosen does not hide it"
    assert theme(till.screen) == "contrast"
    assert till.screen.post("/screen", theme="dark").status == 302
    assert (theme(till.screen), theme(owner)) == ("dark", "contrast")
    wrong = owner.post("/settings/set", name="theme", theme="rosa")
    assert (wrong.status, wrong.page.says(".notice")) == (422, refusal("theme_unknown"))


@pytest.mark.requirement("R-SET-008", "R-SET-009")
def test_devices_are_set_by_service_alone(street: Street, till: TillProcess) -> None:
    technician = logged_in(till, TECHNICIAN)
    for path in ("/unit", "/card-terminals"):
        assert till.screen.get(path).page.one("#address") is None
        assert technician.get(path).page.one("#address") is not None
    no = till.screen.post("/unit/use", kind="tcp", address="127.0.0.1:9")
    assert (no.status, no.page.says(".notice")) == (422, refusal("not_allowed"))
    assert swedish("You may change these. They came set with the till.") in (
        technician.get("/settings").page.text
    )
    assert swedish("These came set with the till. Only who does service changes them.") in (
        till.screen.get("/settings").page.text
    )
