"""A till's encrypted copy: made while it sells, proven, restored to be read and never to sell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.till.flow.shop import COFFEE, HandClock, Shop
from tests.till.flow.test_closing_properties import EVA, sell
from tests.till.flow.test_package import data, enrolled
from tests.till.flow.test_rebuilding import rich, told

from skrin.domain.refusal import Refusal
from skrin.till import backup
from skrin.till.flow import reporting, selling
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile

__all__ = ["data", "rich"]

WORDS = "tre gröna bullar i en korg"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words"
    file.write_text(WORDS + "\n", encoding="utf-8")
    return file


@pytest.mark.requirement("R-TERM-016", "OPP-025")
def test_a_copy_restores_the_register_to_the_byte_and_sells_nothing(
    data: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, back = tmp_path / "stick" / "till.skrin", tmp_path / "back"
    key = ["--passphrase", str(words)]
    assert backup.main(["make", str(data), str(copy), *key]) == backup.EXIT_DONE
    assert b"Provbageriet" not in copy.read_bytes(), "nothing of it can be read"
    assert not list(data.glob(".backup-*")), "no plain copy is left"
    assert backup.main(["prove", str(copy), *key]) == backup.EXIT_DONE
    assert backup.main(["restore", str(copy), str(back), *key]) == backup.EXIT_DONE
    assert "whole" in capsys.readouterr().out
    original = ShopFile(data / "till-1-1" / "shop.sqlite")
    restored = ShopFile(back / "till-1-1" / "shop.sqlite")
    assert told(restored) == told(original)
    assert reporting.closed_report(restored, 1) == reporting.closed_report(original, 1)
    devices = [DeviceFile(one / "device.sqlite") for one in (data, back)]
    assert devices[0].public_key() == devices[1].public_key()
    for one in (original, restored, *devices):
        one.close()
    # Its program comes up on it: everything is read, nothing is sold.
    shutil.copytree(back / "till-1-1", tmp_path / "again")
    clock = HandClock()
    clock.forward(3 * 86_400)
    again = Shop(tmp_path / "again", clock)
    assert again.till.handed_over and again.till.sharing.frozen
    with pytest.raises(Refusal, match="till_handed_over"):
        selling.tap_article(again.till, EVA, again.tap_id(), COFFEE)
    again.counter.copy_z(EVA, 1)


def test_a_copy_is_made_while_the_till_sells(shop: Shop, words: Path, tmp_path: Path) -> None:
    sell(shop)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "till-1-1").symlink_to(shop.folder, target_is_directory=True)
    enrolled(folder)
    selling.tap_article(shop.till, EVA, shop.tap_id(), COFFEE)
    made = backup.make(folder, tmp_path / "copy", WORDS)
    shop.counter.pay_cash(EVA, shop.tap_id(), None)
    (line,) = backup.prove(made, WORDS)
    assert line.startswith("till-1-1: ") and "whole" in line


def test_what_was_under_way_is_asked_of_no_device_again(
    shop: Shop, words: Path, tmp_path: Path
) -> None:
    """The till has long finished it, or never will: a second registration helps nobody."""
    selling.tap_article(shop.till, EVA, shop.tap_id(), COFFEE)
    shop.unit.be_silent(99)
    shop.counter.preflight.unit_answered_s = shop.clock.steady_s()
    shop.counter.pay_cash(EVA, shop.tap_id(), None)
    assert shop.till.desk.pending, "sealed, and the unit has said nothing"
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "till-1-1").symlink_to(shop.folder, target_is_directory=True)
    enrolled(folder)
    backup.restore(backup.make(folder, tmp_path / "copy", WORDS), tmp_path / "back", WORDS)
    clock = HandClock()
    clock.forward(86_400)
    again = Shop(tmp_path / "back" / "till-1-1", clock)
    assert again.till.desk.pending
    again.counter.work_off()
    assert again.till.desk.pending and not again.unit.counters, "the unit was not asked"


def test_wrong_words_and_changed_bytes_restore_nothing(
    data: Path, words: Path, tmp_path: Path
) -> None:
    copy = backup.make(data, tmp_path / "copy", WORDS)
    whole, back = copy.read_bytes(), tmp_path / "back"
    with pytest.raises(backup.BackupUnusable, match="passphrase"):
        backup.restore(copy, back, WORDS + "!")
    for harmed in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole[:40],
        whole + b"x",
        bytes([*whole[:-20], whole[-20] ^ 1, *whole[-19:]]),
        b"not a copy at all, but long enough to be one",
        b"",
    ):
        copy.write_bytes(harmed)
        with pytest.raises(backup.BackupUnusable):
            backup.restore(copy, back, WORDS)
        assert not back.exists() and not (tmp_path / "back.new").exists()
    copy.write_bytes(whole)
    (back / "something").mkdir(parents=True)
    with pytest.raises(backup.BackupUnusable, match="not empty"):
        backup.restore(copy, back, WORDS)
    words.write_text("short")
    key = ["--passphrase", str(words)]
    assert backup.main(["prove", str(copy), *key]) == backup.EXIT_CANNOT


def test_a_chunk_cannot_be_left_out_or_moved(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "CHUNK_BYTES", 4096)
    copy = backup.make(data, tmp_path / "copy", WORDS)
    whole, size = copy.read_bytes(), 4096 + backup.TAG_BYTES
    head = len(backup.MAGIC) + backup.SALT_BYTES + backup.PREFIX_BYTES
    chunks = [whole[at : at + size] for at in range(head, len(whole), size)]
    assert len(chunks) > 5
    for order in ([*chunks[:2], *chunks[3:]], [chunks[1], chunks[0], *chunks[2:]], chunks[:-1]):
        copy.write_bytes(whole[:head] + b"".join(order))
        with pytest.raises(backup.BackupUnusable):
            backup.prove(copy, WORDS)
