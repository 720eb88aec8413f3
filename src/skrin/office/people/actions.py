"""Logging in, and making persons and members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import check_password, make_password

from skrin.office.people import throttle
from skrin.office.people.models import Membership, Person
from skrin.office.tenancy import wall

WRONG, WAIT = "wrong", "wait"
"""Why a log-in is refused; `wait_s` tells how long a locked one waits."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """What became of a log-in: the person's id, or the refusal and how long to wait."""

    person_id: int = 0
    refusal: str = ""
    wait_s: int = 0


def log_in(email: str, password: str, address: str, now_ms: int) -> LogIn:
    """Check an e-mail and a password that came from `address`. Call outside any company.

    The answer and its time are the same for an unknown e-mail and a wrong password.
    """
    email = email.strip().lower()[:254]
    wait_ms = max(
        throttle.locked_for_ms(throttle.BY_EMAIL, email, now_ms),
        throttle.locked_for_ms(throttle.BY_ADDRESS, address, now_ms),
    )
    if wait_ms:
        return LogIn(refusal=WAIT, wait_s=-(-wait_ms // 1000))
    with wall.as_email(email):
        person = Person.objects.filter(email=email).first()
    right = check_password(password, person.password if person else _nobodys_hash())
    if person is None or not right:
        wait_ms = max(
            throttle.missed(throttle.BY_EMAIL, email, now_ms),
            throttle.missed(throttle.BY_ADDRESS, address, now_ms),
        )
        return LogIn(refusal=WRONG, wait_s=-(-wait_ms // 1000))
    throttle.forgive(throttle.BY_EMAIL, email)
    return LogIn(person_id=person.id)


@cache
def _nobodys_hash() -> str:
    return make_password("nobody has this password")


def set_person(email: str, password: str, language: str = "") -> int:
    """Make the person with this e-mail; returns the id. One who stands keeps the password."""
    email = email.strip().lower()
    with wall.as_email(email):
        person = Person.objects.filter(email=email).first()
        if person is None:
            person = Person.objects.create(
                email=email, password=make_password(password), language=language
            )
    return person.id


def set_member(
    company_id: int, person_id: int, role: str, display_name: str, stores: Sequence[int]
) -> int:
    """Make the person a member of the company, or change the membership; returns its id."""
    member, _ = Membership.objects.update_or_create(
        company_id=company_id,
        person_id=person_id,
        defaults={"role": role, "display_name": display_name, "stores": list(stores)},
    )
    return member.id
