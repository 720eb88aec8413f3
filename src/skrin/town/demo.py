"""`skrin demo`: the whole of Skrin on one machine, with simulators in the place of devices.

Starts the office with its database, a mail server, a control unit, and for each till a card
terminal (each till's of another kind), a printer and the till itself; a scale at the first till;
and one more card terminal, to be added on a till's page. Prints where everything is; stops it all
in order. With --sales a simulated shopper buys through the tills' own pages, the day is closed and
the sums of all are compared.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import shutil
import socket
import sys
import threading
import time
import tomllib
import webbrowser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skrin.domain.card_terminal import EPAS, NEXO_JSON, NEXO_XML
from skrin.domain.codec import encode
from skrin.lifetime import Lifetime
from skrin.sync.messages import DeviceSettings
from skrin.town.places import examples_folder
from skrin.town.processes import Part, PartFailed, stop_all
from skrin.town.web import WebFault

READY_S = 90.0
KINDS = (NEXO_JSON, EPAS, NEXO_XML)
"""What the card terminals speak: the first till's, the second's, and the one that stands beside."""

KIND_NAMES = {NEXO_JSON: "nexo JSON", EPAS: "EPAS XML", NEXO_XML: "nexo XML"}
SPARE_ID = "SIM-SPARE"

EXIT_FAILED, EXIT_PORT_TAKEN = 1, 3
FIRST_PORT = 8400


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens: a run of ports from a first one; 0 = any free ones."""

    first: int

    def at(self, offset: int) -> int:
        """The port `offset` places after the first."""
        return self.first + offset if self.first else 0

    def wanted(self, tills: int) -> list[int]:
        """Every port that the demo will listen on."""
        offsets = [0, *range(10, 17)]
        for index in range(tills):
            offsets += [1 + index, *(20 + 4 * index + place for place in range(4))]
        return [self.at(offset) for offset in offsets]


@dataclass(slots=True)
class RunningTill:
    """A till of the demo and its devices."""

    designation: str
    label: str
    card_terminal: Part
    printer: Part
    till: Part

    @property
    def url(self) -> str:
        """The till's screen."""
        return f"http://127.0.0.1:{self.till.ready['port']}/"


class Demo:
    """Everything that runs. Use as a context: what was started is stopped."""

    def __init__(self, data: Path, folder: Path, first_port: int) -> None:
        """Nothing runs yet."""
        self.data = data
        self.folder = folder
        self.ports = Ports(first_port)
        self.parts: list[Part] = []
        self.tills: list[RunningTill] = []
        with (folder / "tills.csv").open(encoding="utf-8") as rows:
            self.rows = csv_rows(rows)
        with (folder / "users.csv").open(encoding="utf-8") as rows:
            self.people = csv_rows(rows)
        self.office: Part | None = None
        self.unit: Part | None = None
        self.mail: Part | None = None
        self.spare: Part | None = None
        self.scale: Part | None = None

    def start(self) -> None:
        """Start every part; those that need no other start side by side."""
        data, logs = self.data, self.data / "logs"
        self.unit = self._part(
            "control unit",
            "skrin.simulators.control_unit",
            ["--state", str(data / "control_unit.json")],
            self.ports.at(10),
            self.ports.at(11),
        )
        self.mail = self._part(
            "mail server",
            "skrin.simulators.mail_server",
            ["--state", str(data / "mail.log")],
            self.ports.at(12),
            self.ports.at(13),
        )
        pairs = [self._devices(index, row["designation"]) for index, row in enumerate(self.rows)]
        spare_at = self.ports.at(14), self.ports.at(15)
        self.spare = self._terminal("SPARE", KINDS[-1], data / "devices" / "spare", *spare_at)
        self.scale = self._part(
            "scale",
            "skrin.simulators.scale",
            ["--switch", "gross_g=350"],
            0,
            self.ports.at(16),
        )
        beside = [self.unit, self.mail, self.spare, self.scale]
        for part in [*beside, *(part for pair in pairs for part in pair)]:
            self._start(part)
        for part in list(self.parts):
            part.wait_ready(READY_S)
        settings = [self._settings(index, *pair) for index, pair in enumerate(pairs)]
        loaded = self._start_office(settings, logs)
        for index, (row, pair) in enumerate(zip(self.rows, pairs, strict=True)):
            part = self._till(index, row, settings[index], loaded, logs)
            self.tills.append(RunningTill(row["designation"], row["label"], *pair, part))
            self._start(part)
        for running in self.tills:
            running.till.wait_ready(READY_S)

    def _part(self, name: str, module: str, argv: list[str], port: int, control: int) -> Part:
        log = self.data / "logs" / f"{name.replace(' ', '_')}.log"
        arguments = ["--port", str(port), "--control-port", str(control), *argv]
        return Part(name, module, arguments, log)

    def _devices(self, index: int, designation: str) -> tuple[Part, Part]:
        first, data = 20 + 4 * index, self.data / "devices" / designation
        card_at = self.ports.at(first), self.ports.at(first + 1)
        card = self._terminal(designation, kind_at(index), data, *card_at)
        printer = self._part(
            f"printer {designation}",
            "skrin.simulators.printer",
            ["--state", str(data / "printer.json")],
            self.ports.at(first + 2),
            self.ports.at(first + 3),
        )
        return card, printer

    def _terminal(self, name: str, kind: str, data: Path, port: int, control: int) -> Part:
        """A simulated card terminal of a kind."""
        data.mkdir(parents=True, exist_ok=True)
        kept = "card_terminal" if kind == NEXO_JSON else f"card_terminal_{kind}"
        argv = ["--state", str(data / f"{kept}.json"), "--poi-id", f"SIM-{name}"]
        module = "skrin.simulators.card_terminal"
        if kind == NEXO_JSON:
            argv += ["--ca-dir", str(data / "ca")]
        else:
            module = "skrin.simulators.xml_terminal"
            argv += ["--dialect", "epas" if kind == EPAS else "nexo", "--serial", f"SIMU-{name}"]
        return self._part(f"card terminal {name}", module, argv, port, control)

    def _settings(self, index: int, card: Part, printer: Part) -> DeviceSettings:
        assert self.unit is not None and self.scale is not None
        scale = f"{self.scale.ready['protocol']}:{self.scale.ready['serial']}"
        return DeviceSettings(
            control_unit=f"127.0.0.1:{self.unit.ready['port']}",
            control_unit_model="CleanCash CCSP v2",
            card_terminal=f"127.0.0.1:{card.ready['port']}",
            card_terminal_id=f"SIM-{self.rows[index]['designation']}",
            card_terminal_ca=str(card.ready.get("ca", "")),
            card_terminal_protocol=kind_at(index),
            printer=f"127.0.0.1:{printer.ready['port']}",
            scale="" if index else scale,
        )

    def _start_office(self, settings: list[DeviceSettings], logs: Path) -> dict[str, Any]:
        devices = self.data / "devices.json"
        by_designation = {
            row["designation"]: json.loads(encode(said))
            for row, said in zip(self.rows, settings, strict=True)
        }
        devices.write_text(json.dumps(by_designation))
        out = self.data / "loaded.json"
        assert self.mail is not None
        self.office = Part(
            "office",
            "skrin.office.main",
            [
                *("--data", str(self.data / "office"), "--port", str(self.ports.at(0))),
                *("--load", str(self.folder), "--load-devices", str(devices)),
                *("--load-out", str(out)),
            ],
            logs / "office.log",
            {
                "SKRIN_OFFICE_MAIL_SERVER": f"127.0.0.1:{self.mail.ready['port']}",
                "SKRIN_OFFICE_MAIL_FROM": "kontoret@skrin.example",
                "SKRIN_OFFICE_MAIL_SECURITY": "none",
            },
        )
        self._start(self.office)
        self.office.wait_ready(READY_S)
        loaded: dict[str, Any] = json.loads(out.read_text())
        return loaded

    def _till(
        self,
        index: int,
        row: dict[str, str],
        settings: DeviceSettings,
        loaded: dict[str, Any],
        logs: Path,
    ) -> Part:
        designation = row["designation"]
        code = next(t["code"] for t in loaded["tills"] if t["designation"] == designation)
        return Part(
            f"till {designation}",
            "skrin.till.main",
            [
                *("--data", str(self.data / "tills" / designation)),
                *("--port", str(self.ports.at(1 + index))),
                *("--office", self.office_url, "--enrol", code or "-"),
                *("--control-unit", settings.control_unit, "--printer", settings.printer),
                *("--card-terminal", settings.card_terminal),
                *("--card-terminal-id", settings.card_terminal_id),
                *("--card-terminal-ca", settings.card_terminal_ca),
                *("--card-terminal-protocol", settings.card_terminal_protocol),
                *("--scale", settings.scale),
            ],
            logs / f"till_{designation}.log",
        )

    def _start(self, part: Part) -> None:
        self.parts.append(part)
        part.start()

    @property
    def office_url(self) -> str:
        """The office's address."""
        assert self.office is not None
        return f"http://127.0.0.1:{self.office.ready['port']}"

    def fallen(self) -> Part | None:
        """A part that has ended though nobody asked it to."""
        return next((part for part in self.parts if not part.running()), None)

    def stop(self) -> None:
        """Stop everything, the last started first."""
        stop_all(self.parts)

    def __enter__(self) -> Demo:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def kind_at(index: int) -> str:
    """What the card terminal of a till speaks, by the till's place."""
    return KINDS[min(index, len(KINDS) - 2)]


def csv_rows(lines: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    return list(csv.DictReader(lines))


def taken_port(ports: list[int]) -> int | None:
    """The first of these ports that another program listens on."""
    for port in ports:
        if not port:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return port
    return None


def addresses(demo: Demo) -> str:
    """What to open and how to get in."""
    company = tomllib.loads((demo.folder / "company.toml").read_text())["company"]["name"]
    assert demo.unit is not None and demo.spare is not None
    lines = [f"\n{company}\n"]
    for running in demo.tills:
        lines.append(f"  Till {running.designation:<8} {running.url}   ({running.label})")
    lines.append(f"  Office        {demo.office_url}/")
    lines.append("\nSimulated devices: what they heard, and switches to make them fail")
    lines.append(f"  Control unit  http://127.0.0.1:{demo.unit.ready['control_port']}/")
    assert demo.mail is not None
    lines.append(f"  Mail server   http://127.0.0.1:{demo.mail.ready['control_port']}/")
    for index, running in enumerate(demo.tills):
        card, printer = running.card_terminal.ready, running.printer.ready
        lines.append(
            f"  Card terminal {running.designation}  http://127.0.0.1:{card['control_port']}/"
            f"   ({KIND_NAMES[kind_at(index)]})"
        )
        lines.append(
            f"  Printer {running.designation}  http://127.0.0.1:{printer['control_port']}/"
        )
    spare = demo.spare.ready
    lines.append(
        f"  One more card terminal ({KIND_NAMES[KINDS[-1]]})  "
        f"http://127.0.0.1:{spare['control_port']}/"
    )
    lines.append(
        f"    add it on a till's page /card-terminals: address 127.0.0.1:{spare['port']},"
        f" terminal id {SPARE_ID}"
    )
    if demo.scale:
        first, page = demo.tills[0].designation, demo.scale.ready["control_port"]
        lines.append(f"  Scale {first}  http://127.0.0.1:{page}/   (what lies on it)")
    lines.append("\nLog in at till and office alike")
    for person in demo.people:
        lines.append(f"  {person['email']:<28} {person['password']:<26} {person['role']}")
    return "\n".join(lines)


def arguments(argv: list[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin demo", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data/demo"), help="where it keeps all")
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="0 = any free ports")
    parser.add_argument("--examples", type=Path, help="the company's folder")
    parser.add_argument(
        "--sales", type=int, default=0, metavar="N", help="let a shopper buy N times"
    )
    parser.add_argument("--seed", type=int, default=1, help="the shopper's dice")
    parser.add_argument("--exit", action="store_true", help="close the day, compare, and end")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier demo kept")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Run the demo. Exit codes: 0 well, 1 something failed or differed, 3 a port is taken."""
    options = arguments(argv)
    folder = (options.examples or examples_folder() / "bageri").resolve()
    data = options.data.resolve()
    if options.fresh and data.exists():
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    demo = Demo(data, folder, options.first_port)
    port = taken_port(demo.ports.wanted(len(demo.rows)))
    if port:
        print(
            f"Port {port} is taken by another program. End it, or choose other ports:"
            f' make demo ARGS="--first-port {options.first_port + 100}"',
            file=sys.stderr,
        )
        return EXIT_PORT_TAKEN
    lifetime = Lifetime()
    with demo:
        try:
            with waiting_words("Starting the office, two tills and their devices"):
                demo.start()
        except PartFailed as why:
            print(f"\n{why}", file=sys.stderr)
            return EXIT_FAILED
        return _at_work(demo, options, lifetime)


def _at_work(demo: Demo, options: argparse.Namespace, lifetime: Lifetime) -> int:
    print(addresses(demo), flush=True)
    differing = 0
    if options.sales:
        from skrin.town.shopper import shop_and_compare

        try:
            differing = shop_and_compare(demo, options.sales, options.seed, close=options.exit)
        except WebFault as why:
            print(f"\nThe shopper gave up: {why}", file=sys.stderr)
            return EXIT_FAILED
    if options.exit:
        return EXIT_FAILED if differing else 0
    if not options.no_browser and _has_browser():
        webbrowser.open(demo.tills[0].url)
    print("\nCtrl-C stops everything.", flush=True)
    while not lifetime.is_over(1.0):
        if fallen := demo.fallen():
            print(f"\n{fallen.name} has stopped; see {fallen.log_file}", file=sys.stderr)
            return EXIT_FAILED
    print("\nStopping …", flush=True)
    return 0


def _has_browser() -> bool:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    with contextlib.suppress(webbrowser.Error):
        webbrowser.get()
        return True
    return False


@contextlib.contextmanager
def waiting_words(words: str) -> Iterator[None]:
    """Say what is being waited for, and at the end how long it took."""
    started = time.monotonic()
    print(f"{words} …", end="", flush=True)
    done = threading.Event()

    def tick() -> None:
        while not done.wait(1.0):
            print(".", end="", flush=True)

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        yield
    finally:
        done.set()
        ticking.join()
        print(f" {time.monotonic() - started:.1f} s", flush=True)
