"""Roles as a table of rights (D43): what a person may do, with a manager's PIN, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from skrin.domain.discount import percentage_of
from skrin.domain.refusal import Refusal

ALLOW, PIN, DENY = "allow", "pin", "deny"

SELL = "sell"
DISCOUNT = "discount"
DISCOUNT_ABOVE = "discount_above"
RETURN_FROM_RECEIPT = "return_from_receipt"
RETURN_WITHOUT = "return_without"
DRAWER = "drawer"
CASH_IN_OUT = "cash_in_out"
PRICE = "price"
X_REPORT = "x_report"
Z_REPORT = "z_report"
TRAINING = "training"
SETTINGS = "settings"
SERVICE = "service"
STATE_OUTCOME = "state_outcome"
TAKE_OVER = "take_over"
COPY = "copy"
REPORTS = "reports"
"""The company's figures, in the office: sales, receipts, closings, accounting files, costs."""

RIGHTS = (
    SELL,
    DISCOUNT,
    DISCOUNT_ABOVE,
    RETURN_FROM_RECEIPT,
    RETURN_WITHOUT,
    DRAWER,
    CASH_IN_OUT,
    PRICE,
    X_REPORT,
    Z_REPORT,
    TRAINING,
    SETTINGS,
    SERVICE,
    STATE_OUTCOME,
    TAKE_OVER,
    COPY,
    REPORTS,
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role as the office published it. A right that it does not name is denied."""

    name: str
    rights: dict[str, str] = field(default_factory=dict)
    discount_limit_bp: int = 0

    def rule(self, right: str) -> str:
        """ALLOW, PIN or DENY."""
        return self.rights.get(right, DENY)


CASHIER = Role(
    "cashier",
    {
        SELL: ALLOW,
        X_REPORT: ALLOW,
        Z_REPORT: ALLOW,
        DISCOUNT: ALLOW,
        RETURN_FROM_RECEIPT: ALLOW,
        COPY: ALLOW,
        RETURN_WITHOUT: PIN,
        DISCOUNT_ABOVE: PIN,
        DRAWER: PIN,
        CASH_IN_OUT: PIN,
        PRICE: PIN,
        STATE_OUTCOME: PIN,
        TAKE_OVER: PIN,
    },
    1000,
)
MANAGER = Role("manager", {right: ALLOW for right in RIGHTS if right != SERVICE}, 10_000)
OWNER = Role("owner", dict.fromkeys(RIGHTS, ALLOW), 10_000)
ACCOUNTANT = Role("accountant", {X_REPORT: ALLOW, REPORTS: ALLOW}, 0)
SERVICE_ROLE = Role("service", {SERVICE: ALLOW, SETTINGS: ALLOW, TRAINING: ALLOW}, 0)

DEALER = Role("dealer", {SERVICE: ALLOW, TRAINING: ALLOW}, 0)
"""Who delivers tills to companies and looks after them: between the operator of the office and the
company, member of each company that is theirs. Prepares and services its tills; sees no figures,
sells nothing, and sets nothing that is the shop's own."""

USUAL_ROLES = {
    role.name: role for role in (CASHIER, MANAGER, OWNER, ACCOUNTANT, SERVICE_ROLE, DEALER)
}
"""What a company has until it makes its own."""


def with_service(role: Role) -> Role:
    """The same role for somebody who was given the right to service tills beside it."""
    return Role(role.name, {**role.rights, SERVICE: ALLOW}, role.discount_limit_bp)


def check(role: Role, right: str, approver: Role | None = None) -> None:
    """Refuse what `role` may not do: `not_allowed`, or `pin_wanted` while no approver has come.

    An approver must be allowed the right itself; else `approver_not_allowed`.
    """
    rule = role.rule(right)
    if rule == ALLOW:
        return
    if rule == DENY and approver is None:
        raise Refusal("not_allowed", right=right)
    if approver is None:
        raise Refusal("pin_wanted", right=right)
    if approver.rule(right) != ALLOW:
        raise Refusal("approver_not_allowed", right=right)


def discount_right(role: Role, off_minor: int, base_minor: int) -> str:
    """The right that a discount needs: within the role's limit, or above it."""
    within = off_minor <= percentage_of(base_minor, role.discount_limit_bp)
    return DISCOUNT if within else DISCOUNT_ABOVE
