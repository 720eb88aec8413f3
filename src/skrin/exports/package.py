"""A register's package: everything that it registered, with a proof, in one zip (D46). Pure.

`entries.bin` holds every record as it was written, each after a 4-byte big-endian length; all else
in the zip is made from it, for people and for other programs. `manifest.json` names every file with
its SHA-256 and tells the head of the journal; `manifest.sig` is the till's Ed25519 signature of the
manifest's bytes. So who has the package and the till's public key needs nobody's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from struct import Struct
from typing import IO

from skrin.domain.codec import decode, encode
from skrin.domain.entry import JournalDamage

FORMAT = "skrin-package-1"
ENTRIES, MANIFEST, SIGNATURE, README = "entries.bin", "manifest.json", "manifest.sig", "README.txt"

MOST_RECORD_BYTES = 64 * 1024 * 1024
"""No record is longer: what says so is damaged."""

_LENGTH = Struct(">I")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")


class PackageDamage(Exception):
    """A package that is not what its till made: the code says what is wrong, `about` where."""

    def __init__(self, code: str, about: str = "") -> None:
        """`code`: one of `FAULTS`."""
        super().__init__(f"{code}: {about}" if about else code)
        self.code = code
        self.about = about


FAULTS = (
    *("not_a_package", "format_unknown", "signature_wrong", "file_missing", "file_changed"),
    *("file_unknown", "journal_damaged", "head_differs"),
)


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of the package: its length in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not in the package, and why, in the code of a refusal."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package holds. `public_key` of the till, base64; `made_at` local time, ISO."""

    format: str
    made_at: str
    made_by: str
    program: str
    version: str
    company: int
    company_name: str
    org_number: str
    till: str
    store: int
    store_name: str
    designation: str
    predecessor: str
    first_seq: int
    last_seq: int
    head: str
    first_day: str
    last_day: str
    kinds: dict[str, int]
    receipts: int
    closings: int
    grand_sales_minor: int
    grand_returns_minor: int
    public_key: str
    files: dict[str, PackedFile]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def register(self) -> str:
        """The register's serial number."""
        return f"{self.till}-{self.store}"


def package_stem(register: str) -> str:
    """What stands in the name of a register's package."""
    return f"skrin-package-{plain(register)}"


def plain(text: str) -> str:
    """A text as part of a file's name: whatever is no letter or digit of ASCII is a hyphen."""
    return re.sub(r"[^A-Za-z0-9]", "-", text)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The bytes of the manifest, which are what is signed."""
    return encode(manifest)


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest. Raises `PackageDamage`: `not_a_package`, `format_unknown`."""
    try:
        manifest = decode(Manifest, text)
    except (ValueError, RecursionError) as fault:
        raise PackageDamage("not_a_package", str(fault)) from fault
    if manifest.format != FORMAT:
        raise PackageDamage("format_unknown", manifest.format)
    bad = next((name for name in manifest.files if not is_name(name)), None)
    if bad is not None:
        raise PackageDamage("not_a_package", bad)
    return manifest


def is_name(name: str) -> bool:
    """Whether a name can be a file's of a package: a plain path inside it."""
    return bool(_NAME.fullmatch(name)) and ".." not in name.split("/")


def pack_record(record: bytes) -> bytes:
    """A record as `entries.bin` holds it."""
    return _LENGTH.pack(len(record)) + record


def records_in(file: IO[bytes]) -> Iterator[bytes]:
    """The records of `entries.bin`, one by one. Raises `JournalDamage` where it is torn."""
    while length := file.read(_LENGTH.size):
        if len(length) < _LENGTH.size:
            raise JournalDamage("the last record is torn inside its length")
        (size,) = _LENGTH.unpack(length)
        if size > MOST_RECORD_BYTES:
            raise JournalDamage("a record is longer than any can be")
        record = file.read(size)
        if len(record) < size:
            raise JournalDamage("the last record is torn")
        yield record


def page(title: str, papers: Iterable[str]) -> Iterator[bytes]:
    """An HTML page of papers that any browser shows, now and later: no script, no other file."""
    yield (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font-family:system-ui,sans-serif;margin:1rem}"
        "pre.paper{background:#fff;color:#000;border:1px solid #999;padding:1rem;"
        "width:max-content;max-width:100%;overflow:auto;break-inside:avoid}</style>"
        f"<h1>{escape(title)}</h1>\n"
    ).encode()
    for paper in papers:
        yield f"{paper}\n".encode()
    yield b"</html>\n"


def readme(manifest: Manifest) -> str:
    """What is in the package, for whoever opens it years from now."""
    left_out = "".join(f"  {one.name}: {one.why}\n" for one in manifest.left_out)
    return f"""\
{manifest.company_name} ({manifest.org_number}), kassa {manifest.designation}
Kassaregister {manifest.register}, butik {manifest.store_name}
{manifest.first_day} - {manifest.last_day}, {manifest.last_seq} poster

PÅ SVENSKA
Detta är allt som kassaregistret har registrerat.
  entries.bin     varje post som den skrevs; allt annat är gjort av den
  receipts/       kvitton att läsa i en webbläsare, en fil per månad
  z/              Z-dagrapporter att läsa i en webbläsare, en fil per år
  export/         journalminne (XML, CSV), Z-listor, prislista, ändringshistorik
  manifest.json   varje fil med sin SHA-256, och journalens sista hash
  manifest.sig    kassans underskrift (Ed25519, base64) av manifest.json
Pröva paketet:  skrin till-package verify FIL
Läs det:        i en kassa under Meny, Tidigare kassor

IN ENGLISH
This is everything that the register has registered.
  entries.bin     every record as it was written; all else is made from it
  receipts/       receipts to read in a browser, one file for each month
  z/              Z reports to read in a browser, one file for each year
  export/         the journal (XML, CSV), lists of Z, price list, history of changes
  manifest.json   every file with its SHA-256, and the last hash of the journal
  manifest.sig    the till's signature (Ed25519, base64) of manifest.json
Prove it:  skrin till-package verify FILE
Read it:   at a till, Menu, Earlier tills

HOW TO PROVE IT WITHOUT THE PROGRAM
1. The Ed25519 signature in manifest.sig is over the bytes of manifest.json, by the key
   {manifest.public_key} (base64). Compare the key with what the office shows of the till.
2. Each file has the SHA-256 that the manifest says.
3. entries.bin is a run of records, each after its length (4 bytes, big-endian). A record is fifteen
   fields, each after its length in the same way; the fourteenth is the SHA-256 of the record
   before, 32 zeros in the first. The SHA-256 of the last record is the manifest's "head".

Not in this package / finns inte i paketet:
{left_out or "  -"}
"""
