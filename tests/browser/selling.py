"""What a cashier does at the selling page, in the words of the trade."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.browser.shop import until
from tests.browser.windows import SIZES


def key(page: Any, name: str) -> Any:
    """The key of an article or a group, by how its name begins."""
    return page.locator(".goods .key:visible", has_text=re.compile(f"^{re.escape(name)}")).first


def press(page: Any, locator: Any) -> None:
    """A finger where there is touch, else a mouse."""
    if page.viewport_size["width"] == SIZES["handheld"][0]:
        locator.tap()
    else:
        locator.click()


def tap(page: Any, *names: str) -> None:
    """Tap articles' keys, one after another."""
    for name in names:
        press(page, key(page, name))


def appears(page: Any, selector: str, within_ms: int = 700) -> bool:
    """Whether it is to be seen soon: what is asked again by `until` until it is."""
    deadline = time.monotonic() + within_ms / 1000
    while not (shown := page.locator(selector).count()) and time.monotonic() < deadline:
        page.wait_for_timeout(30)
    return bool(shown)


def wait_total(page: Any, amount: str) -> None:
    """Wait until the screen says that this is to be paid, on the receipt and on the card key."""
    page.wait_for_function(
        """amount => document.querySelector('#total')?.textContent === amount
          && document.querySelector('#pay-card small')?.textContent === amount""",
        arg=amount,
    )


def open_receipt(page: Any) -> None:
    """On a handheld the receipt is a sheet: pull it up."""
    handle = page.locator("#zone .handle")
    if handle.is_visible() and handle.get_attribute("aria-expanded") == "false":
        press(page, handle)
        page.wait_for_selector("#selling.sheet-open")


def close_receipt(page: Any) -> None:
    """On a handheld: push the sheet down again."""
    handle = page.locator("#zone .handle")
    if handle.is_visible() and handle.get_attribute("aria-expanded") == "true":
        press(page, handle)
        page.wait_for_selector("#selling:not(.sheet-open)")


def lines(page: Any) -> list[tuple[str, str, str]]:
    """(name, what stands under it, amount) of every line of the open receipt."""
    return [
        tuple(plain(row.locator(part).inner_text()) for part in ("b", "small", ".line-amount"))
        for row in page.locator("#zone .line").all()
    ]  # type: ignore[misc]


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return re.sub(r"\s+", " ", text).strip()


def sell_at(page: Any, group: str, amount: str) -> None:
    """Sell on a group's key at a price typed on the screen's keypad."""
    press(page, key(page, group))
    page.wait_for_selector("#ask[open]")
    for sign in amount:
        press(page, page.locator(f'#ask [data-digit="{sign}"]'))
    press(page, page.locator("#ask .primary"))
    page.wait_for_selector("#ask", state="hidden")


def done_number(page: Any) -> int:
    """Wait until the sale is finished and its paper is out; the receipt's number."""
    page.wait_for_selector(".done")
    number = int(page.locator(".done .facts dd").first.inner_text())
    until(lambda: page.locator(".done-print.mark-good").count(), f"receipt {number} to be printed")
    return number


def paper(page: Any) -> str:
    """The document that a page shows, to the byte."""
    text: str = page.locator("pre.paper").first.evaluate("paper => paper.textContent")
    return text
