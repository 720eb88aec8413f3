"""SIE 4I: vouchers for an accounting program, in code page 437.

Source: "SIE filformat, utgåva 4B" (SIE-Gruppen, 2008-09-30). The file is written strictly: only
labels of the standard, every account declared, no voucher that does not add up to zero. It never
invents a line to balance (D14): a difference is a fault of ours and must be seen.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from skrin.domain.money import plain_amount
from skrin.domain.refusal import Refusal
from skrin.domain.repertoire import within

CODE_PAGE = "cp437"
LINE_END = b"\r\n"

_Record = tuple[str, tuple[str, ...]]
"""A label and its fields; an object list is the field `{}`."""

_NO_OBJECTS = "{}"
_OBJECTS_PLACE = ("#TRANS", 1)
_MEANINGFUL = {"\\": "/", "{": "(", "}": ")"}
"""Characters of a text that readers take for something else; a standard without a way to escape
them leaves only to write them otherwise. (A quote can be escaped.)"""


class Unbalanced(Refusal):
    """A voucher whose lines do not add up to zero. `difference_minor` is debit less credit."""

    def __init__(self, voucher: str, difference_minor: int) -> None:
        super().__init__("voucher_unbalanced", voucher=voucher, difference_minor=difference_minor)
        self.difference_minor = difference_minor


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the company's chart: its number (digits) and its name."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Company:
    """Whose file it is; `org_number` as NNNNNN-NNNN, or empty."""

    name: str
    org_number: str = ""


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """What one account gets: debit positive, credit negative, in minor units."""

    account: str
    amount_minor: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher of one day (YYYY-MM-DD). An empty series or number is given by the receiver."""

    day: str
    text: str
    lines: tuple[VoucherLine, ...]
    series: str = ""
    number: str = ""

    @property
    def difference_minor(self) -> int:
        """Debit less credit: zero in every voucher that may be written."""
        return sum(line.amount_minor for line in self.lines)


def sie_file(
    vouchers: Sequence[Voucher],
    company: Company,
    accounts: Iterable[Account],
    made_on: date,
    program: str,
    version: str,
    *,
    checksum: bool = False,
) -> bytes:
    """The bytes of a SIE 4I file with `vouchers`, in the order given.

    Of `accounts` those that are used are declared; one without a name in it is declared with its
    number as name. A voucher without lines (a day without sales) is left out, and a file without
    vouchers is still a whole file. `checksum` adds #KSUMMA, which some readers refuse wrongly.

    Raises `Unbalanced`; `Refusal` (`account_not_numeric`) for an account that SIE cannot carry.
    """
    written = [voucher for voucher in vouchers if voucher.lines]
    for voucher in written:
        if voucher.difference_minor:
            raise Unbalanced(voucher.text, voucher.difference_minor)
    records: list[_Record] = [
        ("#PROGRAM", (program, version)),
        ("#FORMAT", ("PC8",)),
        ("#GEN", (f"{made_on:%Y%m%d}",)),
        ("#SIETYP", ("4",)),
    ]
    if company.org_number:
        records.append(("#ORGNR", (company.org_number,)))
    records.append(("#FNAMN", (company.name,)))
    records.extend(_account_records(written, accounts))
    for voucher in written:
        records.extend(_voucher_records(voucher))
    return _file_bytes(records, checksum)


def _account_records(vouchers: Sequence[Voucher], accounts: Iterable[Account]) -> list[_Record]:
    names = {account.number: account.name for account in accounts}
    used = sorted({line.account for voucher in vouchers for line in voucher.lines})
    for number in used:
        if not (number.isascii() and number.isdecimal()):
            raise Refusal("account_not_numeric", account=number)
    return [("#KONTO", (number, names.get(number) or number)) for number in used]


def _voucher_records(voucher: Voucher) -> Iterable[_Record]:
    day = voucher.day.replace("-", "")
    yield "#VER", (voucher.series, voucher.number, day, voucher.text)
    for line in voucher.lines:
        fields = (line.account, _NO_OBJECTS, plain_amount(line.amount_minor, "."))
        # To give a text, the date of the line must be given too, as empty.
        yield "#TRANS", (*fields, "", line.text) if line.text else fields


def _file_bytes(records: Sequence[_Record], checksum: bool) -> bytes:
    fitted = [_fitted(record) for record in records]
    lines = ["#FLAGGA 0"]
    if checksum:
        lines.append("#KSUMMA")
    inside = False
    for label, fields in fitted:
        if inside and label != "#TRANS":
            lines.append("}")
            inside = False
        indent = "   " if label == "#TRANS" else ""
        lines.append(indent + " ".join([label, *_written(label, fields)]))
        if label == "#VER":
            lines.append("{")
            inside = True
    if inside:
        lines.append("}")
    if checksum:
        lines.append(f"#KSUMMA {_checksum(fitted)}")
    return b"".join([line.encode(CODE_PAGE) + LINE_END for line in lines])


def _fitted(record: _Record) -> _Record:
    """The fields in the characters of code page 437, each on one line."""
    label, fields = record
    texts = []
    for place, field in enumerate(fields):
        text = within(field, CODE_PAGE).strip()
        if (label, place) != _OBJECTS_PLACE:
            text = "".join([_MEANINGFUL.get(char, char) for char in text])
        texts.append(text)
    return label, tuple(texts)


def _written(label: str, fields: Sequence[str]) -> Iterable[str]:
    """The fields as they stand in the file: quoted where they must be, quotes in them escaped."""
    for place, field in enumerate(fields):
        if (label, place) == _OBJECTS_PLACE:
            yield field
        elif not field or " " in field or '"' in field:
            escaped = field.replace('"', '\\"')
            yield f'"{escaped}"'
        else:
            yield field


def _checksum(records: Sequence[_Record]) -> int:
    """CRC-32 over labels and fields as bytes, without spaces between, quotes, braces, line ends."""
    summed = "".join(
        [label + "".join(fields).replace(_NO_OBJECTS, "") for label, fields in records]
    )
    return zlib.crc32(summed.encode(CODE_PAGE))
