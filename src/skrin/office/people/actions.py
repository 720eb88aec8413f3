"""Logging in by password or PIN, and making persons, members and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from skrin.domain import role as roles
from skrin.domain.refusal import Refusal
from skrin.office.people import throttle
from skrin.office.people.models import Given, Membership, Person, Role
from skrin.office.tenancy import wall
from skrin.sync.pins import pin_has_shape, pin_is_easy

WRONG, WAIT = "wrong", "wait"
UNSET, PASSWORD, NOT_HERE = "unset", "password", "not_here"
"""Why a log-in is refused; `wait_s` tells how long a locked one waits. Of a PIN also: the person
has none, only the password helps now, or the person does not work in that store."""

SHORT = "short"
"""Why a new password is refused: it could be guessed."""

MISSES_BEFORE_PASSWORD = 10
PASSWORD_LEAST = 12
"""Letters of a password that somebody chooses: length is what guessing costs, so there are no rules
on signs."""


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


def change_password(email: str, current: str, new: str, address: str, now_ms: int) -> LogIn:
    """Put a password of the person's own choice in the place of the current one.

    The current one is checked as at a log-in, misses counted. `refusal` also `SHORT`: the new one
    has fewer than `PASSWORD_LEAST` letters, or is the e-mail address or the old password again.
    """
    easy = new.casefold() in (email.casefold(), email.split("@")[0].casefold())
    if len(new) < PASSWORD_LEAST or easy or new == current:
        return LogIn(refusal=SHORT)
    result = log_in(email, current, address, now_ms)
    if not result.refusal:
        Person.objects.filter(id=result.person_id).update(password=make_password(new))
    return result


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


def set_services(
    company_id: int, member_id: int, has: bool, by: tuple[int, str], now_ms: int
) -> None:
    """Give a member the right to service tills, or take it; `by` (membership, name) did. Call from
    inside the company; publish afterwards. What is so already is not noted again."""
    with transaction.atomic():
        changed = Membership.objects.filter(
            company_id=company_id, id=member_id, services=not has
        ).update(services=has)
        if changed:
            Given.objects.create(
                company_id=company_id,
                member_id=member_id,
                at_ms=now_ms,
                by_member=by[0],
                by_name=by[1][:40],
                right=roles.SERVICE,
                has=has,
            )


def set_pin(company_id: int, member_id: int, pin: str) -> None:
    """Give a member a PIN; one that already holds keeps its version, so tills need not ask again.

    Raises `Refusal`: `pin_shape`, `pin_easy`. Call from inside the company; publish afterwards.
    """
    if not pin_has_shape(pin):
        raise Refusal("pin_shape")
    if pin_is_easy(pin):
        raise Refusal("pin_easy")
    member = Membership.objects.get(company_id=company_id, id=member_id)
    if member.pin and check_password(pin, member.pin):
        return
    Membership.objects.filter(company_id=company_id, id=member_id).update(
        pin=make_password(pin),
        pin_version=F("pin_version") + 1,
        pin_misses=0,
    )


def check_pin(company_id: int, member_id: int, pin: str, store: int, now_ms: int) -> LogIn:
    """Check a member's PIN for a till of `store`; `person_id` of the answer is the person's.

    Five misses lock for a minute, each further one doubles it; ten ask for the password, whatever
    till they were made on. Call outside any company: a miss is kept whatever the caller does.
    """
    who = f"{company_id}:{member_id}"
    wait_ms = throttle.locked_for_ms(throttle.BY_PIN, who, now_ms)
    if wait_ms:
        return LogIn(refusal=WAIT, wait_s=-(-wait_ms // 1000))
    with wall.inside(company_id):
        member = Membership.objects.filter(company_id=company_id, id=member_id, active=True).first()
        if member is None or (member.stores and store not in member.stores):
            return LogIn(refusal=NOT_HERE)
        if not member.pin:
            return LogIn(refusal=UNSET)
        # Counted before it is checked: tries side by side cannot be more than are allowed.
        tried = Membership.objects.filter(
            company_id=company_id, id=member_id, pin_misses__lt=MISSES_BEFORE_PASSWORD
        ).update(pin_misses=F("pin_misses") + 1)
    if not tried:
        return LogIn(refusal=PASSWORD)
    if not check_password(pin, member.pin):
        wait_ms = throttle.missed(throttle.BY_PIN, who, now_ms)
        return LogIn(refusal=WRONG, wait_s=-(-wait_ms // 1000))
    forgive_pin(company_id, member_id)
    return LogIn(person_id=member.person_id)


def forgive_pin(company_id: int, member_id: int) -> None:
    """Forget the misses: the right PIN came, or the password."""
    throttle.forgive(throttle.BY_PIN, f"{company_id}:{member_id}")
    with wall.inside(company_id):
        Membership.objects.filter(company_id=company_id, id=member_id).update(pin_misses=0)


def set_role(company_id: int, role: roles.Role) -> None:
    """Make a role the company's own: it goes before the usual one of that name.

    Raises `Refusal` (`role_unusable`) for a right or a rule that does not exist. Publish
    afterwards.
    """
    rules = {roles.ALLOW, roles.PIN, roles.DENY}
    if not set(role.rights) <= set(roles.RIGHTS) or not set(role.rights.values()) <= rules:
        raise Refusal("role_unusable", role=role.name)
    Role.objects.update_or_create(
        company_id=company_id,
        name=role.name,
        defaults={"rights": role.rights, "discount_limit_bp": role.discount_limit_bp},
    )
