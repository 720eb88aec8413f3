"""Two real sets of this tree, made once: the version as it is, and the next one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.till.process.rig import Street
from tests.updates import wheels

from skrin import __version__
from skrin.updates import make

NEXT = "0.9.0"
NEW_TABLE = "CREATE TABLE of_the_next_version (what TEXT NOT NULL) STRICT;"
"""What the next version adds to a shop's file."""

UNKNOWN_KIND = "till.begun"
"""An entry that the next version writes and this one does not know."""


@dataclass(frozen=True)
class Sets:
    """Files: the sets of this version and of the next, and the keys of an installation."""

    this: Path
    next: Path
    keys: Path


def _of_the_next_version(tree: Path) -> None:
    """The next version brings a table, and writes of its start what this one does not know."""
    schema = tree / "till" / "storage" / "schema.py"
    text = schema.read_text()
    assert "    PLAIN_CONDITIONS,\n)" in text
    added = f"    PLAIN_CONDITIONS,\n    {NEW_TABLE!r},\n)"
    schema.write_text(text.replace("    PLAIN_CONDITIONS,\n)", added))
    journal = tree / "domain" / "journal.py"
    kind = '    ("till.started", 1): TillStarted,\n'
    assert kind in journal.read_text()
    added = kind.replace("till.started", UNKNOWN_KIND)
    journal.write_text(journal.read_text().replace(kind, kind + added))
    counter = tree / "till" / "flow" / "counter.py"
    line = '                tx.append("till.started", started)\n'
    assert line in counter.read_text()
    added = line.replace("till.started", UNKNOWN_KIND)
    counter.write_text(counter.read_text().replace(line, line + added))


@pytest.fixture(scope="session")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Sets:
    folder = tmp_path_factory.mktemp("sets")
    own, keys = folder / "private", folder / "release-keys"
    keys.write_text(f"{make.new_key(own)}  # of the tests\n")
    found = {}
    needed = [wheels.repack(one, folder) for one in wheels.needed()]
    for version in (__version__, NEXT):
        change = _of_the_next_version if version == NEXT else lambda tree: None
        of_version = folder / version
        of_version.mkdir()
        for wheel in [*needed, wheels.build(version, folder, change)]:
            os.link(wheel, of_version / wheel.name)
        notes = of_version / "notes.txt"
        notes.write_text("Snabbare kvitton.")
        out = folder / f"skrin-{version}.set"
        said = [
            *("--wheels", str(of_version), "--key", str(own), "--out", str(out)),
            *("--least", __version__, "--notes-sv", str(notes)),
        ]
        assert make.main(said) == 0
        found[version] = out
    return Sets(found[__version__], found[NEXT], keys)


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Devices and an office for a real till."""
    made = Street(tmp_path_factory.mktemp("street"))
    try:
        yield made
    finally:
        made.stop()
