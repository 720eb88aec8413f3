"""The till's program with little patience for a card terminal: 2 s instead of two and a half
minutes, so that a test can see what follows when no answer comes at all."""

from __future__ import annotations

import functools
import sys

from skrin.till import main as till_program
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.flow import card_terminals

if __name__ == "__main__":
    card_terminals.NexoTerminal = functools.partial(  # type: ignore[misc,assignment]
        NexoTerminal, pay_deadline_s=2.0
    )
    sys.exit(till_program.main(sys.argv[1:]))
