"""House rules that a program can hold: sizes, docstrings, marks, and what may stand nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "skrin"
REQUIREMENTS = ROOT.parent / "shared" / "requirements.md"
FILE_MOST_LINES, FUNCTION_MOST_LINES, IDS_MOST = 600, 70, 3

LOCKS = ("*.lock", "**/*.lock", "package-lock.json", "**/package-lock.json", ".npmrc", "**/.npmrc")
SOURCES = sorted(SRC.rglob("*.py"))
WRITTEN = [file for file in SOURCES if "migrations" not in file.parts]
"""All but what Django writes."""

# In pieces, so that this file does not hold what it looks for.
MACHINES = re.compile(
    r"(?<![\w.~*>-])/(?:"
    + "|".join(
        ["wo" + "rk/", "ro" + "ot/", "ho" + r"me/\w+/", "Us" + r"ers/\w+/", "tm" + "p/brief"]
    )
    + ")"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked(*patterns: str) -> list[Path]:
    """The files that git keeps; all of them, or those of these patterns."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=30,
    )
    names = listed.stdout.decode().split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Every function and method of a file, and whether the outside may call it."""

    def inside(body: list[ast.stmt], public: bool) -> Iterator[tuple[Function, bool]]:
        for node in body:
            if isinstance(node, Function):
                yield node, public and not node.name.startswith("_")
                yield from inside(node.body, False)
            elif isinstance(node, ast.ClassDef):
                yield from inside(node.body, public and not node.name.startswith("_"))
            elif isinstance(node, ast.If | ast.Try | ast.With):
                yield from inside(node.body, public)

    yield from inside(tree.body, True)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def test_locks_name_no_address() -> None:
    locks = tracked(*LOCKS)
    assert len(locks) >= 2, "the lock files are looked at"
    found = [
        f"{name_of(lock)}:{number}"
        for lock in locks
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1)
        if "://" in line
    ]
    assert found == []


def test_no_file_names_a_place_of_one_machine() -> None:
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A picture, a font.
        found += [f"{name_of(file)}: {text[m.start() - 20 : m.end() + 20]!r}"
                  for m in MACHINES.finditer(text)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_place"),
    [
        ("cd /wo" + "rk/main", True),
        ("'/ro" + "ot/.cache'", True),
        ("/ho" + "me/anna/skrin", True),
        ("~/.cache/ms", False),
        ("tests/house/wo" + "rk/x", False),
        ("<data>/ro" + "ot/x", False),
    ],
)
def test_the_pattern_of_places_finds_places(text: str, is_place: bool) -> None:
    assert bool(MACHINES.search(text)) is is_place


def test_files_are_short_enough_to_read() -> None:
    assert len(SOURCES) > 100
    counted = {name_of(f): len(f.read_text(encoding="utf-8").splitlines()) for f in SOURCES}
    assert {name: lines for name, lines in counted.items() if lines > FILE_MOST_LINES} == {}


class Written(NamedTuple):
    """A function as it stands in a file. The tree of its file is not kept: all trees at once are
    walked again and again by who collects garbage."""

    place: str
    lines: int
    is_untold: bool


@cache
def all_written() -> list[Written]:
    found = []
    for file in WRITTEN:
        for function, public in functions(parsed(file)):
            assert function.end_lineno is not None
            told = ast.get_docstring(function) or _is_declared_elsewhere(function)
            place = f"{name_of(file)}:{function.lineno} {function.name}"
            lines = function.end_lineno - function.lineno + 1
            found.append(Written(place, lines, public and not told))
    return found


def test_functions_are_short_enough_to_read() -> None:
    assert len(all_written()) > 1000
    assert [one for one in all_written() if one.lines > FUNCTION_MOST_LINES] == []


def test_public_functions_tell_their_callers_what_they_do() -> None:
    assert [one.place for one in all_written() if one.is_untold] == []


def _is_declared_elsewhere(function: Function) -> bool:
    """An overload, or a protocol's method that is only `...`: its class says what it is."""
    only = function.body[0]
    is_empty = isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant)
    named = {d.id for d in function.decorator_list if isinstance(d, ast.Name)}
    return "overload" in named or (is_empty and only.value.value is ...)


def test_the_rules_see_what_breaks_them() -> None:
    code = "def told():\n  'Does.'\nclass One:\n  def untold(self): pass\n  def _own(self): pass"
    seen = [(f.name, public, ast.get_docstring(f)) for f, public in functions(ast.parse(code))]
    assert seen == [("told", True, "Does."), ("untold", True, None), ("_own", False, None)]


def marked() -> Iterator[tuple[str, list[str]]]:
    """Where each requirement mark stands, and its ids."""
    for file in sorted((ROOT / "tests").rglob("*.py")):
        if "node_modules" in file.parts or "requirement(" not in file.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(parsed(file)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "requirement"
            ):
                ids = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                assert len(ids) == len(node.args), f"{name_of(file)}:{node.lineno} names its ids"
                yield f"{name_of(file)}:{node.lineno}", [str(one) for one in ids]


def test_requirement_marks_name_one_to_three_ids() -> None:
    marks = list(marked())
    assert len(marks) > 20
    wrong = [
        (place, ids)
        for place, ids in marks
        if not 1 <= len(ids) <= IDS_MOST
        or len(set(ids)) != len(ids)
        or not all(re.fullmatch(r"R-[A-Z]+-\d{3}|OPP-\d{3}", one) for one in ids)
    ]
    assert wrong == []


def test_requirement_marks_name_requirements_that_are() -> None:
    if not REQUIREMENTS.exists():
        pytest.skip("the list of requirements is not beside this repository")
    known = set(re.findall(r"R-[A-Z]+-\d{3}|OPP-\d{3}", REQUIREMENTS.read_text(encoding="utf-8")))
    assert len(known) > 300
    unknown = [(place, one) for place, ids in marked() for one in ids if one not in known]
    assert unknown == []
