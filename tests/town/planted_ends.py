"""Faults planted in the end of a register's trade. As those of `planted`."""

from __future__ import annotations

from typing import Any

from tests.town.faults import fault, put

from skrin.town.world.weather import ENDS


@fault(ENDS, seed=2)
def ended_till_rings_goods() -> list[Any]:
    """A till whose trade has ended rings goods."""
    return [put("skrin.till.flow.till.TRADE", frozenset())]


@fault(ENDS, days=2)
def end_keeps_what_lies_here() -> list[Any]:
    """A till ends its trade, and keeps what it said it gave back."""

    def fold(file: Any) -> None:
        file.put_state("handed_over", "1")

    return [put("skrin.till.flow.handing_over.fold_handed_over", fold)]


@fault(ENDS, "makes a copy", seed=6)
def end_not_heard_by_the_book() -> list[Any]:
    """The office reads that a trade has ended, and its book goes on as if it held all of it."""
    return [put("skrin.office.rights.actions._handed_over", lambda saying: None)]


@fault(ENDS, seed=2)
def end_forgotten_when_made_again() -> list[Any]:
    """A register that is made again from its entries does not know that its trade has ended."""
    return [put("skrin.till.flow.rebuilding.fold_handed_over", lambda file: None)]
