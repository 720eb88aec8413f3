"""Draw the pictures of docs/guide: start a demo, sell a few things, photograph every screen.

`make pictures`. Needs a Chromium (tools/browser.sh) and touches nothing but docs/guide/*.png: the
demo lives in a folder of its own that is thrown away, on ports that are free.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from skrin.town.demo import Demo
from skrin.town.demo_witnesses import device_json
from skrin.town.places import examples_folder
from skrin.town.shopper import Shopper, followed_articles
from skrin.town.web import WebSession

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide"
MOST_BYTES = 150_000
SALES_BEFORE = 24
PATIENCE_S = 30.0

TABLET, HANDHELD, DESKTOP = (1024, 768), (360, 640), (1440, 900)
OFFICE = (1280, 860)


def chromium() -> str:
    """Where a Chromium is. Ends the program with a sentence where there is none."""
    for name in ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sys.exit("No Chromium here: run tools/browser.sh as root, or install one.")


def save(name: str, png: bytes) -> None:
    """Write a picture in 256 colours. Raises `ValueError` when it is larger than a page bears."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = GUIDE / name
    small.save(target, optimize=True)
    size = target.stat().st_size
    print(f"  {name:<22} {picture.width} x {picture.height}, {size // 1000} kB")
    if size > MOST_BYTES:
        raise ValueError(f"{name} has {size} bytes, at most {MOST_BYTES} are wanted")


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look until something is so. Raises `TimeoutError` that names it."""
    patience = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > patience:
            raise TimeoutError(f"waited {PATIENCE_S:.0f} s for {what}")
        time.sleep(0.1)


class Photographer:
    """A browser, a demo, and the way from screen to screen."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser = browser
        self.demo = demo
        self.till_url = demo.tills[0].url.rstrip("/")

    @contextlib.contextmanager
    def at(
        self, url: str, person: int, size: tuple[int, int], language: str = "en"
    ) -> Iterator[Page]:
        """A window of `size` at `url`, with the demo's person number `person` logged in."""
        context: BrowserContext = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="sv-SE",
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_cookies([{"name": "skrin_language", "value": language, "url": url}])
        page = context.new_page()
        who = self.demo.people[person]
        page.goto(f"{url}/login")
        page.fill("#email", who["email"])
        page.fill("#password", who["password"])
        page.click("main button.primary, form button.primary")
        page.wait_for_url(lambda at: "/login" not in at)
        page.goto(url)  # Without the questions that open after a log-in.
        try:
            yield page
        finally:
            context.close()

    def shoot(self, page: Page, name: str) -> None:
        """The window as it is when fonts are there and nothing waits for an answer."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.mouse.move(2, 2)
        save(name, page.screenshot())

    def ring(self, page: Page, *articles: str) -> None:
        """Tap keys by their text, and wait until each has been rung."""
        for name in articles:
            before = page.locator("#total").text_content() or ""
            page.locator(".key:visible", has=page.get_by_text(name, exact=True)).first.click()
            expect(page.locator("#total")).not_to_have_text(before)

    def selling(self) -> None:
        """The till's screen in three sizes, and one sale by cash."""
        with self.at(self.till_url, 0, TABLET) as page:
            self.ring(page, "Brewed coffee", "Cinnamon bun", "Cinnamon bun", "Cheese roll")
            page.click("#way-away")
            expect(page.locator("#way-away")).to_have_attribute("aria-pressed", "true")
            self.shoot(page, "till.png")
            page.click("#pay-other")
            expect(page.locator("#tendered")).to_be_visible()
            self.shoot(page, "cash.png")
            page.locator(".proposals button").nth(1).click()
            expect(page.locator("#zone.is-done")).to_be_visible()
            expect(page.locator("#zone[hx-trigger]")).to_have_count(0)
            self.shoot(page, "done.png")
            page.click("#zone.is-done button.primary")
            expect(page.locator("#zone.is-done")).to_have_count(0)
        with self.at(self.till_url, 0, HANDHELD) as page:
            self.ring(page, "Brewed coffee", "Cinnamon bun")
            self.shoot(page, "handheld.png")
            page.click(".handle")
            expect(page.locator(".handle")).to_have_attribute("aria-expanded", "true")
            self.shoot(page, "handheld-receipt.png")
            page.click("#pay-card")
            expect(page.locator("#zone.is-done")).to_be_visible()
            page.click("#zone.is-done button.primary")
        with self.at(self.till_url, 0, DESKTOP, "sv") as page:
            self.ring(page, "Cappuccino", "Kardemummabulle", "Morotskaka, bit")
            self.shoot(page, "desktop.png")

    def trouble(self) -> None:
        """Paper out before a payment: the till says so and takes no money."""
        printer = self.demo.tills[0].printer.ready
        with self.at(self.till_url, 0, TABLET) as page:
            switch(printer, '{"paper_out": true}')
            page.click("#pay-card")
            expect(page.locator("#notice p")).to_be_visible()
            self.shoot(page, "refused.png")
            switch(printer, '{"paper_out": false}')
            page.click("#pay-card")
            expect(page.locator("#zone.is-done")).to_be_visible()
            page.click("#zone.is-done button.primary")

    def day(self) -> None:
        """Status, the day before closing, and the closing itself."""
        with self.at(self.till_url, 0, TABLET) as page:
            page.goto(f"{self.till_url}/status")
            self.shoot(page, "status.png")
            page.goto(f"{self.till_url}/day")
            self.shoot(page, "day.png")
        web = WebSession(self.till_url)
        cashier = self.demo.people[0]
        web.log_in(cashier["email"], cashier["password"])
        days = web.get("/day").split('href="/day/close/')
        web.post("/day/close", day=days[-1].split('"', 1)[0])

    def paper(self) -> None:
        """The newest receipt and the Z as the printer set them."""
        printer = self.demo.tills[0].printer.ready
        wait_until(lambda: "Z-dagrapport" in newest(printer)["text"], "the Z on paper")
        slips = device_json(printer, "/slips")
        with_change = ("Kvittonr", "Växel ")
        receipt = next(s for s in reversed(slips) if all(word in s["text"] for word in with_change))
        for name, slip in (("receipt-paper.png", receipt), ("z-paper.png", slips[-1])):
            url = f"http://127.0.0.1:{printer['control_port']}/slips/{slip['number']}.png"
            with urllib.request.urlopen(url, timeout=10) as answer:
                save(name, answer.read())

    def office(self) -> None:
        """The office's pages, when everything that the till sold is there."""
        url = self.demo.office_url
        with self.at(url, -1, OFFICE) as page:

            def closed() -> bool:
                page.goto(f"{url}/closings")
                return page.locator("tbody tr").count() > 0

            wait_until(closed, "the closing in the office")
            z_link = page.locator("tbody th a").first.get_attribute("href")
            for path, name in (
                ("/", "office-today.png"),
                ("/statistics", "office-statistics.png"),
                (z_link, "office-closing.png"),
                ("/tills", "office-tills.png"),
            ):
                page.goto(f"{url}{path}")
                if path == "/statistics":
                    page.locator("details summary").first.click()
                self.shoot(page, name)
            page.goto(f"{url}/receipts")
            page.locator("main section.card a[href*='/receipts/']").first.click()
            page.wait_for_url("**/receipts/*/*/*")
            self.shoot(page, "office-receipt.png")


def newest(printer: dict[str, Any]) -> dict[str, Any]:
    """The last slip of a printer simulator."""
    slips = device_json(printer, "/slips")
    return slips[-1] if slips else {"text": ""}


def switch(device: dict[str, Any], said: str) -> None:
    """Turn a switch on a simulator's control page."""
    url = f"http://127.0.0.1:{device['control_port']}/switch"
    request = urllib.request.Request(url, said.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 (loopback)
        answer.read()


def sell_before(demo: Demo) -> None:
    """Some sales at both tills, so that the office has something to show."""
    cashier = demo.people[0]
    for seed, running in enumerate(demo.tills):
        shopper = Shopper(WebSession(running.url), random.Random(seed + 7))  # noqa: S311 (dice)
        shopper.enter(cashier["email"], cashier["password"], followed_articles(demo))
        for _ in range(SALES_BEFORE // len(demo.tills)):
            shopper.buy()
        shopper.web.post("/next")
    web = WebSession(demo.tills[0].url)
    web.log_in(cashier["email"], cashier["password"])
    web.post("/day/float", amount="1000")


def main() -> int:
    """Draw all pictures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    GUIDE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="skrin-pictures-") as folder:
        demo = Demo(Path(folder), examples_folder() / "bageri", 0)
        with sync_playwright() as play, demo:
            demo.start()
            sell_before(demo)
            browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            photographer = Photographer(browser, demo)
            photographer.selling()
            photographer.trouble()
            photographer.day()
            photographer.paper()
            photographer.office()
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
