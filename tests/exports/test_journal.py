"""The journal's files: the authority's XML against the facts, the companion, CSV, JSON, PDF."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import multiprocessing
import sqlite3
import struct
import tracemalloc
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.conftest import Golden
from tests.exports.a_day import BOSS, DAY, MAKER, live_through, made, made_of, order
from tests.till.flow.shop import Shop

from skrin.domain.codec import decode_body, encode
from skrin.domain.entry import GENESIS_HASH, Entry, Header, JournalDamage, make_entry
from skrin.domain.journal import KINDS, PublicationApplied
from skrin.domain.kind_names import KIND_NAMES
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.exports import journal_files, journal_xml_se
from skrin.exports.history import RowChange
from skrin.exports.journal import Period
from skrin.exports.journal_xml_se import Tally, money, quantity, text
from skrin.exports.orders import parts_of
from skrin.exports.parts import safe
from skrin.fiscal.se import journal_table
from skrin.packing import pack, typeset, write_parts
from skrin.till.flow import selling

STEM = "ExportAvDataFranJournalminneEnligtSKVFS2021-16_2026-11-20-2026-11-20"
UTREIN = "{http://xmls.skatteverket.se/se/skatteverket/td/instans/utredningsstod/1.0}"
UTREKO = "{http://xmls.skatteverket.se/se/skatteverket/td/komponent/utredningsstod/1.0}"

# The order of the elements, written from the facts sheet once more: a second opinion on the table.
_RECEIPT = """ForetagetsNamn OrganisationsnummerEllerPersonnummer DenAdressDarForsaljningSker
DatumOchKlockslagNarKvittoFramstalls DatumOchKlockslagNarReturkvittoFramstalls
DatumOchKlockslagNarOriginalkvittoFramstalldes LopnummerForKassakvitto LopnummerForKvittokopia
LopnummerPaOriginalkvitto LopnummerForOvningskvitto Kassabeteckning SaldaArtiklarLISTA
TotaltForsaljningsbeloppISvenskaKronor MervardesskattPaForsaljningsbeloppet
TotalaForsaljningssummorPerBetalningsmedelLISTA MervardesskattPaOlikaSkattesatserLISTA
KontrollkodPaKopiaAvKassakvitto
LopnummerForZDagrapportPaKvitto TillverkningsnummerForKontrollenheten Kontrollkod
KontrollkodForKvittotSomKopianAvser"""
RECEIPT_ORDER = _RECEIPT.split()
_ARTICLE = """TypAvArtikel Artikelnummer Artikelnamn AntalAvSaldArtikel
EnhetForViktLangdTidEllerVolym PrisPerEnhet PrisPaSaldArtikel RabatterPaSaldArtikelLISTA
MervardesskattesatsForSaldArtikel MervardesskattPaSaldArtikel
ArtikelnsRegistreringstidpunkt"""
ARTICLE_ORDER = _ARTICLE.split()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    live_through(shop)
    return shop


def names(node: ElementTree.Element) -> list[str]:
    return [child.tag.removeprefix(UTREKO) for child in node]


def value(node: ElementTree.Element, name: str) -> str:
    return node.findtext(f".//{UTREKO}{name}") or ""


def handelser(files: dict[str, bytes]) -> list[tuple[str, ElementTree.Element]]:
    """(event element's name, the event element) of each Handelse."""
    root = ElementTree.fromstring(files[f"{STEM}.xml"])
    found = root.findall(f"{UTREKO}RegistreringLISTA/{UTREKO}Handelse")
    return [(one[-1].tag.removeprefix(UTREKO), one[-1]) for one in found]


def test_the_xml_is_the_golden_file(shop: Shop, golden: Golden) -> None:
    files, _ = made(shop, order())
    golden("journal/a_day.xml", files[f"{STEM}.xml"])


@pytest.mark.requirement("R-REP-009", "OPP-016")
def test_events_are_in_journal_order_and_each_has_its_element(shop: Shop) -> None:
    files, tally = made(shop, order())
    root = ElementTree.fromstring(files[f"{STEM}.xml"])
    assert root.tag == f"{UTREIN}ExportAvDataFranJournalminneEnligtSKVFS2021-16"
    assert names(root) == [
        "BeteckningPaDetKassaregisterSomExportAvDataFranJournalminnetSkerIfran",
        "TidpunktForNarExportAvDataFranJournalminnetSker",
        "ValdPeriodForExportAvDataFranJournalminne",
        "BeteckningPaValdaKassaregisterForExportAvDataFranJournalminnenLISTA",
        "InformationOmForetaget",
        "KassaregistersystemLISTA",
        "RegistreringLISTA",
    ]
    assert value(root, "ValdStarttidpunktForExportAvDataFranJournalminnet") == f"{DAY}T00:00:00"
    assert value(root, "ValdSluttidpunktForExportAvDataFranJournalminnet") == f"{DAY}T23:59:59"
    assert [name for name, _ in handelser(files)] == [
        "Kassakvitto",
        "Kassakvitto",
        "Returkvitto",
        "KopiaAvKassakvitto",
        "Ovningskvitto",
        "ParkeraRegistreradArtikel",
        "XDagrapport",
        "ZDagrapport",
    ]
    assert tally.written["Kassakvitto"] == 2 and sum(tally.written.values()) == 8


def test_a_receipts_elements_are_in_order_and_its_sums_agree(shop: Shop) -> None:
    files, _ = made(shop, order())
    receipts = [one for one in handelser(files) if "kvitto" in one[0].lower()]
    assert len(receipts) == 5
    for name, node in receipts:
        places = [RECEIPT_ORDER.index(child) for child in names(node)]
        assert places == sorted(places), name
        articles = node.findall(f"{UTREKO}SaldaArtiklarLISTA/{UTREKO}SaldArtikel")
        for article in articles:
            places = [ARTICLE_ORDER.index(child) for child in names(article)]
            assert places == sorted(places)
        total = Decimal(value(node, "TotaltForsaljningsbeloppISvenskaKronor"))
        assert sum(Decimal(value(one, "PrisPaSaldArtikel")) for one in articles) == total
        paid = node.findall(f".//{UTREKO}ForsaljningssummaPerBetalningsmedel")
        assert sum(Decimal(one.text or "") for one in paid) == total
        vat = Decimal(value(node, "MervardesskattPaForsaljningsbeloppet"))
        assert sum(Decimal(value(one, "MervardesskattPaSaldArtikel")) for one in articles) == vat
        assert value(node, "LopnummerForZDagrapportPaKvitto") == "1"
        assert value(node, "TillverkningsnummerForKontrollenheten") == "FAKE00000001"


def test_signs_rounding_discount_and_weight_follow_the_rules(shop: Shop) -> None:
    files, _ = made(shop, order())
    (_, cash), (_, card), (_, back), (_, copy), (_, practice) = handelser(files)[:5]
    paid = [one.text for one in cash.iter(f"{UTREKO}Betalningsmedel")]
    amounts = [one.text for one in cash.iter(f"{UTREKO}ForsaljningssummaPerBetalningsmedel")]
    assert (paid, amounts) == (["Kontant"], ["93"])
    weighed = card.find(f".//{UTREKO}SaldArtikel")
    assert weighed is not None
    assert value(weighed, "AntalAvSaldArtikel") == "1.23"
    assert value(weighed, "EnhetForViktLangdTidEllerVolym") == "kg"
    assert value(weighed, "RabattensBelopp") == "11.09"
    assert value(weighed, "PrisPaSaldArtikel") == "99.85"
    assert value(back, "AntalAvSaldArtikel") == "-1"
    assert value(back, "PrisPerEnhet") == "34" and value(back, "PrisPaSaldArtikel") == "-34"
    assert value(back, "MervardesskattPaForsaljningsbeloppet") == "-1.92"
    assert value(back, "ForsaljningssummaPerBetalningsmedel") == "-34"
    assert back.find(f"{UTREKO}Kontrollkod") is not None
    assert practice.find(f"{UTREKO}Kontrollkod") is None
    assert copy.find(f"{UTREKO}Kontrollkod") is None
    assert value(copy, "LopnummerForKvittokopia") == "1"
    assert value(copy, "LopnummerPaOriginalkvitto") == "2"
    assert value(copy, "KontrollkodForKvittotSomKopianAvser") == value(card, "Kontrollkod")
    assert value(copy, "KontrollkodPaKopiaAvKassakvitto") not in ("", value(card, "Kontrollkod"))
    assert value(copy, "PrisPaSaldArtikel") == value(card, "PrisPaSaldArtikel")
    assert value(practice, "LopnummerForOvningskvitto") == "1"


def test_cash_rounding_is_a_payment_of_its_own_with_its_sign_turned(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    selling.tap_article(shop.till, BOSS, shop.tap_id(), 2)
    shop.counter.pay_cash(BOSS, shop.tap_id(), None)
    files, _ = made(shop, order())
    ((_, node),) = handelser(files)
    paid = [one.text for one in node.iter(f"{UTREKO}Betalningsmedel")]
    amounts = [one.text for one in node.iter(f"{UTREKO}ForsaljningssummaPerBetalningsmedel")]
    assert list(zip(paid, amounts, strict=True)) == [("Kontant", "30"), ("Öresavrundning", "-0.5")]
    assert value(node, "LopnummerForZDagrapportPaKvitto") == "0"


def test_a_z_has_what_an_x_has_its_number_and_its_identity(shop: Shop) -> None:
    files, _ = made(shop, order())
    found = dict(handelser(files))
    more = set(names(found["ZDagrapport"])) - set(names(found["XDagrapport"]))
    assert more == {
        "LopnummerForZDagrapport",
        "TillverkningsnummerForKassaregistret",
        "ModellbeteckningForKassaregistret",
        "ModellEllerProgramForKassaregistret",
        "VersionsnummerForKassaregistret",
    }
    z = found["ZDagrapport"]
    assert value(z, "TotalForsaljningssumma") == "382.95"
    assert (value(z, "AntalKassakvitton"), value(z, "AntalReturer")) == ("2", "1")
    assert (value(z, "AntalKassaladoppningar"), value(z, "ReturernasBelopp")) == ("1", "34")
    assert value(z, "AntalOavslutadeForsaljningar") == "2"
    assert value(z, "GrandTotalNetto") == "382.95"


def test_what_has_no_element_stands_beside_with_its_count_and_nothing_is_lost(shop: Shop) -> None:
    files, tally = made(shop, order())
    beside = json.loads(files[f"{STEM}-ej-mappade.json"])
    journal = [e for e in shop.till.file.entries(1) if Period.of(DAY, DAY).holds(e)]
    kinds = Counter(entry.header.kind for entry in journal)
    assert beside["antal"] == tally.unmapped_count == 19
    assert beside["anmarkning"] == (
        "19 händelser saknar bekräftat elementnamn; filen är ofullständig"
    )
    told = Counter(one["slag"] for one in beside["handelser"] if "innehall" in one)
    in_xml = {"receipt.signed", "copy.signed", "cart.parked", "x.reported", "day.closed"}
    sealed = {"receipt.sealed", "copy.sealed"}
    assert told == {kind: count for kind, count in kinds.items() if kind not in in_xml | sealed}
    wanted = journal_table.kinds_with((journal_table.UNVALIDATED, journal_table.MISSING))
    assert beside["antal_per_slag"] == {k: n for k, n in kinds.items() if k in wanted}
    left_out = [one for one in beside["handelser"] if "saknas_i_elementet" in one]
    assert [one["slag"] for one in left_out] == [
        "receipt.signed",
        "copy.signed",
        "x.reported",
        "day.closed",
    ]
    assert left_out[0]["saknas_i_elementet"]["rad 1"] == {"exakt_antal": "1.234"}
    assert set(left_out[3]["saknas_i_elementet"]) == {"6", "9", "14"}


def test_no_element_of_the_file_is_outside_the_table(shop: Shop) -> None:
    files, _ = made(shop, order())
    known = {name for row in journal_table.ELEMENTS for name in (row.element, *row.children)}
    for name, node in handelser(files):
        assert name in known and set(names(node)) <= known


def test_unvalidated_names_come_only_when_asked_for_and_marked(shop: Shop) -> None:
    plain, _ = made(shop, order())
    files, tally = made(shop, order(with_unvalidated=True))
    assert b"RegistreraArtikel>" not in plain[f"{STEM}.xml"]
    assert tally.written["RegistreraArtikel"] == 9 and tally.written["StartAvKassaregister"] == 1
    xml = files[f"{STEM}.xml"].decode()
    assert xml.count("<!-- ej validerat -->") == 10
    ElementTree.fromstring(xml)


def test_a_line_rung_at_another_till_is_told_beside_when_it_is_taken_away(tmp_path: Path) -> None:
    """Its article stands in the other till's journal: here there is nothing to name."""
    shop = Shop(tmp_path)
    selling.tap_article(shop.till, BOSS, shop.tap_id(), 2)
    selling.remove_line(shop.till, BOSS, shop.tap_id(), 1)
    shop.till.file.close()
    with sqlite3.connect(tmp_path / "shop.sqlite") as db:
        # As if the cart had come from elsewhere: what is looked for by its kind is not found.
        db.execute("UPDATE entry SET kind = 'cart.fetched' WHERE kind = 'line.added'")
    files, tally = made(shop, order(unit_id="FAKE00000001", with_unvalidated=True))
    beside = json.loads(files[f"{STEM}-ej-mappade.json"])
    assert "line.removed" in [one["slag"] for one in beside["handelser"]]
    assert tally.unmapped["line.removed"] == 1 and "RaderaRegistreradArtikel" not in tally.written


@pytest.mark.parametrize("status", [journal_table.SCHEMA, journal_table.UNVALIDATED])
def test_every_row_with_an_element_names_its_source(status: str) -> None:
    rows = [row for row in journal_table.ELEMENTS if row.status == status]
    assert rows and all(row.element and row.source for row in rows)
    assert all(
        not row.element for row in journal_table.ELEMENTS if row.status == journal_table.MISSING
    )


def test_no_event_and_no_unit_are_refused(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    with pytest.raises(Refusal, match="unit_never_heard"):
        made(shop, order())
    with pytest.raises(Refusal, match="no_registrations"):
        made(shop, order(unit_id="FAKE00000001"))
    for file_format in ("csv", "json", "pdf"):
        with pytest.raises(Refusal, match="no_registrations"):
            made(shop, order(file_format, first="2020-01-01", last="2020-01-02"))
    with pytest.raises(Refusal, match="period_backwards"):
        Period.of("2026-11-20", "2026-11-19")
    with pytest.raises(Refusal, match="period_unreadable"):
        Period.of("20 november", "2026-11-19")
    for day in ("0001-01-01", "9999-12-31"):
        with pytest.raises(Refusal, match="period_unreadable"):
            Period.of(day, day)


def test_files_of_a_refusal_are_not_there(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a.xml", b"half"
        raise Refusal("no_registrations")

    with pytest.raises(Refusal):
        write_parts(failing(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_csv_has_every_entry_and_nothing_that_counts_as_a_formula(shop: Shop) -> None:
    files, _ = made(shop, order("csv"))
    ((name, content),) = files.items()
    assert name == "journal_till-1-1_2026-11-20-2026-11-20.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    journal = [e for e in shop.till.file.entries(1) if Period.of(DAY, DAY).holds(e)]
    assert [row["nummer"] for row in rows] == [str(e.header.seq) for e in journal]
    assert [row["hash"] for row in rows] == [e.hash.hex() for e in journal]
    returned = next(row for row in rows if row["text"].startswith("Retur"))
    assert returned["belopp"] == "-34,00" and returned["moms"] == "-1,92"
    assert (safe("=HYPERLINK()"), safe("-1+2"), safe("-12,50")) == (
        "'=HYPERLINK()",
        "'-1+2",
        "-12,50",
    )


def test_the_json_can_be_proven_by_itself(shop: Shop) -> None:
    """Every record is built again from the file and hashed, by another hand than the domain's."""
    files, _ = made(shop, order("json"))
    (content,) = files.values()
    told = json.loads(content)
    lines = content.decode().split("\n")[1:]
    proven = 0
    for entry, line in zip(told["entries"], lines, strict=False):
        body = line.split(', "body": ', 1)[1].rstrip(",").removesuffix("}").encode()
        fields: list[bytes] = [
            str(one).encode()
            for one in (
                *(7, "till-1", 1, entry["seq"], entry["kind"], entry["version"]),
                *(_utc_ms(entry), entry["utc_offset_min"], entry["business_day"]),
                *(entry["period"], entry["user"], entry["app_version"], entry["mode"]),
            )
        ]
        fields += [bytes.fromhex(entry["prev_hash"]), body]
        record = b"".join(struct.pack(">I", len(one)) + one for one in fields)
        assert hashlib.sha256(record).hexdigest() == entry["hash"], entry["seq"]
        proven += 1
    assert proven == len(told["entries"]) > 30


def _utc_ms(entry: dict[str, object]) -> int:
    return int(str(entry["at_utc_ms"]))


@pytest.mark.slow
def test_the_pdf_is_set_and_comes_in_parts_when_there_is_much(shop: Shop) -> None:
    files, _ = made(shop, order("pdf"), typeset)
    ((name, content),) = files.items()
    assert name == "journal_till-1-1_2026-11-20-2026-11-20.pdf"
    page = PdfReader(io.BytesIO(content)).pages[0].extract_text().replace("\u00a0", " ")
    assert "Journal. Provbageriet AB, 556677-8899, kassa TORG1 (till-1-1)" in page
    assert "Artikel registrerad" in page and "1,234 Godis" in page and "FAKE00000001" in page
    again, _ = made(shop, order("pdf"), typeset)
    assert again == files, "the same journal makes the same bytes"


def test_every_kind_has_a_name_for_people() -> None:
    for names in KIND_NAMES.values():
        assert set(names) == {kind for kind, _ in KINDS}
        assert len(set(names.values())) == len(names)


def test_figures_are_written_as_the_file_wants_them() -> None:
    assert [money(one) for one in (123450, -50, 100, 0, 5)] == ["1234.5", "-0.5", "1", "0", "0.05"]
    assert [quantity(one) for one in (1234, 1235, -1000)] == ["1.23", "1.24", "-1"]
    assert text("a" * 80) == "a" * 72
    assert text("<b>\x00&\n rad") == "&lt;b&gt; &amp; rad"


def test_a_damaged_entry_stops_the_export_by_name(shop: Shop) -> None:
    path = shop.folder / "shop.sqlite"
    shop.till.file.close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM entry WHERE seq = 9")
    with pytest.raises(JournalDamage, match="entry 9 is missing"):
        made_of(path, order())


class Endless:
    """A journal of many days made as it is read: receipt pairs of one real day, again and again."""

    def __init__(self, entries: list[Entry], days: int) -> None:
        self.bodies = [e for e in entries if decode_body(e.header.kind, 1, e.body) is not None]
        self.count = len(self.bodies) * days

    def last_seq(self) -> int:
        return self.count

    def business_day_at(self, seq: int) -> str:
        return DAY

    def entries_from(self, seq: int) -> Iterator[Entry]:
        assert seq == 1
        prev = GENESIS_HASH
        for number in range(1, self.count + 1):
            old = self.bodies[(number - 1) % len(self.bodies)]
            h = old.header
            header = Header(
                *(h.company, h.till, h.store, number, h.kind, h.version, h.at_utc_ms),
                *(h.utc_offset_min, h.business_day, h.period, h.user, h.app_version, h.mode),
            )
            entry = make_entry(header, prev, old.body)
            prev = entry.hash
            yield entry

    def last_of(self, kind: str, through_seq: int) -> Entry | None:
        return next((e for e in reversed(self.bodies) if e.header.kind == kind), None)

    def entry_before(self, kind: str, seq: int, containing: str) -> Entry | None:
        return self.last_of(kind, seq)

    def z_number(self, business_day: str, period: int) -> int:
        return 1

    def store_row(self) -> bytes | None:
        return None

    def rows_at(self, seq: int) -> tuple[dict[tuple[str, str], bytes], PublicationApplied | None]:
        return {}, None

    def row_changes(self, seq: int) -> Iterator[RowChange]:
        return iter(())


FORK = multiprocessing.get_context("fork")


@pytest.mark.slow
@pytest.mark.requirement("R-REP-009")
@pytest.mark.parametrize("file_format", ["xml", "csv", "json", "pdf"])
def test_fifty_days_take_the_memory_of_five(
    shop: Shop, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ratio, not a number of bytes: what is kept does not grow with the journal. The one that
    sets a PDF's part is stood in for; its part has the same size whatever follows."""
    entries = [e for e in shop.till.file.entries(1) if Period.of(DAY, DAY).holds(e)]

    def peak(into: Connection, days: int) -> None:
        tracemalloc.start()
        parts = parts_of(
            order(file_format), Endless(entries, days), MAKER, lambda source: b"%PDF", Tally()
        )
        size = sum(len(part) for _, part in parts)
        assert size > 0
        into.send(tracemalloc.get_traced_memory()[1])

    def alone(days: int) -> int:
        """In a process of its own, where no thread that another test left allocates too."""
        mine, theirs = FORK.Pipe()
        child = FORK.Process(target=peak, args=(theirs, days))
        child.start()
        most = int(mine.recv()) if mine.poll(60) else 0
        child.join()
        assert child.exitcode == 0 and most
        return most

    monkeypatch.setattr(journal_files, "ROWS_PER_FILE", 50)
    few = 5
    parts = parts_of(
        order(file_format), Endless(entries, 1), MAKER, lambda source: b"%PDF", Tally()
    )
    assert list(parts), "what is loaded once is loaded here"
    small, large = alone(few), alone(few * 10)
    assert large < small * 1.3, (small, large)


def test_packing_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"a" * 5000)
    first = pack([tmp_path / "a.xml"], tmp_path / "1.zip").read_bytes()
    assert first == pack([tmp_path / "a.xml"], tmp_path / "2.zip").read_bytes()


def test_the_names_of_the_files_follow_the_period() -> None:
    told = journal_xml_se.file_names(Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert told == {
        "xml": "ExportAvDataFranJournalminneEnligtSKVFS2021-16_2026-11-01-2026-11-30.xml",
        "beside": "ExportAvDataFranJournalminneEnligtSKVFS2021-16_2026-11-01-2026-11-30"
        "-ej-mappade.json",
    }


def test_the_sums_of_the_file_are_those_of_the_z(shop: Shop) -> None:
    """Receipts, Z and XML say the same of the day."""
    files, _ = made(shop, order())
    found = handelser(files)
    receipts = [node for name, node in found if name in ("Kassakvitto", "Returkvitto")]
    total = sum(Decimal(value(one, "TotaltForsaljningsbeloppISvenskaKronor")) for one in receipts)
    z = next(
        body
        for e in shop.till.file.entries(1)
        if isinstance(body := decode_body(e.header.kind, e.header.version, e.body), DayReport)
        and body.number
    )
    assert total * 100 == z.net_minor
    sealed = [
        body
        for e in shop.till.file.entries(1)
        if e.header.mode == "normal"
        and isinstance(body := decode_body(e.header.kind, e.header.version, e.body), ReceiptSealed)
        and e.header.business_day == DAY
    ]
    assert len(receipts) == len(sealed)
    assert encode(sealed[0])
