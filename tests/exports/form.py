"""The form of the authority's journal file as an XML schema, written from the facts sheet.

The official schema is not ours to give. This one says what docs/fiscal/se.md says of the file: the
order of the elements, texts of at most 72 characters, amounts with at most two decimals, times
without a zone, at least one event. So the real checker is run on real files; that a file is
complete, only the authority's own schema can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

INSTANCE = "http://xmls.skatteverket.se/se/skatteverket/td/instans/utredningsstod/1.0"
COMPONENT = "http://xmls.skatteverket.se/se/skatteverket/td/komponent/utredningsstod/1.0"
ROOT = "ExportAvDataFranJournalminneEnligtSKVFS2021-16"

_HEAD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:k="{k}" targetNamespace="{own}"'
    ' elementFormDefault="qualified">'
)
_TYPES = """
<xs:simpleType name="text"><xs:restriction base="xs:string"><xs:minLength value="1"/>
<xs:maxLength value="72"/></xs:restriction></xs:simpleType>
<xs:simpleType name="moment"><xs:restriction base="xs:dateTime">
<xs:pattern value="\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d"/></xs:restriction></xs:simpleType>
<xs:simpleType name="figure"><xs:restriction base="xs:decimal">
<xs:fractionDigits value="2"/></xs:restriction></xs:simpleType>
"""
_FIGURES = (
    "Antal",
    "Grand",
    "MervardesskattPa",
    "Mervardesskattesats",
    "Pris",
    "Rabattens",
    "Total",
)
_FIGURE_ENDS = ("Belopp", "PerBetalningsmedel", "PerSkattesats", "ISvenskaKronor")

LISTS = {
    "TotalaForsaljningssummorPerBetalningsmedelLISTA": (
        "TotalForsaljningssummaPerBetalningsmedel",
        ("Betalningsmedel", "ForsaljningssummaPerBetalningsmedel"),
    ),
    "MervardesskattPaOlikaSkattesatserLISTA": (
        "MervardesskattPerSkattesats",
        ("Mervardesskattesats", "TotaltMervardesskattebeloppPerSkattesats"),
    ),
    "RabatterPaSaldArtikelLISTA": ("RabattPaSaldArtikel", ("RabattensBelopp",)),
    "RabatterPaRegistreradArtikelLISTA": ("RabattPaRegistreradArtikel", ("RabattensBelopp",)),
}


def _type(name: str) -> str:
    if "idpunkt" in name or name.startswith("Datum"):
        return "k:moment"
    if name.startswith(_FIGURES) or name.endswith(_FIGURE_ENDS):
        return "k:figure"
    return "k:text"


def _sequence(content: str) -> str:
    return f"<xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType>"


def _element(name: str, children: str = "", occurs: str = "") -> str:
    if not children:
        return f'<xs:element name="{name}" type="{_type(name)}" {occurs}/>'
    return f'<xs:element name="{name}" {occurs}>{_sequence(children)}</xs:element>'


def _child(name: str, articles: Iterable[str]) -> str:
    many = 'maxOccurs="unbounded"'
    if name == "SaldaArtiklarLISTA":
        sold = "".join(_child(one, ()) for one in articles)
        return _element(name, _element("SaldArtikel", sold, many), 'minOccurs="0"')
    if name in LISTS:
        row, values = LISTS[name]
        inner = _element(row, "".join(_element(value) for value in values), many)
        return _element(name, inner, 'minOccurs="0"')
    return _element(name, "", 'minOccurs="0"')


def write_form(
    folder: Path, events: dict[str, Iterable[str]], articles: Iterable[str], *, wants: str = ""
) -> Path:
    """Write the form into a folder; returns the file that names the root. `events`: the children of
    each event's element, in order; `wants`: one more element that each file must have."""
    articles = tuple(articles)
    said = "".join(
        _element(name, "".join(_child(child, articles) for child in children))
        for name, children in events.items()
    )
    of_event = (
        _element("InloggadAnvandare", "", 'minOccurs="0"')
        + _element("Kassabeteckning")
        + _element("Registreringstidpunkt")
        + f"<xs:choice>{said}</xs:choice>"
    )
    anything = (
        '<xs:any namespace="##targetNamespace" processContents="skip" maxOccurs="unbounded"/>'
    )
    heads = {
        "InloggadAnvandareVidExportAvDataFranJournalminnet": "",
        "BeteckningPaDetKassaregisterSomExportAvDataFranJournalminnetSkerIfran": "",
        "TidpunktForNarExportAvDataFranJournalminnetSker": "",
        "ValdPeriodForExportAvDataFranJournalminne": _element(
            "ValdStarttidpunktForExportAvDataFranJournalminnet"
        )
        + _element("ValdSluttidpunktForExportAvDataFranJournalminnet"),
        "BeteckningPaValdaKassaregisterForExportAvDataFranJournalminnenLISTA": anything,
        "InformationOmForetaget": anything,
        "KassaregistersystemLISTA": anything,
        "RegistreringLISTA": _element("Handelse", of_event, 'maxOccurs="unbounded"'),
    } | ({wants: ""} if wants else {})
    component = _HEAD.format(k=COMPONENT, own=COMPONENT) + _TYPES
    component += "".join(_element(name, inner) for name, inner in heads.items())
    (folder / "component.xsd").write_text(component + "</xs:schema>", encoding="utf-8")
    first = next(iter(heads))
    inside = "".join(
        f'<xs:element ref="k:{name}" minOccurs="{0 if name == first else 1}"/>' for name in heads
    )
    root = _HEAD.format(k=COMPONENT, own=INSTANCE)
    root += f'<xs:import namespace="{COMPONENT}" schemaLocation="component.xsd"/>'
    root += f'<xs:element name="{ROOT}">{_sequence(inside)}</xs:element></xs:schema>'
    form = folder / "form.xsd"
    form.write_text(root, encoding="utf-8")
    return form
