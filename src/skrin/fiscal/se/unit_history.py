"""What happened to a control unit, in words: the rows of its log at the till and in the office."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.control_unit import UnitAnswered, UnitChosen, UnitFailed, UnitMet
from skrin.fiscal.se import unit_words

KINDS: dict[str, dict[str, str]] = {
    "tcp": {
        "sv": "CleanCash på nätet (CCSP)",
        "en": "CleanCash on the network (CCSP)",
    },
    "serial": {
        "sv": "CleanCash på seriell kabel (CCSP)",
        "en": "CleanCash on a serial line (CCSP)",
    },
    "xccsp": {
        "sv": "CleanCash i molnet eller för flera kassor (XCCSP)",
        "en": "CleanCash in the cloud or for several tills (XCCSP)",
    },
}
"""How a unit is connected."""

_WAITED = {"sv": "Kvitto {number} väntade.", "en": "Receipt {number} waited."}
_WORKS = {"sv": "Kontrollenheten fungerar igen.", "en": "The control unit works again."}
_MET = {
    "sv": "Kontrollenhet {unit} hör till {org_number}.",
    "en": "Control unit {unit} belongs to {org_number}.",
}
_SAME = {
    "sv": "{who} uppgav att företaget är detsamma.",
    "en": "{who} said that the company is the same.",
}
_CHOSEN = {"sv": "{who} valde {kind}, {address}.", "en": "{who} chose {kind}, {address}."}
_UNCHOSEN = {
    "sv": "{who} valde enheten som kontoret anger.",
    "en": "{who} chose the unit that the office names.",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """A row: the sentence, and whether it tells of a fault."""

    what: str
    is_fault: bool = False


def kind_name(kind: str, language: str) -> str:
    """How a unit is connected; a kind that this program does not know as it is."""
    return KINDS[kind][language] if kind in KINDS else kind


def happened(body: object, who: str, language: str) -> Happened | None:
    """The sentence of an entry; `who` is the person's display name. None for another entry."""
    if isinstance(body, UnitFailed):
        what = unit_words.coded(body.code, language)
        if body.waiting_number:
            what += " " + _WAITED[language].format(number=body.waiting_number)
        return Happened(what, is_fault=True)
    if isinstance(body, UnitAnswered):
        return Happened(_WORKS[language])
    if isinstance(body, UnitMet):
        unit = " ".join(part for part in (body.unit_id, body.model) if part)
        what = _MET[language].format(unit=unit, org_number=body.org_number)
        same = " " + _SAME[language].format(who=who) if body.same_owner else ""
        return Happened(what + same)
    if isinstance(body, UnitChosen):
        kind = kind_name(body.kind, language)
        text = _CHOSEN if body.kind else _UNCHOSEN
        return Happened(text[language].format(who=who, kind=kind, address=body.address))
    return None
