"""The journal of a register as events, in journal order, an entry at a time.

Every file of the journal (the tax authority's XML, CSV, JSON, PDF) is made of the same events, and
none of them keeps more than one: 500,000 receipts take the memory of a day's. What an event needs
of others (its receipt, the number of its Z) is asked of `Lookups` by whoever has the entries.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from skrin.domain.beside import CopySealed, DocumentRefused, DocumentSigned
from skrin.domain.closing import local_time
from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, verify_link
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned, Seller
from skrin.domain.refusal import Refusal

LONGEST_DAYS = 366 * 12
"""A period longer than this is a slip of the finger: records are kept for seven years."""


CLOCK_DAYS = 3
"""So many days beyond the period are looked through for entries of a clock that was set back."""


class Lookups(Protocol):
    """What is asked beside the entries themselves."""

    def entry_before(self, kind: str, seq: int, containing: str) -> Entry | None:
        """The last entry of `kind` before `seq` whose body holds this text."""
        ...

    def z_number(self, business_day: str, period: int) -> int:
        """The number of the Z that closed a period; 0 while there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Period:
    """Local calendar days, both included: the chosen period of an export."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str, last: str) -> Period:
        """From two ISO dates. Refused: `period_unreadable`, `period_backwards`."""
        try:
            period = cls(date.fromisoformat(first), date.fromisoformat(last))
        except ValueError:
            raise Refusal("period_unreadable") from None
        if period.last < period.first:
            raise Refusal("period_backwards")
        if period.first.year == date.min.year or period.last.year == date.max.year:
            # Days before and after are looked at too, and the calendar must have them.
            raise Refusal("period_unreadable")
        if (period.last - period.first).days > LONGEST_DAYS:
            raise Refusal("period_too_long", years=LONGEST_DAYS // 366)
        return period

    def holds(self, entry: Entry) -> bool:
        """Whether an entry was written on one of the days, by its own local time."""
        h = entry.header
        return self.first <= local_time(h.at_utc_ms, h.utc_offset_min).date() <= self.last

    @property
    def names(self) -> tuple[str, str]:
        """The two dates as text."""
        return self.first.isoformat(), self.last.isoformat()

    @property
    def first_moment(self) -> datetime:
        """The first second, local."""
        return datetime(self.first.year, self.first.month, self.first.day)  # noqa: DTZ001

    @property
    def last_moment(self) -> datetime:
        """The last second, local: 23:59:59 of the last day."""
        return datetime(self.last.year, self.last.month, self.last.day) + timedelta(  # noqa: DTZ001
            seconds=86_399
        )

    @property
    def utc_ms(self) -> tuple[int, int]:
        """No entry of the period was written before or after these, wherever the shop is."""
        first = (self.first - date(1970, 1, 1)).days * 86_400_000
        last = ((self.last - date(1970, 1, 1)).days + 1) * 86_400_000
        return first - 15 * 3_600_000, last + 15 * 3_600_000


class Journal(Lookups, Protocol):
    """A whole journal, wherever it lies: at the till or in the office."""

    def last_seq(self) -> int:
        """The number of the last entry; 0 = empty."""
        ...

    def business_day_at(self, seq: int) -> str:
        """The business day of an entry."""
        ...

    def entries_from(self, seq: int) -> Iterator[Entry]:
        """Entries from `seq` on, read a few at a time."""
        ...


def entries_around(journal: Journal, period: Period) -> Iterator[Entry]:
    """The entries among which those of the period are, found by halving: business days never go
    backwards (D6), and that of an entry is at least its calendar day less one.

    Raises `JournalDamage` where an entry does not follow the one before it."""
    last = _last_day(period)
    before: Entry | None = None
    for entry in journal.entries_from(_first_seq(journal, period)):
        if before is not None:
            verify_link(entry, before.header.seq + 1, before.hash)
        if entry.header.business_day > last:
            return
        yield entry
        before = entry


def count_around(journal: Journal, period: Period) -> int:
    """How many entries `entries_around` reads, found by halving."""
    seqs = range(1, journal.last_seq() + 1)
    end = bisect_right(seqs, _last_day(period), key=journal.business_day_at)
    return max(end + 1 - _first_seq(journal, period), 0)


def _first_seq(journal: Journal, period: Period) -> int:
    wanted = (period.first - timedelta(days=1)).isoformat()
    seqs = range(1, journal.last_seq() + 1)
    return bisect_left(seqs, wanted, key=journal.business_day_at) + 1


def _last_day(period: Period) -> str:
    return (period.last + timedelta(days=CLOCK_DAYS)).isoformat()


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """Which register the journal is of, as it is told to the authority."""

    register_serial: str
    model: str
    program: str
    version: str
    designation: str
    control_unit_id: str
    seller: Seller


@dataclass(frozen=True, slots=True)
class JournalHead:
    """What stands before the events. `made_at`: local time of the export."""

    card: RegisterCard
    period: Period
    made_at: datetime
    user: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry with what its file needs: its body, the receipt that it signs, the Z of its period.

    `body` None: a kind that this program does not know. `sealed_entry` stands before it. Of a copy
    that is signed, `sealed` is the receipt that it is of.
    """

    entry: Entry
    body: object | None
    sealed: ReceiptSealed | None = None
    sealed_entry: Entry | None = None
    z_number: int = 0
    copy: CopySealed | None = None

    @property
    def at(self) -> datetime:
        """When it was registered, local wall-clock time."""
        return entry_time(self.entry)


def entry_time(entry: Entry) -> datetime:
    """The local wall-clock time of an entry, without a zone."""
    h = entry.header
    return local_time(h.at_utc_ms, h.utc_offset_min).replace(tzinfo=None)


def events(entries: Iterable[Entry], period: Period, lookups: Lookups) -> Iterator[Event]:
    """The events of the period, in the order of the journal; `entries` may hold more."""
    waiting: dict[str, Entry] = {}
    for entry in entries:
        body = decode_body(entry.header.kind, entry.header.version, entry.body)
        if isinstance(body, ReceiptSealed):
            waiting[body.receipt_id] = entry
        elif isinstance(body, CopySealed):
            waiting[body.copy_id] = entry
        elif isinstance(body, DocumentRefused):
            waiting.pop(body.document_id, None)
        sealed_entry = waiting.pop(_signs(entry, body), None)
        if not period.holds(entry):
            continue
        yield (
            _signed(entry, body, sealed_entry, lookups)
            if _signs(entry, body)
            else Event(entry, body)
        )


def _signs(entry: Entry, body: object) -> str:
    """The id of the receipt or the copy that an entry signs; empty for all others."""
    if isinstance(body, ReceiptSigned):
        return body.receipt_id
    if isinstance(body, DocumentSigned) and entry.header.kind == "copy.signed":
        return body.document_id
    return ""


def _signed(entry: Entry, body: object, sealed_entry: Entry | None, lookups: Lookups) -> Event:
    """What signs, with what it signs; that stands before the entries at hand when the period began
    between the two."""
    if sealed_entry is None:
        kind = entry.header.kind.replace("signed", "sealed")
        sealed_entry = lookups.entry_before(kind, entry.header.seq, _signs(entry, body))
    assert sealed_entry is not None, "what is signed was sealed before"
    h = sealed_entry.header
    sealed = decode_body(h.kind, h.version, sealed_entry.body)
    z_number = lookups.z_number(h.business_day, h.period)
    if isinstance(sealed, CopySealed):
        return Event(entry, body, sealed.original.sealed, sealed_entry, z_number, sealed)
    assert isinstance(sealed, ReceiptSealed)
    return Event(entry, body, sealed, sealed_entry, z_number)
