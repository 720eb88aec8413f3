"""`skrin update`: install a signed set beside the version that runs, or go back to the one before.

The same steps whether the till fetched the set or a person brings it on a stick (R-UPD-002): prove
the signature, unpack against the hashes, make an environment of its own without any network, try
it on a copy of the till's real files. Only then is it `ready`; who starts the till switches to it
(starter.py). Nothing here touches the running version, so it may be killed anywhere and begun anew.
"""

from __future__ import annotations

import argparse
import ensurepip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from skrin.lifetime import go_gently
from skrin.updates.copying import check_room, copy_data, data_size
from skrin.updates.installation import COMPLETE, Busy, Installation, sync_folder, write_durably
from skrin.updates.phase import IDLE, PREPARING, READY
from skrin.updates.release import ReleaseSet, SetRefused, check_fits, read_keys

EXIT_DONE, EXIT_REFUSED = 0, 2
VENV_TIMEOUT_S, PIP_TIMEOUT_S, CHECK_TIMEOUT_S = 300.0, 1800.0, 900.0
GROWS = 5
"""How many times the size of its set an installed version takes at most, wheels included."""

STEPS = ("read", "unpacked", "made", "installed", "checked", "complete")
"""What is behind after each step; a test kills between any two."""


def prepare(
    installation: Installation, set_path: Path, data: Path | None, *, wish: str = ""
) -> str:
    """Install a set up to where it can be switched to; returns its version.

    `data` is the till's folder, None = there is none yet. Raises `SetRefused`, `Busy`.
    """
    with installation.at_work():
        found = ReleaseSet(set_path, installation.keys())
        version, current = found.release.version, installation.current()
        check_fits(found.release, current)
        installation.change(
            phase=PREPARING, version=version, done=1, total=len(STEPS), fault="", detail="", tries=0
        )
        try:
            if not installation.is_whole(version):
                _make(installation, found, data)
        except SetRefused as no:
            _note_refused(installation, no)
            raise
        except OSError as fault:  # Mostly a disk that became full meanwhile.
            refused = SetRefused("install_failed", str(fault))
            _note_refused(installation, refused)
            raise refused from fault
        changes: dict[str, object] = {"phase": READY, "done": len(STEPS)}
        installation.change(**changes, **({"wish": wish} if wish else {}))
    return version


def _note_refused(installation: Installation, no: SetRefused) -> None:
    shutil.rmtree(installation.work, ignore_errors=True)
    installation.change(phase=IDLE, wish="", fault=no.code, detail=no.detail[:300])


def _make(installation: Installation, found: ReleaseSet, data: Path | None) -> None:
    size = found.path.stat().st_size
    check_room(installation.folder, size * GROWS + (data_size(data) if data else 0))
    version = found.release.version
    place, work = installation.versions / version, installation.work / version
    for left_over in (place, work):
        shutil.rmtree(left_over, ignore_errors=True)
    found.unpack(work / "wheels")
    installation.change(done=2)
    place.parent.mkdir(exist_ok=True)
    _call(
        [sys.executable, "-I", "-m", "venv", "--without-pip", str(place)],
        VENV_TIMEOUT_S,
        "environment_failed",
    )
    installation.change(done=3)
    _install(installation.python(version), work, found)
    installation.change(done=4)
    if data is not None:
        copy_data(data, work / "data")
        _check(installation.python(version), work / "data", version)
    installation.change(done=5)
    shutil.rmtree(work, ignore_errors=True)
    write_durably(place / "release.sig", found.signature)
    _sync_all(place)
    write_durably(place / COMPLETE, found.manifest)
    installation.change(done=6)


def _install(python: Path, work: Path, found: ReleaseSet) -> None:
    lines = [
        f"{(work / 'wheels' / name).as_uri()} --hash=sha256:{digest}"
        for name, digest in found.release.wheels.items()
    ]
    wanted = work / "requirements.txt"
    wanted.write_text("\n".join([*lines, ""]))
    _call(
        [
            *(str(python), str(_pip()), "install"),
            *("--isolated", "--no-index", "--require-hashes", "--no-deps", "--no-input"),
            *("--disable-pip-version-check", "--no-cache-dir", "-r", str(wanted)),
        ],
        PIP_TIMEOUT_S,
        "install_failed",
    )


def _pip() -> Path:
    """The pip that comes with the interpreter, run from its wheel: no version of ours carries one,
    and making an environment with one takes longer than all the rest.

    Raises `SetRefused` `no_pip`.
    """
    folders = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    if not wheels:
        raise SetRefused("no_pip", str(folders[0]))
    return wheels[-1] / "pip"


def _check(python: Path, copy: Path, version: str) -> None:
    """Let the new version open copies of the real files, and say that it is itself."""
    said = _call(
        [str(python), "-I", "-m", "skrin.till.check", "--data", str(copy)],
        CHECK_TIMEOUT_S,
        "check_failed",
    )
    try:
        told = json.loads(said.splitlines()[-1])
    except (ValueError, IndexError) as fault:
        raise SetRefused("check_failed", said[-300:]) from fault
    if told != {"checked": True, "version": version}:
        raise SetRefused("check_failed", str(told)[:300])


def _call(command: Sequence[str], timeout_s: float, code: str) -> str:
    """Run a program of the preparation; what it said. Raises `SetRefused` with `code`."""
    # Nothing of the environment we run in may lead the new one to our modules.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PIP_")) and name != "VIRTUAL_ENV"
    }
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise SetRefused(code, str(fault)) from fault
    if done.returncode:
        raise SetRefused(code, (done.stderr or done.stdout).strip()[-300:])
    return done.stdout


def _sync_all(place: Path) -> None:
    """All of an environment on the disk before anything says that it is whole."""
    if hasattr(os, "sync"):
        os.sync()
    sync_folder(place)


def first_install(installation: Installation, set_path: Path, keys_file: Path) -> str:
    """The first version on a device: nothing runs yet, so the link leads to it at once.

    Raises `SetRefused`, `Busy`.
    """
    installation.folder.mkdir(parents=True, exist_ok=True)
    installation.put_keys(read_keys(keys_file))
    version = prepare(installation, set_path, None)
    installation.switch(version)
    installation.change(phase=IDLE, version="", wish="", fault="")
    return version


def go_back(installation: Installation) -> str:
    """Wish for the version before; returns it. Raises `SetRefused` `nothing_before`, `busy`."""
    state = installation.state()
    before = state.previous
    if not installation.is_whole(before) or before == installation.current():
        raise SetRefused("nothing_before")
    if state.phase in (PREPARING,):
        raise SetRefused("busy")
    installation.change(
        phase=READY, version=before, wish="now", tries=0, done=0, total=0, fault="", detail=""
    )
    return before


SENTENCES = {
    "set_unreadable": "The file is no set of this program, or it is damaged. Copy it again.",
    "not_signed": "The set is not signed by who may. It is not installed, whatever brought it.",
    "wheel_damaged": "A file of the set is damaged. Copy the set again.",
    "keys_unreadable": "The installation's release-keys cannot be read.",
    "not_newer": "The set is not newer than what is installed. To go back, use --back.",
    "too_far": "The installed version is too old for this set. Install this one first:",
    "other_python": "The set is for another Python:",
    "other_platform": "The set is for another kind of machine:",
    "no_room": "The disk is too full. Free at least so many MB:",
    "copy_failed": "The till's files could not be copied.",
    "environment_failed": "The new version's environment could not be made.",
    "install_failed": "The new version could not be installed.",
    "no_pip": "This Python came without its bundled pip, which the installation needs:",
    "check_failed": "The new version does not open the till's files. Nothing was changed.",
    "nothing_before": "There is no version to go back to.",
    "busy": "An update is being prepared. Wait until it is done.",
}


def sentence(no: SetRefused) -> str:
    """Why not, for who works at the command line."""
    return f"{SENTENCES.get(no.code, no.code)} {no.detail}".rstrip()


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What can be said on the command line."""
    parser = argparse.ArgumentParser(prog="skrin update", description=__doc__)
    parser.add_argument("set", type=Path, nargs="?", help="the signed set; left out with --back")
    parser.add_argument("--installation", type=Path, required=True, help="its folder")
    parser.add_argument("--data", type=Path, help="the till's files, to try the version on a copy")
    parser.add_argument("--keys", type=Path, help="release-keys, for the first installation")
    parser.add_argument("--back", action="store_true", help="to the version before")
    parser.add_argument("--later", action="store_true", help="prepare it, but do not switch to it")
    options = parser.parse_args(argv)
    if options.back == (options.set is not None):
        parser.error("give a set, or --back")
    return options


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 done, 2 refused, with the reason in words."""
    options = arguments(argv)
    installation = Installation(options.installation)
    go_gently()
    try:
        if options.back:
            version = go_back(installation)
        elif not installation.current():
            if options.keys is None:
                raise SetRefused("keys_unreadable", "the first installation needs --keys")
            version = first_install(installation, options.set, options.keys)
            print(f"{version} is installed in {installation.folder}.")
            return EXIT_DONE
        else:
            wish = "" if options.later else "now"
            version = prepare(installation, options.set, options.data, wish=wish)
    except SetRefused as no:
        print(sentence(no), file=sys.stderr)
        return EXIT_REFUSED
    except Busy:
        print(SENTENCES["busy"], file=sys.stderr)
        return EXIT_REFUSED
    if options.later:
        print(f"{version} is ready. Nothing is switched before somebody says so.")
    else:
        print(f"{version} is next: the till changes to it when nothing lies on the counter.")
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
