"""The journal's kinds of entry, and what happens at a till beside selling.

Every (kind, version) ever released keeps its reader here for ever (D1); a kind that is not known is
kept, chained and passed on. A new kind gets its line in docs/ARCHITECTURE.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skrin.domain import (
    beside,
    card_terminal,
    cart,
    cash,
    control_unit,
    desk,
    payment,
    printer,
    receipt,
    registration,
    report,
    scale,
    till_setting,
)
from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, verify_link
from skrin.domain.rights import terms as rights


@dataclass(frozen=True, slots=True)
class JournalOpened:
    """`journal.opened`: seq 1 of every journal: which register this is (D2). `predecessor`: the
    register in whose place it was made; empty = none (D45)."""

    designation: str
    register_serial: str
    country: str
    currency: str
    predecessor: str


@dataclass(frozen=True, slots=True)
class TillStarted:
    """`till.started`: the program runs again; each start is a new incarnation (D23)."""

    incarnation: int
    program: str
    version: str


@dataclass(frozen=True, slots=True)
class TillStopped:
    """`till.stopped`: the program was ended in order."""

    incarnation: int


@dataclass(frozen=True, slots=True)
class UserLoggedIn:
    """`user.logged_in`: staff by id and the display name that the shop chose (D5)."""

    person: str
    display_name: str
    role: str
    how: str


@dataclass(frozen=True, slots=True)
class UserLoggedOut:
    """`user.logged_out`: the person left the till."""

    person: str


@dataclass(frozen=True, slots=True)
class PublicationApplied:
    """`publication.applied`: registers changed; the digests prove from what to what (D25)."""

    number: int
    old_digest: str
    new_digest: str
    changed: int


@dataclass(frozen=True, slots=True)
class ArticleSoldOut:
    """`article.sold_out`: there is no more of an article today, or there is again (R-MORE-004)."""

    article: int
    on: bool


@dataclass(frozen=True, slots=True)
class ScreenPaired:
    """`screen.paired`: another device's browser may show this till (R-MORE-019, D44).

    `key_sha256`: of the public key as the browser gave it; the private half stays in the device.
    """

    screen: str
    name: str
    key_sha256: str


@dataclass(frozen=True, slots=True)
class ScreenTakenOver:
    """`screen.taken_over`: the till is used on this screen from now on, "" being its own."""

    screen: str
    before: str
    generation: int


@dataclass(frozen=True, slots=True)
class ScreenRevoked:
    """`screen.revoked`: a screen is paired no longer."""

    screen: str


@dataclass(frozen=True, slots=True)
class ClockConfirmed:
    """`clock.confirmed`: a person said that the clock, which had gone back, is right now (D7)."""

    before_utc_ms: int
    now_utc_ms: int
    approved_by: str = ""


KINDS: dict[tuple[str, int], type] = {
    ("journal.opened", 1): JournalOpened,
    ("till.started", 1): TillStarted,
    ("till.stopped", 1): TillStopped,
    ("user.logged_in", 1): UserLoggedIn,
    ("user.logged_out", 1): UserLoggedOut,
    ("publication.applied", 1): PublicationApplied,
    ("line.added", 1): cart.LineAdded,
    ("line.changed", 1): cart.LineChanged,
    ("line.removed", 1): cart.LineRemoved,
    ("line.discounted", 1): cart.LineDiscounted,
    ("line.repriced", 1): cart.LineRepriced,
    ("line.noted", 1): cart.LineNoted,
    ("cart.discounted", 1): cart.CartDiscounted,
    ("cart.undiscounted", 1): cart.CartUndiscounted,
    ("cart.noted", 1): cart.CartNoted,
    ("cart.unnoted", 1): cart.CartUnnoted,
    ("cart.way_chosen", 1): cart.WayChosen,
    ("cart.parked", 1): cart.CartParked,
    ("cart.fetched", 1): cart.CartFetched,
    ("parked.deleted", 1): cart.ParkedDeleted,
    ("return_mode.set", 1): desk.ReturnModeSet,
    ("training.set", 1): desk.TrainingSet,
    ("article.sold_out", 1): ArticleSoldOut,
    ("payment.given_back", 1): payment.PaymentGivenBack,
    ("cart.aborted", 1): cart.CartAborted,
    ("payment.begun", 1): payment.PaymentBegun,
    ("payment.decided", 1): payment.PaymentDecided,
    ("payment.checked", 1): payment.PaymentChecked,
    ("payment.taken", 1): payment.PaymentTaken,
    ("receipt.sealed", 1): receipt.ReceiptSealed,
    ("serial.renewed", 1): receipt.SerialRenewed,
    ("receipt.signed", 1): receipt.ReceiptSigned,
    ("copy.sealed", 1): beside.CopySealed,
    ("copy.signed", 1): beside.DocumentSigned,
    ("copy.declined", 1): beside.CopyDeclined,
    ("pro_forma.sealed", 1): beside.ProFormaSealed,
    ("pro_forma.signed", 1): beside.DocumentSigned,
    ("document.refused", 1): beside.DocumentRefused,
    ("document.delivered", 1): receipt.DocumentDelivered,
    ("delivery.repeated", 1): receipt.DeliveryRepeated,
    ("unit.chosen", 1): control_unit.UnitChosen,
    ("unit.met", 1): control_unit.UnitMet,
    ("unit.failed", 1): control_unit.UnitFailed,
    ("unit.answered", 1): control_unit.UnitAnswered,
    ("card_terminal.set", 1): card_terminal.CardTerminalSet,
    ("setting.set", 1): till_setting.SettingSet,
    ("printer.set", 1): printer.PrinterSet,
    ("scale.set", 1): scale.ScaleSet,
    ("float.set", 1): cash.FloatSet,
    ("cash.counted", 1): cash.CashCounted,
    ("drawer.opened", 1): cash.DrawerOpened,
    ("cash.moved", 1): cash.CashMoved,
    ("x.reported", 1): report.DayReport,
    ("day.closed", 1): report.DayReport,
    ("report.copied", 1): report.ReportCopied,
    ("period.reported", 1): report.DayReport,
    ("journal.reported", 1): report.JournalPart,
    ("clock.confirmed", 1): ClockConfirmed,
    ("right.claimed", 1): rights.RightClaimed,
    ("right.decided", 1): rights.RightDecided,
    ("right.given_back", 1): rights.RightGivenBack,
    ("right.broken", 1): rights.RightBroken,
    ("right.lease_ended", 1): rights.LeaseEnded,
    ("right.moved", 1): rights.RightsMoved,
    ("till.handed_over", 1): rights.HandedOver,
    ("giftcard.credited", 1): rights.GiftCardCredited,
    ("registration.set", 1): registration.RegistrationSet,
    ("registration.reported", 1): registration.RegistrationReported,
    ("screen.paired", 1): ScreenPaired,
    ("screen.taken_over", 1): ScreenTakenOver,
    ("screen.revoked", 1): ScreenRevoked,
}
"""Every kind and version that this program reads."""

NEWEST: dict[str, int] = {}
for _kind, _version in KINDS:
    NEWEST[_kind] = max(_version, NEWEST.get(_kind, 0))


def verify_chain(entries: Iterable[Entry]) -> Entry | None:
    """Prove that `entries` are a whole journal from seq 1; returns the last one.

    Each must follow the one before in number, hash and identity (company, till, store).
    Raises `JournalDamage` that names the first bad entry.
    """
    last: Entry | None = None
    for entry in entries:
        prev_hash = last.hash if last else GENESIS_HASH
        verify_link(entry, last.header.seq + 1 if last else 1, prev_hash)
        if last and not same_journal(last, entry):
            raise JournalDamage(f"entry {entry.header.seq} belongs to another journal")
        last = entry
    return last


def same_journal(one: Entry, other: Entry) -> bool:
    """Whether two entries are of the same register: company, till and store."""
    return (one.header.company, one.header.till, one.header.store) == (
        other.header.company,
        other.header.till,
        other.header.store,
    )
