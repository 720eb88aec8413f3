"""Taps that come again: the screen sent one twice, because it heard no answer (D20)."""

from __future__ import annotations

from collections.abc import Iterator

from skrin.domain.codec import decode_body
from skrin.till.flow.till import Till

REPEATS_WITHIN = 200
"""How many entries back a tap that comes again is looked for: seconds of work at the till."""


def latest(till: Till, *kinds: str) -> Iterator[object]:
    """The bodies of the latest entries of these kinds, among which a repeat would be. On the
    writer."""
    for entry in till.file.entries(max(1, till.head.seq - REPEATS_WITHIN)):
        header = entry.header
        if header.kind in kinds:
            yield decode_body(header.kind, header.version, entry.body)


__all__ = ["latest"]
