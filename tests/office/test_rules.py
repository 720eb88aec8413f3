"""Who may open what: every address of the office, walked by every role, against one table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.office.cast import PASSWORD, Cast, swedish
from tests.office.cast import _person as make_person
from tests.office.journals import Journal

from skrin.domain.role import ALLOW, SETTINGS, Role
from skrin.office.people import actions as people
from skrin.office.tenancy.wall import inside
from skrin.office.ui import rules

pytestmark = pytest.mark.office

ROLES = ("cashier", "manager", "owner", "accountant", "service", "dealer")
FIGURES = {"manager", "owner", "accountant"}
RUNNING = {"manager", "owner", "service"}
PREPARING = RUNNING | {"dealer"}
ALL = set(ROLES)

WHO_MAY: dict[str, set[str]] = {
    "start": ALL,
    "me": ALL,
    "today": FIGURES,
    "today_json": FIGURES,
    "statistics": FIGURES,
    "statistics_json": FIGURES,
    "receipts": FIGURES,
    "receipt": FIGURES,
    "receipt_copy": FIGURES & RUNNING,
    "receipt_text": FIGURES,
    "receipt_pdf": FIGURES,
    "closings": FIGURES,
    "closing": FIGURES,
    "closing_text": FIGURES,
    "closing_pdf": FIGURES,
    "sie": FIGURES,
    "money": FIGURES,
    "articles": FIGURES,
    "tills": FIGURES | PREPARING,
    "till": FIGURES | PREPARING,
    "till_summary": FIGURES,
    "till_unit": FIGURES | PREPARING,
    "till_unit_report": FIGURES | PREPARING,
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
    "till_seat": FIGURES | PREPARING,
    "till_new": PREPARING,
    "till_updates": PREPARING,
    "till_settings": RUNNING,
    "companies": {"owner", "service", "dealer"},
    "till_prepare": PREPARING,
    "till_labels": PREPARING,
    "till_code": PREPARING,
    "till_retire": PREPARING,
    "findings": FIGURES,
    "settings": RUNNING,
    "people": RUNNING,
    "paper": RUNNING,
    "card_payments": RUNNING,
    "card_terminals": PREPARING,
    "gift_cards": FIGURES & RUNNING,
    "gift_card": FIGURES & RUNNING,
}
"""What a shop's owner wants, written down by hand and not read out of the program."""

EVERYBODY = {"login", "logout"}
FORMS_ONLY = {"till_code", "till_labels", "receipt_copy"}
"""Addresses that are only sent to."""

SYNC = {
    f"sync/{name}"
    for name in (
        "enrol",
        "login",
        "pin",
        "exchange",
        "publication",
        "sales",
        "giftcard",
        "accounting",
        "update",
        "update-piece",
        "history",
        "known-again",
        "wipe",
    )
}
"""What tills call, each with a signature of its own and no page."""


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """(route, name in the namespace `office` or empty) of every address of the site."""
    for found in (resolver or get_resolver("skrin.office.urls")).url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from addresses(found, route)
        else:
            assert isinstance(found, URLPattern)
            yield route, found.name or ""


def path_of(route: str, journal: Journal, seq: int) -> str:
    """An address that leads to something that is there."""
    filled = route.replace("<str:till>", journal.till).replace("<int:store>", "1")
    return "/" + filled.replace("<int:seq>", str(seq)).replace("<int:number>", "1")


@pytest.fixture
def visitors(cast: Cast) -> dict[str, Client]:
    """A logged-in browser of each role."""
    found = {}
    for role in ROLES:
        email = f"{role}-{cast.owner}"
        person = make_person(email)
        with inside(cast.company):
            people.set_member(cast.company, person, role, role.title(), ())
        found[role] = cast.logged_in(email)
    return found


def test_every_address_has_a_rule_and_stands_in_the_table() -> None:
    found = dict(addresses())
    pages = {name for name in found.values() if name}
    assert pages == set(rules.RULES), "an address without a rule is shut: give it one"
    assert pages == set(WHO_MAY) | EVERYBODY, "say here who may open the new page"
    assert {route for route, name in found.items() if not name} == SYNC


@pytest.mark.requirement("R-USER-009")
def test_each_role_opens_what_it_may_and_nothing_else(
    cast: Cast, journal: Journal, visitors: dict[str, Client]
) -> None:
    journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    kinds = {entry.header.kind: entry.header.seq for entry in journal.entries}
    wrong = []
    for route, name in addresses():
        if not name or name in EVERYBODY:
            continue
        closing = name.startswith("closing") or name == "sie"
        path = path_of(route, journal, kinds["day.closed" if closing else "receipt.sealed"])
        for role, client in visitors.items():
            may = role in WHO_MAY[name]
            for headers in ({}, {"HX-Request": "true"}):
                got, sent = client.get(path, headers=headers), client.post(path, headers=headers)
                read = (405,) if name in FORMS_ONLY else (200, 302, 404, 409)
                opened = read, (200, 302, 303, 404, 405, 422)
                for answer, fine in zip((got, sent), opened, strict=True):
                    if answer.status_code not in (fine if may else (403,)):
                        wrong.append((role, name, answer.request["REQUEST_METHOD"], answer))
    assert not wrong


def test_nobody_opens_a_page_without_logging_in(cast: Cast, journal: Journal) -> None:
    for route, name in addresses():
        if name in EVERYBODY:
            continue
        path = path_of(route, journal, 1)
        nobody = Client(SERVER_NAME="localhost")
        for answer in (nobody.get(path), nobody.post(path, b"{}", "application/json")):
            assert answer.status_code in (302, 400, 403, 405), path
            assert answer.status_code != 302 or answer["Location"].startswith("/login")
        part = nobody.get(path, headers={"HX-Request": "true"})
        assert part.status_code in (401, 405), path
        assert name == "" or part["HX-Redirect"].startswith("/login")


def test_a_cashier_sees_no_menu_and_no_figure_but_has_a_way_on(
    cast: Cast, journal: Journal, visitors: dict[str, Client]
) -> None:
    journal.sale(cast.articles["mug"])
    cast.take(journal.exchange())
    client = visitors["cashier"]
    begin = client.get("/start", follow=True)
    assert begin.redirect_chain[-1][0] == "/me"
    page = begin.content.decode()
    for shut in ("/statistics", "/receipts", "/money", "/settings", "/articles", "/tills"):
        assert f'href="{shut}"' not in page
    refused = client.get("/")
    assert refused.status_code == 403
    text = refused.content.decode()
    assert swedish("Your role does not open this page") in text
    assert 'href="/me"' in text and "149,50" not in text
    part = client.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (403, "/")


def test_the_menu_holds_what_the_role_opens(visitors: dict[str, Client]) -> None:
    menus = {}
    for role, client in visitors.items():
        page = client.get("/me").content.decode().split('<div class="who">')[0]
        menus[role] = [name for name in rules.MENU if f'<a href="{_url(name)}"' in page]
    every = ["today", "statistics", "articles", "tills", "money", "settings"]
    assert menus == {
        "cashier": [],
        "manager": every,
        "owner": every,
        "accountant": every[:-1],
        "service": ["tills", "settings"],
        "dealer": ["tills"],
    }


def _url(name: str) -> str:
    return "/" if name == "today" else f"/{name}"


def test_a_companys_own_role_is_what_counts(cast: Cast) -> None:
    client = cast.logged_in(cast.cashier)
    assert client.get("/settings").status_code == 403
    with inside(cast.company):
        people.set_role(cast.company, Role("cashier", {SETTINGS: ALLOW}))
    assert client.get("/settings").status_code == 200
    with inside(cast.company):
        people.set_role(cast.company, Role("cashier", {SETTINGS: "pin"}))
    assert client.get("/settings").status_code == 403


def test_a_person_changes_password_and_pin_alone(cast: Cast) -> None:
    client, elsewhere = cast.logged_in(cast.cashier), cast.logged_in(cast.cashier)
    new = "tre-ord-som-ingen-satt-ihop"
    for current, wanted, fault in (
        ("fel", new, "That is not your password."),
        (PASSWORD, "kort", "Choose at least %(n)s letters, not your e-mail and not the old one."),
        (PASSWORD, PASSWORD, "Choose at least %(n)s letters, not your e-mail and not the old one."),
    ):
        answer = client.post("/me", {"what": "password", "current": current, "new": wanted})
        assert answer.status_code == 422
        said = swedish(fault, n=people.PASSWORD_LEAST) if "%" in fault else swedish(fault)
        assert said in answer.content.decode()
    answer = client.post("/me", {"what": "password", "current": PASSWORD, "new": new})
    assert answer.status_code == 200
    assert client.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302, "a session of before has ended"
    for pin, status in (("12", 422), ("1234", 422), ("739104", 200)):
        answer = client.post("/me", {"what": "pin", "current": new, "pin": pin})
        assert answer.status_code == status, pin
    rows = cast.rows(
        "SELECT pin_version FROM people_membership WHERE display_name = 'Alva' AND company_id = %s",
        [cast.company],
    )
    assert rows == [(1,)]
