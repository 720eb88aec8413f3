"""Pictures on keys: read easily in every theme, nothing moves, and colour where there is none."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.browser.selling import plain
from tests.browser.small import SHIFTS, Screen, Screens
from tests.browser.small_till import BUN, CUP
from tests.browser.windows import SIZES

SEEN = """() => [...document.querySelectorAll('#keys-1 .has-image')].map((key) => {
  const box = (of) => { const r = key.querySelector(of).getBoundingClientRect();
    return [r.x, r.y, r.right, r.bottom]; };
  const style = getComputedStyle(key), image = key.querySelector('img');
  const picture = image ? { picture: box('img'), alt: image.getAttribute('alt'),
    wide: image.naturalWidth, there: image.complete, src: image.getAttribute('src') } : {};
  return { words: key.innerText, image: box('.key-image'), ...picture,
    name: box('.key-name'), foot: box('.key-foot'), end: key.getBoundingClientRect().bottom,
    ink: style.color, ground: style.backgroundColor, behind: style.backgroundImage };
})"""
BOXES = """() => [...document.querySelectorAll('#keys-1 .key')].map((key) => {
  const r = key.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })"""


def seen(screen: Screen) -> dict[str, dict[str, Any]]:
    """The keys with a picture by their first word."""
    return {plain(key["words"]).split()[0]: key for key in screen.page.evaluate(SEEN)}


def wait_for_pictures(screen: Screen) -> None:
    """Wait until each picture has come, and the broken one is gone."""
    screen.page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('#keys-1 img')];"
        " return all.length === 2 && all.every((one) => one.naturalWidth); }"
    )


def luminance(colour: str) -> float:
    """Relative luminance of "rgb(r, g, b)" (WCAG 2.2, definition)."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").rstrip(")").split(",")]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.requirement("OPP-005", "R-BTN-006")
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_name_and_price_stand_clear_of_the_picture(screens: Screens, size: str, theme: str) -> None:
    screen = screens.selling(size, theme=theme)
    wait_for_pictures(screen)
    keys = seen(screen)
    assert list(keys) == ["Bryggkaffe", "Te,", "Kanelbulle"], "Semlas was never published"
    for word, image in (("Bryggkaffe", CUP), ("Te,", None), ("Kanelbulle", BUN)):
        key = keys[word]
        if image:
            assert key["src"] == f"/image/{image.hash}.webp" and key["alt"] == ""
            assert key["wide"] == 256 and key["picture"] == key["image"]
        else:
            assert "src" not in key, "a broken one is taken away, its box stays"
        # The words stand below the picture, on the key's own colour.
        bottom = key["image"][3]
        assert bottom - key["image"][1] >= 56
        assert bottom <= key["name"][1] < key["name"][3] <= key["foot"][1] + 1
        assert key["foot"][3] < key["end"], "the price stands inside its key"
        assert key["behind"] == "none"
        low, high = sorted((luminance(key["ink"]), luminance(key["ground"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (word, theme)
    screen.look(f"images-{theme}")


@pytest.mark.requirement("OPP-005")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_nothing_moves_when_a_picture_comes_late(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    held: list[Any] = []
    screen.page.route("**/image/**", lambda route: held.append(route))
    screen.page.add_init_script(f"({SHIFTS})()")
    screen.page.goto("/")
    screen.ready()
    screen.page.wait_for_function("document.fonts.ready.then(() => true)")
    assert not seen(screen)["Bryggkaffe"]["there"]
    before = screen.page.evaluate(BOXES)
    screen.page.evaluate("window.shift = 0")
    for route in held:
        route.continue_()
    screen.page.unroute("**/image/**")
    wait_for_pictures(screen)
    assert seen(screen)["Bryggkaffe"]["wide"] == 256
    assert screen.page.evaluate(BOXES) == before
    assert screen.page.evaluate("window.shift") == 0


@pytest.mark.requirement("OPP-005")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_a_picture_is_fetched_once_and_a_broken_one_leaves_the_colour(
    screens: Screens, size: str
) -> None:
    screen = screens.selling(size)
    wait_for_pictures(screen)
    screen.page.goto("/")
    screen.ready()
    wait_for_pictures(screen)
    sent = screen.page.evaluate(
        "() => performance.getEntriesByType('resource').filter((one) => one.name.includes("
        "'/image/')).map((one) => [one.name.slice(-69, -5), one.transferSize])"
    )
    assert {name: size for name, size in sent if name in (CUP.hash, BUN.hash)} == {
        CUP.hash: 0,
        BUN.hash: 0,
    }, "they come out of the browser's own store"
    box = screen.key("Te, svart").locator(".key-image")
    with Image.open(BytesIO(box.screenshot())) as picture:
        middle = picture.convert("RGB").crop((12, 12, picture.width - 12, picture.height - 4))
        colours = middle.getcolors()
    ground = seen(screen)["Te,"]["ground"]
    assert colours and [f"rgb{colour}" for _, colour in colours] == [ground]
    screen.press(screen.key("Bryggkaffe").locator("img"))
    screen.wait_total("34,00")
    assert screen.page.get_by_role("button", name="Bryggkaffe 34,00").count() == 1
