"""`skrin enrol`: a device becomes the till of its label, before it is delivered or on the spot.

The label's QR code is scanned (a scanner types what it reads), or its text given as --label. Exit
codes: 0 the device is that till, 2 it is not, and why, 4 a till runs in the folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from skrin.brand import BrandUnusable, brand
from skrin.sync.messages import EnrolAnswer
from skrin.till.main import (
    ENROLMENT_FILE,
    EXIT_CANNOT_START,
    EXIT_FOLDER_TAKEN,
    LOCK_FILE,
    CannotStart,
    enrol,
    enrolment_told,
)
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.folder_lock import FolderLock, FolderTaken


def main(argv: Sequence[str] | None = None) -> int:
    """Enrol the device of a folder; returns the exit code."""
    parser = argparse.ArgumentParser(prog="skrin enrol", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of this till's files")
    parser.add_argument("--label", default="", help="the label's text; without it, scan it")
    parser.add_argument(
        "--office", default="", help="the office's address, where CODE alone is given"
    )
    options = parser.parse_args(argv)
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(options.data / LOCK_FILE, 0.0)
    except FolderTaken as taken:
        print(f"{taken}. Stop the till first.", file=sys.stderr)
        return EXIT_FOLDER_TAKEN
    except OSError as fault:
        print(f"The folder {options.data} cannot be used: {fault}.", file=sys.stderr)
        return EXIT_CANNOT_START
    try:
        return _enrol(options)
    finally:
        lock.release()


def _enrol(options: argparse.Namespace) -> int:
    try:
        brand()
        device = DeviceFile(options.data / "device.sqlite")
        try:
            if known := device.enrolment():
                raise CannotStart(f"This device is a till already: {_named(known)}.")
            told = enrolment_told(options.data, options.office, options.label or _scanned().strip())
            answer = enrol(device, *told)
        finally:
            device.close()
    except (CannotStart, BrandUnusable) as why:
        print(why, file=sys.stderr)
        return EXIT_CANNOT_START
    (options.data / ENROLMENT_FILE).unlink(missing_ok=True)
    print(f"This device is {_named(answer)}. Its next start is the till's first.")
    return 0


def _scanned() -> str:
    print("Scan the label of this device.", file=sys.stderr)
    return sys.stdin.readline()


def _named(answer: EnrolAnswer) -> str:
    seats = ", ".join(f"{seat.designation} in {seat.name}" for seat in answer.seats)
    return f"{seats} ({answer.company_name}, {answer.till})"
