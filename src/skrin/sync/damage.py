"""What is damaged of a till's file, as the office is told it, and in words for people.

Both programs say it alike, each in its own catalogue: the texts stand here, and who shows them
hands in what translates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

PLACES = FILE, ENTRY, ROW, VALUE, REGISTERS, LOG = (
    *("file", "entry", "row", "value", "registers", "log"),
)
"""Where: SQLite cannot read the file; an entry; a row that entries tell; what no entry tells; the
published registers; confirmed entries that the file has no more."""


def N(text: str) -> str:
    """A text of the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class FileDamage:
    """One thing that is wrong: where, in which table, which of it."""

    place: str
    table: str = ""
    key: str = ""


_SAID = {
    FILE: N("The file cannot be read in places: %(what)s"),
    ENTRY: N("Entry %(seq)s of the journal is not as it was written."),
    ROW: N("This is not what the journal tells: %(what)s"),
    VALUE: N("What the till keeps beside the journal has changed: %(what)s"),
    REGISTERS: N("Articles, prices or settings from the office have changed: %(what)s"),
    LOG: N("Entries %(seq)s were confirmed, and the file has them no more."),
}
_WITH_KEY = {
    "receipt": N("receipt %(key)s"),
    "closing": N("Z report %(key)s"),
    "series": N("the last number given (%(key)s)"),
    "totals": N("the totals of %(key)s"),
    "state": N("what the till has noted (%(key)s)"),
}
_WITHOUT_KEY = {
    "": N("the file as a whole"),
    "schema": N("the file as a whole"),
    "entry": N("the journal"),
    "receipt": N("the list of receipts"),
    "closing": N("the list of Z reports"),
    "series": N("the last numbers given"),
    "totals": N("the totals of the days"),
    "returned": N("what has come back of a receipt"),
    "right_hold": N("what lies here of gift cards, returns and copies"),
    "receipt_from_office": N("a sale of another till"),
    "parked": N("a parked receipt"),
    "parked_twin": N("a parked receipt"),
    "sold_out": N("what is sold out"),
    "sold_out_twin": N("what is sold out"),
    "sold_out_mark": N("what is sold out"),
    "state": N("what the till has noted"),
    "state_twin": N("what the till has noted"),
    "register_row": N("articles, prices and settings"),
    "register_bucket": N("articles, prices and settings"),
    "history": N("their history"),
    "register_history": N("their history"),
    "article_text": N("the search for articles"),
    "article_code": N("the search for articles by code"),
}


def said(one: FileDamage, translate: Callable[[str], str]) -> str:
    """What is damaged, in the words of whoever stands at the till."""
    text = _SAID.get(one.place)
    about = {"what": _thing(one, translate), "seq": one.key}
    return (translate(text) if text else "%(what)s") % about


def _thing(one: FileDamage, translate: Callable[[str], str]) -> str:
    """What a table's row is to people. An id says nothing to them, and is left out."""
    text = _WITH_KEY.get(one.table) if one.key else None
    text = text or _WITHOUT_KEY.get(one.table)
    if text is None:
        return f"{one.table} {one.key}".strip()
    # The key of totals is the day and what is counted.
    key = one.key.split(" ")[0] if one.table == "totals" else one.key
    return translate(text) % {"key": key}
