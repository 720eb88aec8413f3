"""What a sentence of the till is called in Swedish, so that tests hold the screen to its words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from skrin.fiscal.se import unit_words
from skrin.till.ui import words

FILE = Path(words.__file__).parent / "locale" / "sv" / "LC_MESSAGES" / "django.po"


@cache
def _catalogue() -> Catalog:
    with FILE.open("rb") as file:
        return read_po(file, locale="sv")


def swedish(english: str, **values: str) -> str:
    """The Swedish of a sentence, with its values; blanks made single, as on the screen."""
    entry = _catalogue().get(english)
    assert entry is not None and isinstance(entry.string, str) and entry.string, english
    return " ".join((entry.string % values if values else entry.string).split())


def refusal(code: str, **values: str) -> str:
    """What the screen says when the till refuses with this code."""
    return swedish(words.REFUSALS[code], **values)


def reason(code: str) -> str:
    """What the screen says of a card payment that came to nothing."""
    return swedish(words.REASONS[code])


def state(code: str) -> str:
    """How the screen says that a part of the till is."""
    return swedish(words.STATES[code])


def unit_says(code: str) -> str:
    """What the screen says of a control unit's fault, and what to do."""
    return " ".join(unit_words.fault(code, "sv"))
