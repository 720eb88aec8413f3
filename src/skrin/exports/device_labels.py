"""Labels for devices that are prepared before they are delivered: one page for each, as PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from skrin.exports.journal_pdf import quoted

LABELS_MOST = 200
"""Of one file: as many as are set in a few seconds."""

_HEAD = """#set document(title: {title}, date: none)
#set page(width: 100mm, height: 70mm, margin: 4mm)
#set text(font: "DejaVu Sans Mono", size: 7pt, lang: {language}, hyphenate: false)
#set par(leading: 0.4em, spacing: 0.6em)
"""

_PAGE = """#grid(columns: (1fr, 30mm), gutter: 3mm,
  [#text(8pt, {company}) \\ #text(13pt, strong({designation})) \\ #text(8pt, {place})
   #v(0.6mm) #text(7pt, {serial}) \\ #text(7pt, {until})],
  [#image(bytes({qr}), format: "svg", width: 30mm)])
#align(center, text(9.5pt, strong({code})))
#line(length: 100%, stroke: 0.4pt)
#enum({steps})
"""

_WORDS = {
    "sv": (
        "Serienummer",
        "Koden gäller till",
        (
            "Koppla in ström och butikens nät.",
            "Starta. Enheten blir kassan {designation}: av sig själv, eller när någon läser av"
            " koden ovan med kommandot skrin enrol.",
            "Logga in med samma e-post som på kontoret. Sälj.",
        ),
    ),
    "en": (
        "Serial number",
        "The code works until",
        (
            "Connect power and the shop's network.",
            "Start it. The device becomes the till {designation}: by itself, or when somebody"
            " scans the code above with the command skrin enrol.",
            "Log in with the same e-mail as at the office. Sell.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class DeviceLabel:
    """What a label says. `place`: store and the name of the till; `qr`: what the picture holds;
    `until`: the last day of the code, ready to be read."""

    company: str
    designation: str
    place: str
    serial: str
    code: str
    qr: str
    until: str


def label_source(labels: Sequence[DeviceLabel], title: str, language: str) -> str:
    """The typst source of the labels, each on a page of 100 x 70 mm as label printers have it."""
    head = _HEAD.format(title=quoted(title), language=quoted(language))
    return head + "#pagebreak()\n".join(_page(label, language) for label in labels)


def _page(label: DeviceLabel, language: str) -> str:
    serial, until, steps = _WORDS.get(language, _WORDS["en"])
    return _PAGE.format(
        company=_typst_text(label.company),
        designation=quoted(label.designation),
        place=_typst_text(label.place),
        serial=_typst_text(f"{serial}: {label.serial}"),
        until=_typst_text(f"{until}: {label.until}"),
        qr=_typst_text(_qr(label.qr)),
        code=quoted(label.code),
        steps=", ".join(
            f"text({_typst_text(step.format(designation=label.designation))})" for step in steps
        ),
    )


def _typst_text(text: str) -> str:
    """A typst string whose lines may break at its blanks, other than those of `quoted`."""
    return quoted(text).replace("\u00a0", " ")


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    made = segno.make(text, micro=False, error="m")
    made.save(drawn, kind="svg", scale=4, border=4, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()
