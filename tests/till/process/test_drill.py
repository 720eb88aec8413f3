"""The drill: a till's folder is gone, and a new one made from the office alone is its equal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.till.flow.damaging import figures
from tests.till.flow.shop import BUN, COFFEE
from tests.till.process.office_stub import STORE
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import eventually
from tests.till.process.test_identity import close, sell

from skrin.till import backup
from skrin.till.storage.shop_reader import ShopReader

pytestmark = pytest.mark.slow

TOLD = (
    *("entry", "receipt", "closing", "totals", "series", "returned"),
    *("right_hold", "receipt_from_office"),
)
WORDS = "tre gröna bullar i en korg"


def shop_of(till: TillProcess) -> Path:
    return till.folder / f"{till.till_id}-{STORE}" / "shop.sqlite"


def parked(told: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """Parked receipts without what people call them, which no entry tells (D5)."""
    return [(row[0], *row[2:]) for row in told["parked"]]


@pytest.fixture
def lost(street: Street) -> TillProcess:
    """A till with closed days, a parked receipt and an open day, all of it sent."""
    till = street.new_till()
    till.open()
    for _ in range(2):
        for _ in range(2):
            sell(till.screen)
        close(till.screen)
    sell(till.screen)
    till.screen.tap(BUN)
    assert till.screen.post("/park", name="Bord 4").status < 400
    till.screen.tap(COFFEE)
    eventually(lambda: street.office.head(till.till_id) == till.head_seq())
    return till


@pytest.mark.requirement("R-TERM-015", "R-TERM-016", "OPP-025")
def test_a_till_from_the_office_alone_is_equal_to_the_one_that_was_lost(
    street: Street, lost: TillProcess, tmp_path: Path
) -> None:
    lost.kill()
    expected = figures(shop_of(lost))
    assert parked(expected) and expected["closing"] and expected["receipt"]
    shutil.rmtree(lost.folder)
    new = street.new_till()
    street.office.before[new.designation] = lost.till_id
    new.open()
    archive = new.folder / "archive" / f"7-{lost.till_id}-{STORE}" / "shop.sqlite"
    eventually(archive.exists)

    def whole() -> bool:
        reader = ShopReader(archive)
        try:
            return int(reader.head()[0]) == len(expected["entry"])
        finally:
            reader.close()

    eventually(whole)
    now = figures(archive)
    for table in TOLD:
        assert now[table] == expected[table], table
    assert parked(now) == parked(expected)
    grand = {"grand_sales_minor", "grand_returns_minor", "cash_carried_minor"}
    was = {row for row in expected["state"] if row[0] in grand and row[1] != "0"}
    assert was == {row for row in now["state"] if row[0] in grand and row[1] != "0"}
    # It is read, and the new till sells in a series of its own.
    assert new.screen.get(f"/earlier/7-{lost.till_id}-{STORE}/receipts/5").status == 200
    sell(new.screen)
    assert new.bodies("receipt.sealed")[-1].number == 1
    new.drop()


@pytest.mark.requirement("R-TERM-016")
def test_a_till_from_its_encrypted_copy_is_equal_too(lost: TillProcess, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(WORDS)
    lost.kill()
    expected = figures(shop_of(lost))
    copy = tmp_path / "stick" / "till.skrin"
    key = ["--passphrase", str(words)]
    assert backup.main(["make", str(lost.folder), str(copy), *key]) == backup.EXIT_DONE
    shutil.rmtree(lost.folder)
    back = tmp_path / "back"
    assert backup.main(["restore", str(copy), str(back), *key]) == backup.EXIT_DONE
    now = figures(back / f"{lost.till_id}-{STORE}" / "shop.sqlite")
    for table in (*TOLD, "parked"):
        assert now[table] == expected[table], table
