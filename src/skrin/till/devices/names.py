"""Host names with a deadline: the system's look-up has none of its own.

A name is looked up in a thread beside; who waits for it waits no longer than he may. The last good
address of a name is kept and used at once, so that a sale never waits for a look-up twice.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading

from skrin.till.devices.tcp import Deadline

LOOK_UP_MOST_S = 1.0

_known: dict[str, str] = {}


def address_of(host: str, deadline: Deadline) -> str:
    """The numeric address of a host. Raises `OSError` when it is not known in time."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    if host in _known:
        return _known[host]
    found = threading.Event()

    def look() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            _known[host] = str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
        found.set()

    threading.Thread(target=look, name="name", daemon=True).start()
    found.wait(deadline.within(LOOK_UP_MOST_S).left_s())
    if host not in _known:
        raise OSError(f"{host} is not found")
    return _known[host]


def forget(host: str) -> None:
    """The known address did not answer: look it up anew the next time."""
    _known.pop(host, None)
