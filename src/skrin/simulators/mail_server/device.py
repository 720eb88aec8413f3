"""What the mail server has taken: kept in a file, shown as a page, as JSON and as it came."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as plain_policy
from html import escape
from typing import Any

from ..control_page import Answer, json_answer, no_further_reset, text_answer
from ..durable import Log, StateTrouble
from ..heard import Heard, now_text
from ..switches import Switch, Switches

LARGEST_BYTES = 20_000_000
SHOWN_ON_PAGE = 20
STEPS = ("sender", "receiver", "content")
_ONE = re.compile(r"/messages/([0-9]{1,9})(?:/([0-9]{1,3}))?")


def mail_switches() -> Switches:
    """The switches of a mail server."""
    return Switches(
        [
            Switch("slow_ms", 0, "wait this long before answering"),
            Switch("silent", False, "take it, never answer"),
            Switch("hang_up", False, "take it, then close without an answer"),
            Switch("refuse", False, "answer refuse_code, take nothing"),
            Switch(
                "refuse_code",
                451,
                "4xx = try later, 5xx = never",
                limits=(400, 599),
                countable=False,
            ),
            Switch(
                "applies_to",
                "all",
                "at which step the switches above act",
                choices=("all", *STEPS),
                countable=False,
            ),
        ]
    )


@dataclass(frozen=True)
class Letter:
    """A message that was taken."""

    number: int
    at: str
    sender: str
    receivers: tuple[str, ...]
    content: bytes

    def message(self) -> EmailMessage:
        """Its headers and parts."""
        return BytesParser(policy=plain_policy).parsebytes(self.content)


class MailServer:
    """A simulated mail server."""

    name = "mail_server"
    title = "Mail server"

    def __init__(self, port: int, log: Log | None) -> None:
        """Load what was taken before, if there is a log. Raises `StateTrouble`."""
        self.port = port
        self.switches = mail_switches()
        self.heard = Heard()
        self._log = log
        self._lock = threading.Lock()
        self._letters: list[Letter] = []
        for line in log.lines() if log else ():
            self._letters.append(_letter_of(line))

    def take(self, sender: str, receivers: tuple[str, ...], content: bytes) -> None:
        """Keep a message; on return it is in the file."""
        with self._lock:
            letter = Letter(len(self._letters) + 1, now_text(), sender, receivers, content)
            if self._log:
                self._log.append(_line_of(letter))
            self._letters.append(letter)

    def counters(self) -> dict[str, Any]:
        """How many messages were taken."""
        with self._lock:
            receivers = sum(len(one.receivers) for one in self._letters)
            return {"messages": len(self._letters), "receivers": receivers}

    def reset(self, wanted: Mapping[str, object]) -> None:
        """What was taken is never forgotten."""
        no_further_reset(wanted)

    def extra_html(self) -> str:
        """The newest messages."""
        with self._lock:
            newest = self._letters[: -SHOWN_ON_PAGE - 1 : -1]
        shown = "".join(_html(one) for one in newest) or "<p>Nothing has been sent yet.</p>"
        return (
            '<section aria-labelledby="messages"><h2 id="messages">Messages, newest first</h2>'
            f"{shown}</section>"
        )

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> Answer | None:
        """``/messages`` oldest first, ``/messages/N`` as it came, ``/messages/N/P`` a file of
        it."""
        if path == "/messages":
            with self._lock:
                return json_answer([_summary(one) for one in self._letters])
        found = _ONE.fullmatch(path)
        if found is None:
            return None
        with self._lock:
            letter = next((one for one in self._letters if one.number == int(found[1])), None)
        if letter is None:
            return text_answer(f"there is no message {found[1]}", 404)
        if found[2] is None:
            return Answer(200, "text/plain; charset=utf-8", letter.content)
        files = list(letter.message().iter_attachments())
        place = int(found[2])
        if place >= len(files):
            return text_answer(f"message {found[1]} has no file {place}", 404)
        content = files[place].get_payload(decode=True)
        assert isinstance(content, bytes)
        # Never as the type that it says of itself: it would be a page of ours.
        return Answer(200, "application/octet-stream", content)


def _line_of(letter: Letter) -> str:
    return json.dumps(
        {
            "number": letter.number,
            "at": letter.at,
            "sender": letter.sender,
            "receivers": letter.receivers,
            "content": letter.content.decode("latin-1"),
        }
    )


def _letter_of(line: str) -> Letter:
    try:
        kept = json.loads(line)
        return Letter(
            kept["number"],
            kept["at"],
            kept["sender"],
            tuple(kept["receivers"]),
            kept["content"].encode("latin-1"),
        )
    except (ValueError, KeyError, TypeError) as trouble:
        raise StateTrouble(f"the file of mail cannot be read: {trouble}") from trouble


def _summary(letter: Letter) -> dict[str, Any]:
    message = letter.message()
    body = message.get_body(("plain", "html"))
    files = [
        {"name": part.get_filename() or "", "bytes": len(part.get_payload(decode=True) or b"")}
        for part in message.iter_attachments()
    ]
    return {
        "number": letter.number,
        "at": letter.at,
        "sender": letter.sender,
        "receivers": list(letter.receivers),
        "from": str(message["From"] or ""),
        "reply_to": str(message["Reply-To"] or ""),
        "message_id": str(message["Message-ID"] or ""),
        "subject": str(message["Subject"] or ""),
        "text": str(body.get_content()).replace("\r\n", "\n") if body else "",
        "files": files,
    }


def _html(letter: Letter) -> str:
    told = _summary(letter)
    files = "".join(
        f'<li><a href="/messages/{letter.number}/{place}" download="{escape(file["name"])}">'
        f"{escape(file['name'])}</a> ({file['bytes']} bytes)</li>"
        for place, file in enumerate(told["files"])
    )
    return (
        f"<details><summary>{escape(told['subject'] or '(no subject)')} · "
        f"{escape(', '.join(told['receivers']))}</summary>"
        f"<p>From {escape(told['from'])}, answers to {escape(told['reply_to'] or told['from'])}, "
        f"{escape(letter.at[:19].replace('T', ' '))}</p>"
        f"<pre>{escape(told['text'])}</pre><ul>{files}</ul>"
        f'<p><a href="/messages/{letter.number}">As it came</a></p></details>'
    )
