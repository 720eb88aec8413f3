"""`skrin demo` as a person starts it: a process, with what it prints and how it ends."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skrin.payments.contract import PaymentAsk
from skrin.till.devices.xml_terminal import EpasTerminal
from skrin.town.compare import Sums, Witness, differences, print_table

ROOT = Path(__file__).resolve().parents[2]
WITNESSES = (
    "shopper", "till journal", "till Z", "office", "control unit", "card terminal", "paper",
)  # fmt: skip
START_S, SHOP_S, STOP_S = 60.0, 150.0, 30.0
SECOND_START_AIM_S = 5.0


class Running:
    """A demo in a process of its own, and what it has printed."""

    def __init__(self, data: Path, *argv: str) -> None:
        """Start it on free ports, unless `argv` says otherwise."""
        self.data = data
        self.started = time.monotonic()
        ports = [] if "--first-port" in argv else ["--first-port", "0"]
        command = [sys.executable, "-m", "skrin.cli", "demo", "--no-browser", *ports, *argv]
        self.process = subprocess.Popen(
            [*command, "--data", str(data)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until_line(self, words: str, patience_s: float) -> str:
        """The next line that has these words. Fails when it ends, or patience does, without."""
        ends = time.monotonic() + patience_s
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, ends - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no {words!r} in:\n{self.text}"
            self.printed.append(line)
            if words in line:
                return line

    def finish(self, patience_s: float) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(timeout=patience_s)
        while (line := self._lines.get(timeout=5)) is not None:
            self.printed.append(line)
        return code

    @property
    def text(self) -> str:
        """All that it has printed and that was read."""
        return "".join(self.printed)

    def processes(self) -> list[int]:
        """Every process that belongs to it, also the database: each names its data folder."""
        return [pid for pid in _pids() if pid != os.getpid() and str(self.data) in _command(pid)]


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def until(true: Callable[[], object], patience_s: float) -> bool:
    """Whether it becomes true in time."""
    ends = time.monotonic() + patience_s
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts demos in one data folder; none outlives the test.

    The folder is not pytest's: another pytest that starts closes all of those to other users, and
    root's PostgreSQL runs as one.
    """
    begun: list[Running] = []

    with tempfile.TemporaryDirectory(prefix="skrin-demo-") as folder:

        def begin(*argv: str) -> Running:
            begun.append(Running(Path(folder) / "data", *argv))
            return begun[-1]

        yield begin
        for running in begun:
            if running.process.poll() is None:
                running.process.terminate()
                running.process.wait(timeout=STOP_S)
        until(lambda: not any(running.processes() for running in begun), STOP_S)


def rows_of(text: str, till: str) -> dict[str, list[str]]:
    """The table of a till: witness -> cells."""
    table = text.split(f"\n  {till} ")[1].split("\n\n")[0]
    found = {}
    for name in WITNESSES:
        row = re.search(rf"^  {name}  +(.*)$", table, re.M)
        assert row, (name, table)
        found[name] = re.split(" {2,}", row[1])
    return found


@pytest.mark.slow
@pytest.mark.office
def test_fifty_sales_agree_everywhere(start: Callable[..., Running]) -> None:
    running = start("--sales", "50", "--exit")
    assert running.finish(SHOP_S) == 0, running.text
    assert running.text.count("all agree") == 2
    assert "DIFFERS" not in running.text
    assert "cash rounding" in running.text
    receipts = 0
    for till in ("VK1-1", "VK2-1"):
        rows = rows_of(running.text, till)
        assert {cells[0] for name, cells in rows.items() if name != "card terminal"} == {
            rows["shopper"][0]
        }
        receipts += int(rows["shopper"][0])
    assert receipts == 50
    assert until(lambda: not running.processes(), STOP_S), running.processes()


@pytest.mark.slow
@pytest.mark.office
def test_money_taken_behind_the_tills_back_is_named(start: Callable[..., Running]) -> None:
    running = start("--sales", "6", "--exit")
    running.until_line(" sales in ", START_S + SHOP_S)
    _charge_behind_the_back(running.data, "VK2-1", 77_00)
    assert running.finish(SHOP_S) == 1, running.text
    told = [line for line in running.text.splitlines() if "DIFFERS" in line]
    assert len(told) == 1, running.text
    found = re.fullmatch(
        r"  DIFFERS VK2-1: card: shopper ([\d ]+,\d\d), card terminal ([\d ]+,\d\d)", told[0]
    )
    assert found, told
    shopper, terminal = (int(re.sub(r"\D", "", amount)) for amount in found.groups())
    assert terminal - shopper == 77_00
    assert running.text.count("all agree") == 1, "the other till has nothing to do with it"


def _charge_behind_the_back(data: Path, designation: str, amount_minor: int) -> None:
    """A payment in the till's name that the till knows nothing of."""
    devices = json.loads((data / "devices.json").read_text())[designation]
    (journal,) = (data / "tills" / designation).glob("*/shop.sqlite")
    till_id = journal.parent.name.rsplit("-", 1)[0]
    host, _, port = devices["card_terminal"].rpartition(":")
    assert devices["card_terminal_protocol"] == "epas"
    terminal = EpasTerminal(
        host,
        int(port),
        sale_id=till_id,
        card_terminal_id=devices["card_terminal_id"],
        pay_deadline_s=10.0,
    )
    answer = terminal.pay(
        PaymentAsk(
            attempt_id="behind-the-back",
            sale_id=till_id,
            service_id="BEHIND1",
            card_terminal_id=devices["card_terminal_id"],
            amount_minor=amount_minor,
            currency="SEK",
            at_local="2026-01-01T12:00:00+01:00",
            operator="",
        )
    )
    terminal.close()
    assert answer.outcome == "approved", answer


@pytest.mark.parametrize("offset", [0, 2, 11, 13, 26])
def test_taken_port_is_named_before_anything_starts(
    start: Callable[..., Running], offset: int
) -> None:
    first, taken = _free_run_of_ports(offset)
    with taken:
        running = start("--first-port", str(first))
        assert running.finish(START_S) == 3
    assert f"Port {first + offset} is taken" in running.text
    assert f"--first-port {first + 100}" in running.text, "it says what to do"
    assert not (running.data / "office").exists(), "nothing was begun"


def _free_run_of_ports(offset: int) -> tuple[int, socket.socket]:
    """A first port below the ones that systems hand out, and a listener `offset` after it."""
    for first in range(21000, 30000, 50):
        taken = socket.socket()
        try:
            taken.bind(("127.0.0.1", first + offset))
            taken.listen()
        except OSError:
            taken.close()
            continue
        return first, taken
    raise AssertionError("no port is free here")


@pytest.mark.slow
@pytest.mark.office
def test_ctrl_c_stops_all_and_a_second_start_finds_it_again(start: Callable[..., Running]) -> None:
    first = start()
    first.until_line("Ctrl-C stops everything", START_S)
    office = first.text.split("Office")[1].split()[0]
    began = first.processes()
    assert len(began) >= 9, "office, database, control unit, and three for each of two tills"
    first.process.send_signal(signal.SIGINT)
    assert first.finish(STOP_S) == 0, first.text
    assert until(lambda: not first.processes(), 5), first.processes()
    assert not any(pid in _pids() and str(first.data) in _command(pid) for pid in began)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(office.strip("/").rsplit(":", 1)[1])), 1)
    second = start()
    second.until_line("Ctrl-C stops everything", START_S)
    took_s = time.monotonic() - second.started
    print(f"second start: {took_s:.1f} s (aim: {SECOND_START_AIM_S:.0f} s)")
    assert second.text.count("Till VK") == 2
    assert len(list((second.data / "tills").glob("*/*/shop.sqlite"))) == 2, "the same two tills"
    second.process.send_signal(signal.SIGINT)
    assert second.finish(STOP_S) == 0
    assert until(lambda: not second.processes(), 5), second.processes()


@pytest.mark.slow
@pytest.mark.office
def test_nothing_outlives_a_demo_that_is_killed(start: Callable[..., Running]) -> None:
    running = start()
    running.until_line("Ctrl-C stops everything", START_S)
    assert len(running.processes()) >= 9
    running.process.kill()
    running.process.wait(timeout=5)
    assert until(lambda: not running.processes(), STOP_S), [
        _command(pid) for pid in running.processes()
    ]


AGREED = Sums(3, 10_050, -50, 5_000, 5_000)


@pytest.mark.parametrize(
    ("other", "line"),
    [
        (Sums(4, 10_050, -50, 5_000, 5_000), "receipts: shopper 3, paper 4"),
        (Sums(3, 10_051, -50, 5_000, 5_000), "total: shopper 100,50, paper 100,51"),
        (Sums(3, 10_050, 50, 5_000, 5_000), "cash rounding: shopper -0,50, paper 0,50"),
        (Sums(3, 10_050, -50, 4_999, 5_000), "cash: shopper 50,00, paper 49,99"),
        (Sums(3, 10_050, -50, 5_000, 0), "card: shopper 50,00, paper 0,00"),
    ],
)
def test_each_differing_figure_is_a_line(
    other: Sums, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Witness("shopper", AGREED), Witness("office", AGREED), Witness("paper", other)]
    assert differences(rows) == [line]
    assert print_table("VK1-1", rows) == 1
    printed = capsys.readouterr().out
    assert f"DIFFERS VK1-1: {line}" in printed and "all agree" not in printed


def test_a_witness_who_does_not_know_differs_from_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unit = Sums(3, 10_050, None, None, None)
    assert print_table("VK1-1", [Witness("shopper", AGREED), Witness("control unit", unit)]) == 0
    assert "all agree" in capsys.readouterr().out
