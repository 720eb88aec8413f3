"""What the town's auditor reads off a till's journal, entry by entry, by arithmetic of his own.

He believes nothing that he can add up himself: numbers, sums, VAT, marks, money. What does not fit
is a `Finding`, in words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from skrin.domain.beside import CopySealed, ProFormaSealed
from skrin.domain.cart import LineAdded, LineChanged
from skrin.domain.closing import next_day
from skrin.domain.codec import decode_body
from skrin.domain.entry import (
    GENESIS_HASH,
    NORMAL,
    Entry,
    Header,
    JournalDamage,
    verify_link,
)
from skrin.domain.journal import ScreenTakenOver
from skrin.domain.payment import APPROVED, CARD, PaymentBegun, PaymentDecided
from skrin.domain.receipt import RETURN, SALE, ReceiptLine, ReceiptSealed, ReceiptSigned
from skrin.domain.report import DayReport
from skrin.domain.rights import journaled, terms
from skrin.domain.rights.terms import Fact, GiftCardCredited, RightMove
from skrin.town.world.people import PERSONAL

_CARD_USED, _CART_USED = (terms.GIFT_CARD, terms.USED), (terms.PARKED, terms.USED)


class Finding(Exception):
    """Something that must never be, and is."""


def must(holds: bool, what: str) -> None:
    """Raise `Finding` when something does not hold."""
    if not holds:
        raise Finding(what)


@dataclass(frozen=True, slots=True)
class Sold:
    """A signed sale, for whoever comes back with its receipt."""

    register: str
    store: int
    designation: str
    number: int
    receipt_id: str
    key: str
    lines: tuple[ReceiptLine, ...]


@dataclass(slots=True)
class Sums:
    """What a period's receipts come to, added up by the auditor."""

    sales: int = 0
    sales_minor: int = 0
    returns: int = 0
    returns_minor: int = 0
    vat_minor: Counter[int] = field(default_factory=Counter)
    methods_minor: Counter[int] = field(default_factory=Counter)
    rounding_minor: int = 0


@dataclass(slots=True)
class Shared:
    """What the journals of all tills say together."""

    codes: dict[str, str] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)
    returned: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    """By sold line: quantity, amount and VAT that have come back."""
    sold: dict[str, Sold] = field(default_factory=dict)
    """Signed sales by receipt id."""
    gift_credited: Counter[str] = field(default_factory=Counter)
    gift_used: Counter[str] = field(default_factory=Counter)
    gift_lost: Counter[str] = field(default_factory=Counter)
    """Of what was credited: what only a lost device knew of."""
    parked_used: dict[str, list[int]] = field(default_factory=dict)
    """By parked receipt: under which generations it was paid or deleted."""
    ended: set[str] = field(default_factory=set)
    """Registers whose trade has ended, in order."""
    copied_after_end: int = 0
    """Copies of their receipts that others have made since."""
    unknowable: set[tuple[str, str]] = field(default_factory=set)
    """Rights of which a device that is gone did something that the office has forgotten."""

    def excused(self, kind: str, key: str) -> bool:
        """Whether nobody can know any more what was used of a right."""
        return (kind, key) in self.unknowable


class Ledger:
    """The auditor's book of one journal."""

    def __init__(self, register: str, shared: Shared) -> None:
        self.register = register
        self.shared = shared
        self.seq, self.hash = 0, GENESIS_HASH
        self.last_number: Counter[str] = Counter()
        self.waiting: dict[str, tuple[Entry, ReceiptSealed]] = {}
        self.signed: dict[str, ReceiptSealed] = {}
        self.attempts_at_unit: dict[str, int] = {}
        """By receipt: how often it may have been registered, as its mark tells."""
        self.periods: dict[tuple[str, int], Sums] = defaultdict(Sums)
        self.closed: dict[tuple[str, int], int] = {}
        self.closings: list[int] = []
        """Where each Z stands."""
        self.grand_sales_minor = self.grand_returns_minor = 0
        self.attempts: dict[str, PaymentBegun] = {}
        self.attempt_minor: dict[str, int] = {}
        """What the journal knows of each attempt at the card terminal; missing: nothing yet."""
        self.receipt_card_minor: Counter[str] = Counter()
        """By cart: what its receipts say went over the card terminal."""
        self.receipts = 0
        self.at_utc_ms, self.day = 0, ""
        self.taps: set[str] = set()
        self.screen, self.generation = "", 0
        """Which screen holds the till."""
        self.facts: list[tuple[int, Fact]] = []
        """What it says of rights, with its place, until the office has it."""
        self.history: list[tuple[int, Fact]] = []
        """The same, all of it: an office that is put back to a backup has to hear it again."""
        self.ended_at = 0
        """Where its trade ended, in order; 0: it goes on."""
        self.touched: set[tuple[str, str]] = set()
        """Rights of which something was said since somebody looked."""

    def take(self, entry: Entry) -> None:
        """Read the next entry. Raises `Finding`."""
        try:
            verify_link(entry, self.seq + 1, self.hash)
        except JournalDamage as damage:
            raise Finding(f"the chain of {self.register} is broken: {damage}") from damage
        self.seq, self.hash = entry.header.seq, entry.hash
        must(PERSONAL.encode() not in entry.record, f"entry {self.seq} holds a person's name")
        header = entry.header
        self._in_order(header)
        body = decode_body(header.kind, header.version, entry.body)
        if isinstance(body, (LineAdded, LineChanged)):
            self._tapped(body)
        elif isinstance(body, ReceiptSealed):
            self._sealed(entry, body)
        elif isinstance(body, ReceiptSigned):
            self._signed(body)
        elif isinstance(body, CopySealed):
            self._next("copy", body.number)
            self.shared.copies[body.key] += 1
            once = self.shared.copies[body.key] == 1
            once = once or self.shared.excused(terms.COPY, body.key)
            must(once, f"a second copy of {body.key} was made")
            self.shared.copied_after_end += body.key.rpartition(":")[0] in self.shared.ended
        elif isinstance(body, ProFormaSealed):
            self._next("pro_forma", body.receipt.number)
        elif isinstance(body, DayReport) and header.kind == "day.closed":
            self._closed(body)
        elif isinstance(body, (PaymentBegun, PaymentDecided)):
            self._money(body)
        elif isinstance(body, ScreenTakenOver):
            self._taken_over(body)
        elif isinstance(body, terms.HandedOver):
            self.ended_at = self.seq
            self.shared.ended.add(self.register)
            self.touched |= {terms.right_of(fact) for _, fact in self.history}
        self._rights(body)

    def _taken_over(self, body: ScreenTakenOver) -> None:
        """Each taking over is from whoever held the till, and makes the next generation."""
        said = body.before, body.generation
        due = self.screen, self.generation + 1
        must(said == due, f"{self.register} was taken over from {said}, not from {due}")
        self.screen, self.generation = body.screen, body.generation

    def _in_order(self, header: Header) -> None:
        """Time goes forward unless somebody said that it may not have; days always do."""
        later = header.at_utc_ms >= self.at_utc_ms or header.kind == "clock.confirmed"
        must(later, f"entry {self.seq} of {self.register} is earlier than the one before it")
        must(
            header.business_day >= self.day, f"entry {self.seq} goes back to {header.business_day}"
        )
        self.at_utc_ms, self.day = header.at_utc_ms, header.business_day

    def _tapped(self, body: LineAdded | LineChanged) -> None:
        if isinstance(body, LineAdded) and body.parent:
            return
        must(body.tap_id not in self.taps, f"a tap counted twice in {self.register}")
        self.taps.add(body.tap_id)

    def _next(self, series: str, number: int) -> None:
        last = self.last_number[series]
        must(number == last + 1, f"{series} {number} follows {last} in {self.register}")
        self.last_number[series] = number

    def _sealed(self, entry: Entry, sealed: ReceiptSealed) -> None:
        header = entry.header
        self._next("receipt" if header.mode == NORMAL else "training", sealed.number)
        place = f"receipt {sealed.number} of {self.register}"
        lines_minor = sum(line.amount_minor for line in sealed.lines)
        must(lines_minor == sealed.total_minor, f"{place}: its lines are not its total")
        paid = sum(one.amount_minor for one in sealed.payments)
        must(paid == sealed.to_pay_minor, f"{place}: {paid} was paid of {sealed.to_pay_minor}")
        must(abs(sealed.rounding_minor) <= 50, f"{place}: rounded by {sealed.rounding_minor}")
        for row in sealed.vat:
            of_rate = [line for line in sealed.lines if line.rate_bp == row.rate_bp]
            vat = sum(line.vat_minor for line in of_rate)
            gross = sum(line.amount_minor for line in of_rate)
            must(
                (vat, gross) == (row.vat_minor, row.gross_minor), f"{place}: VAT is not its lines'"
            )
            if not any(line.origin for line in of_rate):
                exact = 2 * abs(gross) * row.rate_bp + (10_000 + row.rate_bp)
                rounded = exact // (2 * (10_000 + row.rate_bp)) * (1 if gross >= 0 else -1)
                must(row.vat_minor == rounded, f"{place}: VAT {row.vat_minor} is not {rounded}")
        must(sealed.receipt_id not in self.waiting, f"{place} was sealed twice")
        self.waiting[sealed.receipt_id] = entry, sealed

    def _signed(self, signed: ReceiptSigned) -> None:
        found = self.waiting.pop(signed.receipt_id, None)
        must(found is not None, f"{signed.number} of {self.register} was signed twice or unsealed")
        assert found is not None
        entry, sealed = found
        code = signed.mark.code
        before = self.shared.codes.setdefault(code, signed.receipt_id)
        must(before == signed.receipt_id, f"the mark of {signed.number} is another receipt's")
        self.signed[signed.receipt_id] = sealed
        self.attempts_at_unit[signed.receipt_id] = signed.mark.attempts
        if entry.header.mode != NORMAL:
            return
        self.receipts += 1
        period = entry.header.business_day, entry.header.period
        must(period not in self.closed, f"receipt {sealed.number} is of a closed period")
        self._add(self.periods[period], sealed)
        sign = -1 if sealed.kind == RETURN else 1
        card = sum(one.amount_minor for one in sealed.payments if one.kind == CARD)
        self.receipt_card_minor[sealed.cart_id] += sign * card
        if sealed.kind == SALE:
            self._remember(entry, sealed)
        for line in sealed.lines:
            if line.origin and sealed.kind == RETURN:
                self._came_back(line.origin.receipt_id, line.origin.line, line)

    def _remember(self, entry: Entry, sealed: ReceiptSealed) -> None:
        lines = tuple(one for one in sealed.lines if one.returnable and not one.gift)
        if lines:
            key = journaled.receipt_key(self.register, entry.header.seq)
            self.shared.sold[sealed.receipt_id] = Sold(
                self.register,
                entry.header.store,
                sealed.designation,
                sealed.number,
                sealed.receipt_id,
                key,
                lines,
            )

    @staticmethod
    def _add(sums: Sums, sealed: ReceiptSealed) -> None:
        sign = -1 if sealed.kind == RETURN else 1
        if sign > 0:
            sums.sales += 1
            sums.sales_minor += sealed.total_minor
        else:
            sums.returns += 1
            sums.returns_minor += sealed.total_minor
        for row in sealed.vat:
            sums.vat_minor[row.rate_bp] += sign * row.vat_minor
        for paid in sealed.payments:
            sums.methods_minor[paid.method] += sign * paid.amount_minor
        sums.rounding_minor += sign * sealed.rounding_minor

    def _came_back(self, receipt_id: str, number: int, line: ReceiptLine) -> None:
        so_far = self.shared.returned.setdefault((receipt_id, number), [0, 0, 0])
        for place, more in enumerate((line.quantity_milli, line.amount_minor, line.vat_minor)):
            so_far[place] += more
        sold = self.shared.sold.get(receipt_id)
        if sold is None:
            return  # Sold at a till whose journal has not been read yet.
        if self.shared.excused(terms.RETURN, sold.key):
            return
        was = next(one for one in sold.lines if one.line == number)
        place_of = f"line {number} of receipt {sold.number} of {sold.designation}"
        must(so_far[0] <= was.quantity_milli, f"more of {place_of} came back than was sold")
        back, sold_milli = so_far[0], was.quantity_milli
        exact = [
            back,
            (2 * was.amount_minor * back + sold_milli) // (2 * sold_milli),
            (2 * was.vat_minor * back + sold_milli) // (2 * sold_milli),
        ]
        must(so_far == exact, f"{back} of {place_of} came back as {so_far}, not {exact}")

    def _money(self, body: PaymentBegun | PaymentDecided) -> None:
        if isinstance(body, PaymentBegun):
            if body.method_kind == CARD:
                must(body.attempt_id not in self.attempts, "an attempt was begun twice")
                self.attempts[body.attempt_id] = body
            return
        begun = self.attempts.get(body.attempt_id)
        if begun is None or body.outcome not in (APPROVED, "declined"):
            return
        sign = 1 if begun.purpose == "charge" else -1
        minor = sign * body.amount_minor if body.outcome == APPROVED else 0
        self.attempt_minor[body.attempt_id] = minor

    def _closed(self, report: DayReport) -> None:
        self._next("Z", report.number)
        must(len(report.periods) == 1, f"Z {report.number} closes one period")
        period = report.periods[0].business_day, report.periods[0].period
        must(period not in self.closed, f"{period} was closed twice")
        if self.closed:
            last = max(self.closed)
            must(period > last, f"Z {report.number} of {period} comes after that of {last}")
            follows = period[0] in (last[0], next_day(last[0]))
            must(
                follows, f"Z {report.number} of {period[0]} leaves days after {last[0]} without one"
            )
        self.closed[period] = report.number
        self.closings.append(self.seq)
        unsigned = [
            sealed.number
            for entry, sealed in self.waiting.values()
            if entry.header.mode == NORMAL
            and (entry.header.business_day, entry.header.period) == period
        ]
        must(not unsigned, f"Z {report.number} leaves receipts {unsigned} without a mark")
        self._same_sums(report, self.periods.pop(period, Sums()))

    def _same_sums(self, report: DayReport, sums: Sums) -> None:
        place = f"Z {report.number} of {self.register}"
        receipts, returns = report.row("receipts"), report.row("returns")
        said = (receipts.count, receipts.amount_minor, returns.count, returns.amount_minor)
        found = (sums.sales, sums.sales_minor, sums.returns, sums.returns_minor)
        must(said == found, f"{place} says {said}, its receipts are {found}")
        vat: Counter[int] = Counter()
        for row in report.rows_of("group_rate"):
            vat[int(row.key.split(":")[1])] += row.vat_minor
        must(
            +vat == +sums.vat_minor and -vat == -sums.vat_minor,
            f"{place}: VAT is not its receipts'",
        )
        methods = Counter({int(row.key): row.amount_minor for row in report.rows_of("method")})
        for method in {*methods, *sums.methods_minor}:
            same = methods[method] == sums.methods_minor[method]
            must(same, f"{place}: method {method} is not what its receipts were paid with")
        rounding = report.row("rounding").amount_minor
        must(rounding == sums.rounding_minor, f"{place}: rounding is not its receipts'")
        self.grand_sales_minor += sums.sales_minor
        self.grand_returns_minor += sums.returns_minor
        grand = report.grand.sales_minor, report.grand.returns_minor
        mine = self.grand_sales_minor, self.grand_returns_minor
        must(grand == mine, f"{place}: grand totals are {grand}, all receipts so far {mine}")

    def _rights(self, body: object) -> None:
        for fact in journaled.facts_of(body):
            right = terms.right_of(fact)
            self.touched.add(right)
            self.facts.append((self.seq, fact))
            self.history.append((self.seq, fact))
            if isinstance(fact, GiftCardCredited):
                self.shared.gift_credited[fact.key] += fact.amount
            elif isinstance(fact, RightMove) and (fact.kind, fact.what) == _CARD_USED:
                self.shared.gift_used[fact.key] += fact.amount
            elif isinstance(fact, RightMove) and (fact.kind, fact.what) == _CART_USED:
                used = self.shared.parked_used.setdefault(fact.key, [])
                once = fact.generation not in used or self.shared.excused(*right)
                must(once, f"parked receipt {fact.key[:8]} was used twice")
                used.append(fact.generation)

    def card_differences(self, moved_minor: dict[str, int]) -> list[str]:
        """Attempts of which the terminal's own book says otherwise than the journal."""
        return [
            f"attempt {attempt_id[:8]}: the terminal moved {moved_minor.get(attempt_id, 0)},"
            f" the journal of {self.register} says {said}"
            for attempt_id, said in self.attempt_minor.items()
            if moved_minor.get(attempt_id, 0) != said
        ]

    def card_by_cart(self) -> Counter[str]:
        """By cart: what the attempts of it come to."""
        found: Counter[str] = Counter()
        for attempt_id, minor in self.attempt_minor.items():
            found[self.attempts[attempt_id].cart_id] += minor
        return found


__all__ = ["Finding", "Ledger", "Shared", "Sold", "Sums", "must"]
