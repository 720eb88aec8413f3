"""Versions that are no programs of ours: a script that says that it is ready, or does not."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skrin.updates.installation import COMPLETE, Installation
from skrin.updates.make import public_half
from skrin.updates.release import Release, manifest_bytes, python_here, write_set

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
WAIT_S = 30.0

GOOD = """#!/bin/sh
echo {version} >> "{folder}/started"
echo '{{"ready": true, "version": "{version}"}}'
for last; do :; done
while kill -0 "$last" 2>/dev/null; do
  if [ -f "{folder}/leave" ]; then rm "{folder}/leave"; exit 75; fi
  sleep 0.05
done
"""
DEAD = """#!/bin/sh
echo {version} >> "{folder}/started"
exit 1
"""
SILENT = """#!/bin/sh
echo {version} >> "{folder}/started"
for last; do :; done
while kill -0 "$last" 2>/dev/null; do sleep 0.05; done
"""


def release(version: str, least: str = "0.1.0", keys: tuple[str, ...] = ()) -> Release:
    """A release with one wheel that is none."""
    wheels = {f"skrin-{version}-py3-none-any.whl": "0" * 64}
    return Release(version, least, python_here(), "any", wheels, False, {"sv": "Nytt."}, keys)


def put_version(
    installation: Installation, version: str, script: str = GOOD, keys: tuple[str, ...] = ()
) -> None:
    """A whole version in the installation."""
    program = installation.python(version)
    program.parent.mkdir(parents=True)
    program.write_text(script.format(version=version, folder=installation.folder))
    program.chmod(0o755)
    manifest = manifest_bytes(release(version, keys=keys))
    (installation.versions / version / COMPLETE).write_bytes(manifest)


def installation_with(folder: Path, *versions: str) -> Installation:
    """An installation that runs the first of these versions."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Installation(folder)
    made.put_keys((public_half(KEY),))
    for version in versions:
        put_version(made, version)
    made.switch(versions[0])
    return made


def data_in(folder: Path) -> Path:
    """A till's folder with something to copy."""
    data = folder / "data"
    data.mkdir()
    with sqlite3.connect(data / "device.sqlite") as db:
        db.execute("CREATE TABLE kept (what TEXT)")
        db.execute("INSERT INTO kept VALUES ('before')")
    db.close()
    return data


def eventually(holds: Callable[[], bool], within_s: float = WAIT_S) -> None:
    """Wait until something holds."""
    until = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


def pretended_call(command: Sequence[str], timeout_s: float, code: str) -> str:
    """In the place of `prepare._call`: an environment whose program is a script."""
    if "venv" in command:
        place = Path(command[-1])
        program = place / "bin" / "python"
        program.parent.mkdir(parents=True)
        folder = place.parent.parent
        program.write_text(GOOD.format(version=place.name, folder=folder))
        program.chmod(0o755)
    version = Path(command[0]).parent.parent.name
    return json.dumps({"checked": True, "version": version}) if "--data" in command else ""


def set_in(folder: Path, version: str, key: Ed25519PrivateKey = KEY, **changes: object) -> Path:
    """A signed set whose one wheel is some bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = release(version)
    (name,) = plain.wheels
    content = f"the wheel of {version}".encode()
    (folder / name).write_bytes(content)
    told = replace(plain, wheels={name: hashlib.sha256(content).hexdigest()})
    told = replace(told, **changes)  # type: ignore[arg-type]
    return write_set(told, folder, key, folder / f"{version}.set")


class Started:
    """`skrin start` as a process; its till is the script of a version."""

    def __init__(
        self,
        installation: Installation,
        data: Path,
        *,
        module: tuple[str, ...] = ("skrin.updates.starter",),
        ready_s: float = 20.0,
    ) -> None:
        command = [sys.executable, "-m", *module, "--installation", str(installation.folder)]
        more = ["--ready-s", str(ready_s), "--parent-pid", str(os.getpid())]
        self.process = subprocess.Popen(
            [*command, *more, "--", "till", "--data", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready_version(self) -> str:
        """The version that answers next; empty when the process ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if told.get("ready"):
                return str(told["version"])
        return ""

    def stop(self) -> int:
        self.process.terminate()
        try:
            code = self.process.wait(WAIT_S)
        finally:
            if self.process.poll() is None:
                self.process.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code
