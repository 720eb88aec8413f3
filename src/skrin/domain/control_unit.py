"""What the journal says of the control unit: which, whose, and every fault with its times.

A fault is to be documented and reported without delay (SKVFS 2014:10 4:1), so it stands in the
chain. An answered question makes no entry: the mark on each receipt is the proof that it worked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitChosen:
    """`unit.chosen`: a person said at the till which unit it uses from now on.

    `kind` and `address` as on the page (never a password); `skips_zero`: receipts of nothing are
    not told it. `kind` empty: what the office names counts again.
    """

    kind: str
    address: str
    skips_zero: bool


@dataclass(frozen=True, slots=True)
class UnitMet:
    """`unit.met`: the unit said who it is, and it is another than before, or the register is.

    From here on unit and designation belong to `org_number`: a new owner needs another pair.
    `same_owner`: a person stated that the number was only corrected.
    """

    unit_id: str
    model: str
    protocol: str
    firmware: str
    designation: str
    org_number: str
    same_owner: bool = False


@dataclass(frozen=True, slots=True)
class UnitFailed:
    """`unit.failed`: the unit gave no mark, or said that it gives none. `code` is `silent` or such,
    the unit's main status (one digit) or its error (three); `waiting_number` is the receipt that
    waits for a code because of it, 0 = none."""

    code: str
    waiting_number: int


@dataclass(frozen=True, slots=True)
class UnitAnswered:
    """`unit.answered`: the unit works again. `code` and `since_utc_ms` of the fault that ended."""

    code: str
    since_utc_ms: int
