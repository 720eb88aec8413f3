"""What a control unit says, in words: what is so, and what to do now. Swedish and English.

Data, because till, office and the fault report say the same. The statuses and errors are those of
docs/fiscal/se.md; a code that is not here is shown as it is, with whom to call.
"""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("sv", "en")


class Words(NamedTuple):
    """What is so, and what to do; `to_do` is empty when there is nothing to do."""

    what: str
    to_do: str


_CALL = {"sv": "Ring service för kontrollenheten.", "en": "Call the control unit's service."}
_CABLE = {
    "sv": "Se till att enheten har ström och att kabeln sitter i. Kassan frågar om av sig själv.",
    "en": "Check the unit's power and its cable. The till asks again by itself.",
}
_NO_SALE = {
    "sv": "Inget kan säljas förrän det är rätt.",
    "en": "Nothing can be sold until it is right.",
}

STATUSES: dict[str, dict[str, Words]] = {
    "0": {"sv": Words("Allt är bra.", ""), "en": Words("All is well.", "")},
    "1": {
        "sv": Words("Enheten varnar men registrerar.", "Be service titta på den i dag."),
        "en": Words("The unit warns, but registers.", "Have service look at it today."),
    },
    "2": {
        "sv": Words(
            "Enheten har fått ett meddelande den inte förstod, men registrerar.",
            "Hör av dig till kassans service om det kommer igen.",
        ),
        "en": Words(
            "The unit got a message that it did not understand, but registers.",
            "Tell the till's service if it comes back.",
        ),
    },
    "3": {
        "sv": Words("Enheten har ett fel men registrerar.", "Ring service i dag."),
        "en": Words("The unit has a fault, but registers.", "Call service today."),
    },
    "4": {
        "sv": Words(
            "Enheten har ett allvarligt fel och registrerar inte.",
            "Ring service. Anmäl felet till Skatteverket.",
        ),
        "en": Words(
            "The unit has a fatal fault and does not register.",
            "Call service. Report the fault to the tax authority.",
        ),
    },
    "5": {
        "sv": Words("Enheten är upptagen med att spara sitt minne.", "Vänta någon minut."),
        "en": Words("The unit is busy saving its memory.", "Wait a minute."),
    },
    "99": {
        "sv": Words(
            "Servern har ingen kontakt med kontrollenheten.",
            "Vänta lite. Ring enhetens service om det inte går över.",
        ),
        "en": Words(
            "The server has no contact with the control unit.",
            "Wait a little. Call the unit's service if it lasts.",
        ),
    },
}
"""Main statuses: one digit, or 99."""

ERRORS: dict[str, dict[str, Words]] = {
    "001": {
        "sv": Words("Ett meddelande kom fram skadat.", "Kassan skickar om. Se efter kabeln."),
        "en": Words("A message arrived damaged.", "The till sends it again. Check the cable."),
    },
    "002": {
        "sv": Words(
            "Enheten känner inte till meddelandet.", "Fel sorts enhet är vald: välj rätt i kassan."
        ),
        "en": Words(
            "The unit does not know the message.", "Another kind of unit is set: choose the right."
        ),
    },
    "003": {
        "sv": Words(
            "Enheten godtar inte uppgifterna.",
            "Kontrollera organisationsnummer och kassabeteckning. Ring annars kassans service.",
        ),
        "en": Words(
            "The unit does not accept the data.",
            "Check organisation number and register designation, else call the till's service.",
        ),
    },
    "004": {
        "sv": Words("Meddelandena kom i fel ordning.", "Kassan börjar om av sig själv."),
        "en": Words("The messages came in the wrong order.", "The till begins again by itself."),
    },
    "005": {
        "sv": Words("Enheten använder inte längre det meddelandet.", "Ring kassans service."),
        "en": Words("The unit no longer takes this message.", "Call the till's service."),
    },
    "006": {
        "sv": Words(
            "Enheten är inte i drift.", "Stäng av den och sätt på den igen. Ring annars service."
        ),
        "en": Words("The unit is not operational.", "Switch it off and on, else call its service."),
    },
    "007": {
        "sv": Words(
            "Enheten känner inte till den här kassans beteckning.",
            "Be enhetens leverantör lägga in kassabeteckning och organisationsnummer.",
        ),
        "en": Words(
            "The unit does not know this register's designation.",
            "Have the unit's supplier enter register designation and organisation number.",
        ),
    },
    "008": {
        "sv": Words(
            "Enheten har ett inre fel.", "Kassan försöker igen. Ring service om det inte går över."
        ),
        "en": Words(
            "The unit has an internal fault.", "The till tries again. Call service if it lasts."
        ),
    },
    "009": {
        "sv": Words(
            "Enhetens licens räcker inte eller har gått ut.",
            "Be enhetens leverantör förnya licensen.",
        ),
        "en": Words(
            "The unit's licence is exceeded or has expired.",
            "Have the unit's supplier renew the licence.",
        ),
    },
    "010": {
        "sv": Words("Enhetens minne är fullt.", "Ring service: enheten måste tömmas eller bytas."),
        "en": Words("The unit's memory is full.", "Call service: it must be emptied or replaced."),
    },
    "011": {
        "sv": Words(
            "Enheten väntade ett annat löpnummer.", "Kassan skickar kvittot igen med ett nytt."
        ),
        "en": Words(
            "The unit expected another serial number.", "The till sends the receipt with a new one."
        ),
    },
    "098": {
        "sv": Words("Enhetens server har ett inre fel.", "Vänta lite. Ring annars leverantören."),
        "en": Words("The unit's server has a fault.", "Wait a little, else call its supplier."),
    },
    "099": {
        "sv": Words("Servern når inte kontrollenheten.", "Vänta lite. Ring annars leverantören."),
        "en": Words(
            "The server does not reach the control unit.", "Wait a little, else call its supplier."
        ),
    },
}
"""Errors: three digits; the same numbers over every protocol."""

SEVERITIES: dict[str, dict[str, str]] = {
    "0": {"sv": "upplysning", "en": "information"},
    "1": {"sv": "varning", "en": "warning"},
    "2": {"sv": "protokollfel", "en": "protocol error"},
    "3": {"sv": "fel, inte allvarligt", "en": "fault, not fatal"},
    "4": {"sv": "allvarligt fel", "en": "fatal fault"},
}
"""The second digit of what a serial unit says beside its main status."""

STORAGES: dict[str, dict[str, Words]] = {
    "0": {"sv": Words("plats finns", ""), "en": Words("has room", "")},
    "1": {
        "sv": Words("nästan fullt", "Ring service innan minnet är fullt."),
        "en": Words("nearly full", "Call service before it is full."),
    },
    "2": {
        "sv": Words("fullt", "Ring service: enheten måste tömmas eller bytas."),
        "en": Words("full", "Call service: it must be emptied or replaced."),
    },
}

NO_ANSWERS: dict[str, dict[str, Words]] = {
    "silent": {
        "sv": Words("Kontrollenheten svarar inte.", _CABLE["sv"]),
        "en": Words("The control unit does not answer.", _CABLE["en"]),
    },
    "unreachable": {
        "sv": Words(
            "Ingen kontrollenhet finns på adressen.", "Se efter ström, nät och adress i kassan."
        ),
        "en": Words(
            "There is no control unit at the address.", "Check power, network and the address."
        ),
    },
    "unreadable": {
        "sv": Words(
            "Svaret från kontrollenheten går inte att läsa.",
            "Är rätt sorts enhet vald? Kassan frågar om av sig själv.",
        ),
        "en": Words(
            "The control unit's answer cannot be read.",
            "Is the right kind of unit set? The till asks again by itself.",
        ),
    },
    "login": {
        "sv": Words("Kontrollenheten godtar inte användare eller lösenord.", "Rätta dem i kassan."),
        "en": Words(
            "The control unit does not accept user or password.", "Correct them at the till."
        ),
    },
    "missing": {
        "sv": Words("Ingen kontrollenhet är inställd.", "Välj en på kassan. " + _NO_SALE["sv"]),
        "en": Words("No control unit is set up.", "Choose one at the till. " + _NO_SALE["en"]),
    },
}
"""Why there was no answer at all; see fiscal/contract.py."""


def fault(code: str, language: str) -> Words:
    """Why a unit gives no mark: no answer, its error, or its main status."""
    for table in (NO_ANSWERS, ERRORS, STATUSES):
        if code in table:
            return table[code][language]
    unknown = {
        "sv": f"Kontrollenheten säger nej (kod {code}).",
        "en": f"The control unit says no (code {code}).",
    }
    return Words(unknown[language], _CALL[language])


def coded(code: str, language: str) -> str:
    """What is so, with the unit's own code where it is one: service asks for it."""
    what = fault(code, language).what
    return f"{what} ({code})" if code.isdecimal() else what


def status(code: str, language: str) -> Words:
    """A main status, or what a mark says in its place."""
    return STATUSES[code][language] if code in STATUSES else Words(code, "")


def storage(code: str, language: str) -> Words:
    """How full the unit's memory is; empty where its protocol does not tell."""
    return STORAGES[code][language] if code in STORAGES else Words(code, "")


def severity(detail: str, language: str) -> str:
    """What a serial unit says beside its status; empty where it is no news."""
    digit = detail[1:2]
    return SEVERITIES[digit][language] if digit in SEVERITIES and digit != "0" else ""
