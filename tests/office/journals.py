"""Journals told in the words of the trade: a sale, a return, a Z; as the records that a till
sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from skrin.domain.cart import Item, LineAdded
from skrin.domain.cash import CashMoved, moved_rows
from skrin.domain.codec import encode
from skrin.domain.discount import cash_rounding
from skrin.domain.entry import GENESIS_HASH, NORMAL, Entry, Header, make_entry
from skrin.domain.journal import JournalOpened
from skrin.domain.payment import CARD, CASH, Payment
from skrin.domain.quantity import line_amount
from skrin.domain.receipt import (
    SALE,
    Delivery,
    FiscalMark,
    ReceiptLine,
    ReceiptSealed,
    ReceiptSigned,
    Seller,
)
from skrin.domain.report import (
    CarriedOver,
    DayReport,
    GrandTotals,
    PeriodNet,
    Totals,
    add_rows,
    expected_cash,
    receipt_rows,
)
from skrin.domain.vat import vat_per_rate
from skrin.sync.messages import (
    WIRE_VERSION,
    Exchange,
    ExchangeHead,
    TillStatus,
)

SELLER = Seller("Testbageriet AB", "556677-8899", "Torget", ("Torget 1", "111 11 Byn"), "08-1")
OFFSET_MIN = 60


@dataclass(frozen=True)
class Sold:
    """A line of a case. `group` and `article` are ids; prices in minor units."""

    article: int
    group: int
    name: str
    group_name: str
    price_minor: int
    cost_minor: int
    rate_bp: int
    quantity_milli: int = 1000
    unit: str = "st"
    decimals: int = 0

    def times(self, quantity_milli: int) -> Sold:
        """The same, another quantity."""
        return replace(self, quantity_milli=quantity_milli)


def at(day: str, time: str) -> int:
    """The instant of a local time at UTC+1, in milliseconds."""
    local = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=UTC)
    return int(local.timestamp() * 1000) - OFFSET_MIN * 60_000


@dataclass
class Journal:
    """A journal that grows: `records` is what a till would send from seq 1."""

    company: int
    till: str
    store: int
    designation: str
    methods: dict[str, int]
    person: str = "1"
    entries: list[Entry] = field(default_factory=list)
    totals: Totals = field(default_factory=dict)
    grand: GrandTotals = field(default_factory=GrandTotals)
    day: str = "2026-11-20"
    number: int = 0
    z_number: int = 0

    @property
    def records(self) -> list[bytes]:
        """All records from seq 1."""
        return [entry.record for entry in self.entries]

    @property
    def head(self) -> tuple[int, str]:
        """Seq and hash (hex) of the last entry."""
        last = self.entries[-1]
        return last.header.seq, last.hash.hex()

    def append(
        self,
        kind: str,
        body: object,
        *,
        time: str = "12:00:00",
        mode: str = NORMAL,
        version: int = 1,
    ) -> Entry:
        """Journal a body; bytes are taken as they are."""
        last = self.entries[-1] if self.entries else None
        header = Header(
            company=self.company,
            till=self.till,
            store=self.store,
            seq=len(self.entries) + 1,
            kind=kind,
            version=version,
            at_utc_ms=at(self.day, time),
            utc_offset_min=OFFSET_MIN,
            business_day=self.day,
            period=1,
            user=self.person,
            app_version="0.1.0",
            mode=mode,
        )
        raw = body if isinstance(body, bytes) else encode(body)
        entry = make_entry(header, last.hash if last else GENESIS_HASH, raw)
        self.entries.append(entry)
        return entry

    def open(self) -> Journal:
        """The first entry."""
        serial = f"{self.till}-{self.store}"
        self.append("journal.opened", JournalOpened(self.designation, serial, "SE", "SEK", ""))
        return self

    def sale(
        self,
        *sold: Sold,
        pay: str = "card",
        time: str = "12:00:00",
        kind: str = SALE,
        mode: str = NORMAL,
        taps: bool = True,
    ) -> ReceiptSealed:
        """A whole sale or return: taps, sealed, signed."""
        self.number += 1
        if taps:
            for place, line in enumerate(sold, 1):
                self.append("line.added", self._tap(place, line), time=time, mode=mode)
        sealed = self.sealed(sold, pay, kind)
        self.append("receipt.sealed", sealed, time=time, mode=mode)
        self.append("receipt.signed", self.signed(sealed), time=time, mode=mode)
        if mode == NORMAL:
            add_rows(self.totals, receipt_rows(sealed))
        return sealed

    def _tap(self, place: int, line: Sold) -> LineAdded:
        item = Item(
            article=line.article,
            number=str(line.article),
            name=line.name,
            group=line.group,
            group_name=line.group_name,
            kind="goods",
            unit=line.unit,
            decimals=line.decimals,
            price_minor=line.price_minor,
            cost_minor=line.cost_minor,
            vat_eat_in="restaurant",
            vat_take_away="food",
        )
        tap_id = f"{self.number:08x}{place:024x}"
        return LineAdded(f"c{self.number}", place, tap_id, item, line.quantity_milli, "take_away")

    def sealed(self, sold: Sequence[Sold], pay: str, kind: str = SALE) -> ReceiptSealed:
        """The body of a sealed receipt."""
        amounts = [
            (line.rate_bp, line_amount(line.quantity_milli, line.price_minor)) for line in sold
        ]
        vat, shares = vat_per_rate(amounts)
        total_minor = sum(amount for _, amount in amounts)
        rounding_minor = cash_rounding(total_minor, 100) if pay == "cash" else 0
        lines = tuple(
            ReceiptLine(
                place,
                line.article,
                str(line.article),
                line.name,
                line.group,
                line.group_name,
                "goods",
                line.unit,
                line.decimals,
                line.quantity_milli,
                line.price_minor,
                amount,
                0,
                line.rate_bp,
                share,
                line.cost_minor,
                at(self.day, "12:00:00"),
            )
            for place, (line, (_, amount), share) in enumerate(
                zip(sold, amounts, shares, strict=True), 1
            )
        )
        paid = Payment(
            payment_id=f"p{self.number}",
            method=self.methods[pay],
            kind=CASH if pay == "cash" else CARD,
            name="Kontant" if pay == "cash" else "Kort",
            amount_minor=total_minor + rounding_minor,
            tendered_minor=total_minor + rounding_minor,
            change_minor=0,
            rounding_minor=rounding_minor,
        )
        return ReceiptSealed(
            receipt_id=f"r{self.number}",
            kind=kind,
            number=self.number,
            cart_id=f"c{self.number}",
            designation=self.designation,
            seller=SELLER,
            currency="SEK",
            way="take_away",
            cashier="Alva",
            lines=lines,
            vat=tuple(vat),
            payments=(paid,),
            total_minor=total_minor,
            rounding_minor=rounding_minor,
            tip_minor=0,
            discount_minor=0,
            reduced_count=0,
            reduced_minor=0,
            message_serial=self.number,
        )

    def signed(self, sealed: ReceiptSealed, attempts: int = 1) -> ReceiptSigned:
        """The mark of a receipt, and the intent to print it."""
        mark = FiscalMark("SIMU00000001", "A" * 32 + "," + "B" * 26, "0", "0", 1, attempts)
        delivery = Delivery(f"d{sealed.number}", "printer", "main", 42)
        return ReceiptSigned(sealed.receipt_id, sealed.number, mark, delivery)

    def move_cash(
        self, direction: str, amount_minor: int, reason: int, name: str, account: str
    ) -> CashMoved:
        """Cash into the drawer or out of it, with the reason as the till knew it."""
        moved = CashMoved(
            direction,
            1,
            amount_minor,
            "SEK",
            reason,
            name,
            account,
            "",
            self.designation,
            SELLER,
            "Alva",
            f"{len(self.entries):032x}",
            "",
            None,
        )
        self.append("cash.moved", moved)
        add_rows(self.totals, moved_rows(moved))
        return moved

    def close(self, time: str = "18:00:00", parked: tuple[CarriedOver, ...] = ()) -> DayReport:
        """The Z of the day; `parked` is told to the office."""
        self.z_number += 1
        self.grand = self.grand.after(self.totals)
        rows = tuple(self.totals[key] for key in sorted(self.totals))
        net_minor = self.grand.net_minor
        report = DayReport(
            kind="z",
            number=self.z_number,
            periods=(PeriodNet(self.day, 1, 0),),
            designation=self.designation,
            register_serial=f"{self.till}-{self.store}",
            model="Skrin",
            program="skrin",
            version="0.1.0",
            seller=SELLER,
            currency="SEK",
            cashier="Alva",
            rows=rows,
            grand=self.grand,
            float_minor=0,
            cash_expected_minor=expected_cash(0, self.totals),
            cash_counted_minor=None,
            delivery=Delivery(f"z{self.z_number}", "printer", "main", 42),
            parked=parked,
            parked_reported=bool(parked),
        )
        assert net_minor >= 0
        self.append("day.closed", report, time=time)
        self.totals = {}
        return report

    def exchange(
        self, first_seq: int = 1, count: int | None = None, *, incarnation: int = 1
    ) -> Exchange:
        """A batch of records from `first_seq` on."""
        records = self.records[first_seq - 1 :]
        return exchange_of(
            self, first_seq, records if count is None else records[:count], incarnation
        )


def exchange_of(
    journal: Journal, first_seq: int, records: Iterable[bytes], incarnation: int = 1
) -> Exchange:
    """An exchange of these very records."""
    batch = tuple(records)
    head = ExchangeHead(
        wire=WIRE_VERSION,
        company=journal.company,
        till=journal.till,
        store=journal.store,
        incarnation=incarnation,
        first_seq=first_seq,
        count=len(batch),
        orders_after=0,
        version="0.1.0",
        sent_at_utc_ms=0,
        status=TillStatus(unsent=0, control_unit="SIMU00000001", control_unit_state="ok"),
    )
    return Exchange(head, batch)
