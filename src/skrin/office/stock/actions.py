"""Keeping a store's list of what is sold out. Called by ingest in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL, Entry, JournalDamage
from skrin.domain.journal import ArticleSoldOut

PROJECTED = frozenset({"article.sold_out"})
"""The kinds that this app reads."""

# What a till says late, after it was without the office, does not undo what another said since. A
# clock that runs ahead must not win for ever: no time later than now counts.
_SAY = """
INSERT INTO stock_sold_out AS s (company_id, store, article, is_on, till, seq, at_utc_ms)
VALUES (%(company)s, %(store)s, %(article)s, %(on)s, %(till)s, %(seq)s,
    least(%(at)s, (extract(epoch FROM clock_timestamp()) * 1000)::bigint))
ON CONFLICT (company_id, store, article) DO UPDATE SET
    is_on = excluded.is_on, till = excluded.till, seq = excluded.seq,
    at_utc_ms = excluded.at_utc_ms
WHERE excluded.at_utc_ms >= s.at_utc_ms
"""


def mark(identity: tuple[int, str, int], entries: Iterable[Entry]) -> list[Entry]:
    """Take what a journal (company, till, store) says; the same entries again change nothing.

    Returns the entries that could not be read.
    """
    company, till, store = identity
    unread = []
    for entry in entries:
        header = entry.header
        if header.kind not in PROJECTED or header.mode != NORMAL:
            continue
        try:
            said = decode_body(header.kind, header.version, entry.body)
        except JournalDamage:
            said = None
        if not isinstance(said, ArticleSoldOut):
            unread.append(entry)
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                _SAY,
                {
                    "company": company,
                    "store": store,
                    "till": till,
                    "seq": header.seq,
                    "article": said.article,
                    "on": said.on,
                    "at": header.at_utc_ms,
                },
            )
    return unread
