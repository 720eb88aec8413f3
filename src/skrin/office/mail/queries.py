"""What was ordered and what came of it. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from skrin.office.mail import terms
from skrin.office.mail.terms import (
    ADDRESS,
    AWAY,
    DAY_MS,
    GIVEN_UP,
    INSECURE,
    LATER,
    LOGIN,
    NO_ANSWER,
    NOT_SET,
    REFUSED,
    SENDER,
    SENT,
    TOO_LARGE,
    UNFIT,
    UNKNOWN,
    WAITING,
    WITHDRAWN,
)

__all__ = [
    "ADDRESS",
    "AWAY",
    "DAY_MS",
    "GIVEN_UP",
    "INSECURE",
    "LATER",
    "LOGIN",
    "NOT_SET",
    "NO_ANSWER",
    "REFUSED",
    "SENDER",
    "SENT",
    "TOO_LARGE",
    "UNFIT",
    "UNKNOWN",
    "WAITING",
    "WITHDRAWN",
    "Message",
    "message",
    "messages",
]
"""With the states and reasons of `terms`, for who shows a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands; see `terms` for `state` and `reason`."""

    id: str
    store: int
    person_name: str
    address: str
    subject: str
    size_bytes: int
    state: str
    tries: int
    ordered_at_ms: int
    give_up_at_ms: int
    next_at_ms: int
    ended_at_ms: int
    reason: str
    answer: str

    def has_files(self, now_ms: int) -> bool:
        """Whether what ended without being sent can still be sent again."""
        return self.ended_at_ms > now_ms - terms.KEEP_FILES_MS


_COLUMNS = (
    "id, store, person_name, address, subject, size_bytes, state, tries, ordered_at_ms,"
    " give_up_at_ms, next_at_ms, ended_at_ms, reason, answer"
)


def messages(company: int, limit: int = 200) -> list[Message]:
    """The latest messages first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM mail_message"  # noqa: S608 (a constant)
            " WHERE company_id = %s ORDER BY ordered_at_ms DESC, id LIMIT %s",
            [company, limit],
        )
        return [Message(*row) for row in cursor.fetchall()]


def message(company: int, message_id: str) -> Message | None:
    """One message."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM mail_message"  # noqa: S608 (a constant)
            " WHERE company_id = %s AND id = %s",
            [company, message_id],
        )
        row = cursor.fetchone()
    return Message(*row) if row else None
