"""The states of an ordered extract, and its limits."""

from __future__ import annotations

WAITING, MAKING = "waiting", "making"
MADE, FAILED, WITHDRAWN = "made", "failed", "withdrawn"
"""waiting -> making -> made; back to waiting when who makes it dies; failed with a reason;
withdrawn by a person, also while it is being made."""

OPEN = (WAITING, MAKING)

BROKE, DAMAGED, TOO_LARGE = "extract_broke", "journal_damaged", "extract_too_large"
"""Why there is none, beside the refusals of `exports.orders`."""

DAY_MS = 24 * 60 * 60_000
MOST_TRIES = 3
"""An extract that ends its maker so often is not tried again by itself."""
LEASE_MS = 60_000
"""So long after its last sign of life a maker is taken for dead."""
SIGN_S = 2.0
"""How often a maker gives a sign of life."""
LONGEST_S = 4 * 3600.0
KEEP_FILE_MS = 7 * DAY_MS
KEEP_ROW_MS = 90 * DAY_MS
MOST_OPEN = 5
"""What a company may have ordered at a time."""
PIECE_BYTES = 1024 * 1024
MOST_BYTES = 2 * 1024 * 1024 * 1024
LEAST_FREE_BYTES = 256 * 1024 * 1024
"""What an extract leaves of the disk that it is made on."""
PACK_BYTES = 1024 * 1024
"""A single file beyond this is packed."""

AT_ONCE = {"pdf": 4_000}
AT_ONCE_ELSE = 20_000
"""Up to so many entries a page makes the file while its visitor waits: a few seconds."""
