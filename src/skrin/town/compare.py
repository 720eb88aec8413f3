"""Sums that several witnesses tell of the same sales, in one table, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, fields

from skrin.domain.money import plain_amount


@dataclass(frozen=True, slots=True)
class Sums:
    """What a witness tells, in minor units; None = this witness does not know.

    `total_minor` is before cash rounding, `cash_minor` and `card_minor` are what was really paid.
    """

    receipts: int | None = 0
    total_minor: int | None = 0
    rounding_minor: int | None = 0
    cash_minor: int | None = 0
    card_minor: int | None = 0

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return self._with(other, 1)

    def minus(self, other: Sums) -> Sums:
        """What came after `other`."""
        return self._with(other, -1)

    def _with(self, other: Sums, sign: int) -> Sums:
        def joined(name: str) -> int | None:
            mine, theirs = getattr(self, name), getattr(other, name)
            return None if mine is None or theirs is None else mine + sign * theirs

        return Sums(*(joined(column.name) for column in fields(Sums)))


@dataclass(frozen=True, slots=True)
class Witness:
    """Who tells, and what."""

    name: str
    sums: Sums
    remark: str = ""


HEADINGS = {
    "receipts": "receipts",
    "total_minor": "total",
    "rounding_minor": "cash rounding",
    "cash_minor": "cash",
    "card_minor": "card",
}


def differences(rows: list[Witness]) -> list[str]:
    """A line for every figure in which a witness differs from the first one."""
    first, lines = rows[0], []
    for row in rows[1:]:
        for name, heading in HEADINGS.items():
            wanted, told = getattr(first.sums, name), getattr(row.sums, name)
            if told is not None and wanted is not None and told != wanted:
                lines.append(
                    f"{heading}: {first.name} {_shown(name, wanted)},"
                    f" {row.name} {_shown(name, told)}"
                )
    return lines


def _shown(name: str, figure: int | None) -> str:
    if figure is None:
        return "–"
    return str(figure) if name == "receipts" else plain_amount(figure)


def print_table(title: str, rows: list[Witness]) -> int:
    """Print what each witness tells of `title`; returns how many figures differ."""
    print(f"\n  {title:<16}" + "".join(f"{heading:>15}" for heading in HEADINGS.values()))
    for row in rows:
        cells = "".join(f"{_shown(name, getattr(row.sums, name)):>15}" for name in HEADINGS)
        print(f"  {row.name:<16}{cells}  {row.remark}".rstrip())
    found = differences(rows)
    for line in found:
        print(f"  DIFFERS {title}: {line}")
    if not found:
        print("  all agree")
    return len(found)
