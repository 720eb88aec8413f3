"""The right to service tills, given to a person beside the role (R-SET-008, R-SET-009)."""

from __future__ import annotations

import pytest
from tests.office.cast import PASSWORD, Cast, swedish
from tests.office.cast import _person as make_person

from skrin.domain.codec import decode, encode
from skrin.domain.role import ALLOW, SERVICE, SETTINGS
from skrin.office.people import actions as people
from skrin.office.people import queries
from skrin.office.people.models import Given
from skrin.office.publication import actions as publication
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import (
    LOGIN_PATH,
    LoginAnswer,
    LoginRequest,
    Person,
    PublicationRequest,
)

pytestmark = pytest.mark.office


def managers(cast: Cast) -> tuple[str, str, int]:
    """Two managers; the e-mails, and the second's membership."""
    found = []
    for name in ("Eva", "Ola"):
        email = f"{name.lower()}-{cast.owner}"
        person = make_person(email)
        with inside(cast.company):
            found.append((email, people.set_member(cast.company, person, "manager", name, ())))
    return found[0][0], found[1][0], found[1][1]


def published(cast: Cast, member: int) -> Person:
    """A person as tills get to know them."""
    with inside(cast.company):
        rows = publication.answer(cast.company, PublicationRequest(1, 0, "")).rows
    told = [decode(Person, row.row.encode()) for row in rows if row.section == "people" and row.row]
    return next(one for one in told if one.person == str(member))


def role(cast: Cast, email: str) -> str:
    """What a person may do with tills' devices in the office."""
    person = queries.person_id(email)
    assert person is not None
    with inside(cast.company):
        member = queries.member_of(cast.company, person)
        assert member is not None
        return queries.role_of(member).rule(SERVICE)


@pytest.mark.requirement("R-SET-008", "R-SET-009")
def test_a_manager_gives_the_service_right_and_takes_it_again(cast: Cast) -> None:
    by, email, member = managers(cast)
    client = cast.logged_in(by)
    assert role(cast, email) != ALLOW
    assert swedish("Give the service right") in client.get("/settings/people").content.decode()
    for _twice in range(2):
        page = client.post("/settings/people", {"member": member, "what": "give"})
        assert page.status_code == 200
    assert swedish("Take the service right") in page.content.decode()
    assert swedish("given by %(who)s %(when)s", who="Eva", when="")[:-1] in page.content.decode()
    assert role(cast, email) == ALLOW
    assert published(cast, member).services, "its tills know"
    answer = cast.device.post(LOGIN_PATH, encode(LoginRequest(email, PASSWORD, 1)))
    told = decode(LoginAnswer, answer.content).person
    assert told is not None and told.services and told.role == "manager"
    client.post("/settings/people", {"member": member, "what": "take"})
    assert role(cast, email) != ALLOW and not published(cast, member).services
    with inside(cast.company):
        kept = [(one.by_name, one.right, one.has) for one in Given.objects.order_by("id")]
    assert kept == [("Eva", "service", True), ("Eva", "service", False)], "who did what is kept"


def test_nobody_else_gives_it_and_not_to_anybody(cast: Cast) -> None:
    by, _email, member = managers(cast)
    assert cast.logged_in(cast.cashier).post("/settings/people").status_code == 403
    client = cast.logged_in(by)
    with inside(cast.company):
        everybody = queries.members(cast.company)
    owner = next(one.member_id for one in everybody if one.role == "owner")
    for sent in (
        {"member": owner, "what": "give"},
        {"member": 10**9, "what": "give"},
        {"member": "x", "what": "give"},
        {"member": member, "what": "sell"},
    ):
        assert client.post("/settings/people", sent).status_code == 404, sent
    with inside(cast.company):
        people.set_member(cast.company, queries_person(by), "manager", "Eva", (2,))
    assert client.post("/settings/people", {"member": member, "what": "give"}).status_code == 404
    assert "Ola" not in client.get("/settings/people").content.decode()


def queries_person(email: str) -> int:
    """The person with this e-mail."""
    found = queries.person_id(email)
    assert found is not None
    return found


def test_a_right_beside_the_role_brings_no_other(cast: Cast) -> None:
    _by, _email, member = managers(cast)
    person = make_person(f"kim-{cast.owner}")
    with inside(cast.company):
        kim = people.set_member(cast.company, person, "cashier", "Kim", ())
        people.set_services(cast.company, kim, True, (member, "Ola"), 1)
    client = cast.logged_in(f"kim-{cast.owner}")
    assert client.get("/tills").status_code == 200, "who services tills sees them"
    assert client.get("/settings").status_code == 403
    with inside(cast.company):
        found = queries.member_of(cast.company, person)
        assert found is not None
        assert queries.role_of(found).rule(SETTINGS) != ALLOW
