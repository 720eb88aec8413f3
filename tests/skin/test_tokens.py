"""The colours keep AA in every theme (WCAG 2.2, 1.4.3, 1.4.11), computed from the style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "src/skrin/skin/static/skin/tokens.css"
THEMES = {
    "light": r':root,\s*\[data-theme="light"\] \{',
    "dark": r'(?m)^\[data-theme="dark"\] \{',
    "contrast": r'(?m)^\[data-theme="contrast"\] \{',
}
SYSTEM = {"dark": "prefers-color-scheme: dark", "contrast": "prefers-contrast: more"}
TEXT = [
    *[(ink, ground) for ink in ("text", "quiet") for ground in ("surface", "raised")],
    *[("text", f"{level}-soft") for level in ("good", "warn", "bad")],
    *[(level, f"{level}-soft") for level in ("good", "warn", "bad")],
    *[(level, ground) for level in ("good", "warn", "bad") for ground in ("surface", "raised")],
    ("text", "sunken"),
    ("quiet", "sunken"),
    ("accent", "raised"),
    ("accent", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-press"),
    ("on-paper", "paper"),
    *[("on-group", f"group-{number}") for number in range(1, 13)],
]
SHAPES = [
    ("line-strong", "raised"),
    ("line-strong", "surface"),
    ("focus", "surface"),
    ("focus", "raised"),
    *[(f"edge-{number}", "raised") for number in range(1, 13)],
]


def roles(start: str) -> dict[str, str]:
    """The custom properties of the block that begins with `start`."""
    css = CSS.read_text(encoding="utf-8")
    found = re.search(start, css)
    assert found is not None, start
    block = css[found.end() : css.index("}", found.end())]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_contrast(theme: str) -> None:
    colours = roles(THEMES[theme])
    poor = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in TEXT
        if contrast(colours[ink], colours[ground]) < (7 if theme == "contrast" else 4.5)
    }
    assert poor == {}


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_have_contrast(theme: str) -> None:
    colours = roles(THEMES[theme])
    poor = {
        f"{shape} on {ground}": round(contrast(colours[shape], colours[ground]), 2)
        for shape, ground in SHAPES
        if contrast(colours[shape], colours[ground]) < 3
    }
    assert poor == {}


def test_each_theme_gives_every_role() -> None:
    names = {theme: set(roles(start)) for theme, start in THEMES.items()}
    assert names["light"] == names["dark"] == names["contrast"]


@pytest.mark.parametrize("theme", SYSTEM)
def test_the_systems_wish_is_the_same_theme(theme: str) -> None:
    block = r"@media \(" + re.escape(SYSTEM[theme]) + r"\) \{\s*:root:not\(\[data-theme\]\) \{"
    assert roles(block) == roles(THEMES[theme])


def test_colours_stand_only_among_the_tokens() -> None:
    for name in ("base.css", "till.css", "office.css"):
        css = (CSS.parent / name).read_text(encoding="utf-8").split("@media print")[0]
        css = re.sub(r"mask:[^;]+;", "", css)
        assert re.findall(r"#[0-9a-f]{3,8}\b", css) == [], name
