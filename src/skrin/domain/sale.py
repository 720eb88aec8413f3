"""The way of a sale: its states and what leads from one to another, as a table.

The diagram in docs/ARCHITECTURE.md is drawn from `TRANSITIONS`; the desk (`skrin.domain.desk`)
follows it entry by entry.
"""

from __future__ import annotations

OPEN, PAYING, SEALED, SIGNED, DELIVERED = "open", "paying", "sealed", "signed", "delivered"
PARKED, ABORTED, STUCK = "parked", "aborted", "stuck"

TRANSITIONS: dict[str, dict[str, str]] = {
    OPEN: {
        "rung": OPEN,
        "money begun": PAYING,
        "nothing to pay": SEALED,
        "parked": PARKED,
        "aborted": ABORTED,
    },
    PARKED: {"fetched": OPEN, "deleted": ABORTED},
    PAYING: {
        "money begun": PAYING,
        "part settled": PAYING,
        "declined": OPEN,
        "next part declined": PAYING,
        "part backed out": PAYING,
        "last part backed out": OPEN,
        "outcome unknown": STUCK,
        "all settled": SEALED,
    },
    STUCK: {
        "asked again": STUCK,
        "found charged": PAYING,
        "found not charged": OPEN,
        "next part not charged": PAYING,
    },
    SEALED: {"unit silent": SEALED, "one of two marked": SEALED, "mark came": SIGNED},
    SIGNED: {"paper waits": SIGNED, "came out": DELIVERED},
    DELIVERED: {},
    ABORTED: {},
}
"""From each state, what can happen and where it leads. A sealed receipt has no way but on (D16)."""


def leads_to(state: str, event: str) -> str:
    """The state after `event`; an event that cannot happen in `state` is a bug."""
    assert event in TRANSITIONS[state], f"{event!r} cannot happen to a sale that is {state}"
    return TRANSITIONS[state][event]
