"""Logging in: the same e-mail and password in till and office; guessing is slow; nothing leaks."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.test import Client
from tests.office.cast import PASSWORD, Cast, enrol, found_cast, swedish

from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.domain.role import USUAL_ROLES, Role
from skrin.office.people import actions as people
from skrin.office.people import queries, throttle
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import (
    LOGIN_PATH,
    PIN_PATH,
    PUBLICATION_PATH,
    Fault,
    LoginAnswer,
    LoginRequest,
    PinRequest,
    PublicationAnswer,
    PublicationRequest,
)

pytestmark = pytest.mark.office

NOW_MS = 1_800_000_000_000


def browser(address: str = "10.0.0.1") -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address)


def till_login(cast: Cast, email: str, password: str, store: int = 1) -> LoginAnswer:
    response = cast.device.post(LOGIN_PATH, encode(LoginRequest(email, password, store)))
    assert response.status_code == 200, response.content
    return decode(LoginAnswer, response.content)


@pytest.mark.requirement("R-USER-001")
def test_the_same_log_in_works_in_office_and_till(cast: Cast) -> None:
    answer = till_login(cast, f" {cast.cashier.upper()} ", PASSWORD)
    assert answer.person is not None
    assert (answer.person.display_name, answer.person.role, answer.person.stores) == (
        "Alva",
        "cashier",
        (1,),
    )
    assert cast.logged_in(cast.cashier).get("/start", follow=True).status_code == 200


def test_a_wrong_password_and_an_unknown_email_sound_the_same(cast: Cast) -> None:
    wrong = till_login(cast, cast.cashier, "fel")
    unknown = till_login(cast, "nobody@test.example", "fel")
    assert wrong == unknown == LoginAnswer(None, "wrong", 0)
    pages = [
        browser().post("/login", {"email": email, "password": "fel"})
        for email in (cast.owner, "nobody@test.example")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert all(
        swedish("E-mail and password do not belong together.") in page.content.decode()
        for page in pages
    )


def test_a_member_of_another_company_or_store_cannot_log_in_here(cast: Cast) -> None:
    assert till_login(cast, cast.outsider, PASSWORD) == LoginAnswer(None, "not_here", 0)
    assert till_login(cast, cast.cashier, PASSWORD, store=2) == LoginAnswer(None, "not_here", 0)


def test_five_misses_lock_an_email_and_each_more_doubles_it(cast: Cast) -> None:
    email = cast.owner
    for _ in range(4):
        assert people.log_in(email, "fel", "a", NOW_MS).wait_s == 0
    assert people.log_in(email, "fel", "a", NOW_MS) == people.LogIn(refusal="wrong", wait_s=60)
    locked = people.log_in(email, PASSWORD, "another address", NOW_MS + 1_000)
    assert (locked.refusal, locked.wait_s) == ("wait", 59)
    assert people.log_in(email, "fel", "a", NOW_MS + 60_000).wait_s == 120
    again = people.log_in(email, PASSWORD, "a", NOW_MS + 60_000 + 119_999)
    assert again.refusal == "wait"
    assert people.log_in(email, PASSWORD, "a", NOW_MS + 60_000 + 120_000).person_id
    assert people.log_in(email, "fel", "a", NOW_MS + 200_000).wait_s == 0


def test_locks_end_at_an_hour_and_misses_are_forgotten(cast: Cast) -> None:
    who, now_ms = f"{cast.owner}x", NOW_MS
    for _ in range(40):
        wait_ms = throttle.missed(throttle.BY_EMAIL, who, now_ms)
        now_ms += wait_ms
    assert wait_ms == 60 * 60 * 1000
    assert throttle.missed(throttle.BY_EMAIL, who, now_ms + throttle.LONGEST_LOCK_MS + 1) == 0


def test_an_address_is_locked_after_thirty_misses_on_many_emails(cast: Cast) -> None:
    address = f"address of {cast.owner}"
    for number in range(29):
        assert throttle.missed(throttle.BY_ADDRESS, address, NOW_MS + number) == 0
    result = people.log_in("somebody@test.example", "fel", address, NOW_MS + 30)
    assert result == people.LogIn(refusal="wrong", wait_s=60)
    assert people.log_in(cast.owner, PASSWORD, address, NOW_MS + 31).refusal == "wait"
    assert people.log_in(cast.owner, PASSWORD, "elsewhere", NOW_MS + 31).person_id


def test_the_locked_page_says_how_long(cast: Cast) -> None:
    for _ in range(5):
        browser().post("/login", {"email": cast.owner, "password": "fel"})
    page = browser().post("/login", {"email": cast.owner, "password": PASSWORD})
    assert page.status_code == 429
    assert "1 minut" in page.content.decode()


def test_the_password_is_in_no_log_and_no_table(cast: Cast, office_urls, caplog, capfd) -> None:
    import psycopg

    secret = "hemligt-ord-som-inte-far-synas"
    with caplog.at_level(logging.DEBUG):
        browser().post("/login", {"email": cast.owner, "password": secret})
        till_login(cast, cast.owner, secret)
        broken = b'{"email":"a@b","password":"' + secret.encode() + b'","store":"x"}'
        assert cast.device.post(LOGIN_PATH, broken).status_code == 400
        browser().post("/login", {"email": "no mail", "password": secret})
    assert secret not in caplog.text
    assert secret not in "".join(capfd.readouterr())
    with psycopg.connect(office_urls.admin, dbname="skrin") as admin:
        row = admin.execute("SHOW data_directory").fetchone()
        assert row is not None
        log = (Path(row[0]) / "log").read_text()
        stored = admin.execute("SELECT password FROM people_person").fetchall()
    assert secret not in log
    assert all(str(hash_).startswith("argon2$argon2id$") for (hash_,) in stored)


def test_pages_want_a_log_in_and_send_nobody_elsewhere_after_it(cast: Cast) -> None:
    response = browser().get("/receipts?from=2026-11-01")
    assert response.status_code == 302
    assert response["Location"] == "/login?next=%2Freceipts%3Ffrom%3D2026-11-01"
    form = {"email": cast.owner, "password": PASSWORD}
    home = browser().post("/login", {**form, "next": "/receipts?from=2026-11-01"})
    assert home["Location"] == "/receipts?from=2026-11-01"
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        assert browser().post("/login", {**form, "next": evil})["Location"] == "/start"


def test_logging_in_changes_the_session_and_logging_out_ends_it(cast: Cast) -> None:
    client = browser()
    client.get("/login")
    client.post("/login", {"email": cast.owner, "password": PASSWORD})
    first = client.cookies["skrin_office"]
    assert first["httponly"] and first["samesite"] == "Lax"
    assert client.get("/").status_code == 200
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 302
    assert client.get("/").status_code == 302
    stale = browser()
    stale.cookies["skrin_office"] = first.value
    assert stale.get("/").status_code == 302


def test_forms_without_their_token_are_refused(cast: Cast) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    response = strict.post("/login", {"email": cast.owner, "password": PASSWORD})
    assert response.status_code == 403
    assert swedish("The page was too old") in response.content.decode()
    part = strict.post("/login", {"email": cast.owner}, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Retarget"]) == (403, "#main")
    text = part.content.decode()
    assert "<html" not in text and swedish("Load the page again") in text


def test_somebody_who_left_is_out_at_once(cast: Cast) -> None:
    from skrin.office.people.models import Membership

    client = cast.logged_in()
    assert client.get("/").status_code == 200
    with inside(cast.company):
        Membership.objects.filter(company_id=cast.company, role="owner").update(active=False)
    assert client.get("/").status_code == 302


# --- Enrolment --------------------------------------------------------------------------------


def test_a_code_works_once_and_again_for_the_same_device(cast: Cast) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from skrin.office.load_examples import make_till

    key = Ed25519PrivateKey.generate()
    code = make_till(cast.company, 2, f"N-{cast.company}", "Ny kassa")["code"]
    first = enrol(code.lower(), key)
    assert first.status_code == 200
    # The answer may be lost on the way: the same key may ask again.
    assert enrol(code, key).content == first.content
    spent = enrol(code)
    assert (spent.status_code, spent.json()["fault"]) == (403, "code_spent")
    again = make_till(cast.company, 2, f"N-{cast.company}", "Ny kassa")
    assert (again["code"], again["till"]) == ("", first.json()["till"])
    assert first.json()["seats"] == [
        {"store": 2, "name": "Stationen", "designation": f"N-{cast.company}"}
    ]


def test_a_code_expires_and_a_newer_one_replaces_it(cast: Cast) -> None:
    from skrin.office.load_examples import make_till
    from skrin.office.tills.models import EnrolmentCode

    older = make_till(cast.company, 2, "X-1", "Ny")["code"]
    newer = make_till(cast.company, 2, "X-1", "Ny")["code"]
    assert enrol(older).json()["fault"] == "code_unknown"
    with inside(cast.company):
        EnrolmentCode.objects.filter(used_at_ms=0).update(expires_at_ms=1)
    assert enrol(newer).json()["fault"] == "code_expired"


def test_codes_cannot_be_guessed_for_long(cast: Cast) -> None:
    throttle.forgive(throttle.BY_CODE_SENDER, "127.0.0.1")
    with_lock = [enrol(f"{cast.company}-AAAA-AAAA-{n:04d}").status_code for n in range(12)]
    throttle.forgive(throttle.BY_CODE_SENDER, "127.0.0.1")
    assert with_lock[:10] == [403] * 10
    assert with_lock[11] == 429


def test_designations_are_ascii_and_unique_in_the_company(cast: Cast) -> None:
    from skrin.domain.refusal import Refusal
    from skrin.office.load_examples import make_till

    for wrong in ("", "K\u00e5sa", "x" * 17, " a", "a\n"):
        with pytest.raises(Refusal, match="designation_unreadable"):
            make_till(cast.company, 1, wrong, "Fel")
    taken = cast.device.answer.seats[0].designation
    with pytest.raises(Refusal, match="designation_taken"):
        make_till(cast.company, 2, taken, "Fel")
    other = found_cast()
    assert make_till(other.company, 1, taken, "Rätt")["code"]


def a_pin(cast: Cast, pin: str, email: str | None = None, store: int = 1) -> LoginAnswer:
    member = member_of(cast, email or cast.owner)
    response = cast.device.post(PIN_PATH, encode(PinRequest(str(member), pin, store)))
    assert response.status_code == 200, response.content
    return decode(LoginAnswer, response.content)


def member_of(cast: Cast, email: str) -> int:
    person = queries.person_id(email)
    assert person is not None
    with inside(cast.company):
        member = queries.member_of(cast.company, person)
    assert member is not None
    return member.member_id


def give_pin(cast: Cast, email: str, pin: str) -> int:
    member = member_of(cast, email)
    with inside(cast.company):
        people.set_pin(cast.company, member, pin)
    return member


def test_a_pin_lets_in_where_its_person_works(cast: Cast) -> None:
    assert a_pin(cast, "4711") == LoginAnswer(None, "unset")
    member = give_pin(cast, cast.owner, "4711")
    answer = a_pin(cast, "4711")
    assert answer.person is not None
    assert (answer.person.person, answer.person.display_name) == (str(member), "Saga")
    assert answer.person.pin_version == 1
    give_pin(cast, cast.owner, "4711")
    assert a_pin(cast, "4712") == LoginAnswer(None, "wrong")
    give_pin(cast, cast.cashier, "2580")
    assert a_pin(cast, "2580", cast.cashier).person is not None
    with inside(cast.company):
        assert [p.pin_version for p in queries.staff(cast.company, 1)] == [1, 1]
    raw = cast.rows("SELECT pin FROM people_membership WHERE id = %s", [member])
    assert str(raw[0][0]).startswith("argon2$")


def test_a_pin_of_another_company_or_store_is_not_here(cast: Cast) -> None:
    give_pin(cast, cast.cashier, "2580")
    assert people.check_pin(
        cast.company, member_of(cast, cast.cashier), "2580", 2, NOW_MS
    ) == people.LogIn(refusal="not_here")
    other = people.check_pin(cast.other_company, member_of(cast, cast.cashier), "2580", 1, NOW_MS)
    assert other == people.LogIn(refusal="not_here")
    body = encode(PinRequest("1", "2580", 2))
    assert cast.device.post(PIN_PATH, body).status_code == 403
    body = encode(PinRequest("x", "2580", 1))
    assert decode(LoginAnswer, cast.device.post(PIN_PATH, body).content).refusal == "not_here"


def test_pin_misses_lock_and_ten_need_the_password(cast: Cast) -> None:
    member = give_pin(cast, cast.owner, "4711")
    now_ms, waits = NOW_MS, []
    for _ in range(10):
        answer = people.check_pin(cast.company, member, "0000", 1, now_ms)
        assert answer.refusal == "wrong"
        waits.append(answer.wait_s)
        if answer.wait_s:
            again = people.check_pin(cast.company, member, "4711", 1, now_ms + 1)
            assert again.refusal == "wait"
        now_ms += answer.wait_s * 1000
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920]
    spent = people.check_pin(cast.company, member, "4711", 1, now_ms)
    assert spent == people.LogIn(refusal="password")
    assert till_login(cast, cast.owner, PASSWORD).person is not None
    assert people.check_pin(cast.company, member, "4711", 1, now_ms).person_id


def test_a_log_in_may_choose_a_pin_and_tills_are_told(cast: Cast) -> None:
    body = encode(LoginRequest(cast.cashier, PASSWORD, 1, "9751"))
    answer = decode(LoginAnswer, cast.device.post(LOGIN_PATH, body).content)
    assert answer.person is not None and answer.person.pin_version == 1
    assert a_pin(cast, "9751", cast.cashier).person == answer.person
    published = decode(
        PublicationAnswer,
        cast.device.post(PUBLICATION_PATH, encode(PublicationRequest(1, 0, ""))).content,
    )
    rows = {(row.section, row.key): row.row or "" for row in published.rows}
    assert rows["people", answer.person.person] == encode(answer.person).decode()
    assert not any("argon2" in row for row in rows.values())
    easy = encode(LoginRequest(cast.cashier, PASSWORD, 1, "1234"))
    response = cast.device.post(LOGIN_PATH, easy)
    assert (response.status_code, decode(Fault, response.content).fault) == (400, "pin_easy")


def test_roles_are_published_with_the_companys_own_in_their_place(cast: Cast) -> None:
    with inside(cast.company):
        assert queries.roles(cast.company) == sorted(
            USUAL_ROLES.values(), key=lambda role: role.name
        )
        own = Role("cashier", {"sell": "allow", "drawer": "allow"}, 500)
        people.set_role(cast.company, own)
        people.set_role(cast.company, own)
        rows = rows_of(cast.company, 1)
        with pytest.raises(Refusal, match="role_unusable"):
            people.set_role(cast.company, Role("cashier", {"fly": "allow"}))
    assert decode(Role, rows["roles", "cashier"]) == own
    assert decode(Role, rows["roles", "manager"]) == USUAL_ROLES["manager"]
