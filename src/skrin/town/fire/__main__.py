"""`python -m skrin.town.fire`: shoot at the door between tills and the office.

Exit codes: 0 nothing was found, 1 something was, with the seed that leads to it again.
"""

from __future__ import annotations

import argparse
import atexit
import logging
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from skrin.town.fire.door import Door, open_door
from skrin.town.fire.forging import forge
from skrin.town.fire.putting_back import put_back
from skrin.town.fire.shooting import Tried, under_fire
from skrin.town.fire.two_with_one_key import two_with_one_key
from skrin.town.world.disks import memory_folder
from skrin.town.world.ledger import Finding

EXIT_FOUND = 1


def main(argv: Sequence[str]) -> int:
    """Shoot as often as asked for; see the top of this file for the exit codes."""
    parser = argparse.ArgumentParser(
        prog="python -m skrin.town.fire", description="Sync under fire, at the office's door."
    )
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--tills", type=int, default=2, help="tills in the enemy's hands")
    parser.add_argument("--inputs", type=int, default=60, help="harmed exchanges of each till")
    parser.add_argument("--forgers", type=int, default=2, help="who have a key and forge")
    parser.add_argument("--forged", type=int, default=60, help="forged messages of each")
    parser.add_argument("--put-backs", type=int, default=1, help="backups that are put back")
    parser.add_argument("--one-key", type=int, default=3, help="pairs of tills with one key")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    logging.disable(logging.CRITICAL)  # What goes wrong here goes wrong on purpose.
    folder = Path(tempfile.mkdtemp(prefix="skrin-fire-", dir=memory_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    began_s, tried, found = time.monotonic(), Tried(), 0
    with open_door(folder) as door:
        for kind, way, most, inputs in (
            ("enemy", under_fire, options.tills, options.inputs),
            ("forger", forge, options.forgers, options.forged),
            ("one key", two_with_one_key, options.one_key, options.inputs),
            ("put back", put_back, options.put_backs, options.inputs),
        ):
            for seed in range(options.seed, options.seed + most):
                found += _shot(door, kind, way, seed, inputs, tried)
    seconds = time.monotonic() - began_s
    for name, times in sorted(tried.inputs.items()):
        print(f"  {name}: {times}")
    print(
        f"{sum(tried.inputs.values())} inputs, {tried.receipts} receipts, {tried.entries} entries"
        f" in {seconds:.0f} s; {found} findings"
    )
    return EXIT_FOUND if found else 0


def _shot(
    door: Door,
    kind: str,
    way: Callable[[Door, int, int, Tried], None],
    seed: int,
    inputs: int,
    tried: Tried,
) -> bool:
    try:
        way(door, seed, inputs, tried)
    except Finding as finding:
        print(f"{kind} {seed}: {finding}", flush=True)
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
