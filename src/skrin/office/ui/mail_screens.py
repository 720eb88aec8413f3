"""The pages of the office's mail, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Frame, Level, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class MailForm:
    """``office/mail_new.html``: to whom something is sent. POST to `url`: to, note, order, and the
    hidden fields."""

    frame: Frame
    title: str
    facts: tuple[tuple[str, str], ...]
    """What is sent."""
    url: str
    back_url: str
    order: str
    """A name made for this form, so that sending it twice orders once."""
    hidden: tuple[tuple[str, str], ...] = ()
    to: str = ""
    to_error: str = ""
    note: str = ""
    error: str = ""
    shut: str = ""
    """Why this office sends no mail; then there is no form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCard:
    """A message: to whom, what, how it stands, and what to do."""

    id: str
    subject: str
    to: str
    ordered: str
    level: Level
    state: str
    sentence: str = ""
    todo: str = ""
    answer: str = ""
    """The server's own words."""
    can_withdraw: bool = False
    can_send_again: bool = False
    again_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """``office/mail.html``. POST mail: message, what (`again`, `withdraw`)."""

    frame: Frame
    account: str
    """How mail leaves, in a sentence."""
    cards: tuple[MailCard, ...]
    notice: str = ""
    links: tuple[Link, ...] = ()
