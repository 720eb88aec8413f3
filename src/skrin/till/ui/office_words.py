"""Why the office has not got what the till sends, for the person at the till."""

from __future__ import annotations

import re

from django.utils.translation import gettext


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown, not when this is read."""
    return text


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


NO_WAY = (
    (
        "HTTP 503",
        _("The office is starting, or somebody looks after it. What waits is sent by itself."),
    ),
    ("HTTP 5", _("Something is wrong at the office. If it lasts, tell whoever runs it.")),
    (
        "Connection refused|Remote end closed|Connection reset|Broken pipe",
        _("Nobody answers at the office: it may be switched off, or starting."),
    ),
    (
        "timed out",
        _("The office took too long to answer. The network may be slow."),
    ),
    (
        "name resolution|Name or service|No address|getaddrinfo|nodename",
        _("The office is not found by its name. Is the internet there?"),
    ),
    (
        "unreachable|No route",
        _("There is no way to the office. Is the cable in, is Wi-Fi on?"),
    ),
    (
        "certificate|SSL",
        _("The office does not prove who it is. Is this machine's clock right? Tell the office."),
    ),
    (
        "cannot be read|too long|BadStatusLine|IncompleteRead|LineTooLong|UnknownProtocol",
        _("The office's answer cannot be read. Something on the way may change it."),
    ),
)
"""What stands in a fault of the way to the office (as Python and the system put it), and what that
means."""


def office_fault(fault: str) -> str:
    """Why the last exchange with the office failed, in words where there are some; what the
    program saw stands behind them, for whoever is asked."""
    if fault in OFFICE_FAULTS:
        return gettext(OFFICE_FAULTS[fault])
    seen = fault[:120]
    for pattern, sentence in NO_WAY:
        if re.search(pattern, fault, re.IGNORECASE):
            meant = gettext(sentence)
            return f"{meant} ({seen})"
    return seen
