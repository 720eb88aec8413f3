"""Whether the way to the office costs by the megabyte, as far as the machine tells (R-UPD-007)."""

from __future__ import annotations

from pathlib import Path

ROUTES = Path("/proc/net/route")
MOBILE = ("wwan", "ppp", "rmnet", "wwp")
"""How Linux names modems: with the kernel's and with systemd's names."""
_REJECTS = 0x0200
"""The flag of a route that leads nowhere: without IPv6 the default one does, on `lo`
(`RTF_REJECT`, linux/route.h)."""


def default_route(routes: Path = ROUTES) -> str:
    """The name of the card or modem that traffic goes out over; empty where nothing tells. By IPv6
    (`ipv6_route` beside `routes`) where IPv4 has no way out."""
    rows = _rows(routes)[1:]
    default = [(int(row[6]), row[0]) for row in rows if len(row) > 7 and int(row[1], 16) == 0]
    if not default:
        default = [
            (int(row[5], 16), row[9])
            for row in _rows(routes.with_name("ipv6_route"))
            if len(row) > 9
            and int(row[0], 16) == 0
            and int(row[1], 16) == 0
            and not int(row[8], 16) & _REJECTS
        ]
    return min(default)[1] if default else ""


def _rows(table: Path) -> list[list[str]]:
    try:
        return [line.split() for line in table.read_text().splitlines()]
    except OSError:
        return []


def is_mobile(routes: Path = ROUTES) -> bool:
    """Whether the default route leads over a modem. False where nothing tells."""
    return default_route(routes).startswith(MOBILE)
