"""The tax authority's XML of a journal (SKVFS 2021:16), and beside it what has no element yet.

The file holds the events whose element a schema-checked program has shown; the table is
`fiscal/se/journal_table.py`. Everything else of the period goes to the companion file, verbatim,
with a count per kind. Both are written in parts as the events come by: nothing is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from skrin.domain.beside import CopySealed, DocumentSigned
from skrin.domain.cart import Cart, CartLine, CartParked, Item, LineAdded, LineRemoved
from skrin.domain.closing import local_time
from skrin.domain.codec import decode_body
from skrin.domain.entry import TRAINING, Entry
from skrin.domain.money import half_up
from skrin.domain.pricing import price_cart
from skrin.domain.quantity import quantity_text
from skrin.domain.receipt import (
    RETURN,
    FiscalMark,
    ReceiptLine,
    ReceiptSealed,
    ReceiptSigned,
    Seller,
)
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.domain.vat import vat_within
from skrin.exports.journal import Event, JournalHead, Lookups, Period, entry_time
from skrin.fiscal.se import journal_table as table
from skrin.fiscal.se.vat_rates import vat_rate_bp

XML, BESIDE = "xml", "beside"
"""Which of the two files a part belongs to."""

Node = tuple[str, "str | list[Node]"]
"""An element: its name, and its text or its children."""

_GOODS, _SERVICE = "VARA", "TJANST"
_SERVICE_KINDS = frozenset({"service", "gift_card"})
_ROUNDING, _NO_PAYMENT = "Öresavrundning", "Ingen betalning"
_TOLD_ELSEWHERE = frozenset({"receipt.sealed", "copy.sealed"})
"""Entries whose content stands in the element of another, that which signs them."""


def file_names(period: Period) -> dict[str, str]:
    """The names of the two files of a period."""
    first, last = period.names
    stem = f"{table.FILE_STEM}_{first}-{last}"
    return {XML: f"{stem}.xml", BESIDE: f"{stem}-ej-mappade.json"}


@dataclass(slots=True)
class Tally:
    """What a file holds: events per element, and what has no confirmed element per kind."""

    written: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def unmapped_count(self) -> int:
        """How many events that the regulation wants are not in the file."""
        return sum(self.unmapped.values())

    @property
    def sentence(self) -> str:
        """What a person must know of the file, in Swedish; empty when it is whole."""
        if not self.unmapped_count:
            return ""
        return (
            f"{self.unmapped_count} händelser saknar bekräftat elementnamn; filen är ofullständig"
        )


def journal_xml(
    head: JournalHead,
    events: Iterable[Event],
    lookups: Lookups,
    tally: Tally,
    *,
    with_unvalidated: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """Parts of the two files, as (XML or BESIDE, bytes), while `events` come by; `tally` counts.

    Refused: `unit_never_heard` before the first part, `no_registrations` after the last event when
    none of them stands in the file (the schema wants at least one).
    """
    if not head.card.control_unit_id:
        raise Refusal("unit_never_heard")
    statuses = {table.SCHEMA, table.UNVALIDATED} if with_unvalidated else {table.SCHEMA}
    yield XML, _opening(head).encode()
    yield BESIDE, _beside_opening(head)
    between = ""
    for event in events:
        row = table.element_of(event.entry.header.kind, _variant(event))
        contents: list[Node] = []
        if row is not None and row.status in statuses:
            mark = "" if row.status == table.SCHEMA else "<!-- ej validerat -->\n"
            contents = list(_contents(event, row, lookups))
            for content in contents:
                yield XML, (mark + _handelse(event, content, head.card.designation)).encode()
                tally.written[row.element] = tally.written.get(row.element, 0) + 1
        for told in _beside(event, row, bool(contents), tally):
            yield BESIDE, (between + json.dumps(told, ensure_ascii=False)).encode()
            between = ",\n"
    if not tally.written:
        raise Refusal("no_registrations")
    yield XML, b"</utreko:RegistreringLISTA>\n</utrein:" + table.FILE_STEM.encode() + b">\n"
    yield BESIDE, _beside_end(tally)


def _variant(event: Event) -> str:
    if event.sealed is None or event.copy is not None:
        return ""
    if event.entry.header.mode == TRAINING:
        return table.TRAINING
    return table.RETURN if event.sealed.kind == RETURN else table.SALE


# The file around the events


def _opening(head: JournalHead) -> str:
    card, seller = head.card, head.card.seller
    root = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<utrein:{table.FILE_STEM} xmlns:utrein="{table.INSTANCE}"'
        f' xmlns:utreko="{table.COMPONENT}">\n'
    )
    selected = ("BeteckningPaValtKassaregisterForExportAvDataFranJournalminnet", card.designation)
    nodes: list[Node] = []
    if head.user:
        nodes.append(("InloggadAnvandareVidExportAvDataFranJournalminnet", head.user))
    nodes += [
        (
            "BeteckningPaDetKassaregisterSomExportAvDataFranJournalminnetSkerIfran",
            card.designation,
        ),
        ("TidpunktForNarExportAvDataFranJournalminnetSker", moment(head.made_at)),
        (
            "ValdPeriodForExportAvDataFranJournalminne",
            [
                (
                    "ValdStarttidpunktForExportAvDataFranJournalminnet",
                    moment(head.period.first_moment),
                ),
                (
                    "ValdSluttidpunktForExportAvDataFranJournalminnet",
                    moment(head.period.last_moment),
                ),
            ],
        ),
        ("BeteckningPaValdaKassaregisterForExportAvDataFranJournalminnenLISTA", [selected]),
        (
            "InformationOmForetaget",
            [
                ("OrganisationsnummerEllerPersonnummer", digits(seller.org_number)),
                ("ForetagetsNamn", seller.company_name),
                ("DenAdressDarForsaljningSker", address(seller)),
            ],
        ),
        ("KassaregistersystemLISTA", [("Kassaregistersystemet", _system(head))]),
    ]
    return root + "".join(xml(node) + "\n" for node in nodes) + "<utreko:RegistreringLISTA>\n"


def _system(head: JournalHead) -> list[Node]:
    card = head.card
    return [
        ("TillverkningsnummerForKassaregistret", card.register_serial),
        ("ModellbeteckningForKassaregistret", card.model),
        ("ModellEllerProgramForKassaregistret", card.program),
        ("VersionsnummerForKassaregistret", card.version),
        ("Kassabeteckning", card.designation),
        ("TillverkningsnummerForKontrollenheten", card.control_unit_id),
    ]


def _handelse(event: Event, content: Node, designation: str) -> str:
    nodes: list[Node] = []
    if event.entry.header.user:
        nodes.append(("InloggadAnvandare", event.entry.header.user))
    nodes += [
        ("Kassabeteckning", designation),
        ("Registreringstidpunkt", moment(event.at)),
        content,
    ]
    return xml(("Handelse", nodes)) + "\n"


# The events


def _contents(event: Event, row: table.JournalElement, lookups: Lookups) -> Iterator[Node]:
    """The event elements of an entry: one, but for parking, which is one for each line; none for a
    line taken away that was rung at another till, whose journal alone has its article."""
    body = event.body
    if isinstance(body, ReceiptSigned):
        yield row.element, _in_order(row, _receipt(event, body))
    elif isinstance(body, DocumentSigned) and event.copy:
        yield row.element, _in_order(row, _copy(event, event.copy, body.mark))
    elif isinstance(body, DayReport):
        yield row.element, _in_order(row, _report(event, body))
    elif isinstance(body, CartParked):
        for values in _parked(event, body.cart):
            yield row.element, _in_order(row, values)
    elif isinstance(body, LineAdded):
        yield row.element, _in_order(row, _rung(event.entry, body))
    elif isinstance(body, LineRemoved):
        place = f'"cart_id":"{body.cart_id}","line":{body.line},'
        rung = lookups.entry_before("line.added", event.entry.header.seq, place)
        added = decode_body("line.added", rung.header.version, rung.body) if rung else None
        if rung and isinstance(added, LineAdded):
            yield row.element, _in_order(row, _rung(rung, added))
    else:
        yield row.element, "JA"


Values = dict[str, "str | list[Node]"]


def _in_order(row: table.JournalElement, values: Values) -> list[Node]:
    """Children in the order of the table; a value that is not in it is a fault of ours."""
    assert values.keys() <= set(row.children), set(values) - set(row.children)
    return [(name, values[name]) for name in row.children if name in values]


def _receipt(event: Event, signed: ReceiptSigned) -> Values:
    sealed, entry = event.sealed, event.sealed_entry
    assert sealed is not None and entry is not None
    sign = -1 if sealed.kind == RETURN else 1
    values = _receipt_figures(sealed, entry, sign)
    made = moment(entry_time(entry))
    if entry.header.mode == TRAINING:
        values["DatumOchKlockslagNarKvittoFramstalls"] = made
        values["LopnummerForOvningskvitto"] = str(sealed.number)
    else:
        name = "NarReturkvittoFramstalls" if sign < 0 else "NarKvittoFramstalls"
        values[f"DatumOchKlockslag{name}"] = made
        values["LopnummerForKassakvitto"] = str(sealed.number)
        values["Kontrollkod"] = signed.mark.code
    values["LopnummerForZDagrapportPaKvitto"] = str(event.z_number)
    values["TillverkningsnummerForKontrollenheten"] = signed.mark.unit_id
    return values


def _copy(event: Event, copy: CopySealed, mark: FiscalMark) -> Values:
    """A copy: the receipt's figures, both numbers, both codes, the Z of the copy's own period."""
    entry, original = event.sealed_entry, copy.original
    assert entry is not None
    sealed_at = local_time(original.sealed_at_utc_ms, original.utc_offset_min)
    sign = -1 if original.sealed.kind == RETURN else 1
    values = _receipt_figures(original.sealed, entry, sign)
    return values | {
        "Kassabeteckning": copy.designation,
        "DatumOchKlockslagNarKvittoFramstalls": moment(entry_time(entry)),
        "DatumOchKlockslagNarOriginalkvittoFramstalldes": moment(sealed_at),
        "LopnummerForKvittokopia": str(copy.number),
        "LopnummerPaOriginalkvitto": str(original.sealed.number),
        "KontrollkodPaKopiaAvKassakvitto": mark.code,
        "LopnummerForZDagrapportPaKvitto": str(event.z_number),
        "TillverkningsnummerForKontrollenheten": mark.unit_id,
        "KontrollkodForKvittotSomKopianAvser": original.mark.code,
    }


def _receipt_figures(sealed: ReceiptSealed, entry: Entry, sign: int) -> Values:
    """What a receipt and its copy have in common. A return is negative throughout."""
    paid: dict[str, int] = {}
    for payment in sealed.payments:
        taken_minor = payment.amount_minor - payment.tip_minor
        paid[payment.name] = paid.get(payment.name, 0) + taken_minor
    if sealed.rounding_minor:
        paid[_ROUNDING] = paid.get(_ROUNDING, 0) - sealed.rounding_minor
    if not paid:
        paid[_NO_PAYMENT] = sealed.total_minor
    return {
        "ForetagetsNamn": sealed.seller.company_name,
        "OrganisationsnummerEllerPersonnummer": digits(sealed.seller.org_number),
        "DenAdressDarForsaljningSker": address(sealed.seller),
        "Kassabeteckning": sealed.designation,
        "SaldaArtiklarLISTA": [
            ("SaldArtikel", _sold(line, sign, entry.header.utc_offset_min)) for line in sealed.lines
        ],
        "TotaltForsaljningsbeloppISvenskaKronor": money(sign * sealed.total_minor),
        "MervardesskattPaForsaljningsbeloppet": money(
            sign * sum(row.vat_minor for row in sealed.vat)
        ),
        "TotalaForsaljningssummorPerBetalningsmedelLISTA": _payments(
            [(name, sign * amount_minor) for name, amount_minor in paid.items()]
        ),
        "MervardesskattPaOlikaSkattesatserLISTA": _vat(
            [(row.rate_bp, sign * row.vat_minor) for row in sealed.vat]
        ),
    }


def _sold(line: ReceiptLine, sign: int, utc_offset_min: int) -> list[Node]:
    rung_at = local_time(line.rung_at_utc_ms, utc_offset_min).replace(tzinfo=None)
    values: Values = {
        "TypAvArtikel": _SERVICE if line.item_kind in _SERVICE_KINDS else _GOODS,
        "Artikelnamn": line.name,
        "AntalAvSaldArtikel": quantity(sign * line.quantity_milli),
        "PrisPerEnhet": money(line.unit_price_minor),
        "PrisPaSaldArtikel": money(sign * line.amount_minor),
        "MervardesskattesatsForSaldArtikel": rate(line.rate_bp),
        "MervardesskattPaSaldArtikel": money(sign * line.vat_minor),
        "ArtikelnsRegistreringstidpunkt": moment(rung_at),
    }
    if line.number:
        values["Artikelnummer"] = line.number
    if line.decimals and line.unit:
        values["EnhetForViktLangdTidEllerVolym"] = line.unit
    if line.discount_minor:
        values["RabatterPaSaldArtikelLISTA"] = _discount(
            "RabattPaSaldArtikel", sign * line.discount_minor
        )
    return [(name, values[name]) for name in table.SOLD_ARTICLE if name in values]


def _report(event: Event, report: DayReport) -> Values:
    row, grand = report.row, report.grand
    vat: dict[int, int] = {}
    for sold in report.rows_of("group_rate"):
        rate_bp = int(sold.key.rpartition(":")[2])
        vat[rate_bp] = vat.get(rate_bp, 0) + sold.vat_minor
    paid = [(one.name, one.amount_minor) for one in report.rows_of("method")]
    if report.row("rounding").amount_minor:
        paid.append((_ROUNDING, -report.row("rounding").amount_minor))
    if report.row("tips").amount_minor:
        paid.append(("Dricks", -report.row("tips").amount_minor))
    values: Values = {
        "ForetagetsNamn": report.seller.company_name,
        "OrganisationsnummerEllerPersonnummer": digits(report.seller.org_number),
        "DatumOchKlockslagNarRapportFramstalls": moment(event.at),
        "Kassabeteckning": report.designation,
        "TotalForsaljningssumma": money(report.net_minor),
        "MervardesskattPaOlikaSkattesatserLISTA": _vat(sorted(vat.items(), reverse=True)),
        "VaxelkassansBeloppISvenskaKronor": money(report.float_minor),
        "AntalKassakvitton": str(row("receipts").count),
        "AntalKassaladoppningar": str(row("drawer").count),
        "AntalKvittokopior": str(row("copies").count),
        "TotaltBeloppPaKvittokopior": money(row("copies").amount_minor),
        "AntalKvittonSomTagitsFramIOvningslage": str(row("training").count),
        "TotalaForsaljningssummorPerBetalningsmedelLISTA": _payments(paid or [(_NO_PAYMENT, 0)]),
        "AntalReturer": str(row("returns").count),
        "ReturernasBelopp": money(row("returns").amount_minor),
        "RabatternasBelopp": money(row("discounts").amount_minor),
        "AntalOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp": str(row("reduced").count),
        "TotaltBeloppAvOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp": money(
            row("reduced").amount_minor
        ),
        "AntalOavslutadeForsaljningar": str(row("unfinished").count),
        "TotaltBeloppAvOavslutadeForsaljningar": money(abs(row("unfinished").amount_minor)),
        "GrandTotalForsaljning": money(grand.sales_minor),
        "GrandTotalRetur": money(grand.returns_minor),
        "GrandTotalNetto": money(grand.net_minor),
    }
    if report.number:
        values |= {
            "LopnummerForZDagrapport": str(report.number),
            "TillverkningsnummerForKassaregistret": report.register_serial,
            "ModellbeteckningForKassaregistret": report.model,
            "ModellEllerProgramForKassaregistret": report.program,
            "VersionsnummerForKassaregistret": report.version,
        }
    return values


def _parked(event: Event, cart: Cart) -> Iterator[Values]:
    on = event.at.date()
    priced = price_cart(cart, lambda vat_class: vat_rate_bp(vat_class, on))
    for side, sign in ((priced.sold, 1), (priced.back, -1)):
        for line in side.lines:
            values = _article(line.line.item, line.line.quantity_milli, sign)
            values["PrisPaRegistreradArtikel"] = money(sign * line.amount_minor)
            values["MervardesskattesatsForRegistreradArtikel"] = rate(line.rate_bp)
            values["MervardesskattPaRegistreradArtikel"] = money(sign * line.vat_minor)
            values["IdentitetsbeteckningPaParkering"] = cart.cart_id
            if line.discount_minor:
                values["RabatterPaRegistreradArtikelLISTA"] = _discount(
                    "RabattPaRegistreradArtikel", sign * line.discount_minor
                )
            yield values


def _rung(entry: Entry, added: LineAdded) -> Values:
    line = CartLine(0, 0, added.item, added.quantity_milli, 0)
    sign = -1 if added.back else 1
    rate_bp = vat_rate_bp(line.vat_class(added.way), entry_time(entry).date())
    values = _article(added.item, added.quantity_milli, sign)
    values["PrisPaRegistreradArtikel"] = money(sign * line.full_minor)
    values["MervardesskattesatsForRegistreradArtikel"] = rate(rate_bp)
    values["MervardesskattPaRegistreradArtikel"] = money(
        sign * vat_within(line.full_minor, rate_bp)
    )
    return values


def _article(item: Item, quantity_milli: int, sign: int) -> Values:
    values: Values = {
        "TypAvArtikel": _SERVICE if item.kind in _SERVICE_KINDS else _GOODS,
        "Artikelnamn": item.name,
        "AntalAvRegistreradArtikel": quantity(sign * quantity_milli),
        "PrisPerEnhet": money(item.price_minor),
    }
    if item.number:
        values["Artikelnummer"] = item.number
    if item.decimals and item.unit:
        values["EnhetForViktLangdTidEllerVolym"] = item.unit
    return values


def _payments(paid: Iterable[tuple[str, int]]) -> list[Node]:
    return [
        (
            "TotalForsaljningssummaPerBetalningsmedel",
            [
                ("Betalningsmedel", name),
                ("ForsaljningssummaPerBetalningsmedel", money(amount_minor)),
            ],
        )
        for name, amount_minor in paid
    ]


def _vat(rows: Iterable[tuple[int, int]]) -> list[Node]:
    """VAT by rate; the schema wants at least one rate."""
    return [
        (
            "MervardesskattPerSkattesats",
            [
                ("Mervardesskattesats", rate(rate_bp)),
                ("TotaltMervardesskattebeloppPerSkattesats", money(vat_minor)),
            ],
        )
        for rate_bp, vat_minor in list(rows) or [(0, 0)]
    ]


def _discount(element: str, amount_minor: int) -> list[Node]:
    return [(element, [("RabattensBelopp", money(amount_minor))])]


# The companion file


def _beside_opening(head: JournalHead) -> bytes:
    names = file_names(head.period)
    told = json.dumps(
        {"fil": names[XML], "period": head.period.names, "kassa": head.card.designation},
        ensure_ascii=False,
    )
    return (told[:-1] + ', "handelser": [\n').encode()


def _beside_end(tally: Tally) -> bytes:
    told = json.dumps(
        {
            "antal_per_slag": dict(sorted(tally.unmapped.items())),
            "antal_ovriga_per_slag": dict(sorted(tally.others.items())),
            "antal": tally.unmapped_count,
            "anmarkning": tally.sentence,
        },
        ensure_ascii=False,
    )
    return ("\n], " + told[1:] + "\n").encode()


def _beside(
    event: Event, row: table.JournalElement | None, written: bool, tally: Tally
) -> Iterator[dict[str, object]]:
    """What an event leaves to the companion file: all of it, or what its element could not say."""
    h = event.entry.header
    told: dict[str, object] = {
        "nummer": h.seq,
        "tidpunkt": moment(event.at),
        "slag": h.kind,
        "anvandare": h.user,
        "hash": event.entry.hash.hex(),
    }
    if row is None:
        if h.kind not in _TOLD_ELSEWHERE:
            tally.others[h.kind] = tally.others.get(h.kind, 0) + 1
            yield told | {"status": "other", "innehall": json.loads(event.entry.body)}
        return
    told |= {"handelse": row.event, "status": row.status, "kalla": row.source}
    if not written:
        tally.unmapped[h.kind] = tally.unmapped.get(h.kind, 0) + 1
        yield told | {"element": row.element, "innehall": json.loads(event.entry.body)}
    elif left_out := _left_out(event):
        yield told | {"saknas_i_elementet": left_out}


def _left_out(event: Event) -> dict[str, object]:
    """Figures of a written event that its element has no place for."""
    if isinstance(event.body, DayReport):
        report = event.body
        return {
            item: {
                "vad": words,
                "status": status,
                "rader": [
                    {"namn": one.name, "antal": one.count, "belopp": money(one.amount_minor)}
                    for one in report.rows_of(kind)
                ],
            }
            for item, (kind, words, status) in table.REPORT_ITEMS_LEFT_OUT.items()
            if report.rows_of(kind)
        }
    if event.sealed is None:
        return {}
    return {
        f"rad {line.line}": {"exakt_antal": quantity_text(line.quantity_milli, 3, ".")}
        for line in event.sealed.lines
        if line.quantity_milli % 10
    }


# How figures are written


def xml(node: Node) -> str:
    """An element in the component namespace, with its children."""
    name, content = node
    inner = text(content) if isinstance(content, str) else "".join(xml(one) for one in content)
    return f"<utreko:{name}>{inner}</utreko:{name}>"


def text(value: str) -> str:
    """At most 72 characters, on one line, without what XML cannot carry."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return escape(clean[: table.TEXT_MOST].rstrip())


def money(amount_minor: int) -> str:
    """`123450` as `1234.5`: at most two decimals, no grouping."""
    return _decimal(amount_minor)


def quantity(quantity_milli: int) -> str:
    """Half up to 0.01: 1.234 kg is 1.23; the amount rules."""
    return _decimal(half_up(quantity_milli, 10))


def rate(rate_bp: int) -> str:
    """`2500` as `25`."""
    return _decimal(rate_bp)


def _decimal(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def moment(at: datetime) -> str:
    """`yyyy-MM-ddTHH:mm:ss`, no fraction, no zone."""
    return at.replace(tzinfo=None, microsecond=0).isoformat()


def digits(number: str) -> str:
    """The digits of a number alone."""
    return "".join(c for c in number if c.isdecimal())


def address(seller: Seller) -> str:
    """The address of the sale on one line."""
    return ", ".join(line for line in seller.address if line)
