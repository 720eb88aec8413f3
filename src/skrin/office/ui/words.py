"""Figures and times as people read them: in the language of the page, money as the country
writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils import translation

from skrin.domain.closing import local_time
from skrin.domain.money import grouped_amount
from skrin.domain.quantity import ONE, quantity_text
from skrin.office.statistics.queries import Quantity

NBSP = "\N{NO-BREAK SPACE}"


def language() -> str:
    """The language of the page."""
    return translation.get_language() or "sv"


def money(amount_minor: int) -> str:
    """`123450` as `1 234,50`, with no-break spaces and a true minus."""
    return grouped_amount(amount_minor)


def whole(number: int) -> str:
    """`9465` as `9 465`."""
    sign = "\N{MINUS SIGN}" if number < 0 else ""
    return sign + f"{abs(number):,}".replace(",", NBSP)


def percent(per_mille: int | None) -> str:
    """`612` as `61,2 %`; None as nothing."""
    if per_mille is None:
        return ""
    sign = "\N{MINUS SIGN}" if per_mille < 0 else ""
    return f"{sign}{abs(per_mille) // 10},{abs(per_mille) % 10}{NBSP}%"


def rate(rate_bp: int) -> str:
    """`1200` as `12 %`."""
    whole_part, part = divmod(rate_bp, 100)
    decimals = f",{part:02d}".rstrip("0") if part else ""
    return f"{whole_part}{decimals}{NBSP}%"


def quantity(quantities: Sequence[Quantity]) -> str:
    """How much was sold: pieces as `412`, what is weighed as `12,350 kg`, both as
    `412 st, 12,350 kg`: units are never added up."""
    if not quantities:
        return "0"
    if len(quantities) == 1 and not quantities[0].decimals:
        return whole(quantities[0].quantity_milli // ONE)
    return ", ".join(
        f"{quantity_text(one.quantity_milli, one.decimals)}{NBSP}{one.unit}" for one in quantities
    )


def long_day(day: date) -> str:
    """`onsdag 19 november 2025`."""
    return format_date(day, "EEEE d MMMM y", locale=language())


def moment(at_utc_ms: int, utc_offset_min: int) -> str:
    """`2025-11-19 14:02`, by the clock of the till."""
    return local_time(at_utc_ms, utc_offset_min).strftime("%Y-%m-%d %H:%M")


def clock(at_ms: int, zone: str) -> str:
    """`14:02` of an instant by the clock of the company."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_and_clock(at_ms: int, zone: str) -> str:
    """`2025-11-19 14:02` of an instant by the clock of the company."""
    return f"{day_of(at_ms, zone)} {clock(at_ms, zone)}"


def day_of(at_ms: int, zone: str) -> str:
    """`2025-11-19` of an instant by the clock of the company."""
    return (
        datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(ZoneInfo(zone)).date().isoformat()
    )
