"""Two tills sell without a pause while every part of their machine is killed, one after another.

Each sale is there once: in the journal, in the office, at the control unit, on the card, on paper.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable

import pytest
from tests.till.flow.shop import BUN, COFFEE
from tests.till.host.rig import RUNS, SLEEPS, HostProcess, lives
from tests.till.process.rig import TillProcess
from tests.till.process.screen import Answer, Zone, eventually

from skrin.sync.host import SCREEN, TILL

pytestmark = pytest.mark.slow

SALES_LEAST = 8
PATIENCE_S = 90.0
SALE_MINOR = 63_50
RUNG = ("Bryggkaffe", "Kanelbulle")


class Shopper(threading.Thread):
    """A cashier who sells coffee and a bun, by card and in cash in turns, until told to stop.

    Does what the screen wants; tries again when nobody answers, under the same id as screens do.
    """

    def __init__(self, till: TillProcess) -> None:
        super().__init__(daemon=True)
        self.till = till
        self.sold = 0
        self.by_card = 0
        self.enough = threading.Event()
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.sell("card" if self.sold % 2 == 0 else "cash")
        except BaseException as fault:  # Told by the test, which fails with it.
            self.fault = fault

    def sell(self, method: str) -> None:
        for article in (COFFEE, BUN):
            self.press("/tap", article_id=str(article))
        eventually(lambda: self.is_through(method), PATIENCE_S)
        self.sold += 1
        self.by_card += method == "card"

    def is_through(self, method: str) -> bool:
        """One look at the screen, and what a cashier does about it."""
        zone = self.zone()
        if zone.state == "question":
            out = bool(self.till.slips(self.sold + 1)) if self.printer_rests() else None
            if out is not None:
                self.press("/printed", answer="yes" if out else "no")
        elif zone.state == "done":
            if zone.print_sentence != "Kvittot är utskrivet.":
                return False
            self.press("/next")
            return True
        elif zone.state == "open" and zone.lines:
            assert tuple(line[0] for line in zone.lines) == RUNG, "each tap counts once"
            self.press(f"/pay/{method}")
        elif zone.state == "open":
            # After a restart a finished sale is no longer on the screen.
            return self.receipts() > self.sold
        return False

    def press(self, path: str, **fields: str) -> Answer:
        fields["tap_id"] = secrets.token_hex(16)
        return self.tried(lambda: self.till.screen.post(path, **fields))

    def zone(self) -> Zone:
        return self.tried(lambda: self.till.screen.get("/")).zone

    def tried(self, ask: Callable[[], Answer]) -> Answer:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = ask()
                assert answer.status < 500, answer.text[:300]
                return answer
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < until, "the till did not come back"
                time.sleep(0.1)

    def printer_rests(self) -> bool:
        counters = self.till.street.printer.look()["counters"]
        return counters["waiting_bytes"] == 0 and not counters["partial_slip"]

    def receipts(self) -> int:
        with self.till.reader() as reader:
            return int(reader.series().get("receipt", 0))


def kill(host: HostProcess, number: signal.Signals, pid: int) -> None:
    os.kill(pid, number)
    assert pid != host.pid


@pytest.mark.requirement("OPP-055", "R-APP-009", "R-APP-006")
def test_nothing_is_lost_or_doubled_while_every_part_is_killed(
    host: Callable[..., HostProcess],
) -> None:
    one = host(2)
    first, second = one.tills
    one.screen_of = first
    one.more = f'[[service]]\nname = "bridge"\ncommand = {json.dumps([*SLEEPS, "bridge"])}\n'
    one.open()
    one.until(one.name(first), RUNS, SCREEN)
    shoppers = [Shopper(till) for till in one.tills]
    for shopper in shoppers:
        shopper.start()

    def all_sell_on() -> None:
        """Every till has sold twice more."""
        before = [shopper.sold for shopper in shoppers]
        eventually(
            lambda: (
                any(shopper.fault for shopper in shoppers)
                or all(s.sold >= b + 2 for s, b in zip(shoppers, before, strict=True))
            ),
            PATIENCE_S,
        )
        assert [shopper.fault for shopper in shoppers] == [None, None]

    all_sell_on()
    kill(one, signal.SIGKILL, one.till_pid(first))
    one.fell_and_runs(one.name(first), 1, TILL)
    bridges = one.processes_of("bridge")
    assert len(bridges) == 2, "it and its leash, which is killed"
    kill(one, signal.SIGKILL, bridges[0])
    one.fell_and_runs("bridge", 1)
    eventually(lambda: not any(lives(pid) for pid in bridges))
    all_sell_on()
    kill(one, signal.SIGKILL, one.process_of(f"http://127.0.0.1:{first.screen.port}/"))
    one.fell_and_runs(one.name(first), 1, SCREEN)
    kill(one, signal.SIGSTOP, one.till_pid(second))
    part = one.fell_and_runs(one.name(second), 1, TILL)
    assert part.fault == "hung"
    all_sell_on()
    one.kill()
    one.start()
    all_sell_on()

    for shopper in shoppers:
        shopper.enough.set()
        shopper.join(PATIENCE_S)
        assert shopper.fault is None and not shopper.is_alive()
    one.stop()
    for shopper in shoppers:
        assert shopper.sold >= SALES_LEAST
        assert_each_sale_once(shopper)


def assert_each_sale_once(shopper: Shopper) -> None:
    """As many receipts as sales, numbered without a hole; as many charges as card sales; each on
    paper once; registered once, or again as its mark explains; the office has the same."""
    till, sold = shopper.till, shopper.sold
    sealed, signed = till.bodies("receipt.sealed"), till.bodies("receipt.signed")
    assert [body.number for body in sealed] == list(range(1, sold + 1))
    assert [body.receipt_id for body in signed] == [body.receipt_id for body in sealed]
    assert {body.total_minor for body in sealed} == {SALE_MINOR}
    assert till.charges() == (shopper.by_card, shopper.by_card * SALE_MINOR)
    assert len(till.bodies("document.delivered")) == sold
    assert [len(till.slips(number)) for number in range(1, sold + 1)] == [1] * sold
    counted = till.registered()
    assert counted["number"] == sold + counted["again_number"]
    assert counted["again_number"] <= sum(body.mark.attempts - 1 for body in signed)
    chain, journal = till.street.office.chains[till.till_id], till.journal()
    assert chain.unlike == []
    assert [e.hash for e in chain.entries] == [e.hash for e in journal[: len(chain.entries)]]
