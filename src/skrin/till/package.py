"""`skrin till-package`: take everything of a register out, prove it, read it elsewhere (D46).

`make` reads the till's folder alone, and only reads: the till may be selling meanwhile. What is
registered after it has begun is not in the package.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from skrin import documents
from skrin.brand import BrandUnusable, brand
from skrin.domain.article import StoreCard
from skrin.domain.codec import decode, decode_body
from skrin.domain.entry import NORMAL, Entry, JournalDamage
from skrin.domain.journal import JournalOpened, verify_chain
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.exports import package
from skrin.exports.journal import Period
from skrin.exports.journal_xml_se import Tally
from skrin.exports.orders import CLOSINGS, JOURNAL, PRICES, SETTINGS, Maker, Order, parts_of
from skrin.exports.package import LeftOut, Manifest, PackageDamage, PackedFile
from skrin.lifetime import go_gently
from skrin.packing import pack, typeset, write_parts
from skrin.till.flow.archives import Archives, ArchiveTaken, NoRoom
from skrin.till.flow.copying import signed_receipt
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.journal_file import JournalFile
from skrin.till.storage.package_file import PackageFile
from skrin.till.storage.shop_reader import ShopReader
from skrin.updates.copying import check_room
from skrin.updates.release import SetRefused

EXIT_DONE, EXIT_DAMAGED, EXIT_UNREADABLE, EXIT_REFUSED = 0, 1, 2, 3

EXPORTS = ((JOURNAL, "xml"), (JOURNAL, "csv"), (CLOSINGS, "csv"), (CLOSINGS, "pdf"))
"""What is exported of each calendar year."""

GROWS = 5
"""What is written while a package is made is at most so many times the register's file (measured:
3.2)."""

ONCE = ((PRICES, "csv"), (SETTINGS, "csv"))
"""What is exported of the whole time, as it is at the end."""

FAULT_WORDS = {
    "not_a_package": "This is no package, or it is torn: {about}",
    "format_unknown": "The package is of another kind ({about}): take a newer version of Skrin.",
    "signature_wrong": "The till's signature does not fit: the manifest has been changed.",
    "file_missing": "{about} is missing in the package.",
    "file_changed": "{about} has been changed.",
    "file_unknown": "{about} was put into the package by somebody else.",
    "journal_damaged": "The journal in the package is damaged: {about}.",
    "head_differs": "The journal in the package is not the one that the manifest tells of.",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the package ends: what is registered later is not in it."""

    last: Entry
    first: Entry
    kinds: dict[str, int]
    receipts: int
    last_z: DayReport | None
    closings: int


def make(folder: Path, device: DeviceFile, out: Path, made_by: str = "", unit: str = "") -> Path:
    """Make the package of the register in `folder` (`<till>-<store>`), into the folder `out`.

    Returns the zip, which is whole or not there. Raises `JournalDamage`, `sqlite3.Error`,
    `OSError`, `subprocess.SubprocessError`; `SetRefused` `no_room` when there is too little room.
    """
    shop = folder / "shop.sqlite"
    if not shop.is_file():
        raise FileNotFoundError(f"{shop} is not there")
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(".package-*"):  # Of a making that was killed.
        shutil.rmtree(left, ignore_errors=True)
    check_room(out, shop.stat().st_size * GROWS)
    records, reader = JournalFile(shop), ShopReader(shop)
    try:
        with tempfile.TemporaryDirectory(prefix=".package-", dir=out) as work:
            there = Path(work)
            cut = _entries(records, there / package.ENTRIES)
            _papers(reader, cut, there)
            left_out = _exports(records, cut, there / "export", made_by, unit)
            manifest = _manifest(records, cut, there, device, made_by, left_out)
            return _seal(manifest, there, device, out)
    finally:
        records.close()
        reader.close()


def _entries(records: JournalFile, to: Path) -> Cut:
    """Write every record, the chain proven; says what it comes to."""
    kinds: Counter[str] = Counter()
    signed = 0
    through = records.last_seq()

    def written() -> Iterator[Entry]:
        nonlocal signed
        for entry in records.entries_from(1):
            if entry.header.seq > through:
                return
            file.write(package.pack_record(entry.record))
            kinds[entry.header.kind] += 1
            signed += entry.header.kind == "receipt.signed" and entry.header.mode == NORMAL
            yield entry

    with to.open("wb") as file:
        last = verify_chain(written())
    if last is None:
        raise JournalDamage("the journal is empty")
    closed = records.last_of("day.closed", last.header.seq)
    report = decode_body("day.closed", closed.header.version, closed.body) if closed else None
    last_z = report if isinstance(report, DayReport) else None
    first = next(records.entries_from(1))
    return Cut(last, first, dict(kinds), signed, last_z, kinds["day.closed"])


def _papers(reader: ShopReader, cut: Cut, there: Path) -> None:
    """The receipts of each month and the Z of each year, to be read in any browser."""
    first, last = cut.first.header.business_day, cut.last.header.business_day
    name = _designation(cut)
    for month in _months(first, last):
        rows = reader.receipts_between(f"{month}-01", f"{month}-31", -1)
        numbers = sorted(row[0] for row in rows)
        if numbers:
            title = f"Kvitton {month}, kassa {name}"
            _page(there / "receipts" / f"{month}.html", title, _receipts(reader, numbers, cut))
    for year in range(int(first[:4]), int(last[:4]) + 1):
        closed = [row for row in reader.closings(-1) if row[1][:4] == str(year)]
        if closed:
            title = f"Z-dagrapporter {year}, kassa {name}"
            _page(there / "z" / f"{year}.html", title, _reports(reader, sorted(closed), cut))


def _page(to: Path, title: str, papers: Iterable[str]) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as file:
        file.writelines(package.page(title, papers))


def _receipts(reader: ShopReader, numbers: Sequence[int], cut: Cut) -> Iterator[str]:
    for number in numbers:
        seqs = reader.receipt_seqs(number)
        if seqs and seqs[1] <= cut.last.header.seq:
            yield documents.receipt_html(signed_receipt(reader, *seqs))


def _reports(
    reader: ShopReader, closed: Sequence[tuple[int, str, int, int, int]], cut: Cut
) -> Iterator[str]:
    for row in closed:
        entry = reader.entry(row[3])
        if entry is None or entry.header.seq > cut.last.header.seq:
            continue
        report = decode_body(entry.header.kind, entry.header.version, entry.body)
        if isinstance(report, DayReport):
            header = entry.header
            yield documents.report_html(report, header.at_utc_ms, header.utc_offset_min)


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:7])
    while (text := f"{year:04d}-{month:02d}") <= last[:7]:
        yield text
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _exports(
    records: JournalFile, cut: Cut, to: Path, made_by: str, unit: str
) -> tuple[LeftOut, ...]:
    """The files of the years; what cannot be made is told, and hinders nothing else."""
    sold_as, left_out = brand(), []
    maker = Maker(sold_as.model_name, sold_as.name, sold_as.version_name)
    now = datetime.now().astimezone().replace(tzinfo=None)
    # Business days may end after midnight, and the day after counts by the calendar too.
    first, last = (
        cut.first.header.business_day,
        max(cut.last.header.business_day, now.date().isoformat()),
    )
    wanted = [
        (what, file_format, begin, end)
        for begin, end in _years(first, last)
        for what, file_format in EXPORTS
    ]
    wanted += [(what, file_format, *list(_years(first, last))[-1]) for what, file_format in ONCE]
    for what, file_format, begin, end in wanted:
        order = Order(what, file_format, Period.of(begin, end), now, made_by, unit)
        try:
            parts = parts_of(order.checked(), records, maker, typeset, Tally())
            write_parts(parts, to)
        except Refusal as no:
            left_out.append(LeftOut(f"{what}.{file_format} {begin} - {end}", no.code))
    return tuple(left_out)


def _years(first: str, last: str) -> Iterator[tuple[str, str]]:
    for year in range(int(first[:4]), int(last[:4]) + 1):
        yield max(first, f"{year}-01-01"), min(last, date(year, 12, 31).isoformat())


def _designation(cut: Cut) -> str:
    return _opened(cut).designation


def _opened(cut: Cut) -> JournalOpened:
    body = decode_body(cut.first.header.kind, cut.first.header.version, cut.first.body)
    if not isinstance(body, JournalOpened):
        raise JournalDamage("a journal begins with journal.opened")
    return body


def _manifest(
    records: JournalFile,
    cut: Cut,
    there: Path,
    device: DeviceFile,
    made_by: str,
    left_out: tuple[LeftOut, ...],
) -> Manifest:
    row, opened, header = records.store_row(), _opened(cut), cut.last.header
    store = decode(StoreCard, row) if row else None
    enrolled = device.enrolment()
    sold_as = brand()
    grand = cut.last_z.grand if cut.last_z else None
    files = {
        path.relative_to(there).as_posix(): PackedFile(path.stat().st_size, _sha256(path))
        for path in sorted(there.rglob("*"))
        if path.is_file()
    }
    return Manifest(
        package.FORMAT,
        datetime.now().astimezone().isoformat(timespec="seconds"),
        made_by,
        sold_as.name,
        sold_as.version_name,
        header.company,
        store.company_name if store else (enrolled.company_name if enrolled else ""),
        store.org_number if store else "",
        header.till,
        header.store,
        store.store_name if store else "",
        opened.designation,
        opened.predecessor,
        1,
        header.seq,
        cut.last.hash.hex(),
        cut.first.header.business_day,
        header.business_day,
        cut.kinds,
        cut.receipts,
        cut.closings,
        grand.sales_minor if grand else 0,
        grand.returns_minor if grand else 0,
        base64.b64encode(device.public_key()).decode(),
        files,
        left_out,
    )


def _seal(manifest: Manifest, there: Path, device: DeviceFile, out: Path) -> Path:
    """Put the words for people in, sign, and pack: under its own name only when it is whole."""
    (there / package.README).write_text(package.readme(manifest), encoding="utf-8")
    told = PackedFile((there / package.README).stat().st_size, _sha256(there / package.README))
    files = {**manifest.files, package.README: told}
    sealed = package.manifest_bytes(replace(manifest, files=files))
    (there / package.MANIFEST).write_bytes(sealed)
    (there / package.SIGNATURE).write_bytes(base64.b64encode(device.key().sign(sealed)))
    stem = package.package_stem(manifest.register)
    part = out / f"{stem}-{manifest.last_day}.zip.part"
    pack(sorted(path for path in there.rglob("*") if path.is_file()), part, there)
    with PackageFile(part) as made:
        made.prove()
    with part.open("rb") as file:
        os.fsync(file.fileno())
    return part.replace(part.with_suffix(""))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin till-package", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    maker = does.add_parser("make", help="everything of a register, in one proven zip")
    maker.add_argument("register", type=Path, help="the register's folder, <data>/<till>-<store>")
    maker.add_argument("--out", type=Path, default=Path(), help="where the zip goes")
    maker.add_argument("--user", default="", help="who asks, for the package")
    maker.add_argument("--unit", default="", help="the control unit, if no receipt names it yet")
    maker.add_argument("--gently", action="store_true", help="let everybody else go first")
    maker.add_argument("--json", action="store_true", help="say what was made as JSON")
    prover = does.add_parser("verify", help="prove a package, or say what is wrong with it")
    prover.add_argument("file", type=Path)
    opener = does.add_parser("open", help="put a proven package beside a till, to be read there")
    opener.add_argument("file", type=Path)
    opener.add_argument("--data", type=Path, required=True, help="the folder of the till's files")
    opener.add_argument("--gently", action="store_true", help="let everybody else go first")
    opener.add_argument("--json", action="store_true", help="say what came of it as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 damaged, 2 not readable, 3 refused."""
    options = arguments(argv)
    if options.does == "make":
        return _make(options)
    try:
        if options.does == "open":
            return _open(options)
        with PackageFile(options.file) as found:
            _tell(found)
        return EXIT_DONE
    except PackageDamage as damage:
        print(FAULT_WORDS[damage.code].format(about=damage.about), file=sys.stderr)
        return EXIT_UNREADABLE if damage.code == "not_a_package" else EXIT_DAMAGED


def _tell(found: PackageFile) -> None:
    manifest = found.prove()
    print(
        f"{manifest.register} ({manifest.designation}), {manifest.company_name}:"
        f" {manifest.last_seq} entries, whole. Head {manifest.head}\n"
        f"{manifest.receipts} receipts, {manifest.closings} Z, {len(manifest.files)} files."
        f" Signed by the key with SHA-256 {found.key_sha256}"
    )


def _open(options: argparse.Namespace) -> int:
    if options.gently:
        go_gently()
    try:
        kept = Archives(options.data)
        archive = kept.find(kept.import_package(options.file))
    except ArchiveTaken as taken:
        return _not_taken(f"Nothing was changed: {taken}.", "taken", "", options)
    except NoRoom as full:
        words = f"There is too little room: free {full} MB. Nothing was changed."
        return _not_taken(words, "no_room", str(full), options)
    except PackageDamage as damage:
        if options.json:
            print(json.dumps({"fault": damage.code, "about": damage.about}))
        raise
    assert archive is not None, "it was just put there"
    if options.json:
        print(json.dumps({"archive": archive.name}))
        return EXIT_DONE
    named = f"{archive.facts.register} ({archive.facts.designation})"
    print(f"{named} can be read at the till: Menu, Earlier tills")
    return EXIT_DONE


def _not_taken(words: str, code: str, about: str, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"fault": code, "about": about}))
    print(words, file=sys.stderr)
    return EXIT_REFUSED


def _make(options: argparse.Namespace) -> int:
    if options.gently:
        go_gently()
    try:
        secrets = options.register.resolve().parent / "device.sqlite"
        if not secrets.is_file():
            raise FileNotFoundError(f"{secrets} is not there")
        device = DeviceFile(secrets)
        try:
            made = make(options.register, device, options.out, options.user, options.unit)
        finally:
            device.close()
    except JournalDamage as damage:
        return _fail(f"The journal is damaged. {damage}.", "damaged", EXIT_DAMAGED, options)
    except SetRefused as full:
        words = f"There is too little room: free {full.detail} MB, or name another folder."
        return _fail(words, full.code, EXIT_REFUSED, options)
    except (sqlite3.Error, BrandUnusable, OSError, subprocess.SubprocessError) as fault:
        words = f"{options.register} cannot be packed: {fault}."
        return _fail(words, "unreadable", EXIT_UNREADABLE, options)
    if options.json:
        told = {"files": [str(made)], "written": {}, "unmapped": {}, "remark": ""}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(made)
    return EXIT_DONE


def _fail(words: str, code: str, exit_code: int, options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"refused": code, "words": words}, ensure_ascii=False))
    print(words, file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
