"""The till's number series, for who inspects it: how far each has come, and what is not there."""

from __future__ import annotations

from collections import Counter

from skrin.domain.desk import Pending
from skrin.domain.entry import TRAINING
from skrin.till.flow.completing import MESSAGE_SERIES
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

LOOKS_MOST = 5


def series_told(till: Till, reader: ShopReader) -> dict[str, tuple[int, int]]:
    """(last number, how many up to it are in no entry) of each series that has begun. None are
    missing, unless somebody was here."""

    def given() -> tuple[dict[str, int], tuple[Pending, ...]]:
        return dict(till.series), tuple(till.desk.pending)

    for _ in range(LOOKS_MOST):
        last, pending = till.run(given)
        used = _used(reader, pending)
        if till.run(given) == (last, pending):  # Else a number was given while these were counted.
            break
    return {
        name: (number, max(0, number - used[name]))
        for name, number in last.items()
        if name in used and number
    }


def _used(reader: ShopReader, pending: tuple[Pending, ...]) -> Counter[str]:
    """How many numbers of each series stand somewhere; those that wait for the control unit too."""
    used = Counter(reader.numbers_used())
    for one in pending:
        used.update(["training" if one.mode == TRAINING else "receipt"])
    # Every document that the unit hears has a serial of its own, and a new one when it wanted one.
    told = ("receipt", "training", "copy", "pro_forma", "serial.renewed")
    used[MESSAGE_SERIES] = sum(used[name] for name in told)
    return used
