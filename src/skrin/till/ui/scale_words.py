"""Scales in words: what they speak, what they told, what to do when they told no weight."""

from __future__ import annotations

from django.utils.translation import gettext

from skrin.domain.quantity import quantity_text
from skrin.domain.scale import MT_SICS, TOLEDO_8217, ScalePlace
from skrin.till.devices.contract import (
    SCALE_GARBLED,
    SCALE_MOVES,
    SCALE_OVER,
    SCALE_SILENT,
    SCALE_UNDER,
    SCALE_UNIT,
    SCALE_ZERO,
)
from skrin.till.flow.scale_choosing import EMPTY


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown, not when this is read."""
    return text


PROTOCOL_NAMES: dict[str, str] = {
    TOLEDO_8217: _("8217 (cash register scales)"),
    MT_SICS: _("MT-SICS"),
}
EXAMPLES = {TOLEDO_8217: "/dev/ttyUSB0", MT_SICS: "/dev/ttyUSB0@9600"}

WHEN_SELLING: dict[str, str] = {
    SCALE_MOVES: _("Wait until the scale is still."),
    EMPTY: _("Nothing lies on the scale. Put the goods on it and weigh, or type the weight."),
    SCALE_SILENT: _("The scale does not answer. Type the weight."),
    SCALE_OVER: _("That is more than the scale can weigh. Weigh a part of it at a time."),
    SCALE_UNDER: _("The scale shows less than nothing. Empty it, set it to zero, and weigh again."),
    SCALE_ZERO: _(
        "The scale does not find its zero. Empty it, switch it off and on. Until then type the"
        " weight."
    ),
    SCALE_UNIT: _("The scale does not tell kilograms in whole grams. Type the weight."),
    SCALE_GARBLED: _("The scale's answer cannot be read. Type the weight."),
}
"""Why nothing was rung, and what the cashier does."""


def weight_text(net_g: int) -> str:
    """1234 as "1,234 kg"."""
    return f"{quantity_text(net_g, 3)} kg"


def facts(place: ScalePlace) -> tuple[tuple[str, str], ...]:
    """A scale as it is set."""
    return (
        (gettext("Speaks"), gettext(PROTOCOL_NAMES[place.protocol])),
        (gettext("Address"), place.address),
    )
