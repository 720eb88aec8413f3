"""What the office says to a till that it has forgotten, for the person at the till."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

OFFICE_FAULTS = {
    "unknown_till": _(
        "The office does not know this till. Sell on, and tell whoever runs the office: a backup"
        " may have been put back there."
    ),
    "asks_to_be_known": _(
        "The office was put back to a backup and has forgotten this till. Sell on. Somebody at the"
        " office lets it in under To look at; then all is sent by itself."
    ),
    "sent_away": _(
        "Somebody at the office has said that this till is not in use. Take a package out of it,"
        " and ask there before you go on."
    ),
}
"""What the office says to a till that it does not know."""


def office_fault(fault: str) -> str:
    """Why the last exchange with the office failed, in words where there are some."""
    return gettext(OFFICE_FAULTS[fault]) if fault in OFFICE_FAULTS else fault[:120]
