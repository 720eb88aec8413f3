"""The process that makes one extract: `python -m skrin.office.extracts.maker`, for the worker.

It reads the office's settings from the environment that it was started in.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from skrin.lifetime import Lifetime, go_gently


def main(argv: Sequence[str]) -> int:
    """argv: company, order, try, the worker's process, an empty folder.

    Exit code 0: made, failed for a reason that is written down, or no longer wanted.
    """
    company, order_id, attempt, parent, place = argv
    lifetime = Lifetime(int(parent))
    go_gently()  # Sales come in and pages are looked at meanwhile.
    import django

    django.setup()
    from skrin.office.extracts.one import Try

    made = Try(
        int(company), order_id, int(attempt), lambda: time.time_ns() // 1_000_000, lifetime.is_over
    )
    made.make(Path(place))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
