"""`python -m skrin.till.check`: whether this version opens a till's files. Run on copies of them.

An update asks the version that it has just installed, before anything is switched (D30). That all
modules load, the pages compile and the journal folds is proven; nothing is served and no device
asked. The name of this module and what it prints are kept: older versions ask for them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from skrin import __version__
from skrin.brand import BrandUnusable, brand
from skrin.domain.entry import verify_link
from skrin.fiscal.countries import country
from skrin.till.flow.clock import SystemClock
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile

EXIT_DONE, EXIT_CANNOT = 0, 2
ENTRIES_PROVEN = 500
"""So much of the journal's end is proven anew; all of it is what `skrin verify-journal` is for."""


def check(data: Path) -> None:
    """Open everything in the folder as a till does. Raises what hinders it."""
    brand()
    device = DeviceFile(data / "device.sqlite")
    enrolled = device.enrolment()
    device.close()
    for seat in enrolled.seats if enrolled else ():
        assert enrolled is not None
        path = data / f"{enrolled.till}-{seat.store}" / "shop.sqlite"
        if not path.exists():
            continue
        file, law = ShopFile(path), country("SE")
        sold_as = brand()
        identity = Identity(
            enrolled.company,
            enrolled.till,
            seat,
            sold_as.name,
            sold_as.version_name,
            sold_as.model_name,
            enrolled.predecessor,
            enrolled.admission,
        )
        clock, none = SystemClock(law.time_zone), Devices(None, None, None)
        Till(file, identity, law, none, clock, InlineWriter())
        _prove_end(file)
        file.close()
    _load_pages()


def _prove_end(file: ShopFile) -> None:
    last = file.head()[0]
    first = max(1, last - ENTRIES_PROVEN)
    before = file.entry(first)
    for entry in file.entries(first + 1):
        assert before is not None, "an entry that others follow is there"
        verify_link(entry, entry.header.seq, before.hash)
        before = entry


def _load_pages() -> None:
    from skrin.till.ui.light import without_orm

    without_orm()
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.till.settings"
    django.setup()
    from skrin.till.ui.warm import load_pages

    load_pages()


def main(argv: Sequence[str]) -> int:
    """Prints one JSON line, the version that checked."""
    parser = argparse.ArgumentParser(prog="skrin.till.check", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a copy of a till's folder")
    options = parser.parse_args(list(argv))
    try:
        check(options.data)
    except BrandUnusable as why:
        print(why, file=sys.stderr)
        return EXIT_CANNOT
    print(json.dumps({"checked": True, "version": __version__}))
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
