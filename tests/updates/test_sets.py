"""Signed sets only, whatever the medium; and only those that fit."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from tests.updates.fake import (
    KEY,
    OTHER_KEY,
    installation_with,
    pretended_call,
    release,
    set_in,
)

from skrin.updates import make, prepare
from skrin.updates.installation import Installation
from skrin.updates.make import public_half
from skrin.updates.phase import READY
from skrin.updates.release import (
    MANIFEST,
    SIGNATURE,
    ReleaseSet,
    SetRefused,
    check_fits,
    manifest_bytes,
    read_keys,
    read_manifest,
    sign,
)

KEYS = (public_half(KEY),)


def rewritten(path: Path, **contents: bytes) -> Path:
    """The set with other contents of some files."""
    out = path.with_suffix(".other")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            key = Path(name).name.partition(".")[2] if name in (MANIFEST, SIGNATURE) else "whl"
            new.writestr(name, contents.get(key, old.read(name)))
    return out


def test_a_set_comes_back_as_it_was_signed_and_its_bytes_are_the_same_twice(tmp_path: Path) -> None:
    path = set_in(tmp_path / "a", "0.2.0")
    found = ReleaseSet(path, KEYS)
    assert found.release.version == "0.2.0"
    found.unpack(tmp_path / "out")
    (wheel,) = (tmp_path / "out").iterdir()
    assert wheel.read_bytes() == b"the wheel of 0.2.0"
    assert path.read_bytes() == set_in(tmp_path / "b", "0.2.0").read_bytes()


@pytest.mark.requirement("R-UPD-006", "R-UPD-002")
def test_only_who_has_a_key_of_the_installation_can_make_a_set(tmp_path: Path) -> None:
    path = set_in(tmp_path, "0.2.0")
    with pytest.raises(SetRefused, match="not_signed"):
        ReleaseSet(path, (public_half(OTHER_KEY),))
    assert ReleaseSet(path, (public_half(OTHER_KEY), *KEYS)).release.version == "0.2.0"
    forged = manifest_bytes(release("0.3.0"))
    with pytest.raises(SetRefused, match="not_signed"):
        ReleaseSet(rewritten(path, json=forged), KEYS)
    with pytest.raises(SetRefused, match="not_signed"):
        ReleaseSet(rewritten(path, json=forged, sig=sign(forged, OTHER_KEY)), KEYS)
    # The same key over other bytes than a release's is no signature of a release.
    with pytest.raises(SetRefused, match="not_signed"):
        ReleaseSet(rewritten(path, sig=KEY.sign(manifest_bytes(release("0.2.0")))), KEYS)
    with pytest.raises(SetRefused, match="wheel_damaged"):
        ReleaseSet(rewritten(path, whl=b"something else"), KEYS).unpack(tmp_path / "out")
    for damaged in (b"", b"PK\x03\x04", path.read_bytes()[:-30]):
        (tmp_path / "torn").write_bytes(damaged)
        with pytest.raises(SetRefused, match="set_unreadable"):
            ReleaseSet(tmp_path / "torn", KEYS)


@pytest.mark.parametrize(
    "wheel",
    ["../../skrin-0.2.0-py3-none-any.whl", "/etc/skrin-0.2.0-py3-none-any.whl", "run.sh", ""],
)
def test_a_signed_manifest_names_nothing_outside_its_folder(tmp_path: Path, wheel: str) -> None:
    text = manifest_bytes(release("0.2.0")).decode()
    (name,) = release("0.2.0").wheels
    with pytest.raises(SetRefused, match="set_unreadable"):
        read_manifest(text.replace(name, wheel).encode())


@pytest.mark.parametrize(
    ("installed", "changes", "code"),
    [
        ("0.2.0", {}, "not_newer"),
        ("0.10.0", {}, "not_newer"),
        ("0.0.9", {"least": "0.1.0"}, "too_far"),
        ("0.1.0", {"python": "3.99"}, "other_python"),
        ("0.1.0", {"platform": "vax-vms"}, "other_platform"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    tmp_path: Path, installed: str, changes: dict[str, object], code: str
) -> None:
    place = installation_with(tmp_path / "i", installed)
    with pytest.raises(SetRefused, match=code):
        prepare.prepare(place, set_in(tmp_path / "s", "0.2.0", **changes), None)
    assert [folder.name for folder in place.versions.iterdir()] == [installed]
    assert not place.work.exists()


def test_a_set_for_this_version_fits() -> None:
    check_fits(release("0.10.0"), "0.9.0")
    check_fits(release("0.2.0"), "")


@pytest.mark.parametrize("text", ["", "# nothing\n", "no base64\n", "QUJD\n", f"{KEYS[0]}\n" * 3])
def test_keys_that_are_none_let_nothing_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "release-keys").write_text(text)
    with pytest.raises(SetRefused, match="keys_unreadable"):
        read_keys(tmp_path / "release-keys")


def test_the_command_makes_a_set_that_the_command_installs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a new key to a first version, as docs/operations/updates.md says it."""
    monkeypatch.setattr(prepare, "_call", pretended_call)
    monkeypatch.setattr(prepare.os, "nice", lambda by: by)
    own, keys, wheels = tmp_path / "own", tmp_path / "release-keys", tmp_path / "wheels"
    assert make.main(["--new-key", str(own)]) == 0
    keys.write_text(capsys.readouterr().out)
    assert own.stat().st_mode & 0o077 == 0
    assert make.main(["--new-key", str(own)]) == 2, "a key is never overwritten"
    wheels.mkdir()
    assert make.main(["--wheels", str(wheels), "--key", str(own)]) == 2
    (wheels / "skrin-0.2.0-py3-none-any.whl").write_bytes(b"a wheel")
    out = tmp_path / "next.set"
    assert make.main(["--wheels", str(wheels), "--key", str(own), "--out", str(out)]) == 0
    there = str(tmp_path / "i")
    assert prepare.main(["--installation", there, str(out)]) == 2, "no keys yet"
    assert prepare.main(["--installation", there, "--keys", str(keys), str(out)]) == 0
    place = Installation(tmp_path / "i")
    assert place.current() == "0.2.0"
    digest = hashlib.sha256(b"a wheel").hexdigest()
    told = place.release("0.2.0")
    assert told is not None
    assert told.wheels == {"skrin-0.2.0-py3-none-any.whl": digest}
    capsys.readouterr()
    assert prepare.main(["--installation", there, str(out)]) == 2
    assert "not newer" in capsys.readouterr().err
    assert prepare.main(["--installation", there, "--back"]) == 2
    later = set_in(tmp_path / "s", "0.3.0", make.read_private_key(own))
    assert prepare.main(["--installation", there, "--later", str(later)]) == 0
    state = place.state()
    assert (state.phase, state.version, state.wish) == (READY, "0.3.0", "")
