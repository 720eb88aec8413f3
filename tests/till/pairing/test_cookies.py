"""Tills of different offices on one machine: a browser keeps one jar for all ports of a host."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser.small import SmallTill
from tests.browser.small_till import PASSWORD
from tests.till.pairing.conftest import Counter
from tests.till.process.screen import Screen


@pytest.mark.slow
@pytest.mark.requirement("R-TERM-006")
def test_tills_with_the_same_number_leave_each_other_logged_in(
    counter: Counter, tmp_path: Path
) -> None:
    """Two offices number their first tills alike; who logs in at one stays at the other, and what
    a form of one sends is taken there."""
    one = counter.own
    with SmallTill(tmp_path / "other") as running:
        two = Screen(int(running.ready["port"]))
        two.cookies = one.cookies  # As a browser: one jar, whatever the port.
        assert two.log_in("alva@vete.example", PASSWORD).status == 302
        for screen, article in ((one, 11), (two, 14), (one, 14)):
            page = screen.get("/")
            assert page.status == 200, "still logged in"
            assert screen.tap(article).status == 200
        names = sorted(name.rpartition("_")[0] for name in one.cookies if "till-1_" in name)
        assert names == ["skrin_csrf_till-1"] * 2 + ["skrin_till-1"] * 2
