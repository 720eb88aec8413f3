"""What stands around every page, and the till's state in one word."""

from __future__ import annotations

from datetime import date

from django.utils import formats, translation
from django.utils.translation import gettext

from skrin.till.flow.counter import Counter, PartState
from skrin.till.ui import words
from skrin.till.ui.screens import Frame, Level, State
from skrin.till.ui.served import served

LEVELS: dict[str, Level] = {"good": "good", "warn": "warn", "bad": "bad"}
STATE_POLL_MS = 2000


def frame(user_name: str = "", theme: str = "system") -> Frame:
    """The frame of a page."""
    till = served().counter.till
    store = till.registers.store
    return Frame(
        shop_name=store.company_name if store else "Skrin",
        store_name=store.store_name if store else till.identity.seat.name,
        till_name=till.identity.seat.designation,
        user_name=user_name,
        version=till.identity.version,
        state=state(),
        language=translation.get_language() or "sv",
    )


def parts_of(counter: Counter) -> list[PartState]:
    """The parts that decide how the till is, worst first."""
    rank = {"bad": 0, "warn": 1, "good": 2}
    parts = [counter.unit_state(), counter.printer_state(), counter.office_state()]
    return sorted(parts, key=lambda part: rank[part.level])


def state() -> State:
    """The one quiet icon."""
    worst = parts_of(served().counter)[0]
    label = gettext("All is well") if worst.level == "good" else words.state_sentence(worst.code)
    return State(
        level=LEVELS[worst.level],
        label=label,
        etag=f"{worst.level}-{worst.code}-{translation.get_language()}",
        poll_ms=STATE_POLL_MS,
    )


def day_name(business_day: str) -> str:
    """A business day as people say it: torsdag 20 november 2026."""
    return formats.date_format(date.fromisoformat(business_day), "l j F Y")
