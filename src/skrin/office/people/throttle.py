"""Wrong tries are counted in the database and lock for a while, so a restart forgives nothing.

Per e-mail: five misses lock for 60 s, each further miss doubles it, up to an hour. Per address:
thirty misses, so that a shop behind one address is not locked out by one forgetful person. Misses
are forgotten an hour after the last one. Keys are hashes: the table tells nobody who tried.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

LONGEST_LOCK_MS = 60 * 60 * 1000
FORGET_MS = LONGEST_LOCK_MS
"""Not less than the longest lock, or waiting it out would forgive everything."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many misses are free, and how long the first lock is."""

    name: str
    free_misses: int
    first_lock_ms: int


BY_EMAIL = Limit("email", 5, 60_000)
BY_PIN = Limit("pin", 5, 60_000)
BY_ADDRESS = Limit("address", 30, 60_000)
BY_CODE_SENDER = Limit("code", 10, 60_000)


def _key(limit: Limit, who: str) -> str:
    return hashlib.sha256(f"{limit.name}:{who}".encode()).hexdigest()


def locked_for_ms(limit: Limit, who: str, now_ms: int) -> int:
    """How long `who` has to wait before the next try; 0 = may try now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT locked_until_ms FROM people_attempts WHERE key = %s", [_key(limit, who)]
        )
        row = cursor.fetchone()
    return max(0, int(row[0]) - now_ms) if row else 0


def missed(limit: Limit, who: str, now_ms: int) -> int:
    """Count a wrong try; returns how long `who` is locked now, in milliseconds.

    One statement, so that tries at the same instant are all counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO people_attempts AS a (key, misses, last_at_ms, locked_until_ms)
            VALUES (%(key)s, 1, %(now)s, 0)
            ON CONFLICT (key) DO UPDATE SET
                misses = CASE WHEN %(now)s - a.last_at_ms > %(forget)s THEN 1
                              ELSE a.misses + 1 END,
                last_at_ms = %(now)s,
                locked_until_ms = CASE
                    WHEN %(now)s - a.last_at_ms <= %(forget)s AND a.misses + 1 >= %(free)s
                    THEN %(now)s + least(%(longest)s::bigint,
                         %(first)s * (2 ^ least(20, a.misses + 1 - %(free)s))::bigint)
                    ELSE 0 END
            RETURNING locked_until_ms
            """,
            {
                "key": _key(limit, who),
                "now": now_ms,
                "forget": FORGET_MS,
                "free": limit.free_misses,
                "first": limit.first_lock_ms,
                "longest": LONGEST_LOCK_MS,
            },
        )
        row = cursor.fetchone()
        cursor.execute(
            "DELETE FROM people_attempts WHERE last_at_ms < %s", [now_ms - 2 * FORGET_MS]
        )
    assert row is not None, "an upsert returns its row"
    return max(0, int(row[0]) - now_ms)


def forgive(limit: Limit, who: str) -> None:
    """Forget the misses of `who`: the right password came."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_attempts WHERE key = %s", [_key(limit, who)])
