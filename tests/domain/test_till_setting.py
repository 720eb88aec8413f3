"""What is right for a till's own settings."""

from __future__ import annotations

import pytest

from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import (
    FOOTER,
    OWN_METHOD_IDS,
    OWN_METHODS,
    THEME,
    checked,
    own_methods,
)


@pytest.mark.requirement("R-SET-007")
def test_a_foot_has_five_lines_at_most_and_keeps_its_spaces() -> None:
    five = ("Tack!", "", "  Öppet 7-18", "Torget", "vetekornet.example")
    assert checked(FOOTER, (*five, "", "")) == five, "empty lines at the end are none"
    assert checked(FOOTER, ("",)) == ()
    with pytest.raises(Refusal, match="paper_lines_too_many"):
        checked(FOOTER, (*five, "en sjätte"))
    with pytest.raises(Refusal, match="paper_line_too_long"):
        checked(FOOTER, ("x" * 49,))
    assert checked(FOOTER, ("a\tb\x1bc",)) == ("a b c",), "nothing a printer would obey"


@pytest.mark.requirement("R-SET-005", "R-PAY-002")
def test_two_own_methods_keep_their_places() -> None:
    assert checked(OWN_METHODS, (" Swish  ", "Kupong")) == ("Swish", "Kupong")
    assert checked(OWN_METHODS, ("", "Kupong")) == ("", "Kupong")
    assert checked(OWN_METHODS, ("", "")) == ()
    [only] = own_methods(("", "Kupong"))
    assert (only.id, only.name, only.kind, only.change) == (
        OWN_METHOD_IDS[1],
        "Kupong",
        "manual",
        False,
    )
    for code, typed in {
        "own_methods_too_many": ("A", "B", "C"),
        "own_method_too_long": ("x" * 21,),
        "own_method_twice": ("Swish", "SWISH"),
    }.items():
        with pytest.raises(Refusal, match=code):
            checked(OWN_METHODS, typed)


@pytest.mark.requirement("R-SET-005")
def test_an_own_method_is_called_as_no_other() -> None:
    store = [replace(own_methods(("Rikskort",))[0], id=4, names={"en": "Meal  Card"})]
    for typed in (("Kontant",), ("", "KONTANTER"), ("rikskort",), ("meal card",), ("Cash",)):
        with pytest.raises(Refusal, match="own_method_taken") as no:
            checked(OWN_METHODS, typed, store)
        assert no.value.values["name"] == next(text for text in typed if text)
    own = own_methods(("Swish", "Kupong"))
    assert checked(OWN_METHODS, ("Swish", "Kupong"), [*store, *own]) == ("Swish", "Kupong")
    assert checked(FOOTER, ("Kontant",), store) == ("Kontant",)


def test_only_what_there_is_can_be_set() -> None:
    assert checked(THEME, ("contrast",)) == ("contrast",)
    for typed in ((), ("rosa",), ("light", "dark")):
        with pytest.raises(Refusal, match="theme_unknown"):
            checked(THEME, typed)
    with pytest.raises(Refusal, match="setting_unknown"):
        checked("language", ("sv",))
