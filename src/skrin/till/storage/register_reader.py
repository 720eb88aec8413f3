"""The published registers, read where they lie: nothing of a hundred thousand articles is kept in
memory but what was just asked for, and each row is held against its hash when it is read.

Each thread has a connection of its own, so that a screen that searches never waits for the writer.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from skrin.domain.entry import JournalDamage
from skrin.sync.publication import row_hash
from skrin.till.storage.article_index import Search
from skrin.till.storage.schema import connect

COUNT_MOST = 40
"""A search counts what it finds up to this and no further: more is "many"."""

_ROWS = "SELECT section, key, row, hash FROM register_row"


def _proven(section: str, key: str, row: bytes, hashed: bytes) -> bytes:
    """The row, when it is as it was published: nothing is sold at a price that a disk changed."""
    if row_hash(section, key, row) != hashed:
        raise JournalDamage(f"{section} {key} is not as it was published")
    return row


class RegisterReader:
    """Reads the published rows and the index of articles of one shop's file."""

    def __init__(self, path: Path) -> None:
        """Read from `path`, which `ShopFile` has made."""
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def _db(self) -> sqlite3.Connection:
        kept: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if kept is None:
            kept = self._local.connection = connect(self._path)
            with self._lock:
                self._open.append(kept)
        return kept

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()

    def state(self, name: str) -> str:
        """A small value beside the journal; empty when it was never kept."""
        found = self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def row(self, section: str, key: str) -> bytes | None:
        """One published row."""
        found = self._db.execute(
            f"{_ROWS} WHERE section = ? AND key = ?", (section, key)
        ).fetchone()
        return _proven(*found) if found else None

    def rows(self, section: str) -> list[bytes]:
        """The rows of a section, by key."""
        found = self._db.execute(f"{_ROWS} WHERE section = ? ORDER BY key", (section,))
        return [_proven(*one) for one in found]

    def keys(self, section: str) -> list[str]:
        """The keys of a section's rows, without the rows."""
        found = self._db.execute("SELECT key FROM register_row WHERE section = ?", (section,))
        return [key for (key,) in found]

    def prices(self, article: int) -> list[bytes]:
        """The price rows of an article: their keys begin with its id (`id:store:from_day`)."""
        found = self._db.execute(
            f"{_ROWS} WHERE section = 'prices' AND key >= ? AND key < ?",
            (f"{article}:", f"{article};"),
        )
        return [_proven(*one) for one in found]

    def bucket_hashes(self, bucket: int) -> dict[tuple[str, str], bytes]:
        """The hashes of the rows in a bucket, by (section, key)."""
        found = self._db.execute(
            "SELECT section, key, hash FROM register_row WHERE bucket = ?", (bucket,)
        )
        return {(section, key): digest for section, key, digest in found}

    def bucket_digests(self) -> dict[int, bytes]:
        """The digests of all buckets that hold something."""
        return dict(self._db.execute("SELECT bucket, digest FROM register_bucket").fetchall())

    def article_of_code(self, code: str) -> int | None:
        """The article that a barcode or a number means."""
        found = self._db.execute(
            "SELECT article FROM article_code WHERE code = ? ORDER BY rank, article LIMIT 1",
            (code,),
        ).fetchone()
        return found[0] if found else None

    def article_count(self) -> int:
        """How many articles there are."""
        count: int = self._db.execute("SELECT count(*) FROM article_text").fetchone()[0]
        return count

    def articles_by_name(self, offset: int, limit: int) -> list[int]:
        """A page of all articles (-1 = the rest)."""
        found = self._db.execute(
            "SELECT article FROM article_text ORDER BY name, article LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [article for (article,) in found]

    def article_numbers(self) -> list[tuple[str, int]]:
        """(number, article) of all articles."""
        return self._db.execute("SELECT code, article FROM article_code WHERE rank = 1").fetchall()

    def search(self, query: str, limit: int) -> tuple[list[int], int]:
        """Articles with all words of `query`, and how many there are, counted to `COUNT_MOST`.

        First the one whose code it is, then those whose name begins with it, by name, then others.
        """
        search = Search(query)
        if search.is_empty:
            return [], 0
        found: dict[int, None] = {}
        exact = self.article_of_code(query.strip())
        if exact is not None:
            found[exact] = None
        for (article,) in self._db.execute(
            "SELECT article FROM article_text WHERE name >= ? AND name < ?"
            " ORDER BY name, article LIMIT ?",
            (search.whole, search.whole + "\U0010ffff", limit),
        ):
            found[article] = None
        statement, values = search.matching(COUNT_MOST)
        if len(found) >= limit:
            # The page is full: the others are only counted.
            (count,) = self._db.execute(
                f"SELECT count(*) FROM ({statement})",  # noqa: S608
                values,
            ).fetchone()
            return list(found)[:limit], max(count, len(found))
        for (article,) in self._db.execute(statement, values):
            found[article] = None
        return list(found)[:limit], min(len(found), COUNT_MOST)
