"""Tills prepared in batches: a file of devices becomes codes and labels, or nothing at all."""

from __future__ import annotations

import io
import pathlib
import threading
import time
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from pypdf import PdfReader
from tests.office.cast import Cast, enrol

from skrin.domain.codec import decode
from skrin.domain.printer import place_of as printer_place
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions
from skrin.office.tills import queries as tills
from skrin.sync.device_batch import Wish, read_batch
from skrin.sync.enrolment import label_read, label_text
from skrin.sync.messages import DeviceSettings, EnrolAnswer
from skrin.till.devices.units import place_of as unit_place

pytestmark = pytest.mark.office

HEADING = (
    "serienummer;butik;beteckning;namn;kontrollenhet;skrivare;kortterminal;terminal-id;protokoll"
)
FILE = f"""{HEADING}
POS-0007;1;PREP1;Kassa sju;192.168.1.20:5001;192.168.1.21:9100;192.168.1.30:9000;80000091;epas
POS-0008;1;;Kassa åtta;192.168.1.20:5001;;192.168.1.31:9000;80000092;epas
"""
NOW_MS = 1_800_000_000_000
DOER = actions.Doer(0, "Saga", NOW_MS)


def prepared_beside(cast: Cast, first: list[Wish], then: list[Wish]) -> list[Any]:
    """Somebody prepares, and before it is written down for good somebody else does too: what came
    of the second."""
    came: list[Any] = []

    def other() -> None:
        try:
            with inside(cast.company):
                came.append(actions.prepare(cast.company, then, DOER, "två", 60_000))
        except Exception as fault:
            came.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with inside(cast.company):
        made, faults = actions.prepare(cast.company, first, DOER, "ett", 60_000)
        assert made and not faults
        thread.start()
        until = time.monotonic() + 20.0
        while not came and time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
            time.sleep(0.02)
    thread.join(20.0)
    assert not thread.is_alive()
    return came


def wish(serial: str, designation: str = "") -> Wish:
    return Wish(2, serial, 1, designation, "", DeviceSettings())


def test_who_prepares_the_same_device_at_once_is_told(cast: Cast) -> None:
    [(made, faults)] = prepared_beside(cast, [wish("POS-77")], [wish("POS-76"), wish("POS-77")])
    assert made == []
    assert [(line, no.code) for line, no in faults] == [(2, "batch_serial_taken")]
    assert [one for one in waiting(cast) if one[0] in ("POS-76", "POS-77")] == [
        one for one in waiting(cast) if one[0] == "POS-77"
    ]


def test_who_prepares_at_once_gets_designations_of_ones_own(cast: Cast) -> None:
    [(made, faults)] = prepared_beside(cast, [wish("POS-71")], [wish("POS-72")])
    assert faults == [] and len(made) == 1
    [(none, wrong)] = prepared_beside(cast, [wish("POS-73", "Z9")], [wish("POS-74", "Z9")])
    assert none == [] and [no.code for _, no in wrong] == ["designation_taken"]


MAKE = {"what": "make", "days": "30", "batch": "Jul"}


class Codes(HTMLParser):
    """The codes that a page carries to the labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("name") == "code":
            self.found.append(named["value"] or "")


def waiting(cast: Cast) -> list[tuple[str, str, str]]:
    with inside(cast.company):
        seats = tills.seats(cast.company)
    return [(s.serial, s.designation, s.batch) for s in seats if not s.till and not s.retired]


@pytest.mark.requirement("R-MORE-014", "R-SET-010", "R-SET-009")
def test_a_file_of_devices_becomes_tills_whose_settings_come_with_the_enrolment(
    cast: Cast,
) -> None:
    client = cast.logged_in()
    sent = SimpleUploadedFile("enheter.csv", FILE.encode("cp1252"))
    page = client.post("/tills/prepare", MAKE | {"file": sent})
    assert page.status_code == 200, page.content.decode()
    codes = Codes(page.content.decode()).found
    assert len(codes) == 2
    assert {one[1] for one in waiting(cast)} >= {"PREP1"}

    pdf = client.post("/tills/labels", {"code": codes, "format": "pdf"})
    assert pdf["Content-Type"] == "application/pdf"
    labels = PdfReader(io.BytesIO(pdf.content)).pages
    assert len(labels) == 2
    first = labels[0].extract_text().replace("\xa0", " ")
    for text in ("PREP1", "POS-0007", "Kassa sju", codes[0], "skrin enrol"):
        assert text in first, first
    packed = client.post("/tills/labels", {"code": codes, "format": "zip"})
    with zipfile.ZipFile(io.BytesIO(packed.content)) as files:
        assert files.namelist() == ["POS-0007/enrolment.txt", "POS-0008/enrolment.txt"]
        told = label_read(files.read("POS-0007/enrolment.txt").decode())
    assert told is not None and told[1] == codes[0]

    answer = enrol(codes[0])
    assert answer.status_code == 200
    enrolled = decode(EnrolAnswer, answer.content)
    assert [seat.designation for seat in enrolled.seats] == ["PREP1"]
    devices = enrolled.devices
    assert (devices.control_unit, devices.printer) == ("192.168.1.20:5001", "192.168.1.21:9100")
    assert (devices.card_terminal, devices.card_terminal_id) == ("192.168.1.30:9000", "80000091")
    assert [serial for serial, _, _ in waiting(cast)] == ["POS-0008"]
    gone = client.post("/tills/labels", {"code": codes[:1], "format": "pdf"})
    assert gone.status_code == 404, "a code that was used gets no label"


def test_a_file_with_anything_wrong_makes_nothing_and_says_each_line(cast: Cast) -> None:
    client = cast.logged_in()
    lines = FILE.splitlines()
    devices = "\n".join(
        (
            *lines,
            "POS-0007;1;PREP3;Igen;192.168.1.20:5001;;192.168.1.30:9000;80000091;epas",
            "POS-0010;77;PREP4;;192.168.1.20:5001;;192.168.1.30:9000;80000091;epas",
            "POS-0011;1;PREP5;;hos oss;;192.168.1.30:9000;80000091;epas",
            "POS-0012;1;PREP6;;192.168.1.20:5001;;terminalen;80000091;epas",
            "mitt nummer;1;PREP7;;192.168.1.20:5001;;192.168.1.30:9000;80000091;epas",
            "POS-0013;1;PREP8;;;;192.168.1.30:9000;80000091;epas",
        )
    )
    page = client.post("/tills/prepare", MAKE | {"devices": devices})
    said = page.content.decode()
    assert page.status_code == 422
    for sentence in (
        "Rad 4: Serienumret POS-0007 står två gånger.",
        "Rad 5: Det finns ingen butik 77 här.",
        "Rad 6: ”hos oss” är ingen adress till en enhet",
        "Rad 7: ”terminalen” är ingen adress till en kortterminal",
        "Rad 8: ”mitt nummer” är inget serienummer",
    ):
        assert sentence in said, sentence
    assert waiting(cast) == []
    assert "POS-0013" in said, "what was sent is still there"
    lacking = "\n".join((lines[0], "POS-0013;1;PREP8;;;;192.168.1.30:9000;80000091;epas"))
    page = client.post("/tills/prepare", MAKE | {"devices": lacking})
    assert "Rad 2: Kontrollenhet saknas." in page.content.decode()
    page = client.post("/tills/prepare", MAKE | {"devices": lacking, "incomplete": "yes"})
    assert page.status_code == 200
    again = client.post("/tills/prepare", MAKE | {"devices": lacking, "incomplete": "yes"})
    assert "redan förberedd för enheten POS-0013" in again.content.decode()
    assert len(waiting(cast)) == 1


@pytest.mark.requirement("R-MORE-014")
def test_chosen_tills_get_new_codes_or_are_taken_back(cast: Cast) -> None:
    client = cast.logged_in()
    page = client.post("/tills/prepare", MAKE | {"devices": FILE})
    before = Codes(page.content.decode()).found
    with inside(cast.company):
        numbers = [str(s.number) for s in tills.seats(cast.company) if s.serial]
    renewed = client.post("/tills/prepare", {"what": "codes", "days": "7", "till": numbers[:1]})
    [fresh] = Codes(renewed.content.decode()).found
    assert enrol(before[0]).status_code == 403
    back = client.post("/tills/prepare", {"what": "back", "days": "7", "till": numbers[1:]})
    assert (back.status_code, "varför" in back.content.decode()) == (422, True)
    why = {"what": "back", "days": "7", "till": numbers, "reason": "Butiken blev inte av"}
    assert "2 kassor är återtagna" in client.post("/tills/prepare", why).content.decode()
    assert waiting(cast) == []
    assert enrol(fresh).status_code == 403
    none = client.post("/tills/prepare", {"what": "codes", "days": "7", "till": numbers})
    assert none.status_code == 422
    for days in ("0", "91", "x", ""):
        wrong = client.post("/tills/prepare", MAKE | {"devices": FILE, "days": days})
        assert wrong.status_code == 422, days


def test_a_till_that_waits_in_two_stores_has_one_code(cast: Cast) -> None:
    client = cast.logged_in()
    client.post("/tills/prepare", MAKE | {"devices": FILE})
    with inside(cast.company):
        number = next(s.number for s in tills.seats(cast.company) if s.serial == "POS-0007")
        actions.add_store(cast.company, number, 2, "PREP9", actions.Doer(1, "Någon", 0))
    renewed = client.post("/tills/prepare", {"what": "codes", "days": "7", "till": [str(number)]})
    [code] = Codes(renewed.content.decode()).found
    assert client.post("/tills/labels", {"code": [code], "format": "pdf"}).status_code == 200
    why = {"what": "back", "days": "7", "till": [str(number)], "reason": "Butiken blev inte av"}
    back = client.post("/tills/prepare", why)
    assert (back.status_code, "1 kassa är återtagen" in back.content.decode()) == (200, True)


def test_devices_whose_numbers_look_alike_have_a_file_each(cast: Cast) -> None:
    client = cast.logged_in()
    devices = "serial;store\nA:1;1\na-1;1\nA/1;1"
    page = client.post("/tills/prepare", MAKE | {"devices": devices, "incomplete": "yes"})
    codes = Codes(page.content.decode()).found
    packed = client.post("/tills/labels", {"code": codes, "format": "zip"})
    with zipfile.ZipFile(io.BytesIO(packed.content)) as files:
        names = files.namelist()
        told = [label_read(files.read(name).decode()) for name in names]
    assert len({name.casefold() for name in names}) == 3, names
    assert [label[1] for label in told if label] == codes


def test_another_companys_codes_get_no_label(cast: Cast) -> None:
    client = cast.logged_in()
    page = client.post("/tills/prepare", MAKE | {"devices": FILE})
    codes = Codes(page.content.decode()).found
    with inside(cast.company):
        numbers = [seat.number for seat in tills.seats(cast.company) if seat.serial]
    assert len(numbers) == 2
    outsider = cast.logged_in(cast.outsider)
    assert outsider.post("/tills/labels", {"code": codes, "format": "pdf"}).status_code == 404
    with inside(cast.other_company):
        assert tills.waiting_by_code(cast.other_company, codes[0], 0) is None
        doer = actions.Doer(1, "Någon", 0)
        assert actions.renew_codes(cast.other_company, numbers, doer, 1) == []


def test_files_are_read_as_shops_write_them() -> None:
    wishes, wrong = read_batch("\ufeffSerial,Store\nA-1,2\n\n A-2 , 3 \n".encode())
    assert ([(w.serial, w.store) for w in wishes], wrong) == ([("A-1", 2), ("A-2", 3)], [])
    for content, code in {
        b"": "batch_empty",
        b"serial\n": "batch_empty",
        b"serial;favourite colour\nA;red": "batch_column_unknown",
        b"store\n1": "batch_serial_missing",
        b"serial\n" + b"A-1\n" * 300: "batch_too_long",
        b"serial\nA-1;2;3": "batch_too_many_cells",
    }.items():
        _, [(_, no)] = read_batch(content, 1)
        assert no.code == code, content


def test_sheets_with_odd_ends_and_quotes_are_answered() -> None:
    wishes, wrong = read_batch(b"serial\rA-1\rA-2\r", 1)
    assert ([wish.serial for wish in wishes], wrong) == (["A-1", "A-2"], [])
    _, [(_, no)] = read_batch(b'serial\nA-1;"' + b"x" * 150_000, 1)
    assert no.code == "batch_too_many_cells"


def test_an_address_that_is_taken_is_one_that_a_till_can_use() -> None:
    """A till drops what it cannot read, and would start in the shop without its control unit."""
    heading = "serial;store;control_unit;printer\nA-1;1;"
    for unit, printer in {
        "192.168.1.20:5001": "192.168.1.21:9100",
        "serial:/dev/ttyUSB0": "usb:/dev/usb/lp0",
        "COM3": "serial:COM4@19200",
        "https://unit.example:8081/xccsp": "ipp://127.0.0.1:631/printers/kvitto",
    }.items():
        [wish], wrong = read_batch(f"{heading}{unit};{printer}".encode())
        assert wrong == []
        assert unit_place(wish.devices.control_unit).address.endswith(unit.removeprefix("serial:"))
        assert printer_place(wish.devices.printer, 42, "cp858").address in printer
    for cells in (
        "unit.example:5001;",
        "192.168.1.20:99999;",
        "192.168.1.20;",
        ";printer.example:9100",
        ";/dev/usb/lp0",
        ";https://192.168.1.21/",
    ):
        _, [(_, no)] = read_batch(f"{heading}{cells}".encode())
        assert no.code == "batch_address_unreadable", cells


def test_a_label_is_an_address_with_the_code_behind_it() -> None:
    text = label_text("https://office.example/", "12-ABCD-EFGH-JKLM")
    assert text == "https://office.example/#enrol=12-ABCD-EFGH-JKLM"
    assert label_read(f" {text}\r\n") == ("https://office.example", "12-ABCD-EFGH-JKLM")
    for other in ("", "12-ABCD-EFGH-JKLM", "ftp://x#enrol=1234", f"{text} rm"):
        assert label_read(other) is None


def test_the_command_beside_an_office_wants_that_offices_folder(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In another folder it would give the office's role another password."""
    from skrin.office.prepare_tills import main as prepare_tills_main

    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    (tmp_path / "devices.csv").write_text("serial\nA-1\n")
    told = ["--company", "1", "--office", "https://office.example", "--data", str(tmp_path)]
    labels = ["--labels", str(tmp_path / "labels.pdf")]
    assert prepare_tills_main([str(tmp_path / "devices.csv"), *told, *labels]) == 2
    assert "is not the folder of the office" in capsys.readouterr().err
