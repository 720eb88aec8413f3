"""X and Z: the running totals on paper, and the days that wait for theirs (D6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from skrin.domain import role as roles
from skrin.domain.article import BLIND, BLOCKED, OFFERED, REPORTED
from skrin.domain.cart import Cart
from skrin.domain.cash import (
    CASH_OUT,
    CORRECTION,
    DAY_START,
    CashCounted,
    FloatSet,
    Pieces,
    counted_rows,
    float_rows,
)
from skrin.domain.closing import OpenPeriod, next_day, period_on, periods_to_close
from skrin.domain.codec import decode
from skrin.domain.payment import CASH
from skrin.domain.pricing import cart_total
from skrin.domain.receipt import Delivery
from skrin.domain.refusal import Refusal
from skrin.domain.report import (
    CarriedOver,
    DayReport,
    GrandTotals,
    PeriodNet,
    Totals,
    TotalsRow,
    add_rows,
    expected_cash,
)
from skrin.domain.sealing import seller_of
from skrin.sync.messages import Person
from skrin.till.flow import drawer, stated
from skrin.till.flow.clock import Instant
from skrin.till.flow.till import CLOCK_CONFIRMED, FLOAT_DAY, Till, Transaction
from skrin.till.storage.shop_reader import ShopReader

MAX_DAYS_AT_ONCE = 400
"""A year of forgotten days, and some: more is a clock that was set wrong."""


@dataclass(frozen=True, slots=True)
class Count:
    """What lay in the drawer when a day was closed, and what is taken to the bank of it.

    `pieces` is empty when one amount was counted. `bank_reason`: a published one for cash out.
    """

    counted_minor: int
    pieces: tuple[Pieces, ...] = ()
    to_bank_minor: int = 0
    bank_reason: int = 0
    bank_text: str = ""

    @property
    def left_minor(self) -> int:
        """What stays in the drawer for the next day."""
        return self.counted_minor - self.to_bank_minor

    @property
    def to_bank(self) -> drawer.Movement:
        """What is taken to the bank, as a movement of cash."""
        return drawer.Movement(CASH_OUT, self.to_bank_minor, self.bank_reason, self.bank_text)


def waiting_periods(till: Till, reader: ShopReader | None = None) -> list[OpenPeriod]:
    """Every period that waits for its Z, oldest first; nothing before the first entry.

    `reader`: another thread's own view of the file; the writer's own without it.
    """
    if not till.first_day:
        return []
    counted = (reader or till.file).counted_periods(till.head.last_closed)
    return periods_to_close(till.first_day, till.head.last_closed, counted, till.today())


def close_days(
    till: Till,
    actor: Person,
    through_day: str,
    fresh: Callable[[str], None],
    count: Count | None = None,
    approver: Person | None = None,
    *,
    by_itself: bool = False,
) -> list[int]:
    """Close every waiting period up to and including `through_day`, each with its own Z.

    Each Z is one commit; `fresh` hears its delivery's id. Returns their numbers. `count` is what
    lay in the drawer: of the last period closed, and only where nothing was counted in a later one.
    `by_itself`: nobody is there, so nobody's role is asked and nothing is counted.
    Refused: `nothing_to_close`; while a receipt has no mark or a payment is going on, as selling
    is; `cart_open` while goods are on the counter; `parked_left` where the store lets no parked
    receipt go over to the next day; `count_wanted` where the store wants the drawer counted and
    nobody did; `count_not_now`, `bank_more_than_counted`, `bank_not_now`; by role `not_allowed`,
    `pin_wanted`.
    """

    def command() -> list[int]:
        _check_may_close(till)
        everything = waiting_periods(till)
        waiting = [p for p in everything if p.business_day <= through_day]
        if not waiting:
            raise Refusal("nothing_to_close")
        if len(waiting) > MAX_DAYS_AT_ONCE:
            raise Refusal("too_many_days", days=len(waiting))
        if not by_itself:
            till.check(actor, roles.Z_REPORT, approver)
            countable = counts_now(till, everything, through_day)
            _check_count(
                till, actor, approver, count, waiting[-1].business_day if countable else ""
            )
        # At one moment: a clock that is a minute behind is before the first of these Z, and would
        # stop the closing between two of them.
        at = till.instant()
        return [
            _close(
                till, actor, at, period, fresh, count if period is waiting[-1] else None, approver
            )
            for period in waiting
        ]

    return till.run(command)


def said_yes(till: Till, actor: Person, right: str, approver: Person | None) -> str:
    """Who approved what this person's role leaves to a manager's PIN; empty: nobody had to."""
    needed = till.role_of(actor).rule(right) != roles.ALLOW
    return approver.person if approver and needed else ""


def counts_now(till: Till, waiting: Iterable[OpenPeriod], through_day: str) -> bool:
    """Whether what lies in the drawer now belongs to the closing of `through_day`: cash is taken
    here, and nothing was counted in a later period."""
    if till.registers.method_of(CASH) is None:
        return False
    return not any(p.counted for p in waiting if p.business_day > through_day)


def _check_count(
    till: Till, actor: Person, approver: Person | None, count: Count | None, last_day: str
) -> None:
    """`last_day`: the day that is counted; empty when what lies there belongs to a later one."""
    if count is None:
        if last_day and till.store.cash_count != OFFERED:
            raise Refusal("count_wanted")
        return
    if not last_day:
        raise Refusal("count_not_now")
    if count.to_bank_minor:
        if last_day != till.today():
            raise Refusal("bank_not_now")
        if count.to_bank_minor > count.counted_minor:
            raise Refusal("bank_more_than_counted")
        till.check(actor, roles.CASH_IN_OUT, approver)
        drawer.check_moved(till, count.to_bank)


def _check_may_close(till: Till) -> None:
    desk = till.desk
    if desk.training:
        raise Refusal("training_on")
    if desk.pending:
        raise Refusal("sale_waits_for_mark")
    if desk.registering and desk.registering.copy:
        # It counts in its period's Z, as a receipt does (item 13).
        raise Refusal("document_waits_for_mark")
    if desk.attempt or desk.payments:
        raise Refusal("sale_is_being_paid")
    if desk.cart and desk.cart.lines:
        raise Refusal("cart_open")
    if till.store.parked_at_closing == BLOCKED and (parked := till.file.parked()):
        raise Refusal("parked_left", count=len(parked))


def _close(
    till: Till,
    actor: Person,
    at: Instant,
    period: OpenPeriod,
    fresh: Callable[[str], None],
    count: Count | None = None,
    approver: Person | None = None,
) -> int:
    day, number_in_day = period.business_day, period.period
    with Transaction(till, actor.person, at) as tx:
        if count:
            _append_count(till, tx, actor, period, count, fresh, approver)
        totals = till.file.totals(day, number_in_day)
        number = tx.next_number("z")
        grand = till.grand.after(totals)
        net = _net(totals)
        periods = (PeriodNet(day, number_in_day, net),)
        report = report_of(till, till.file, actor, "Z", number, totals, grand, periods)
        left_minor = count.left_minor if count else None
        blind = count is None and till.store.cash_count == BLIND
        report = replace(
            report,
            cash_counted_minor=left_minor,
            blind=blind,
            approved_by=said_yes(till, actor, roles.Z_REPORT, approver),
        )
        if report.parked and till.store.parked_at_closing == REPORTED:
            report = replace(report, parked_reported=True)
        header = tx.append("day.closed", report)
        if report.delivery:
            fresh(report.delivery.delivery_id)
        carried_minor = report.cash_expected_minor if left_minor is None else left_minor
        till.file.add_closing(number, day, number_in_day, header.seq, net)
        till.file.put_state("grand_sales_minor", str(grand.sales_minor))
        till.file.put_state("grand_returns_minor", str(grand.returns_minor))
        till.file.put_state("cash_carried_minor", str(carried_minor))
        till.file.drop_state(CLOCK_CONFIRMED)
        stated.keep(till.file, left := stated.after_closing(till))
        tx.closed(day, number_in_day, grand, carried_minor)
    till.stated = left
    return number


def _append_count(
    till: Till,
    tx: Transaction,
    actor: Person,
    period: OpenPeriod,
    count: Count,
    fresh: Callable[[str], None],
    approver: Person | None,
) -> None:
    """The count, and what is taken to the bank of it, before the Z and in its commit (D6)."""
    day, number_in_day = period.business_day, period.period
    totals = till.file.totals(day, number_in_day)
    counted = CashCounted(
        day,
        number_in_day,
        till.store.currency,
        expected_cash(_float(till, totals), totals),
        count.counted_minor,
        count.pieces,
        is_blind(till, actor),
    )
    tx.append("cash.counted", counted)
    tx.count(counted_rows(counted), day, number_in_day)
    if count.to_bank_minor:
        drawer.append_moved(till, tx, actor, count.to_bank, fresh, approver=approver)


def is_blind(till: Till, actor: Person) -> bool:
    """Whether this person is not to see what should lie in the drawer before it is counted."""
    rule = till.role_of(actor).rule(roles.REPORTS)
    return till.store.cash_count == BLIND and rule != roles.ALLOW


def open_report(till: Till, actor: Person, reader: ShopReader) -> DayReport:
    """The X as it would be now: all open periods as one sum, a row for each beneath."""
    totals: Totals = {}
    periods = []
    for day, number_in_day in reader.counted_periods(till.head.last_closed):
        of_period = reader.totals(day, number_in_day)
        periods.append(PeriodNet(day, number_in_day, _net(of_period)))
        add_rows(totals, of_period.values())
    grand = till.grand.after(totals)
    return report_of(till, reader, actor, "X", 0, totals, grand, tuple(periods))


def report_of(
    till: Till,
    reader: ShopReader,
    actor: Person,
    kind: str,
    number: int,
    totals: Totals,
    grand: GrandTotals,
    periods: tuple[PeriodNet, ...],
) -> DayReport:
    """A report of these sums, with all that its paper shows; the paper itself is to be printed."""
    identity, store = till.identity, till.store
    float_minor = _float(till, totals)
    printer = till.devices.printer
    delivery = (
        Delivery(till.clock.new_id(), "print", "receipt", printer.columns) if printer else None
    )
    return DayReport(
        kind,
        number,
        periods,
        identity.seat.designation,
        identity.register_serial,
        identity.model,
        identity.program,
        identity.version,
        seller_of(store),
        store.currency,
        actor.display_name,
        tuple(totals[place] for place in sorted(totals)),
        grand,
        float_minor,
        expected_cash(float_minor, totals),
        None,
        delivery,
        tuple(_carried_over(reader)),
        blind=is_blind(till, actor),
    )


def _float(till: Till, totals: Totals) -> int:
    """The change fund of a period: as stated in it, else the cash that was carried over."""
    own = totals.get(("float", ""))
    return own.amount_minor if own else till.cash_carried_minor


def _carried_over(reader: ShopReader) -> Iterator[CarriedOver]:
    """What is parked here, oldest first."""
    for _, _, parked_utc_ms, content in reader.parked():
        cart = decode(Cart, content)
        yield CarriedOver(parked_utc_ms, len(cart.lines), cart_total(cart))


def _net(totals: Totals) -> int:
    empty = TotalsRow("", "", "")
    sold, returned = totals.get(("receipts", ""), empty), totals.get(("returns", ""), empty)
    return sold.amount_minor - returned.amount_minor


def set_float(till: Till, actor: Person, amount_minor: int, approver: Person | None = None) -> None:
    """State today's change fund, or correct it: the correction is an entry of its own.

    Whoever sells may state it; to correct it is a movement of cash on paper, and takes that right.
    Refused: `training_on`, by role `not_allowed`, `pin_wanted`.
    """

    def command() -> None:
        if till.desk.training:
            raise Refusal("training_on")
        cause = CORRECTION if has_float(till) else DAY_START
        if cause == CORRECTION:
            till.check(actor, roles.CASH_IN_OUT, approver)
        carried_minor = carried_to_today(till, till.file)
        with till.transaction(actor) as tx:
            before = till.file.totals(tx.business_day, tx.period).get(("float", ""))
            previous_minor = before.amount_minor if before else carried_minor
            by = approver.person if approver else ""
            tx.append("float.set", FloatSet(amount_minor, previous_minor, cause, by))
            tx.count(float_rows(amount_minor, carried_minor))
            till.file.put_state(FLOAT_DAY, day := tx.business_day)
        till.float_day = day

    till.run(command)


def has_float(till: Till) -> bool:
    """Whether today's change fund has been stated; nothing is stated where no cash is taken."""
    return till.float_day == till.today() or till.registers.method_of(CASH) is None


def day_is_forgotten(till: Till) -> bool:
    """Whether a day that ended waits for its Z: told by what is remembered, as every screen of
    the till asks it."""
    last, oldest, today = till.head.last_closed, till.oldest_counted, till.today()
    if not till.first_day or till.handed_over:
        return False
    if (next_day(last[0]) if last else till.first_day) < today:
        return True
    # A day that has its Z waits again when something was counted after it.
    return oldest is not None and oldest[0] < today


def carried_to_today(till: Till, reader: ShopReader) -> int:
    """What should have lain in the drawer when today began: counted at the last Z or carried on,
    and what periods of earlier days did to it that still wait for their Z."""
    carried_minor, today = till.cash_carried_minor, till.today()
    for day, period in reader.counted_periods(till.head.last_closed):
        if day < today:
            totals = reader.totals(day, period)
            own = totals.get(("float", ""))
            carried_minor = expected_cash(own.amount_minor if own else carried_minor, totals)
    return carried_minor


def float_now(till: Till, reader: ShopReader) -> int:
    """Today's change fund as it stands: stated, else proposed."""
    period = period_on(till.today(), till.head.last_closed)
    own = reader.totals(till.today(), period).get(("float", ""))
    return own.amount_minor if own else carried_to_today(till, reader)
