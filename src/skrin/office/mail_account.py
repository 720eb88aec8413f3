"""The account that mail is sent by, out of the environment.

SKRIN_OFFICE_MAIL_SERVER         host:port; empty = this office sends no mail
SKRIN_OFFICE_MAIL_FROM           the address that it sends as
SKRIN_OFFICE_MAIL_SECURITY       starttls (usual), tls, or none (only to this machine itself)
SKRIN_OFFICE_MAIL_USER           who logs in there; empty = nobody
SKRIN_OFFICE_MAIL_PASSWORD       the secret, or
SKRIN_OFFICE_MAIL_PASSWORD_FILE  a file that holds it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SERVER, FROM = "SKRIN_OFFICE_MAIL_SERVER", "SKRIN_OFFICE_MAIL_FROM"
SECURITY, USER = "SKRIN_OFFICE_MAIL_SECURITY", "SKRIN_OFFICE_MAIL_USER"
PASSWORD, PASSWORD_FILE = "SKRIN_OFFICE_MAIL_PASSWORD", "SKRIN_OFFICE_MAIL_PASSWORD_FILE"

STARTTLS, TLS, NONE = "starttls", "tls", "none"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TIMEOUT_S, DEADLINE_S = 20.0, 90.0
"""How long one answer of the server may take, and a whole message."""


class BadAccount(ValueError):
    """What is wrong in the environment, in words; never with the secret in it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom mail is sent."""

    host: str
    port: int
    sender: str
    security: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = TIMEOUT_S
    deadline_s: float = DEADLINE_S


def account_of(environ: Mapping[str, str]) -> Account | None:
    """The account; None when no server is named. Raises `BadAccount`."""

    def said(name: str) -> str:
        return environ.get(name, "").strip()

    server = said(SERVER)
    if not server:
        return None
    host, _, port = server.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadAccount("SKRIN_OFFICE_MAIL_SERVER is host:port")
    sender, security = said(FROM), said(SECURITY) or STARTTLS
    try:
        validate_email(sender)
    except ValidationError as fault:
        raise BadAccount("SKRIN_OFFICE_MAIL_FROM is one e-mail address") from fault
    if security not in (STARTTLS, TLS, NONE):
        raise BadAccount("SKRIN_OFFICE_MAIL_SECURITY is starttls, tls or none")
    if security == NONE and host not in LOOPBACK:
        raise BadAccount("mail leaves this machine only by TLS: say starttls or tls")
    password, file = said(PASSWORD), said(PASSWORD_FILE)
    if file:
        try:
            password = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as fault:
            raise BadAccount("SKRIN_OFFICE_MAIL_PASSWORD_FILE cannot be read") from fault
    if said(USER) and not password:
        raise BadAccount("SKRIN_OFFICE_MAIL_USER is named without a password")
    if not (said(USER) + password).isascii():
        raise BadAccount("user and password of the mail account are ASCII: SMTP carries no others")
    return Account(host, int(port), sender, security, said(USER), password)
