"""The file that an order becomes: of one register, or of several in one zip."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from skrin.brand import brand
from skrin.domain.refusal import Refusal
from skrin.exports.journal import count_around
from skrin.exports.journal_xml_se import Tally
from skrin.exports.orders import PRICES, Maker, Order, parts_of
from skrin.office.records.queries import OfficeRecords
from skrin.packing import pack, plain_name, typeset, write_parts


@dataclass(frozen=True, slots=True)
class Register:
    """A till in a store: whose records are wanted."""

    till: str
    store: int
    designation: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of which registers; the first one names the file when it is of several."""

    order: Order
    registers: tuple[Register, ...]


RecordsOf = Callable[[Register], OfficeRecords]


def maker() -> Maker:
    """What the program calls itself in its files."""
    sold_as = brand()
    return Maker(sold_as.model_name, sold_as.name, sold_as.version_name)


def count_entries(asked: Asked, records_of: RecordsOf) -> int:
    """How many entries are read for it: what its making costs. 0 for what is no list of entries."""
    if asked.order.what == PRICES:
        return 0
    return sum(count_around(records_of(one), asked.order.period) for one in asked.registers)


def make_file(asked: Asked, folder: Path, records_of: RecordsOf) -> Path:
    """The file, somewhere below `folder`. A register without registrations in the period is left
    out.

    Raises `Refusal` (as `exports.orders.parts_of`; `no_registrations` when there are none at all),
    `JournalDamage`.
    """
    order, tally, files = asked.order, Tally(), list[Path]()
    for one in asked.registers:
        records = records_of(one)
        if not records.last_seq():
            continue
        try:
            parts = parts_of(order, records, maker(), typeset, tally)
            files += write_parts(parts, folder / f"{plain_name(one.designation)}_{one.till}")
        except Refusal as no:
            if no.code != "no_registrations":
                raise
    if not files:
        raise Refusal("no_registrations")
    if len(files) == 1:
        return files[0]
    return packed(asked, files, folder)


def packed(asked: Asked, files: Iterable[Path], folder: Path) -> Path:
    """The files in one zip in `folder`, named by the order."""
    first, last = asked.order.period.names
    name = f"{asked.order.what}_{plain_name(asked.registers[0].designation)}_{first}-{last}.zip"
    return pack(files, folder / name, folder)
