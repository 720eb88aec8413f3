"""The pairing door alone: codes, challenges, sessions, rates; a clock moved by hand (D44)."""

from __future__ import annotations

import pytest

from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.pairing import door as doors
from skrin.till.pairing.door import CODE_SIGNS, PairingDoor

NILS = Person("nils", "Nils", "manager", (1,), 1)
pytestmark = pytest.mark.requirement("R-MORE-019")


class Hand:
    """Seconds that go on when they are told to."""

    s = 1000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def door(hand: Hand) -> PairingDoor:
    return PairingDoor(hand)


def other(code: str) -> str:
    """A code that is not this one."""
    return code[:-1] + next(sign for sign in CODE_SIGNS if sign != code[-1])


def no_of(act: object, *argv: object) -> str:
    with pytest.raises(Refusal) as no:
        act(*argv)  # type: ignore[operator]
    return no.value.code


def test_a_code_counts_once_however_it_is_typed(door: PairingDoor) -> None:
    code = door.offer("Surfplatta", NILS).code
    assert len(code) == 8 and set(code) <= set(CODE_SIGNS)
    taken = door.take_code(f" {code[:4].lower()}-{code[4:]} ")
    assert (taken.name, taken.by) == ("Surfplatta", NILS)
    assert no_of(door.take_code, code) == "pairing_code_over"


def test_a_code_ends_after_five_minutes(door: PairingDoor, hand: Hand) -> None:
    code = door.offer("Surfplatta", NILS).code
    hand.s += 299.9
    assert door.open_offer() is not None
    hand.s += 0.1
    assert door.open_offer() is None
    assert no_of(door.take_code, code) == "pairing_code_over"


def test_the_sixth_try_is_refused_though_it_is_right(door: PairingDoor) -> None:
    code = door.offer("Surfplatta", NILS).code
    said = [no_of(door.take_code, other(code)) for _ in range(5)]
    assert said == ["pairing_code_wrong"] * 4 + ["pairing_code_over"]
    assert no_of(door.take_code, code) == "pairing_code_over"


def test_the_fifth_try_may_be_right(door: PairingDoor) -> None:
    code = door.offer("Surfplatta", NILS).code
    for _ in range(4):
        no_of(door.take_code, other(code))
    assert door.take_code(code).name == "Surfplatta"


def test_a_new_code_ends_the_one_before(door: PairingDoor) -> None:
    first, second = door.offer("Ett", NILS).code, door.offer("Två", NILS).code
    assert no_of(door.take_code, first) == "pairing_code_wrong"
    assert door.take_code(second).name == "Två"


def test_a_code_longer_than_a_code_is_wrong(door: PairingDoor) -> None:
    code = door.offer("Ett", NILS).code
    assert no_of(door.take_code, code + "A") == "pairing_code_wrong"


def test_a_challenge_counts_once_and_for_a_minute(door: PairingDoor, hand: Hand) -> None:
    first, second = door.challenge(), door.challenge()
    assert first != second
    door.spend(first)
    assert no_of(door.spend, first) == "challenge_over"
    hand.s += doors.CHALLENGE_LASTS_S
    assert no_of(door.spend, second) == "challenge_over"
    assert no_of(door.spend, "made up") == "challenge_over"


def test_challenges_do_not_fill_the_memory(door: PairingDoor) -> None:
    first = door.challenge()
    for _ in range(doors.CHALLENGES_MOST):
        last = door.challenge()
    assert no_of(door.spend, first) == "challenge_over"
    door.spend(last)


def test_a_session_ends_by_time_and_by_word(door: PairingDoor, hand: Hand) -> None:
    one, two = door.begin("a"), door.begin("b")
    assert door.screen_of(one) == "a" and door.screen_of("guessed") is None
    door.end("a")
    assert door.screen_of(one) is None and door.screen_of(two) == "b"
    hand.s += doors.SESSION_LASTS_S
    assert door.screen_of(two) is None


def test_a_screen_has_few_sessions(door: PairingDoor) -> None:
    tokens = [door.begin("a") for _ in range(doors.SESSIONS_MOST_EACH + 1)]
    assert door.screen_of(tokens[0]) is None
    assert all(door.screen_of(token) == "a" for token in tokens[1:])


def test_one_address_asks_thirty_times_a_minute(door: PairingDoor, hand: Hand) -> None:
    for _ in range(30):
        door.count_request("10.0.0.5")
    with pytest.raises(Refusal) as no:
        door.count_request("10.0.0.5")
    assert (no.value.code, no.value.values) == ("pairing_wait", {"seconds": 61})
    door.count_request("10.0.0.6")
    hand.s += 60
    door.count_request("10.0.0.5")


def test_addresses_do_not_fill_the_memory(door: PairingDoor) -> None:
    for number in range(3000):
        door.count_request(str(number))
    assert len(door._requests) <= doors.ADDRESSES_MOST
