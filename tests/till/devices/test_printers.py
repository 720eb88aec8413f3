"""Printers by every way: network, device file, serial line, raw queue; and shared by tills."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.till.devices.simulators import Simulator, simulator
from tests.till.devices.stubs import nobody_there

from skrin.documents.escpos import FEED_AND_CUT, INITIALISE
from skrin.domain.printer import PrinterPlace, checked, place_of, serial_parts
from skrin.domain.refusal import Refusal
from skrin.till.devices import ipp
from skrin.till.devices.contract import Printer, PrintResult
from skrin.till.devices.cups_queue import CupsQueue
from skrin.till.devices.printer import FilePrinter, NetworkPrinter, SerialPrinter
from skrin.till.devices.printers import PrinterInUse, printer_at

pytestmark = pytest.mark.slow

WAYS = ("tcp", "usb", "serial", "cups")


def job(words: str, lines: int = 3) -> bytes:
    return INITIALISE + f"{words}\n".encode() * lines + FEED_AND_CUT


@pytest.fixture(scope="module")
def one_device() -> Iterator[Simulator]:
    with simulator("printer", "--cable", "--queue") as device:
        yield device


@pytest.fixture
def device(one_device: Simulator) -> Simulator:
    one_device.reset()
    one_device._post("/reset", {"slips": True})
    return one_device


def at(device: Simulator, way: str, **more: Any) -> Printer:
    ready = device.ready
    if way == "tcp":
        return NetworkPrinter("127.0.0.1", device.port, 42, query_timeout_s=0.3, **more)
    if way == "usb":
        return FilePrinter(ready["cable"], 42, query_timeout_s=0.3, **more)
    if way == "serial":
        return SerialPrinter(ready["cable"], 19_200, 42, query_timeout_s=0.3, **more)
    return CupsQueue(ready["queue"], 42, poll_s=0.05, **more)


def texts(device: Simulator) -> list[str]:
    return [slip["text"] for slip in device.look("/slips") if slip["complete"]]


@pytest.mark.requirement("OPP-054", "R-DEV-013")
@pytest.mark.parametrize("way", WAYS)
def test_a_job_comes_out_whole_once_and_is_known_to_be_out(device: Simulator, way: str) -> None:
    printer = at(device, way)
    assert printer.condition() == "ready"
    assert printer.print(job("hello")) == PrintResult("out", "ready")
    assert [text.count("hello") for text in texts(device)] == [3]
    assert printer.open_drawer() == "ready"
    assert printer.condition() == "ready"  # The pulse was worked off before it answered.
    assert device.look()["counters"]["drawer_pulses"] == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("switch", "condition"),
    [("paper_out", "paper_out"), ("cover_open", "cover_open"), ("offline", "offline")],
)
def test_what_stops_the_printer_is_told_and_nothing_is_sent(
    device: Simulator, way: str, switch: str, condition: str
) -> None:
    device.switch(**{switch: True})
    printer = at(device, way)
    assert printer.condition() == condition
    assert printer.print(job("no")) == PrintResult("not_out", condition)
    assert printer.open_drawer() == condition
    device.reset()
    assert printer.print(job("yes")).outcome == "out"
    assert all("no" not in text for text in texts(device))


@pytest.mark.parametrize("way", WAYS)
def test_paper_near_its_end_is_told(device: Simulator, way: str) -> None:
    device.switch(paper_low=True)
    assert at(device, way).condition() == "paper_low"


@pytest.mark.parametrize("way", WAYS)
def test_paper_that_ends_in_a_job_is_unsure_and_settled_when_it_is_back(
    device: Simulator, way: str
) -> None:
    printer = at(device, way)
    device.switch(paper_out_after_lines=2)
    assert printer.print(job("long", 12)) == PrintResult("unsure", "paper_out")
    assert printer.settle() == "unsure"
    device.switch(paper_out=False)
    assert printer.settle() == "out"
    assert sum(text.count("long") for text in texts(device)) + _torn(device, "long") == 12


def _torn(device: Simulator, word: str) -> int:
    slips = device.look("/slips")
    return sum(slip["text"].count(word) for slip in slips if not slip["complete"])


@pytest.mark.parametrize("way", ["tcp", "usb", "serial"])
def test_a_printer_that_says_nothing_is_silent_and_never_ready(device: Simulator, way: str) -> None:
    device.switch(silent=True)
    assert at(device, way).condition() == "silent"
    assert at(device, way).print(job("no")) == PrintResult("not_out", "silent")


def test_where_there_is_none_it_is_silent() -> None:
    port = nobody_there()
    for place in (
        PrinterPlace("tcp", f"127.0.0.1:{port}"),
        PrinterPlace("usb", "/dev/usb/lp99"),
        PrinterPlace("serial", "/dev/ttyNONE0"),
        PrinterPlace("cups", f"ipp://127.0.0.1:{port}/printers/x"),
    ):
        printer = printer_at(checked(place))
        assert printer.condition() == "silent"
        assert printer.print(job("no")) == PrintResult("not_out", "silent")


@pytest.mark.parametrize("kind", ["usb", "serial"])
def test_a_file_that_is_open_here_is_no_printer_and_is_not_written_to(
    kind: str, tmp_path: Path
) -> None:
    kept = tmp_path / "shop.sqlite"
    kept.write_bytes(b"SQLite format 3")
    with kept.open("r+b") as file:
        place = checked(PrinterPlace(kind, f"/dev/fd/{file.fileno()}"))
        assert kept.samefile(place.address)
        printer = printer_at(place)
        assert printer.condition() == "silent"
        assert printer.print(job("no")) == PrintResult("not_out", "silent")
    assert kept.read_bytes() == b"SQLite format 3"


def test_what_talks_without_a_pause_is_silent_in_time() -> None:
    printer = FilePrinter("/dev/zero", 42, query_timeout_s=0.1)
    asked = threading.Thread(target=printer.condition, daemon=True)
    asked.start()
    asked.join(10)
    assert not asked.is_alive()
    assert printer.print(job("no")) == PrintResult("not_out", "silent")


@pytest.mark.parametrize(("way", "second"), [("tcp", "wait"), ("tcp", "refuse"), ("usb", "wait")])
@pytest.mark.requirement("OPP-054")
def test_two_tills_share_a_printer_and_their_jobs_never_mix(
    device: Simulator, way: str, second: str
) -> None:
    device.switch(second_client=second, line_ms=3)
    outcomes: dict[str, list[str]] = {"ett": [], "två": []}

    def sells(word: str) -> None:
        printer = at(device, way, turn_s=10.0)
        for _ in range(4):
            outcomes[word].append(printer.condition())
            outcomes[word].append(printer.print(job(word, 20)).outcome)

    tills = [threading.Thread(target=sells, args=(word,)) for word in outcomes]
    for till in tills:
        till.start()
    for till in tills:
        till.join(60)
    assert outcomes == {word: ["ready", "out"] * 4 for word in outcomes}
    papers = texts(device)
    assert len(papers) == 8
    # "två" is not in the code page that a bare job begins with: its first letters are enough.
    assert all((text.count("ett"), text.count("tv")) in ((20, 0), (0, 20)) for text in papers)


def test_a_printer_of_ones_own_that_is_busy_elsewhere_is_silent_soon(device: Simulator) -> None:
    device.switch(paper_out_after_lines=2)
    other = at(device, "tcp")
    assert other.print(job("long", 9)).outcome == "unsure"  # It keeps the line.
    assert at(device, "tcp").condition() == "silent"
    other.close()  # type: ignore[attr-defined]
    assert at(device, "tcp").condition() == "paper_out"


def test_a_queue_that_refuses_or_gives_up_has_printed_nothing(device: Simulator) -> None:
    queue = at(device, "cups")
    device.switch(refuse_job={"value": True, "times": 1})
    assert queue.print(job("no")).outcome == "not_out"
    device.switch(set_papers={"value": True, "times": 1})
    assert queue.print(job("no")) == PrintResult("not_out", "not_raw")
    device.switch(abort_job={"value": True, "times": 1})
    assert queue.print(job("no")).outcome == "not_out"
    assert queue.settle() == "not_out"
    assert texts(device) == []
    assert queue.print(job("yes")).outcome == "out"


def test_a_queue_whose_answer_is_lost_is_asked_by_the_jobs_name(device: Simulator) -> None:
    queue = at(device, "cups")
    device.switch(lose_job_answer={"value": True, "times": 1})
    assert queue.print(job("once")) == PrintResult("unsure", "silent")
    assert queue.settle() == "out"
    assert len(texts(device)) == 1


def test_a_queue_that_forgot_a_job_says_so_and_takes_the_next(device: Simulator) -> None:
    """It keeps no history: nobody can tell by it whether the paper came out."""
    queue = at(device, "cups")
    device.switch(forget_jobs=True)
    assert queue.print(job("once")).outcome == "unsure"
    assert queue.settle() == "forgotten"
    assert queue.settle() == "not_out", "there is nothing more to settle"
    device.switch(forget_jobs=False)
    assert queue.print(job("next")).outcome == "out"
    assert len(texts(device)) == 2


def test_what_was_taken_back_from_a_queue_that_forgets_is_not_out(device: Simulator) -> None:
    queue = at(device, "cups")
    device.switch(paper_out_after_lines=2, forget_jobs=True)
    assert queue.print(job("long", 12)) == PrintResult("unsure", "paper_out")
    device.switch(paper_out=False, line_ms=400)
    assert queue.settle() == "not_out"


def test_a_queue_that_does_not_tell_its_jobs_has_not_lost_one(
    device: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = at(device, "cups")
    device.switch(lose_job_answer={"value": True, "times": 1})
    assert queue.print(job("once")).outcome == "unsure"
    whole = CupsQueue._ask

    def refuses(self: CupsQueue, request: bytes, within_s: float) -> ipp.Answer:
        asks_jobs = request[2:4] == ipp.GET_JOBS.to_bytes(2, "big")
        return ipp.Answer(0x0403, {}) if asks_jobs else whole(self, request, within_s)

    with monkeypatch.context() as patched:
        patched.setattr(CupsQueue, "_ask", refuses)
        assert queue.settle() == "unsure"
    assert queue.settle() == "out"
    assert len(texts(device)) == 1


def test_the_drawer_makes_a_queue_forget_no_document(device: Simulator) -> None:
    queue = at(device, "cups")
    device.switch(lose_job_answer={"value": True, "times": 1})
    assert queue.print(job("once")).outcome == "unsure"
    assert queue.open_drawer() == "ready"
    assert queue.settle() == "out"
    assert len(texts(device)) == 1


def test_what_waits_in_a_queue_is_taken_back_when_documents_go_elsewhere(
    device: Simulator,
) -> None:
    queue = at(device, "cups")
    device.switch(paper_out_after_lines=2)
    assert queue.print(job("long", 12)) == PrintResult("unsure", "paper_out")
    queue.close()  # type: ignore[attr-defined]
    device.switch(paper_out=False)
    assert queue.print(job("next")).outcome == "out"
    papers = device.look("/slips")
    assert sum(paper["text"].count("next") for paper in papers) == 3
    assert sum(paper["text"].count("long") for paper in papers) < 12


def test_a_job_that_waits_behind_an_open_cover_goes_on_by_itself(device: Simulator) -> None:
    queue = at(device, "cups", settle_s=2.0)
    device.switch(line_ms=20)
    begun = threading.Timer(0.15, lambda: device.switch(cover_open=True))
    begun.start()
    result = queue.print(job("cover", 40))
    begun.join()
    assert result == PrintResult("unsure", "cover_open")
    assert queue.settle() == "unsure"
    device.switch(cover_open=False, line_ms=0)
    assert queue.settle() == "out"
    assert texts(device)[0].count("cover") == 40


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        ("192.168.1.40:9100", "tcp", "192.168.1.40:9100"),
        ("usb:/dev/usb/lp0", "usb", "/dev/usb/lp0"),
        ("serial:/dev/ttyUSB0@19200", "serial", "/dev/ttyUSB0@19200"),
        ("serial:COM3", "serial", "COM3"),
        ("ipp://127.0.0.1:631/printers/kvitto", "cups", "ipp://127.0.0.1:631/printers/kvitto"),
    ],
)
def test_an_address_says_its_kind(text: str, kind: str, address: str) -> None:
    place = place_of(text, 42, "cp858")
    assert (place.kind, place.address) == (kind, address)


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        *(("tcp", address) for address in ("disken", "disken:9100", "1.2.3.4", "1.2.3.4:0", "")),
        *(("usb", address) for address in ("/etc/passwd", "/dev/../etc/passwd", "lp0")),
        *(("serial", address) for address in ("/dev/ttyS0@12", "ttyS0", "COM3@fast")),
        *(("cups", address) for address in ("ipp://cups.example/printers/x", "ipp://1.2.3.4")),
        ("cups", "https://1.2.3.4/printers/x"),
        ("cups", "ipp://1.2.3.4/printers/kök"),
        ("usb", "/dev/usb/kök"),
        ("cups", "ipp://u:p@1.2.3.4/printers/x"),
    ],
)
def test_what_is_no_address_is_refused(kind: str, address: str) -> None:
    with pytest.raises(Refusal, match="printer_address_unreadable"):
        checked(PrinterPlace(kind, address))
    with pytest.raises(Refusal, match="printer_kind_unknown"):
        checked(PrinterPlace("fax", address))


def test_a_serial_address_has_its_speed_or_the_usual_one() -> None:
    assert serial_parts("/dev/ttyS0@19200") == ("/dev/ttyS0", 19_200)
    assert serial_parts("COM3") == ("COM3", 9_600)


def test_without_a_printer_in_use_there_is_silence() -> None:
    none = PrinterInUse()
    assert (none.condition(), none.open_drawer(), none.settle()) == ("silent", "silent", "unsure")
    assert none.print(b"") == PrintResult("not_out", "silent")
