"""The printer's mechanism without a socket, on bytes from python-escpos and on bytes by hand."""

from __future__ import annotations

import io

import pytest
from barcode.codex import Code128
from escpos.printer import Dummy
from PIL import Image

from skrin.simulators.printer import picture, status
from skrin.simulators.printer.commands import Command, Cutter
from skrin.simulators.printer.mechanism import Ask, Cut, Mechanism, Pulse
from skrin.simulators.printer.paper import Code, Line, Picture, Slip, from_json, to_json

NORDIC = "åäöÅÄÖæøÆØéüß"


def run(data: bytes, columns: int = 42) -> tuple[list[Slip], list[object], Mechanism]:
    """Feed the bytes one by one, as the worst line would; slips, other events, mechanism."""
    cutter, mechanism = Cutter(), Mechanism(columns)
    events: list[object] = []
    for byte in data:
        for command in cutter.feed(bytes([byte])):
            events += mechanism.execute(command)
    slips = [event.slip for event in events if isinstance(event, Cut)]
    return slips, [event for event in events if not isinstance(event, Cut)], mechanism


def names(data: bytes) -> list[str]:
    return [command.name for command in Cutter().feed(data)]


CUT = b"\x1dV\x00"


@pytest.mark.parametrize(
    ("page", "codec"), [(0, "cp437"), (2, "cp850"), (5, "cp865"), (16, "cp1252"), (19, "cp858")]
)
def test_text_is_exact_in_every_code_page(page: int, codec: str) -> None:
    text = "".join(sign for sign in NORDIC + "€" if sign.encode(codec, "ignore"))
    slips, _, mechanism = run(b"\x1bt" + bytes([page]) + text.encode(codec) + b"\n" + CUT)
    assert slips[0].text() == text
    assert not mechanism.unknown
    assert "å" in text and "Ö" in text


def test_an_unknown_code_page_is_seen() -> None:
    slips, _, mechanism = run(b"\x1bt\x63\x86\n" + CUT)
    assert slips[0].text() == "\N{REPLACEMENT CHARACTER}"
    assert mechanism.unknown == {"code page 99": 1}


def test_the_swedish_national_set() -> None:
    slips, _, _ = run(b"\x1bR\x05[\\]{|}\x1bR\x00[\\]\n" + CUT)
    assert slips[0].text() == "ÄÖÅäöå[\\]"


@pytest.mark.parametrize("profile", ["TM-T88V", "TM-T20II", "default"])
def test_python_escpos_is_read(profile: str) -> None:
    printer = Dummy(profile=profile)
    printer.charcode("CP858")
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    printer.text("Bageriet\n")
    printer.set(align="right", bold=False, normal_textsize=True)
    printer.text("höger\n")
    printer.set(align="left", underline=1)
    printer.text("Räksmörgås €\n")
    printer.qr("https://kvitto.example/1", native=True)
    printer.cashdraw(2)
    printer.cashdraw(5)
    printer.cut()
    slips, events, mechanism = run(printer.output)
    assert not mechanism.unknown
    assert slips[0].text().split("\n") == [
        "             Bageriet",
        " " * 37 + "höger",
        "Räksmörgås €",
    ]
    assert slips[0].codes() == [{"kind": "qr", "data": "https://kvitto.example/1"}]
    assert events == [Pulse(0), Pulse(1)]
    assert (slips[0].kicks, slips[0].byte_count) == (2, len(printer.output))
    runs = [
        run for element in slips[0].elements if isinstance(element, Line) for run in element.runs
    ]
    title, right, last = runs[:3]
    assert (title.style.bold, title.style.width, title.style.height) == (True, 2, 2)
    assert (right.style.bold, right.style.width, right.style.height) == (False, 1, 1)
    assert last.style.underline


def test_python_escpos_pictures_are_read() -> None:
    source = Image.new("1", (16, 4), 1)
    source.putpixel((3, 1), 0)
    for way in ("bitImageRaster", "graphics"):
        printer = Dummy(profile="TM-T88V")
        printer.image(source, impl=way)
        printer.cut()
        slips, _, mechanism = run(printer.output)
        assert not mechanism.unknown
        (drawn,) = [one for one in slips[0].elements if isinstance(one, Picture)]
        assert (drawn.row_bytes, drawn.rows) == (2, b"\0\0\x10\0\0\0\0\0")


def test_a_bar_code_is_drawn_as_its_standard_says() -> None:
    """Its bars, read back from the picture, are those of a library that draws Code 128."""
    signs = "QX-M.K+T/AB:D$F"  # No two digits side by side: then both stay in code set B.
    sent = f"{{B{signs}".encode()
    job = b"\x1ba\x01\x1dh\x50\x1dw\x02\x1dH\x00\x1dkI" + bytes([len(sent)]) + sent
    slips, _, mechanism = run(job + b"\x1ba\x00text\n" + CUT)
    assert not mechanism.unknown
    (code,) = [one for one in slips[0].elements if isinstance(one, Code)]
    assert (code.kind, code.size, code.height) == ("barcode", 2, 80)
    mask = picture._bars(code.data, code.size, code.height)
    assert mask is not None and mask.size[1] == 80
    read = "".join("1" if mask.getpixel((x, 40)) else "0" for x in range(0, mask.size[0], 2))
    assert read == Code128(signs).build()[0]
    assert from_json(to_json(slips[0])).elements == slips[0].elements


def test_sizes_and_styles_by_hand() -> None:
    data = b"a\x1bE\x01b\x1b-\x01c\x1d!\x11d\x1b!\x00e\x1dB\x01f\x1b!\x01g\n" + CUT
    slips, _, _ = run(data)
    (line,) = [one for one in slips[0].elements if isinstance(one, Line)]
    told = {run.text: run.style for run in line.runs}
    assert (told["a"].bold, told["b"].bold) == (False, True)
    assert told["c"].underline
    assert (told["d"].width, told["d"].height) == (2, 2)
    assert (told["e"].bold, told["e"].underline, told["e"].width) == (False, False, 1)
    assert told["f"].reverse
    assert told["g"].small
    assert line.text() == "abcdefg"


def test_long_lines_break_at_the_paper() -> None:
    slips, _, _ = run(b"x" * 50 + b"\n" + CUT, columns=42)
    assert slips[0].text() == "x" * 42 + "\n" + "x" * 8
    slips, _, _ = run(b"\x1d!\x10" + b"x" * 17 + b"\n" + CUT, columns=32)
    assert slips[0].text() == "x" * 16 + "\nx"


def test_positions_and_tabs_become_spaces() -> None:
    slips, _, _ = run(b"Kaffe\x1b$\xf0\x0035,00\n\tflik\n" + CUT)
    assert slips[0].text().split("\n") == ["Kaffe" + " " * 15 + "35,00", "        flik"]


def test_blank_paper_at_the_ends_is_not_text() -> None:
    slips, _, mechanism = run(b"\n\x1bd\x02A\x1bd\x03B\n\x1bd\x06\x1dVB\x10" + CUT + CUT)
    assert slips[0].text() == "A\n\n\nB"
    assert len(slips) == 1
    assert mechanism.blank_cuts == 2


def test_every_way_to_cut() -> None:
    ways = [b"\x1dV\x00", b"\x1dV0", b"\x1dVA\x03", b"\x1dVB\x00", b"\x1bi", b"\x1bm"]
    slips, _, _ = run(b"".join(b"slip\n" + way for way in ways))
    assert [slip.number for slip in slips] == [1, 2, 3, 4, 5, 6]
    assert {slip.text() for slip in slips} == {"slip"}


def test_questions_come_in_their_turn() -> None:
    _, events, _ = run(b"text\n" + CUT + b"\x1dr\x01\x1dIB\x1da\xff\x1ba\x01")
    assert events == [Ask("GS r", 1), Ask("GS I", 66), Ask("GS a", 255)]


def test_commands_are_cut_by_their_lengths() -> None:
    assert names(b"\x10\x04\x01\x10\x14\x01\x00\x05\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08") == [
        "DLE 04",
        "DLE 14",
        "DLE 14",
    ]
    assert names(b"\x1dk\x04123\x00A\n") == ["GS k", "text", "LF"]
    assert names(b"\x1dkI\x03\x1b@\x1bA\n") == ["GS k", "text", "LF"]
    assert names(b"\x1dv0\x00\x02\x00\x02\x00\x1b@\x1b@A") == ["GS v", "text"]
    assert names(b"\x1b*\x21\x01\x00abcA") == ["ESC *", "text"]
    assert names(b"\x1bD\x08\x10\x00A") == ["ESC D", "text"]
    assert names(b"\x1d(L\x02\x000\x32A") == ["GS (", "text"]
    assert names(b"\x1d8L\x02\x00\x00\x000\x32A") == ["GS 8", "text"]
    assert names(b"\x1bYA\x1d\x01") == ["unknown ESC Y", "text", "unknown GS 01"]
    assert Cutter().feed(b"\x1bp\x00\x19") == []
    assert Cutter().feed(b"ab\n")[0] == Command("text", b"ab", 2)


def test_a_torn_slip_is_marked() -> None:
    mechanism = Mechanism(32)
    for command in Cutter().feed(b"half\nnot yet"):
        mechanism.execute(command)
    torn = mechanism.tear_off()
    assert torn is not None
    assert (torn.number, torn.is_complete, torn.text()) == (1, False, "half")
    assert mechanism.tear_off() is None


def test_slips_survive_as_json() -> None:
    data = b"\x1ba\x01\x1bE\x01Hej\n\x1d(k\x05\x001P0A\x1d(k\x03\x001Q0" + CUT
    data = data.replace(b"\x1d(k\x05\x001P0A", b"\x1d(k\x05\x001P0AB")
    slips, _, _ = run(b"\x1dv0\x00\x01\x00\x01\x00\xff" + data)
    assert from_json(to_json(slips[0])) == slips[0]
    assert [one.data for one in slips[0].elements if isinstance(one, Code)] == ["AB"]


def test_the_picture_shows_ink_where_text_stands() -> None:
    slips, _, _ = run(b"\x1ba\x02Svart\n" + CUT, columns=32)
    drawn = Image.open(io.BytesIO(picture.png(slips[0]))).convert("L")
    assert drawn.width == 32 * 12 + 48
    box = (
        drawn.crop((24, 30, drawn.width - 24, 60))
        .point(lambda value: 255 * (value < 128))
        .getbbox()
    )
    assert box is not None
    assert box[0] > 26 * 12, "the text stands to the right"


READY = status.Condition()


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        (READY, (0x12, 0x12, 0x12, 0x12)),
        (status.Condition(cover_open=True), (0x1A, 0x16, 0x12, 0x12)),
        (status.Condition(paper_out=True), (0x1A, 0x32, 0x12, 0x72)),
        (status.Condition(paper_low=True), (0x12, 0x12, 0x12, 0x1E)),
        (status.Condition(offline=True), (0x1A, 0x12, 0x12, 0x12)),
    ],
)
def test_real_time_status(condition: status.Condition, answers: tuple[int, ...]) -> None:
    assert tuple(status.real_time(condition, which)[0] for which in (1, 2, 3, 4)) == answers
    assert status.real_time(condition, 9) == b""


def test_automatic_status_and_answers_from_the_buffer() -> None:
    assert status.automatic(READY) == b"\x10\x00\x00\x00"
    assert status.automatic(status.Condition(cover_open=True)) == b"\x38\x00\x00\x00"
    assert status.automatic(status.Condition(paper_out=True)) == b"\x18\x00\x0c\x00"
    assert status.transmitted(READY, 1) == b"\x00"
    assert status.transmitted(status.Condition(paper_low=True), 49) == b"\x03"
    assert status.identity(66) == b"_SKRIN\x00"
