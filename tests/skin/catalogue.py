"""Gather the texts of a program's pages and keep its Swedish catalogue.

``python -m tests.skin.catalogue``          gathers, merges, compiles (both programs)
``python -m tests.skin.catalogue --check``  changes nothing; tells what is missing, exit code 1

Texts in the code are English; the Swedish stands in each program's ``ui/locale/sv/LC_MESSAGES/
django.po`` and is edited there. Templates are read with Django's own template-to-source step,
code with Babel.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SRC = Path(__file__).resolve().parents[2] / "src" / "skrin"
SHARED = [SRC / "sync" / "damage.py"]
"""What both programs say alike."""
KEYWORDS = {
    "_": None,
    "N": None,  # gettext_noop, as the tables of words call it
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Text = tuple[str | None, str | tuple[str, ...]]
"""Context and message; a message with a plural is a pair."""


def texts(program: str) -> Iterator[tuple[Text, str]]:
    """Each text that `program`'s pages translate, with the file that holds it."""
    rooms = [SRC / program / name for name in ("ui", "host")]
    files = [file for room in rooms for kind in ("*.html", "*.py") for file in room.rglob(kind)]
    files += SHARED
    for file in sorted(files):
        source = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            # The blotted-out markup keeps its indents, which are no Python.
            source = "\n".join(line.strip() for line in templatize(source).splitlines())
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
        for _, message, _, context in found:
            plural = tuple(message) if isinstance(message, list | tuple) else message
            yield (context, plural), file.relative_to(SRC).as_posix()


def catalogue_file(program: str) -> Path:
    return SRC / program / "ui" / "locale" / "sv" / "LC_MESSAGES" / "django.po"


def read(program: str) -> Catalog:
    """The Swedish catalogue of `program`; an empty one when there is none yet."""
    file = catalogue_file(program)
    if not file.exists():
        return Catalog(locale="sv", charset="utf-8", fuzzy=False)
    return read_po(io.BytesIO(file.read_bytes()), locale="sv")


def missing(program: str) -> list[str]:
    """Texts without Swedish, and compiled files that are not what the catalogue says."""
    have = read(program)
    faults = []
    for (context, message), file in texts(program):
        key = message if isinstance(message, str) else message[0]
        entry = have.get(key, context)
        if entry is None or not entry.string or (entry.pluralizable and not all(entry.string)):
            faults.append(f"{program}: {key!r} ({file})")
    compiled = io.BytesIO()
    write_mo(compiled, have)
    mo_file = catalogue_file(program).with_suffix(".mo")
    if not mo_file.exists() or mo_file.read_bytes() != compiled.getvalue():
        faults.append(f"{program}: django.mo is not compiled from django.po")
    return faults


def renew(program: str) -> None:
    """Gather texts, keep what is translated, drop what is no longer used, compile."""
    old = read(program)
    new = Catalog(
        locale="sv",
        charset="utf-8",
        project="Skrin",
        header_comment=f"# The Swedish of skrin/{program}/ui.",
        copyright_holder="Skrin",
        last_translator="Skrin",
        language_team="sv",
        fuzzy=False,
    )
    for (context, message), file in texts(program):
        key = message if isinstance(message, str) else message[0]
        before = old.get(key, context)
        entry = new.get(key, context)
        places = sorted({*(entry.locations if entry else ()), (file, None)})
        string = before.string if before else ""
        new.add(message, string, locations=places, context=context)
    new.revision_date = new.creation_date = old.creation_date
    file = catalogue_file(program)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        write_po(out, new, sort_output=True, include_lineno=False, omit_header=False, width=100)
    with file.with_suffix(".mo").open("wb") as out:
        write_mo(out, read(program))


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep the Swedish catalogues.")
    parser.add_argument("--check", action="store_true")
    checks = parser.parse_args().check
    for program in ("till", "office"):
        if not checks:
            renew(program)
    faults = [fault for program in ("till", "office") for fault in missing(program)]
    print("\n".join(faults) or "Every text has its Swedish.")
    return min(1, len(faults))


if __name__ == "__main__":
    raise SystemExit(main())
