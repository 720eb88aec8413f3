"""`kill -9` at every point of a sale: afterwards one receipt, one charge, one number, no hole.

A till that dies by its own hand (`dying_till`) sells with real devices; then the normal program
starts on what the disk holds, and the cashier goes on by what the screen says: pays again when the
cart is still open, answers truthfully when it asks whether the paper came out.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.till.flow.shop import BUN, COFFEE
from tests.till.process.rig import DYING_TILL, Street, TillProcess
from tests.till.process.screen import Answer, Screen, Zone, eventually

pytestmark = pytest.mark.slow

RUNG = ("Bryggkaffe", "Kanelbulle", "Bryggkaffe")
ARTICLES = (COFFEE, BUN, COFFEE)
CARD_MINOR = 97_50
CASH_MINOR, ROUNDING_MINOR = 98_00, 50

TO_MARK = (
    *("before commit receipt.sealed", "after commit receipt.sealed"),
    *("before register", "sent register", "after register"),
    *("before commit receipt.signed", "after commit receipt.signed"),
    *("before print", "sent print", "after print"),
    *("before commit document.delivered", "after commit document.delivered"),
)
CARD_POINTS = (
    *("before commit line.added (3)", "after commit line.added (3)"),
    *("before commit service number", "after commit service number"),
    *("before commit payment.begun", "after commit payment.begun"),
    *("before pay", "sent pay", "after pay"),
    *("before commit payment.decided", "after commit payment.decided"),
    *TO_MARK,
)
CASH_POINTS = ("before commit payment.taken", "after commit payment.taken", *TO_MARK)
UPLOAD_POINTS = ("before upload receipt.signed", "after upload receipt.signed")


@dataclass(frozen=True)
class Death:
    """How it is paid, where the till dies, and what the control unit does with repeats."""

    method: str
    point: str
    repeat: str = "new"

    def __str__(self) -> str:
        again = ", same answer again" if self.repeat == "same" else ""
        return f"{self.method}: {self.point}{again}"


DEATHS = (
    *(Death("card", point) for point in (*CARD_POINTS, *UPLOAD_POINTS)),
    *(Death("cash", point) for point in CASH_POINTS),
    *(Death("card", point, "same") for point in ("sent register", "after register")),
)


class Nursery:
    """Starts the next till while the one before is being tested."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self._born: dict[Death, TillProcess] = {}

    def take(self, death: Death) -> TillProcess:
        """A till that will die so."""
        till = self._born.pop(death, None) or self._begin(death)
        after = DEATHS.index(death) + 1
        till.ready()
        if after < len(DEATHS):
            self._born[DEATHS[after]] = self._begin(DEATHS[after])
        return till

    def _begin(self, death: Death) -> TillProcess:
        till = self.street.new_till()
        return till.start(DYING_TILL, "--die-at", death.point, "--trace", trace_of(till))


def trace_of(till: TillProcess) -> str:
    return str(till.street.folder / f"{till.designation}.trace")


@pytest.fixture(scope="module")
def nursery(whole_street: Street) -> Iterator[Nursery]:
    whole_street.reset()
    yield Nursery(whole_street)
    whole_street.reset()
    whole_street.stop_tills()


def press(screen: Screen, path: str, **fields: str) -> Answer | None:
    """Press something on a till that may die of it."""
    with suppress(OSError, http.client.HTTPException):
        return screen.post(path, **fields)
    return None


def sell(till: TillProcess, method: str) -> None:
    """Ring everything and pay, on a till that may die of any of it."""
    for article in ARTICLES:
        press(till.screen, "/tap", article_id=str(article))
    press(till.screen, f"/pay/{method}")


def finish(till: TillProcess, method: str) -> None:
    """Do what a cashier does who finds the till like this, until the sale is done."""

    def one_step() -> bool:
        screen = till.screen
        zone = screen.zone()
        if zone.state == "done":
            return zone.print_sentence == "Kvittot är utskrivet."
        if zone.state == "question":
            came_out = bool(till.slips(1)) if printer_rests(till) else None
            if came_out is not None:
                screen.post("/printed", answer="yes" if came_out else "no")
            return False
        if zone.state != "open":
            return False
        if zone.lines or not has_receipt(screen):
            ring_what_is_missing(screen, zone)
            assert screen.post(f"/pay/{method}").status == 200
            return False
        return True

    eventually(one_step)


def ring_what_is_missing(screen: Screen, zone: Zone) -> None:
    """The lines that stand are the first of those that were rung, in their order."""
    there = len(zone.lines)
    assert tuple(line[0] for line in zone.lines) == RUNG[:there]
    for article in ARTICLES[there:]:
        assert screen.tap(article).status == 200


def printer_rests(till: TillProcess) -> bool:
    counters = till.street.printer.look()["counters"]
    return counters["waiting_bytes"] == 0 and not counters["partial_slip"]


def has_receipt(screen: Screen) -> bool:
    return bool(screen.get("/receipts").page.all(".receipts"))


@pytest.mark.requirement("R-CARD-007", "R-CTRL-007", "R-SYNC-005")
@pytest.mark.parametrize("death", DEATHS, ids=str)
def test_a_till_that_is_killed_loses_nothing_and_doubles_nothing(
    nursery: Nursery, death: Death
) -> None:
    nursery.street.unit.switch(repeat=death.repeat)
    till = nursery.take(death)
    till.log_in()
    sell(till, death.method)
    eventually(till.has_died)

    till.restart()
    lines = till.screen.zone().lines
    finish(till, death.method)
    eventually(lambda: "document.delivered" in till.street.office.kinds(till.till_id))
    till.stop()

    if death.point == "before commit line.added (3)":
        assert len(lines) == 2
    elif death.point in CARD_POINTS[1:5]:
        assert len(lines) == 3, "what was rung stands after the restart"
    assert_one_of_everything(till, death)


def assert_one_of_everything(till: TillProcess, death: Death) -> None:
    """One receipt, one charge or one payment in cash, one number, no hole, one slip, one upload."""
    journal = till.journal()
    (sealed,), (signed,) = till.bodies("receipt.sealed"), till.bodies("receipt.signed")
    assert (sealed.number, sealed.total_minor, len(sealed.lines)) == (1, CARD_MINOR, 3)
    assert signed.receipt_id == sealed.receipt_id
    assert len(till.bodies("document.delivered")) == 1
    with till.reader() as reader:
        assert reader.series()["receipt"] == 1
        totals = reader.totals(journal[-1].header.business_day, 1)
    sold = totals[("receipts", "")]
    assert (sold.count, sold.amount_minor) == (1, CARD_MINOR)

    if death.method == "card":
        assert till.charges() == (1, CARD_MINOR)
        assert [p.amount_minor for p in sealed.payments] == [CARD_MINOR]
    else:
        assert till.charges() == (0, 0)
        (paid,) = sealed.payments
        assert (paid.amount_minor, paid.rounding_minor) == (CASH_MINOR, ROUNDING_MINOR)

    (slip,) = till.slips(1)
    assert slip["kicks"] == (death.method == "cash"), "the drawer opens for cash, and once"
    assert_registered_once_or_explained(till, death, signed.mark.attempts)
    assert_office_has_all(till)


def assert_registered_once_or_explained(till: TillProcess, death: Death, attempts: int) -> None:
    """The unit heard the same bytes each time; what it registered again shows on the mark."""
    counted, heard = till.registered(), till.registrations_heard()
    assert len(set(heard)) == 1
    assert len(heard) <= attempts
    assert counted["number"] == 1 + counted["again_number"]
    assert counted["again_number"] == (len(heard) - 1 if death.repeat == "new" else 0)
    assert counted["total_minor"] == CARD_MINOR * counted["number"]
    if death.point in ("sent register", "after register", "before commit receipt.signed"):
        assert (len(heard), attempts) == (2, 2)
    if death.point not in TO_MARK[1:6]:
        assert attempts == 1


def assert_office_has_all(till: TillProcess) -> None:
    """Every entry once in effect, with the till's own hashes; its end comes up next time."""
    chain = till.street.office.chains[till.till_id]
    journal = till.journal()
    assert chain.unlike == []
    assert [e.hash for e in chain.entries] == [e.hash for e in journal[: len(chain.entries)]]
    assert {e.header.kind for e in journal[len(chain.entries) :]} <= {"till.stopped"}
    assert till.street.office.faults == []


@pytest.mark.parametrize("method", ["card", "cash"])
def test_the_points_are_all_that_there_are(nursery: Nursery, method: str) -> None:
    till = nursery.street.new_till()
    trace = trace_of(till)
    till.start(DYING_TILL, "--trace", trace).ready()
    till.log_in()
    sell(till, method)
    till.screen.until("done")
    eventually(lambda: "document.delivered" in till.street.office.kinds(till.till_id))
    till.stop()
    passed = Path(trace).read_text(encoding="utf-8").splitlines()
    begin = passed.index("before commit line.added (3)")
    sale = [point for point in passed[begin:] if "upload" not in point]
    end = sale.index("after commit document.delivered")
    expected = CARD_POINTS if method == "card" else (*CARD_POINTS[:2], *CASH_POINTS)
    assert sale[: end + 1] == list(expected)
    assert set(UPLOAD_POINTS) <= set(passed)
