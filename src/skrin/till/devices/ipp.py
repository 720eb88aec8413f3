"""The little of IPP that a raw queue needs: bytes of a request, and what an answer says.

Sources: RFC 8010 (encoding), RFC 8011 (operations, states and their reasons), read 2026-11.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PRINT_JOB, CANCEL_JOB, GET_JOB, GET_JOBS, GET_PRINTER = 0x0002, 0x0008, 0x0009, 0x000A, 0x000B
RAW = "application/vnd.cups-raw"
"""CUPS's own name for a document that no filter touches."""

JOB_CANCELED, JOB_ABORTED, JOB_COMPLETED = 7, 8, 9
PRINTER_STOPPED = 5

_VERSION = b"\x01\x01"
_OPERATION, _JOB_GROUP, _END = 0x01, 0x02, 0x03
_FIRST_VALUE_TAG = 0x10
_INTEGER, _BOOLEAN, _ENUM, _KEYWORD = 0x21, 0x22, 0x23, 0x44
_NAME, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x45, 0x47, 0x48, 0x49
_TEXT_TAGS = frozenset({0x41, _NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME})

NOT_FOUND, GONE = 0x0406, 0x0407
"""What a queue answers of a job that it does not know, or has forgotten (RFC 8011, B.1.4)."""

NO_SUCH_FORMAT = 0x040A
"""The queue does not take documents of this kind."""

Value = int | str
Sent = tuple[int, str, Value]
"""Tag, name, value; a further value of the same attribute has an empty name."""


class Unreadable(ValueError):
    """An answer that is no IPP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a queue answered: `status` below 0x100 is yes. Attributes of all groups, by name; those
    of each job also by themselves."""

    status: int
    attributes: dict[str, list[Value]]
    jobs: tuple[dict[str, list[Value]], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked for."""
        return self.status < 0x0100

    @property
    def is_gone(self) -> bool:
        """Whether what was asked about is not there, or not any more."""
        return self.status in (NOT_FOUND, GONE)

    def number(self, name: str) -> int:
        """A number or an enum; 0 when it was not told."""
        found = self.attributes.get(name, [0])[0]
        return found if isinstance(found, int) else 0

    def job_named(self, job_name: str) -> int:
        """The number of the job with this name among several; 0 = it is not there. Of other users'
        jobs a queue may keep the name to itself."""
        for job in self.jobs:
            found = job.get("job-id", [0])[0]
            if job_name in job.get("job-name", []) and isinstance(found, int):
                return found
        return 0

    def words(self, name: str) -> list[str]:
        """The words of an attribute."""
        return [value for value in self.attributes.get(name, []) if isinstance(value, str)]


def print_job(queue: str, job_name: str, document: bytes) -> bytes:
    """Print a document as it is."""
    told = [(_NAME, "job-name", job_name), (_MIME, "document-format", RAW)]
    return _request(PRINT_JOB, queue, told) + document


def job_question(queue: str, job: int) -> bytes:
    """What has become of a job."""
    return _request(GET_JOB, queue, [(_INTEGER, "job-id", job), *_wanted("job-state")])


def cancel(queue: str, job: int) -> bytes:
    """Print a job no further."""
    return _request(CANCEL_JOB, queue, [(_INTEGER, "job-id", job)])


def jobs_question(queue: str, which: str) -> bytes:
    """The jobs of the queue with their names; `which`: `completed` or `not-completed`."""
    told: list[Sent] = [(_KEYWORD, "which-jobs", which), *_wanted("job-id", "job-name")]
    return _request(GET_JOBS, queue, told)


def printer_question(queue: str) -> bytes:
    """How the queue and its printer are."""
    wanted = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
    return _request(GET_PRINTER, queue, _wanted(*wanted))


def _wanted(*names: str) -> Iterator[Sent]:
    for place, name in enumerate(names):
        yield _KEYWORD, "" if place else "requested-attributes", name


def _request(operation: int, queue: str, told: Iterable[Sent]) -> bytes:
    """A message whose attributes begin as RFC 8011 4.1.4 to 4.1.6 wants them: charset, language,
    target, user."""
    first: list[Sent] = [
        (_CHARSET, "attributes-charset", "utf-8"),
        (_LANGUAGE, "attributes-natural-language", "en"),
        (_URI, "printer-uri", queue),
    ]
    rest = list(told)
    # A job is named directly after the printer; the user who asks comes after both.
    place = 1 if rest and rest[0][1] == "job-id" else 0
    rest.insert(place, (_NAME, "requesting-user-name", "till"))
    head = _VERSION + struct.pack(">HI", operation, 1) + bytes([_OPERATION])
    return head + b"".join(_attribute(*one) for one in (*first, *rest)) + bytes([_END])


def _attribute(tag: int, name: str, value: Value) -> bytes:
    data = struct.pack(">i", value) if isinstance(value, int) else value.encode()
    named = name.encode()
    return (
        bytes([tag]) + struct.pack(">H", len(named)) + named + struct.pack(">H", len(data)) + data
    )


def read(data: bytes) -> Answer:
    """An answer. Raises `Unreadable`."""
    if len(data) < 9 or data[0] not in (1, 2):
        raise Unreadable("no answer of IPP")
    (status,) = struct.unpack_from(">H", data, 2)
    attributes: dict[str, list[Value]] = {}
    jobs: list[dict[str, list[Value]]] = []
    name, at, in_job = "", 8, False
    while True:
        if at >= len(data):
            raise Unreadable("the answer ends in the middle")
        tag = data[at]
        at += 1
        if tag == _END:
            return Answer(status, attributes, tuple(jobs))
        if tag < _FIRST_VALUE_TAG:
            in_job = tag == _JOB_GROUP
            jobs += [{}] if in_job else []
            continue  # A new group.
        told, at = _piece(data, at)
        value, at = _piece(data, at)
        name = told.decode("utf-8", "replace") or name
        for group in (attributes, *jobs[-1:]) if in_job else (attributes,):
            group.setdefault(name, []).append(_value(tag, value))


def _piece(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise Unreadable("the answer ends in the middle")
    (length,) = struct.unpack_from(">H", data, at)
    end = at + 2 + length
    if end > len(data):
        raise Unreadable("the answer ends in the middle")
    return data[at + 2 : end], end


def _value(tag: int, value: bytes) -> Value:
    if tag in (_INTEGER, _ENUM) and len(value) == 4:
        return int(struct.unpack(">i", value)[0])
    if tag == _BOOLEAN and len(value) == 1:
        return value[0]
    return value.decode("utf-8", "replace") if tag in _TEXT_TAGS else value.hex()
