"""`skrin prepare-tills`: a file of devices becomes tills with codes and labels, without the page.

Beside an office whose database is its own server (DATABASE_URL), or in the place of one that is
stopped: the embedded database has one master. Exit codes: 0 made, 1 the labels cannot be written
and nothing was made, 2 wrong arguments or file (each fault is said, nothing was made), 3 an office
runs in the folder, 4 the database is unfit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from skrin.exports.device_labels import DeviceLabel, label_source
from skrin.office import postgres
from skrin.office.main import BAD_ARGUMENT, TAKEN, UNFIT, configure, database
from skrin.packing import typeset
from skrin.sync.device_batch import Wish, read_batch
from skrin.sync.enrolment import label_read, label_text

if TYPE_CHECKING:
    from skrin.domain.refusal import Refusal
    from skrin.office.tills.actions import Prepared

DAYS_MOST = 90
DAY_MS = 24 * 60 * 60 * 1000
BY_COMMAND = "skrin prepare-tills"


def main(argv: Sequence[str] | None = None) -> int:
    """Make the tills of a file; returns the exit code."""
    args = _parser().parse_args(argv)
    if not 1 <= args.days <= DAYS_MOST or not label_read(label_text(args.office, "1-AAAA")):
        print(
            f"--days is 1 to {DAYS_MOST}, --office the address as devices see it.", file=sys.stderr
        )
        return BAD_ARGUMENT
    try:
        content = args.file.read_bytes()
    except OSError as fault:
        print(f"{args.file} cannot be read: {fault}.", file=sys.stderr)
        return BAD_ARGUMENT
    data: Path = args.data.resolve()
    try:
        if os.environ.get("DATABASE_URL"):
            # Without it a new password would be made for the role that the office connects as, and
            # the office would be locked out of its own database.
            if not (data / "app_role_secret").is_file():
                print(
                    f"{data} is not the folder of the office on this database: give it as --data.",
                    file=sys.stderr,
                )
                return BAD_ARGUMENT
            return _run(args, data, content)
        with postgres.office_lock(data):
            return _run(args, data, content)
    except postgres.OfficeIsRunning:
        print(f"An office runs in {data}. Use its page Prepare tills instead.", file=sys.stderr)
        return TAKEN
    except postgres.Unsafe as unsafe:
        print(f"The database is not safe to use: {unsafe}.", file=sys.stderr)
        return UNFIT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="skrin prepare-tills", description=__doc__)
    parser.add_argument("file", type=Path, help="the devices (CSV), see docs/operations/spare.md")
    parser.add_argument(
        "--data", type=Path, default=Path(".data/office"), help="the office's folder"
    )
    parser.add_argument("--company", type=int, required=True, help="the company's number")
    parser.add_argument("--office", required=True, help="the office's address, for the labels")
    parser.add_argument("--labels", type=Path, required=True, help="where the labels (PDF) go")
    parser.add_argument("--batch", default="", help="what the batch is called")
    parser.add_argument("--days", type=int, default=30, help="how long the codes work")
    return parser


def _run(args: argparse.Namespace, data: Path, content: bytes) -> int:
    with database(data) as (app_url, owner_url):
        configure(data, app_url, owner_url)
        from skrin.office.tenancy import queries as tenancy
        from skrin.office.tenancy import wall
        from skrin.office.tills import actions

        now_ms = time.time_ns() // 1_000_000
        doer = actions.Doer(0, BY_COMMAND, now_ms)
        batch = args.batch or datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
        with wall.inside(args.company):
            stores = tenancy.store_names(args.company)
            if not stores:
                print(f"There is no company {args.company} with a store.", file=sys.stderr)
                return BAD_ARGUMENT
            wishes, wrong = read_batch(content, min(stores) if len(stores) == 1 else 0)
            made: list[Prepared] = []
            if not wrong:
                life_ms = args.days * DAY_MS
                made, wrong = actions.prepare(args.company, wishes, doer, batch, life_ms)
            if wrong:
                _say(wrong)
                return BAD_ARGUMENT
            company = tenancy.company(args.company)
            labels = _labels(made, company.name, stores, args.office)
            # Inside: labels that cannot be made leave no till whose code nobody knows.
            try:
                _write(args.labels, typeset(label_source(labels, batch, company.language)))
            except (OSError, subprocess.SubprocessError) as fault:
                raise SystemExit(f"The labels cannot be written: {fault}.") from fault
    _warn(wishes)
    for one in made:
        print(f"{one.serial}\t{one.designation}\t{one.code}")
    return 0


def _write(file: Path, content: bytes) -> None:
    """It holds enrolment codes: readable by its owner only, and never half written."""
    half = file.with_name(f"{file.name}.part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_bytes(content)
    half.replace(file)


def _labels(
    made: Iterable[Prepared], company: str, stores: dict[int, str], office: str
) -> list[DeviceLabel]:
    return [
        DeviceLabel(
            company=company,
            designation=one.designation,
            place=f"{stores[one.store]} · {one.label}",
            serial=one.serial,
            code=one.code,
            qr=label_text(office, one.code),
            until=datetime.fromtimestamp(one.until_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )
        for one in made
    ]


def _say(wrong: Iterable[tuple[int, Refusal]]) -> None:
    from django.utils import translation

    from skrin.office.ui.pages.preparing import sentence

    with translation.override("en"):  # As all commands speak.
        for line, no in sorted(wrong, key=lambda one: one[0]):
            print(f"Line {line}: {sentence(no)}", file=sys.stderr)


def _warn(wishes: Iterable[Wish]) -> None:
    for wish in wishes:
        if not wish.devices.control_unit:
            print(f"Line {wish.line}: no control unit; it cannot sell before.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
