"""The machine's browser, started as the tests need it: on its own, and without its own windows."""

from __future__ import annotations

import shutil
from functools import cache
from typing import Any

import pytest

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: the same engine without the browser's own windows, for a third less work."""
OFF = (
    # Two pages of the browser's own behind the address bar of each window that is opened. No test
    # sees an address bar, and drawing them takes as long as a page of ours.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # The last --disable-features counts alone: what Playwright turns off, and we want off as well.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter"),
    *("PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    # One more process behind each window, for a site that the story never goes to.
    "SpareRendererForSitePerProcess",
)
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",  # There is none: to act as one takes a tenth of the work of a story.
    f"--disable-features={','.join(OFF)}",
    # A page of a story lives for seconds: making its scripts fast takes longer than it saves.
    "--js-flags=--no-opt --no-maglev",
)
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""A name that is looked up is a request that leaves the machine: none resolves."""


@cache
def path() -> str | None:
    """Where the browser is; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def launch(play: Any, *more: str) -> Any:
    """Start the browser. `play`: a started Playwright; `more`: flags beside those of every test.

    Skips the test, and says why, where there is no browser.
    """
    found = path()
    if found is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)} is installed")
    return play.chromium.launch(executable_path=found, args=[*FLAGS, *more])
