"""Two companies on one device: a till each, with own key, folder, control unit and terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.host.rig import RUNS, HostProcess, free_port
from tests.till.process.office_stub import EMAIL, KIOSK, OF_ANOTHER, PASSWORD
from tests.till.process.rig import Simulator, Street, TillProcess
from tests.till.process.screen import Screen, eventually

from skrin.domain.entry import Entry
from skrin.town.processes import stop_all

pytestmark = pytest.mark.slow

ORG_BAKERY, ORG_KIOSK = "5566778899", KIOSK.org_number.replace("-", "")
UNIT_KIOSK, TERMINAL_KIOSK = "SIMU00000002", "KIOSK-0000002"


def sell(screen: Screen) -> None:
    screen.tap(COFFEE)
    screen.post("/pay/card")
    screen.until("done")
    screen.post("/next")


def owners(entries: list[Entry]) -> set[tuple[int, str]]:
    return {(entry.header.company, entry.header.till) for entry in entries}


@pytest.mark.requirement("OPP-022", "R-TERM-001", "R-TERM-013")
def test_each_company_has_its_own_till_unit_and_terminal_and_the_log_in_leads_between_them(
    street: Street, host: Callable[..., HostProcess], tmp_path: Path
) -> None:
    unit = Simulator("control_unit", tmp_path, "--unit-id", UNIT_KIOSK)
    card = Simulator(
        "card_terminal",
        tmp_path,
        *("--ca-dir", str(tmp_path / "ca"), "--poi-id", TERMINAL_KIOSK, "--payment-ms", "40"),
    )
    kept = host()
    bakery = kept.tills[0]
    kiosk = TillProcess(street, f"{OF_ANOTHER}1")
    kiosk.screen.port = free_port()
    name = kiosk.designation.lower()
    kept.more = "\n".join(
        [
            'label = "Provbageriet"',
            f'beside = ["{name}"]',
            "[[till]]",
            f'name = "{name}"',
            'label = "Kiosken"',
            f'beside = ["{kept.name(bakery)}"]',
            f'data = "{kiosk.folder}"',
            f"port = {kiosk.screen.port}",
            f'office = "{street.office.url}"',
            f'enrol = "{kiosk.designation}"',
            f'control_unit = "{unit.address}"',
            f'printer = "{street.printer.address}"',
            f'card_terminal = "{card.address}"',
            f'card_terminal_id = "{TERMINAL_KIOSK}"',
            f'card_terminal_ca = "{card.part.ready["ca"]}"',
        ]
    )
    try:
        kept.open()
        kept.until(name, RUNS)
        kiosk.log_in()
        # One browser at the device: from a log-in page to the other's, and logged in at both.
        for here, there, called in ((bakery, kiosk, "Kiosken"), (kiosk, bakery, "Provbageriet")):
            links = Screen(here.screen.port).get("/login").page.all("a")
            (way,) = [one for one in links if one.text == called]
            assert way.attrs["href"] == f"http://127.0.0.1:{there.screen.port}/"
        kiosk.screen.cookies.update(bakery.screen.cookies)
        bakery.screen.cookies.update(kiosk.screen.cookies)
        assert bakery.screen.log_in(EMAIL, PASSWORD).status == 302
        assert kiosk.screen.get("/").status == 200, "logging in at one ends nothing at the other"
        for till in (bakery, kiosk):
            sell(till.screen)
        sell(kiosk.screen)
        # Each unit has only its own company's receipts, each terminal only its own till's money.
        by_unit = [one.look()["counters"]["receipts"] for one in (street.unit, unit)]
        assert bakery.designation in by_unit[0][ORG_BAKERY] and ORG_KIOSK not in by_unit[0]
        assert list(by_unit[1]) == [ORG_KIOSK]
        charged = [set(one.look()["counters"]["tills"]) for one in (street.card, card)]
        assert bakery.till_id in charged[0] and charged[1] == {kiosk.till_id}
        # Both count from one, and neither has a byte of the other.
        assert [one.number for one in bakery.bodies("receipt.sealed")] == [1]
        assert [one.number for one in kiosk.bodies("receipt.sealed")] == [1, 2]
        assert owners(bakery.journal()) == {(7, bakery.till_id)}
        assert owners(kiosk.journal()) == {(8, kiosk.till_id)}
        (sold, _) = kiosk.bodies("receipt.sealed")
        assert (sold.seller.company_name, sold.seller.org_number) == ("Kiosken AB", ORG_KIOSK) or (
            sold.seller.org_number == KIOSK.org_number
        )
        office = street.office
        for till in (bakery, kiosk):
            eventually(lambda t=till: office.head(t.till_id) == t.head_seq())
            told = office.chains[till.till_id].statuses[-1].host
            assert [part.name for part in told.parts] == [till.designation.lower()], "no other's"
    finally:
        kept.stop()
        stop_all([unit.part, card.part])
