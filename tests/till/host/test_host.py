"""`skrin till-host` at work, with real tills and devices: parts are killed, hung, taken away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.till.flow.shop import BUN, COFFEE
from tests.till.host.rig import FAILS, FELL, RUNS, SLEEPS, HostProcess, lives
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import eventually

from skrin.sync.host import SCREEN, SERVICE, TILL
from skrin.till.host.keeper import ASK_EVERY_S
from skrin.town.processes import children_of

pytestmark = pytest.mark.slow

MakeHost = Callable[..., HostProcess]
RUNG = ("Bryggkaffe", "Kanelbulle")


def ring(till: TillProcess, *articles: int) -> None:
    for article in articles:
        assert till.screen.tap(article).status == 200


@pytest.mark.requirement("R-APP-001", "R-APP-002", "R-APP-003")
def test_parts_start_in_order_and_the_screen_comes_last(host: MakeHost) -> None:
    one = host()
    (till,) = one.tills
    slow = "import socket, time; time.sleep(2); s = socket.socket(); s.bind(('127.0.0.1', PORT));"
    slow += " s.listen(); time.sleep(600)"
    ports = [one.page_port + 1000 if one.page_port < 60000 else one.page_port - 1000]
    command = json.dumps([sys.executable, "-c", slow.replace("PORT", str(ports[0]))])
    one.more = f'[[service]]\nname = "bridge"\ncommand = {command}\nport = {ports[0]}\n'
    one.screen_of = till
    one.start()
    assert [part.kind for part in one.facts().parts] == [SERVICE, TILL, SCREEN]
    one.until(one.name(till), RUNS, SCREEN)
    since = {part.kind: part.since_utc_ms for part in one.facts().parts}
    assert since[SERVICE] <= since[TILL] <= since[SCREEN]
    assert one.part("bridge").state == one.part(one.name(till), TILL).state == RUNS
    shown = Path(f"/proc/{one.process_of(SLEEPS[-1])}/cmdline").read_bytes().decode()
    assert f"http://127.0.0.1:{till.screen.port}/" in shown

    till.log_in()
    status = till.screen.get("/status").page.text
    for said in ("Körs av en värd", "bridge", "Igång"):
        assert said in status
    told = eventually(lambda: till.street.office.chains[till.till_id].statuses[-1].host)
    assert {part.name for part in told.parts} == {"bridge", one.name(till)}

    below = children_of(one.pid)
    assert len(below) >= 5, "a bridge, a till, a screen, and two leashes"
    assert one.stop() == 0
    assert not any(lives(pid) for pid in below)
    assert till.journal()[-1].header.kind == "till.stopped", "the till was ended in order"


@pytest.mark.requirement("R-APP-009", "OPP-055", "R-APP-005")
def test_a_till_that_is_killed_is_back_with_its_cart(host: MakeHost) -> None:
    one = host().open()
    (till,) = one.tills
    ring(till, COFFEE, BUN)
    before = one.till_pid(till)
    os.kill(before, signal.SIGKILL)

    part = one.fell_and_runs(one.name(till), 1)
    assert (part.fault, part.number, part.restarts) == ("killed", 9, 1)
    assert one.till_pid(till) != before
    zone = till.screen.zone()
    assert tuple(line[0] for line in zone.lines) == RUNG, "nobody had to log in again"
    assert till.screen.post("/pay/card").status == 200
    eventually(lambda: till.screen.poll().state == "done")
    assert till.charges()[0] == 1
    status = till.screen.get("/status").page.text
    assert "Det avslutades utifrån, av SIGKILL." in status
    office = till.street.office.chains[till.till_id].statuses
    eventually(lambda: office[-1].host.parts and office[-1].host.parts[0].restarts == 1)


@pytest.mark.requirement("R-APP-009", "OPP-055")
def test_a_till_that_hangs_is_ended_and_started_again(host: MakeHost) -> None:
    one = host().open()
    (till,) = one.tills
    ring(till, COFFEE, BUN)
    hung = one.till_pid(till)
    os.kill(hung, signal.SIGSTOP)

    part = one.fell_and_runs(one.name(till), 1)
    assert part.fault == "hung"
    assert 4 <= part.number <= 20, "its patience, and not much more"
    assert not lives(hung)
    assert tuple(line[0] for line in till.screen.zone().lines) == RUNG


@pytest.mark.requirement("OPP-055")
def test_a_till_that_hangs_at_a_payment_is_given_more_time(street: Street, host: MakeHost) -> None:
    one = host().open()
    (till,) = one.tills
    ring(till, COFFEE)
    street.card.switch(payment_ms=25_000)
    till.screen.post("/pay/card")
    eventually(lambda: '"busy": "payment"' in till.screen.get("/health").text)
    time.sleep(2 * ASK_EVERY_S)  # By then the host has heard of it too.
    hung = one.till_pid(till)
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(AssertionError):  # Well over the patience of a till at rest.
        eventually(lambda: not lives(hung), 12.0)
    assert one.part(one.name(till)).state == RUNS

    os.kill(hung, signal.SIGCONT)
    street.card.reset()
    eventually(lambda: till.screen.poll().state == "done", 60.0)
    assert one.part(one.name(till)).restarts == 0
    assert till.charges()[0] == 1


@pytest.mark.requirement("R-APP-005", "OPP-055")
def test_a_host_that_is_killed_leaves_nothing_behind_and_begins_again_at_once(
    host: MakeHost,
) -> None:
    one = host(2)
    one.screen_of = one.tills[0]
    one.more = f'[[service]]\nname = "bridge"\ncommand = {json.dumps(SLEEPS)}\n'
    one.open()
    for till in one.tills:
        ring(till, COFFEE, BUN)
    below = children_of(one.pid)
    one.kill()
    one.start()  # As systemd does, while the tills of the one before are still ending.
    for till in one.tills:
        one.until(one.name(till), RUNS, TILL)
        assert tuple(line[0] for line in till.screen.zone().lines) == RUNG
    eventually(lambda: not any(lives(pid) for pid in below))
    assert [part.restarts for part in one.facts().parts if part.kind == TILL] == [0, 0]


def test_two_hosts_in_one_folder_are_one_too_many(host: MakeHost) -> None:
    one = host()
    one.start()
    second = subprocess.run(
        [sys.executable, "-m", "skrin.cli", "till-host", str(one.config)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 4
    assert f"is used by another program (process {one.pid})." in second.stderr
    assert "One host runs in a folder: stop the other first." in second.stderr


def test_two_tills_in_one_folder_are_one_too_many(host: MakeHost) -> None:
    one = host().open()
    (till,) = one.tills
    second = subprocess.run(
        [
            *(sys.executable, "-m", "skrin.cli", "till"),
            *("--data", str(till.folder), "--port", "0"),
        ],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert second.returncode == 4
    assert f"(process {one.till_pid(till)})" in second.stderr
    assert "One till runs in a folder: stop the other first." in second.stderr
    assert till.screen.zone().state == "open"


def test_a_port_that_is_taken_is_said(host: MakeHost) -> None:
    one, other = host(), host()
    one.start()
    other.page_port = one.page_port
    other.write()
    second = subprocess.run(
        [sys.executable, "-m", "skrin.cli", "till-host", str(other.config)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 3
    assert f"Port {one.page_port} is taken." in second.stderr


@pytest.mark.requirement("R-APP-009", "R-APP-008")
def test_what_fails_again_and_again_is_said_so_tried_on_and_hinders_no_till(
    host: MakeHost,
) -> None:
    one = host()
    says = [sys.executable, "-c", "import sys; sys.exit('the card bridge has no licence')"]
    one.more = f'[[service]]\nname = "bridge"\ncommand = {json.dumps(says)}\nport = 9\n'
    one.more += '[[service]]\nname = "none"\ncommand = ["/nowhere/at/all"]\n'
    one.start()
    part = one.until("bridge", FELL)
    assert (part.fault, part.number) == ("ended", 1)
    assert part.said == "the card bridge has no licence"
    assert one.until("none", FELL).fault == "missing"
    part = one.until("bridge", FAILS)
    assert part.restarts >= 4
    assert "Stannar gång på gång." in one.ask("/")
    restarts = part.restarts
    word = one.ask("/").partition('name="word" value="')[2].partition('"')[0]
    one.post("/again", part="bridge", word=word)
    eventually(lambda: one.part("bridge").restarts > restarts, 5.0)
    (till,) = one.tills
    one.until(one.name(till), RUNS)  # After a minute it starts without them.
    till.log_in()


def test_a_till_that_cannot_start_says_why(host: MakeHost) -> None:
    one = host()
    (till,) = one.tills
    till.street.office.chains[till.till_id] = None  # type: ignore[assignment] # The code is spent.
    one.start()
    part = one.until(one.name(till), FELL)
    assert (part.fault, part.number) == ("cannot_start", 2)
    assert "The office does not take this code" in part.said
    assert "Det kan inte starta." in one.ask("/")
    del till.street.office.chains[till.till_id]
    one.fell_and_runs(one.name(till), 1)
