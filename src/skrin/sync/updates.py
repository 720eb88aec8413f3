"""What a till and the office tell each other about updates: which version the till may fetch, and
how far it has come (R-UPD-004). What is fetched is proven by the till's own keys, not by its way.
"""

from __future__ import annotations

from dataclasses import dataclass

UPDATE_PATH = "/sync/update"
PIECE_PATH = "/sync/update-piece"

PIECE_BYTES = 256 * 1024
"""So much comes in one answer: also a slow mobile link carries it within the deadline."""

OFFER, WINDOW, LOGIN = "offer", "window", "login"
HOWS = (OFFER, WINDOW, LOGIN)
"""A person at the till says when; by itself while the shop is closed; at the next log-in."""


@dataclass(frozen=True, slots=True)
class UpdateQuestion:
    """What may this till fetch? And what goes on with its updates (`updates.installation.State`).

    `updates` tells whether the program was started from an installation that can update itself.
    """

    wire: int
    installed: str
    updates: bool = False
    phase: str = ""
    version: str = ""
    done: int = 0
    total: int = 0
    wish: str = ""
    fault: str = ""
    outcome: str = ""
    outcome_version: str = ""
    metered: bool = False
    left_behind: str = ""
    """The version that somebody at the till went back from."""


@dataclass(frozen=True, slots=True)
class UpdateOffer:
    """The version that the till is marked for. `manifest` and `signature` (base64) are the set's
    own; the window is in minutes after midnight, local time, and may pass it."""

    version: str
    size_bytes: int
    sha256: str
    how: str
    window_from_min: int
    window_to_min: int
    manifest: str
    signature: str


@dataclass(frozen=True, slots=True)
class UpdateAnswer:
    """None = nothing for this till."""

    offer: UpdateOffer | None = None


@dataclass(frozen=True, slots=True)
class PieceQuestion:
    """A piece of the set that the till is marked for."""

    wire: int
    version: str
    offset: int


@dataclass(frozen=True, slots=True)
class PieceAnswer:
    """At most `PIECE_BYTES`; fewer = the end. Empty for a version that is not the till's."""

    data: bytes
