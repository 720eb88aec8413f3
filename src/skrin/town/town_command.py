"""`skrin town`: tills, an office and people in one process, on a simulated clock, with bad luck.

Each seed is a town that replays exactly. Exit codes: 0 nothing was found, 1 something was, told as
the shortest story that was seen to lead to it.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import multiprocessing
import os
import queue
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skrin.town.office_here import office_here
from skrin.town.world.disks import memory_folder
from skrin.town.world.perils import Peril
from skrin.town.world.plans import ZONE, Plan, Step, plan
from skrin.town.world.put_back import hurry
from skrin.town.world.running import Found, Tally, World
from skrin.town.world.shrinking import Shrunk, shrink

EXIT_FOUND = 1
WORKER_STARTS_S = 120.0


@dataclass(slots=True)
class Lived:
    """A seed that was lived through: what it came to, and what was found."""

    seed: int
    tally: Tally
    seconds: float
    found: Found | None = None
    story: list[str] = field(default_factory=list)
    shrunk: Shrunk | None = None


def main(argv: Sequence[str]) -> int:
    """Run towns; see the top of this file for the exit codes."""
    options = _arguments(argv)
    seeds = list(range(options.seed, options.seed + options.towns))
    began_s = time.monotonic()
    found = 0
    sums = Tally()
    for lived in _all(seeds, options):
        found += lived.found is not None
        _add(sums, lived.tally)
        _tell(lived, options)
    seconds = time.monotonic() - began_s
    print(
        f"{len(seeds)} towns: {sums.steps} steps, {sums.receipts} receipts, {sums.deaths} deaths,"
        f" {sums.closings} Z, {sums.equations} book equations, {sums.restored} registers"
        f" made again, {sums.put_back} times the office put back,"
        f" {sums.put_back_over} over the end of a till, {sums.ended} tills ended in order,"
        f" {sums.copied_after_end} copies made of their receipts since,"
        f" in {seconds:.0f} s ({sums.receipts / max(seconds, 0.001):.0f} receipts/s);"
        f" {found} with findings"
    )
    if options.verbose:
        for name, counted in (("Went wrong", sums.struck), ("Refused", sums.refused)):
            told = ", ".join(f"{what} {count}" for what, count in counted.most_common())
            print(f"{name}: {told}")
    return EXIT_FOUND if found else 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="skrin town", description="Live through simulated shops with bad luck, and audit them."
    )
    parser.add_argument("--seed", type=int, default=1, help="the first town")
    parser.add_argument("--towns", type=int, default=1, help="how many, one seed after the other")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--tills", type=int, default=4)
    parser.add_argument("--sales", type=int, default=60, help="what happens at a till on a day")
    parser.add_argument("--calm", action="store_true", help="nearly all that people do is buy")
    parser.add_argument(
        "--favour",
        action="append",
        default=[],
        metavar="WHAT",
        help='what comes more often, as a story says it: "has its office put back"; again for more',
    )
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 = one per processor")
    parser.add_argument("--no-shrink", action="store_true", help="do not look for a short story")
    parser.add_argument("--story", action="store_true", help="tell every step")
    parser.add_argument("--verbose", action="store_true", help="count what went wrong")
    return parser.parse_args(argv)


def _all(seeds: list[int], options: argparse.Namespace) -> Iterator[Lived]:
    workers = min(options.workers or os.cpu_count() or 1, len(seeds))
    if workers <= 1:
        with place() as folder:
            for seed in seeds:
                yield live(seed, options, folder)
        return
    context = multiprocessing.get_context("spawn")
    todo: Any = context.Queue()
    done: Any = context.Queue()
    for seed in seeds:
        todo.put(seed)
    crew = [context.Process(target=_work, args=(todo, done, options)) for _ in range(workers)]
    for one in crew:
        one.start()
    try:
        for _ in seeds:
            while True:
                try:
                    lived = done.get(timeout=1.0)
                    break
                except queue.Empty:
                    if not any(one.is_alive() for one in crew):
                        raise RuntimeError("the towns' processes have ended") from None
            yield lived
    finally:
        for one in crew:
            one.join(WORKER_STARTS_S)


def _work(todo: Any, done: Any, options: argparse.Namespace) -> None:
    """A process of its own, with a database of its own, until no seed is left."""
    with place() as folder:
        while True:
            try:
                seed = todo.get(timeout=0.5)
            except queue.Empty:
                return
            done.put(live(seed, options, folder))


@contextmanager
def place() -> Iterator[Path]:
    """A folder in memory with a database in it, where this machine has such."""
    # Who is told to end leaves nothing behind: neither a database nor a folder in memory.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    logging.disable(logging.CRITICAL)  # What goes wrong here goes wrong on purpose.
    folder = Path(tempfile.mkdtemp(prefix="skrin-town-", dir=memory_folder()))
    # The embedded server writes a lock there once more when the program ends: this comes after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        with office_here(folder):
            hurry()
            # What is there now stays; looking through it for what can go takes time from selling.
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 20)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        logging.disable(logging.NOTSET)


def live(seed: int, options: argparse.Namespace, folder: Path) -> Lived:
    """Live through the town of a seed; what is found is shrunk."""
    size = seed, options.days, options.tills, options.sales
    planned = plan(*size, favours=options.favour, calm=options.calm)
    began_s = time.monotonic()
    lived = lived_through(planned, folder)
    lived.seconds = time.monotonic() - began_s
    if lived.found and not options.no_shrink:
        lived.shrunk = shrink(planned, lived.found, lambda p: lived_through(p, folder).found)
    return lived


def lived_through(planned: Plan, folder: Path) -> Lived:
    """Found a town and run it. Call with a database at work."""
    world = World(planned, folder)
    try:
        found = world.run()
        return Lived(planned.seed, world.tally, 0.0, found, world.story)
    finally:
        world.close()


def _add(sums: Tally, more: Tally) -> None:
    for name in (
        "steps",
        "receipts",
        "entries",
        "deaths",
        "closings",
        "equations",
        "restored",
        "put_back",
        "put_back_over",
        "ended",
        "copied_after_end",
    ):
        setattr(sums, name, getattr(sums, name) + getattr(more, name))
    sums.struck += Counter(more.struck)
    sums.refused += Counter(more.refused)


def _tell(lived: Lived, options: argparse.Namespace) -> None:
    tally = lived.tally
    state = "found something" if lived.found else "whole"
    print(
        f"Town {lived.seed}: {state}. {tally.receipts} receipts, {tally.deaths} deaths,"
        f" {lived.seconds:.1f} s",
        flush=True,
    )
    if options.story:
        print("\n".join(f"  {line}" for line in lived.story))
    if not lived.found:
        return
    print(f"  {lived.found.what}")
    if lived.shrunk:
        steps = lived.shrunk.plan.steps
        print(f"  The shortest story seen ({len(steps)} steps, {lived.shrunk.tries} tries):")
        print("\n".join(f"    {words(step)}" for step in steps))
        print(f"  {lived.shrunk.found.what}")
    if trace := (lived.shrunk.found if lived.shrunk else lived.found).trace:
        print(trace, file=sys.stderr)
    more = " --calm" if options.calm else ""
    more += "".join(f' --favour "{what}"' for what in options.favour)
    print(
        f"  Again: skrin town --seed {lived.seed} --days {options.days} --tills {options.tills}"
        f" --sales {options.sales}{more}"
    )


def words(step: Step) -> str:
    """A step as the story tells it."""
    at = datetime.fromtimestamp(step.at_utc_ms / 1000, tz=UTC).astimezone(ZONE)
    peril: Peril | None = step.peril
    goes_wrong = f"; {peril.words()}" if peril else ""
    return f"{at:%d %b %H:%M} TOWN-{step.till + 1} {step.act}{goes_wrong}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
