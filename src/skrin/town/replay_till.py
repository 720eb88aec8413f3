"""The replay's till: the flow of a real one, devices in memory, a clock set to each sale."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from skrin import __version__
from skrin.brand import brand
from skrin.domain.closing import business_day_of, next_day
from skrin.fiscal.countries import country
from skrin.sync.messages import Person, PublicationRequest
from skrin.till.devices.office_link import OfficeClient
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import closing, reporting, selling
from skrin.till.flow.clock import Instant
from skrin.till.flow.counter import Counter
from skrin.till.flow.people import Door
from skrin.till.flow.registers import read_registers
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import enrol, open_journal
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile
from skrin.town.replay_company import Login
from skrin.town.replay_sales import Rules, Sale, local_instant

UPLOAD_TIMEOUT_S = 60.0
CARD_TERMINAL_ID = "REPLAY-POI"


class ReplayFailed(Exception):
    """The replay could not go on; the words are for whoever started it."""


class ReplayClock:
    """Stands at the moment of the sale that is made."""

    def __init__(self, at: Instant) -> None:
        """Begin at a moment."""
        self.at = at

    def now(self) -> Instant:
        """The moment it was set to."""
        return self.at

    def steady_s(self) -> float:
        """Seconds of the simulated time, so that a device is asked anew for each customer."""
        return self.at.utc_ms / 1000

    def wait(self, seconds: float) -> None:
        """Nobody waits in a replay."""

    def new_id(self) -> str:
        """128 random bits."""
        return secrets.token_hex(16)

    def random_bytes(self, count: int) -> bytes:
        """Out of the system's own source."""
        return secrets.token_bytes(count)


@dataclass(slots=True)
class SimulatedDevices:
    """What the till has beside it, and what each of them counted."""

    control_unit: InstantControlUnit
    card_terminal: InstantCardTerminal
    printer: PaperRoll


class ReplayTill:
    """A till enrolled for the replay. `sell` each sale in the order of time, then `finish`."""

    def __init__(self, data: Path, office: str, code: str, rules: Rules, first: Instant) -> None:
        """Enrol with `code` and open the journal at the first sale's moment."""
        self.rules = rules
        self.zone = ZoneInfo(rules.zone)
        self.devices = SimulatedDevices(
            InstantControlUnit(), InstantCardTerminal(CARD_TERMINAL_ID), PaperRoll(keep=2)
        )
        self.clock = ReplayClock(first)
        self.device = DeviceFile(data / "device.sqlite")
        enrolled = enrol(self.device, office, code)
        self.seat = enrolled.seats[0]
        self.company, self.id = enrolled.company, enrolled.till
        link = OfficeClient(office, f"{self.company}/{self.id}", self.device.key())
        self.till = self._till(data)
        # A till learns when its business day breaks from its first publication, but the first
        # entry comes before. Here that day counts already, so it is looked at beforehand.
        rows = link.publication(PublicationRequest(self.seat.store, 0, "")).rows
        self.till.registers = read_registers(
            {(row.section, row.key): row.row.encode() for row in rows if row.row is not None}
        )
        self.break_min = self.till.store.day_break_min
        open_journal(self.till)
        self.counter = Counter(self.till, link, self.device.next_incarnation())
        self.counter.begin()
        self.link = link
        self.actor: Person | None = None
        self.open_day = self.till.head.business_day
        self.closed = 0

    def _till(self, data: Path) -> Till:
        devices = Devices(
            self.devices.control_unit,
            self.devices.card_terminal,
            self.devices.printer,
            CARD_TERMINAL_ID,
            self.id,
            self.device.next_service_number,
        )
        return Till(
            ShopFile(data / f"{self.id}-{self.seat.store}" / "shop.sqlite"),
            Identity(
                self.company, self.id, self.seat, brand().name, __version__, brand().model_name
            ),
            country("SE"),
            devices,
            self.clock,
            InlineWriter(),
        )

    def log_in(self, login: Login) -> None:
        """Take the publication down by the way that every till takes it, and log a cashier in."""
        self.upload()
        if not self.till.publication:
            raise ReplayFailed("the office has published nothing to the replay's till")
        _, self.actor = Door(self.device, self.till, self.link).log_in(login.email, login.password)

    def sell(self, sale: Sale, article_of: Callable[[str], int | None]) -> None:
        """Sell a transaction at its own time; days that ended before it are closed first.

        `article_of`: the id of an item's article, None for an open price. Raises `Refusal`.
        """
        self._close_before(business_day_of(sale.at.utc_ms, sale.at.offset_min, self.break_min))
        self.clock.at = sale.at
        till, actor = self.till, self.person
        selling.choose_way(till, actor, self.rules.way)
        for item in sale.items:
            article = article_of(item)
            if article is None:
                price_minor = self.rules.unknown_price_minor
                group = self._unknown_group()
                selling.tap_group(till, actor, self.clock.new_id(), group, price_minor)
            else:
                selling.tap_article(till, actor, self.clock.new_id(), article)
        if sale.transaction % self.rules.cash_when_divisible_by == 0:
            self.counter.pay_cash(actor, self.clock.new_id(), None)
        else:
            self.counter.pay_card(actor, self.clock.new_id())
        if till.desk.cart is not None or till.desk.pending or till.desk.undelivered:
            raise ReplayFailed(f"transaction {sale.transaction} was not completed")

    def finish(self) -> None:
        """Close the last day when it has ended, and send everything that is left."""
        self._close_before(next_day(self.open_day))
        self.upload()

    def upload(self) -> None:
        """Exchange with the office until nothing is unsent. Raises `ReplayFailed`."""
        lane, deadline_s = self.counter.upload_lane, time.monotonic() + UPLOAD_TIMEOUT_S
        while True:
            pause_s = lane.step()
            if lane.alarm:
                raise ReplayFailed(f"the office takes no more from this till: {lane.alarm}")
            if not lane.failures and not lane.unsent():
                return
            if time.monotonic() > deadline_s:
                raise ReplayFailed(f"the office does not take the entries: {lane.fault}")
            if lane.failures:
                time.sleep(pause_s)

    def _close_before(self, day: str) -> None:
        """Close every day before `day`, each when the next began, and send it."""
        while self.open_day < day:
            following = next_day(self.open_day)
            self.clock.at = self._day_break(date.fromisoformat(following))
            self.closed += self._close_day()
            self.upload()
            self.open_day = following

    def _close_day(self) -> int:
        """Close the open day, and hold its Z against the X taken just before. Raises
        `ReplayFailed`."""
        till, actor = self.till, self.person
        x = closing.open_report(till, actor, till.file)
        numbers = self.counter.close_days(actor, self.open_day)
        found = reporting.closed_report(till.file, numbers[-1])
        if found is None or (x.rows, x.grand) != (found[1].rows, found[1].grand):
            raise ReplayFailed(f"the X and the Z of {self.open_day} differ")
        return len(numbers)

    def _day_break(self, day: date) -> Instant:
        hour, minute = divmod(self.break_min, 60)
        try:
            return local_instant(day, clock_time(hour, minute), self.zone)
        except ValueError:
            # The clocks skipped that hour of a spring night: the day began when they went on.
            return local_instant(day, clock_time(hour + 1, minute), self.zone)

    @property
    def person(self) -> Person:
        """Who works at this till."""
        if self.actor is None:
            raise ReplayFailed("nobody has logged in at the replay's till")
        return self.actor

    def _unknown_group(self) -> int:
        for group in self.till.registers.groups.values():
            if group.number == self.rules.unknown_group:
                return group.id
        raise ReplayFailed(f"the office publishes no article group {self.rules.unknown_group}")

    def article_ids(self) -> dict[str, int]:
        """Ids of the published articles by their number."""
        return self.till.registers.articles.numbers()

    def stop(self) -> None:
        """Close its files. Nothing is journaled: the last entry is the last Z."""
        self.counter.upload_lane.reader.close()
        self.till.file.close()
        self.device.close()
