"""The states of a message, its limits, and when it is tried again."""

from __future__ import annotations

WAITING, TRYING, HANDING = "waiting", "trying", "handing"
SENT, GIVEN_UP, UNKNOWN, WITHDRAWN = "sent", "given_up", "unknown", "withdrawn"
"""waiting -> trying -> handing (the content leaves) -> sent; back to waiting after a certain no;
given up; unknown (nobody can tell whether it was taken); withdrawn by a person."""

ENDED = frozenset({SENT, GIVEN_UP, UNKNOWN, WITHDRAWN})

AWAY, LATER, REFUSED = "mail_server_away", "mail_server_later", "mail_refused"
LOGIN, INSECURE, SENDER = "mail_login_refused", "mail_not_secure", "mail_sender_refused"
ADDRESS, TOO_LARGE, UNFIT = "mail_address_refused", "mail_too_large_there", "mail_unfit"
NO_ANSWER = "mail_no_answer"
NOT_SET = "mail_not_set"
"""Why a message did not leave."""

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
PAUSES_MS = tuple(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 20, 30))
"""Pauses after one, two ... failures; after the last of them every hour."""
LONGEST_PAUSE_MS = 60 * MINUTE_MS
GIVE_UP_MS = DAY_MS
"""RFC 5321 4.5.4.1 asks relays to try for days. We hand to one server of our own, and a shop
wants to know today that its message did not leave."""
LEASE_MS = 5 * MINUTE_MS
"""So long a try may last, far beyond its deadline (`account.DEADLINE_S`); then its worker died."""
KEEP_FILES_MS = 7 * DAY_MS
"""So long the files of what was not sent stay, for a person who wants to send it again."""
KEEP_ROWS_MS = 90 * DAY_MS

MOST_BYTES = 8 * 1024 * 1024
"""All files of a message together: in the mail they take a third more, and many servers stop at
about 10 to 20 MB."""
PIECE_BYTES = 256 * 1024
MOST_AN_HOUR, MOST_A_DAY, MOST_TO_ONE_AN_HOUR = 60, 300, 10
"""What a company may order: enough for every report of a chain, nothing for a sender of spam."""
MOST_SUBJECT, MOST_BODY = 150, 4000


def pause_ms(tries: int) -> int:
    """How long to wait after this many tries (at least 1)."""
    return PAUSES_MS[tries - 1] if tries <= len(PAUSES_MS) else LONGEST_PAUSE_MS
