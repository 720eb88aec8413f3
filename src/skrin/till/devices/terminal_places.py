"""Which card terminal, by which way: what somebody typed, checked before anything is changed.

| Protocol | Address | TLS |
|---|---|---|
| `nexo` | `192.168.1.30:8443`: nexo in JSON | always, with the terminal's authority |
| `nexo_xml` | `192.168.1.30:8080`: nexo XML 3.1 over HTTP | with an authority, else none |
| `epas` | `192.168.1.30:9000`: EPAS 1.0 over TCP | none |
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from skrin.domain import card_terminal as rules
from skrin.domain.refusal import Refusal
from skrin.sync.messages import CardTerminalSettings
from skrin.till.devices.terminal_line import PEM_BEGINS


def terminal_said(typed: CardTerminalSettings) -> CardTerminalSettings:
    """The terminal that somebody typed, made tidy. Refused as `card_terminal.check_place`, and with
    `card_terminal_certificate_unreadable`."""
    poi, address = typed.card_terminal_id.strip(), typed.address.strip()
    ca = typed.ca.strip().replace("\r\n", "\n") if typed.protocol != rules.EPAS else ""
    rules.check_place(poi, address, typed.protocol, ca)
    if ca:
        _check_authority(ca)
    return CardTerminalSettings(
        poi,
        address,
        rules.one_line(typed.name, rules.NAME_MOST),
        typed.protocol,
        ca,
        rules.one_line(typed.provider, rules.PROVIDER_MOST),
        rules.one_line(typed.provider_phone, rules.PHONE_MOST),
    )


def _check_authority(ca: str) -> None:
    import ssl  # Only where somebody sets a terminal: most starts need no TLS.

    is_text = ca.startswith(PEM_BEGINS)
    try:
        if len(ca) > rules.CA_MOST:
            raise ValueError("longer than any certificate")
        ssl.create_default_context(cafile=None if is_text else ca, cadata=ca if is_text else None)
    except (OSError, ValueError) as wrong:
        shown = "" if is_text else ca[:80]
        raise Refusal("card_terminal_certificate_unreadable", typed=shown) from wrong


def trusts(ca: str) -> str:
    """SHA-256 (hex) of an authority, a file's or the text itself; empty for none. An unreadable
    file is told by its name: it trusts nobody."""
    if not ca:
        return ""
    content = ca.encode()
    if not ca.startswith(PEM_BEGINS):
        with contextlib.suppress(OSError):
            content = Path(ca).read_bytes()
    return hashlib.sha256(content).hexdigest()
