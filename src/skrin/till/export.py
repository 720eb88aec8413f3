"""`skrin export-journal`: a till's journal, price list or history of settings, to files.

Reads the till's file alone, and only reads: the till may be selling meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from skrin.brand import BrandUnusable, brand
from skrin.domain.entry import JournalDamage
from skrin.domain.refusal import Refusal
from skrin.exports.journal import Period
from skrin.exports.journal_xml_se import Tally
from skrin.exports.orders import JOURNAL, KINDS, Maker, Order, parts_of
from skrin.lifetime import go_gently
from skrin.packing import pack, typeset, write_parts
from skrin.schema_check import SchemaFault, SchemaUnusable, check_schema
from skrin.till.storage.journal_file import JournalFile

EXIT_DONE, EXIT_DAMAGED, EXIT_UNREADABLE, EXIT_REFUSED, EXIT_INVALID = 0, 1, 2, 3, 4

REFUSALS = {
    "period_unreadable": "Write the days as 2026-11-20.",
    "period_backwards": "The last day is before the first.",
    "period_too_long": "The period is longer than {years} years.",
    "no_registrations": "There are no registrations in this period, so there is no file.",
    "unit_never_heard": "No control unit has answered this till yet, and its number must stand in"
    " the file.",
    "export_unknown": "There is no file “{what}” as {format}.",
    "prices_unproven": "What the prices were that day is not in this till's file, or cannot be"
    " proven by its journal.",
}


def export(order: Order, path: Path, folder: Path) -> tuple[list[Path], Tally]:
    """Make the files of `order` out of the till's file at `path`; they are whole or not there.

    Raises `Refusal`, `JournalDamage`, `sqlite3.Error`, `subprocess.SubprocessError`.
    """
    records, tally = JournalFile(path), Tally()
    try:
        sold_as = brand()
        maker = Maker(sold_as.model_name, sold_as.name, sold_as.version_name)
        files = write_parts(parts_of(order.checked(), records, maker, typeset, tally), folder)
    finally:
        records.close()
    return files, tally


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin export-journal", description=__doc__)
    parser.add_argument("file", type=Path, help="a till's shop.sqlite")
    parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="2026-11-01")
    parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="included")
    parser.add_argument("--format", default="xml", choices=sorted({*KINDS[JOURNAL]}))
    parser.add_argument("--what", default=JOURNAL, choices=sorted(KINDS))
    parser.add_argument("--folder", type=Path, default=Path(), help="where the files go")
    parser.add_argument("--zip", action="store_true", help="one zip in the place of several files")
    parser.add_argument("--user", default="", help="who asks, for the file")
    parser.add_argument("--unit", default="", help="the control unit, if no receipt names it yet")
    parser.add_argument(
        "--with-unvalidated",
        action="store_true",
        help="also element names that were never held against the schema, marked",
    )
    parser.add_argument(
        "--schema", type=Path, help="Skatteverket's XSD: the file is called complete only by it"
    )
    parser.add_argument("--gently", action="store_true", help="let everybody else go first")
    parser.add_argument("--json", action="store_true", help="say what was made as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 damaged, 2 not a journal, 3 refused, 4 not as the schema wants it."""
    options = arguments(argv)
    if options.gently:
        go_gently()
    try:
        order = Order(
            options.what,
            options.format,
            Period.of(options.first, options.last),
            datetime.now().astimezone().replace(tzinfo=None),
            options.user,
            options.unit,
            options.with_unvalidated,
        )
        files, tally = export(order, options.file, options.folder)
        if options.schema and order.what == JOURNAL and order.file_format == "xml":
            check_schema(files[0], options.schema)
    except Refusal as no:
        words = REFUSALS.get(no.code, no.code).format(**no.values)
        return _fail(words, no.code, EXIT_REFUSED, options)
    except JournalDamage as damage:
        return _fail(f"The journal is damaged. {damage}.", "damaged", EXIT_DAMAGED, options)
    except (SchemaFault, SchemaUnusable) as fault:
        return _fail(str(fault), "schema", EXIT_INVALID, options)
    except (sqlite3.Error, BrandUnusable, OSError, subprocess.SubprocessError) as fault:
        words = f"{options.file} cannot be exported: {fault}."
        return _fail(words, "unreadable", EXIT_UNREADABLE, options)
    if options.zip and len(files) > 1:
        packed = pack(files, files[0].with_suffix(".zip"))
        for file in files:
            file.unlink()
        files = [packed]
    _tell(files, tally, options)
    return EXIT_DONE


def _tell(files: list[Path], tally: Tally, options: argparse.Namespace) -> None:
    if options.json:
        told = {
            "files": [str(file) for file in files],
            "written": tally.written,
            "unmapped": tally.unmapped,
            "remark": tally.sentence,
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    for file in files:
        print(file)
    if tally.sentence:
        print(tally.sentence)
        for kind, count in sorted(tally.unmapped.items()):
            print(f"  {count:>8}  {kind}")
    elif options.schema:
        print("Filen är fullständig och följer schemat.")


def _fail(words: str, code: str, exit_code: int, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"refused": code, "words": words}, ensure_ascii=False))
    print(words, file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
