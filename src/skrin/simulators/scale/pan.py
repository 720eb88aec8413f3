"""What lies on the scale, and how the scale is: one reading for each time that it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from ..switches import Switch, Switches

CAPACITY_G = 15_000


def scale_switches() -> Switches:
    """The switches of a scale: what lies on it among them."""
    return Switches(
        [
            Switch(
                "gross_g", 0, "what lies on the pan, in grams", limits=(0, 30_000), countable=False
            ),
            Switch("tare_g", 0, "the tare that is taken, in grams", limits=(0, 15_000)),
            Switch("moving", False, "in motion; with times it settles by itself"),
            Switch("under", False, "below its zero: something was taken off the pan"),
            Switch("no_zero", False, "switched on with a load: it finds no zero"),
            Switch("unit", "kg", "what its display shows", choices=("kg", "g", "lb", "oz")),
            Switch("silent", False, "hear the request, never answer"),
            Switch("slow_ms", 0, "wait this long before answering"),
            Switch("half_answer", False, "send half of the answer"),
            Switch("garbage", False, "answer with what is no answer"),
            Switch("answer_twice", False, "send the answer twice"),
        ]
    )


@dataclass(frozen=True)
class Reading:
    """The scale at one moment. `over`, `under`, `no_zero`: there is no weight to tell."""

    net_g: int
    net: bool
    moving: bool
    over: bool
    under: bool
    no_zero: bool
    unit: str


def reading(switches: Switches) -> Reading:
    """How it is now; counts as one use of each switch that is counted."""
    gross, tare = switches.number("gross_g"), switches.number("tare_g")
    return Reading(
        net_g=gross - tare,
        net=tare > 0,
        moving=switches.flag("moving"),
        over=gross > CAPACITY_G,
        under=switches.flag("under"),
        no_zero=switches.flag("no_zero"),
        unit=str(switches.take("unit")),
    )


def figure(grams: int, unit: str) -> str:
    """Grams as the display shows them: thousandths of a kilogram, whole grams, or hundredths of a
    pound or an ounce, rounded as a scale does."""
    sign, size = "-" if grams < 0 else "", abs(grams)
    if unit == "kg":
        return f"{sign}{size // 1000}.{size % 1000:03d}"
    if unit == "g":
        return f"{sign}{size}"
    per_hundred = {"lb": 45_359, "oz": 2_835}[unit]  # Ten-thousandths of a gram in a hundredth.
    hundredths = (size * 10_000 + per_hundred // 2) // per_hundred
    return f"{sign}{hundredths // 100}.{hundredths % 100:02d}"
