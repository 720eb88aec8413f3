"""The inspector's page over HTTP: everything without help, while the till sells."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD, TECHNICIAN
from tests.till.process.rig import TillProcess
from tests.till.process.screen import Answer, Element, Screen, eventually

pytestmark = pytest.mark.slow


def fetch(screen: Screen, path: str) -> tuple[int, bytes, str]:
    """A file as a browser saves it."""
    link = screen.link()
    cookies = "; ".join(f"{name}={value}" for name, value in screen.cookies.items())
    link.request("GET", path, None, {"Cookie": cookies})
    answer = link.getresponse()
    content = answer.read()
    said = answer.getheader("Content-Disposition") or ""
    link.close()
    return answer.status, content, said


def facts(page: Element) -> dict[str, str]:
    return {one.says("dt"): one.says("dd") for one in page.all("div") if one.one("dt")}


def make(screen: Screen, what: str, file_format: str, day: str) -> Answer:
    page = screen.get("/records").page
    assert page.one("#what") and page.one("#format")
    fields = {"what": what, "format": file_format, "first": day, "last": day}
    return screen.post("/records/make", **fields)


@pytest.mark.requirement("R-MORE-011", "OPP-016")
def test_an_inspector_gets_everything_without_help(desk: TillProcess) -> None:
    screen = desk.log_in()
    screen.tap(COFFEE)
    screen.post("/pay/cash")
    screen.until("done")
    first = screen.get("/records").page
    day = next(one for one in first.all("input") if one.attrs.get("name") == "first").attrs["value"]
    told = facts(first)
    assert told["Kassabeteckning"] and told["Kassaregistrets tillverkningsnummer"]
    assert told["Kontrollenhetens tillverkningsnummer"]
    rows = [
        [cell.text for cell in row.pieces if isinstance(cell, Element)] for row in first.all("tr")
    ]
    receipts = next(row for row in rows if row[0] == "Kvitton och returer")
    assert receipts[1] == "1" and int(receipts[2]) >= 1 and receipts[3] == "0"
    messages = next(row for row in rows if row[0] == "Meddelanden till kontrollenheten")
    assert int(messages[2]) >= int(receipts[2]) and messages[3] == "0"

    for what, file_format in (
        ("journal", "xml"),
        ("journal", "csv"),
        ("journal", "json"),
        ("journal", "pdf"),
        ("prices", "pdf"),
        ("settings", "csv"),
    ):
        assert make(screen, what, file_format, day).status == 302
        eventually(lambda: "hx-trigger" not in screen.get("/records/making").text)
        incomplete = "saknar bekräftat elementnamn" in screen.get("/records").text
        assert incomplete == (file_format == "xml")
    files = [one.attrs["href"] for one in screen.get("/records").page.all("a")]
    files = [one for one in files if one.startswith("/records/file/")]
    endings = sorted(one.rpartition(".")[2] for one in files)
    assert endings == ["csv", "csv", "json", "pdf", "pdf", "zip"]
    packed = next(one for one in files if one.endswith(".zip"))
    status, content, said = fetch(screen, packed)
    assert status == 200 and "attachment" in said
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [name.rpartition(".")[2] for name in names] == ["xml", "json"]
    assert names[0] == unquote(packed.rpartition("/")[2]).replace(".zip", ".xml")
    journal = next(one for one in files if one.endswith(".json"))
    assert json.loads(fetch(screen, journal)[1])["entries"][0]["kind"] == "journal.opened"
    assert screen.post("/records/prove").status == 302
    eventually(lambda: "hx-trigger" not in screen.get("/records/proof").text)
    assert "Journalen är hel" in screen.get("/records").page.says("#proof")
    screen.tap(COFFEE)
    screen.post("/pay/cash")
    screen.until("done")


def test_what_cannot_be_made_is_said_in_words(desk: TillProcess) -> None:
    screen = desk.log_in()
    answer = make(screen, "prices", "xml", "2026-11-20")
    assert answer.status == 422 and "det formatet" in answer.text
    answer = make(screen, "journal", "csv", "20 november")
    assert answer.status == 422 and "Välj en dag" in answer.text
    assert make(screen, "journal", "csv", "2020-01-01").status == 302
    eventually(lambda: "hx-trigger" not in screen.get("/records/making").text)
    assert "Inget registrerades" in screen.get("/records").text
    assert screen.get("/records/file/..%2f..%2fdevice.sqlite").status == 404
    assert screen.get("/records/file/nothing.csv").status == 404


@pytest.mark.requirement("R-REG-002", "R-REG-003", "OPP-057")
def test_the_registration_page_has_it_all_and_makes_a_pdf(desk: TillProcess) -> None:
    screen = desk.log_in()
    page = screen.get("/registration").page
    told = facts(page)
    assert told["Modellbeteckning"] == "Skrin Till SE" and told["Version"] == "0.1.0"
    assert "Ingen tillverkare har deklarerat" in page.text
    assert "Anmälan: ett kassaregister är ur funktion" in page.says("#broken")
    status, content, said = fetch(screen, "/registration/pdf")
    assert status == 200 and content.startswith(b"%PDF") and ".pdf" in said
    refused = screen.post("/registration/reported", on="2026-11-20")
    assert refused.status == 422, "a cashier does not state it"


@pytest.mark.requirement("OPP-058")
def test_the_status_does_not_say_that_all_is_well_above_a_reminder(till: TillProcess) -> None:
    owner = Screen(till.screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    eventually(lambda: "Det går att sälja." in owner.get("/status").page.says(".headline"))
    assert "Att anmäla till Skatteverket" in owner.get("/status").page.text
    day = owner.get("/registration").page.one("#on")
    assert day and owner.post("/registration/reported", on=day.attrs["value"]).status == 302
    eventually(lambda: owner.get("/status").page.says(".headline") == "Allt fungerar")


def test_a_technician_sees_no_figures_of_the_shop(till: TillProcess) -> None:
    """Who has no right to an X or a Z reads neither, nor a sum on the way to them (D43)."""
    cashier = till.screen
    cashier.tap(COFFEE)
    cashier.post("/pay/cash")
    cashier.until("done")
    page = cashier.get("/day").page
    assert "34,00" in page.text
    links = [one.attrs.get("href", "") for one in page.all("a")]
    day = next(link for link in links if link.startswith("/day/close/")).rpartition("/")[2]
    assert cashier.post("/day/close", day=day).status == 302
    cashier.tap(COFFEE)
    cashier.post("/pay/cash")
    cashier.until("done")
    assert "34,00" in cashier.get("/day/z/1").page.text
    technician = Screen(till.screen.port)
    assert technician.log_in(TECHNICIAN, PASSWORD).status == 302
    page = technician.get("/day").page
    assert "34,00" not in page.text and "visar inte dagens siffror" in page.text
    assert "1 kvitto" in page.text and "Z 1" in page.text
    for address in ("/reports", "/reports/x", "/day/z/1"):
        answer = technician.get(address)
        assert "34,00" not in answer.page.text, address
    assert technician.get("/day/z/1").status == 403
