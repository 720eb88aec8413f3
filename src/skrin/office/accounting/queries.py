"""The SIE file of a closed day, made from its Z each time it is asked for. Inside the company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from skrin import __version__
from skrin.domain.article import GIFT_CARD
from skrin.domain.cash import DIRECTIONS
from skrin.domain.payment import CASH, PaymentMethod
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.domain.till_setting import OWN_METHOD_IDS
from skrin.exports.sie import Company, Voucher, sie_file
from skrin.exports.sie_voucher import AccountPlan, GroupAccount, RateAccount, voucher_of
from skrin.office.accounting.models import Ledger, VatAccount
from skrin.office.catalogue import queries as catalogue
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.tenancy import queries as tenancy

PROGRAM = "Skrin"


@dataclass(frozen=True, slots=True)
class Books:
    """Where a company books what, and how its files are made."""

    company: Company
    plan: AccountPlan
    file_name: str
    series: str
    ksumma: bool


@dataclass(frozen=True, slots=True)
class DayVoucher:
    """The voucher of a Z, its file's name, and both sides in minor units; `refusal` = why there is
    no file: an account is missing, or the voucher does not balance (D14)."""

    file_name: str
    voucher: Voucher | None
    debit_minor: int = 0
    credit_minor: int = 0
    refusal: Refusal | None = None


def books(company_id: int) -> Books:
    """The accounts of a company: of groups, methods and VAT rates, each with its first day."""
    owner = tenancy.company(company_id)
    ledger = Ledger.objects.filter(company_id=company_id).first() or Ledger()
    vat = VatAccount.objects.filter(company_id=company_id).order_by("rate_bp", "from_day")
    methods = paymentsystems.methods(company_id, only_active=False)
    return Books(
        company=Company(owner.name, owner.org_number),
        plan=AccountPlan(
            methods={method.id: method.account for method in methods}
            | own_method_accounts(ledger.roles),
            revenue=[
                *_gift_cards(
                    company_id,
                    ledger.roles.get("gift_card", ""),
                    {0, *(row.rate_bp for row in vat)},
                ),
                *(
                    GroupAccount(group, rate_bp, from_day.isoformat(), account)
                    for group, rate_bp, from_day, account in catalogue.revenue_accounts(company_id)
                ),
            ],
            vat=[RateAccount(row.rate_bp, row.from_day.isoformat(), row.account) for row in vat],
            rounding=ledger.roles.get("rounding", ""),
            tips=ledger.roles.get("tips", ""),
            cash=_cash_account(methods, ledger.roles.get("cash", "")),
            reasons=_reason_accounts(company_id, ledger.roles),
            names=dict(ledger.names),
            cash_difference=ledger.roles.get("cash_difference", ""),
            float_change=ledger.roles.get("float_change", ""),
        ),
        file_name=ledger.file_name,
        series=ledger.series,
        ksumma=ledger.ksumma,
    )


OWN_METHOD_ACCOUNT = "1580"
"""BAS: claims for cards and coupons; what an own payment method is booked on where nothing else is
set."""


def own_method_accounts(roles: Mapping[str, str]) -> dict[int, str]:
    """The account of each own payment method of a till: they hang on the place, `own_method_1` and
    `own_method_2`, and not on what a till calls it."""
    return {
        number: roles.get(f"own_method_{place}", "") or OWN_METHOD_ACCOUNT
        for place, number in enumerate(OWN_METHOD_IDS, start=1)
    }


def own_methods(company_id: int) -> dict[int, str]:
    """The same, of a company. Call from inside it."""
    ledger = Ledger.objects.filter(company_id=company_id).first() or Ledger()
    return own_method_accounts(ledger.roles)


def _cash_account(methods: Sequence[PaymentMethod], otherwise: str) -> str:
    """What the cash method is booked on, as what it takes lies in the same drawer."""
    return next((m.account for m in methods if m.kind == CASH and m.account), otherwise)


def _reason_accounts(company_id: int, roles: Mapping[str, str]) -> dict[tuple[str, int], str]:
    """The account of each reason to move cash, as the register has it now: one that was missing
    can be given, and the file be made. Cash moved without a reason has the account of a role."""
    reasons = paymentsystems.reasons(company_id)
    accounts = {(reason.kind, reason.id): reason.account for reason in reasons}
    return accounts | {(direction, 0): roles.get(direction, "") for direction in DIRECTIONS}


def _gift_cards(company_id: int, account: str, rates: Iterable[int]) -> list[GroupAccount]:
    """Gift cards that are sold are no revenue but a debt (facts: 2421), from always: an account of
    the group's own goes before.

    A single-purpose card's VAT is due at once and its net lies here until goods are handed over for
    it: then the goods' revenue is credited and this account debited, by the line that takes them
    off again.
    """
    sold_as = [group.id for group in catalogue.groups(company_id) if group.kind == GIFT_CARD]
    return [
        GroupAccount(group, rate_bp, "", account)
        for group in sold_as
        for rate_bp in sorted(rates)
        if account
    ]


def day_voucher(of: Books, report: DayReport) -> DayVoucher:
    """The voucher of a Z on these books."""
    name = of.file_name.format(designation=report.designation, z_number=report.number)
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
    try:
        voucher = replace(voucher_of(report, of.plan), series=of.series)
    except Refusal as refusal:
        return DayVoucher(name, None, refusal=refusal)
    debit_minor = sum(max(0, line.amount_minor) for line in voucher.lines)
    credit_minor = sum(max(0, -line.amount_minor) for line in voucher.lines)
    differs = debit_minor - credit_minor
    unbalanced = Refusal("voucher_unbalanced", difference_minor=differs) if differs else None
    return DayVoucher(name, voucher, debit_minor, credit_minor, unbalanced)


def file_bytes(of: Books, made: DayVoucher, made_on: date) -> bytes:
    """The SIE 4I file of a voucher. Raises the `Refusal` that `made` carries."""
    if made.refusal or made.voucher is None:
        raise made.refusal or Refusal("not_closed")
    return sie_file(
        [made.voucher],
        of.company,
        of.plan.accounts(),
        made_on,
        PROGRAM,
        __version__,
        checksum=of.ksumma,
    )
