"""Under which addresses this machine is reached in the shop. Nothing is sent to find out."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys

from skrin.till.pairing.authority import Address, is_private

_SIOCGIFADDR = 0x8915
_TOWARDS = (
    (socket.AF_INET, "10.255.255.255"),
    (socket.AF_INET, "172.31.255.255"),
    (socket.AF_INET, "192.168.255.255"),
    (socket.AF_INET6, "fd00::1"),
)


def own_addresses() -> tuple[Address, ...]:
    """The private addresses of this machine; the one that leads into the shop stands first."""
    found = [ipaddress.ip_address(text) for text in (*_routed(), *_of_interfaces())]
    return tuple(dict.fromkeys(one for one in found if is_private(one)))


def _routed() -> list[str]:
    """The address that the system would send from: connecting a datagram socket sends nothing."""
    found = []
    for family, towards in _TOWARDS:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((towards, 9))
            found.append(str(probe.getsockname()[0]).partition("%")[0])
    return found


def _of_interfaces() -> list[str]:
    """Linux tells each interface's IPv4 address; elsewhere the routes must do."""
    if sys.platform != "linux":
        return []
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                asked = struct.pack("256s", name.encode()[:15])
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, asked)
                found.append(socket.inet_ntoa(answer[20:24]))
    return found
