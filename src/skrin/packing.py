"""Writing what the pure rooms make in parts: to files in a folder, or packed in one.

A file has its name only when all of it is there: until then it lies under another, and goes when
something fails.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

TYPESET_TIMEOUT_S = 60.0

_TYPESET = (
    "import sys, typst;"
    "sys.stdout.buffer.write(typst.compile(sys.stdin.buffer.read(),"
    " ignore_system_fonts=True, timestamp=0, pdf_tags=False))"
)


def plain_name(text: str) -> str:
    """A text as part of a file's name: letters and digits of ASCII stay, all else is a hyphen. A
    register's designation may hold a slash."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in text)


def typeset(source: str) -> bytes:
    """Typst source to PDF, in a process of its own: typst gives its memory back only at its end.

    The same source makes the same bytes. Raises `subprocess.SubprocessError`.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-c", _TYPESET],
        input=source.encode(),
        capture_output=True,
        check=True,
        timeout=TYPESET_TIMEOUT_S,
    )
    return done.stdout


def write_parts(parts: Iterable[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Write (file name, bytes) parts to files of a folder; returns them in order of their first
    part. When anything fails nothing of it is left."""
    folder.mkdir(parents=True, exist_ok=True)
    opened: dict[str, IO[bytes]] = {}
    try:
        for name, part in parts:
            if name not in opened:
                assert Path(name).name == name, "a name, no path"
                opened[name] = (folder / f"{name}.part").open("wb")
            opened[name].write(part)
    except BaseException:
        for name, file in opened.items():
            file.close()
            (folder / f"{name}.part").unlink(missing_ok=True)
        raise
    for name, file in opened.items():
        file.close()
        (folder / f"{name}.part").replace(folder / name)
    return [folder / name for name in opened]


def pack(files: Iterable[Path], out: Path, under: Path | None = None) -> Path:
    """The files in one zip, by their names, or by their paths `under` a folder; the same files
    make the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            name = file.relative_to(under).as_posix() if under else file.name
            told = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o644 << 16
            with file.open("rb") as source, packed.open(told, "w", force_zip64=True) as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
    return out
