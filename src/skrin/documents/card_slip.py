"""A card terminal's slip on paper of its own: what the customer signs and the shop keeps.

It is the payment provider's paper. The lines come from the terminal and are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from skrin.documents.blocks import Block, Centered, Slip, Space

_LINE = "." * 28
SIGNATURE = "Underskrift / Signature"


def card_slip_blocks(lines: tuple[str, ...], *, signs: bool) -> Iterator[Block]:
    """The slip; `signs`: with a place for the name, where the terminal has set none."""
    yield Slip(lines)
    if signs:
        yield Space()
        yield Space()
        yield Centered(_LINE)
        yield Centered(SIGNATURE)
