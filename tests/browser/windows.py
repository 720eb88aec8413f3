"""Browser windows of three sizes that note every fault: of a script, a request, another host."""

from __future__ import annotations

import html
import json
import os
import re
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.axe import Axe
from tests.browser.shop import CASHIER, Shop

FAILED: pytest.StashKey[bool] = pytest.StashKey()
"""Left on a story that failed, so that its windows are pictured."""
SIZES = {"handheld": (360, 640), "tablet": (1024, 768), "desktop": (1440, 900)}
DEADLINE_MS = 15_000
OFFICE_MS = 3 * DEADLINE_MS
"""How long what only the office grants may take: an exchange has 20 s, and is tried again."""
NEXT_SHIFT = (("/next", {}), ("/gift/without", {}), ("/abort", {}))
"""What clears a till's counter."""


def tidy(page: Any, posts: Sequence[tuple[str, dict[str, str]]]) -> bool:
    """Clear what an earlier story left, by requests of the page's session that draw no screen.

    False: nobody is logged in.
    """
    answer = page.request.get("/")
    if answer.url.endswith("/login"):
        return False
    said = re.search(r"hx-headers='([^']*)'", answer.text())
    assert said, "a till's page says how it is to be asked"
    headers = {"HX-Request": "true", **json.loads(html.unescape(said[1]))}
    for path, fields in posts:
        form = {"tap_id": str(uuid.uuid4()), **fields}
        done = page.request.post(path, form=form, headers=headers)
        if path == "/abort" and done.status == 422:  # A story ended while a part was paid.
            take_parts_back(page, headers)
            done = page.request.post(path, form=form, headers=headers)
        assert done.ok, f"{path}: {done.status}"
    return True


def take_parts_back(page: Any, headers: dict[str, str]) -> None:
    """Take every part of the open receipt out again, so that it can be given up."""
    deadline = time.monotonic() + OFFICE_MS / 1000
    while parts := _PART.findall(page.request.get("/").text()):
        assert time.monotonic() < deadline, f"a part stays paid: {parts}"
        form = {"tap_id": str(uuid.uuid4()), "payment_id": parts[0]}
        page.request.post("/pay/back-out", form=form, headers=headers)
        time.sleep(0.1)


_PART = re.compile(r'name="payment_id" value="(\w+)"')


def wanted() -> bool:
    """Whether somebody looks at pictures: drawing them takes a tenth of a story's time."""
    return "SKRIN_PICTURES" in os.environ


class Windows:
    """Opens windows at one running shop; `faults` is what went wrong in any of them."""

    def __init__(self, chromium: Any, shop: Shop, pictures: Path) -> None:
        """`chromium`: a running browser; `pictures`: the folder that `picture` writes to."""
        self.chromium, self.shop, self.pictures = chromium, shop, pictures
        self.faults: list[str] = []
        self.patience_ms = DEADLINE_MS
        self.expected: set[int] = set()
        """Statuses that a story provokes: a refusal, a log-in that is over."""
        self.checks: Axe | None = None
        """What the story looks at its pages with, where it does (`looking`)."""
        self._contexts: list[Any] = []

    def blank(self, size: str, language: str = "sv", program: str = "till") -> Any:
        """A window in which nobody is logged in; its size, fingers and language are set."""
        width, height = SIZES[size]
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=size == "handheld",
            is_mobile=size == "handheld",
            locale="sv-SE" if language == "sv" else "en-GB",
            base_url=self.shop.base(program, size),
        )
        self._contexts.append(context)
        if self.checks:
            self.checks.come_along(context)
        url = self.shop.base(program, size)
        context.add_cookies([{"name": "skrin_language", "value": language, "url": url}])
        page = context.new_page()
        page.set_default_timeout(self.patience_ms)
        self._watch(page)
        return page

    def till(self, size: str, language: str = "sv", who: int = CASHIER) -> Any:
        """The selling page of a till with an empty receipt, somebody logged in."""
        page = self.blank(size, language)
        self._enter(page, "till", size, who)
        tidy(page, NEXT_SHIFT)
        page.goto("/")
        page.wait_for_function("() => window.skrin && window.htmx")
        assert page.locator("#zone .line").count() == 0
        return page

    def office(self, size: str, who: int, language: str = "sv") -> Any:
        """The office's first page, somebody logged in."""
        page = self.blank(size, language, "office")
        self._enter(page, "office", size, who)
        page.wait_for_selector("body.inside")
        return page

    def log_in(self, page: Any, who: int) -> None:
        """Log in as people do: at either program, e-mail and password."""
        email, password = self.shop.person(who)
        page.goto("/login")
        page.fill("#email", email)
        page.fill("#password", password)
        page.click("main button")
        page.wait_for_url(re.compile(r"/(me)?(\?.*)?$"))
        if not page.url.endswith("/me"):  # The office has only that page for a cashier.
            page.goto("/")  # What opens after a log-in has stories of its own.

    def _enter(self, page: Any, program: str, size: str, who: int) -> None:
        """Log in, or come back with the session of an earlier window: passwords take a second."""
        place = (self.shop.base(program, size), who)
        if cookies := self.shop.sessions.get(place):
            page.context.add_cookies(cookies)
            if program == "office":
                page.goto("/start")
            return
        self.log_in(page, who)
        kept = page.context.cookies()
        self.shop.sessions[place] = [c for c in kept if c["name"] != "skrin_language"]

    def picture(self, page: Any, name: str, *, whole: bool = False) -> None:
        """Keep a picture for people to look at, where SKRIN_PICTURES names a folder for them."""
        if not wanted():
            return
        self._keep(page, name, whole=whole)

    def _keep(self, page: Any, name: str, *, whole: bool = False) -> None:
        path = self.pictures / f"{name}.png"
        # A hidden caret leaves style attributes behind, which the pages' policy forbids to copy.
        page.screenshot(path=str(path), full_page=whole, caret="initial")

    def picture_all(self, name: str) -> None:
        """Keep a picture of every open window."""
        for index, context in enumerate(self._contexts):
            for page in context.pages:
                self._keep(page, f"{name}-{index}")

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()

    def _watch(self, page: Any) -> None:
        watch(page, self.faults, self.expected)


# Browser and htmx tell failed answers on the console too; `answered` judges those by their status
# and `failed` by their cause.
TOLD_ELSEWHERE = (
    "Failed to load resource",
    "Response Status Error",
    "htmx:afterRequest",
    "htmx:sendError",
    # A search that a further letter overtakes, and a poll that a new page does.
    "htmx:sendAbort",
)


def watch(page: Any, faults: list[str], expected: set[int]) -> None:
    """Note every fault of a page: of a script, a request, another host."""

    def answered(response: Any) -> None:
        if response.status >= 400 and response.status not in expected:
            faults.append(f"{response.status} {response.request.method} {response.url}")

    def failed(request: Any) -> None:
        # A poll that a new page overtakes is let go by the browser itself.
        if request.failure != "net::ERR_ABORTED":
            faults.append(f"{request.failure} {request.url}")

    def asked(request: Any) -> None:
        parts = urlsplit(request.url)
        here = parts.hostname == "127.0.0.1" or str(parts.hostname).endswith(".till.internal")
        if parts.scheme != "data" and not here:
            faults.append(f"a request that leaves the machine: {request.url}")

    def said(message: Any) -> None:
        told = message.text.startswith(TOLD_ELSEWHERE)
        if message.type in ("error", "warning") and not told:
            faults.append(f"{message.type}: {message.text}")

    page.on("response", answered)
    page.on("requestfailed", failed)
    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda fault: faults.append(f"script: {fault}"))
