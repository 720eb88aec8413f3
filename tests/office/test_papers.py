"""What a store's papers say: set in the office, held by its conditions, and known to the tills."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from pypdf import PdfReader
from tests.office.cast import Cast
from tests.office.rights.store import Store

from skrin.domain.paper import Moment, Paper, PaperText, holds, lines_of
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions, logos
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

NOON = Moment("2026-11-22", 12 * 60, 7)


@pytest.fixture
def store(cast: Cast, tmp_path: Path) -> Iterator[Store]:
    """A store without tills."""
    made = Store(cast, tmp_path)
    yield made
    made.closes()


def picture(wide: int = 600, high: int = 200) -> bytes:
    drawn = Image.new("RGBA", (wide, high), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).rectangle((0, 0, wide // 2, high), fill=(0, 0, 0, 255))
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


@pytest.mark.requirement("OPP-012")
@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (PaperText("footer", ("a",)), True),
        (PaperText("footer", ("a",), kinds=("return",)), False),
        (PaperText("footer", ("a",), kinds=("return", "sale")), True),
        (PaperText("footer", ("a",), from_min=12 * 60, to_min=13 * 60), True),
        (PaperText("footer", ("a",), from_min=13 * 60, to_min=14 * 60), False),
        (PaperText("footer", ("a",), from_min=22 * 60, to_min=12 * 60 + 1), True),
        (PaperText("footer", ("a",), from_min=22 * 60, to_min=4 * 60), False),
        (PaperText("footer", ("a",), first_day="2026-11-22", last_day="2026-11-22"), True),
        (PaperText("footer", ("a",), first_day="2026-11-23"), False),
        (PaperText("footer", ("a",), last_day="2026-11-21"), False),
        (PaperText("footer", ("a",), weekdays=(6, 7)), True),
        (PaperText("footer", ("a",), weekdays=(1,)), False),
        (PaperText("footer", ("a",), language="en"), False),
        (PaperText("footer", ("a",), language="sv"), True),
    ],
)
def test_a_text_stands_while_its_conditions_hold(text: PaperText, stands: bool) -> None:
    assert holds(text, "sale", NOON, "sv") is stands
    paper = Paper(texts=(text, PaperText("header", ("b",))))
    assert lines_of(paper, "footer", "sale", NOON) == (("a",) if stands else ())


def test_a_picture_becomes_black_dots() -> None:
    logo = logos.logo_of(picture())
    assert (logo.width_dots, logo.height_dots) == (384, 128)
    row = logo.rows()[64]
    assert len(row) == 48 and row[:23] == b"\xff" * 23 and row[26:] == b"\x00" * 22


@pytest.mark.requirement("R-COPY-004", "OPP-012", "R-COPY-005")
def test_the_page_sets_what_tills_print(store: Store) -> None:
    (a,) = store.opens(1)
    client = store.cast.logged_in()
    answer = client.post(
        "/settings/paper/1",
        {
            "header": "Sedan 1912",
            "footer": "Tack\nVälkommen åter",
            "language": "sv",
            "shows_code": "1",
            "logo": SimpleUploadedFile("m.png", picture(), "image/png"),
            "place-1": "footer",
            "lines-1": "Byten görs i kassan",
            "kinds-1": ["return"],
            "place-2": "footer",
            "lines-2": "Öppet till åtta",
        },
    )
    assert answer.status_code == 200, answer.content[:400]
    assert "paper-logo" in answer.content.decode()
    a.meets(2)
    a.rings("coffee")
    a.pays()
    assert a.till.desk.finished
    (sale,) = a.till.desk.finished.receipts
    assert sale.header == ("Sedan 1912",)
    assert sale.footer == ("Tack", "Välkommen åter", "Öppet till åtta")
    job = a.printer.slips[-1]
    assert b"\x1dv0\x00" in job, "the logo as a raster"
    assert f"R:{sale.designation}:{sale.number}".encode() in job
    too_many = client.post("/settings/paper/1", {"footer": "1\n2\n3\n4\n5\n6"})
    assert too_many.status_code == 422 and "1\n2\n3\n4\n5\n6" in too_many.content.decode()
    with inside(store.cast.company):
        card = tenancy.store_card(store.cast.company, 1)
    assert card.footer == ("Tack", "Välkommen åter") and card.paper.logo
    a.rings("coffee")
    a.pays()
    a.meets(2)
    ((till, seq),) = store.cast.rows(
        "SELECT till, max(sealed_seq) FROM receipts_receipt GROUP BY till"
    )
    made = client.get(f"/receipts/{till}/1/{seq}.pdf")
    assert made["Content-Type"] == "application/pdf"
    said = PdfReader(BytesIO(made.content)).pages[0].extract_text()
    assert "EJ KVITTO" in said and "ingen kopia" in said
    assert "Öppet till åtta" in said and f"R:{sale.designation}:2" in said


def test_a_store_in_english_prints_in_english(store: Store) -> None:
    (a,) = store.opens(1)
    with inside(store.cast.company):
        texts = (PaperText("footer", ("Welcome",), language="en"),)
        paper = Paper(language="en", texts=(*texts, PaperText("footer", ("Hej",), language="sv")))
        actions.set_paper(store.cast.company, 1, [], ["Tack"], paper)
        publication.publish_everywhere(store.cast.company)
    a.meets(2)
    a.rings("coffee")
    a.pays()
    paper_text = a.printer.slips[-1].decode("cp858", "replace")
    assert "To pay" in paper_text and "Welcome" in paper_text and "Hej" not in paper_text


def test_nobody_else_sets_it(cast: Cast) -> None:
    client = cast.logged_in()
    assert client.get("/settings/paper/999").status_code == 404
