"""What the page of settings shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Choice, Frame, Level, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a setting's value stands, in words; with `stores` it was changed here, and that is
    what would hold otherwise. POST settings_back: name."""

    name: str
    sentence: str
    changed_here: bool = False
    stores: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMethod:
    """A field for an own payment method: `own`, in the order of their places."""

    place: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePart:
    """A device whose settings only service changes, and its page."""

    name: str
    level: Level
    state: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changer:
    """Somebody with more rights takes over by PIN. POST settings_person: approver, pin."""

    sentence: str
    people: tuple[Choice, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """``till/settings.html`` (R-SET-001 to 011). POST settings_set: name (footer, own_methods,
    theme), and footer (lines), own (twice) or theme."""

    frame: Frame
    sets: bool
    footer: str
    footer_source: Source
    own: tuple[OwnMethod, ...]
    own_source: Source
    themes: tuple[Choice, ...]
    theme_source: Source
    theme_name: str
    """The theme that holds, for who may not change it."""
    service: tuple[ServicePart, ...]
    may_service: bool
    program: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...]
    changer: Changer | None = None
    fault_of: str = ""
    """The setting whose typed value is wrong, and why."""
    fault: str = ""
    notice: Notice | None = None
