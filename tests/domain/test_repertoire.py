"""Text within somebody else's characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrin.domain.repertoire import within

PAGES = ["cp437", "cp850", "cp858", "cp865", "cp1252"]


@pytest.mark.parametrize(
    ("text", "page", "stands"),
    [
        ("Räksmörgås é ü", "cp437", "Räksmörgås é ü"),
        ("10\u00a0€", "cp858", "10 €"),
        ("10\u00a0€", "cp437", "10 EUR"),
        ("Žižkov Łódź", "cp858", "Zizkov Lódz"),
        ("Žižkov Łódź", "cp1252", "Žižkov Lódz"),
        ("a\u0308 e\u0301", "cp437", "ä é"),
        ("blå–gul \u2212 “x” …", "cp437", 'blå-gul - "x" ...'),
        ("ab\u200bc\u202ed\ufeff", "cp858", "abcd"),
        ("a\tb\r\nc\x1b@\x7f\x85", "cp858", "a b  c @  "),
        ("日本 😀", "cp858", "?? ?"),
        ("Brødre Æble", "cp437", "Brödre Æble"),
        ("", "cp437", ""),
    ],
)
def test_what_stands_for_what(text: str, page: str, stands: str) -> None:
    assert within(text, page) == stands


@given(st.text(), st.sampled_from(PAGES))
def test_whatever_was_typed_can_be_written(text: str, page: str) -> None:
    fitted = within(text, page)
    assert fitted.encode(page).decode(page) == fitted
    assert all(char.isprintable() for char in fitted)
    assert within(fitted, page) == fitted


@given(st.text("abcABC åäöÅÄÖ éü 123,-", max_size=40), st.sampled_from(PAGES))
def test_what_the_page_has_stays(text: str, page: str) -> None:
    assert within(text, page) == text
