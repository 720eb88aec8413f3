"""The pages of ordered extracts, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Frame, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractForm:
    """``office/extract_new.html``: a file that takes too long for a page. POST to `url`: order, and
    the hidden fields."""

    frame: Frame
    facts: tuple[tuple[str, str], ...]
    """What is made."""
    url: str
    back_url: str
    order: str
    """A name made for this form, so that sending it twice orders once."""
    hidden: tuple[tuple[str, str], ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractCard:
    """An order: what, by whom, how it stands, and what to do."""

    id: str
    subject: str
    ordered: str
    level: Level
    state: str
    sentence: str = ""
    done_percent: int = -1
    """How far it is; -1 = it is not being made."""
    file_url: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """Of the file: its name, size and hash."""
    can_withdraw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracts:
    """``office/extracts.html``. POST extracts: order, what (`withdraw`)."""

    frame: Frame
    cards: tuple[ExtractCard, ...]
    poll_url: str = ""
    """Asked every few seconds while something is being made."""
    notice: str = ""
