"""The way on while a printer does not work: the till's other printers, as keys."""

from __future__ import annotations

from django.utils.translation import gettext

from skrin.till.flow.counter import Counter
from skrin.till.ui.screens import Way

KEYS_MOST = 2


def print_elsewhere(counter: Counter) -> tuple[Way, ...]:
    """A key for each printer that documents could go to instead; none where there is no other.
    What is half out on the printer of before is torn paper then: the whole comes out there."""
    choice = counter.printers
    if choice is None:
        return ()
    return tuple(
        Way(
            label=gettext("Print on: %(name)s") % {"name": one.shown},
            action="till:print_there",
            name="address",
            value=one.address,
        )
        for one in choice.others()[:KEYS_MOST]
    )
