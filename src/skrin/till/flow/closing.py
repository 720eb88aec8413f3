"""X and Z: the running totals on paper, and the days that wait for theirs (D6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from skrin.domain.article import BLOCKED, REPORTED
from skrin.domain.cart import Cart
from skrin.domain.cash import FloatSet
from skrin.domain.closing import OpenPeriod, periods_to_close
from skrin.domain.codec import decode
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
from skrin.till.flow import stated
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

MAX_DAYS_AT_ONCE = 400
"""A year of forgotten days, and some: more is a clock that was set wrong."""


def waiting_periods(till: Till, reader: ShopReader | None = None) -> list[OpenPeriod]:
    """Every period that waits for its Z, oldest first; nothing before the first entry.

    `reader`: another thread's own view of the file; the writer's own without it.
    """
    if not till.first_day:
        return []
    counted = (reader or till.file).counted_periods(till.head.last_closed)
    return periods_to_close(till.first_day, till.head.last_closed, counted, till.today())


def close_days(
    till: Till, actor: Person, through_day: str, fresh: Callable[[str], None]
) -> list[int]:
    """Close every waiting period up to and including `through_day`, each with its own Z.

    Each Z is one commit; `fresh` hears its delivery's id. Returns their numbers.
    Refused: `nothing_to_close`; while a receipt has no mark or a payment is going on, as selling
    is; `cart_open` while goods are on the counter; `parked_left` where the store lets no parked
    receipt go over to the next day.
    """

    def command() -> list[int]:
        _check_may_close(till)
        waiting = [p for p in waiting_periods(till) if p.business_day <= through_day]
        if not waiting:
            raise Refusal("nothing_to_close")
        if len(waiting) > MAX_DAYS_AT_ONCE:
            raise Refusal("too_many_days", days=len(waiting))
        return [_close(till, actor, period, fresh) for period in waiting]

    return till.run(command)


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


def _close(till: Till, actor: Person, period: OpenPeriod, fresh: Callable[[str], None]) -> int:
    day, number_in_day = period.business_day, period.period
    totals = till.file.totals(day, number_in_day)
    with till.transaction(actor) as tx:
        number = tx.next_number("z")
        grand = till.grand.after(totals)
        net = _net(totals)
        periods = (PeriodNet(day, number_in_day, net),)
        report = _report(till, till.file, actor, "Z", number, totals, grand, periods)
        if report.parked and till.store.parked_at_closing == REPORTED:
            report = replace(report, parked_reported=True)
        header = tx.append("day.closed", report)
        if report.delivery:
            fresh(report.delivery.delivery_id)
        till.file.add_closing(number, day, number_in_day, header.seq, net)
        till.file.put_state("grand_sales_minor", str(grand.sales_minor))
        till.file.put_state("grand_returns_minor", str(grand.returns_minor))
        till.file.put_state("cash_carried_minor", str(report.cash_expected_minor))
        stated.keep(till.file, left := stated.after_closing(till))
        tx.closed(day, number_in_day, grand, report.cash_expected_minor)
    till.stated = left
    return number


def x_report(till: Till, actor: Person, fresh: Callable[[str], None]) -> None:
    """Take an X over everything since the last Z, print it, and journal that it was taken."""

    def command() -> None:
        if till.desk.training:
            raise Refusal("training_on")
        if till.desk.pending:
            raise Refusal("sale_waits_for_mark")
        if till.desk.registering and till.desk.registering.copy:
            raise Refusal("document_waits_for_mark")
        with till.transaction(actor) as tx:
            report = open_report(till, actor, till.file)
            tx.append("x.reported", report)
            if report.delivery:
                fresh(report.delivery.delivery_id)

    till.run(command)


def open_report(till: Till, actor: Person, reader: ShopReader) -> DayReport:
    """The X as it would be now: all open periods as one sum, a row for each beneath."""
    totals: Totals = {}
    periods = []
    for day, number_in_day in reader.counted_periods(till.head.last_closed):
        of_period = reader.totals(day, number_in_day)
        periods.append(PeriodNet(day, number_in_day, _net(of_period)))
        add_rows(totals, of_period.values())
    grand = till.grand.after(totals)
    return _report(till, reader, actor, "X", 0, totals, grand, tuple(periods))


def _report(
    till: Till,
    reader: ShopReader,
    actor: Person,
    kind: str,
    number: int,
    totals: Totals,
    grand: GrandTotals,
    periods: tuple[PeriodNet, ...],
) -> DayReport:
    identity, store = till.identity, till.store
    own_float = totals.get(("float", ""))
    float_minor = own_float.amount_minor if own_float else till.cash_carried_minor
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
    )


def _carried_over(reader: ShopReader) -> Iterator[CarriedOver]:
    """What is parked here, oldest first."""
    for _, _, parked_utc_ms, content in reader.parked():
        cart = decode(Cart, content)
        yield CarriedOver(parked_utc_ms, len(cart.lines), cart_total(cart))


def _net(totals: Totals) -> int:
    empty = TotalsRow("", "", "")
    sold, returned = totals.get(("receipts", ""), empty), totals.get(("returns", ""), empty)
    return sold.amount_minor - returned.amount_minor


def set_float(till: Till, actor: Person, amount_minor: int) -> None:
    """State today's change fund, or correct it: the correction is an entry of its own."""

    def command() -> None:
        if till.desk.training:
            raise Refusal("training_on")
        with till.transaction(actor) as tx:
            before = till.file.totals(tx.business_day, tx.period).get(("float", ""))
            cause = "correction" if before else "day_start"
            previous_minor = before.amount_minor if before else till.cash_carried_minor
            tx.append("float.set", FloatSet(amount_minor, previous_minor, cause))
            tx.count([TotalsRow("float", "", "", 1, 0, amount_minor)])

    till.run(command)


def has_float(till: Till, reader: ShopReader) -> bool:
    """Whether today's change fund has been stated."""
    today = till.today()
    periods = [p for p in reader.counted_periods(till.head.last_closed) if p[0] == today]
    return any(("float", "") in reader.totals(*period) for period in periods)
