"""Logs and state of a till in one file, for somebody who is to find a fault (R-MORE-015).

It says how the till is, what its devices said, and which entries the journal has: their kinds and
times, never what is in them. Only what is named here goes into it, and all of it is cleaned
(`scrubbing`). Making it asks no device and changes nothing.
"""

from __future__ import annotations

import io
import json
import platform
import shutil
import sys
import threading
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skrin.till.flow.counter import Counter, PartState
from skrin.till.flow.scrubbing import scrubbed

ENTRIES_MOST = 1_000
LOG_MOST_BYTES = 2_000_000
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the bundle is told in words: how to read it, and how the self-test went."""

    read_me: str
    self_test: str


def make_bundle(counter: Counter, logs: Iterable[Path], told: Told) -> bytes:
    """The zip. `logs`: files of the till's folder; one that cannot be read says so in its place."""
    names = names_known(counter)
    parts = {
        "READ-ME.txt": told.read_me,
        "self-test.txt": told.self_test,
        "state.json": json.dumps(state_of(counter), ensure_ascii=False, indent=1),
        "entries.csv": _entries(counter),
        **{file.name.replace("till.log.1", "till-earlier.log"): _end_of(file) for file in logs},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            # What this module wrote of its own figures may hold long numbers; a log may not.
            cleaned = scrubbed(text, names) if name.endswith((".log", ".txt")) else text
            packed.writestr(name, cleaned)
    return out.getvalue()


def names_known(counter: Counter) -> set[str]:
    """Every name that the till could have written to a log: people's, and of parked receipts."""
    people = counter.till.registers.people.values()
    return {who.display_name for who in people} | set(counter.reader().parked_names().values())


def state_of(counter: Counter) -> dict[str, Any]:
    """How the till is, in figures and codes."""
    till, identity = counter.till, counter.till.identity
    now = till.clock.now()
    return {
        "made_utc_ms": now.utc_ms,
        "utc_offset_min": now.offset_min,
        "program": f"{identity.program} {identity.version}",
        "model": identity.model,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "till": identity.till,
        "register": identity.register_serial,
        "designation": identity.seat.designation,
        "company": identity.company,
        "store": identity.seat.store,
        "clock_stops": till.clock_stops(),
        "journal": _journal(counter),
        "counter": _desk(counter),
        "parts": {name: asdict(part) for name, part in _parts(counter)},
        "control_unit": _unit(counter),
        "card_terminals": [
            {
                "id": one.card_terminal_id,
                "serial": one.device.serial,
                "state": said.state if said else "",
            }
            for one, said in counter.terminal_states()
        ],
        "publication": till.publication,
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "files": _files(till.file.path.parent.parent),
        "host": _host(counter),
    }


def _journal(counter: Counter) -> dict[str, Any]:
    till = counter.till
    return {
        "head_seq": till.head.seq,
        "head_hash": till.head.hash.hex(),
        "business_day": till.head.business_day,
        "last_closed": till.head.last_closed,
        "acknowledged_seq": till.acknowledged_seq,
        "series": till.series,
    }


def _desk(counter: Counter) -> dict[str, Any]:
    desk = counter.till.desk
    return {
        "state": desk.state,
        "lines": len(desk.cart.lines) if desk.cart else 0,
        "payments": len(desk.payments),
        "attempt": desk.attempt is not None,
        "waits_for_mark": len(desk.pending),
        "registering": desk.registering is not None,
        "undelivered": len(desk.undelivered),
        "paper_lane": counter.paper_lane.condition,
        "training": desk.training,
        "return_mode": desk.return_mode,
    }


def _parts(counter: Counter) -> Iterable[tuple[str, PartState]]:
    yield "office", counter.office_state()
    yield "control_unit", counter.unit_state()
    yield "card_terminal", counter.card_terminal_state()
    yield "printer", counter.printer_state()
    if told := counter.scale and counter.scale.told():
        yield "scale", PartState(*told)


def _unit(counter: Counter) -> Mapping[str, Any]:
    """The control unit; not its owner, whose number may be a person's."""
    facts = {**asdict(counter.unit_facts()), "unit_id": counter.preflight.unit_id}
    facts["address"] = scrubbed(facts["address"])
    return {name: value for name, value in facts.items() if name != "owner"}


def _host(counter: Counter) -> list[dict[str, Any]]:
    """The host's parts; not their logs' last words, which it has itself."""
    parts = (asdict(part) for part in counter.host.facts().parts)
    return [{name: value for name, value in part.items() if name != "said"} for part in parts]


def _files(folder: Path) -> dict[str, Any]:
    disk = shutil.disk_usage(folder)
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        "free_mb": disk.free // MEGABYTE,
        "disk_mb": disk.total // MEGABYTE,
        "sizes": {file.relative_to(folder).as_posix(): _size(file) for file in found},
    }


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # Gone meanwhile: a log that was turned over, say.
        return -1


def _entries(counter: Counter) -> str:
    """The newest entries: what happened when, and nothing of what is in them or who did it."""
    rows = ["seq;kind;version;at_utc_ms;business_day;period;mode;body_bytes;hash"]
    first = max(1, counter.till.head.seq - ENTRIES_MOST + 1)
    for entry in counter.reader().entries(first, ENTRIES_MOST):
        of = entry.header
        rows.append(
            f"{of.seq};{of.kind};{of.version};{of.at_utc_ms};{of.business_day};{of.period};"
            f"{of.mode};{len(entry.body)};{entry.hash.hex()}"
        )
    return "\n".join(rows) + "\n"


def _end_of(file: Path) -> str:
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - LOG_MOST_BYTES))
            return log.read().decode(errors="replace")
    except OSError as fault:
        return f"{fault.strerror or type(fault).__name__}\n"
