"""A register's package: everything out, with its proof, and read elsewhere as it was (D46)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.till.flow.shop import Shop
from tests.till.flow.test_rebuilding import rebuilt, rich, told

from skrin import documents
from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.entry import GENESIS_HASH, Entry, Header, make_entry
from skrin.domain.journal import JournalOpened, verify_chain
from skrin.domain.record import replace
from skrin.exports import package
from skrin.exports.package import Manifest, PackageDamage
from skrin.sync.history import HistoryAnswer, HistoryQuestion
from skrin.sync.messages import DeviceSettings, EnrolAnswer, StoreSeat
from skrin.till import package as program
from skrin.till.flow import copying, reporting, taking_in
from skrin.till.flow.archives import OFFICE, PACKAGE, Archives, ArchiveTaken, NoRoom, name_of
from skrin.till.flow.predecessors import AGAIN_S, BESIDE_S, MORE_S, PredecessorLane
from skrin.till.flow.rebuilding import differences
from skrin.till.flow.taking_in import TakenIn
from skrin.till.flow.till import Till
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.package_file import PackageFile
from skrin.till.storage.shop_file import ShopFile
from skrin.updates.copying import SPARE_BYTES

__all__ = ["rich"]

pytestmark = pytest.mark.slow


@pytest.fixture
def data(rich: Shop, tmp_path: Path) -> Path:
    """A till's folder: the rich register in its place, and the device's file beside it."""
    rich.till.file.close()
    data = tmp_path / "till"
    register = data / "till-1-1"
    register.mkdir(parents=True)
    for file in rich.folder.glob("shop.sqlite*"):
        shutil.copy(file, register)
    enrolled(data)
    return data


def enrolled(data: Path) -> None:
    """The device's file of the till in a folder."""
    device = DeviceFile(data / "device.sqlite")
    seats = (StoreSeat(1, "Torget", "TORG1"),)
    answer = EnrolAnswer(7, "Provbageriet AB", "till-1", seats, DeviceSettings())
    device.public_key()  # An enrolled till has its key.
    device.put_enrolment(answer, "http://127.0.0.1:1")
    device.close()


@pytest.fixture
def packed(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    out = tmp_path / "out"
    assert program.main(["make", str(data / "till-1-1"), "--out", str(out)]) == 0
    (made,) = out.iterdir()
    assert capsys.readouterr().out.strip() == str(made)
    return made


def changed(packed: Path, to: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The package with its files changed."""
    with zipfile.ZipFile(packed) as found:
        files = {name: found.read(name) for name in found.namelist()}
    change(files)
    with zipfile.ZipFile(to, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return to


@pytest.mark.requirement("R-TERM-017", "OPP-026")
def test_a_package_holds_everything_and_is_proven_by_the_tills_key(
    data: Path, packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PackageFile(packed) as found:
        manifest = found.prove()
    original = ShopFile(data / "till-1-1" / "shop.sqlite")
    seq, head, _, _ = original.head()
    assert (manifest.last_seq, manifest.head) == (seq, head.hex())
    assert (manifest.receipts, manifest.closings) == (7, 3)
    assert (manifest.register, manifest.designation) == ("till-1-1", "TORG1")
    names = set(manifest.files)
    assert {"entries.bin", "README.txt", "receipts/2026-11.html", "z/2026.html"} <= names
    endings = {name.rpartition(".")[2] for name in names if name.startswith("export/")}
    assert endings >= {"xml", "csv", "pdf"}
    with zipfile.ZipFile(packed) as found:
        papers = found.read("receipts/2026-11.html").decode()
        reports = found.read("z/2026.html").decode()
        assert found.read("entries.bin") == b"".join(
            package.pack_record(entry.record) for entry in original.entries(1)
        )
    assert papers.count('<pre class="paper') == 7 and reports.count('<pre class="paper') == 3
    device = DeviceFile(data / "device.sqlite")
    assert base64.b64decode(manifest.public_key) == device.public_key()
    assert program.main(["verify", str(packed)]) == 0
    assert "whole" in capsys.readouterr().out
    original.close()


def forge(files: dict[str, bytes]) -> None:
    """Change a file and its sum in the manifest, as somebody without the key can."""
    files["README.txt"] += b"!"
    manifest = json.loads(files["manifest.json"])
    told_of = {
        "size": len(files["README.txt"]),
        "sha256": hashlib.sha256(files["README.txt"]).hexdigest(),
    }
    manifest["files"]["README.txt"] = told_of
    files["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.requirement("OPP-026")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.update({"z/2026.html": f["z/2026.html"] + b" "}), "file_changed"),
        (lambda f: f.update({"entries.bin": f["entries.bin"][:-1]}), "file_changed"),
        (lambda f: f.pop("entries.bin"), "file_missing"),
        (lambda f: f.pop("manifest.sig"), "file_missing"),
        (lambda f: f.update({"more.txt": b"?"}), "file_unknown"),
        (lambda f: f.update({"../up.txt": b"?"}), "file_unknown"),
        (lambda f: f.update({"manifest.sig": base64.b64encode(bytes(64))}), "signature_wrong"),
        (forge, "signature_wrong"),
        (lambda f: f.update({"manifest.json": b"{}"}), "not_a_package"),
    ],
)
def test_a_package_that_was_changed_is_named_and_not_taken_in(
    packed: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    harmed = changed(packed, tmp_path / "harmed.zip", change)
    with pytest.raises(PackageDamage) as no:
        Archives(tmp_path / "other").import_package(harmed)
    assert no.value.code == code and code in program.FAULT_WORDS
    assert Archives(tmp_path / "other").all() == ()
    assert program.main(["verify", str(harmed)]) in (1, 2)


def test_a_torn_zip_and_a_zip_of_something_else_are_no_packages(
    packed: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.zip"
    torn.write_bytes(packed.read_bytes()[:-200])
    (tmp_path / "text.zip").write_text("no zip")
    for one in (torn, tmp_path / "text.zip", tmp_path / "none.zip"):
        assert program.main(["verify", str(one)]) == 2


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_could_unpack_to_more_than_there_is_memory_is_not_unpacked(
    packed: Path, tmp_path: Path, packing: int
) -> None:
    """Of deflate so much comes out as is asked for; of these everything at once."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed) as found, zipfile.ZipFile(bomb, "w") as made:
        for name in found.namelist():
            method = packing if name == "entries.bin" else zipfile.ZIP_DEFLATED
            made.writestr(name, found.read(name), method)
    with pytest.raises(PackageDamage) as no:
        Archives(tmp_path / "other").import_package(bomb)
    assert (no.value.code, no.value.about) == ("not_a_package", "entries.bin")


def test_a_package_that_was_harmed_anywhere_is_refused_with_words(
    packed: Path, tmp_path: Path
) -> None:
    """A byte changed in each member's packed bytes, and in each part of the directory."""
    whole = packed.read_bytes()
    with zipfile.ZipFile(packed) as found:
        members = found.infolist()
        directory = found.start_dir
    ends = [*(one.header_offset for one in members[1:]), directory]
    places = [
        at
        for one, end in zip(members, ends, strict=True)
        for at in range(one.header_offset + 30 + len(one.filename), end, 997)
    ]
    harmed = tmp_path / "harmed.zip"
    refused = 0
    for at in (*places, *range(directory, len(whole), 13)):
        harmed.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            with PackageFile(harmed) as found_one:
                found_one.prove()
        except PackageDamage as damage:
            refused += 1
            assert damage.code in program.FAULT_WORDS
    assert refused > len(places), "whatever is in a member is proven"


def resealed(packed: Path, to: Path, entries: list[Entry]) -> Path:
    """A package of these entries that its own key signed: whole, whatever it says."""
    key = Ed25519PrivateKey.generate()
    records = b"".join(package.pack_record(entry.record) for entry in entries)
    kinds = Counter(entry.header.kind for entry in entries)
    with zipfile.ZipFile(packed) as found:
        manifest = package.read_manifest(found.read(package.MANIFEST))
    told_of = package.PackedFile(len(records), hashlib.sha256(records).hexdigest())
    sealed = package.manifest_bytes(
        replace(
            manifest,
            last_seq=len(entries),
            head=entries[-1].hash.hex(),
            kinds=dict(kinds),
            public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
            files={package.ENTRIES: told_of},
        )
    )
    with zipfile.ZipFile(to, "w") as made:
        made.writestr(package.ENTRIES, records)
        made.writestr(package.MANIFEST, sealed)
        made.writestr(package.SIGNATURE, base64.b64encode(key.sign(sealed)))
    return to


def chained(entries: list[Entry], bodies: dict[str, bytes]) -> list[Entry]:
    """The entries anew, with other bodies of some kinds."""
    made: list[Entry] = []
    for entry in entries:
        body = bodies.get(entry.header.kind, entry.body)
        made.append(make_entry(entry.header, made[-1].hash if made else GENESIS_HASH, body))
    return made


def opened_in(entries: list[Entry], country: str) -> dict[str, bytes]:
    body = decode_body("journal.opened", entries[0].header.version, entries[0].body)
    assert isinstance(body, JournalOpened)
    return {"journal.opened": encode(replace(body, country=country))}


@pytest.mark.requirement("OPP-026")
@pytest.mark.parametrize("what", ["country", "number", "body"])
def test_a_package_of_a_key_of_its_own_and_with_nonsense_in_it_is_refused_with_words(
    data: Path, packed: Path, tmp_path: Path, what: str
) -> None:
    file = ShopFile(data / "till-1-1" / "shop.sqlite")
    entries = list(file.entries(1))
    file.close()
    moved = next(one for one in entries if one.header.kind == "cash.moved")
    bodies = {
        "country": opened_in(entries, "XX"),
        "number": {"cash.moved": re.sub(rb'"number":\d+', b'"number":%d' % 2**63, moved.body)},
        "body": {"cash.moved": b"[" * 100_000},
    }[what]
    made = resealed(packed, tmp_path / "forged.zip", chained(entries, bodies))
    other = Archives(tmp_path / "other")
    with pytest.raises(PackageDamage) as no:
        other.import_package(made)
    assert no.value.code == "journal_damaged"
    assert other.all() == () and list(other.folder.iterdir()) == []


@pytest.mark.requirement("R-TERM-017", "OPP-026")
def test_on_another_device_it_reads_as_it_was(data: Path, packed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert program.main(["open", str(packed), "--data", str(other)]) == 0
    (archive,) = Archives(other).all()
    assert archive.is_whole and archive.differences == ()
    original = ShopFile(data / "till-1-1" / "shop.sqlite")
    read = ShopFile(archive.path)
    assert told(read) == told(original)
    for number in range(1, 8):
        papers = [
            documents.receipt_text(
                copying.signed_receipt(file, *(file.receipt_seqs(number) or (0, 0))), 42
            )
            for file in (original, read)
        ]
        assert papers[0] == papers[1]
    for number in (1, 2, 3):
        texts = []
        for file in (original, read):
            found = reporting.closed_report(file, number)
            assert found is not None
            header = found[0].header
            texts.append(
                documents.report_text(found[1], header.at_utc_ms, header.utc_offset_min, 42)
            )
        assert texts[0] == texts[1]
    original.close()
    read.close()
    # Once more changes nothing; a shorter or another history never takes its place.
    assert program.main(["open", str(packed), "--data", str(other)]) == 0
    assert len(Archives(other).all()) == 1


def test_another_history_never_takes_an_archives_place(
    data: Path, packed: Path, tmp_path: Path
) -> None:
    kept = Archives(tmp_path / "other")
    kept.import_package(packed)
    (archive,) = kept.all()
    file = ShopFile(archive.path)
    file._db.execute("UPDATE entry SET hash = zeroblob(32) WHERE seq = ?", (archive.has_seq,))
    file.close()
    with pytest.raises(ArchiveTaken):
        kept.import_package(packed)


@pytest.mark.requirement("R-TERM-015", "OPP-026")
def test_a_package_of_anybodys_key_never_passes_for_what_the_office_has(
    data: Path, packed: Path, tmp_path: Path
) -> None:
    """Whoever forges a package of the till before this one is read as a package, and neither hides
    what the office has nor is taken for it."""
    file = ShopFile(data / "till-1-1" / "shop.sqlite")
    entries = list(file.entries(1))
    file.close()
    forged = chained([*entries, replace(entries[-1], header=later(entries[-1]))], {})
    kept = Archives(tmp_path / "other")
    name = kept.import_package(resealed(packed, tmp_path / "forged.zip", forged))
    identity = SimpleNamespace(company=7, predecessor="till-1", seat=SimpleNamespace(store=1))

    def history(asked: HistoryQuestion) -> HistoryAnswer:
        rest = tuple(entry.record for entry in entries[asked.after_seq :])
        return HistoryAnswer("TORG1", len(entries), rest)

    link, till = SimpleNamespace(history=history), SimpleNamespace(identity=identity)
    lane = PredecessorLane(cast(Till, till), link, kept)
    assert lane.step() == AGAIN_S and lane.damage == ""
    sources = {one.name: (one.facts.source, one.has_seq) for one in kept.all()}
    assert sources == {
        name_of(7, "till-1-1"): (OFFICE, len(entries)),
        name: (PACKAGE, len(entries) + 1),
    }


def test_an_earlier_journal_comes_slower_while_somebody_is_served(
    data: Path, tmp_path: Path
) -> None:
    file = ShopFile(data / "till-1-1" / "shop.sqlite")
    entries = list(file.entries(1))
    file.close()
    identity = SimpleNamespace(company=7, predecessor="till-1", seat=SimpleNamespace(store=1))

    def history(asked: HistoryQuestion) -> HistoryAnswer:
        (piece,) = entries[asked.after_seq : asked.after_seq + 1]
        return HistoryAnswer("TORG1", len(entries), (piece.record,))

    desk = SimpleNamespace(cart=None)
    till = cast(Till, SimpleNamespace(identity=identity, desk=desk))
    lane = PredecessorLane(till, SimpleNamespace(history=history), Archives(tmp_path / "other"))
    assert lane.step() == MORE_S
    desk.cart = SimpleNamespace(lines=())
    assert lane.step() == BESIDE_S > MORE_S


def test_a_package_that_was_coming_when_the_program_was_killed_takes_no_room_for_ever(
    packed: Path, tmp_path: Path
) -> None:
    kept = Archives(tmp_path / "other")
    kept.tidy()
    name = kept.import_package(packed)
    left = kept.folder / "came-abc.new"
    left.mkdir()
    (left / "package.zip").write_bytes(b"PK")
    kept.tidy()
    assert [one.name for one in kept.folder.iterdir()] == [name]


def test_two_makings_of_one_archive_at_a_time_leave_it_whole(packed: Path, tmp_path: Path) -> None:
    """As after a second tap while the first is still at work."""
    kept = Archives(tmp_path / "other")
    name = kept.import_package(packed)
    archive = kept.find(name)
    assert archive is not None

    def slowly(records: list[bytes]) -> Iterator[bytes]:
        yield from records[:9]
        assert kept.import_package(packed) == name
        yield from records[9:]

    with PackageFile(packed) as found:
        kept.build(name, slowly(list(found.records())), archive.facts)
    again = kept.find(name)
    assert again is not None and again.has_seq == archive.has_seq > 9
    assert [one.name for one in kept.folder.iterdir()] == [name]


def later(entry: Entry) -> Header:
    """The header of an entry after this one, of a kind that nothing is known of."""
    return replace(entry.header, seq=entry.header.seq + 1, kind="something.new")


@pytest.mark.requirement("R-TERM-018")
def test_a_series_stays_valid_whatever_ids_look_like(rich: Shop, tmp_path: Path) -> None:
    """A till's id is a text that nothing takes apart: a journal under an id of another rule is
    proven, counted and read as one of today's."""
    entries, last = [], GENESIS_HASH
    for entry in rich.till.file.entries(1):
        other = replace(entry.header, till="SE/2031:77")
        entries.append(make_entry(other, last, entry.body))
        last = entries[-1].hash
    assert verify_chain(entries) is entries[-1]
    again = rebuilt(entries, tmp_path / "again", 500)
    assert differences(again) == ()
    assert again.series() == rich.till.file.series()
    assert told(again)["receipt"] == told(rich.till.file)["receipt"]
    assert name_of(7, "SE/2031:77-1") == "7-SE-2031-77-1", "a folder that every disk can have"


def test_a_manifest_survives_its_own_bytes() -> None:
    values = {"format": package.FORMAT, "files": {}, "kinds": {}}
    rest = {
        name: 0 if "int" in str(one.type) else ""
        for name, one in Manifest.__dataclass_fields__.items()
        if name not in values and name != "left_out"
    }
    manifest = Manifest(**values, **rest)  # type: ignore[arg-type]
    assert decode(Manifest, encode(manifest)) == manifest
    with pytest.raises(PackageDamage, match="format_unknown"):
        package.read_manifest(encode(manifest).replace(b"package-1", b"package-9"))


def test_a_page_has_a_package_taken_in_by_another_process(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the one that sells: nothing of it may run here."""

    def here(*_: object) -> None:
        raise AssertionError("proven in the selling process")

    for name in ("prove", "records", "entries"):
        monkeypatch.setattr(PackageFile, name, here)
    data = tmp_path / "other"
    harmed = changed(packed, tmp_path / "harmed.zip", lambda f: f.update({"more.txt": b"?"}))
    assert taking_in.take_in(harmed, data) == TakenIn("", "file_unknown", "more.txt")
    found = taking_in.take_in(packed, data)
    assert found == TakenIn("7-till-1-1-package")
    assert [one.name for one in Archives(data).all()] == [found.archive]


def test_one_package_at_a_time_and_none_without_end(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with taking_in._one_at_a_time:
        assert taking_in.take_in(packed, tmp_path / "other").fault == taking_in.BUSY
    monkeypatch.setattr(taking_in, "TIMEOUT_S", 0.01)
    assert taking_in.take_in(packed, tmp_path / "other").fault == taking_in.FAILED
    monkeypatch.undo()
    assert taking_in.take_in(packed, tmp_path / "other").fault == "", "the way is free again"


def test_a_full_disk_is_told_before_anything_is_written(
    data: Path,
    packed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    free = SimpleNamespace(free=SPARE_BYTES + 1000)
    monkeypatch.setattr("skrin.updates.copying.shutil.disk_usage", lambda _: free)
    with pytest.raises(NoRoom):
        Archives(tmp_path / "other").import_package(packed)
    assert Archives(tmp_path / "other").all() == ()
    argv = [str(packed), "--data", str(tmp_path / "other"), "--json"]
    assert program.main(["open", *argv]) == program.EXIT_REFUSED
    assert json.loads(capsys.readouterr().out) == {"fault": "no_room", "about": "1"}
    out = tmp_path / "full"
    made = ["make", str(data / "till-1-1"), "--out", str(out), "--json"]
    assert program.main(made) == program.EXIT_REFUSED
    assert json.loads(capsys.readouterr().out)["refused"] == "no_room"
    assert list(out.iterdir()) == []
