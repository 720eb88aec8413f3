"""The voucher of a day closing: what a Z says, on the company's accounts (D14).

Money really taken is debit; sales without VAT, VAT, tips and cash rounding are credit. Cash put in
and taken out beside the sales stands in lines of its own, a pair per reason: netted into the day's
sales it could not be found again, and what came from the bank and went back would vanish. Every
amount is a stored row of the Z or the sum of such rows: VAT is never computed again from net or
gross.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from skrin.domain.cash import CASH_IN, CASH_OUT, DIRECTIONS
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, TotalsRow
from skrin.exports.sie import Account, Voucher, VoucherLine


@dataclass(frozen=True, slots=True)
class GroupAccount:
    """The revenue account of an article group at a rate, from a business day on ("" = always)."""

    group: int
    rate_bp: int
    from_day: str
    account: str


@dataclass(frozen=True, slots=True)
class RateAccount:
    """The account for output VAT of a rate, from a business day on ("" = always)."""

    rate_bp: int
    from_day: str
    account: str


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """Where a company books what. Nothing has a default: what is missing is refused by name.

    `methods`: the account of each payment method by its id; `names`: what each account is called.
    `cash`: what lies in the drawer; `reasons`: what cash is moved to and from, by direction and
    reason (0 = moved with a text only, where no reason was published). `cash_difference`: what a
    count found too much or missing. `float_change`: where a float comes from that is not the cash
    carried over; the one account that may be left out, and then floats are not booked.
    """

    methods: dict[int, str]
    revenue: Sequence[GroupAccount]
    vat: Sequence[RateAccount]
    rounding: str
    tips: str
    cash: str = ""
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cash_difference: str = ""
    float_change: str = ""

    def accounts(self) -> list[Account]:
        """The chart as the SIE file declares it."""
        return [Account(number, name) for number, name in sorted(self.names.items())]


def voucher_of(report: DayReport, accounts: AccountPlan) -> Voucher:
    """The voucher of a Z: sales net per account, zeros left out, then cash moved beside them; no
    lines when nothing was sold or moved.

    Raises `Refusal` (`account_missing`) with `what` (payment_method, revenue, vat, rounding, tips,
    cash, cash_in, cash_out, cash_difference) and which one; `Refusal` (`not_closed`) for an X,
    which is no basis for books. The voucher of a sound Z adds up to zero; `sie_file` checks it.
    """
    if not report.number or len(report.periods) != 1:
        raise Refusal("not_closed")
    day = report.periods[0].business_day
    booked: dict[str, int] = {}
    for account, amount_minor in _postings(report, accounts, day):
        booked[account] = booked.get(account, 0) + amount_minor
    lines = tuple(VoucherLine(account, minor) for account, minor in booked.items() if minor)
    moved = (*_float(report, accounts), *_moved(report, accounts), *_difference(report, accounts))
    return Voucher(day, f"Kassa {report.designation} Z {report.number}", lines + moved)


def _postings(report: DayReport, plan: AccountPlan, day: str) -> Iterable[tuple[str, int]]:
    for row in report.rows_of("method"):
        if row.amount_minor:
            yield _method_account(plan, row), row.amount_minor
    rates: dict[int, int] = {}
    for row in report.rows_of("group_rate"):
        group, rate_bp = (int(part) for part in row.key.split(":"))
        rates[rate_bp] = rates.get(rate_bp, 0) + row.vat_minor
        net_minor = row.amount_minor - row.vat_minor
        if net_minor:
            yield _revenue_account(plan, group, rate_bp, day, row.name), -net_minor
    for rate_bp, vat_minor in sorted(rates.items(), reverse=True):
        if vat_minor:
            yield _vat_account(plan, rate_bp, day), -vat_minor
    tips_minor = report.row("tips").amount_minor
    if tips_minor:
        yield _named(plan.tips, "tips"), -tips_minor
    # Rounding is what was paid beyond the exact sum, so it is an income: the sign turns.
    rounding_minor = report.row("rounding").amount_minor
    if rounding_minor:
        yield _named(plan.rounding, "rounding"), -rounding_minor


def _moved(report: DayReport, plan: AccountPlan) -> Iterable[VoucherLine]:
    """Two lines per reason: the drawer, and where its cash came from or went."""
    for direction in DIRECTIONS:
        sign = _INTO_DRAWER[direction]
        for row in report.rows_of(direction):
            if row.amount_minor:
                account = plan.reasons.get((direction, int(row.key)), "")
                if not account:
                    raise Refusal("account_missing", what=direction, reason=row.key, name=row.name)
                drawer = _named(plan.cash, "cash")
                yield VoucherLine(drawer, sign * row.amount_minor, row.name)
                yield VoucherLine(account, -sign * row.amount_minor, row.name)


def _float(report: DayReport, plan: AccountPlan) -> Iterable[VoucherLine]:
    """A float that was other than the cash carried over: somebody put in or took out the rest."""
    amount_minor = report.row("float_change").amount_minor
    if amount_minor and plan.float_change:
        yield from _pair(plan, plan.float_change, amount_minor, _FLOAT_TEXT)


def _difference(report: DayReport, plan: AccountPlan) -> Iterable[VoucherLine]:
    """What the drawer held beyond what it should: cash there is, whatever the reason."""
    amount_minor = report.row("cash_difference").amount_minor
    if amount_minor:
        account = _named(plan.cash_difference, "cash_difference")
        yield from _pair(plan, account, amount_minor, _DIFFERENCE_TEXT)


def _pair(plan: AccountPlan, account: str, amount_minor: int, text: str) -> Iterable[VoucherLine]:
    yield VoucherLine(_named(plan.cash, "cash"), amount_minor, text)
    yield VoucherLine(account, -amount_minor, text)


_FLOAT_TEXT, _DIFFERENCE_TEXT = "Växelkassa", "Kassadifferens"

_INTO_DRAWER = {CASH_IN: 1, CASH_OUT: -1}


def _method_account(plan: AccountPlan, row: TotalsRow) -> str:
    account = plan.methods.get(int(row.key), "")
    if not account:
        raise Refusal("account_missing", what="payment_method", method=row.key, name=row.name)
    return account


def _revenue_account(plan: AccountPlan, group: int, rate_bp: int, day: str, name: str) -> str:
    holding = [
        entry
        for entry in plan.revenue
        if (entry.group, entry.rate_bp) == (group, rate_bp) and entry.from_day <= day
    ]
    account = max(holding, key=lambda entry: entry.from_day).account if holding else ""
    if not account:
        raise Refusal(
            "account_missing", what="revenue", group=group, name=name, rate_bp=rate_bp, day=day
        )
    return account


def _vat_account(plan: AccountPlan, rate_bp: int, day: str) -> str:
    holding = [entry for entry in plan.vat if entry.rate_bp == rate_bp and entry.from_day <= day]
    account = max(holding, key=lambda entry: entry.from_day).account if holding else ""
    if not account:
        raise Refusal("account_missing", what="vat", rate_bp=rate_bp, day=day)
    return account


def _named(account: str, what: str) -> str:
    if not account:
        raise Refusal("account_missing", what=what)
    return account
