"""The day of a till by hand: its float, its reports, its count, its Z, copies and the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screen, Screens, SmallTill

SIZES = ("handheld", "desktop")


@pytest.fixture
def fresh(chromium: Any, tmp_path: Path, pictures: Path) -> Iterator[Callable[..., Screen]]:
    """Opens screens of a till that nobody has sold at today."""
    with SmallTill(tmp_path, "--trainee") as till:
        opened = Screens(chromium, till, pictures)
        opened.expected = {422}
        yield opened.selling
        opened.close()
        assert opened.faults == []


def text(screen: Screen, selector: str = "main") -> str:
    return plain(screen.page.inner_text(selector))


@pytest.mark.requirement("R-CASH-004", "R-REP-003", "R-REP-013")
@pytest.mark.parametrize("size", SIZES)
def test_a_day_from_its_float_to_its_z(fresh: Callable[..., Screen], size: str) -> None:
    screen = fresh(size, "nils")
    page = screen.page
    if size == "handheld":
        assert "Växelkassa" in plain(page.inner_text(".handle"))
        screen.open_receipt()
    page.wait_for_selector("#prompt:visible")
    screen.look("float-asked")
    assert "Finns det 0,00 i kassalådan?" in text(screen, "#prompt")
    screen.press("#prompt [data-window]")
    screen.window()
    page.fill("#float-amount", "1000")
    screen.look("float-window")
    screen.press("#window .primary")
    screen.window_gone()
    assert screen.notice() == "Växelkassan är 1 000,00."
    assert page.locator("#prompt").count() == 0, "asked once a day"
    if size == "handheld":
        screen.close_receipt()
    screen.ring("Bryggkaffe")
    screen.press("#pay-cash")
    screen.done()
    page.goto("/reports")
    screen.look("reports")
    screen.press(page.locator("section", has_text="X-rapport").locator("text=Per artikel"))
    page.wait_for_url("**/reports/x?by=article")
    assert "- Bryggkaffe" in text(screen, "pre.paper")
    screen.look("x-by-article")
    page.goto("/day")
    screen.look("day-with-float")
    screen.press(page.get_by_role("link", name="Stäng dagen").first)
    page.wait_for_selector("[data-count]")
    screen.look("closing")
    page.fill("#piece-100000", "1")
    page.fill("#piece-2000", "1")
    page.fill("#piece-500", "2")
    assert plain(page.inner_text("[data-count-sum]")) == "1 030,00"
    page.fill("#counted", "7")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_selector(".notice.is-bad")
    assert "inte båda" in text(screen), "and what was typed is still there"
    assert page.input_value("#piece-2000") == "1"
    page.fill("#counted", "")
    page.fill("#bank", "30")
    screen.look("closing-counted")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_url("**/day/z/1")
    paper = text(screen, "pre.paper")
    assert "Uttaget Till banken" in paper and "Räknade kontanter 1 000,00" in paper
    screen.look("z")
    screen.press(page.get_by_role("button", name="Bokföringsfil"))
    page.wait_for_selector(".notice.is-bad")
    assert "Kontoret har inte fått" in text(screen)


@pytest.mark.requirement("R-CASH-001", "R-USER-009")
@pytest.mark.parametrize("size", ("handheld", "desktop"))
def test_a_cashier_closes_with_a_managers_yes_to_the_bank(
    fresh: Callable[..., Screen], size: str
) -> None:
    screen = fresh(size, "alva")
    page = screen.page
    screen.ring("Bryggkaffe")
    screen.press("#pay-cash")
    screen.done()
    page.goto("/day")
    screen.press(page.get_by_role("link", name="Stäng dagen").first)
    page.fill("#counted", "34")
    page.fill("#bank", "34")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_selector(".notice.is-bad")
    assert page.input_value("#bank") == "34", "what was typed is still there"
    approve(screen, "Nils", "4712")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_selector(".notice.is-bad:has-text('PIN')")
    approve(screen, "Nils", "4711")
    screen.look("closing-approved")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_url("**/day/z/1")
    assert "Uttaget Till banken" in text(screen, "pre.paper")


def approve(screen: Screen, who: str, pin: str) -> None:
    """Choose who says yes, and type the PIN."""
    screen.page.select_option("#approver", label=who)
    screen.page.fill("#pin", pin)


@pytest.mark.requirement("R-USER-009", "OPP-032")
@pytest.mark.parametrize("size", ("handheld", "desktop"))
def test_figures_are_left_to_a_manager_where_the_role_says_so(
    fresh: Callable[..., Screen], size: str
) -> None:
    screen = fresh(size, "bo")
    page = screen.page
    screen.ring("Bryggkaffe")
    screen.press("#pay-cash")
    screen.done()
    page.goto("/day")
    assert "34,00" not in text(screen) and "visar inte dagens siffror" in text(screen)
    screen.look("day-hidden")
    screen.press(page.get_by_role("link", name="Skriv ut X-rapport"))
    page.wait_for_url("**/reports/x")
    approve(screen, "Nils", "4712")
    screen.press(page.get_by_role("button", name="Skriv ut X-rapport"))
    page.wait_for_selector(".notice.is-bad:has-text('PIN')")
    assert "34,00" not in text(screen)
    screen.look("x-with-pin")
    approve(screen, "Nils", "4711")
    with page.expect_navigation():
        screen.press(page.get_by_role("button", name="Skriv ut X-rapport"))
    screen.press(page.get_by_role("link", name="Stäng dagen").first)
    approve(screen, "Nils", "4711")
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_url("**/day?closed=1")
    assert "Z-rapport 1 skrivs ut" in text(screen) and "34,00" not in text(screen)
    boss = fresh(size, "nils")
    boss.page.goto("/reports/journal")
    assert "Z-dagrapport" in text(boss, "pre.paper")


@pytest.mark.requirement("R-REP-004", "R-REP-006", "R-REP-008")
@pytest.mark.parametrize("size", SIZES)
def test_copies_periods_and_the_journal(fresh: Callable[..., Screen], size: str) -> None:
    screen = fresh(size, "nils")
    page = screen.page
    screen.ring("Bryggkaffe")
    screen.press("#pay-cash")
    screen.done()
    page.goto("/day")
    screen.press(page.get_by_role("link", name="Stäng dagen").first)
    screen.press(page.get_by_role("button", name="Stäng dagen"))
    page.wait_for_url("**/day/z/1")
    assert "Ej räknad" in text(screen, "pre.paper")
    with page.expect_navigation():
        screen.press(page.get_by_role("button", name="Skriv ut kopia per grupp"))
    assert page.url.endswith("/day/z/1?by=group")
    page.goto("/reports")
    screen.press(page.locator("section", has_text="Periodrapport").locator("text=Per artikel"))
    page.wait_for_url("**/reports/period?**")
    assert "Periodrapport" in text(screen, "pre.paper")
    screen.look("period")
    with page.expect_navigation():
        screen.press(page.get_by_role("button", name="Skriv ut"))
    assert "by=article" in page.url
    page.goto("/reports")
    screen.press(page.get_by_role("button", name="Visa journalen"))
    page.wait_for_url("**/reports/journal?**")
    shown = text(screen, "pre.paper")
    assert "Kassakvitto 1" in shown and "Kopia av Z-dagrapport" in shown
    screen.look("journal")
    with page.expect_navigation():
        screen.press(page.get_by_role("button", name="Skriv ut härifrån"))
    assert "from=" in page.url
    screen.look("journal-printing")


def test_a_cashier_sees_no_figures_of_other_days(fresh: Callable[..., Screen]) -> None:
    screen = fresh("desktop")
    page = screen.page
    page.goto("/reports")
    assert "Periodrapport" not in text(screen) and "Journal" not in text(screen)
    screen.look("reports-cashier")
    page.goto("/reports/period?first=2026-01-01&last=2026-12-31")
    assert page.locator("pre.paper").count() == 0
