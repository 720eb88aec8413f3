"""The journal of a period as files: the authority's XML, CSV, JSON, PDF; all streamed.

Each format is a run of parts, (file name, bytes), made while the events come by. Whoever calls
writes them; a PDF comes in several files when there is much, for a page is set as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial

from skrin.domain.money import plain_amount
from skrin.domain.refusal import Refusal
from skrin.exports import journal_xml_se
from skrin.exports.journal import Event, JournalHead, Lookups
from skrin.exports.journal_lines import line_of, name_of
from skrin.exports.journal_pdf import ROWS_PER_FILE, journal_source
from skrin.exports.journal_xml_se import Tally
from skrin.exports.parts import Part, Typeset, csv_parts, pdf_parts
from skrin.fiscal.se.journal_table import element_of

XML, CSV, JSON, PDF = "xml", "csv", "json", "pdf"
FORMATS = (XML, CSV, JSON, PDF)

CSV_COLUMNS = (
    "nummer",
    "tidpunkt",
    "affärsdag",
    "period",
    "slag",
    "händelse",
    "användare",
    "läge",
    "löpnummer",
    "text",
    "belopp",
    "moms",
    "betalning",
    "kontrollenhet",
    "kontrollkod",
    "hash",
    "innehåll",
)
"""The columns of the CSV: what people read first, at the end the entry itself."""


def journal_parts(
    file_format: str,
    head: JournalHead,
    events: Iterable[Event],
    lookups: Lookups,
    tally: Tally,
    typeset: Typeset,
    *,
    with_unvalidated: bool = False,
) -> Iterator[Part]:
    """The journal in one of `FORMATS`; `typeset` makes PDFs. Refused: `no_registrations`,
    `unit_never_heard` (XML)."""
    if file_format == XML:
        names = journal_xml_se.file_names(head.period)
        parts = journal_xml_se.journal_xml(
            head, events, lookups, tally, with_unvalidated=with_unvalidated
        )
        return ((names[which], part) for which, part in parts)
    counted = _counted(events, tally)
    if file_format == PDF:
        lines = map(line_of, counted)
        source = partial(journal_source, head)
        return pdf_parts(stem(head), lines, ROWS_PER_FILE, source, typeset)
    if file_format == CSV:
        return csv_parts(stem(head), CSV_COLUMNS, map(_cells, counted))
    return _json(head, counted)


def _counted(events: Iterable[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        kind = event.entry.header.kind
        tally.written[kind] = tally.written.get(kind, 0) + 1
        yield event
    if not tally.written:
        raise Refusal("no_registrations")


def stem(head: JournalHead) -> str:
    """The beginning of the names of the files that are not the authority's."""
    first, last = head.period.names
    return f"journal_{head.card.register_serial}_{first}-{last}"


def _cells(event: Event) -> tuple[str, ...]:
    line, h = line_of(event), event.entry.header
    return (
        str(line.seq),
        line.at,
        h.business_day,
        str(h.period),
        h.kind,
        line.name,
        line.user,
        h.mode,
        line.number,
        line.text,
        _amount(line.amount_minor),
        _amount(line.vat_minor),
        line.payment,
        line.unit_id,
        line.code,
        event.entry.hash.hex(),
        event.entry.body.decode(),
    )


def _amount(amount_minor: int | None) -> str:
    return "" if amount_minor is None else plain_amount(amount_minor)


def _json(head: JournalHead, events: Iterable[Event]) -> Iterator[Part]:
    name = f"{stem(head)}.json"
    card = head.card
    told = {
        "register": {
            "serial_number": card.register_serial,
            "designation": card.designation,
            "model": card.model,
            "program": card.program,
            "version": card.version,
            "control_unit": card.control_unit_id,
            "company": card.seller.company_name,
            "organisation_number": card.seller.org_number,
            "address": list(card.seller.address),
        },
        "period": list(head.period.names),
        "made_at": head.made_at.isoformat(timespec="seconds"),
    }
    text = json.dumps(told, ensure_ascii=False)
    yield name, (text[:-1] + ', "entries": [').encode()
    between = "\n"
    for event in events:
        entry = json.dumps(_json_entry(event), ensure_ascii=False).encode()
        # The body goes as it was written, so that its hash can be proven from the file.
        yield name, between.encode() + entry[:-1] + b', "body": ' + event.entry.body + b"}"
        between = ",\n"
    yield name, b"\n]}\n"


def _json_entry(event: Event) -> dict[str, object]:
    h, row = event.entry.header, element_of(event.entry.header.kind)
    return {
        "seq": h.seq,
        "at": event.at.isoformat(),
        "at_utc_ms": h.at_utc_ms,
        "utc_offset_min": h.utc_offset_min,
        "business_day": h.business_day,
        "period": h.period,
        "kind": h.kind,
        "version": h.version,
        "name": row.event if row else name_of(h.kind),
        "user": h.user,
        "mode": h.mode,
        "app_version": h.app_version,
        "prev_hash": event.entry.prev_hash.hex(),
        "hash": event.entry.hash.hex(),
    }


__all__ = ["CSV_COLUMNS", "FORMATS", "journal_parts", "stem"]
