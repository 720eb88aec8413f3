"""What our own pages send, read: numbers, taps, amounts, quantities, percentages."""

from __future__ import annotations

import re

from skrin.domain.money import parse_amount
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.ui.guard import StaffRequest
from skrin.till.ui.served import served

_WHOLE = re.compile(r"-?[0-9]{1,11}")
_DECIMAL = re.compile(r"(?P<whole>[0-9]{1,6})(?:[.,](?P<part>[0-9]{0,3}))?")
TYPED_MOST = 20


class Unreadable(Exception):
    """A form that our own pages never send."""


def number(request: StaffRequest, name: str) -> int:
    """A whole number out of a field of our own."""
    text = request.POST.get(name, "")
    if not _WHOLE.fullmatch(text):
        raise Unreadable(name)
    return int(text)


def numbers(request: StaffRequest, beginning: str) -> tuple[int, ...]:
    """All whole numbers of the fields whose names begin so, in the order of the names."""
    found: list[int] = []
    for name in sorted(name for name in request.POST if name.startswith(beginning)):
        for text in request.POST.getlist(name):
            if text and not _WHOLE.fullmatch(text):
                raise Unreadable(name)
            found += [int(text)] if text else []
    return tuple(found)


def tap_id(request: StaffRequest) -> str:
    """The id that the screen made for this tap (D20)."""
    found = request.POST.get("tap_id", "").replace("-", "").lower()
    if len(found) != 32 or not all(sign in "0123456789abcdef" for sign in found):
        raise Unreadable("tap_id")
    return found


def typed(request: StaffRequest, name: str) -> str:
    """What a person typed into a field for figures."""
    return request.POST.get(name, "").strip()[:TYPED_MOST]


def amount(request: StaffRequest, name: str = "amount", *, zero_ok: bool = False) -> int | None:
    """A typed amount in minor units; None when nothing was typed."""
    text = typed(request, name)
    return parse_amount(text, zero_ok=zero_ok) if text else None


def quantity(request: StaffRequest, name: str = "quantity") -> int | None:
    """A typed quantity in thousandths; None when nothing was typed.

    Refused with `quantity_unreadable`.
    """
    text = typed(request, name)
    milli = _thousandths(text) if text else None
    if text and milli is None:
        raise Refusal("quantity_unreadable", typed=text)
    return milli


def percent(request: StaffRequest, name: str = "value") -> int:
    """A typed percentage in basis points. Refused with `percent_unreadable`."""
    milli = _thousandths(typed(request, name).removesuffix("%").strip())
    if milli is None or milli % 10:
        raise Refusal("percent_unreadable", typed=typed(request, name))
    return milli // 10


def _thousandths(text: str) -> int | None:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    return int(match["whole"]) * ONE + int((match["part"] or "").ljust(3, "0"))


def approver(request: StaffRequest, right: str = "") -> Person | None:
    """Who approves this one command, by name and PIN; None when nobody was asked. `right`: what
    they say yes to, where the form does not name it.

    Refused: `approver_wanted`, `pin_wrong`, `pin_wait`, `pin_unknown_here`, `approver_not_allowed`.
    """
    person = request.POST.get("approver", "")
    if not person:
        if "pin" in request.POST:
            raise Refusal("approver_wanted")
        return None
    return served().door.approve(
        person, typed(request, "pin"), right or request.POST.get("right", "")
    )
