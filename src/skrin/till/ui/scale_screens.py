"""What the scale's page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Frame, Level, Notice
from skrin.till.ui.unit_screens import UnitAnswer, UnitKind

Field = Literal["", "protocol", "address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleForm:
    """What is set, or was typed. POST scale_try, scale_put: protocol, address, name. `field`: where
    `error` is."""

    protocols: tuple[UnitKind, ...]
    address: str = ""
    name: str = ""
    error: str = ""
    field: Field = ""
    answer: UnitAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePage:
    """``till/scale.html``: the till's scale, as it is and as it is set. POST scale_try, scale_put,
    scale_remove, scale_office."""

    frame: Frame
    name: str
    """Empty: there is none."""
    level: Level = "good"
    state: str = ""
    advice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    form: ScaleForm | None = None
    """None for who may not change it."""
    can_office: bool = False
    notice: Notice | None = None
