"""Who stands at the till: a quick switch by PIN, a manager's yes, and a cart that outlives both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, NoOffice, Shop

from skrin.domain import role as roles
from skrin.domain.cart import Discount
from skrin.domain.refusal import Refusal
from skrin.sync.messages import (
    DeviceSettings,
    EnrolAnswer,
    LoginAnswer,
    LoginRequest,
    Person,
    PinRequest,
    StoreSeat,
)
from skrin.till.devices.contract import OfficeAway
from skrin.till.flow import editing, selling
from skrin.till.flow.people import SESSION_LASTS_MS, Door
from skrin.till.flow.pins import Pins
from skrin.till.storage.device_file import DeviceFile, LoginMisses

STAFF = (
    replace(ANNA, pin_version=1),
    Person("p2", "Eva", "manager", (1,), 1),
    Person("p3", "Bo", "cashier", (2,), 1),
    Person("p4", "Cleo", "cashier", (1,), 0),
)


@dataclass
class PinOffice(NoOffice):
    """An office that knows everybody's PIN, until it is away."""

    pins: dict[str, str] = field(default_factory=lambda: {"p1": "2580", "p2": "4711"})
    versions: dict[str, int] = field(default_factory=lambda: {"p1": 1, "p2": 1})
    asked: list[str] = field(default_factory=list)
    away: bool = False
    refuses: str = ""

    def pin(self, request: PinRequest) -> LoginAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        self.asked.append(request.person)
        if self.refuses:
            return LoginAnswer(None, self.refuses, 60)
        if self.pins.get(request.person) != request.pin:
            return LoginAnswer(None, "wrong")
        return LoginAnswer(self._person(request.person))

    def login(self, request: LoginRequest) -> LoginAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        if request.password != "rätt":
            return LoginAnswer(None, "wrong")
        if request.new_pin:
            self.pins["p1"] = request.new_pin
            self.versions["p1"] += 1
        return LoginAnswer(self._person("p1"))

    def _person(self, who: str) -> Person:
        known = next(person for person in STAFF if person.person == who)
        return replace(known, pin_version=self.versions[who])


@dataclass
class Entrance:
    """The door of a shop whose staff is published."""

    shop: Shop
    device: DeviceFile
    office: PinOffice
    door: Door

    def publish(self, *staff: Person) -> None:
        self.shop.till.registers.people = {person.person: person for person in staff}

    def restart(self) -> None:
        self.shop.restart()
        self.publish(*STAFF)
        self.door = Door(self.device, self.shop.till, self.office)


@pytest.fixture
def at(shop: Shop, tmp_path: Path) -> Iterator[Entrance]:
    device, office = DeviceFile(tmp_path / "device.sqlite"), PinOffice()
    entrance = Entrance(shop, device, office, Door(device, shop.till, office))
    entrance.publish(*STAFF)
    yield entrance
    device.close()


def no(at: Entrance, person: str, pin: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        at.door.switch(person, pin)
    return refused.value


@pytest.mark.requirement("R-TERM-008")
def test_a_device_keeps_the_stores_that_a_log_in_told(tmp_path: Path) -> None:
    device = DeviceFile(tmp_path / "device.sqlite")
    first, second = StoreSeat(1, "Torget", "T-1"), StoreSeat(2, "Stationen", "T-2")
    device.take_seats((first, second))
    assert device.enrolment() is None, "who is not enrolled is told nothing"
    device.put_enrolment(EnrolAnswer(7, "AB", "till-1", (first,), DeviceSettings()), "http://o")
    for seats in ((), (first, second), ()):
        device.take_seats(seats)
    kept = device.enrolment()
    assert kept is not None and kept.seats == (first, second) and kept.till == "till-1"
    device.close()


def test_a_switch_takes_a_name_and_a_pin_and_leaves_the_cart(at: Entrance) -> None:
    token, anna = at.door.switch("p1", "2580")
    selling.tap_article(at.shop.till, anna, at.shop.tap_id(), COFFEE)
    other, eva = at.door.switch("p2", "4711", leaving=token)
    assert at.door.person_of(token) is None
    assert at.door.person_of(other) == eva
    assert at.shop.till.desk.left_minor == 34_00
    selling.tap_article(at.shop.till, eva, at.shop.tap_id(), BUN)
    entries = list(at.shop.till.file.entries(1))
    rung = [entry.header.user for entry in entries if entry.header.kind == "line.added"]
    assert rung == ["p1", "p2"]
    assert b'"how":"pin"' in next(e.body for e in entries if e.header.kind == "user.logged_in")


def test_the_list_has_the_people_of_this_store_by_name(at: Entrance) -> None:
    assert [person.display_name for person in at.door.people()] == ["Anna", "Cleo", "Eva"]
    assert no(at, "p3", "1590").code == "person_unknown"
    assert no(at, "p9", "1590").code == "person_unknown"
    assert no(at, "p4", "1590").code == "pin_unset"


@pytest.mark.requirement("OPP-029")
def test_a_pin_is_asked_for_at_the_office_once_and_works_without_it_afterwards(
    at: Entrance,
) -> None:
    at.office.away = True
    assert no(at, "p1", "2580").code == "pin_unknown_here"
    at.office.away = False
    at.door.switch("p1", "2580")
    at.office.away = True
    at.restart()
    at.door.switch("p1", "2580")
    assert at.office.asked == ["p1"]
    assert no(at, "p1", "2581").code == "pin_wrong"
    rows = at.device._one("SELECT verifier FROM known_pin WHERE person = 'p1'")
    assert rows is not None and str(rows[0]).startswith("$argon2id$") and "2580" not in str(rows)


def test_a_pin_that_was_changed_at_the_office_no_longer_works_here(at: Entrance) -> None:
    at.door.switch("p1", "2580")
    at.office.pins["p1"], at.office.versions["p1"] = "8642", 2
    at.publish(replace(STAFF[0], pin_version=2), *STAFF[1:])
    assert no(at, "p1", "2580").code == "pin_wrong"
    at.door.switch("p1", "8642")
    at.office.away = True
    at.door.switch("p1", "8642")


@pytest.mark.slow
def test_five_misses_lock_for_a_minute_doubling_and_ten_need_the_password(at: Entrance) -> None:
    at.door.switch("p1", "2580")
    at.office.away = True
    for _ in range(5):
        assert no(at, "p1", "0000").code == "pin_wrong"
    waits = []
    for _ in range(5):
        locked = no(at, "p1", "2580")
        assert locked.code == "pin_wait"
        waits.append(locked.values["seconds"])
        at.restart()
        assert no(at, "p1", "2580").code == "pin_wait", "a restart forgives nothing"
        at.shop.clock.forward(int(locked.values["seconds"]))
        assert no(at, "p1", "0000").code == "pin_wrong"
    assert waits == [60, 120, 240, 480, 960]
    at.shop.clock.forward(100_000)
    assert no(at, "p1", "2580").code == "pin_needs_password"
    assert at.door.switch, "another person is not locked out"
    at.office.away = False
    at.door.switch("p2", "4711")
    at.door.log_in("anna@prov.example", "rätt")
    at.door.switch("p1", "2580")


def test_misses_are_counted_also_when_the_office_says_no(at: Entrance) -> None:
    for _ in range(5):
        assert no(at, "p2", "1111").code == "pin_wrong"
    assert no(at, "p2", "4711").code == "pin_wait"
    assert at.office.asked == ["p2"] * 5
    at.shop.clock.forward(60)
    for refusal, code in (
        ("wait", "pin_wait"),
        ("password", "pin_needs_password"),
        ("unset", "pin_unset"),
        ("not_here", "login_no_store"),
    ):
        at.office.refuses = refusal
        assert no(at, "p2", "4711").code == code


@pytest.mark.parametrize("pin", ["123", "1234567", "12a4", "", "٤٧١١"])
def test_a_pin_is_four_to_six_digits(at: Entrance, pin: str) -> None:
    assert no(at, "p1", pin).code == "pin_shape"
    assert at.office.asked == []


def test_a_new_pin_takes_the_password_and_must_not_be_easy(at: Entrance) -> None:
    for pin, code in (("12", "pin_shape"), ("1234", "pin_easy"), ("7777", "pin_easy")):
        with pytest.raises(Refusal, match=code):
            at.door.set_pin("anna@prov.example", "rätt", pin)
    with pytest.raises(Refusal, match="login_wrong"):
        at.door.set_pin("anna@prov.example", "fel", "9751")
    anna = at.door.set_pin("anna@prov.example", "rätt", "9751")
    at.publish(anna, *STAFF[1:])
    at.office.away = True
    assert at.door.switch("p1", "9751")[1] == anna
    with pytest.raises(Refusal, match="login_office_away"):
        at.door.set_pin("anna@prov.example", "rätt", "9752")


@pytest.mark.requirement("R-DISC-004")
def test_a_manager_approves_one_command_and_stands_in_its_entry(at: Entrance) -> None:
    till = at.shop.till
    selling.tap_article(till, ANNA, at.shop.tap_id(), COFFEE)
    half = Discount(5000, 0, "Gårdagens")
    with pytest.raises(Refusal, match="pin_wanted") as wanted:
        editing.discount_cart(till, ANNA, at.shop.tap_id(), half)
    right = str(wanted.value.values["right"])
    assert [who.display_name for who in at.door.approvers(right)] == ["Eva"]
    with pytest.raises(Refusal, match="approver_not_allowed"):
        at.door.approve("p1", "2580", right)
    with pytest.raises(Refusal, match="pin_wrong"):
        at.door.approve("p2", "4712", right)
    eva = at.door.approve("p2", "4711", right)
    editing.discount_cart(till, ANNA, at.shop.tap_id(), half, eva)
    assert till.desk.cart is not None and till.desk.cart.discounts[0].approved_by == "p2"
    assert till.desk.left_minor == 17_00


def test_a_manager_never_seen_here_cannot_approve_without_the_office(at: Entrance) -> None:
    at.office.away = True
    with pytest.raises(Refusal, match="pin_unknown_here") as refused:
        at.door.approve("p2", "4711", roles.PRICE)
    assert refused.value.values == {"name": "Eva"}


def test_a_role_of_the_companys_own_goes_before_the_usual_one(at: Entrance) -> None:
    till = at.shop.till
    assert till.role_of(STAFF[0]).rule(roles.PRICE) == roles.PIN
    till.registers.roles = {"cashier": roles.Role("cashier", {roles.PRICE: roles.ALLOW})}
    assert till.role_of(STAFF[0]).rule(roles.PRICE) == roles.ALLOW
    assert till.role_of(STAFF[0]).rule(roles.DISCOUNT) == roles.DENY


def test_a_session_that_ends_takes_no_cart_with_it(at: Entrance) -> None:
    token, anna = at.door.switch("p1", "2580")
    selling.tap_article(at.shop.till, anna, at.shop.tap_id(), COFFEE)
    at.shop.clock.forward(SESSION_LASTS_MS / 1000 + 1)
    assert at.door.person_of(token) is None
    assert at.shop.till.desk.left_minor == 34_00
    _, eva = at.door.switch("p2", "4711")
    at.shop.counter.pay_cash(eva, at.shop.tap_id(), None)
    assert at.shop.till.desk.finished is not None


@pytest.mark.slow
def test_a_clock_set_back_does_not_lock_for_ever(at: Entrance) -> None:
    at.door.switch("p1", "2580")
    for _ in range(5):
        no(at, "p1", "0000")
    at.shop.clock.forward(-86_400)
    assert int(no(at, "p1", "2580").values["seconds"]) <= 32 * 60
    assert isinstance(at.door.pins, Pins)


def wrong_password(at: Entrance) -> Refusal:
    with pytest.raises(Refusal) as refused:
        at.door.log_in("Anna@Vete.example", "fel")
    return refused.value


def test_wrong_passwords_are_remembered_over_a_restart_and_forgiven_by_the_right_one(
    at: Entrance,
) -> None:
    for _ in range(5):
        assert wrong_password(at).code == "login_wrong"
    at.restart()
    waits = wrong_password(at)
    assert (waits.code, waits.values["seconds"]) == ("login_wait", 60)
    at.shop.clock.forward(61)
    assert wrong_password(at).code == "login_wrong"
    assert wrong_password(at).values["seconds"] == 120, "each further one for twice as long"
    at.shop.clock.forward(121)
    at.door.log_in("anna@vete.example", "rätt")
    assert at.device.login_misses() == {}


def test_who_guesses_names_fills_no_disk(at: Entrance) -> None:
    for number in range(210):
        at.device.put_login_misses(f"gissning{number}@x.example", LoginMisses(1, 5))
    kept = at.device.login_misses()
    assert len(kept) == 200 and "gissning209@x.example" in kept


@pytest.mark.requirement("R-SET-008", "R-SET-009")
def test_the_service_right_beside_a_role_counts_as_it_is_published_now(shop: Shop) -> None:
    """Given while somebody is logged in it holds at once; taken it is gone at once."""
    anna = replace(ANNA, services=False)
    assert shop.till.role_of(anna).rule(roles.SERVICE) != roles.ALLOW
    shop.till.registers.people[ANNA.person] = replace(ANNA, services=True)
    role = shop.till.role_of(anna)
    assert role.rule(roles.SERVICE) == roles.ALLOW and role.rule(roles.SETTINGS) != roles.ALLOW
    shop.till.registers.people[ANNA.person] = replace(ANNA, services=False)
    assert shop.till.role_of(replace(ANNA, services=True)).rule(roles.SERVICE) != roles.ALLOW
