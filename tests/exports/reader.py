"""A strict reader of SIE 4I, written from the standard and sharing nothing with the writer.

It refuses what lenient accounting programs let pass: another character set, labels that do not
belong into 4I, a missing mandatory record, three decimals, an account that is not declared, a
voucher that does not add up, a wrong #KSUMMA.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime

MANDATORY = ("#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN")
ALLOWED = {*MANDATORY, "#KSUMMA", "#ORGNR", "#KONTO", "#VER", "#TRANS"}
# A quoted field, an object list, or a bare one.
FIELD = re.compile(r'"((?:[^"\\]|\\"|\\(?!"))*)"|\{([^}]*)\}|([^\s"{}]+)')


class Faulty(AssertionError):
    """The file is not strict SIE 4I; the text says why."""


@dataclass
class Read:
    """What a file says: header fields by label, account names, vouchers."""

    header: dict[str, list[str]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    vouchers: list[Vouched] = field(default_factory=list)


@dataclass
class Vouched:
    """A voucher: series, number, date, text, and öre per line."""

    head: list[str]
    lines: list[tuple[str, int, list[str]]] = field(default_factory=list)


def require(holds: object, why: str) -> None:
    if not holds:
        raise Faulty(why)


def fields_of(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        match = FIELD.match(text, at)
        require(match, f"a field cannot be read: {text!r}")
        assert match is not None
        quoted, objects, bare = match.groups()
        if quoted is not None:
            found.append(quoted.replace('\\"', '"'))
        else:
            found.append("{}" if objects is not None else bare)
        at = match.end()
        require(at == len(text) or text[at] in " \t", f"fields run together: {text!r}")
    return found


def to_ore(text: str) -> int:
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,2}))?", text)
    require(match, f"not an amount of at most two decimals: {text!r}")
    assert match is not None
    minor = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -minor if match[1] else minor


def read_strictly(data: bytes) -> Read:
    """Read a file, or raise `Faulty`."""
    text = data.decode("cp437")
    require(text.encode("cp437") == data, "code page 437 goes there and back")
    require(data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b""), "CR LF ends lines")
    lines = text.split("\r\n")[:-1]
    require(lines[0] == "#FLAGGA 0", "the first line is #FLAGGA 0")
    require(all(line.isprintable() for line in lines), "no control characters")
    read, open_voucher, summed = Read(), None, ""
    sums: list[list[str]] = []
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare in ("{", "}"):
            if bare == "{":
                require(lines[at - 1].startswith("#VER"), "a brace opens after #VER")
                open_voucher = read.vouchers[-1]
            else:
                require(open_voucher is not None, "a brace closes what is open")
                open_voucher = None
            continue
        label, *fields = bare.split(None, 1)[:1] + fields_of(bare.partition(" ")[2])
        require(label in ALLOWED, f"{label} does not belong into this file")
        if label not in ("#FLAGGA", "#KSUMMA"):
            summed += label + "".join(fields).replace("{}", "")
        if label == "#KSUMMA":
            sums.append(fields)
        elif label == "#TRANS":
            require(open_voucher is not None, "#TRANS stands in a voucher")
            assert open_voucher is not None
            require(fields[1] == "{}", "the object list is there even when empty")
            open_voucher.lines.append((fields[0], to_ore(fields[2]), fields[3:]))
        elif label == "#VER":
            require(open_voucher is None, "vouchers do not nest")
            datetime.strptime(fields[2], "%Y%m%d")  # noqa: DTZ007 - a date has no zone
            read.vouchers.append(Vouched(fields))
        elif label == "#KONTO":
            require(re.fullmatch(r"\d+", fields[0]) and len(fields) == 2, "an account and a name")
            require(not read.vouchers, "accounts are declared before vouchers")
            require(fields[0] not in read.accounts, "an account is declared once")
            read.accounts[fields[0]] = fields[1]
        else:
            require(label not in read.header, f"{label} stands once")
            read.header[label] = fields
    require(open_voucher is None, "every voucher is closed")
    _check_whole(read, sums, summed)
    return read


def _check_whole(read: Read, sums: list[list[str]], summed: str) -> None:
    for label in MANDATORY:
        require(any(read.header.get(label, [])), f"{label} is mandatory")
    require(read.header["#FORMAT"] == ["PC8"] and read.header["#SIETYP"] == ["4"], "PC8, type 4")
    if sums:
        require(sums == [[], [str(zlib.crc32(summed.encode("cp437")))]], "the check sum is right")
    for voucher in read.vouchers:
        require(voucher.lines, "a voucher has lines")
        require(sum(minor for _, minor, _ in voucher.lines) == 0, "a voucher adds up to zero")
        for account, _, _ in voucher.lines:
            require(account in read.accounts, f"{account} is declared")
