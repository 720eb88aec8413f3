"""The index that articles are found by: kept with the published rows, in the same commit (D37).

A row's text is its names in lower case, as written and without accents, its number and its
barcodes. Whatever is here can be made again from the published rows.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from skrin.domain.codec import decode

INDEX_VERSION = "1"
"""Raised when texts are made in another way: the index is then made again at the next start."""

SECTION = "articles"
BY_BARCODE, BY_NUMBER = 0, 1
"""Which of two articles with the same code is meant: a barcode goes before a number."""


@dataclass(frozen=True, slots=True)
class Findable:
    """What an article is found by: of its published row, that which is read here."""

    id: int
    number: str
    name: str
    names: dict[str, str]
    barcodes: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Text as it is searched: lower case, and once more without accents (R-FIND-001, D37)."""
    if text.isascii():
        return text.lower()
    lower = unicodedata.normalize("NFC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return lower if plain == lower else f"{lower} {plain}"


def text_of(article: Findable) -> tuple[int, str, str]:
    """(article, name to sort by, text to search in)."""
    others = [name for name in article.names.values() if name != article.name]
    names = " ".join(dict.fromkeys([article.name, *others])) if others else article.name
    words = f" {folded(names)} {article.number.casefold()} {' '.join(article.barcodes)}"
    return article.id, _sorted_as(article.name), words


def _sorted_as(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def codes_of(article: Findable) -> Iterator[tuple[str, int, int]]:
    """(code, rank, article) of every code that means the article."""
    yield article.number, BY_NUMBER, article.id
    for barcode in article.barcodes:
        yield barcode, BY_BARCODE, article.id


def index_all(db: sqlite3.Connection) -> None:
    """Make the whole index from the published rows. Only inside a commit."""
    db.execute("DELETE FROM article_text")
    db.execute("DELETE FROM article_code")
    # Made when all names are there, and not name by name: a third of the time.
    db.execute("DROP INDEX article_by_name")
    codes: list[tuple[str, int, int]] = []
    rows = db.execute("SELECT row FROM register_row WHERE section = ?", (SECTION,))
    while batch := rows.fetchmany(1000):
        articles = [decode(Findable, row) for (row,) in batch]
        db.executemany("INSERT INTO article_text VALUES (?, ?, ?)", map(text_of, articles))
        codes.extend(chain.from_iterable(map(codes_of, articles)))
    db.execute("CREATE INDEX article_by_name ON article_text (name, article)")
    codes.sort()
    db.executemany(_ADD_CODE, codes)
    # Built in one go from the table of texts: half the time of a row at a time.
    db.execute("INSERT INTO article_part (article_part) VALUES ('rebuild')")
    db.execute("INSERT INTO article_start (article_start) VALUES ('rebuild')")


def take_out(db: sqlite3.Connection, row: bytes) -> None:
    """Take an article, as it was published, out of the index. Only inside a commit."""
    article = decode(Findable, row)
    known = db.execute("SELECT text FROM article_text WHERE article = ?", (article.id,)).fetchone()
    if known is None:
        return
    for words in ("article_part", "article_start"):
        db.execute(_FORGET[words], (article.id, known[0]))
    db.execute("DELETE FROM article_text WHERE article = ?", (article.id,))
    db.executemany(
        "DELETE FROM article_code WHERE code = ? AND rank = ? AND article = ?", codes_of(article)
    )


def put_in(db: sqlite3.Connection, row: bytes) -> None:
    """Put an article into the index. Only inside a commit."""
    article = decode(Findable, row)
    made = text_of(article)
    db.execute("INSERT INTO article_text VALUES (?, ?, ?)", made)
    db.execute("INSERT INTO article_part (rowid, text) VALUES (?, ?)", (made[0], made[2]))
    db.execute("INSERT INTO article_start (rowid, text) VALUES (?, ?)", (made[0], made[2]))
    db.executemany(_ADD_CODE, codes_of(article))


_ADD_CODE = "INSERT OR IGNORE INTO article_code VALUES (?, ?, ?)"
_FORGET = {
    "article_part": "INSERT INTO article_part (article_part, rowid, text) VALUES ('delete', ?, ?)",
    "article_start": "INSERT INTO article_start (article_start, rowid, text)"
    " VALUES ('delete', ?, ?)",
}

_BY_START = "SELECT rowid FROM article_start WHERE article_start MATCH ? LIMIT ?"
_BY_PART = "SELECT rowid FROM article_part WHERE article_part MATCH ? LIMIT ?"
_BY_BOTH = (
    "SELECT article_part.rowid FROM article_part JOIN article_text t"
    " ON t.article = article_part.rowid WHERE article_part MATCH ? AND 1 LIMIT ?"
)


class Search:
    """A query's words, and the statements that they become."""

    def __init__(self, query: str) -> None:
        """`query` as typed; words are found in any order and all of them."""
        typed = "".join(sign if sign.isprintable() else " " for sign in query)
        words = unicodedata.normalize("NFC", typed).casefold().split()
        self.whole = " ".join(words)
        self.long = [word for word in words if len(word) >= 3]
        short = ["".join(filter(str.isalnum, word)) for word in words if len(word) < 3]
        self.short = [word for word in short if word]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.long or self.short)

    def matching(self, limit: int) -> tuple[str, tuple[str | int, ...]]:
        """The statement and its values that find articles, at most `limit`."""
        if not self.long:
            starts = " ".join(f'"{word}"*' for word in self.short)
            return _BY_START, (starts, limit)
        parts = " ".join('"' + word.replace('"', '""') + '"' for word in self.long)
        if not self.short:
            return _BY_PART, (parts, limit)
        # Every text begins with a space, so that a space stands before each word.
        begin = " AND instr(t.text, ?) > 0" * len(self.short)
        return _BY_BOTH.replace("AND 1", begin), (
            parts,
            *(f" {word}" for word in self.short),
            limit,
        )
