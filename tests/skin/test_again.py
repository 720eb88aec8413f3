"""The page that is shown while the office is away asks quietly, and goes when it is back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.chromium import launch
from tests.skin import preview

ROOT = Path(__file__).resolve().parents[2]
SHOWN = "sv/office-message-away.html"
EVERY_MS = 60_000
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_it_stays_while_the_office_is_away_and_goes_when_it_is_back(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tests.skin.preview", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    server = preview.serve(tmp_path)
    asked: list[str] = []
    answers = {"HEAD": 503}

    def answer(route: Any) -> None:
        asked.append(route.request.method)
        if route.request.method == "HEAD":
            route.fulfill(status=answers["HEAD"])
        else:
            route.continue_()

    with sync_api.sync_playwright() as play:
        browser = launch(play)
        page = browser.new_page()
        page.clock.install()
        page.route(f"**/{SHOWN}", answer)
        page.goto(f"http://127.0.0.1:{server.server_port}/{SHOWN}")
        for _ in range(2):
            with page.expect_response(lambda seen: seen.request.method == "HEAD"):
                page.clock.run_for(EVERY_MS)
        assert asked == ["GET", "HEAD", "HEAD"], "it is away, so the page stays"
        answers["HEAD"] = 200
        with page.expect_navigation():
            page.clock.run_for(EVERY_MS)
        assert asked == ["GET", "HEAD", "HEAD", "HEAD", "GET"]
        browser.close()
    server.shutdown()
    server.server_close()
