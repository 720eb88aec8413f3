"""The amount chooses the outcome, by the last three digits in minor units. Payments only.

| digits | outcome |
|---|---|
| 124 | Refusal |
| 134 | WrongPIN |
| 140 | Cancel |
| 150 | approved, but the answer is lost |
| 151 | never processed, and the answer is lost |
| 152 | runs for long (`long_ms`), then approved |
| 153 | Busy |
"""

from __future__ import annotations

from dataclasses import dataclass

_CONDITIONS = {124: "Refusal", 134: "WrongPIN", 140: "Cancel", 153: "Busy"}


@dataclass(frozen=True)
class Outcome:
    """What becomes of a payment. An empty condition is an approval."""

    condition: str = ""
    is_processed: bool = True
    is_answered: bool = True
    takes_long: bool = False


def outcome_of(amount_minor: int) -> Outcome:
    """The outcome that a Normal payment of this amount has."""
    digits = amount_minor % 1000
    if digits == 150:
        return Outcome(is_answered=False)
    if digits == 151:
        return Outcome(is_processed=False, is_answered=False)
    if digits == 152:
        return Outcome(takes_long=True)
    return Outcome(condition=_CONDITIONS.get(digits, ""))
