"""Every page of both programs renders in both languages, and keeps to the house's rules."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.skin import catalogue, sample_office, samples

from skrin.till.ui.keys import KEY_ICONS

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "skrin"
SKIN = SRC / "skin" / "static" / "skin"
PAGES = [f"till-{name}" for name in samples.TILL]
PAGES += [f"office-{name}" for name in sample_office.OFFICE]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages, rendered by a process of its own (Django knows one set of settings)."""
    out = tmp_path_factory.mktemp("pages")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tests.skin.preview", str(out)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    return out


class _Elements(HTMLParser):
    """Ids, references to ids, and whatever the content security policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.forbidden: list[str] = []
        self.unnamed: list[str] = []
        self._button: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if (
                name == "style"
                or name.startswith(("on", "hx-on"))
                or "javascript:" in (value or "")
            ):
                self.forbidden.append(f"{tag} {name}")
            if name == "id":
                self.ids.append(value or "")
            if name in ("for", "form", "aria-labelledby", "aria-describedby", "popovertarget"):
                self.refers += (value or "").split()
        if tag == "style" or (tag == "script" and "src" not in given):
            self.forbidden.append(tag)
        if tag == "button":
            self._button = [given.get("aria-label") or ""]

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            if not "".join(self._button):
                self.unnamed.append("a button without words")
            self._button = None


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_whole(pages: Path, language: str, page: str) -> None:
    text = (pages / language / f"{page}.html").read_text(encoding="utf-8")
    seen = _Elements()
    seen.feed(text)
    assert "MISSING(" not in text, "a template asks for a field that the screen does not have"
    assert "{{" not in text and "{%" not in text
    assert seen.forbidden == []
    assert seen.unnamed == []
    assert [name for name, count in Counter(seen.ids).items() if count > 1] == []
    if "<html" in text:
        assert f'<html lang="{language}"' in text
        assert set(seen.refers) <= set(seen.ids)


def test_every_template_has_a_sample() -> None:
    for program, pages in (("till", samples.TILL), ("office", sample_office.OFFICE)):
        folder = SRC / program / "ui" / "templates" / program
        whole = {file.name for file in folder.glob("[!_]*.html")} - {"base.html"}
        assert whole <= {template for template, _ in pages.values()}


def test_words_are_those_of_the_language(pages: Path) -> None:
    def read(name: str) -> str:
        return (pages / name).read_text(encoding="utf-8")

    assert "Växel tillbaka" in read("sv/till-done-cash.html")
    assert "Change back" in read("en/till-done-cash.html")
    for word in ("Ta betalt", "Kontant", "Kort", "Äta här", "Ta med", "Avbryt köpet", "Att betala"):
        assert word in read("sv/till-selling.html")
    assert ">Artiklar<" in read("sv/office-articles.html")
    assert 'aria-label="Varor"' in read("sv/till-selling.html")


@pytest.mark.parametrize("program", ["till", "office"])
def test_no_text_lacks_its_swedish(program: str) -> None:
    assert catalogue.missing(program) == []


def test_no_text_is_asked_for_where_the_catalogue_does_not_look() -> None:
    """What gathers texts does not look into f-strings: such a text would stay English."""
    asking = {"_", "gettext", "ngettext", "pgettext", "gettext_lazy"}
    unseen = [
        f"{file.name}:{call.lineno}"
        for file in SRC.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in asking
    ]
    assert unseen == []


def test_paper_is_shown_letter_by_letter(pages: Path) -> None:
    text = (pages / "sv" / "office-closing.html").read_text(encoding="utf-8")
    shown = re.search(r'<pre class="paper cols-42"[^>]*>(.*?)</pre>', text, re.DOTALL)
    assert shown is not None
    assert shown.group(1) == samples.PAPER


def test_icons_used_are_the_icons_there() -> None:
    there = set(re.findall(r'<symbol id="([^"]+)"', (SKIN / "icons.svg").read_text()))
    used: set[str] = set()
    for file in SRC.glob("*/ui/templates/*/*.html"):
        used |= set(re.findall(r'_icon.html" with name="([^"]+)"', file.read_text()))
    for name in ("keys", "open_receipt", "tours"):
        source = (SRC / "till" / "ui" / f"{name}.py").read_text(encoding="utf-8")
        used |= {icon for icon in there if f'"{icon}"' in source}
    doors = (SRC / "office/ui/doors.py").read_text(encoding="utf-8")
    used |= {icon for icon in there if f'": "{icon}"' in doors}
    assert set(KEY_ICONS) <= there
    assert used - there == set()
    assert there - used == set(), "the sprite holds only what is used"


def test_vendored_parts_have_their_licence_and_nothing_is_fetched_from_elsewhere() -> None:
    for licence in ("icons-LICENSE.txt", "font/inter-LICENSE.txt", "vendor/htmx-LICENSE.txt"):
        assert (SKIN / licence).stat().st_size > 500
    for file in [*SKIN.glob("*.css"), *SKIN.glob("*.js"), *SRC.glob("*/ui/templates/*/*.html")]:
        assert "://" not in file.read_text(encoding="utf-8"), file.name


def test_office_shows_no_more_than_six_places(pages: Path) -> None:
    text = (pages / "sv" / "office-today.html").read_text(encoding="utf-8")
    places = text.split('aria-label="Platser"')[1].split("</nav>")[0]
    words = re.findall(r"</svg>\s*([^<]+)</a>", places)
    expected = ["I dag", "Försäljning", "Artiklar", "Kassor", "Pengar", "Inställningar"]
    assert [word.strip() for word in words] == expected


def test_chart_starts_at_zero_and_is_true_to_its_figures() -> None:
    from skrin.office.ui.screens import bar_chart

    chart = bar_chart("Per timme", "kr", [("08", 100, "100,00"), ("09", 400, "400,00")])
    assert [tick.label for tick in chart.ticks] == ["0", "100", "200", "300", "400"]
    assert chart.ticks[0].y == chart.base
    first, second = chart.bars
    assert (first.height, second.height) == (44, 176)
    assert first.y + first.height == second.y + second.height == chart.base
    empty = bar_chart("Per timme", "kr", [("08", 0, "0,00"), ("09", -5, "-5,00")])
    assert [bar.height for bar in empty.bars] == [0, 0]


def test_long_words_are_cut_where_swedish_cuts_them() -> None:
    from skrin.till.ui.screens import Button

    def cut(name: str) -> str:
        return "|".join(Button(kind="article", id="1", name=name).name_parts)

    assert cut("Mineralvatten") == "Mine|ral|vat|ten"
    assert cut("Bryggkaffe") == "Brygg|kaffe"  # Ten letters are wider than a tablet's key.
    assert cut("Chokladboll") == "Chok|lad|boll"
    assert cut("Te") == "Te"
    assert cut("Varm choklad") == "Varm |choklad"
