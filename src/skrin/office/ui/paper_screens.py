"""What the page for a store's papers shows."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Choice, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFields:
    """One text with its conditions, as typed. Its fields end with `-<number>`; no lines = none."""

    number: int
    places: tuple[Choice, ...]
    lines: str = ""
    kinds: tuple[Choice, ...] = ()
    weekdays: tuple[Choice, ...] = ()
    languages: tuple[Choice, ...] = ()
    from_time: str = ""
    to_time: str = ""
    first_day: str = ""
    last_day: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """``office/paper.html``. POST paper: header, footer, language, shows_code, logo, no_logo, and
    the fields of each text."""

    frame: Frame
    store: int
    store_name: str
    header: str
    footer: str
    languages: tuple[Choice, ...]
    shows_code: bool
    has_logo: bool
    texts: tuple[TextFields, ...]
    preview: str
    """HTML of ours: an example receipt as it would come out now."""
    notice: str = ""
    error: str = ""
