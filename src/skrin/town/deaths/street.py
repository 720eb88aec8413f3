"""The street of the deaths: what is never killed, and the programs that are."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import psycopg

from skrin.domain.codec import encode
from skrin.sync.messages import DeviceSettings
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.deaths.cradle import HOST, OFFICE, TILL
from skrin.town.deaths.people import Staff
from skrin.town.deaths.power import OFFICE_MB, TILL_MB, Disc
from skrin.town.deaths.programs import Cradle, Mortal
from skrin.town.processes import Part, PartFailed, children_of, stop_all
from skrin.town.world.ledger import Finding

READY_S = 120.0
FIRST_DESIGNATIONS = ("VK1-1", "VK2-1")
START_DATABASE = """
import pathlib, sys
from skrin.office.postgres import EmbeddedPostgres
EmbeddedPostgres(pathlib.Path(sys.argv[1])).start()
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; each program keeps its own over its deaths."""
    import socket

    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Post:
    """A till, its devices and its folder, which outlive its processes."""

    def __init__(self, designation: str, folder: Path, port: int) -> None:
        self.designation = designation
        self.folder = folder
        self.port = port
        self.till_id = ""
        self.store = 0
        self.card: Part
        self.printer: Part
        self.mortal: Mortal
        self.hosted = False
        self.disc: Disc | None = None
        """Where it lies, when its power can be cut."""

    @property
    def shop(self) -> Path:
        """The register's file."""
        return self.folder / f"{self.till_id}-{self.store}" / "shop.sqlite"

    @property
    def register(self) -> str:
        """Till and store."""
        return f"{self.till_id}-{self.store}"

    @property
    def card_log(self) -> Path:
        """What the card terminal remembers."""
        return self.folder.parent.parent / "devices" / self.designation / "card.log"

    @property
    def paper_log(self) -> Path:
        """What the printer remembers."""
        return self.folder.parent.parent / "devices" / self.designation / "paper.log"

    def cut_power(self) -> None:
        """All that runs here is gone, and what was not on the disk."""
        assert self.disc is not None

        def writers() -> list[int]:
            return [self.mortal.pid, *children_of(self.mortal.pid)]

        self.disc.cut(writers, self.mortal.kill)

    def reader(self) -> ShopReader:
        """The register's file, to be read and closed."""
        with self.disc.there if self.disc else nullcontext():
            return ShopReader(self.shop)


class Street:
    """All of it, in one folder. Use as a context: what was started is stopped."""

    def __init__(
        self,
        data: Path,
        examples: Path,
        tills: int,
        hosted: int,
        planted: dict[str, str],
        *,
        power: bool = False,
    ) -> None:
        """Nothing runs yet. `planted`: by program, a fault of the tests. `power`: whether that of
        the office and of tills without a host can be cut."""
        self.data = data
        self.logs = data / "logs"
        self.company = data / "company"
        self._copy_company(examples, tills)
        self.cradles = {
            program: Cradle(program, self.logs / f"cradle_{place}.log", planted.get(program, ""))
            for place, program in enumerate((TILL, OFFICE, *((HOST,) if hosted else ())))
        }
        ports = free_ports(tills + 2)
        self.office_port, self.host_port = ports[:2]
        self.posts = [
            Post(designation, data / "tills" / designation, port)
            for designation, port in zip(self.designations, ports[2:], strict=True)
        ]
        for post in self.posts[tills - hosted :]:
            post.hosted = True
        self.power = power
        self.office_disc: Disc | None = None
        self.unit: Part
        self.office: Mortal
        self.host: Mortal | None = None
        self._parts: list[Part] = []

    def _copy_company(self, examples: Path, tills: int) -> None:
        shutil.copytree(examples, self.company)
        more = [f"D{number:02}" for number in range(3, tills + 1)]
        self.designations = [*FIRST_DESIGNATIONS, *more][:tills]
        with (self.company / "tills.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("label", "store", "designation"))
            for name in self.designations:
                writer.writerow(
                    (f"Kassa {name}", "2" if name == FIRST_DESIGNATIONS[1] else "1", name)
                )

    # Starting.

    def start(self) -> None:
        """Start all; when this returns every till answers."""
        if self.power:
            self._mount_discs()
        self.unit = self._device("control_unit", "unit", [])
        for post in self.posts:
            card = ["--ca-dir", str(self.data / "devices" / post.designation / "ca")]
            card += ["--poi-id", f"SIM-{post.designation}", "--payment-ms", "25"]
            card += ["--long-ms", "1500"]
            post.card = self._device("card_terminal", f"{post.designation}/card", card)
            post.printer = self._device("printer", f"{post.designation}/paper", [])
        for part in self._parts:
            part.wait_ready(READY_S)
        settings = {post.designation: self._settings(post) for post in self.posts}
        out = self.data / "loaded.json"
        self._start_office(settings, out)
        self.loaded: dict[str, Any] = json.loads(out.read_text())
        for post in self.posts:
            post.mortal = self._till(post, settings[post.designation])
            post.mortal.start()
        for post in self.posts:
            post.till_id = str(post.mortal.wait_ready(READY_S)["till"])
            (found,) = post.folder.glob("*/shop.sqlite")
            post.store = int(found.parent.name.rsplit("-", 1)[1])
        hosted = [post for post in self.posts if post.hosted]
        if hosted:
            for post in hosted:
                post.mortal.stop()
            self.host = self._make_host(hosted, settings)

    def _mount_discs(self) -> None:
        discs = self.data / "discs"
        self.office_disc = Disc(self.data / "office", discs / "office.img", OFFICE_MB)
        for post in self.posts:
            if not post.hosted:
                post.disc = Disc(post.folder, discs / f"{post.designation}.img", TILL_MB)

    def _device(self, kind: str, name: str, more: list[str]) -> Part:
        state = self.data / "devices" / f"{name}.log"
        state.parent.mkdir(parents=True, exist_ok=True)
        part = Part(
            name,
            f"skrin.simulators.{kind}",
            [*("--port", "0", "--control-port", "0", "--state", str(state)), *more],
            self.logs / f"{name.replace('/', '_')}.log",
        )
        self._parts.append(part)
        part.start()
        return part

    def _settings(self, post: Post) -> DeviceSettings:
        return DeviceSettings(
            control_unit=f"127.0.0.1:{self.unit.ready['port']}",
            control_unit_model="CleanCash CCSP v2",
            card_terminal=f"127.0.0.1:{post.card.ready['port']}",
            card_terminal_id=f"SIM-{post.designation}",
            card_terminal_ca=str(post.card.ready["ca"]),
            printer=f"127.0.0.1:{post.printer.ready['port']}",
        )

    def _start_office(self, settings: dict[str, DeviceSettings], out: Path) -> None:
        devices = self.data / "devices.json"
        devices.write_text(
            json.dumps({name: json.loads(encode(said)) for name, said in settings.items()})
        )
        where = ["--data", str(self.data / "office"), "--port", str(self.office_port)]
        load = ["--load", str(self.company), "--load-devices", str(devices), "--load-out", str(out)]
        log = self.logs / "office.log"
        first = Mortal("office", OFFICE, [*where, *load], log, self.cradles[OFFICE])
        first.start()
        first.wait_ready(READY_S)
        first.stop()
        self.office = Mortal("office", OFFICE, where, log, self.cradles[OFFICE])
        self.office.start()
        self.office.wait_ready(READY_S)

    def _till(self, post: Post, settings: DeviceSettings) -> Mortal:
        code = next(t["code"] for t in self.loaded["tills"] if t["designation"] == post.designation)
        argv = [*("--data", str(post.folder), "--port", str(post.port))]
        argv += ["--office", self.office_url, "--enrol", code or "-"]
        for name in ("control_unit", "printer", "card_terminal", "card_terminal_id"):
            argv += [f"--{name.replace('_', '-')}", str(getattr(settings, name))]
        argv += ["--card-terminal-ca", settings.card_terminal_ca]
        log = self.logs / f"till_{post.designation}.log"
        return Mortal(f"till {post.designation}", TILL, argv, log, self.cradles[TILL])

    def _make_host(self, hosted: list[Post], settings: dict[str, DeviceSettings]) -> Mortal:
        lines = ["[host]", f'data = "{self.data / "host"}"', f"port = {self.host_port}"]
        for post in hosted:
            said = settings[post.designation]
            lines += ["[[till]]", f'name = "{post.designation.lower()}"', f'data = "{post.folder}"']
            lines += [f"port = {post.port}", f'office = "{self.office_url}"']
            for name in ("control_unit", "printer", "card_terminal", "card_terminal_id"):
                lines.append(f'{name} = "{getattr(said, name)}"')
            lines.append(f'card_terminal_ca = "{said.card_terminal_ca}"')
        config = self.data / "host.toml"
        config.write_text("\n".join(lines))
        host = Mortal("host", HOST, [str(config)], self.logs / "host.log", self.cradles[HOST])
        host.start()
        host.wait_ready(READY_S)
        return host

    @property
    def office_url(self) -> str:
        """The office's address."""
        return f"http://127.0.0.1:{self.office_port}"

    def staff(self) -> Staff:
        """Who sells, and goods of a fixed price that nothing follows."""
        articles = self.loaded["articles"]
        with (self.company / "articles.csv").open(newline="", encoding="utf-8") as file:
            rows = [
                row
                for row in csv.DictReader(file)
                if row["price_rule"] == "fixed"
                and not (row["kind"] or row["deposit"] or row["modifiers"])
                and row["decimals"] == "0"
            ]
        with (self.company / "users.csv").open(newline="", encoding="utf-8") as file:
            cashier = next(csv.DictReader(file))
        return Staff(
            cashier["email"],
            cashier["password"],
            tuple(int(articles[row["number"]]) for row in rows[:12]),
            int(articles["9101"]),
            self._methods(),
        )

    def _methods(self) -> dict[str, int]:
        from skrin.till.storage.register_reader import RegisterReader

        until = time.monotonic() + READY_S
        while True:
            registers = RegisterReader(self.posts[0].shop)
            try:
                rows = [json.loads(row) for row in registers.rows("payment_methods")]
            finally:
                registers.close()
            if rows:
                return {str(row["kind"]): int(row["id"]) for row in rows}
            if time.monotonic() > until:
                raise PartFailed("the tills get no registers from the office")
            time.sleep(0.1)

    # The database.

    def database_pids(self) -> list[int]:
        """The processes of PostgreSQL, the first of them first; none when it does not run."""
        file = self.data / "office" / "pg" / "postmaster.pid"
        with suppress(OSError, ValueError):
            pid = int(file.read_text().split("\n", 1)[0])
            if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                return [pid, *children_of(pid)]
        return []

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, as the database's administrator sees them: through every wall. Waits for a server
        that is just beginning anew. Raises `Finding` when it does not come back."""
        until = time.monotonic() + READY_S
        while True:
            try:
                url = self._database_url()
                with psycopg.connect(url, autocommit=True, connect_timeout=10) as link:
                    return link.execute(statement, values).fetchall()
            except (psycopg.Error, OSError, IndexError) as not_yet:
                if time.monotonic() > until:
                    raise Finding(f"the database does not come back: {not_yet}") from not_yet
                time.sleep(0.02)

    def _database_url(self) -> str:
        lines = (self.data / "office" / "pg" / "postmaster.pid").read_text().split("\n")
        port, folder = lines[3], lines[4]
        return f"host={folder} port={port} user=postgres dbname=skrin"

    def cut_office_power(self) -> None:
        """The office and its database are gone, and what was not on their disk."""
        assert self.office_disc is not None

        def writers() -> list[int]:
            pids = self.database_pids()
            return [self.office.pid, *children_of(self.office.pid), *pids]

        self.office_disc.cut(writers, self.office.kill)

    def start_database(self) -> None:
        """Start the killed server without the office."""
        argv = [sys.executable, "-c", START_DATABASE, str(self.data / "office")]
        with (self.logs / "database.log").open("ab") as log:
            subprocess.run(argv, check=True, timeout=READY_S, stderr=log)

    # Stopping.

    def stop(self) -> None:
        """Stop everything, the last started first; the database too."""
        mortals = [post.mortal for post in self.posts if hasattr(post, "mortal")]
        if self.host:
            mortals.insert(0, self.host)
        for mortal in mortals:
            mortal.stop()
        if hasattr(self, "office"):
            if not self.office.running() and self.database_pids():
                with suppress(PartFailed):
                    self.office.start()  # Who starts there next owns the database, and stops it.
                    self.office.wait_ready(READY_S)
            self.office.stop()
        for pid in self.database_pids()[:1]:
            os.kill(pid, signal.SIGQUIT)
        stop_all(self._parts)
        for cradle in self.cradles.values():
            cradle.stop()
