"""A till's own settings: what there is to set, what is right, and what the journal says of it.

Every setting has a default from its store and may be changed at the till (R-SET-003,
005, 007, 011).

A value is a tuple of texts whatever the setting, so that one entry kind and one published row carry
all of them, and a setting of a later program is kept by an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skrin.domain.method_rules import REFUND_SAME, WORKS
from skrin.domain.paper import FOOTER_LINES, MOST_SIGNS
from skrin.domain.payment import MANUAL, PaymentMethod
from skrin.domain.refusal import Refusal

FOOTER, THEME, OWN_METHODS = "footer", "theme", "own_methods"
SETTINGS = (FOOTER, OWN_METHODS, THEME)

THEMES = ("system", "light", "dark", "contrast")

BY_TILL, BY_OFFICE, BY_STORE, BY_PROGRAM = "till", "office", "store", "program"
"""Where a value stands: changed at this till; set at the office for this very till, or for all
tills of the store; nowhere, so that the program's own holds."""

OWN_METHOD_IDS = (900_000_001, 900_000_002)
"""The ids of the two own payment methods, far from those that the office numbers its own with.
The same at every till: accounts hang on the place, not on what a till calls it."""

NAME_MOST = 20

_CASH_NAMES = ("kontant", "kontanter", "cash")
"""What is called so is counted in the drawer; an own method never is."""

Value = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingSet:
    """`setting.set`: a setting of this till is another than before, and who says so: a person at
    the till, or the office (`named_by`). An empty `value` of own methods or footer is none."""

    name: str
    value: Value
    before: Value
    named_by: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as a till has it: its value and where that stands; and what would hold here were
    nothing changed at the till."""

    value: Value
    named_by: str
    default: Value
    default_by: str


def settled(here: Value | None, default: Value, default_by: str) -> Setting:
    """The setting where `here` was set at the till; None = nothing was."""
    if here is None:
        return Setting(default, default_by, default, default_by)
    return Setting(here, BY_TILL, default, default_by)


def checked(name: str, value: Sequence[str], methods: Iterable[PaymentMethod] = ()) -> Value:
    """The value as it is kept: tidy, without empty lines at the end. `methods`: the store's, whose
    names are taken; own ones among them are not.

    Refused: `setting_unknown`, `paper_lines_too_many` and `paper_line_too_long` (footer),
    `own_methods_too_many`, `own_method_too_long`, `own_method_twice`, `own_method_taken`,
    `theme_unknown`.
    """
    if name not in SETTINGS:
        raise Refusal("setting_unknown")
    lines = [_tidy(text, wraps=name == FOOTER) for text in value]
    if name == FOOTER:
        return _footer(lines)
    if name == THEME:
        if len(lines) != 1 or lines[0] not in THEMES:
            raise Refusal("theme_unknown")
        return tuple(lines)
    own = _own_methods(lines)
    taken = set(_CASH_NAMES).union(
        *((one.name, *one.names.values()) for one in methods if one.id not in OWN_METHOD_IDS)
    )
    folded = {" ".join(each.casefold().split()) for each in taken}
    for one in own:
        if one.casefold() in folded:
            raise Refusal("own_method_taken", name=one)
    return own


def _tidy(text: str, *, wraps: bool) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return printable.rstrip() if wraps else " ".join(printable.split())


def _footer(lines: list[str]) -> Value:
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > FOOTER_LINES:
        raise Refusal("paper_lines_too_many", most=FOOTER_LINES)
    if any(len(line) > MOST_SIGNS for line in lines):
        raise Refusal("paper_line_too_long", most=MOST_SIGNS)
    return tuple(lines)


def _own_methods(names: list[str]) -> Value:
    """The places are kept: a second method without a first stays the second, with its account."""
    while names and not names[-1]:
        names.pop()
    if len(names) > len(OWN_METHOD_IDS):
        raise Refusal("own_methods_too_many", most=len(OWN_METHOD_IDS))
    if any(len(name) > NAME_MOST for name in names):
        raise Refusal("own_method_too_long", most=NAME_MOST)
    given = [name.casefold() for name in names if name]
    if len(set(given)) != len(given):
        raise Refusal("own_method_twice")
    return tuple(names)


def own_methods(names: Value) -> list[PaymentMethod]:
    """The own payment methods as tills use any other: confirmed by the cashier's eye, no change,
    paid back by themselves, and at work without the office."""
    return [
        PaymentMethod(
            id=number,
            kind=MANUAL,
            name=name,
            names={},
            adapter="",
            account="",
            change=False,
            refund=REFUND_SAME,
            offline=WORKS,
            drawer=False,
            rounding=False,
            order=number,
        )
        for number, name in zip(OWN_METHOD_IDS, names, strict=False)
        if name
    ]
