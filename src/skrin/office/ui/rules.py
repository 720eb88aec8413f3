"""Who may open which page of the office, as data: every address has its rule here, or is shut.

A rule is a set of rights (domain/role.py), any one of which opens the page when the role allows it
outright; a manager's PIN opens nothing here, for nobody stands beside the one who asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.role import ALLOW, COPY, REPORTS, SERVICE, SETTINGS, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """What a page asks of its visitor. `everybody`: nobody need be logged in; `members`: any role
    will do; else one of `rights`, or, where money is given away, `all_rights`."""

    rights: frozenset[str] = frozenset()
    members: bool = False
    everybody: bool = False
    all_rights: bool = False

    def lets_in(self, role: Role) -> bool:
        """Whether somebody with this role may open the page."""
        if self.everybody or self.members:
            return True
        allowed = [role.rule(right) == ALLOW for right in self.rights]
        return all(allowed) if self.all_rights else any(allowed)


EVERYBODY, MEMBERS = Rule(everybody=True), Rule(members=True)
FIGURES = Rule(frozenset({REPORTS}))
TILLS = Rule(frozenset({REPORTS, SETTINGS, SERVICE}))
SETTING = Rule(frozenset({SETTINGS}))
PREPARING = Rule(frozenset({SETTINGS, SERVICE}))
SERVICING = Rule(frozenset({SERVICE}))
COPYING = Rule(frozenset({REPORTS, COPY}), all_rights=True)
OWNING = Rule(frozenset({REPORTS, SETTINGS}), all_rights=True)

RULES: dict[str, Rule] = {
    "login": EVERYBODY,
    "logout": EVERYBODY,
    "start": MEMBERS,
    "me": MEMBERS,
    "today": FIGURES,
    "today_json": FIGURES,
    "statistics": FIGURES,
    "statistics_json": FIGURES,
    "receipts": FIGURES,
    "receipt": FIGURES,
    "receipt_copy": COPYING,
    "receipt_text": FIGURES,
    "receipt_pdf": FIGURES,
    "closings": FIGURES,
    "closing": FIGURES,
    "closing_text": FIGURES,
    "closing_pdf": FIGURES,
    "sie": FIGURES,
    "money": FIGURES,
    "gift_cards": OWNING,  # Who may set things but see no figures puts no money on a card.
    "gift_card": OWNING,
    "articles": FIGURES,  # They tell what everything costs.
    "tills": TILLS,
    "till": TILLS,
    "till_summary": FIGURES,
    "till_unit": TILLS,
    "till_unit_report": TILLS,
    "records": FIGURES,
    "record_file": FIGURES,
    "registration_pdf": FIGURES,
    "registration_mail": FIGURES,
    "record_mail": FIGURES,
    "closing_mail": FIGURES,
    "mail": FIGURES,
    "record_order": FIGURES,
    "extracts": FIGURES,
    "extract_file": FIGURES,
    "till_seat": TILLS,
    "till_new": PREPARING,
    "till_updates": PREPARING,
    "till_settings": SETTING,
    "companies": SERVICING,
    "till_prepare": PREPARING,
    "till_labels": PREPARING,
    "till_code": PREPARING,
    "till_retire": PREPARING,
    "findings": FIGURES,
    "settings": SETTING,
    "people": SETTING,
    "paper": SETTING,
    "card_payments": SETTING,
    "card_terminals": PREPARING,
}
"""The rule of each page, by the name of its address in the namespace `office`."""

MENU = ("today", "statistics", "articles", "tills", "money", "settings")
"""The places of the menu, in their order: names of addresses."""


def rule_of(view_name: str) -> Rule | None:
    """The rule of `office:<name>`; None for an address without one, which nobody may open."""
    space, _, name = view_name.rpartition(":")
    return RULES.get(name) if space == "office" else None


def menu_of(role: Role) -> tuple[str, ...]:
    """The places that somebody with this role may open."""
    return tuple(name for name in MENU if RULES[name].lets_in(role))


def home_of(role: Role) -> str:
    """The page that a log-in leads to: the first place of the menu, else the person's own page."""
    return next(iter(menu_of(role)), "me")
