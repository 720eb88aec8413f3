"""Host names with a deadline: the system's look-up has none of its own.

A name is looked up in a thread beside; who waits for it waits no longer than he may. The last good
addresses of a name are kept and used at once, so that a sale never waits for a look-up twice.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skrin.till.devices.tcp import Deadline

LOOK_UP_MOST_S = 1.0

_known: dict[str, tuple[str, ...]] = {}


def addresses_of(host: str, deadline: Deadline) -> tuple[str, ...]:
    """The numeric addresses of a host, at least one. Raises `OSError` when none is known in time,
    also for what cannot be a name."""
    with contextlib.suppress(ValueError):
        return (str(ipaddress.ip_address(host)),)
    if known := _known.get(host):
        return known
    found = threading.Event()

    def look() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            told = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            _known[host] = tuple(dict.fromkeys(str(place[0]) for *_, place in told))
        found.set()

    threading.Thread(target=look, name="name", daemon=True).start()
    found.wait(deadline.within(LOOK_UP_MOST_S).left_s())
    known = _known.get(host)
    if not known:
        raise OSError(f"{host} is not found")
    return known


def forget(host: str) -> None:
    """None of the known addresses answered: look it up anew the next time."""
    _known.pop(host, None)
