"""Records made quickly are what the standard library's would be."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import FrozenInstanceError, dataclass

import pytest

from skrin.domain.codec import decode, encode
from skrin.domain.desk import Desk
from skrin.domain.record import replace, swift
from skrin.domain.report import TotalsRow


@dataclass(frozen=True, slots=True)
class Usual:
    number: int
    name: str = "none"
    parts: tuple[int, ...] = ()


@swift
@dataclass(frozen=True, slots=True)
class Quick:
    number: int
    name: str = "none"
    parts: tuple[int, ...] = ()


def test_a_quick_record_is_made_like_a_usual_one() -> None:
    assert inspect.signature(Quick) == inspect.signature(Usual)
    for made in (Quick(1), Quick(1, "one"), Quick(number=1, parts=(2, 3))):
        usual = Usual(made.number, made.name, made.parts)
        assert dataclasses.astuple(made) == dataclasses.astuple(usual)
        assert repr(made) == repr(usual).replace("Usual", "Quick")
    with pytest.raises(TypeError, match="number"):
        Quick()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="color"):
        Quick(1, color="red")  # type: ignore[call-arg]


def test_a_quick_record_stays_frozen_and_is_compared_and_hashed_by_its_fields() -> None:
    made = Quick(1, "one", (2,))
    with pytest.raises(FrozenInstanceError):
        made.number = 2  # type: ignore[misc]
    assert made == Quick(1, "one", (2,)) != Quick(1, "one", (3,))
    assert hash(made) == hash(Quick(1, "one", (2,)))
    assert not hasattr(made, "__dict__")


def test_a_quick_record_is_read_back_from_what_was_written() -> None:
    row = TotalsRow("article", "7", "Kaffe", 2, 2000, 5800, 621)
    assert decode(TotalsRow, encode(row)) == row
    assert decode(Quick, b'{"number":4}') == Quick(4)


def test_replace_changes_what_it_is_told_and_nothing_else() -> None:
    before = Desk(payer="p1", declined="refusal", tried=frozenset({"a"}))
    after = replace(before, declined="", return_mode="once")
    assert after == dataclasses.replace(before, declined="", return_mode="once")
    assert before.declined == "refusal"
    with pytest.raises(KeyError):
        replace(before, colour="red")  # type: ignore[call-arg]
