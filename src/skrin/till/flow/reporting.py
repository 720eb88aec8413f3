"""Reports beside the Z: the X, copies of earlier Z, an interval of days, and the journal on paper.

Each report that is taken is an entry, as the law counts report runs among what is registered. What
is only looked at on the screen is not one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from skrin.domain import role as roles
from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry
from skrin.domain.receipt import Delivery
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, JournalPart, ReportCopied
from skrin.domain.sealing import seller_of
from skrin.sync.messages import Person
from skrin.till.flow import closing
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

Fresh = Callable[[str], None]

PART_ENTRIES = 40
"""Entries on one paper of the journal: some seconds of printing, as a receipt waits behind it."""


def check_may_read(till: Till, actor: Person, approver: Person | None = None) -> None:
    """Refuse whom the figures of closed days are none of: `not_allowed`, `pin_wanted`. Who closes
    days may read what was closed; so may whoever has the right to the company's figures."""
    if till.role_of(actor).rule(roles.REPORTS) != roles.ALLOW:
        till.check(actor, roles.Z_REPORT, approver)


def may_read_open(till: Till, actor: Person) -> bool:
    """Whether the figures since the last Z are shown to this person: who may take an X, or has the
    right to the company's figures."""
    role = till.role_of(actor)
    return roles.ALLOW in (role.rule(roles.X_REPORT), role.rule(roles.REPORTS))


def may_read_closed(till: Till, actor: Person) -> bool:
    """Whether the figures of closed days are shown to this person, who has called no manager."""
    role = till.role_of(actor)
    return roles.ALLOW in (role.rule(roles.Z_REPORT), role.rule(roles.REPORTS))


def x_report(
    till: Till,
    actor: Person,
    fresh: Fresh,
    *,
    by_article: bool = False,
    approver: Person | None = None,
) -> None:
    """Take an X over everything since the last Z, print it, and journal that it was taken."""

    def command() -> None:
        _check_may_report(till)
        till.check(actor, roles.X_REPORT, approver)
        with till.transaction(actor) as tx:
            report = closing.open_report(till, actor, till.file)
            yes = closing.said_yes(till, actor, roles.X_REPORT, approver)
            report = replace(report, by_article=by_article, approved_by=yes)
            tx.append("x.reported", report)
            _goes_out(report.delivery, fresh)

    till.run(command)


def closed_report(reader: ShopReader, number: int) -> tuple[Entry, DayReport] | None:
    """A Z by its number: its entry and its figures."""
    entry = reader.entry(reader.closing_seq(number) or 0)
    if entry is None:
        return None
    report = decode_body(entry.header.kind, entry.header.version, entry.body)
    assert isinstance(report, DayReport), "a closing is the entry of a Z"
    return entry, report


def copy_z(
    till: Till,
    actor: Person,
    number: int,
    fresh: Fresh,
    *,
    by_article: bool,
    approver: Person | None = None,
    of: ShopReader | None = None,
) -> None:
    """Print a copy of an earlier Z, headed as one: any number of times (R-REP-004, R-REP-005).
    `of`: the file of the till before this one, when it is that one's."""

    def command() -> None:
        _check_may_report(till)
        check_may_read(till, actor, approver)
        found = closed_report(of or till.file, number)
        if found is None:
            raise Refusal("z_unknown", number=number)
        entry, report = found
        delivery = _delivery(till)
        same = replace(report, by_article=by_article, delivery=None)
        with till.transaction(actor) as tx:
            header = entry.header
            copied = ReportCopied(
                same,
                header.at_utc_ms,
                header.utc_offset_min,
                actor.display_name,
                delivery,
                closing.said_yes(till, actor, roles.Z_REPORT, approver),
            )
            tx.append("report.copied", copied)
            _goes_out(delivery, fresh)

    till.run(command)


def period_report(
    till: Till,
    reader: ShopReader,
    actor: Person,
    first_day: str,
    last_day: str,
    *,
    by_article: bool = False,
) -> DayReport:
    """The sums of all periods of an interval of business days, closed or open (R-REP-006, 007).

    Read beside the writer: the sale goes on meanwhile, however long the interval is.
    """
    totals = reader.totals_between(first_day, last_day)
    report = closing.report_of(
        till,
        reader,
        actor,
        "period",
        0,
        totals,
        till.grand,
        reader.nets_between(first_day, last_day),
    )
    span = (first_day, last_day)
    return replace(report, by_article=by_article, parked=(), span=span, blind=False)


def print_period(
    till: Till,
    reader: ShopReader,
    actor: Person,
    span: tuple[str, str],
    fresh: Fresh,
    *,
    by_article: bool,
) -> None:
    """Take the report of an interval, print it, and journal it with its figures."""
    check_may_see_figures(till, actor)
    report = period_report(till, reader, actor, *span, by_article=by_article)

    def command() -> None:
        _check_may_report(till)
        with till.transaction(actor) as tx:
            tx.append("period.reported", report)
            _goes_out(report.delivery, fresh)

    till.run(command)


def check_may_see_figures(till: Till, actor: Person) -> None:
    """Refuse whom the company's figures and its journal are none of: `not_allowed`."""
    till.check(actor, roles.REPORTS)


def print_journal(
    till: Till, actor: Person, fresh: Fresh, span: tuple[str, str], first_seq: int, last_seq: int
) -> int:
    """Print one part of the journal, from `first_seq` on and no further than `last_seq`; returns
    where the next part begins, 0 after the last (R-REP-008)."""

    def command() -> int:
        _check_may_report(till)
        through_seq = min(last_seq, first_seq + PART_ENTRIES - 1)
        part = JournalPart(
            span[0],
            span[1],
            first_seq,
            through_seq,
            last_seq,
            till.identity.seat.designation,
            till.identity.register_serial,
            seller_of(till.store),
            actor.display_name,
            delivery := _delivery(till),
        )
        with till.transaction(actor) as tx:
            tx.append("journal.reported", part)
            _goes_out(delivery, fresh)
        return through_seq + 1 if through_seq < last_seq else 0

    check_may_see_figures(till, actor)
    return till.run(command)


def _check_may_report(till: Till) -> None:
    if till.desk.training:
        raise Refusal("training_on")
    if till.desk.pending:
        raise Refusal("sale_waits_for_mark")
    if till.desk.registering and till.desk.registering.copy:
        raise Refusal("document_waits_for_mark")


def _delivery(till: Till) -> Delivery | None:
    printer = till.devices.printer
    if printer is None:
        return None
    return Delivery(till.clock.new_id(), "print", "receipt", printer.columns)


def _goes_out(delivery: Delivery | None, fresh: Fresh) -> None:
    if delivery:
        fresh(delivery.delivery_id)
