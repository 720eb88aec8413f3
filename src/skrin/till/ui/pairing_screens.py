"""What the pages of paired screens show; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Frame, Message, Notice

Elsewhere = Message
"""The till is used on another screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenRow:
    """One screen in the list. POST screen_revoke: screen."""

    screen: str
    """Its id; empty for the till's own."""
    name: str
    active: bool
    here: bool
    """This is the screen that one looks at."""
    seen: str = ""
    paired: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedScreensPage:
    """``till/screens.html``. POST screens_on, screens_off; screen_code: name."""

    frame: Frame
    on: bool
    rows: tuple[ScreenRow, ...]
    address: str = ""
    fingerprint: str = ""
    name: str = ""
    name_error: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCode:
    """``till/screen_code.html``: the code that a new screen shows, for five minutes."""

    frame: Frame
    name: str
    code: str
    """With a blank in the middle."""
    minutes: int
    address: str
    """Without the code: to be typed."""
    picture: str
    """A QR as a data: address."""
    certificate_address: str = ""
    """Where a device gets the authority; empty when it needs none."""
    certificate_picture: str = ""
    fingerprint: str = ""
    poll_ms: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """``till/pair.html``: what a device is shown that has no session at this till."""

    frame: Frame
    till: str
    """The till's id, which is signed with the answer."""
    authority: str
