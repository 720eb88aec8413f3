"""`kill -9` beside the sale: a cart, a report, a receipt whose paper nobody knows of."""

from __future__ import annotations

import re

import pytest
from tests.till.flow.shop import BUN, COFFEE
from tests.till.process.rig import DYING_TILL, Street, TillProcess
from tests.till.process.screen import eventually
from tests.till.process.swedish import refusal, swedish
from tests.till.process.test_kill import (
    ARTICLES,
    CASH_MINOR,
    RUNG,
    press,
    printer_rests,
    sell,
    trace_of,
)

pytestmark = pytest.mark.slow

ASKED = "Did receipt %(number)s come out of the printer?"


def dying(street: Street, point: str) -> TillProcess:
    """A till that dies at a point, with a cashier logged in."""
    till = street.new_till()
    till.start(DYING_TILL, "--die-at", point, "--trace", trace_of(till)).ready()
    till.log_in()
    return till


@pytest.mark.requirement("R-SELL-001")
def test_a_cart_is_found_as_it_was(street: Street) -> None:
    till = street.new_till()
    screen = till.open()
    for article in ARTICLES:
        before = screen.tap(article).zone
    assert tuple(line[0] for line in before.lines) == RUNG
    till.kill()
    till.restart()
    # The session outlives the till too: nobody logs in again.
    after = screen.zone()
    assert (after.lines, after.total) == (before.lines, before.total)
    assert till.registrations_heard() == []


@pytest.mark.requirement("R-MORE-020")
def test_the_next_customer_may_begin_before_the_paper_is_settled(street: Street) -> None:
    till = dying(street, "before print")
    sell(till, "cash")
    eventually(till.has_died)
    screen = till.restart()
    assert screen.zone().sentence == swedish(ASKED, number="1")
    asked = screen.tap(BUN)
    assert asked.status == 200 and asked.zone.notice.startswith(swedish(ASKED, number="1"))
    answer = screen.post("/pay/cash")
    assert (answer.status, answer.notice) == (422, refusal("paper_waits", number="1"))
    assert till.slips(1) == []
    screen.post("/printed", answer="no")
    eventually(lambda: till.slips(1))
    eventually(lambda: screen.zone().notice == "")
    assert [line[0] for line in screen.zone().lines] == ["Kanelbulle"]
    assert [body.cause for body in till.bodies("delivery.repeated")] == ["said_not_out"]
    assert len(till.slips(1)) == 1


@pytest.mark.requirement("R-CLOSE-002")
@pytest.mark.parametrize("point", ["before commit day.closed", "after commit day.closed"])
def test_a_day_is_closed_once(street: Street, point: str) -> None:
    till = dying(street, point)
    sell(till, "cash")
    till.screen.until("done")
    eventually(lambda: till.bodies("document.delivered"))
    day = till.journal()[-1].header.business_day
    press(till.screen, "/day/close", day=day)
    eventually(till.has_died)
    screen = till.restart()
    closed = len(till.bodies("day.closed"))
    assert closed == (point == "after commit day.closed")
    if closed:
        sentence = swedish("Did the report come out of the printer?")
        assert screen.zone().sentence == sentence
        answer = screen.post("/pay/cash")
        assert (answer.status, answer.notice) == (422, refusal("report_waits"))
        eventually(lambda: printer_rests(till))
        assert reports(till) == 0, "this process died before it printed"
        screen.post("/printed", answer="no")
    else:
        assert screen.post("/day/close", day=day).status == 302
    eventually(lambda: reports(till) == 1)
    answer = screen.post("/day/close", day=day)
    assert answer.status == 422, "nothing has happened since"
    # The next sale is in the next period, and the lifetime counter goes on from the Z.
    finish_one_more(till)
    (z,) = till.bodies("day.closed")
    assert (z.number, z.grand.sales_minor) == (1, CASH_MINOR - 50)
    sealing = [entry for entry in till.journal() if entry.header.kind == "receipt.sealed"]
    assert [entry.header.period for entry in sealing] == [1, 2]


def reports(till: TillProcess) -> int:
    """How many Z of this till came out whole."""
    return sum(
        1
        for slip in till.street.printer.look("/slips")
        if slip["complete"]
        and re.search(rf"Z-nummer\s+1\b[\s\S]*Kassabeteckning\s+{till.designation}\b", slip["text"])
    )


def finish_one_more(till: TillProcess) -> None:
    till.screen.tap(COFFEE)
    assert till.screen.post("/pay/cash").status == 200
    till.screen.until("done")
    eventually(lambda: till.slips(2))
