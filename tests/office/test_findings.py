"""What needs a person's eye: listed in words, marked on the day's page, and seen once."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal

from skrin.domain.payment import APPROVED, CHARGE, DECLINED, REFUND, PaymentChecked
from skrin.domain.report import CarriedOver
from skrin.domain.rights import book, deciding
from skrin.domain.rights.terms import BORN, FIRST_GENERATION, PARKED, USED, RightMove, RightsMoved
from skrin.office.findings import queries
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

EDITION = "SELECT max(number) FROM publication_edition WHERE company_id = %s AND store = 1"


def checked(stated: str, outcome: str, purpose: str = CHARGE) -> PaymentChecked:
    """What a terminal says of 249.00 that somebody stated something of."""
    was = 249_00 if stated == APPROVED else 0
    said = 249_00 if outcome == APPROVED else 0
    differs = stated != outcome
    return PaymentChecked("c1", "a1", purpose, stated, was, "1", outcome, said, "", differs)


def twice_used(journal: Journal) -> None:
    """A till uses a parked receipt of which the office has never heard, and bears one twice."""
    move = RightMove(USED, PARKED, "cart-9", FIRST_GENERATION, 1)
    journal.append("right.moved", RightsMoved((move,)))
    for _ in range(2):
        born = RightMove(BORN, PARKED, "cart-8", FIRST_GENERATION, 1)
        journal.append("right.moved", RightsMoved((born,)))


@pytest.mark.requirement("R-CARD-007")
def test_a_contradicted_card_payment_is_on_the_page_until_somebody_has_seen_to_it(
    cast: Cast, journal: Journal
) -> None:
    browser = cast.logged_in()
    assert swedish("Nothing to look at") in browser.get("/findings").content.decode()
    before = browser.get("/")
    journal.append("payment.checked", checked(DECLINED, APPROVED))
    journal.append("payment.checked", checked(APPROVED, APPROVED))
    cast.take(journal.exchange())
    today = browser.get("/")
    assert today["ETag"] != before["ETag"]
    assert '<a class="button" href="/findings">' in today.content.decode()
    page = browser.get("/findings").content.decode()
    assert swedish("A card payment took place after all") in page
    assert "249,00" in page and journal.designation in page
    (name,) = re.findall(r'name="finding" value="([^"]+)"', page)
    assert browser.post("/findings", {"finding": name}).status_code == 302
    page = browser.get("/findings").content.decode()
    assert "Saga" in page and 'name="finding"' not in page
    assert 'href="/findings"' not in browser.get("/").content.decode()
    cast.take(journal.exchange())  # The same entries again are no news.
    with inside(cast.company):
        assert [one.seen_by for one in queries.findings(cast.company)] == ["Saga"]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (checked(APPROVED, DECLINED), "A card payment did not take place"),
        (checked(DECLINED, APPROVED, REFUND), "A card payment took place after all"),
    ],
)
def test_each_contradiction_has_its_words(
    cast: Cast, journal: Journal, body: PaymentChecked, title: str
) -> None:
    journal.append("payment.checked", body)
    cast.take(journal.exchange())
    assert swedish(title) in cast.logged_in().get("/findings").content.decode()


@pytest.mark.requirement("R-PARK-006")
def test_what_rights_report_is_on_the_page_in_words(cast: Cast, journal: Journal) -> None:
    twice_used(journal)
    cast.take(journal.exchange())
    page = cast.logged_in().get("/findings").content.decode()
    assert swedish("Something was used that the office does not know") in page
    assert swedish("The same thing came into being twice") in page
    assert "born_twice" not in page and "unknown_right" not in page
    assert page.count('name="finding"') == 2


@pytest.mark.parametrize(
    "what",
    [
        *(deciding.TAKEN_OVER, book.USED_AFTER_BREAK, book.EDITED_AFTER_BREAK),
        *(book.OVER_HOLD, book.BORN_TWICE, book.UNKNOWN_RIGHT),
    ],
)
@pytest.mark.parametrize("kind", ["gift_card", "parked", "copy", "return", "seat"])
def test_every_report_of_rights_has_words(cast: Cast, what: str, kind: str) -> None:
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_report"
            " (company_id, register, seq, place, what, kind, key, person, found_at_ms)"
            " VALUES (%s, 'SK000001-1', 7, 0, %s, %s, 'k', '1', 1)",
            [cast.company, what, kind],
        )
    page = cast.logged_in().get("/findings").content.decode()
    assert page.count('name="finding"') == 1
    assert what not in page and "%(" not in page and f">{kind}<" not in page


def test_who_sees_one_store_sees_only_its_findings_and_an_outsider_none(
    cast: Cast, journal: Journal
) -> None:
    journal.append("payment.checked", checked(DECLINED, APPROVED))
    cast.take(journal.exchange())
    name = f"{journal.till}-1:{len(journal.entries)}:0"
    outsider = cast.logged_in(cast.outsider)
    assert "249,00" not in outsider.get("/findings").content.decode()
    assert outsider.post("/findings", {"finding": name}).status_code == 404
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_membership SET role = 'manager', stores = '[2]'"
            " WHERE company_id = %s AND display_name = 'Alva'",
            [cast.company],
        )
    elsewhere = cast.logged_in(cast.cashier)
    assert "249,00" not in elsewhere.get("/findings").content.decode()
    assert elsewhere.post("/findings", {"finding": name}).status_code == 404


@pytest.mark.requirement("R-PARK-007")
def test_what_closing_does_with_parked_receipts_is_set_here_and_reaches_the_till(
    cast: Cast, journal: Journal
) -> None:
    browser = cast.logged_in()

    def published() -> str:
        from skrin.office.tenancy import queries as tenancy

        with inside(cast.company):
            return tenancy.store_card(cast.company, 1).parked_at_closing

    assert published() == "carried_over"
    before = cast.rows(EDITION, [cast.company])
    for wrong in ("", "sold"):
        assert browser.post("/settings", {"parked_at_closing": wrong}).status_code == 422
    assert published() == "carried_over"
    answer = browser.post("/settings", {"parked_at_closing": "reported"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.search(r'value="reported" checked', page)
    assert published() == "reported"
    assert cast.rows(EDITION, [cast.company]) > before

    journal.sale(cast.articles["coffee"])
    journal.close(parked=(CarriedOver(0, 2, 63_50), CarriedOver(0, 1, 34_00)))
    cast.take(journal.exchange())
    page = browser.get("/findings").content.decode()
    assert swedish("A day was closed with parked receipts") in page
    assert "97,50" in page and "2026-11-20" in page


@pytest.mark.requirement("OPP-015", "OPP-019", "R-CLOSE-010")
def test_how_days_are_closed_is_set_here_and_reaches_the_till(cast: Cast) -> None:
    from skrin.office.tenancy import queries as tenancy

    browser = cast.logged_in()

    def published() -> tuple[str, str, int]:
        with inside(cast.company):
            card = tenancy.store_card(cast.company, 1)
            return card.cash_count, card.day_end, card.day_break_min

    assert published() == ("offered", "prompted", 240)
    before = cast.rows(EDITION, [cast.company])
    for wrong in ({"cash_count": "never"}, {"day_end": ""}, {"day_break": "25:00"}, {}):
        assert browser.post("/settings", wrong).status_code == 422
    assert published() == ("offered", "prompted", 240)
    said = {"cash_count": "blind", "day_end": "by_itself", "day_break": "05:30"}
    page = browser.post("/settings", said).content.decode()
    assert re.search(r'value="blind" checked', page) and 'value="05:30"' in page
    assert published() == ("blind", "by_itself", 330)
    assert cast.rows(EDITION, [cast.company]) > before
    outsider = cast.logged_in(cast.cashier)
    assert outsider.post("/settings", said).status_code in (403, 404)


@pytest.mark.parametrize("table", ["findings_noted", "findings_seen"])
def test_nothing_of_it_can_be_taken_away(cast: Cast, journal: Journal, table: str) -> None:
    journal.append("payment.checked", checked(DECLINED, APPROVED))
    cast.take(journal.exchange())
    with pytest.raises(DatabaseError), inside(cast.company), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
