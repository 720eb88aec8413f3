"""The screen of a company's people, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A member of the company. `by_role`: the role brings the right to service tills itself."""

    member: int
    name: str
    email: str
    role: str
    services: bool
    by_role: bool
    remark: str = ""
    """Who gave or took the right, and when; empty where nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """``office/people.html``. POST people: member, what (give, take)."""

    frame: Frame
    rows: tuple[PersonRow, ...]
    done: str = ""
