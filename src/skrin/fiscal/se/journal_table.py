"""Which element of the tax authority's journal file each entry becomes (SKVFS 2021:16), as data.

The official schema (2021-12-08) was not at hand. A row whose element a schema-checked program
writes is `SCHEMA` and is the only kind that stands in the file; `UNVALIDATED` names were seen in
older code that was never held against the schema; `MISSING` are events that the regulation's
chapters want and whose element nobody has shown. No name is made up: what is not `SCHEMA` goes to
a companion file with its count (docs/fiscal/se.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SCHEMA, UNVALIDATED, MISSING = "schema", "unvalidated", "missing"

FILE_STEM = "ExportAvDataFranJournalminneEnligtSKVFS2021-16"
INSTANCE = "http://xmls.skatteverket.se/se/skatteverket/td/instans/utredningsstod/1.0"
COMPONENT = "http://xmls.skatteverket.se/se/skatteverket/td/komponent/utredningsstod/1.0"
TEXT_MOST = 72
"""No text of the file is longer."""

_CODE = "navipartner/npcore-partners SECCCashRegExpMgt.Codeunit.al, read 2026-11-01"
_OLD = "navipartner/npcore-partners, an older revision, never held against the schema"
_CHAPTER = "SKVFS 2021:16 ch. {}; its element was not found"

_RECEIPT = (
    "ForetagetsNamn OrganisationsnummerEllerPersonnummer DenAdressDarForsaljningSker {times}"
    " Kassabeteckning SaldaArtiklarLISTA TotaltForsaljningsbeloppISvenskaKronor"
    " MervardesskattPaForsaljningsbeloppet TotalaForsaljningssummorPerBetalningsmedelLISTA"
    " MervardesskattPaOlikaSkattesatserLISTA {copy}LopnummerForZDagrapportPaKvitto"
    " TillverkningsnummerForKontrollenheten {code}"
)
_SALE = _RECEIPT.format(
    times="DatumOchKlockslagNarKvittoFramstalls LopnummerForKassakvitto",
    copy="",
    code="Kontrollkod",
)
_RETURN = _SALE.replace("NarKvittoFramstalls", "NarReturkvittoFramstalls")
_COPY = _RECEIPT.format(
    times="DatumOchKlockslagNarKvittoFramstalls DatumOchKlockslagNarOriginalkvittoFramstalldes"
    " LopnummerForKvittokopia LopnummerPaOriginalkvitto",
    copy="KontrollkodPaKopiaAvKassakvitto ",
    code="KontrollkodForKvittotSomKopianAvser",
)
_TRAINING = _RECEIPT.format(
    times="DatumOchKlockslagNarKvittoFramstalls LopnummerForOvningskvitto", copy="", code=""
)
_REPORT = (
    "ForetagetsNamn OrganisationsnummerEllerPersonnummer DatumOchKlockslagNarRapportFramstalls"
    " {number}Kassabeteckning {identity}TotalForsaljningssumma"
    " MervardesskattPaOlikaSkattesatserLISTA VaxelkassansBeloppISvenskaKronor AntalKassakvitton"
    " AntalKassaladoppningar AntalKvittokopior TotaltBeloppPaKvittokopior"
    " AntalKvittonSomTagitsFramIOvningslage TotalaForsaljningssummorPerBetalningsmedelLISTA"
    " AntalReturer ReturernasBelopp RabatternasBelopp"
    " AntalOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp"
    " TotaltBeloppAvOvrigaRegistreringarSomMinskatDagensForsaljningsbelopp"
    " AntalOavslutadeForsaljningar TotaltBeloppAvOavslutadeForsaljningar"
    " GrandTotalForsaljning GrandTotalRetur GrandTotalNetto"
)
_X = _REPORT.format(number="", identity="")
_Z = _REPORT.format(
    number="LopnummerForZDagrapport ",
    identity="TillverkningsnummerForKassaregistret ModellbeteckningForKassaregistret"
    " ModellEllerProgramForKassaregistret VersionsnummerForKassaregistret ",
)
_ARTICLE = (
    "TypAvArtikel Artikelnummer Artikelnamn AntalAv{made}Artikel EnhetForViktLangdTidEllerVolym"
    " PrisPerEnhet PrisPa{made}Artikel RabatterPa{made}ArtikelLISTA"
    " MervardesskattesatsFor{made}Artikel MervardesskattPa{made}Artikel"
)
SOLD_ARTICLE = (*_ARTICLE.format(made="Sald").split(), "ArtikelnsRegistreringstidpunkt")
"""The children of `SaldArtikel`, in order."""

_RUNG = _ARTICLE.format(made="Registrerad")
_PARKED = _RUNG + " IdentitetsbeteckningPaParkering"


@dataclass(frozen=True, slots=True)
class JournalElement:
    """What an entry becomes. `variant` tells entries of one kind apart; `event` says in Swedish
    what happened; `element` is empty where nobody has shown one; `children` are in order."""

    kind: str
    event: str
    status: str
    element: str
    source: str
    variant: str = ""
    children: tuple[str, ...] = ()


def _known(
    kind: str, event: str, element: str, children: str = "", variant: str = ""
) -> JournalElement:
    return JournalElement(kind, event, SCHEMA, element, _CODE, variant, tuple(children.split()))


def _old(kind: str, event: str, element: str, children: str = "") -> JournalElement:
    return JournalElement(kind, event, UNVALIDATED, element, _OLD, "", tuple(children.split()))


def _missing(kind: str, event: str, source: str) -> JournalElement:
    return JournalElement(kind, event, MISSING, "", source)


SALE, RETURN, TRAINING = "sale", "return", "training"

ELEMENTS: tuple[JournalElement, ...] = (
    _known("receipt.signed", "kassakvitto", "Kassakvitto", _SALE, SALE),
    _known("receipt.signed", "returkvitto", "Returkvitto", _RETURN, RETURN),
    _known("receipt.signed", "övningskvitto", "Ovningskvitto", _TRAINING, TRAINING),
    _known("copy.signed", "kopia av kassakvitto", "KopiaAvKassakvitto", _COPY),
    _known("x.reported", "X-dagrapport", "XDagrapport", _X),
    _known("day.closed", "Z-dagrapport", "ZDagrapport", _Z),
    _known("user.logged_in", "inloggning", "InloggningIKassaregister"),
    _known("user.logged_out", "utloggning", "UtloggningUrKassaregister"),
    _known("cart.parked", "parkera registrerad artikel", "ParkeraRegistreradArtikel", _PARKED),
    _old("line.added", "registrera artikel", "RegistreraArtikel", _RUNG),
    _old("line.removed", "radera registrerad artikel", "RaderaRegistreradArtikel", _RUNG),
    _old("till.started", "start av kassaregister", "StartAvKassaregister"),
    _old("till.stopped", "stopp av kassaregister", "StoppAvKassaregister"),
    _missing("line.changed", "ändra registrerad artikel", _CHAPTER.format(7)),
    _missing("line.discounted", "ändra registrerad artikel, rabatt", _CHAPTER.format(7)),
    _missing("line.repriced", "ändra registrerad artikel, pris", _CHAPTER.format(7)),
    _missing("line.noted", "ändra registrerad artikel, text", _CHAPTER.format(7)),
    _missing("cart.discounted", "rabatt på hela kvittot", _CHAPTER.format(7)),
    _missing("cart.undiscounted", "rabatt på hela kvittot borttagen", _CHAPTER.format(7)),
    _missing("cart.way_chosen", "äta här eller ta med, ändrar momssats", _CHAPTER.format(7)),
    _missing("cart.fetched", "öppna parkering", _CHAPTER.format(10)),
    _missing("parked.deleted", "radera parkerad artikel", _CHAPTER.format(11)),
    _missing("drawer.opened", "öppna lådan vid nollförsäljning", _CHAPTER.format(15)),
    _missing("cart.aborted", "clear, oavslutad försäljning", _CHAPTER.format(16)),
    _missing("price.asked", "prisfråga", _CHAPTER.format(17)),
    _missing("pro_forma.signed", "pro forma-kvitto", "SKVFS 2014:9 2:15; element not found"),
    _missing("float.set", "växelkassa och ändring av den", "SKVFS 2014:9 5:1; element not found"),
    _missing("unit.chosen", "val av kontrollenhet", "SFL 39:8; element not found"),
    _missing("unit.met", "kontrollenhet ansluten", "SFL 39:8; element not found"),
    _missing("unit.failed", "kontrollenheten ur funktion", "SKVFS 2014:10 4:1; element not found"),
    _missing("unit.answered", "kontrollenheten svarar", "SKVFS 2014:10 4:1; element not found"),
    _missing("card_terminal.set", "kortterminal inställd", "SFL 39:8; element not found"),
    _missing("printer.set", "skrivare inställd", "SFL 39:8; element not found"),
    _missing("scale.set", "våg inställd", "SFL 39:8; element not found"),
    _missing("registration.set", "uppgifter för anmälan", "SFL 39:8; element not found"),
    _missing("cash.counted", "räkning av kassan", "SKVFS 2014:10 4:2; element not found"),
    _missing("report.copied", "kopia av Z-dagrapport", "SKVFS 2014:9 2:15; element not found"),
    _missing("period.reported", "periodrapport", "SKVFS 2014:9 2:15; element not found"),
    _missing("journal.reported", "journal utskriven", "SKVFS 2014:9 2:15; element not found"),
    _missing("clock.confirmed", "klockan bekräftad", "SFL 39:8; element not found"),
    _missing("cash.moved", "insättning eller uttag", "SKVFS 2014:9 5:1; element not found"),
    _missing(
        "publication.applied",
        "ändring av priser, inställningar, användare",
        "SKVFS 2014:9 4:8, SFL 39:8; element not found",
    ),
    _missing("article.sold_out", "artikel slut eller åter", "SFL 39:8; element not found"),
    _missing("training.set", "övningsläge av eller på", "SFL 39:8; element not found"),
    _missing("return_mode.set", "returläge av eller på", "SFL 39:8; element not found"),
)
"""Every event that the regulation wants, and what is known of its element."""

REPORT_ITEMS_LEFT_OUT = {
    "6": ("group_rate", "totala försäljningssummor för olika huvudgrupper", UNVALIDATED),
    "9": ("goods", "antal sålda varor", MISSING),
    "10": ("services", "antal sålda tjänster", MISSING),
    "14": ("training", "belopp för registreringar i övningsläge", MISSING),
}
"""Items of a day report without a confirmed element: item -> (totals row, what it is, status)."""

_BY_PLACE = {(row.kind, row.variant): row for row in ELEMENTS}


def element_of(kind: str, variant: str = "") -> JournalElement | None:
    """What an entry of this kind becomes; None = the regulation names no event of this sort."""
    return _BY_PLACE.get((kind, variant))


def kinds_with(statuses: Iterable[str]) -> frozenset[str]:
    """The kinds of entry that have an element of one of these statuses."""
    wanted = frozenset(statuses)
    return frozenset(row.kind for row in ELEMENTS if row.status in wanted)
