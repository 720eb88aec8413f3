"""Who is a member of what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from skrin.domain import role as domain
from skrin.office.people.models import Given, Membership, Person, Role
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.sync import messages


@dataclass(frozen=True, slots=True)
class Member:
    """A membership as pages need it. `stores` empty = all."""

    member_id: int
    person_id: int
    company_id: int
    company_name: str
    org_number: str
    role: str
    display_name: str
    stores: tuple[int, ...]
    language: str
    pin_version: int = 0
    email: str = ""
    password_stamp: str = ""
    """Another one after each change of the password: a session of before it ends there."""
    services: bool = False

    def may_see(self, store: int) -> bool:
        """Whether the store is one of this member's."""
        return not self.stores or store in self.stores


def memberships(person_id: int) -> list[Member]:
    """The companies of a person, by name. Call outside any company."""
    with wall.as_person(person_id):
        rows = Membership.objects.filter(person_id=person_id, active=True)
        return [
            _member(row)
            for row in rows.select_related("company", "person").order_by("company__name")
        ]


def member_of(company_id: int, person_id: int) -> Member | None:
    """The person's membership in the company, if there is one. Call from inside the company."""
    row = (
        Membership.objects.select_related("company", "person")
        .filter(company_id=company_id, person_id=person_id, active=True)
        .first()
    )
    return _member(row) if row else None


def _member(row: Membership) -> Member:
    return Member(
        member_id=row.id,
        person_id=row.person_id,
        company_id=row.company_id,
        company_name=row.company.name,
        org_number=row.company.org_number,
        role=row.role,
        display_name=row.display_name,
        stores=tuple(row.stores),
        language=row.person.language or row.company.language,
        pin_version=row.pin_version,
        email=row.person.email,
        password_stamp=hashlib.sha256(row.person.password.encode()).hexdigest()[:32],
        services=row.services,
    )


def members(company_id: int) -> list[Member]:
    """Everybody who is in the company, by name. Call from inside the company."""
    rows = Membership.objects.filter(company_id=company_id, active=True)
    return [
        _member(row)
        for row in rows.select_related("company", "person").order_by("display_name", "id")
    ]


def last_given(company_id: int, member_id: int) -> Given | None:
    """Who gave or took a member's right beside the role last; None = nobody has."""
    rows = Given.objects.filter(company_id=company_id, member_id=member_id)
    return rows.order_by("-id").first()


def staff(company_id: int, store: int) -> list[messages.Person]:
    """The people who may sell in a store, as its tills know them: no address, no hash (D5, D28)."""
    rows = Membership.objects.filter(company_id=company_id, active=True).order_by("id")
    numbers = tuple(sorted(tenancy.store_names(company_id)))
    return [
        messages.Person(
            str(row.id),
            row.display_name,
            row.role,
            tuple(row.stores) or numbers,
            row.pin_version,
            row.services,
        )
        for row in rows
        if not row.stores or store in row.stores
    ]


def as_till_person(member: Member) -> messages.Person:
    """A member as the till knows them; all stores are named, none are implied."""
    stores = member.stores or tuple(tenancy.store_names(member.company_id))
    return messages.Person(
        str(member.member_id),
        member.display_name,
        member.role,
        tuple(sorted(stores)),
        member.pin_version,
        member.services,
    )


def roles(company_id: int) -> list[domain.Role]:
    """The roles of a company: the usual ones, each with the company's own in its place (D43)."""
    own = {
        row.name: domain.Role(row.name, dict(row.rights), row.discount_limit_bp)
        for row in Role.objects.filter(company_id=company_id)
    }
    return [found for _, found in sorted((domain.USUAL_ROLES | own).items())]


def display_name(company_id: int, member: str) -> str:
    """What the shop calls a member of staff, by the id that entries carry; empty when unknown."""
    if not (member.isascii() and member.isdecimal() and len(member) < 18):
        return ""
    rows = Membership.objects.filter(company_id=company_id, id=int(member))
    return rows.values_list("display_name", flat=True).first() or ""


def role(company_id: int, name: str) -> domain.Role:
    """The role of this name: the company's own, else the usual one; an unknown one may nothing.

    Call from inside the company.
    """
    row = Role.objects.filter(company_id=company_id, name=name).first()
    if row:
        return domain.Role(row.name, dict(row.rights), row.discount_limit_bp)
    return domain.USUAL_ROLES.get(name, domain.Role(name))


def role_of(member: Member) -> domain.Role:
    """What a member may do: the role, and what was given beside it. Call from inside the
    company."""
    found = role(member.company_id, member.role)
    return domain.with_service(found) if member.services else found


def emails(company_id: int) -> list[tuple[str, str, str]]:
    """(e-mail, display name, role) of the members, for the settings page."""
    return list(
        Membership.objects.filter(company_id=company_id, active=True)
        .order_by("display_name")
        .values_list("person__email", "display_name", "role")
    )


def person_id(email: str) -> int | None:
    """The id of the person with this e-mail, or None. Call outside any company."""
    email = email.strip().lower()
    with wall.as_email(email):
        return Person.objects.filter(email=email).values_list("id", flat=True).first()
