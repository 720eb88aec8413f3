"""What a document is made of, before anybody knows how wide the paper is.

A document is a list of blocks; text, ESC/POS and HTML are three readings of the same list, so what
a customer gets by paper, on a screen or by mail cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.paper import Logo
from skrin.domain.record import swift


@swift
@dataclass(frozen=True, slots=True)
class Line:
    """A text on the left, words wrapped, and a figure (or another text) on the right."""

    left: str
    right: str = ""
    bold: bool = False
    indent: int = 0


@swift
@dataclass(frozen=True, slots=True)
class Centered:
    """A text in the middle, words wrapped."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A word in double height and width: what kind of document this is (SKVFS 2014:9 7:1).

    Law wants KOPIA, ÖVNING and EJ KVITTO at least twice the size of the amounts, so amounts are
    never anything but single size.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Space:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading: the first cell on the left, the others right-aligned under each other.

    Where the paper is too narrow for the figures, each cell gets a line with its heading.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A label and an opaque code, which is broken before its `,` or `;` where it does not fit."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Lines that somebody else has set (a card terminal's customer slip), kept as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code where the paper can carry one, and its content as text everywhere else."""

    content: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar code (Code 128) for scanners that read nothing else, where the paper is wide enough;
    nothing elsewhere: its content stands beside it as text."""

    content: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The shop's logo, where a document can show one; nothing in plain text."""

    logo: Logo


Block = Line | Centered | Mark | Rule | Space | Table | Code | Slip | Qr | Bars | Picture
