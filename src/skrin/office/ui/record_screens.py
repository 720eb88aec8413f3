"""The pages of a register's records in the office."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Choice, FactGroup, Frame, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPage:
    """``office/records.html``: what an inspector asks for of one till, and its registration.

    GET record_file: what, format, first, last, scope.
    """

    frame: Frame
    name: str
    designation: str
    level: Level
    proof: str
    """Whether the journal is whole, in words; empty until it was asked for."""
    prove_url: str
    file_url: str
    pdf_url: str
    till_url: str
    groups: tuple[FactGroup, ...]
    kinds: tuple[Choice, ...]
    formats: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    first: str
    last: str
    remark: str = ""
    """What is to be reported, or that no manufacturer has declared the version."""
    broken: str = ""
    mail_url: str = ""
    """Where the registration is sent by e-mail; empty while no control unit is known."""
    file_mail_url: str
    """GET with the fields of `file_url`: the form that asks to whom the file is sent."""
