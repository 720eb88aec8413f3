"""Every form of the office says which company it is meant for, and is done in no other.

A person has one session and several pages open: another of them may have changed the company since.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal
from tests.office.test_rules import EVERYBODY, addresses, path_of

from skrin.office.people import actions as people
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy.models import Company
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

WRITING = {
    *("me", "people", "till_new", "till_updates", "till_prepare", "till_labels", "till_settings"),
    *("till_code", "till_retire", "gift_cards", "gift_card", "findings", "settings", "paper"),
    *("card_payments", "card_terminals", "receipt_copy", "extracts", "record_order", "mail"),
    *("closing_mail", "registration_mail", "record_mail"),
}
"""Addresses that are sent to, written down by hand. A new one goes in here."""


class _Forms(HTMLParser):
    """The values of `company` in each form that is sent with POST."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.posting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.posting = (said.get("method") or "").lower() == "post"
            if self.posting:
                self.found.append([])
        elif tag == "input" and said.get("name") == "company" and self.posting:
            self.found[-1].append(said.get("value") or "")


def paths(cast: Cast, journal: Journal) -> dict[str, str]:
    """An address of each page, of something that is there where the page shows one thing."""
    journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    kinds = {entry.header.kind: entry.header.seq for entry in journal.entries}
    return {
        name: path_of(
            route,
            journal,
            kinds[
                "day.closed" if name.startswith("closing") or name == "sie" else "receipt.sealed"
            ],
        )
        for route, name in addresses()
        if name and name not in EVERYBODY
    }


def test_every_form_of_every_page_names_its_company(cast: Cast, journal: Journal) -> None:
    client, seen = cast.logged_in(), {}
    for name, path in paths(cast, journal).items():
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        forms = _Forms()
        forms.feed(answer.content.decode())
        seen[name] = len(forms.found)
        assert forms.found, "each page has at least the way out"
        assert all(one == [str(cast.company)] for one in forms.found), (name, forms.found)
    with_forms = {name for name, number in seen.items() if number > 1}
    assert {"me", "till_new", "till_settings", "settings", "paper", "gift_cards"} <= with_forms


def test_what_names_no_company_or_anothers_is_not_done(cast: Cast, journal: Journal) -> None:
    client, writing = cast.logged_in(), set()
    for name, path in paths(cast, journal).items():
        if client.post(path, {"what": "nothing that is known"}).status_code != 405:
            writing.add(name)
        for company, status in (("", 403), (str(cast.other_company), 404), ("x", 404)):
            answer = client.post(path, {"company": company, "what": "validity"})
            assert answer.status_code == status, (name, company)
    assert writing == WRITING


def test_a_form_is_done_in_the_company_that_it_was_shown_for(cast: Cast) -> None:
    """Two pages of one person: the second company was opened after the first one's form."""
    both = cast.logged_in()
    with inside(cast.other_company):
        person = int(both.session["person"])
        people.set_member(cast.other_company, person, "owner", "Saga", ())
    form = fields(both, f"/settings?company={cast.company}")
    assert both.get(f"/settings?company={cast.other_company}").status_code == 200
    assert both.post("/settings", form | {"day_break": "03:30"}).status_code == 200
    breaks = [company_of(one).day_break_min for one in (cast.company, cast.other_company)]
    assert breaks[0] == 210 and breaks[1] != 210


def test_a_form_of_a_page_that_is_too_old_says_so(cast: Cast) -> None:
    said = cast.logged_in().post("/settings", {"company": "", "day_break": "03:30"})
    assert said.status_code == 403
    assert swedish("The page was too old") in said.content.decode()
    assert company_of(cast.company).day_break_min != 210


def fields(client: Client, path: str) -> dict[str, str]:
    """What the main form of a page would send as it is."""
    page = client.get(path).content.decode().split('<div class="who">')[-1]
    found = re.findall(r'<input type="hidden" name="company" value="(\d+)">', page)
    chosen = re.findall(r'name="(\w+)" value="(\w+)" checked', page)
    return {**dict(chosen), "company": found[-1]}


def company_of(number: int) -> Company:
    """The company as it is kept."""
    with inside(number):
        return tenancy.company(number)
