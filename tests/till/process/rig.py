"""A till as a process, the three simulators as processes, the office of the tests; and what each
of them knows afterwards."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import EMAIL, PASSWORD, STORE, Office
from tests.till.process.screen import Screen, eventually

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry
from skrin.domain.journal import verify_chain
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.deaths.cradle import TILL as TILL_PROGRAM
from skrin.town.deaths.programs import Cradle, Mortal
from skrin.town.processes import Part, stop_all

READY_S = 40.0
CONTROL_TIMEOUT_S = 20.0
ORG_NUMBER = "5566778899"
DYING_TILL = "tests.till.process.dying_till"


class Simulator:
    """A device simulator and its control page."""

    def __init__(self, name: str, folder: Path, *argv: str) -> None:
        self.name = name
        self._folder = folder
        self._argv = list(argv)
        self.part = self._started(0)

    def _started(self, port: int) -> Part:
        argv = [*self._argv, "--port", str(port), "--state", str(self._folder / self.name)]
        part = Part(
            self.name, f"skrin.simulators.{self.name}", argv, self._folder / f"{self.name}.log"
        )
        part.start()
        part.wait_ready(READY_S)
        return part

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.part.ready['port']}"

    def kill(self) -> None:
        """Pull its plug."""
        self.part.kill()

    def plug_in(self) -> None:
        """Start it again where it was, on the same port."""
        self.part = self._started(self.part.ready["port"])

    def switch(self, **switches: object) -> None:
        self._post("/switch", switches)

    def reset(self) -> None:
        """All switches back."""
        self._post("/reset", {})

    def look(self, path: str = "/state") -> Any:
        with urllib.request.urlopen(self._url(path), timeout=CONTROL_TIMEOUT_S) as answer:
            return json.load(answer)

    def heard(self) -> list[dict[str, Any]]:
        """What it heard and answered, oldest first."""
        return list(reversed(self.look()["heard"]))

    def _post(self, path: str, body: object) -> None:
        request = urllib.request.Request(
            self._url(path), json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=CONTROL_TIMEOUT_S).close()

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.part.ready['control_port']}{path}"


class Street:
    """The devices and the office, which outlive every till."""

    def __init__(self, folder: Path, cradle: Cradle | None = None) -> None:
        """`cradle`: where its tills are forked. Most of a start is reading the program."""
        self.folder = folder
        self.cradle = cradle
        self.office = Office().start()
        self.unit = Simulator("control_unit", folder)
        self.card = Simulator(
            "card_terminal", folder, "--ca-dir", str(folder / "ca"), "--payment-ms", "40"
        )
        self.printer = Simulator("printer", folder, "--columns", "42")
        self._numbers = itertools.count(1)
        self._tills: list[TillProcess] = []

    def new_till(self, *, plain: bool = False) -> TillProcess:
        """A till that has never run, with a designation of its own. `plain`: not out of
        the cradle, for one that begins itself again or whose exit code is looked at."""
        till = TillProcess(self, f"K{next(self._numbers):03d}", plain=plain)
        self._tills.append(till)
        return till

    def reset(self) -> None:
        """Everything works again."""
        for device in (self.unit, self.card, self.printer):
            device.reset()
        self.office.late_s = 0.0
        self.office.lose_answers = self.office.take_twice = 0

    def stop_tills(self) -> None:
        for till in self._tills:
            till.stop()
        self._tills.clear()

    def stop(self) -> None:
        self.stop_tills()
        stop_all([self.unit.part, self.card.part, self.printer.part])
        self.office.stop()

    def device_arguments(self) -> list[str]:
        ready = self.card.part.ready
        return [
            *("--control-unit", self.unit.address),
            *("--printer", self.printer.address),
            *("--printer-columns", "42"),
            *("--card-terminal", self.card.address),
            *("--card-terminal-id", ready["poi_id"]),
            *("--card-terminal-ca", ready["ca"]),
        ]


class TillProcess:
    """A till: its folder outlives its processes."""

    def __init__(self, street: Street, designation: str, *, plain: bool = False) -> None:
        self.street = street
        self.designation = designation
        self.cradle = None if plain else street.cradle
        self.till_id = f"till-{designation.lower()}"
        self.folder = street.folder / designation
        self.screen = Screen(0)
        self.part: Part | Mortal | None = None

    def start(self, module: str = TILL_PROGRAM, *argv: str) -> TillProcess:
        """Start the program, as a shop does. The screen is then the one of this process."""
        street = self.street
        known = ["--data", str(self.folder), "--port", "0", *street.device_arguments()]
        enrol = ["--office", street.office.url, "--enrol", self.designation]
        log = street.folder / f"{self.designation}.log"
        is_born = self.cradle and module in (TILL_PROGRAM, DYING_TILL)
        program = partial(Mortal, cradle=self.cradle) if is_born else Part
        self.part = program(self.designation, module, [*known, *enrol, *argv], log)
        self.part.start()
        return self

    def ready(self) -> Screen:
        """Wait until it serves its screen."""
        assert self.part is not None
        self.screen.port = self.part.wait_ready(READY_S)["port"]
        return self.screen

    def open(self) -> Screen:
        """Start, log in, wait for the registers: ready to sell."""
        self.start()
        self.ready()
        return self.log_in()

    def log_in(self) -> Screen:
        """Log in as the cashier of the tests, and wait until there are keys to tap."""
        answer = self.screen.log_in(EMAIL, PASSWORD)
        assert answer.status == 302, answer.page.text
        eventually(self.has_keys)
        return self.screen

    def has_keys(self) -> bool:
        return f'value="{COFFEE}"' in self.screen.get("/").text

    def restart(self) -> Screen:
        """The normal program again on what the disk holds."""
        self.start()
        return self.ready()

    def kill(self) -> None:
        """kill -9."""
        assert self.part is not None
        self.part.kill()

    def has_died(self) -> bool:
        return self.part is not None and not self.part.running()

    def stop(self) -> None:
        """End it in order."""
        if self.part is not None:
            self.part.stop()
            self.part = None

    def drop(self) -> None:
        """Nobody asks for it any more. A till that idles goes on calling its office and looking at
        its devices: as much work in two minutes as a start."""
        if self.part is not None:
            self.part.kill()

    def tidied(self) -> bool:
        """Leave the cart; whether the till is then ready for the next test."""
        try:
            self.screen.post("/abort")
            self.screen.post("/next")
            zone = eventually(self._at_rest, 5.0)
        except (OSError, http.client.HTTPException, AssertionError):
            return False
        return zone

    def _at_rest(self) -> bool:
        zone = self.screen.zone()
        return zone.state == "open" and not zone.lines and not zone.notice

    # What everybody knows of it afterwards.

    @contextmanager
    def reader(self) -> Iterator[ShopReader]:
        reader = ShopReader(self.folder / f"{self.till_id}-{STORE}" / "shop.sqlite")
        try:
            yield reader
        finally:
            reader.close()

    def journal(self) -> list[Entry]:
        """All entries, the chain proven."""
        with self.reader() as reader:
            entries = list(reader.entries(1))
        verify_chain(entries)
        return entries

    def head_seq(self) -> int:
        with self.reader() as reader:
            return int(reader.head()[0])

    def bodies(self, kind: str) -> list[Any]:
        """The bodies of all entries of a kind."""
        return [
            decode_body(entry.header.kind, entry.header.version, entry.body)
            for entry in self.journal()
            if entry.header.kind == kind
        ]

    def slips(self, number: int, *, complete: bool = True) -> list[dict[str, Any]]:
        """The slips of this till's receipt `number` that came out whole (or torn)."""
        head = re.compile(rf"Kvittonr {number}\s+Kassa {self.designation}\b")
        return [
            slip
            for slip in self.street.printer.look("/slips")
            if slip["complete"] is complete and head.search(slip["text"])
        ]

    def charges(self) -> tuple[int, int]:
        """How often the card terminal charged for this till, and how much in all."""
        tills = self.street.card.look()["counters"]["tills"]
        mine = tills.get(self.till_id, {"charges": {"number": 0, "sum_minor": 0}})
        assert mine.get("refunds", {"number": 0})["number"] == 0
        return mine["charges"]["number"], mine["charges"]["sum_minor"]

    def registered(self) -> dict[str, Any]:
        """What the control unit counted of this till's normal receipts."""
        receipts = self.street.unit.look()["counters"]["receipts"]
        empty = {"number": 0, "total_minor": 0, "again_number": 0, "again_total_minor": 0}
        return receipts.get(ORG_NUMBER, {}).get(self.designation, {}).get("normal", empty)

    def registrations_heard(self) -> list[str]:
        """The registration frames of this till that the unit heard, in order."""
        return [
            one["request"]
            for one in self.street.unit.heard()
            if "#RR#" in one["request"] and f"#{self.designation}#" in one["request"]
        ]

    def payments_heard(self) -> list[dict[str, Any]]:
        """The transactions that the card terminal has of this till, oldest first."""
        return [
            one
            for one in reversed(self.street.card.look("/transactions"))
            if one["sale_id"] == self.till_id
        ]
