"""The companies that somebody looks after, and their tills: a dealer's first page (R-MORE-014).

A dealer is a member of each company that is theirs, with the role of that name. So the wall stands
as it does for everybody: each company is read in a transaction of its own, inside its own wall.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.office.people.queries import Member
from skrin.office.tenancy import wall
from skrin.office.ui import rules
from skrin.office.ui.doors import Visit, visit_in
from skrin.office.ui.pages import tills
from skrin.office.ui.preparing_screens import Companies, CompanyCard
from skrin.office.ui.screens import TillRow


def page(visit: Visit, members: tuple[Member, ...]) -> Companies:
    """Every company in which the person's role services tills. Call from inside no company."""
    cards = tuple(_cards(visit, members))
    trouble = sum(row.level in ("bad", "warn") for card in cards for row in card.rows)
    said = ngettext("%(n)s till should be looked at.", "%(n)s tills should be looked at.", trouble)
    return Companies(
        frame=visit.frame("tills"),
        companies=cards,
        summary=said % {"n": trouble} if trouble else _("All tills are well."),
    )


def _cards(visit: Visit, members: tuple[Member, ...]) -> Iterator[CompanyCard]:
    for member in members:
        with wall.inside(member.company_id):
            here = visit_in(visit, member)
            if not rules.RULES["companies"].lets_in(here.role):
                continue
            query = f"?company={member.company_id}"
            yield CompanyCard(
                name=member.company_name,
                org_number=member.org_number,
                rows=tuple(_linked(row, query) for row in tills.tills_page(here).rows),
                tills_url=reverse("office:tills") + query,
                prepare_url=reverse("office:till_prepare") + query,
            )


def _linked(row: TillRow, query: str) -> TillRow:
    """The way to a till leads into its company first."""
    return replace(row, url=f"{row.url}{query}" if row.url else "")
