"""A part of the journal as a PDF: rows in columns, an entry on each, to be set by typst.

Here is only the source. Setting it is handed in: typst keeps what it has set for as long as its
process lives, so whoever makes many parts does each in a process of its own (`skrin.packing`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from skrin.domain.money import grouped_amount
from skrin.exports.journal import JournalHead
from skrin.exports.journal_lines import JournalLine

ROWS_PER_FILE = 5000
"""As many entries as a small machine sets in a second."""

_PAGE = """#set document(title: {title}, date: none)
#set text(font: "DejaVu Sans Mono", size: 6.6pt, lang: "sv")
#set par(leading: 0.42em)
#set page(paper: "a4", flipped: true, margin: (x: 12mm, top: 19mm, bottom: 13mm),
  header: [#text(8pt, {head}) #h(1fr) #text(8pt, {period}) \\ #v(1mm) #strong({columns})],
  footer: context [#text(8pt, {foot}) #h(1fr)
    #text(8pt, counter(page).display("1 / 1", both: true))])
#text({rows})
"""
_TEXT_WIDTH = 78


def journal_source(head: JournalHead, lines: Sequence[JournalLine], part: int) -> str:
    """The typst source of these lines. `part`: which one of several, 0 = all there is."""
    card = head.card
    first, last = head.period.names
    of_parts = f", del {part}" if part else ""
    seller = card.seller
    who = f"{seller.company_name}, {seller.org_number}, kassa {card.designation}"
    columns = _row("Nr", "Tid", "Händelse", "Löpnr", "Text", "Belopp", "Moms", "Betalning")
    return _PAGE.format(
        title=quoted(f"Journal {card.designation} {first} – {last}{of_parts}"),
        head=quoted(f"Journal. {who} ({card.register_serial})"),
        period=quoted(f"{first} – {last}{of_parts}"),
        foot=quoted(f"{card.model}, {card.program} {card.version}"),
        columns=quoted(columns),
        rows=quoted("\n".join(row for line in lines for row in _rows(line))),
    )


def _rows(line: JournalLine) -> list[str]:
    mark = f"{line.unit_id} {line.code}".strip()
    texts = textwrap.wrap(_plain(line.text), _TEXT_WIDTH) + ([mark] if mark else [])
    first = texts[0] if texts else ""
    amounts = [_amount(line.amount_minor), _amount(line.vat_minor)]
    row = _row(
        str(line.seq), line.at, line.name, line.number, first, *amounts, _plain(line.payment)
    )
    return [row, *(_row("", "", "", "", more, "", "", "") for more in texts[1:])]


def _row(*cells: str) -> str:
    nr, at, name, number, text, amount, vat, paid = cells
    return (
        f"{nr:>9} {at:<19} {name[:25]:<25} {number[:8]:>8} {text:<{_TEXT_WIDTH}}"
        f" {amount:>13} {vat:>11} {paid[:20]}"
    ).rstrip()


def _amount(amount_minor: int | None) -> str:
    return "" if amount_minor is None else grouped_amount(amount_minor)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def quoted(text: str) -> str:
    """A typst string: no text of a shop is ever read as markup. Blanks keep their places."""
    kept = text.replace("\\", "\\\\").replace('"', '\\"').replace(" ", "\u00a0")
    return '"' + kept.replace("\n", "\\n") + '"'
