"""What a replay shows: how far it is, and in the end one table of all figures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from skrin.town.replay_figures import Difference, Key, Place, shown
from skrin.town.replay_sales import SalesFile

BAR_WIDTH = 30
LINE_EVERY = 10


class Progress:
    """A bar that is drawn over itself on a terminal, a line for every tenth elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        """Where to show it."""
        self._stream = stream
        self._drawn = stream.isatty()
        self._shown = -1

    def say(self, words: str) -> None:
        """A step of the work."""
        print(f"{words} ...", file=self._stream, flush=True)

    def at(self, done: int, total: int, words: str) -> None:
        """So much of it is done."""
        share = done * 100 // total
        if self._drawn:
            if share != self._shown or done % 50 == 0:
                filled = BAR_WIDTH * done // total
                bar = "#" * filled + "." * (BAR_WIDTH - filled)
                text = f"\r[{bar}] {share:3} %  {done} of {total} sales  {words}"
                print(text, end="", file=self._stream, flush=True)
        elif share // LINE_EVERY != self._shown // LINE_EVERY:
            text = f"{share:3} %  {done} of {total} sales  {words}"
            print(text, file=self._stream, flush=True)
        self._shown = share

    def done(self) -> None:
        """All of it is done."""
        if self._drawn:
            print(file=self._stream, flush=True)


def summary(
    places: Sequence[Place],
    found: Sequence[Difference],
    told: dict[str, Any],
    sales: SalesFile,
    took_s: float,
) -> str:
    """The table, what was sold as an open price, and a line for every difference."""
    empty = told["empty_days"]
    lines = [
        f"{sales.rows} rows, {sales.transactions} transactions, of which {len(sales.sales)} sell;"
        f" {told['dates_with_sales']} dates with sales,"
        f" {told['closings']} days closed, {len(empty)} of them empty"
        + (f" ({', '.join(empty)})" if empty else ""),
        "",
        *_table(places),
        "",
    ]
    unknown = told["unknown_items"]
    if unknown:
        lines.append("Not in the price list, sold as an open price on a group:")
        lines.append("  " + ", ".join(f"{item} ({rows})" for item, rows in unknown.items()))
        lines.append("")
    lines.extend(difference.line() for difference in found)
    compared = sum(
        sum(key.kind in place.kinds for key in places[0].figures) for place in places[1:]
    )
    verdict = f"{len(found)} differ" if found else "all agree"
    lines.append(f"{compared} figures compared, {verdict}. It took {took_s:.0f} s.")
    return "\n".join(lines)


def _rows(file: Place) -> list[Key]:
    counted = [Key(what) for what in ("transactions", "receipts", "closings", "documents")]
    sums = [Key(what) for what in ("total", "rounding", "cash", "cash receipts")]
    sums += [Key("card"), Key("card receipts")]
    rates = sorted({key.of for key in file.figures if key.what == "vat at"}, key=int)
    by_rate = [Key(what, rate) for rate in rates for what in ("gross at", "vat at")]
    rest = [Key(what) for what in ("vat", "cost", "grand total", "entries", "not taken")]
    return [*counted, *sums, *by_rate, *rest]


def _table(places: Sequence[Place]) -> list[str]:
    rows = [["", *(place.name for place in places)]]
    for key in _rows(places[0]):
        said = [place.says(key) for place in places]
        cells = ["" if value is None else shown(key.what, value) for value in said]
        if any(value not in (None, said[0]) for value in said):
            cells.append("<-- differs")
        rows.append([key.words(), *cells])
    widths = [max(len(row[place]) for row in rows) for place in range(len(places) + 1)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, [*widths, 0], strict=False))
        ).rstrip()
        for row in rows
    ]
