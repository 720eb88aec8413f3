"""What a wipe must not destroy: other journals, and what was registered since (R-TERM-020)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.till.flow.shop import Shop

from skrin.domain.codec import decode, encode
from skrin.domain.journal import TillStopped
from skrin.domain.record import replace
from skrin.sync.messages import DeviceSettings, EnrolAnswer, Fault, StoreSeat
from skrin.sync.wiping import CERTIFICATE_FORMAT, Certificate, WipeAnswer, WipeQuestion
from skrin.till import backup, wipe
from skrin.till import main as program
from skrin.till.devices.contract import OfficeRefused
from skrin.till.flow.rights_folding import HANDED_OVER
from skrin.till.storage.device_file import INSTALLATION_SETTING, DeviceFile
from skrin.till.storage.folder_lock import WIPING
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader
from skrin.updates.installation import Installation


@dataclass
class Office:
    """An office that has everything, or says what it is told to say."""

    head_seq: int = 10**6
    takes: bool = True
    head_hash: str = ""
    alarm: str = ""
    answer: WipeAnswer | None = None
    refuses: str = ""
    sent: int = 0
    words: list[WipeAnswer] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def exchange(self, body: bytes) -> SimpleNamespace:
        self.sent += 1
        return SimpleNamespace(head_seq=self.head_seq, head_hash=self.head_hash, alarm=self.alarm)

    def certificate(self, question: WipeQuestion) -> Certificate:
        who = CERTIFICATE_FORMAT, 7, "Provbageriet AB", "till-1"
        return Certificate(*who, question.registers, question.files, 0)

    def signed(self, said: Certificate) -> WipeAnswer:
        public = self.key.public_key().public_bytes_raw()
        return WipeAnswer(encode(said), self.key.sign(encode(said)), public)

    def wipe(self, question: WipeQuestion) -> WipeAnswer:
        if self.refuses:
            raise OfficeRefused(Fault(self.refuses, ""))
        self.words.append(self.answer or self.signed(self.certificate(question)))
        return self.words[-1]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    monkeypatch.setattr(wipe, "OfficeClient", lambda *_: office)
    return office


@pytest.fixture
def data(shop: Shop, tmp_path: Path) -> Path:
    """The folder of a till whose trade has ended."""
    with shop.till.file.commit():
        shop.till.file.put_state(HANDED_OVER, "1")
    shop.till.file.close()
    data = tmp_path / "till"
    (data / "till-1-1").mkdir(parents=True)
    for file in shop.folder.glob("shop.sqlite*"):
        shutil.copy(file, data / "till-1-1")
    enrolled_in(data, "till-1")
    return data


def enrolled_in(data: Path, till: str) -> None:
    device = DeviceFile(data / "device.sqlite")
    seats = (StoreSeat(1, "Torget", "TORG1"),)
    enrolled = EnrolAnswer(7, "Provbageriet AB", till, seats, DeviceSettings())
    device.put_enrolment(enrolled, "http://127.0.0.1:1")
    device.close()


def kept(data: Path) -> bool:
    """Whether keys and journal are there, whole."""
    device = DeviceFile(data / "device.sqlite")
    there = device.enrolment() is not None
    device.close()
    return there and (data / "till-1-1" / "shop.sqlite").is_file()


@pytest.mark.requirement("R-TERM-020")
@pytest.mark.parametrize(
    "place",
    ["till-0-1/shop.sqlite", "kiosk/device.sqlite", "kiosk/till-9-1/shop.sqlite",
     "till-1-1.old/shop.sqlite", "till-1-1/copy/shop.sqlite"],
)  # fmt: skip
def test_what_the_office_is_not_asked_about_is_not_destroyed(
    data: Path, office: Office, tmp_path: Path, place: str
) -> None:
    other = data / place
    other.parent.mkdir(parents=True)
    other.write_bytes(b"unsent")
    with pytest.raises(wipe.WipeRefused, match="Move it out"):
        wipe.wipe(data, tmp_path / "out", "0")
    assert other.read_bytes() == b"unsent" and kept(data) and office.words == []
    other.rename(tmp_path / "moved")
    shutil.rmtree(other.parent)
    archive = data / "archive" / "7-till-0-1"
    archive.mkdir(parents=True)
    (archive / "shop.sqlite").write_bytes(b"read only")
    wipe.wipe(data, tmp_path / "out", "0")
    assert list(data.iterdir()) == []


def test_a_word_that_is_not_about_what_is_here_wipes_nothing(
    data: Path, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forged, of another till, of another company, or of another hour."""
    asked: list[WipeQuestion] = []

    def says(question: WipeQuestion) -> WipeAnswer:
        asked.append(question)
        assert office.answer is not None
        return office.answer

    monkeypatch.setattr(office, "wipe", says)
    office.answer = WipeAnswer(b"{}", bytes(64), bytes(32))
    with pytest.raises(wipe.WipeRefused, match="not signed"):
        wipe.wipe(data, tmp_path / "out", "0")
    good = office.certificate(asked[0])
    office.answer = replace(office.signed(good), certificate=encode(replace(good, till="till-2")))
    with pytest.raises(wipe.WipeRefused, match="not signed"):
        wipe.wipe(data, tmp_path / "out", "0")
    (register,) = good.registers
    earlier = replace(register, head_seq=register.head_seq - 1, head_hash="00" * 32)
    for wrong in (
        replace(good, till="till-2"),
        replace(good, company=8),
        replace(good, registers=()),
        replace(good, registers=(earlier,)),
        replace(good, format="other"),
    ):
        office.answer = office.signed(wrong)
        with pytest.raises(wipe.WipeRefused, match="something else"):
            wipe.wipe(data, tmp_path / "out", "0")
        assert kept(data) and not (data / WIPING).exists()
    office.answer = office.signed(good)
    wipe.wipe(data, tmp_path / "out", "0")
    assert list(data.iterdir()) == []


@pytest.mark.requirement("R-TERM-020")
@pytest.mark.parametrize("after", range(12))
def test_killed_at_any_step_it_asks_again_as_long_as_there_are_keys(
    data: Path, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """A kill after so many steps on the disk. No till starts in what is left; with keys there, the
    office is asked anew, and what it does not have is not destroyed."""
    left = after

    def killing(does: object) -> object:
        def step(*args: object, **how: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return does(*args, **how)  # type: ignore[operator]

        return step

    with monkeypatch.context() as patch:
        for where, name in (
            *((Path, one) for one in ("write_text", "replace", "rename", "unlink")),
            *((wipe, one) for one in ("sync_folder", "_overwrite")),
            (wipe.shutil, "rmtree"),
        ):
            patch.setattr(where, name, killing(getattr(where, name)))
        with pytest.raises(KeyboardInterrupt):
            wipe.wipe(data, tmp_path / "out", "0")
    if (data / WIPING).exists():
        assert program.main(["--data", str(data)]) == program.EXIT_CANNOT_START
    keys = (data / "device.sqlite").exists()
    if keys:
        assert kept(data)
        office.refuses = "head_differs"
        with pytest.raises(OfficeRefused):
            wipe.wipe(data, tmp_path / "out", "0")
        assert kept(data), "not on the word of another hour"
        office.refuses = ""
    wipe.wipe(data, tmp_path / "out", "0")
    assert {one.name for one in data.iterdir()} <= {"till.lock"}, "which the program removes"
    assert len(office.words) == 1 + keys


def test_a_new_tills_keys_in_a_folder_that_was_not_emptied_to_the_end_are_not_destroyed(
    data: Path, office: Office, tmp_path: Path
) -> None:
    shutil.rmtree(data)
    (data / "till-2-1").mkdir(parents=True)
    (data / WIPING).write_text(str(tmp_path / "skrin-wipe-till-1.json"))
    enrolled_in(data, "till-2")
    ShopFile(data / "till-2-1" / "shop.sqlite").close()
    with pytest.raises(wipe.WipeRefused, match="has not ended"):
        wipe.wipe(data, tmp_path / "out", "0")
    assert (data / "till-2-1" / "shop.sqlite").is_file() and (data / "device.sqlite").is_file()


def test_an_office_that_takes_nothing_is_not_asked_for_ever(
    data: Path, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.head_seq = 0
    with pytest.raises(wipe.WipeRefused, match="does not take"):
        wipe.wipe(data, tmp_path / "out", "0")
    assert office.sent == 2 and kept(data)
    office.head_seq = 10**6
    argv = [str(data), "--out", str(tmp_path / "out"), "--yes"]
    for code, words in wipe.OFFICE_WORDS.items():
        office.refuses = code
        assert wipe.main(argv) == wipe.EXIT_REFUSED
        assert words in capsys.readouterr().err
    assert kept(data)


@pytest.mark.requirement("R-TERM-016", "R-TERM-020")
def test_a_till_put_back_from_a_copy_is_emptied_when_the_office_has_the_copy(
    shop: Shop, office: Office, tmp_path: Path
) -> None:
    """Its journal holds no end of the trade, and after the copy the two went ways of their own."""
    folder, back = tmp_path / "data", tmp_path / "back"
    folder.mkdir()
    (folder / "till-1-1").symlink_to(shop.folder, target_is_directory=True)
    enrolled_in(folder, "till-1")
    words = "tre gröna bullar i en korg"
    copy = backup.make(folder, tmp_path / "copy", words)
    backup.restore(copy, back, words)
    reader = ShopReader(back / "till-1-1" / "shop.sqlite")
    seq, digest, _, _ = reader.head()
    reader.close()
    again = Shop(back / "till-1-1")  # It starts once more, and writes that down.
    assert again.till.handed_over
    with again.till.transaction(None) as tx:
        tx.append("till.stopped", TillStopped(1))
    later = again.till.file.head()[0]
    again.till.file.close()
    assert later > seq
    for head, alarm in ((later + 5, ""), (later, ""), (seq, "rival_incarnation")):
        # Another entry at that number than here, or an older start than the office has heard.
        office.head_seq, office.head_hash, office.alarm = head, "77" * 32, alarm
        office.refuses = "not_handed_over"
        with pytest.raises(OfficeRefused):
            wipe.wipe(back, tmp_path / "out", "0")
    office.head_seq = seq - 1
    with pytest.raises(wipe.WipeRefused, match="rival"):
        wipe.wipe(back, tmp_path / "out", "0")
    assert kept(back) and not office.words, "what the office lacks of the copy stays"
    office.head_seq, office.alarm, office.refuses = later + 5, "", ""
    wipe.wipe(back, tmp_path / "out", "0")
    (said,) = office.words
    (register,) = decode(Certificate, said.certificate).registers
    assert (register.head_seq, register.head_hash) == (seq, digest.hex())
    assert list(back.iterdir()) == []


@pytest.mark.requirement("R-TERM-020")
def test_what_an_update_kept_of_the_data_goes_too(
    data: Path, office: Office, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "installation")
    before = installation.copies / "before"
    shutil.copytree(data, before)
    device = DeviceFile(data / "device.sqlite")
    device.put_setting(INSTALLATION_SETTING, str(installation.folder))
    device.public_key()
    device.close()
    wipe.shutil.copy(data / "device.sqlite", before / "device.sqlite")
    office.refuses = "head_differs"
    with pytest.raises(OfficeRefused):
        wipe.wipe(data, tmp_path / "out", "0")
    assert (before / "device.sqlite").is_file(), "not without the office's word"
    office.refuses = ""
    with installation.at_work(), pytest.raises(wipe.WipeRefused, match="update"):
        wipe.wipe(data, tmp_path / "out", "0")
    assert kept(data)
    wipe.wipe(data, tmp_path / "out", "0")
    assert not installation.copies.exists() and list(data.iterdir()) == []


def test_what_an_update_kept_of_another_till_stays(
    data: Path, office: Office, tmp_path: Path
) -> None:
    installation = Installation(tmp_path / "installation")
    before = installation.copies / "before"
    before.mkdir(parents=True)
    enrolled_in(before, "till-9")
    device = DeviceFile(data / "device.sqlite")
    device.put_setting(INSTALLATION_SETTING, str(installation.folder))
    device.close()
    wipe.wipe(data, tmp_path / "out", "0")
    assert (before / "device.sqlite").is_file()
