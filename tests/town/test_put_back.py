"""At the door of a real office, by a process of its own (D32): its database is put back from a dump
while its tills live on; and two tills with one key."""

from __future__ import annotations

import pytest
from tests.town.test_fire import TIMEOUT_S, fire

pytestmark = [pytest.mark.slow, pytest.mark.office]

NOBODY = ("--tills", "0", "--forgers", "0", "--inputs", "40")


@pytest.mark.timeout(TIMEOUT_S)
def test_an_office_that_was_put_back_hears_all_tills_and_gives_nothing_twice() -> None:
    ran = fire(*NOBODY, "--one-key", "0", "--put-backs", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "  put back: 2" in ran.stdout and "0 findings" in ran.stdout


@pytest.mark.timeout(TIMEOUT_S)
def test_of_two_tills_with_one_key_the_office_has_one_and_says_so() -> None:
    ran = fire(*NOBODY, "--one-key", "3", "--put-backs", "0")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for order in ("newer first", "older first", "by turns"):
        assert f"  one key, {order}: 1" in ran.stdout, ran.stdout
