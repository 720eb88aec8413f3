"""The price list of a day and the history of prices, settings and people: tables of the registers.

Rows are the published ones (D25): UTF-8 JSON by (section, key). What they were on a day is made
again at till and office, each in its own way, and proven by the digest in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from skrin.domain.article import Article, Group, Price, StoreCard, price_on
from skrin.domain.codec import decode
from skrin.domain.money import plain_amount
from skrin.domain.quantity import quantity_text
from skrin.domain.refusal import Refusal
from skrin.exports.journal import JournalHead
from skrin.exports.tables import Sheet
from skrin.fiscal.countries import country

PRICE_COLUMNS = (
    "artikelnummer",
    "namn",
    "artikelgrupp",
    "enhet",
    "pris",
    "gäller från",
    "moms ta med",
    "moms äta här",
    "streckkoder",
)
HISTORY_COLUMNS = ("nummer", "tidpunkt", "vem", "vad", "nyckel", "före", "efter")

SECTION_NAMES = {
    "store": "butik",
    "groups": "artikelgrupp",
    "texts": "text",
    "images": "bild",
    "people": "personal",
    "roles": "roll",
    "settings": "inställning",
    "reasons": "orsak",
    "articles": "artikel",
    "prices": "pris",
    "modifier_groups": "tillvalsgrupp",
    "deals": "paket",
    "layouts": "knappar",
    "payment_methods": "betalningsmedel",
    "card_terminals": "kortterminal",
}
"""What each section of the registers is called."""

SETTING_KINDS = frozenset(
    {
        "journal.opened",
        "till.started",
        "publication.applied",
        "training.set",
        "article.sold_out",
        "float.set",
        "screen.paired",
        "screen.revoked",
        "unit.chosen",
        "unit.met",
        "card_terminal.set",
        "setting.set",
        "printer.set",
        "scale.set",
        "registration.set",
        "registration.reported",
        "clock.confirmed",
    }
)
"""Entries that say how the register was set: its history beside that of its registers."""

T = TypeVar("T")

Rows = Mapping[tuple[str, str], bytes]
"""Published rows by (section, key)."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the registers before and after the publication of the entry `seq`; None = it was
    not there, or it is a picture."""

    seq: int
    section: str
    key: str
    before: bytes | None
    after: bytes | None


def price_sheet(head: JournalHead, day: date, proof: str) -> Sheet:
    """The table of the prices on a day; `proof`: the digest in the journal."""
    card = head.card
    return Sheet(
        f"prislista_{card.register_serial}_{day.isoformat()}",
        f"Prislista {card.seller.company_name}, kassa {card.designation}, {day.isoformat()}",
        PRICE_COLUMNS,
        frozenset({1, 8}),
        f"Bevis i journalen: {proof[:16]}",
    )


def price_rows(rows: Rows, day: date) -> Iterator[tuple[str, ...]]:
    """What everything cost on a day, by article number: the price list (SKVFS 2014:9 4:8)."""
    groups = {group.id: group for group in _of(rows, "groups", Group)}
    prices: dict[int, list[Price]] = {}
    for price in _of(rows, "prices", Price):
        prices.setdefault(price.article, []).append(price)
    store = next((card.store for card in _of(rows, "store", StoreCard)), 0)
    law = country("SE")
    for article in sorted(_of(rows, "articles", Article), key=lambda one: one.number):
        group = groups.get(article.group)
        held = price_on(tuple(prices.get(article.id, ())), store, day.isoformat())
        yield (
            article.number,
            article.name,
            group.name if group else "",
            article.unit,
            plain_amount(held.price_minor) if held else article.price_rule,
            held.from_day if held else "",
            _rate(law.vat_rate_bp, group.vat_take_away if group else "", day),
            _rate(law.vat_rate_bp, group.vat_eat_in if group else "", day),
            " ".join(article.barcodes),
        )


def _rate(rate_of: Callable[[str, date], int], vat_class: str, day: date) -> str:
    try:
        return f"{quantity_text(rate_of(vat_class, day) * 10)} %"
    except Refusal:
        return ""


def _of(rows: Rows, section: str, kind: type[T]) -> list[T]:
    return [decode(kind, row) for (of_section, _), row in rows.items() if of_section == section]


def history_sheet(head: JournalHead) -> Sheet:
    """The table of what was set and changed in the period."""
    first, last = head.period.names
    card = head.card
    return Sheet(
        f"behandlingshistorik_{card.register_serial}_{first}-{last}",
        f"Behandlingshistorik {card.seller.company_name}, kassa {card.designation},"
        f" {first} – {last}",
        HISTORY_COLUMNS,
        frozenset({5, 6}),
    )


def history_row(at: str, who: str, change: RowChange) -> tuple[str, ...]:
    """A row of the registers, before and after."""
    return (
        str(change.seq),
        at,
        who,
        SECTION_NAMES.get(change.section, change.section),
        change.key,
        change.before.decode() if change.before else "",
        change.after.decode() if change.after else "",
    )
