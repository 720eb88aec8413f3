"""The office's database was put back to a backup: an owner is told what is waited for, and how to
go on. One till is frozen, as one that is switched off."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from tests.axe import Axe
from tests.browser.looking import OVERFLOWS, Look
from tests.browser.selling import press
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import SIZES, Windows

from skrin.domain.rights import adopting
from skrin.office.postgres import DATABASE
from skrin.office.postgres import OWNER as OWNS_TABLES
from skrin.office.put_back import say_so

NEXT_TRY_S = 60.0
"""How long a till may take to come."""


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def say_that_it_was_put_back(shop: Shop) -> None:
    """As `skrin office-put-back` does; the office goes on, for the tills know its address."""
    socket_folder = str(shop.demo.data / "office" / "pg").replace("/", "%2F")
    url = f"postgresql://{OWNS_TABLES}@{socket_folder}/{DATABASE}"
    with psycopg.connect(url, connect_timeout=10) as connection:
        say_so(connection, adopting.PERSON, time.time_ns() // 1_000_000)


def at_every_size(windows: Windows, page: Any, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert not page.evaluate(OVERFLOWS), f"{name} is wider than a {size}"
        windows.picture(page, f"put-back-{size}-{name}", whole=True)


def test_an_owner_sees_what_an_office_waits_for_that_was_put_back_and_when_it_is_over(
    windows: Windows, shop: Shop, axe: Axe
) -> None:
    look = Look(windows, axe, "desktop")
    page = windows.office("desktop", OWNER)
    page.goto("/findings")
    away = shop.demo.tills[1]
    with frozen(away.till.pid):
        say_that_it_was_put_back(shop)
        page.goto("/")
        page.locator("main a[href='/findings']").first.wait_for()
        at_every_size(windows, page, "today")
        press(page, page.locator("main a[href='/findings']").first)
        card = page.locator("section.card", has_text="väntar på kassor")

        def waits_for_one() -> bool:
            press(page, card.get_by_role("link", name="Titta igen"))
            return bool(card.locator(".awaited li").count() == 1)

        until(waits_for_one, "the till that runs to be heard", NEXT_TRY_S, pause_s=DRAWN_S)
        row = card.locator(".awaited li").inner_text()
        assert away.designation in row and "Inte hörd av sedan dess" in row
        assert "Den som driver kontoret sade till" in card.inner_text()
        at_every_size(windows, page, "waits")
        look.at(page, "put-back-waits")
        go_on = card.get_by_role("button", name="Gå vidare")
        assert not go_on.is_visible(), "what may cost money is folded away"
        press(page, card.locator("summary"))
        go_on.wait_for()
        look.at(page, "put-back-unfolded")
    over = page.locator("section.card", has_text="alla kassor har hörts").first

    def is_over() -> bool:
        page.goto("/findings")
        return bool(over.count())

    until(is_over, "the till to come", NEXT_TRY_S, pause_s=DRAWN_S)
    assert card.count() == 0
    assert "Gör om det" in over.inner_text()
    at_every_size(windows, page, "over")
    look.at(page, "put-back-over")
    press(page, over.get_by_role("button", name="Åtgärdat"))
    seen = page.get_by_role("region", name="Åtgärdat")
    seen.get_by_text("alla kassor har hörts").first.wait_for()
    assert look.faults == [], "\n".join(look.faults)
