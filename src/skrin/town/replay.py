"""`skrin replay FILE.csv`: real till data, sold once more through the till's own flow.

Each transaction is sold at its own time, with simulated clock and devices, on a till that is
enrolled for it; every day is closed, empty ones too, and all of it is sent to the office. Then
every place that keeps figures is asked, and held against sums that an independent script made
from the file and the price list. Exit codes: 0 all agree, 1 something differs or failed, 2 the
input cannot be used.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skrin.domain.refusal import Refusal
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.main import CannotStart
from skrin.town import independent
from skrin.town.places import examples_folder
from skrin.town.processes import Part, PartFailed
from skrin.town.replay_company import (
    DESIGNATION,
    Login,
    owner_of,
    read_books,
    write_company,
)
from skrin.town.replay_figures import Place, differences, of_devices, of_file, of_journal, of_period
from skrin.town.replay_office import OfficeVisit
from skrin.town.replay_sales import (
    Rules,
    SalesFile,
    Unreadable,
    read_price_list,
    read_rules,
    read_sales,
)
from skrin.town.replay_summary import Progress, summary
from skrin.town.replay_till import ReplayFailed, ReplayTill

READY_S = 120.0
SUMS_TIMEOUT_S = 300.0
EXIT_DIFFERS, EXIT_UNREADABLE = 1, 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was asked for, read and found fit."""

    file: Path
    sales: SalesFile
    rules: Rules
    day_break: str
    bageri: Path
    price_list: Path
    rules_file: Path
    office: str
    enrol: str
    login: Login


def main(argv: Sequence[str]) -> int:
    """Run a replay; see the top of this file for the exit codes."""
    options = _arguments(argv)
    try:
        plan = _plan(options)
        with _folder(options) as data:
            return _replay(plan, data)
    except (Unreadable, FileNotFoundError) as why:
        print(why, file=sys.stderr)
        return EXIT_UNREADABLE
    except (ReplayFailed, PartFailed, CannotStart, OfficeAway, OfficeRefused) as why:
        print(f"The replay failed: {why}", file=sys.stderr)
        return EXIT_DIFFERS


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="skrin replay", description="Sell real till data again and hold all figures together."
    )
    parser.add_argument("file", type=Path, help="sales as Date,Time,Transaction,Item")
    parser.add_argument("--data", type=Path, help="an empty folder for it; kept afterwards")
    parser.add_argument("--keep", action="store_true", help="keep the folder that it made itself")
    parser.add_argument("--day-break", default="04:00", help="when a business day begins, HH:MM")
    parser.add_argument("--price-list", type=Path, help="default: examples/replay/pricelist.csv")
    parser.add_argument("--rules", type=Path, help="default: examples/replay/rules.toml")
    there = parser.add_argument_group("an office that runs, instead of one of its own")
    there.add_argument("--office", default="", metavar="URL")
    there.add_argument("--enrol", default="", metavar="CODE", help="for a till that nobody is yet")
    there.add_argument("--email", default="", help="an owner there; default: the demo's")
    there.add_argument("--password-file", type=Path, help="that person's password")
    return parser.parse_args(argv)


def _plan(options: argparse.Namespace) -> Plan:
    examples = examples_folder()
    bageri = examples / "bageri"
    rules_file = options.rules or examples / "replay" / "rules.toml"
    price_list = options.price_list or examples / "replay" / "pricelist.csv"
    rules = read_rules(rules_file)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", options.day_break):
        raise Unreadable(f"--day-break is written HH:MM, not {options.day_break}")
    if bool(options.office) != bool(options.enrol):
        raise Unreadable("--office and --enrol go together: the code is on the till's page there")
    login = owner_of(bageri)
    if options.email:
        if options.password_file is None:
            raise Unreadable("--email wants --password-file")
        password = options.password_file.read_text(encoding="utf-8").strip()
        login = Login(options.email, password)
    return Plan(
        options.file.resolve(),
        read_sales(options.file, rules),
        rules,
        options.day_break,
        bageri,
        price_list,
        rules_file,
        options.office.rstrip("/"),
        options.enrol,
        login,
    )


@contextlib.contextmanager
def _folder(options: argparse.Namespace) -> Iterator[Path]:
    if options.data is not None:
        data: Path = options.data.resolve()
        if data.exists() and any(data.iterdir()):
            raise Unreadable(f"{data} is not empty: a replay wants a folder of its own")
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    data = Path(tempfile.mkdtemp(prefix="skrin-replay-"))
    try:
        yield data
    finally:
        if options.keep:
            print(f"Everything is kept in {data}", file=sys.stderr)
        else:
            shutil.rmtree(data, ignore_errors=True)


def _replay(plan: Plan, data: Path) -> int:
    progress = Progress(sys.stderr)
    began_s = time.monotonic()
    office: Part | None = None
    try:
        if plan.office:
            address, code = plan.office, plan.enrol
            told = _independent_sums(plan)
        else:
            progress.say("Starting an office of its own")
            office = _own_office(plan, data)
            told = _independent_sums(plan)
            address = f"http://127.0.0.1:{office.wait_ready(READY_S)['port']}"
            code = _code(data)
        places = _sell_and_ask(plan, data, address, code, told, progress)
    finally:
        if office is not None:
            office.stop()
    found = differences(places[0], places[1:])
    print(summary(places, found, told, plan.sales, time.monotonic() - began_s))
    return EXIT_DIFFERS if found else 0


def _own_office(plan: Plan, data: Path) -> Part:
    company = data / "company"
    write_company(company, plan.bageri, plan.price_list, plan.day_break)
    office = Part(
        "office",
        "skrin.office.main",
        [
            *("--data", str(data / "office"), "--port", "0"),
            *("--load", str(company), "--load-out", str(data / "loaded.json")),
        ],
        data / "office.log",
    )
    office.start()
    return office


def _code(data: Path) -> str:
    loaded = json.loads((data / "loaded.json").read_text(encoding="utf-8"))
    codes = {till["designation"]: str(till["code"]) for till in loaded["tills"]}
    return codes[DESIGNATION]


def _independent_sums(plan: Plan) -> dict[str, Any]:
    """What it must come to, by a script that runs cut off from every module of ours."""
    command = [
        *(sys.executable, "-I", str(Path(independent.__file__).resolve()), str(plan.file)),
        *("--pricelist", str(plan.price_list), "--rules", str(plan.rules_file)),
        *("--groups", str(plan.bageri / "groups.csv"), "--day-break", plan.day_break, "--json"),
    ]
    ran = subprocess.run(
        command, capture_output=True, timeout=SUMS_TIMEOUT_S, check=False, text=True
    )
    if ran.returncode:
        raise Unreadable(ran.stderr.strip() or "the independent script failed")
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _sell_and_ask(
    plan: Plan, data: Path, address: str, code: str, told: dict[str, Any], progress: Progress
) -> list[Place]:
    till = ReplayTill(data / "till", address, code, plan.rules, plan.sales.sales[0].at)
    try:
        hours, minutes = plan.day_break.split(":")
        if till.break_min != int(hours) * 60 + int(minutes):
            raise Unreadable(
                f"at the office the day breaks at {till.break_min // 60:02d}:"
                f"{till.break_min % 60:02d}; say so with --day-break"
            )
        till.log_in(plan.login)
        _sell(plan, till, progress)
        progress.say("Asking the office for its figures and every accounting file")
        receipts, reports = of_journal(till.till)
        period = of_period(till.till, till.person)
        visit = OfficeVisit(address, plan.login)
        first, last = told["days"][0]["business_day"], told["days"][-1]["business_day"]
        office, closings = visit.figures(till.id, till.seat.store, first, last)
        sie = visit.sie(till.id, till.seat.store, closings, read_books(plan.bageri))
        file = of_file(told, till.till.head.seq)
        return [file, receipts, reports, period, *of_devices(till.devices), office, sie]
    finally:
        till.stop()


def _sell(plan: Plan, till: ReplayTill, progress: Progress) -> None:
    numbers = read_price_list(plan.price_list)
    ids = till.article_ids()

    def article_of(item: str) -> int | None:
        if item not in numbers:
            return None
        if numbers[item] not in ids:
            raise ReplayFailed(f"the office publishes no article {numbers[item]} ({item})")
        return ids[numbers[item]]

    total = len(plan.sales.sales)
    for done, sale in enumerate(plan.sales.sales, start=1):
        try:
            till.sell(sale, article_of)
        except Refusal as no:
            raise ReplayFailed(f"transaction {sale.transaction} was refused: {no}") from no
        progress.at(done, total, f"{till.open_day}, {till.closed} days closed")
    till.finish()
    progress.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
