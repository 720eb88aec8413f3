"""Ordering messages, and what a person may do about one. Call from inside the company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from skrin.domain.refusal import Refusal
from skrin.office.mail import terms
from skrin.office.mail.sending import send_due as send_due

MOST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class File:
    """Something to send along: its name, its type, and its open content."""

    name: str
    content_type: str
    content: IO[bytes]


_TYPES = {".pdf": "application/pdf", ".json": "application/json", ".zip": "application/zip"}
"""Never a text: mail changes the ends of lines, and a journal file is exact to the byte."""


def file_named(name: str, content: IO[bytes]) -> File:
    """A file whose type is told by its name's ending."""
    kind = _TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")
    return File(name, kind, content)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent, to one address. `id` is made by who asks, and the same for the same
    order; `store` 0 = of the whole company. `reply_to`: the person's own address."""

    id: str
    store: int
    person_id: int
    person_name: str
    reply_to: str
    sender_name: str
    address: str
    subject: str
    body: str


def is_set_up() -> bool:
    """Whether this office has an account to send by."""
    return settings.MAIL_ACCOUNT is not None


def checked_address(typed: str) -> str:
    """One e-mail address as it was typed, without blanks around it. Refused with
    `mail_address`."""
    address = typed.strip()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise Refusal("mail_address") from fault
    if len(address) > MOST_ADDRESS or not address.isascii():
        raise Refusal("mail_address")
    return address


def order(company: int, letter: Letter, files: Sequence[File], now_ms: int) -> bool:
    """Put a message out to be sent, in the caller's transaction; False when it was ordered before.

    Refused: `mail_not_set`, `mail_address`, `mail_too_many` (values: most, hours), `mail_too_large`
    (most_mb).
    """
    if not is_set_up():
        raise Refusal("mail_not_set")
    address = checked_address(letter.address)
    with connection.cursor() as cursor:
        # Two orders at once must not both be the last that is allowed.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mail'), %s)", [company % 2**31])
        cursor.execute(
            "SELECT 1 FROM mail_message WHERE company_id = %s AND id = %s", [company, letter.id]
        )
        if cursor.fetchone():
            return False
    _check_rate(company, address, now_ms)
    size = _keep_files(company, letter.id, files)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mail_message (company_id, id, store, person_id, person_name, reply_to,"
            " sender_name, address, subject, body, size_bytes, state, ordered_at_ms,"
            " give_up_at_ms, next_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(company, letter.id, letter.store, letter.person_id),
                *(_line(letter.person_name, 120), letter.reply_to, _line(letter.sender_name, 120)),
                *(address, _line(letter.subject, terms.MOST_SUBJECT), _text(letter.body)),
                *(size, terms.WAITING, now_ms, now_ms + terms.GIVE_UP_MS, now_ms),
            ],
        )
        _due(company, letter.id, now_ms)
    return True


def _line(text: str, most: int) -> str:
    """A text as it may stand in a header: one line of printable signs."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:most]


def _text(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")[: terms.MOST_BODY]


def _check_rate(company: int, address: str, now_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE ordered_at_ms > %(hour)s), count(*),"
            " count(*) FILTER (WHERE ordered_at_ms > %(hour)s AND lower(address) = lower(%(to)s))"
            " FROM mail_message WHERE company_id = %(company)s AND ordered_at_ms > %(day)s",
            {
                "company": company,
                "to": address,
                "hour": now_ms - 60 * terms.MINUTE_MS,
                "day": now_ms - terms.DAY_MS,
            },
        )
        an_hour, a_day, to_one = cursor.fetchone() or (0, 0, 0)
    if a_day >= terms.MOST_A_DAY:
        raise Refusal("mail_too_many", most=terms.MOST_A_DAY, hours=24)
    if an_hour >= terms.MOST_AN_HOUR:
        raise Refusal("mail_too_many", most=terms.MOST_AN_HOUR, hours=1)
    if to_one >= terms.MOST_TO_ONE_AN_HOUR:
        raise Refusal("mail_too_many", most=terms.MOST_TO_ONE_AN_HOUR, hours=1)


def _keep_files(company: int, message_id: str, files: Iterable[File]) -> int:
    """Store the files piece by piece; how large they are together. Never more than one piece is in
    memory, and what is too large is not read to its end."""
    size = 0
    with connection.cursor() as cursor:
        for place, file in enumerate(files):
            number = 0
            while piece := file.content.read(terms.PIECE_BYTES):
                size += len(piece)
                if size > terms.MOST_BYTES:
                    raise Refusal("mail_too_large", most_mb=terms.MOST_BYTES // 1024**2)
                cursor.execute(
                    "INSERT INTO mail_piece (company_id, message_id, file, piece, name,"
                    " content_type, content) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    [
                        *(company, message_id, place, number, _line(file.name, 120)),
                        *(file.content_type, piece),
                    ],
                )
                number += 1
    return size


def _due(company: int, message_id: str, due_at_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mail_due (company_id, message_id, due_at_ms) VALUES (%s, %s, %s)"
            " ON CONFLICT (company_id, message_id) DO UPDATE SET due_at_ms = excluded.due_at_ms",
            [company, message_id, due_at_ms],
        )


def withdraw(company: int, message_id: str, now_ms: int) -> bool:
    """A person takes back what has not begun to leave; whether that was so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mail_message SET state = %s, ended_at_ms = %s"
            " WHERE company_id = %s AND id = %s AND state = %s",
            [terms.WITHDRAWN, now_ms, company, message_id, terms.WAITING],
        )
        done: bool = cursor.rowcount == 1
    if done:
        _due(company, message_id, now_ms)
    return done


def send_again(company: int, message_id: str, now_ms: int) -> bool:
    """A person wants it sent once more, after it was given up, or although it may have arrived;
    whether it could be: its files must still be here. Refused: `mail_not_set`."""
    if not is_set_up():
        raise Refusal("mail_not_set")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mail_message SET state = %s, ended_at_ms = 0, tries = 0, next_at_ms = %s,"
            " give_up_at_ms = %s, reason = '', answer = ''"
            " WHERE company_id = %s AND id = %s AND state IN (%s, %s) AND ended_at_ms > %s",
            [
                *(terms.WAITING, now_ms, now_ms + terms.GIVE_UP_MS, company, message_id),
                *(terms.GIVEN_UP, terms.UNKNOWN, now_ms - terms.KEEP_FILES_MS),
            ],
        )
        done: bool = cursor.rowcount == 1
    if done:
        _due(company, message_id, now_ms)
    return done
