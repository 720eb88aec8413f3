"""Scales: how one is named and reached, what it weighed, and what the journal says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skrin.domain.printer import is_serial
from skrin.domain.refusal import Refusal

MT_SICS, TOLEDO_8217 = "mt_sics", "toledo_8217"
"""MT-SICS level 0; 8217, which many cash register scales of other makers speak too."""

PROTOCOLS = (MT_SICS, TOLEDO_8217)

NAME_MOST, ADDRESS_MOST = 30, 100

_PER_GRAM_MILLI = {"kg": 1, "hg": 10, "g": 1000}
"""How many thousandths of the unit a gram is."""

_NAMED = re.compile(r"(mt_sics|toledo_8217):(\S+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScalePlace:
    """A scale and how it is reached: `/dev/ttyUSB0@9600`, `COM3`; without a speed it is 9600."""

    protocol: str
    address: str
    name: str = ""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class ScaleKept:
    """What was set at the till: its scale, or that it uses none."""

    place: ScalePlace | None = None


@dataclass(frozen=True, slots=True)
class ScaleSet:
    """`scale.set`: a person put a scale at the till (`set`), took it away (`removed`), or let the
    one that the office names count again (`office`). What it is from then on; empty = none."""

    change: str
    protocol: str = ""
    address: str = ""
    name: str = ""


SET, REMOVED, OFFICE = "set", "removed", "office"


def checked(place: ScalePlace) -> ScalePlace:
    """The place as it is. Refused: `scale_protocol_unknown`, `scale_address_unreadable`."""
    if place.protocol not in PROTOCOLS:
        raise Refusal("scale_protocol_unknown")
    if len(place.address) > ADDRESS_MOST or not is_serial(place.address):
        raise Refusal("scale_address_unreadable", typed=place.address[:40])
    return place


def place_of(text: str) -> ScalePlace:
    """The scale that the office or the command line names: `toledo_8217:/dev/ttyUSB0@9600`.
    Refused as `checked`."""
    found = _NAMED.fullmatch(text.strip())
    if found is None:
        raise Refusal("scale_address_unreadable", typed=text[:40])
    return checked(ScalePlace(found[1], found[2]))


def is_weight(unit: str, decimals: int) -> bool:
    """Whether something sold by this unit can be put on a scale."""
    return decimals > 0 and unit in _PER_GRAM_MILLI


def quantity_of(net_g: int, unit: str) -> int:
    """Grams in thousandths of a unit that `is_weight`: exact, since each is whole grams."""
    return net_g * _PER_GRAM_MILLI[unit]
