"""Every no that can reach the till's screen has words, with all its values, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from skrin.payments.nexo.answers import MONEY_MAY_HAVE_MOVED, NO_MONEY_MOVED
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.ui import words

SRC = Path(__file__).resolve().parents[2] / "src" / "skrin"
ROOMS = ("domain", "fiscal", "payments", "documents", "till")
PLACE = re.compile(r"%\((\w+)\)s")
EXPANSIONS = {"printer_": sorted(BLOCKING_CONDITIONS)}
"""What an f-string's place may become, by what stands before it."""


@dataclass(frozen=True)
class Raised:
    """A refusal as it stands in the code: its code, the values it carries, and where."""

    code: str
    values: frozenset[str]
    place: str


def calls(room: str, name: str) -> Iterator[tuple[ast.Call, str]]:
    """Each call of `name` in a room, with file and line."""
    for file in sorted((SRC / room).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if f"{name}(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and name in (
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            ):
                yield node, f"{file.relative_to(SRC).as_posix()}:{node.lineno}"


def codes_of(argument: ast.expr, place: str) -> list[str]:
    """The codes that an argument can be: a text, or an f-string whose place is a known set."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        before = str(argument.values[0].value)
        if before in EXPANSIONS and len(argument.values) == 2:
            return [before + after for after in EXPANSIONS[before]]
    raise AssertionError(f"{place}: a refusal's code is a text, so that its words can be found")


def raised() -> list[Raised]:
    """Every refusal under the rooms that a till runs. The skin's own class of that name, a page,
    is made with `notice=` and no code."""
    found = []
    for room in ROOMS:
        for call, place in calls(room, "Refusal"):
            values = frozenset(keyword.arg or "**" for keyword in call.keywords)
            found += [Raised(code, values, place) for code in codes_of(call.args[0], place)]
    return found


RAISED = raised()
CATALOGUE = read_po((SRC / "till/ui/locale/sv/LC_MESSAGES/django.po").open("rb"), locale="sv")
TABLES = {
    "REFUSALS": words.REFUSALS,
    "REASONS": words.REASONS,
    "DOUBTS": words.DOUBTS,
    "STATES": words.STATES,
    "ADVICE": words.ADVICE,
}
SENTENCES = [
    pytest.param(sentence, id=f"{name}-{code}")
    for name, table in TABLES.items()
    for code, sentence in table.items()
]


def test_refusals_are_found_where_they_are_raised() -> None:
    codes = {one.code for one in RAISED}
    assert {"printer_paper_out", "amount_unreadable", "rate_not_registrable"} <= codes
    assert len(codes) > 40


@pytest.mark.parametrize("one", RAISED, ids=lambda one: f"{one.code}@{one.place}")
def test_a_refusal_has_words_and_every_value_they_name(one: Raised) -> None:
    sentence = words.REFUSALS[one.code]
    given = {value.removesuffix("_minor").removesuffix("_bp") for value in one.values}
    assert set(PLACE.findall(sentence)) <= given, one.place


def test_words_are_for_refusals_that_exist() -> None:
    assert set(words.REFUSALS) == {one.code for one in RAISED}


def test_a_card_payment_that_came_to_nothing_says_why() -> None:
    declined = {
        str(argument.value)
        for room in ("payments", "till")
        for call, _ in calls(room, "declined")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert {"not_found", "not_sent"} <= declined
    # A log-in that the card terminal refused declines with any condition that a login can have.
    at_login = {*NO_MONEY_MOVED.values(), *MONEY_MAY_HAVE_MOVED.values(), "bad_message"}
    assert declined | at_login <= set(words.REASONS)


def test_a_doubtful_card_payment_says_why() -> None:
    unknown = {
        str(argument.value)
        for room in ("payments", "till")
        for call, _ in calls(room, "unknown")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert {"no_answer", "bad_message", "other_terminal"} <= unknown
    assert unknown | set(MONEY_MAY_HAVE_MOVED.values()) <= set(words.DOUBTS)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_swedish_says_the_same_and_ends(sentence: str) -> None:
    entry = CATALOGUE.get(sentence)
    assert entry is not None and entry.string, "no Swedish"
    assert sorted(PLACE.findall(entry.string)) == sorted(PLACE.findall(sentence))
    assert entry.string.endswith("."), "a sentence ends"
    assert "!" not in entry.string, "we do not shout"


def states_composed() -> Iterator[str]:
    """The codes that the counter makes of its parts' states."""
    tree = ast.parse((SRC / "till/flow/counter.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            prefix = node.value.partition("_")[0]
            if prefix in ("office", "printer") or node.value.startswith(
                ("control_unit_", "card_terminal_")
            ):
                yield node.value


def test_every_state_of_a_part_has_words() -> None:
    parts = {code for code in states_composed() if not code.endswith("_")}
    parts |= {f"printer_{condition}" for condition in BLOCKING_CONDITIONS}
    parts |= {f"card_terminal_{state}" for state in ("ready", "busy", "maintenance", "silent")}
    parts |= {f"office_{alarm}" for alarm in ALARMS}
    parts -= {"control_unit_state", "card_terminal_state", "printer_state", "office_state"}
    parts -= {"printer_condition"}
    assert "office_reached" in parts
    assert parts <= set(words.STATES)


ALARMS = (
    "stopped",
    "retired",
    "rival_incarnation",
    "other_hash",
    "broken_link",
    "other_history",
    "office_is_ahead",
)
"""Why the office and a till disagree: the chain's states, what the office says and what the till
finds by itself."""
