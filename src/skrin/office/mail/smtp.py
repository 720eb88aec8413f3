"""One message to one server, and what is certain about it afterwards.

Django's SMTP backend speaks; the connection beneath it tells when the content begins to leave and
whether all of it did, which is what decides between "certainly not" and "nobody knows"
(`mail/__init__.py`). A timer cuts the line at the deadline: a server that answers a letter every
ten seconds must not hold the worker.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from skrin.office.mail.terms import (
    ADDRESS,
    AWAY,
    INSECURE,
    LATER,
    LOGIN,
    NO_ANSWER,
    REFUSED,
    SENDER,
    TOO_LARGE,
    UNFIT,
)
from skrin.office.mail_account import STARTTLS, TLS, Account

GO_ON = 354
MOST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has it."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The server certainly has it not. `final`: trying again cannot help."""

    reason: str
    final: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """All of it was given, and no answer came."""

    reason: str = NO_ANSWER


Outcome = Taken | NotTaken | Unknown


class Lost(Exception):
    """This try is not ours any more: nothing may be sent."""


class Watch:
    """What a connection has done so far, and the timer that ends it."""

    def __init__(self, before_content: Callable[[], None]) -> None:
        """`before_content` is called before the first byte of the content leaves."""
        self.before_content = before_content
        self.given = False
        self.late = False
        self.sock: socket.socket | None = None

    def cut(self) -> None:
        """The deadline has come."""
        self.late = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def until(self, deadline_s: float) -> Iterator[None]:
        """Cut the line after so many seconds."""
        timer = threading.Timer(deadline_s, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class _Watched(smtplib.SMTP):
    """A connection that tells its watch how far it has come."""

    _last_code = 0

    def __init__(self, watch: Watch, *args: Any, **named: Any) -> None:
        self._watch = watch
        super().__init__(*args, **named)

    def getreply(self) -> tuple[int, bytes]:
        self._watch.sock = self.sock
        if self._watch.late:
            raise TimeoutError("the deadline of the message has come")
        code, said = super().getreply()
        self._last_code = code
        return code, said

    def send(self, s: Any) -> None:
        content = self._last_code == GO_ON
        if content:
            self._watch.before_content()
        super().send(s)
        # The end of the content is the last of its bytes, so now the server may have all of it.
        self._watch.given = self._watch.given or content


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class _Backend(EmailBackend):
    """Django's backend over a watched connection."""

    def __init__(self, account: Account, watch: Watch) -> None:
        super().__init__(
            host=account.host,
            port=account.port,
            username=account.user,
            password=account.password,
            use_tls=account.security == STARTTLS,
            use_ssl=account.security == TLS,
            timeout=account.timeout_s,
        )
        self._watch = watch

    @property
    def connection_class(self) -> Any:
        kind = _WatchedTls if self.use_ssl else _Watched
        return lambda *args, **named: kind(self._watch, *args, **named)

    def drop(self) -> None:
        """Close without a word: after a fault nothing more is said on this line."""
        for one in (self.connection, getattr(self, "_partial_connection", None)):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.close()
        self.connection = self._partial_connection = None


def deliver(account: Account, message: EmailMessage, before_content: Callable[[], None]) -> Outcome:
    """Give `message`, which has one receiver, to the server. Raises `Lost` as `before_content`
    does; every other fault is an outcome."""
    watch = Watch(before_content)
    backend = _Backend(account, watch)
    try:
        with watch.until(account.deadline_s):
            backend.open()
            backend.send_messages([message])
    except Exception as fault:
        backend.drop()
        if isinstance(fault, Lost):
            raise
        return _outcome_of(fault, watch.given)
    # It is taken: what goes wrong in saying goodbye changes nothing.
    with contextlib.suppress(OSError), watch.until(account.timeout_s):
        backend.close()
    return Taken()


def _outcome_of(fault: Exception, given: bool) -> Outcome:
    """What a fault says. Only the server's own clear answer counts once all was given."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()), (0, b""))
        return _by_code(code, said, ADDRESS)
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return NotTaken(LOGIN)  # Its words may name the account.
    if isinstance(fault, smtplib.SMTPSenderRefused):
        if fault.smtp_code == 552:
            return NotTaken(TOO_LARGE, True, _words(552, fault.smtp_error))
        return NotTaken(SENDER, False, _words(fault.smtp_code, fault.smtp_error))
    if isinstance(fault, smtplib.SMTPDataError):
        if 200 <= fault.smtp_code < 300:
            return Taken(_words(fault.smtp_code, fault.smtp_error))
        if not 400 <= fault.smtp_code < 600:
            return Unknown() if given else NotTaken(LATER)
        return _by_code(fault.smtp_code, fault.smtp_error, REFUSED)
    if given:
        return Unknown()
    if isinstance(fault, (smtplib.SMTPNotSupportedError, ssl.SSLError)):
        return NotTaken(INSECURE)
    if isinstance(fault, smtplib.SMTPResponseException):
        return NotTaken(LATER, False, _words(fault.smtp_code, fault.smtp_error))
    if isinstance(fault, OSError):
        return NotTaken(AWAY)
    # What the library will not put into a message: it will not at the next try either.
    return NotTaken(UNFIT, True)


def _by_code(code: int, said: bytes | str, reason: str) -> NotTaken:
    if 500 <= code < 600:
        return NotTaken(TOO_LARGE if code == 552 else reason, True, _words(code, said))
    return NotTaken(LATER, False, _words(code, said))


def _words(code: int, said: bytes | str) -> str:
    """A server's answer as one short line of printable signs."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(f"{code} {shown}".split())[:MOST_ANSWER]
