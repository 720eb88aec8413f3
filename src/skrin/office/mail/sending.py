"""Sending what is due: claimed in one commit, said to be leaving in a second, ended in a third.

Called by the office's worker, outside any company. Several offices on one database may do it at
once: a row is claimed under its lock, and each later step asks that the try is still its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr

from django.core.mail import EmailMessage
from django.db import connection

from skrin.office.mail import smtp, terms
from skrin.office.mail.smtp import Lost, NotTaken, Outcome, Taken
from skrin.office.mail_account import Account
from skrin.office.tenancy import wall

log = logging.getLogger(__name__)

AT_ONCE = 10

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class _Try:
    """A message that this worker may send now."""

    company: int
    id: str
    tries: int
    give_up_at_ms: int
    sender_name: str
    reply_to: str
    address: str
    subject: str
    body: str
    ordered_at_ms: int


def send_due(account: Account | None, now: Clock) -> int:
    """Take up what is due, one after the other; how many rows were looked at. `now`: UTC ms."""
    with wall.as_postman(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id, message_id FROM mail_due WHERE due_at_ms <= %s"
            " ORDER BY due_at_ms LIMIT %s",
            [now(), AT_ONCE],
        )
        due = cursor.fetchall()
    for company, message_id in due:
        attempt = _claim(company, message_id, now())
        if attempt is not None:
            _try(account, attempt, now)
    return len(due)


def _claim(company: int, message_id: str, now_ms: int) -> _Try | None:
    """Take a message that is due for this worker; None when there is nothing to send of it: it has
    ended, its last worker died while it left, or its time is over."""
    with wall.inside(company), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, tries, give_up_at_ms, next_at_ms, ended_at_ms, reason, sender_name,"
            " reply_to, address, subject, body, ordered_at_ms FROM mail_message"
            " WHERE company_id = %s AND id = %s FOR UPDATE SKIP LOCKED",
            [company, message_id],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        state, tries, give_up_at_ms, next_at_ms, ended_at_ms, reason, *words = row
        if state in terms.ENDED:
            _tidy(company, message_id, state, ended_at_ms, now_ms)
            return None
        if next_at_ms > now_ms:
            return None
        if state == terms.HANDING:
            _end(company, message_id, terms.UNKNOWN, terms.NO_ANSWER, "", now_ms)
            return None
        if now_ms >= give_up_at_ms:
            why = reason or terms.AWAY
            _end(company, message_id, terms.GIVEN_UP, why, None, now_ms)
            return None
        until = now_ms + terms.LEASE_MS
        cursor.execute(
            "UPDATE mail_message SET state = %s, tries = %s, next_at_ms = %s"
            " WHERE company_id = %s AND id = %s",
            [terms.TRYING, tries + 1, until, company, message_id],
        )
        _due_at(company, message_id, until)
    return _Try(company, message_id, tries + 1, give_up_at_ms, *words)


def _try(account: Account | None, attempt: _Try, now: Clock) -> None:
    def before_content() -> None:
        with wall.inside(attempt.company), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE mail_message SET state = %s"
                " WHERE company_id = %s AND id = %s AND state = %s AND tries = %s",
                [terms.HANDING, attempt.company, attempt.id, terms.TRYING, attempt.tries],
            )
            if cursor.rowcount != 1:
                raise Lost

    try:
        outcome: Outcome
        if account is None:
            outcome = NotTaken(terms.NOT_SET)
        else:
            outcome = smtp.deliver(account, _message(account, attempt), before_content)
    except Lost:
        return
    _note(attempt, outcome, now())


def _message(account: Account, attempt: _Try) -> EmailMessage:
    domain = account.sender.rpartition("@")[2]
    message = EmailMessage(
        attempt.subject,
        attempt.body,
        formataddr((attempt.sender_name, account.sender)),
        [attempt.address],
        reply_to=[attempt.reply_to] if attempt.reply_to else None,
        # One name for every try, so that whoever gets it twice can tell; and no mail robot answers.
        headers={
            "Message-ID": f"<{attempt.id}.{attempt.company}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    for name, content_type, content in _files(attempt):
        message.attach(name, content, content_type)
    return message


def _files(attempt: _Try) -> list[tuple[str, str, bytes]]:
    with wall.inside(attempt.company), connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(name), min(content_type), string_agg(content, ''::bytea ORDER BY piece)"
            " FROM mail_piece WHERE company_id = %s AND message_id = %s GROUP BY file"
            " ORDER BY file",
            [attempt.company, attempt.id],
        )
        return [(name, kind, bytes(content)) for name, kind, content in cursor.fetchall()]


def _note(attempt: _Try, outcome: Outcome, now_ms: int) -> None:
    """Write down what came of a try, if it is still this worker's."""
    with wall.inside(attempt.company), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM mail_message WHERE company_id = %s AND id = %s AND tries = %s"
            " AND state IN (%s, %s, %s) FOR UPDATE",
            [
                *(attempt.company, attempt.id, attempt.tries),
                # Unknown: the lease ran out while the answer was on its way. It counts.
                *(terms.TRYING, terms.HANDING, terms.UNKNOWN),
            ],
        )
        if cursor.fetchone() is None:
            return
        place = (attempt.company, attempt.id)
        if isinstance(outcome, Taken):
            _end(*place, terms.SENT, "", outcome.answer, now_ms)
            cursor.execute(
                "DELETE FROM mail_piece WHERE company_id = %s AND message_id = %s", list(place)
            )
        elif not isinstance(outcome, NotTaken):
            _end(*place, terms.UNKNOWN, outcome.reason, "", now_ms)
        elif outcome.final or now_ms >= attempt.give_up_at_ms:
            _end(*place, terms.GIVEN_UP, outcome.reason, outcome.answer, now_ms)
        else:
            again_ms = min(now_ms + terms.pause_ms(attempt.tries), attempt.give_up_at_ms)
            cursor.execute(
                "UPDATE mail_message SET state = %s, next_at_ms = %s, reason = %s, answer = %s"
                " WHERE company_id = %s AND id = %s",
                [terms.WAITING, again_ms, outcome.reason, outcome.answer, *place],
            )
            _due_at(*place, again_ms)
    if isinstance(outcome, NotTaken):
        log.warning("mail %s of company %s: %s", attempt.id, attempt.company, outcome.reason)


def _end(
    company: int, message_id: str, state: str, reason: str, answer: str | None, now_ms: int
) -> None:
    """Write the end of a message; `answer` None = the one of its last try."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mail_message SET state = %s, reason = %s, answer = coalesce(%s, answer),"
            " ended_at_ms = %s WHERE company_id = %s AND id = %s",
            [state, reason, answer, now_ms, company, message_id],
        )
    _due_at(company, message_id, now_ms + terms.KEEP_FILES_MS)


def _due_at(company: int, message_id: str, due_at_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mail_due SET due_at_ms = %s WHERE company_id = %s AND message_id = %s",
            [due_at_ms, company, message_id],
        )


def _tidy(company: int, message_id: str, state: str, ended_at_ms: int, now_ms: int) -> None:
    """Remove the files of what has ended, and after its time the message."""
    if now_ms >= ended_at_ms + terms.KEEP_ROWS_MS:
        tables = {"mail_piece": "message_id", "mail_message": "id", "mail_due": "message_id"}
    elif state == terms.WITHDRAWN or now_ms >= ended_at_ms + terms.KEEP_FILES_MS:
        tables = {"mail_piece": "message_id"}
    else:
        tables = {}
    with connection.cursor() as cursor:
        for table, name in tables.items():
            cursor.execute(
                f"DELETE FROM {table} WHERE company_id = %s AND {name} = %s",  # noqa: S608
                [company, message_id],
            )
    files_gone = bool(tables)
    after_ms = terms.KEEP_ROWS_MS if files_gone else terms.KEEP_FILES_MS
    _due_at(company, message_id, ended_at_ms + after_ms)
