"""`kill -9` at every point of a copy: afterwards one copy, one number, one paper, and never two.

As in `test_kill`: a till dies by its own hand, the normal program starts on what the disk holds,
and the cashier asks for the copy again when none was made and says truthfully what came out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.till.flow.shop import BUN
from tests.till.process.rig import DYING_TILL, Street, TillProcess
from tests.till.process.screen import eventually
from tests.till.process.swedish import swedish
from tests.till.process.test_kill import press, printer_rests, trace_of

pytestmark = pytest.mark.slow

POINTS = (
    *("before commit copy.sealed", "after commit copy.sealed"),
    *("before register (2)", "sent register (2)", "after register (2)"),
    *("before commit copy.signed", "after commit copy.signed"),
    *("before print (2)", "sent print (2)", "after print (2)"),
    *("before commit document.delivered (2)", "after commit document.delivered (2)"),
)
UPLOADS = ("before upload copy.signed", "after upload copy.signed")
SENT_TWICE = ("sent register (2)", "after register (2)", "before commit copy.signed")
ASKED = "Did the copy of receipt %(number)s come out of the printer?"


def dying(street: Street, *argv: str) -> TillProcess:
    """A till that has sold a bun, and dies when its copy comes to a point."""
    till = street.new_till()
    till.start(DYING_TILL, *argv, "--trace", trace_of(till)).ready()
    till.log_in()
    till.screen.tap(BUN)
    till.screen.post("/pay/cash")
    eventually(lambda: till.slips(1) and len(till.bodies("document.delivered")) == 1)
    return till


def copies(till: TillProcess) -> list[dict[str, Any]]:
    """The copies of this till that came out whole."""
    head = re.compile(rf"KOPIA[\s\S]*Kopia nr 1\s+Kassa {till.designation}\b[\s\S]*Kvittonr 1\b")
    slips = till.street.printer.look("/slips")
    return [one for one in slips if one["complete"] and head.search(one["text"])]


def registered(till: TillProcess) -> dict[str, int]:
    """What the control unit counted of this till's copies."""
    receipts = till.street.unit.look()["counters"]["receipts"]
    ((_, tills),) = receipts.items()
    counted: dict[str, int] = tills[till.designation].get("kopia", {"number": 0})
    return counted


def finish(till: TillProcess) -> None:
    """Do what a cashier does until the copy is out: ask for it, or answer what the till asks."""

    def one_step() -> bool:
        screen = till.screen
        zone = screen.zone()
        if swedish(ASKED, number="1") in (zone.sentence, zone.notice):
            if printer_rests(till):
                screen.post("/printed", answer="yes" if copies(till) else "no")
            return False
        if not till.bodies("copy.sealed"):
            assert screen.post("/copy", number="1").status == 200
            return False
        return bool(copies(till)) and len(till.bodies("document.delivered")) == 2

    eventually(one_step)


@pytest.mark.requirement("R-COPY-001", "R-COPY-003", "R-CTRL-007")
@pytest.mark.parametrize("point", [*POINTS, *UPLOADS])
def test_a_till_that_is_killed_makes_one_copy_and_no_second(street: Street, point: str) -> None:
    till = dying(street, "--die-at", point)
    press(till.screen, "/copy", number="1")
    eventually(till.has_died)
    till.restart()
    finish(till)
    again = till.screen.post("/copy", number="1")
    assert again.status == 422 and again.notice.startswith("Den enda kopian av kvittot gjordes")
    eventually(lambda: "copy.signed" in till.street.office.kinds(till.till_id))
    till.stop()

    (sealed,), (signed,) = till.bodies("copy.sealed"), till.bodies("copy.signed")
    assert (sealed.number, signed.number, signed.document_id) == (1, 1, sealed.copy_id)
    assert len(copies(till)) == 1
    assert copies(till)[0]["kicks"] == 0, "a copy opens no drawer"
    with till.reader() as reader:
        series = reader.series()
        totals = reader.totals(till.journal()[-1].header.business_day, 1)
    assert (series["receipt"], series["copy"]) == (1, 1)
    row = totals[("copies", "")]
    assert (row.count, row.amount_minor) == (1, sealed.original.sealed.total_minor)
    heard = [one for one in till.registrations_heard() if "#kopia#" in one]
    assert len(set(heard)) == 1, "the same bytes each time"
    # A run that ended before the mark came counts as one send, heard or not (D16).
    assert len(heard) <= signed.mark.attempts <= 2
    if point in SENT_TWICE:
        assert (len(heard), signed.mark.attempts) == (2, 2)
    assert registered(till)["number"] == len(heard)
    chain = till.street.office.chains[till.till_id]
    assert chain.unlike == [] and till.street.office.faults == []


def test_the_points_are_all_that_there_are(street: Street) -> None:
    till = dying(street)
    assert till.screen.post("/copy", number="1").status == 200
    eventually(lambda: len(till.bodies("document.delivered")) == 2)
    eventually(lambda: "copy.signed" in till.street.office.kinds(till.till_id))
    till.stop()
    passed = Path(trace_of(till)).read_text(encoding="utf-8").splitlines()
    begin = passed.index("before commit copy.sealed")
    made = [point for point in passed[begin:] if "upload" not in point]
    end = made.index("after commit document.delivered (2)")
    assert tuple(made[: end + 1]) == POINTS
    assert set(UPLOADS) <= set(passed)
