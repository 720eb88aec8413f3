"""The small till as stories use it: screens of three sizes, what a cashier does, axe."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.axe import axe
from tests.browser.selling import plain, press
from tests.browser.small_till import PASSWORD, PINS
from tests.browser.windows import DEADLINE_MS, NEXT_SHIFT, SIZES, tidy, wanted, watch

START_S, STOP_S = 60.0, 20.0
ROOT = Path(__file__).resolve().parents[2]
SHIFTS = """() => { window.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: false }); }"""
TIDY = (
    *NEXT_SHIFT,
    ("/return-mode", {"mode": "off"}),
    ("/training", {"on": "0"}),
    ("/tour/seen", {}),
)
STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((moving) => moving instanceof CSSTransition).map((moving) => moving.finished))"""


class SmallTill:
    """A running `tests.browser.small_till`. Use as a context."""

    def __init__(self, folder: Path, *argv: str) -> None:
        """Nothing runs yet. `argv`: more for its command line."""
        self.folder = folder
        self.argv = argv
        self.sessions: dict[str, list[Any]] = {}

    def __enter__(self) -> SmallTill:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.small_till", str(self.folder), *self.argv],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("a"),
            text=True,
        )
        assert self.process.stdout
        said, _, _ = select.select([self.process.stdout], [], [], START_S)
        line = self.process.stdout.readline() if said else ""
        if not line:
            self.process.kill()
            self.process.wait(timeout=STOP_S)
        assert line, f"the small till did not start: {self.log.read_text()}"
        self.ready = json.loads(line)
        self.url = f"http://127.0.0.1:{self.ready['port']}"
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # One that stays would keep its ports from the next.
            self.process.wait(timeout=STOP_S)
            raise

    @property
    def log(self) -> Path:
        """What it says on its standard error."""
        return self.folder.with_suffix(".log")

    def publish(self) -> None:
        """The office publishes one more key."""
        self.say("publish")

    def say(self, line: str) -> None:
        """Tell the till's world something: `publish`, `away`, `back`."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


class Screens:
    """Opens screens of the small till."""

    def __init__(self, chromium: Any, till: SmallTill, pictures: Path) -> None:
        """`pictures`: the folder that `Screen.look` writes to."""
        self.chromium, self.till, self.pictures = chromium, till, pictures
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.axe_ran = False
        self.away = False
        """Whether the story takes the till away: then requests fail, and that is no fault."""
        self._contexts: list[Any] = []

    def blank(
        self, size: str, *, theme: str = "system", language: str = "sv", **more: Any
    ) -> Screen:
        """A screen at which nobody is logged in."""
        width, height = SIZES[size]
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=size == "handheld",
            is_mobile=size == "handheld",
            base_url=self.till.url,
            **more,
        )
        self._contexts.append(context)
        chosen = {"skrin_language": language, "skrin_theme": theme}
        context.add_cookies(
            [{"name": n, "value": v, "url": self.till.url} for n, v in chosen.items()]
        )
        page = context.new_page()
        page.set_default_timeout(DEADLINE_MS)
        watch(page, self.faults, self.expected)
        return Screen(page, self, size)

    def selling(self, size: str, who: str = "alva", **how: Any) -> Screen:
        """The selling page with an empty receipt, `who` logged in."""
        screen = self.blank(size, **how)
        page = screen.page
        page.context.add_cookies(self.till.sessions.get(who, []))
        if not tidy(page, TIDY):  # Never here before, or a story ended the session.
            screen.log_in(who)
            kept = page.context.cookies()
            self.till.sessions[who] = [c for c in kept if c["name"].startswith("skrin_till")]
            tidy(page, TIDY)
        page.goto("/")
        screen.ready()
        return screen

    def close(self) -> None:
        """Close every screen."""
        for context in self._contexts:
            context.close()
        if self.axe_ran:
            # axe tries styles of its own, which the pages' policy forbids.
            self.faults = [one for one in self.faults if "Applying inline style" not in one]


class Screen:
    """One screen, in the words of the trade. `taps` counts what a finger did."""

    def __init__(self, page: Any, screens: Screens, size: str) -> None:
        """`page`: a browser page."""
        self.page, self.screens, self.size = page, screens, size
        self.taps = 0

    def ready(self) -> None:
        """Wait until the page and its script are there."""
        self.page.wait_for_selector("#selling")
        self.page.wait_for_function("() => window.skrin && window.skrin.openWindow && window.htmx")

    def log_in(self, who: str) -> None:
        """By e-mail and password."""
        self.page.goto("/login")
        self.page.fill("#email", f"{who}@vete.example")
        self.page.fill("#password", PASSWORD)
        self.page.click('form[action="/login"] button')
        self.ready()

    def press(self, what: str | Any) -> None:
        """A finger on something: a selector or a locator."""
        target = self.page.locator(what) if isinstance(what, str) else what
        press(self.page, target.first)
        self.taps += 1

    def key(self, name: str) -> Any:
        """A key by how its words begin."""
        keys = self.page.locator(".goods .key:visible:not([inert] *)")
        return keys.filter(has_text=re.compile(f"^{re.escape(name)}")).first

    def ring(self, *names: str) -> None:
        """Press keys, one after another."""
        for name in names:
            self.press(self.key(name))

    def wait_total(self, amount: str) -> None:
        """Wait until this is what the receipt comes to."""
        self.page.wait_for_function(
            "(amount) => document.querySelector('#total')?.textContent === amount", arg=amount
        )

    def still(self) -> None:
        """Wait until nothing slides any more: for a click that is forced, and so does not wait."""
        self.page.evaluate(STILL)

    def window(self) -> Any:
        """The window, when it is open."""
        self.page.wait_for_selector("#window[open]")
        return self.page.locator("#window")

    def window_gone(self) -> None:
        """Wait until no window is open."""
        self.page.wait_for_selector("#window", state="hidden")

    def digits(self, text: str, place: str = "#window") -> None:
        """Type on the screen's own keypad."""
        for sign in text:
            self.press(self.page.locator(f'{place} form:visible [data-digit="{sign}"]:visible'))

    def choose(self, name: str) -> None:
        """Choose an option or a name in the window."""
        self.press(self.window().locator(".choice", has_text=re.compile(f"^{name}")))

    def pin(self, who: str) -> None:
        """A name and its PIN."""
        self.choose(who.capitalize())
        self.digits(PINS[who])
        self.press("#window .primary")

    def open_receipt(self) -> None:
        """On a handheld: pull the sheet up."""
        handle = self.page.locator("#zone .handle")
        if handle.is_visible() and handle.get_attribute("aria-expanded") == "false":
            self.press(handle)
            self.page.wait_for_selector("#selling.sheet-open")

    def close_receipt(self) -> None:
        """On a handheld: push the sheet down."""
        handle = self.page.locator("#zone .handle")
        if handle.is_visible() and handle.get_attribute("aria-expanded") == "true":
            self.press(handle)
            self.page.wait_for_selector("#selling:not(.sheet-open)")

    def line(self, name: str) -> Any:
        """A line of the open receipt."""
        return self.page.locator("#zone .line", has_text=name).first

    def lines(self) -> list[tuple[str, str]]:
        """(name, amount) of every line."""
        return [
            (plain(row.locator("b").inner_text()), plain(row.locator(".line-amount").inner_text()))
            for row in self.page.locator("#zone .line").all()
        ]

    def open_line(self, name: str) -> None:
        """Tap a line: its sheet opens."""
        self.open_receipt()
        self.press(self.line(name).locator(".line-open"))
        self.window()

    def notice(self) -> str:
        """What the notice says, when it says something."""
        self.page.wait_for_selector("#notice p")
        return plain(self.page.inner_text("#notice p"))

    def undo(self) -> None:
        """Take the way back that the notice offers."""
        self.press(self.page.locator("#notice button", has_text="Ångra"))
        self.page.wait_for_selector("#notice .notice", state="detached")

    def done(self) -> str:
        """Wait until the sale is finished; its number as shown."""
        self.page.wait_for_selector(".done")
        return plain(self.page.locator(".done .facts dd").first.inner_text())

    def look(self, name: str) -> None:
        """Take a picture, and let axe find no fault in what is on the screen."""
        self.page.evaluate("document.fonts.ready")
        folder = self.screens.pictures
        path = str(folder / f"till-{self.size}-{name}.png")
        if wanted():
            # A hidden caret leaves style attributes behind, which the policy forbids to copy.
            self.page.screenshot(path=path, caret="initial")
        if (checks := axe()) is None:
            return  # tests/skin says so: the story itself is told without it.
        self.screens.axe_ran = True
        faults = checks.faults(self.page)
        assert not faults, f"{name}: " + "\n".join(faults)
