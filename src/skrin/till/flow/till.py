"""The till: its journal's head, its desk, its registers, and the transaction that moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from skrin.domain import desk_steps
from skrin.domain import role as roles
from skrin.domain.article import StoreCard
from skrin.domain.closing import business_day_of, local_time, period_on
from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.desk import Desk
from skrin.domain.entry import NORMAL, TRAINING, Header, make_entry
from skrin.domain.journal import NEWEST
from skrin.domain.record import swift
from skrin.domain.refusal import Refusal
from skrin.domain.report import GrandTotals, TotalsRow
from skrin.domain.till_setting import Value
from skrin.fiscal.contract import Country, UnitPlace
from skrin.sync.messages import Person, SignedAdmission, StoreSeat
from skrin.till.devices.contract import CardTerminal, ControlUnit, Printer
from skrin.till.flow.clock import Clock, Instant
from skrin.till.flow.registers import Registers, open_registers
from skrin.till.flow.rights_folding import HANDED_OVER, facts_of, fold_in
from skrin.till.flow.sharing import Sharing
from skrin.till.flow.stated import Stated
from skrin.till.flow.stated import read as read_stated
from skrin.till.flow.writer import Writer
from skrin.till.storage.shop_file import ShopFile

T = TypeVar("T")

CLOCK_SLACK_MS = 120_000
"""How far back a clock may be set without stopping the sale (D7)."""

FLOAT_DAY = "float_day"
"""Beside the journal: the last business day whose change fund was stated."""

SETTINGS_HERE = "settings_here"
"""Beside the journal: the settings that were changed at this till, by name (JSON)."""

CLOCK_CONFIRMED = "clock_confirmed"
"""Beside the journal: since the last Z a person confirmed a time before it."""

TRADE = frozenset(
    {
        *(
            "line.added",
            "line.changed",
            "cart.fetched",
            "payment.begun",
            "payment.taken",
            "receipt.sealed",
        ),
        *("copy.sealed", "pro_forma.sealed", "return_mode.set", "training.set", "float.set"),
        *("cash.moved", "cash.counted", "drawer.opened", "day.closed", "right.claimed"),
        *("giftcard.credited", "till.handed_over"),
    }
)
"""The kinds of entry that trade begins or changes with: none follows the end of it."""

FOLD_AGAIN_ENTRIES = 64
"""How many entries of finished sales a start may fold again, so that not every sale must write
where the next one begins."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which register this is, and of which make. `predecessor`: the till whose place it took.
    `admission`: the office's word that it let this till in."""

    company: int
    till: str
    seat: StoreSeat
    program: str
    version: str
    model: str
    predecessor: str = ""
    admission: SignedAdmission | None = None

    @property
    def register_serial(self) -> str:
        """The serial number of the register: till and store (D23)."""
        return f"{self.till}-{self.seat.store}"


@dataclass(frozen=True, slots=True)
class MoreTerminal:
    """A card terminal beside the first: its payment app's id, what people call it, the device; and
    whom to ask about it, where that is another than the payment method's."""

    card_terminal_id: str
    name: str
    device: CardTerminal
    provider: str = ""
    provider_phone: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    """What hangs on the till. A device that is not there is None, and said so when it is needed.

    `card_terminal` is the one that is used unless another is chosen at the payment.
    """

    control_unit: ControlUnit | None
    card_terminal: CardTerminal | None
    printer: Printer | None
    card_terminal_id: str = ""
    sale_id: str = ""
    next_service_number: Callable[[], int] = lambda: 1
    unit_place: UnitPlace | None = None
    """Where the control unit is, and where the office (or the command line) says that it is."""
    unit_named: UnitPlace | None = None
    card_terminal_name: str = ""
    card_terminal_contact: tuple[str, str] = ("", "")
    more_card_terminals: tuple[MoreTerminal, ...] = ()
    printer_name: str = ""
    """What the printer is called on its test page."""
    weighs: bool = False
    """A scale is set up: what is sold by weight is weighed (`flow/scale_choosing.py`)."""

    def card_terminals(self) -> tuple[MoreTerminal, ...]:
        """All card terminals, the first one first."""
        if self.card_terminal is None:
            return self.more_card_terminals
        name = self.card_terminal_name or self.card_terminal_id
        contact = self.card_terminal_contact
        first = MoreTerminal(self.card_terminal_id, name, self.card_terminal, *contact)
        return (first, *self.more_card_terminals)

    def terminal_of(self, card_terminal_id: str) -> CardTerminal | None:
        """The card terminal with this id; None when it is not (any more) at this till."""
        named = self.card_terminals()
        found = (one.device for one in named if one.card_terminal_id == card_terminal_id)
        return next(found, None)


@swift
@dataclass(frozen=True, slots=True)
class Head:
    """The end of the journal, and what the next entry takes from it."""

    seq: int
    hash: bytes
    at_utc_ms: int
    business_day: str
    last_closed: tuple[str, int] | None
    last_z_at_utc_ms: int


def oldest_counted(file: ShopFile, after: tuple[str, int] | None) -> tuple[str, int] | None:
    """The first (day, period) after the last Z in which something was counted; None = none was."""
    return next(iter(file.counted_periods(after)), None)


class Till:
    """One (till, store) at work. Everything that changes is replaced whole, in one commit."""

    def __init__(
        self,
        file: ShopFile,
        identity: Identity,
        country: Country,
        devices: Devices,
        clock: Clock,
        writer: Writer,
    ) -> None:
        """Take up the journal where it ends; nothing is written."""
        self.file = file
        self.identity = identity
        self.country = country
        self.devices = devices
        self.clock = clock
        self.writer = writer
        self.desk = Desk()
        self.registers = Registers()
        self.series: dict[str, int] = {}
        self.publication = 0
        self.sold_out: frozenset[int] = frozenset()
        self.sharing = Sharing()
        self.stated: tuple[Stated, ...] = ()
        self.listeners: list[Callable[[], None]] = []
        self.closing_refused = ""
        """Why an ended day was not closed by itself, when that was tried last; empty: it was not
        refused."""
        self.handed_over = False
        """The register's trade is over (`handing_over`)."""
        self.leaving = False
        """This program makes way for another version of itself: nobody begins anything any more."""
        self.on_fault: Callable[[BaseException], None] = lambda fault: None
        """Told what a command raised that was no refusal: it may be damage of the file."""
        self.office_is_away: Callable[[], bool] = lambda: False
        """Whether the last try to reach the office failed; told by who tries."""
        self._rates: dict[str, int] = {}
        self._rates_day = -1
        self.recover()

    def recover(self) -> None:
        """Fold everything again from the disk: at the start, and after a commit that failed."""
        file = self.file
        seq, digest, at_utc_ms, business_day = file.head()
        closing, confirmed = file.last_closing(), file.state(CLOCK_CONFIRMED)
        self.head = Head(
            seq,
            digest,
            at_utc_ms,
            business_day,
            (closing[1], closing[2]) if closing else None,
            (file.at_of(closing[3]) or 0) if closing and not confirmed else 0,
        )
        self.first_day = file.first_day()
        self.oldest_counted = oldest_counted(file, self.head.last_closed)
        self.series = file.series()
        self.grand = GrandTotals(
            int(file.state("grand_sales_minor", "0")), int(file.state("grand_returns_minor", "0"))
        )
        self.cash_carried_minor = int(file.state("cash_carried_minor", "0"))
        self.float_day = file.state(FLOAT_DAY)
        self.publication = int(file.state("publication", "0"))
        self.acknowledged_seq = self.acknowledged_kept = int(file.state("acknowledged_seq", "0"))
        self.take_registers()
        self.sold_out = file.sold_out()
        self.sharing.read(file)
        self.handed_over = file.state(HANDED_OVER) == "1"
        self.stated = read_stated(file)
        desk = Desk(
            return_mode=file.state("return_mode", "off"),
            training=file.state("mode", NORMAL) == TRAINING,
        )
        self.fold_from = int(file.state("fold_from", "1"))
        for entry in file.entries(self.fold_from):
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if body is not None:
                desk = desk_steps.apply(desk, entry.header, body)
        self.desk = desk

    def take_registers(self) -> None:
        """Read the registers anew, with the till's own settings in them."""
        here = self.file.state(SETTINGS_HERE)
        registers = open_registers(self.file.registers)
        registers.settle(
            self.identity.seat.designation, decode(dict[str, Value], here.encode()) if here else {}
        )
        self.registers = registers

    @property
    def store(self) -> StoreCard:
        """The shop. Refused with `no_registers` before the first publication came."""
        if self.registers.store is None:
            raise Refusal("no_registers")
        return self.registers.store

    def instant(self) -> Instant:
        """Now, as entries take it: never before the last entry (D7).

        Back by more than two minutes, or before the last Z: refused with `clock_went_back`.
        """
        now = self.clock.now()
        behind_ms = self.head.at_utc_ms - now.utc_ms
        if behind_ms <= 0:
            return now
        if self._stops(now):
            raise Refusal("clock_went_back", minutes=behind_ms // 60_000)
        return Instant(self.head.at_utc_ms, now.offset_min)

    def instant_of_outcome(self) -> Instant:
        """Now, as entries take it that tell what has happened: a receipt that was signed or came
        out is written down also when the clock went back, with the last entry's time. What
        somebody begins is refused then; what has happened cannot be."""
        now = self.clock.now()
        return max(now, Instant(self.head.at_utc_ms, now.offset_min))

    def clock_stops(self) -> bool:
        """Whether the clock went back so far that nothing is written before somebody has looked."""
        return self._stops(self.clock.now())

    def _stops(self, now: Instant) -> bool:
        behind_ms = self.head.at_utc_ms - now.utc_ms
        before_z = now.utc_ms < self.head.last_z_at_utc_ms
        return behind_ms > CLOCK_SLACK_MS or (behind_ms > 0 and before_z)

    def business_day(self, at: Instant) -> str:
        """The business day of a moment; it never goes backwards (D6)."""
        break_min = self.registers.store.day_break_min if self.registers.store else 240
        return max(self.head.business_day, business_day_of(at.utc_ms, at.offset_min, break_min))

    def today(self) -> str:
        """The business day now; a clock that went back does not hinder looking."""
        return self.business_day(self.clock.now())

    def local_date(self) -> date:
        """The local calendar date now, which decides the VAT rate (D41)."""
        now = self.clock.now()
        return local_time(now.utc_ms, now.offset_min).date()

    def rate_of(self, vat_class: str) -> int:
        """The rate of a VAT class today."""
        now = self.clock.now()
        day = (now.utc_ms + now.offset_min * 60_000) // 86_400_000
        if day != self._rates_day:
            self._rates, self._rates_day = {}, day
        rate_bp = self._rates.get(vat_class)
        if rate_bp is None:
            rate_bp = self._rates[vat_class] = self.country.vat_rate_bp(
                vat_class, self.local_date()
            )
        return rate_bp

    def role_of(self, person: Person) -> roles.Role:
        """The role of a person as published, else the usual one of that name; and what the person
        was given beside it, as it is published now."""
        found = self.registers.roles.get(person.role) or roles.USUAL_ROLES.get(person.role)
        role = found or roles.Role(person.role)
        known = self.registers.people.get(person.person, person)
        return roles.with_service(role) if known.services else role

    def check(self, actor: Person, right: str, approver: Person | None = None) -> None:
        """Refuse what a person may not do: `not_allowed`, `pin_wanted`, `approver_not_allowed`."""
        roles.check(self.role_of(actor), right, self.role_of(approver) if approver else None)

    def run(self, command: Callable[[], T]) -> T:
        """Run a command on the writer. After any fault but a refusal the disk is read again."""

        def guarded() -> T:
            try:
                return command()
            except Refusal:
                raise
            except BaseException as fault:
                self.on_fault(fault)
                self.recover()
                raise

        result = self.writer.run(guarded)
        for listener in self.listeners:
            listener()
        return result

    def forget_finished(self) -> None:
        """The finished sale leaves the screen; nothing of the journal changes."""
        self.desk = replace(self.desk, finished=None, declined="", refused=None)

    def transaction(self, actor: Person | None) -> Transaction:
        """A commit on the writer: entries and read models together, or nothing.

        `actor` None: the program writes down what has happened, whatever the clock shows.
        """
        if actor is None:
            return self.transaction_of_outcome()
        if self.leaving:
            raise Refusal("till_updating")
        return Transaction(self, actor.person, self.instant())

    def transaction_of_outcome(self, user: str = "") -> Transaction:
        """A commit of what has happened, whatever the clock shows. `user`: the id of the person
        whose doing it goes on from; empty = the program's own."""
        return Transaction(self, user, self.instant_of_outcome())


class Transaction:
    """What one commit appends. The till changes only when the commit is on the disk."""

    def __init__(self, till: Till, user: str, at: Instant) -> None:
        """Begin after the till's head, at one moment for all entries of the commit."""
        self.till = till
        self.user = user
        self.at = at
        self.head = till.head
        self.desk = till.desk
        self.grand = till.grand
        self.cash_carried_minor = till.cash_carried_minor
        self.business_day = till.business_day(at)
        self.oldest_counted = till.oldest_counted
        self.acknowledged_seq = till.acknowledged_seq
        self.fold_from = till.fold_from
        self.series: dict[str, int] = {}

    def __enter__(self) -> Transaction:
        """Begin."""
        self.till.file.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, *fault: object) -> None:
        """Commit, and only then change the till; nothing is left of what failed."""
        self.till.file.end(kind is not None, self.close)
        if kind is None:
            self.take_effect()

    @property
    def period(self) -> int:
        """The period of today that is open now."""
        return period_on(self.business_day, self.head.last_closed)

    def append(self, kind: str, body: object) -> Header:
        """Write an entry and fold it. Returns its header. Refused with `till_handed_over` when
        the register's trade is over."""
        if self.till.handed_over and kind in TRADE:
            raise Refusal("till_handed_over")
        identity = self.till.identity
        header = Header(
            identity.company,
            identity.till,
            identity.seat.store,
            self.head.seq + 1,
            kind,
            NEWEST[kind],
            self.at.utc_ms,
            self.at.offset_min,
            self.business_day,
            self.period,
            self.user,
            identity.version,
            TRAINING if self.desk.training else NORMAL,
        )
        entry = make_entry(header, self.head.hash, encode(body))
        self.till.file.append(entry)
        facts = facts_of(body)
        if facts:
            copies = self.till.country.copies_allowed
            fold_in(self.till.file, facts, identity.register_serial, copies)
        before = self.head
        self.head = Head(
            header.seq,
            entry.hash,
            header.at_utc_ms,
            header.business_day,
            before.last_closed,
            before.last_z_at_utc_ms,
        )
        self.desk = desk_steps.apply(self.desk, header, body)
        return header

    def next_number(self, series: str) -> int:
        """The next number of a series: taken when the commit is."""
        number = self.series.get(series, self.till.series.get(series, 0)) + 1
        self.series[series] = number
        return number

    def count(
        self, rows: Iterable[TotalsRow], of_day: str | None = None, of_period: int | None = None
    ) -> None:
        """Raise the running totals of a period: today's open one, or the one named.

        Of practice only the number and the sum of its receipts are counted (D9, item 14).
        """
        if self.desk.training:
            rows = [row for row in rows if row.kind == "training"]
            if not rows:
                return
        place = of_day or self.business_day, of_period or self.period
        self.till.file.raise_totals(*place, rows)
        if self.oldest_counted is None:
            self.oldest_counted = place

    def closed(
        self, business_day: str, period: int, grand: GrandTotals, cash_carried_minor: int
    ) -> None:
        """A Z was appended: the next entry of that day opens a new period."""
        self.head = replace(
            self.head, last_closed=(business_day, period), last_z_at_utc_ms=self.at.utc_ms
        )
        self.grand = grand
        self.cash_carried_minor = cash_carried_minor
        self.oldest_counted = oldest_counted(self.till.file, self.head.last_closed)

    def close(self) -> None:
        """Write what only the end of the commit knows."""
        file = self.till.file
        for series, last in self.series.items():
            file.put_series(series, last)
        before, after = self.till.desk.first_open_seq, self.desk.first_open_seq
        if before is not None and before != after:
            # What begins after everything was finished lies after the place remembered then.
            place = after or self.head.seq + 1
            if place - self.fold_from >= FOLD_AGAIN_ENTRIES:
                self.fold_from = place
                file.put_state("fold_from", str(place))
        if self.till.desk.return_mode != self.desk.return_mode:
            file.put_state("return_mode", self.desk.return_mode)
        if self.till.desk.training != self.desk.training:
            file.put_state("mode", TRAINING if self.desk.training else NORMAL)
        if self.acknowledged_seq != self.till.acknowledged_kept:
            # Worth no commit of its own: a restart that knows an older one asks the office again.
            file.put_state("acknowledged_seq", str(self.acknowledged_seq))

    def take_effect(self) -> None:
        """The commit is on the disk: the till is now as written."""
        till = self.till
        till.acknowledged_kept = self.acknowledged_seq
        till.fold_from = self.fold_from
        till.oldest_counted = self.oldest_counted
        till.desk = self.desk
        till.grand = self.grand
        till.cash_carried_minor = self.cash_carried_minor
        if self.series:
            till.series = {**till.series, **self.series}
        if not till.first_day:
            till.first_day = self.business_day
        # Last: a screen asks by the head's number whether it has seen what the rest tells.
        till.head = self.head
