"""The host's configuration: one small TOML file, checked as a whole before anything starts.

Every fault is said at once, each with the place and what to do, since whoever edits the file may
stand in a shop with a queue. A setting that nobody knows is a fault: it is mostly a misspelt one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE_PORT = 8090
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
PORTS = range(1, 65536)

TILL_OPTIONS: dict[str, type] = {
    "office": str,
    "enrol": str,
    "screens": str,
    "screens_certificate": str,
    "screens_key": str,
    "control_unit": str,
    "printer": str,
    "printer_columns": int,
    "card_terminal": str,
    "card_terminal_id": str,
    "card_terminal_ca": str,
    "card_terminal_protocol": str,
    "card_terminal_name": str,
}
"""What a till may be given, each as `skrin till` calls it on its command line."""

FILES = frozenset({"screens_certificate", "screens_key", "card_terminal_ca"})


class ConfigUnusable(Exception):
    """The file cannot be used; `faults` says why, a sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        """`faults`: at least one."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a till may give no answer before it is ended: at rest, and when its last answer was
    that it is at something that nobody likes to wait for again."""

    rest_s: float = 20.0
    busy_s: float = 120.0


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """A program of somebody else's that stands before the tills, such as a card payment bridge.
    `port`: it is ready when something listens there; 0 = as soon as it runs."""

    name: str
    command: tuple[str, ...]
    port: int = 0


@dataclass(frozen=True, slots=True)
class TillConfig:
    """A till: its folder, its port on this machine, its further arguments. `installation`: the
    folder that it runs from and updates itself in; None = the host's own program. `beside`: the
    tills that its log-in page leads to; `label` is what the others' pages call this one."""

    name: str
    data: Path
    port: int
    arguments: tuple[str, ...] = ()
    installation: Path | None = None
    label: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreenConfig:
    """The browser in front of somebody, started last; `{url}` in the command is its till's page."""

    till: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostConfig:
    """What runs on this machine, in the order in which it is started."""

    data: Path
    page_port: int
    patience: Patience
    services: tuple[ServiceConfig, ...]
    tills: tuple[TillConfig, ...]
    screens: tuple[ScreenConfig, ...]


def read_config(file: Path) -> HostConfig:
    """Read and check the file; relative paths count from its folder. Raises `ConfigUnusable`."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ConfigUnusable([f"{file} cannot be read: {fault.strerror}."]) from fault
    except ValueError as fault:
        raise ConfigUnusable([f"{file} is not TOML: {fault}."]) from fault
    reading = _Reading(said, file.resolve().parent)
    config = reading.config()
    if reading.faults:
        raise ConfigUnusable(f"{file}: {fault}" for fault in reading.faults)
    return config


class _Reading:
    """One reading of a file, and the faults found so far."""

    def __init__(self, said: dict[str, Any], folder: Path) -> None:
        self.said = said
        self.folder = folder
        self.faults: list[str] = []

    def config(self) -> HostConfig:
        known = ("host", "service", "till", "screen")
        self._only(self.said, known, "the file")
        host = self.said.get("host", {})
        if not isinstance(host, dict):
            self.faults.append("[host] is written as a table.")
            host = {}
        self._only(host, ("data", "port", "patience_s", "busy_patience_s"), "[host]")
        data = self.folder / self._get(host, "data", str, "[host]", "skrin-host")
        usual = Patience()
        config = HostConfig(
            data,
            self._port(host, "port", "[host]", PAGE_PORT),
            Patience(
                self._seconds(host, "patience_s", usual.rest_s),
                self._seconds(host, "busy_patience_s", usual.busy_s),
            ),
            tuple(self._service(table, where) for table, where in self._tables("service")),
            tuple(self._till(table, where, data) for table, where in self._tables("till")),
            tuple(self._screen(table, where) for table, where in self._tables("screen")),
        )
        self._check_together(config)
        return config

    def _service(self, table: dict[str, Any], where: str) -> ServiceConfig:
        self._only(table, ("name", "command", "port"), where)
        port = self._port(table, "port", where, 0) if "port" in table else 0
        return ServiceConfig(self._name(table, where), self._command(table, where), port)

    def _till(self, table: dict[str, Any], where: str, data: Path) -> TillConfig:
        own_words = ("name", "port", "data", "installation", "label", "beside")
        self._only(table, (*own_words, *TILL_OPTIONS), where)
        name = self._name(table, where)
        own = self._get(table, "data", str, where, "")
        installed = self._get(table, "installation", str, where, "")
        arguments: list[str] = []
        for option, kind in TILL_OPTIONS.items():
            value = self._get(table, option, kind, where, kind())
            if value:
                text = str(self.folder / value) if option in FILES else str(value)
                arguments.append(f"--{option.replace('_', '-')}={text}")
                if option in FILES and not Path(text).is_file():
                    self.faults.append(f"{where}: {option} names {text}, which is no file.")
        folder = self.folder / own if own else data / "tills" / name
        return TillConfig(
            name,
            folder,
            self._port(table, "port", where, None),
            tuple(arguments),
            self.folder / installed if installed else None,
            self._get(table, "label", str, where, ""),
            self._names(table, "beside", where),
        )

    def _screen(self, table: dict[str, Any], where: str) -> ScreenConfig:
        self._only(table, ("till", "command"), where)
        till = self._get(table, "till", str, where, None)
        command = self._command(table, where)
        if command and not any("{url}" in word for word in command):
            self.faults.append(f"{where}: write {{url}} in the command, where the page goes.")
        return ScreenConfig(till, command)

    def _check_together(self, config: HostConfig) -> None:
        if not config.tills:
            self.faults.append("there is no [[till]]: a host keeps at least one.")
        parts: list[ServiceConfig | TillConfig] = [*config.services, *config.tills]
        self._single((part.name for part in parts), "the name")
        ports = [config.page_port, *(part.port for part in parts)]
        self._single((port for port in ports if port), "port")
        self._single((till.data.resolve() for till in config.tills), "the folder")
        # Two tills that change one installation's version would end each other's try.
        installed = (till.installation.resolve() for till in config.tills if till.installation)
        self._single(installed, "the installation")
        self._single((screen.till for screen in config.screens), "a [[screen]] for")
        names = [till.name for till in config.tills]
        for till in config.tills:
            for other in till.beside:
                if other not in names or other == till.name:
                    self.faults.append(
                        f"the till “{till.name}” has “{other}” beside it; name another [[till]]."
                    )
        for screen in config.screens:
            if screen.till and screen.till not in names:
                self.faults.append(
                    f"[[screen]] is for the till “{screen.till}”; there is {_listed(names)}."
                )

    def _single(self, values: Iterable[object], what: str) -> None:
        seen: set[object] = set()
        for value in values:
            if value and value in seen:
                self.faults.append(f"{what} {value} stands twice; each part needs its own.")
            seen.add(value)

    def _tables(self, kind: str) -> Iterator[tuple[dict[str, Any], str]]:
        said = self.said.get(kind, [])
        tables = said if isinstance(said, list) else [said]
        for number, table in enumerate(tables, 1):
            if isinstance(table, dict):
                yield table, f"[[{kind}]] {number}"
            else:
                self.faults.append(f"{kind} is written as [[{kind}]].")

    def _only(self, table: dict[str, Any], known: Iterable[str], where: str) -> None:
        for key in table:
            if key not in known:
                self.faults.append(f"{where}: nobody knows “{key}”; there is {_listed(known)}.")

    def _get(self, table: dict[str, Any], key: str, kind: type, where: str, usual: Any) -> Any:
        value = table.get(key, usual)
        if value is None:
            self.faults.append(f"{where}: “{key}” is missing.")
            return kind()
        if type(value) is not kind:
            named = {str: "a text in quotes", int: "a whole number"}[kind]
            self.faults.append(f"{where}: “{key}” is {named}, not {value!r}.")
            return kind()
        return value

    def _name(self, table: dict[str, Any], where: str) -> str:
        name: str = self._get(table, "name", str, where, None)
        if name and not NAME.fullmatch(name):
            self.faults.append(
                f"{where}: the name “{name}” may have small letters a to z, digits, - and _,"
                " at most 32 of them."
            )
        return name

    def _names(self, table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        said = table.get(key, [])
        if not (isinstance(said, list) and all(type(one) is str for one in said)):
            self.faults.append(f"{where}: “{key}” is a list of names, each in quotes.")
            return ()
        return tuple(said)

    def _port(self, table: dict[str, Any], key: str, where: str, usual: int | None) -> int:
        port: int = self._get(table, key, int, where, usual)
        if key in table and type(table[key]) is int and port not in PORTS:
            self.faults.append(f"{where}: {port} is no port; 1 to 65535 are.")
        return port

    def _seconds(self, table: dict[str, Any], key: str, usual: float) -> float:
        value = table.get(key, usual)
        if type(value) not in (int, float) or value < 1:
            self.faults.append(f"[host]: “{key}” is a number of seconds, 1 or more.")
            return usual
        return float(value)

    def _command(self, table: dict[str, Any], where: str) -> tuple[str, ...]:
        command = table.get("command")
        if not (isinstance(command, list) and command and all(type(w) is str for w in command)):
            self.faults.append(
                f"{where}: “command” is a list of words: the program, then its arguments."
            )
            return ()
        return tuple(command)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "none"
