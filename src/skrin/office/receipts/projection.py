"""From entries to what the receipts' tables hold. Pure: the same fold serves ingest and rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, JournalDamage
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned
from skrin.domain.report import DayReport

PROJECTED = frozenset({"receipt.sealed", "receipt.signed", "day.closed"})
"""The kinds that make rows; every other kind is kept raw and needs no reader here."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt that is done: its two entries and their bodies."""

    sealed_entry: Entry
    sealed: ReceiptSealed
    signed_entry: Entry
    signed: ReceiptSigned


@dataclass(frozen=True, slots=True)
class Closed:
    """A Z: its entry and its body."""

    entry: Entry
    report: DayReport


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that could not be projected, and why."""

    entry: Entry
    why: str


@dataclass(slots=True)
class Folded:
    """What a run of entries did. `still_unsigned`: receipt id -> sealed entry, made in this run."""

    signed: list[Signed] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    still_unsigned: dict[str, Entry] = field(default_factory=dict)
    was_unsigned: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def fold(entries: Iterable[Entry], sealed_before: Callable[[str], Entry | None]) -> Folded:
    """Fold `entries`; `sealed_before` finds the sealed entry of a receipt from an earlier run."""
    folded = Folded()
    bodies: dict[str, ReceiptSealed] = {}
    for entry in entries:
        if entry.header.kind not in PROJECTED:
            continue
        try:
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(body, ReceiptSealed):
                bodies[body.receipt_id] = body
                folded.still_unsigned[body.receipt_id] = entry
            elif isinstance(body, ReceiptSigned):
                _sign(folded, entry, body, bodies, sealed_before)
            elif isinstance(body, DayReport) and body.periods:
                folded.closed.append(Closed(entry, body))
            else:
                folded.unread.append(Unread(entry, "unknown_version"))
        except JournalDamage:
            folded.unread.append(Unread(entry, "unreadable"))
    return folded


def _sign(
    folded: Folded,
    entry: Entry,
    body: ReceiptSigned,
    bodies: dict[str, ReceiptSealed],
    sealed_before: Callable[[str], Entry | None],
) -> None:
    """Pair a mark with its receipt. A mark without one is shown, never guessed at."""
    sealed_entry = folded.still_unsigned.pop(body.receipt_id, None)
    if sealed_entry is not None:
        sealed = bodies.pop(body.receipt_id)
        folded.signed.append(Signed(sealed_entry, sealed, entry, body))
        return
    sealed_entry = sealed_before(body.receipt_id)
    if sealed_entry is None or body.receipt_id in folded.was_unsigned:
        folded.unread.append(Unread(entry, "no_sealed_receipt"))
        return
    header = sealed_entry.header
    known = decode_body(header.kind, header.version, sealed_entry.body)
    assert isinstance(known, ReceiptSealed), "only a readable receipt waits for its mark"
    folded.was_unsigned.append(body.receipt_id)
    folded.signed.append(Signed(sealed_entry, known, entry, body))
