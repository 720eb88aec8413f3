"""The town: hundreds of steps, the book equation after each; and faults that must be found."""

from __future__ import annotations

import pytest
from tests.office.rights.store import Store
from tests.office.rights.town import Town

pytestmark = [pytest.mark.office, pytest.mark.slow]


@pytest.mark.requirement("R-PARK-006", "R-RET-004", "OPP-023")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_town_of_three_tills_keeps_its_books(store: Store, seed: int) -> None:
    town = Town(store, seed)
    try:
        town.steps(250)
        town.rests()
    except BaseException:
        print("\n".join(town.told))
        raise
    happened = {told.split()[1] for told in town.told}
    assert {"takes_over", "doubles", "restarts", "returns"} <= happened


@pytest.mark.requirement("R-TERM-014")
def test_without_a_takeover_nothing_is_ever_reported(store: Store) -> None:
    town = Town(store, 3, breaks=False)
    try:
        town.steps(200)
        town.rests()
    except BaseException:
        print("\n".join(town.told))
        raise
    assert store.reports() == []
    # They share receipts, returns and copies, and no series.
    for one in store.tills:
        numbers = [body.number for body in one.bodies("receipt.sealed")]
        assert numbers and numbers == list(range(1, len(numbers) + 1))
