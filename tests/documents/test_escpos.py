"""Print jobs, byte by byte, and against a library that we did not write."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.documents.cast import COFFEE, Sold, receipt

from skrin import documents
from skrin.documents import escpos
from skrin.documents.blocks import Bars, Centered, Line, Mark, Qr, Rule
from skrin.documents.escpos import CODE_PAGES, render_escpos
from skrin.documents.html import render_html
from skrin.documents.layout import set_blocks
from skrin.documents.text import render_text

NORDIC = "ÅÄÖåäöÆØæøÉéÜüÐðÞþ"


def printed(job: bytes, code_page: str) -> str:
    """The text of a job: its commands taken out, its bytes read by the page that it chose."""
    chosen = re.search(rb"\x1bt(.)", job, re.DOTALL)
    assert chosen and chosen[1][0] == CODE_PAGES[code_page]
    commands = rb"\x1b[@]|\x1c\.|\x1b[tEad].|\x1bp...|\x1d!.|\x1dV."
    return re.sub(commands, b"", job, flags=re.DOTALL).decode(code_page)


def library(profile: str = "TM-T88V") -> Any:
    # Here, for it reads a second's worth of printers, in each worker that collects this file.
    from escpos.printer import Dummy

    return Dummy(profile=profile)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_job_begins_afresh_and_ends_with_a_cut(columns: int) -> None:
    job = documents.receipt_escpos(receipt([COFFEE]), columns)
    assert job.startswith(b"\x1b@\x1c.\x1bt\x13")
    assert job.endswith(b"\x1bd\x06\x1dV\x00")
    assert job.count(b"\x1dV") == 1


def test_the_drawer_opens_first_and_only_when_asked() -> None:
    pulse = b"\x1bp\x00\x32\x32"
    kicked = documents.receipt_escpos(receipt([COFFEE]), 42, drawer=True)
    assert kicked.index(pulse) < kicked.index(b"Vetekornet")
    assert kicked.replace(pulse, b"") == documents.receipt_escpos(receipt([COFFEE]), 42)


@pytest.mark.parametrize("code_page", sorted(CODE_PAGES))
def test_every_nordic_letter_prints_or_has_a_stand_in(code_page: str) -> None:
    text = printed(render_escpos([Line(NORDIC)], 42, code_page), code_page).strip()
    kept = {"cp858", "cp850", "cp1252"}
    if code_page in kept:
        assert text == NORDIC
    else:
        # These pages lack some of the letters of our neighbours, and none of ours.
        assert text.startswith("ÅÄÖåäö") and len(text) >= len(NORDIC) and "?" not in text


@pytest.mark.parametrize(
    ("code_page", "euro"), [("cp858", "1 €"), ("cp1252", "1 €"), ("cp850", "1 EUR")]
)
def test_the_euro(code_page: str, euro: str) -> None:
    assert printed(render_escpos([Line("1\u00a0€")], 42, code_page), code_page) == f"{euro}\n"


def test_printed_text_is_the_text_on_the_screen() -> None:
    """On the page that documents are written for, paper and screen agree to the character."""
    signed = receipt([Sold("Žižkovs rån – “söta” …", 600, 1_234_50), COFFEE])
    job = documents.receipt_escpos(signed, 42, "cp858")
    assert printed(job, "cp858") == documents.receipt_text(signed, 42)
    assert 'Zizkovs rån - "söta" ...' in printed(job, "cp858")


@pytest.mark.parametrize(
    "trick", ["\x1b@", "\x1dV\x00", "\x10\x14\x08", "a\nb", "\x9b1m", "\u202e"]
)
def test_a_name_cannot_command_the_printer(trick: str) -> None:
    job = documents.receipt_escpos(receipt([Sold(f"Bulle{trick}", 600, 25_00)]), 42)
    plain = documents.receipt_escpos(receipt([Sold("Bulle", 600, 25_00)]), 42)
    commands = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")
    assert commands.findall(job) == commands.findall(plain)
    assert job.count(b"\n") == plain.count(b"\n")


def test_commands_are_those_of_python_escpos() -> None:
    drawer, cut, page = library(), library(), library()
    drawer.cashdraw(2)
    assert drawer.output == escpos.DRAWER_PULSE
    cut.cut()
    assert cut.output == escpos.FEED_AND_CUT
    page.charcode("CP858")
    assert page.output.endswith(b"\x1bt" + bytes([CODE_PAGES["cp858"]]))
    begun = library()
    begun.hw("INIT")
    assert begun.output == escpos.INITIALISE


def test_code_pages_have_the_numbers_of_python_escpos() -> None:
    known = library().profile.profile_data["codePages"]
    assert {int(number): name.lower() for number, name in known.items()}.items() >= {
        number: name for name, number in CODE_PAGES.items()
    }.items()


def test_text_is_encoded_as_by_python_escpos() -> None:
    theirs = library()
    theirs.charcode("CP858")
    theirs.text(f"{NORDIC} 12,50 €\n")
    ours = render_escpos([Line(f"{NORDIC} 12,50 €")], 42)
    assert theirs.output.partition(b"\x1bt\x13")[2] in ours


def test_styles_are_those_of_python_escpos() -> None:
    theirs = library()
    theirs.set(bold=True)
    assert theirs.output == escpos.BOLD_ON
    wide = library()
    wide.set(custom_size=True, width=2, height=2)
    assert wide.output == escpos.DOUBLE_ON


def test_a_qr_code_is_that_of_python_escpos() -> None:
    theirs = library()
    theirs.qr("R:VK1-1:1042", ec=1, size=6, model=2, native=True)
    assert theirs.output.count(b"\x1d(k") == 5
    assert theirs.output in render_escpos([Qr("R:VK1-1:1042")], 42)


CODE = "QX7M2K9T0AB3D4F"
"""As long as the code of a gift card."""


@pytest.mark.requirement("OPP-007")
def test_a_bar_code_is_that_of_python_escpos_and_only_where_it_fits() -> None:
    theirs = library()
    size = {"height": 80, "width": 2}
    theirs.barcode(f"{{B{CODE}", "CODE128", pos="OFF", function_type="B", align_ct=True, **size)
    assert theirs.output in render_escpos([Bars(CODE)], 42)
    assert b"\x1dk" not in render_escpos([Bars(CODE)], 32), "it would be wider than the paper"
    assert b"\x1dk" in render_escpos([Bars("7350012")], 32)
    assert render_text([Bars(CODE)], 42) == "" and CODE not in render_html([Bars(CODE)], 42)


def test_a_mark_is_double_and_centred_on_the_paper() -> None:
    job = render_escpos([Mark("KOPIA"), Centered("x"), Rule()], 32)
    assert b"\x1d!\x11     KOPIA\n\x1d!\x00" in job
    (mark, *_) = set_blocks([Mark("KOPIA")], 32)
    assert 2 * len(mark.text) <= 32
