"""A real SMTP server on the loopback that we did not write, told what to answer."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as plain_policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

SILENCE_S = 20.0
"""Longer than any deadline of the tests."""
HANG_UP, SILENT = "hang up", "silent"


@dataclass
class Script:
    """What the server answers, by step; empty = yes. `HANG_UP` and `SILENT` are no answers."""

    mail: str = ""
    rcpt: str = ""
    data: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)

    async def handle_MAIL(
        self, server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """After MAIL FROM."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._said(server, self.mail)

    async def handle_RCPT(
        self, server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """After RCPT TO."""
        envelope.rcpt_tos.append(address)
        return await self._said(server, self.rcpt)

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:
        """After the end of the content: whatever is answered, it is here."""
        content = envelope.content
        assert isinstance(content, bytes)
        if not self.data or self.data in (HANG_UP, SILENT):
            self.taken.append(BytesParser(policy=plain_policy).parsebytes(content))
            self.receivers.extend(envelope.rcpt_tos)
        return await self._said(server, self.data)

    @staticmethod
    async def _said(server: Any, answer: str) -> str:
        if answer == HANG_UP:
            server.transport.abort()
        elif answer == SILENT:
            await asyncio.sleep(SILENCE_S)
        return answer or "250 2.0.0 OK"


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer(Controller):
    """The server with its script. Use as a context."""

    def __init__(
        self,
        script: Script,
        tls: ssl.SSLContext | None = None,
        login: Callable[[bytes, bytes], bool] | None = None,
    ) -> None:
        def check(_s: Any, _session: Any, _envelope: Any, _how: str, said: Any) -> AuthResult:
            assert login is not None
            return AuthResult(success=login(said.login, said.password), handled=False)

        more: dict[str, Any] = {}
        if login is not None:
            more = {"authenticator": check, "auth_require_tls": False}
        super().__init__(
            script, hostname="127.0.0.1", port=free_port(), tls_context=tls, timeout=30, **more
        )

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
