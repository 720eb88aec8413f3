"""Card terminals: how one is named and reached, and what the journal says of a till's.

A terminal is where the money of card payments comes from, so whoever puts another in its place does
it in the chain, under his name.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from skrin.domain.refusal import Refusal

NEXO_JSON, EPAS, NEXO_XML = "nexo", "epas", "nexo_xml"
"""What a card terminal speaks: nexo in JSON over HTTPS, EPAS 1.0 over TCP, nexo XML 3.1 over
HTTP(S)."""

PROTOCOLS = (NEXO_JSON, EPAS, NEXO_XML)

ID_MOST, NAME_MOST, PROVIDER_MOST, PHONE_MOST, CA_MOST = 40, 30, 60, 30, 20_000
TERMINALS_MOST = 12
"""More terminals than a counter has: a list that long is a mistake."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")

BY_TILL, BY_OFFICE, BY_START = "till", "office", "start"
"""Where a terminal was named: on the till's own page, at the office, where the program is started
(its enrolment or command line)."""


@dataclass(frozen=True, slots=True)
class CardTerminalSet:
    """`card_terminal.set`: this till uses a card terminal from now on, or otherwise than before, or
    (`removed`) no longer.

    `card_terminal_id` is the payment app's own id. `protocol` and `address` as on the page;
    `trusts`: SHA-256 (hex) of the certificate authority that its TLS is proven by, empty = no TLS;
    `named_by`: where it stands.
    """

    card_terminal_id: str
    name: str
    protocol: str
    address: str
    trusts: str
    provider: str
    provider_phone: str
    named_by: str
    removed: bool = False


def check_place(card_terminal_id: str, address: str, protocol: str, ca: str) -> None:
    """Refuse what no card terminal is named or reached by: `card_terminal_protocol_unknown`,
    `card_terminal_id_unreadable`, `card_terminal_address_unreadable`, and a protocol that is
    spoken over TLS alone without an authority (`card_terminal_certificate_wanted`)."""
    if protocol not in PROTOCOLS:
        raise Refusal("card_terminal_protocol_unknown")
    if not _ID.fullmatch(card_terminal_id) or len(card_terminal_id) > ID_MOST:
        raise Refusal("card_terminal_id_unreadable", typed=card_terminal_id[:ID_MOST])
    if not _is_host_port(address):
        raise Refusal("card_terminal_address_unreadable", typed=address[:ID_MOST])
    if protocol == NEXO_JSON and not ca:
        raise Refusal("card_terminal_certificate_wanted")


def one_line(text: str, most: int) -> str:
    """What somebody typed as one tidy line of at most so many signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:most]


def _is_host_port(text: str) -> bool:
    """A numeric address and a port: a terminal stands in the shop, and a look-up of names has no
    deadline."""
    host, _, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host != "localhost":
            return False
    if ":" in host and not host.startswith("["):
        return False
    return port.isascii() and port.isdecimal() and 0 < int(port) < 65_536
