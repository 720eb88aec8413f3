"""The documents say what is: links lead somewhere, tables are whole, named things exist."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from skrin.cli import COMMANDS
from skrin.domain.journal import KINDS
from skrin.domain.report import ROW_KINDS
from skrin.domain.sale import OPEN, TRANSITIONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "examples" / "README.md",
        ROOT / "src" / "skrin" / "simulators" / "README.md",
    ]
)
OURS = [page for page in PAGES if page.parent != ROOT / "src" / "skrin" / "simulators"]
ARCHITECTURE = ROOT / "docs" / "ARCHITECTURE.md"
PLACES = (ROOT, ROOT / "src" / "skrin", ROOT / "src", ROOT / "src" / "skrin" / "till")

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.S | re.M)
INLINE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#{1,6} (.+)$", re.M)
TABLE_KEY = re.compile(r"^\| `([a-z_.]+)` \|", re.M)
FILE_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml|csv|sh|js|css)")
FOREIGN_COMMAND = re.compile(r"(?m)^.*\b(?:useradd|systemctl|msedge|chromium)\b.*$")
"""Programs that are not ours have options of their own."""
PICTURE_MOST_BYTES = 150_000


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def each_page(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("document", pages, ids=name_of)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_in(page: Path) -> Iterator[str]:
    """Everything that stands as code: inline, fenced, or indented by four."""
    text = text_of(page)
    yield from (block for block in FENCE.findall(text))
    bare = FENCE.sub("", text)
    yield from INLINE.findall(bare)
    yield from (line.strip() for line in bare.splitlines() if line.startswith("    "))


def anchor_of(heading: str) -> str:
    """The anchor that Markdown pages give a heading."""
    plain = heading.replace("`", "").strip().lower()
    kept = (c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    return {anchor_of(heading) for heading in HEADING.findall(text_of(page))}


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def program_text() -> str:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tools").iterdir(), ROOT / "tests/conftest.py"]
    return "\n".join(text_of(file) for file in files if file.is_file())


def test_there_are_the_pages_that_a_stranger_looks_for() -> None:
    names = {name_of(page) for page in PAGES}
    wanted = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/ARCHITECTURE.md"}
    assert wanted | {"docs/GLOSSARY.md", "docs/security.md", "docs/fiscal/se.md"} <= names


@each_page(PAGES)
def test_links_lead_somewhere(document: Path) -> None:
    dead = []
    for target in LINK.findall(FENCE.sub("", text_of(document))):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        inside = file.exists() and ROOT in (file, *file.parents)
        if not inside or (anchor and anchor not in anchors_of(file)):
            dead.append(target)
    assert not dead


def table_after(heading: str) -> set[str]:
    """The first column of the table under a heading of ARCHITECTURE.md."""
    part = text_of(ARCHITECTURE).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    keys = TABLE_KEY.findall(part)
    assert len(keys) == len(set(keys)), f"a line of {heading} stands twice"
    return set(keys)


def test_every_entry_kind_has_its_line() -> None:
    assert table_after("Entries") == {kind for kind, _ in KINDS}


def test_every_totals_row_has_its_line() -> None:
    assert table_after("Totals") == set(ROW_KINDS)


def test_the_state_diagram_is_drawn_from_the_table() -> None:
    drawing = tool("state_diagram")
    assert drawing.drawn(text_of(ARCHITECTURE)) == drawing.diagram(TRANSITIONS, OPEN), (
        "python tools/state_diagram.py --write"
    )


def test_another_table_draws_another_diagram() -> None:
    drawing = tool("state_diagram")
    less = {state: dict(events) for state, events in TRANSITIONS.items()}
    less[OPEN].pop("aborted")
    assert drawing.diagram(less, OPEN) != drawing.diagram(TRANSITIONS, OPEN)


@each_page(PAGES)
def test_make_targets_exist(document: Path) -> None:
    rules = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.M))
    named = {name for code in code_in(document) for name in re.findall(r"\bmake ([a-z-]+)", code)}
    assert named <= rules


@each_page(PAGES)
def test_commands_options_and_settings_exist(document: Path) -> None:
    known = program_text()
    options = set(re.findall(r"add(?:_argument|option)\(\s*\"(--[a-z-]+)\"", known))
    foreign = {"--help", "--no-index", "--no-deps", "--require-hashes"}  # The rest are pip's.
    code = FOREIGN_COMMAND.sub("", "\n".join(code_in(document)))
    commands = set(re.findall(r"(?m)(?:^|/bin/| )skrin ([a-z][a-z-]+)(?=\s|$)", code))
    assert commands <= set(COMMANDS)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", code)) - foreign <= options
    settings = set(re.findall(r"\b(?:SKRIN_[A-Z_]+|DATABASE_URL)\b", code))
    assert {name for name in settings if f'"{name}"' not in known} == set()


@each_page(OURS)
def test_named_files_exist(document: Path) -> None:
    missing = []
    for code in code_in(document):
        for name in FILE_NAME.findall(code):
            ours = name.split("/")[0] in {"src", "tests", "docs", "tools", "examples"} or any(
                (place / name.split("/")[0]).is_dir() for place in PLACES
            )
            if ours and not any((place / name).exists() for place in PLACES):
                missing.append(name)
    assert not missing


@each_page(OURS)
def test_named_tests_exist(document: Path) -> None:
    tests = "\n".join(text_of(file) for file in (ROOT / "tests").glob("[a-z]*/**/test_*.py"))
    there = set(re.findall(r"def (test_\w+)", tests))
    named = {
        n for code in code_in(document) for n in re.findall(r"(?<![\w/])(test_\w+)(?!\w|\.)", code)
    }
    assert named <= there


def test_documents_that_the_code_names_exist() -> None:
    named = set(re.findall(r"docs/[\w/-]+\.md", program_text() + text_of(ROOT / "Makefile")))
    assert named, "the code names documents"
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_decisions_are_numbered_once_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [file[:4] for file in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert set(LINK.findall(text_of(folder / "README.md"))) == set(files)
    for file in files:
        assert text_of(folder / file).startswith(f"# {int(file[:4])}. ")


def test_pictures_are_small_and_shown() -> None:
    pictures = {file.name: file.stat().st_size for file in (ROOT / "docs" / "guide").glob("*.png")}
    assert {name for name, size in pictures.items() if size > PICTURE_MOST_BYTES} == set()
    shown = "".join(text_of(page) for page in PAGES)
    assert {name for name in pictures if f"{name})" not in shown} == set()


def test_no_document_names_this_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root)/", text_of(ROOT / name)), name
