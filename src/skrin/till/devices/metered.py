"""Whether the way to the office costs by the megabyte, as far as the machine tells (R-UPD-007)."""

from __future__ import annotations

from pathlib import Path

ROUTES = Path("/proc/net/route")
MOBILE = ("wwan", "ppp", "rmnet", "wwp")
"""How Linux names modems: with the kernel's and with systemd's names."""


def default_route(routes: Path = ROUTES) -> str:
    """The name of the card or modem that traffic goes out over; empty where nothing tells."""
    try:
        rows = [line.split() for line in routes.read_text().splitlines()[1:]]
    except OSError:
        return ""
    default = [(int(row[6]), row[0]) for row in rows if len(row) > 7 and int(row[1], 16) == 0]
    return min(default)[1] if default else ""


def is_mobile(routes: Path = ROUTES) -> bool:
    """Whether the default route leads over a modem. False where nothing tells."""
    return default_route(routes).startswith(MOBILE)
