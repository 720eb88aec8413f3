"""A dealer: between operator and company, at home in the companies that are theirs and no other."""

from __future__ import annotations

import pytest
from tests.office.cast import Cast
from tests.office.cast import _person as make_person

from skrin.office.load_examples import make_till
from skrin.office.people import actions as people
from skrin.office.people import queries as found
from skrin.office.tenancy.wall import inside
from skrin.office.tills import queries as tills

pytestmark = pytest.mark.office

DEVICE = "serial,store,control_unit\nPOS-9,1,192.168.1.20:5001"
MAKE = {"what": "make", "days": "30", "devices": DEVICE, "incomplete": "yes"}


def dealer_of(cast: Cast, *companies: int) -> str:
    email = f"dealer-{len(companies)}-{cast.owner}"
    person = make_person(email)
    for company in companies:
        with inside(company):
            people.set_member(company, person, "dealer", "Dea", ())
    return email


def names(cast: Cast, company: int) -> list[str]:
    with inside(company):
        return [seat.designation for seat in tills.seats(company)]


def serials(cast: Cast, company: int) -> list[str]:
    with inside(company):
        return [seat.serial for seat in tills.seats(company)]


@pytest.mark.requirement("R-MORE-014")
def test_a_dealer_sees_and_prepares_the_tills_of_its_companies(cast: Cast) -> None:
    both = cast.logged_in(dealer_of(cast, cast.company, cast.other_company))
    page = both.get("/companies").content.decode()
    for company in (cast.company, cast.other_company):
        for designation in names(cast, company):
            assert designation in page
        assert f"/tills/prepare?company={company}" in page
        assert both.get(f"/tills?company={company}").status_code == 200
    made = both.post(f"/tills/prepare?company={cast.company}", MAKE)
    assert made.status_code == 200, made.content.decode()
    with inside(cast.company):
        assert [s.serial for s in tills.seats(cast.company) if s.serial] == ["POS-9"]
    for shut in ("/", "/receipts", "/statistics", "/settings", "/tills/settings", "/gift-cards"):
        assert both.get(shut).status_code == 403, shut


@pytest.mark.requirement("R-MORE-014")
def test_a_dealer_is_shown_nothing_of_a_company_that_is_not_its(cast: Cast) -> None:
    make_till(cast.other_company, 1, "GRANNE1", "Grannens kassa")
    client = cast.logged_in(dealer_of(cast, cast.company))
    others = [
        one for one in names(cast, cast.other_company) if one not in names(cast, cast.company)
    ]
    assert others == ["GRANNE1"]
    page = client.get("/companies").content.decode()
    assert f"company={cast.company}" in page
    assert f"company={cast.other_company}" not in page
    for designation in others:
        assert designation not in page
    before = names(cast, cast.other_company)
    sent = client.post("/tills/prepare", MAKE | {"company": str(cast.other_company)})
    assert sent.status_code == 404, "what was meant for one company is done in no other"
    assert names(cast, cast.other_company) == before
    assert [s for s in serials(cast, cast.company) if s] == []


@pytest.mark.requirement("R-MORE-014")
def test_a_form_goes_to_the_company_whose_page_it_stood_on(cast: Cast) -> None:
    both = cast.logged_in(dealer_of(cast, cast.company, cast.other_company))
    page = both.get(f"/tills/prepare?company={cast.company}").content.decode()
    assert f'name="company" value="{cast.company}"' in page
    assert both.get(f"/tills?company={cast.other_company}").status_code == 200  # Another tab.
    made = both.post("/tills/prepare", MAKE | {"company": str(cast.company)})
    assert made.status_code == 200
    assert f'name="company" value="{cast.company}"' in made.content.decode()
    assert [s for s in serials(cast, cast.company) if s] == ["POS-9"]
    assert [s for s in serials(cast, cast.other_company) if s] == []


def test_who_services_one_company_of_several_sees_that_one(cast: Cast) -> None:
    email = dealer_of(cast, cast.company)
    person = found.person_id(email)
    assert person is not None
    with inside(cast.other_company):
        people.set_member(cast.other_company, person, "cashier", "Dea", ())
    page = cast.logged_in(email).get(f"/companies?company={cast.company}").content.decode()
    assert f"company={cast.company}" in page
    assert f"/tills/prepare?company={cast.other_company}" not in page
