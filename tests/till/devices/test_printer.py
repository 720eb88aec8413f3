"""The receipt printer's wire against a stub: when a job counts as out, and when nobody can say."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from tests.till.devices.stubs import Stub, nobody_there, stub, until_hung_up, wait_until

from skrin.till.devices.contract import PrintResult
from skrin.till.devices.printer import NetworkPrinter

JOB = b"\x1b@Kvitto 1001\n\x1dV\x00"
ASB_OFF, ASK_AFTER, CLEAR = b"\x1da\x00", b"\x1dr\x01", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
QUERY_S = 0.15


class Paper:
    """A stub printer: answers `DLE EOT` from `status`, and `GS r` once `finishes` is set.

    `noise` goes out before each status answer; `received` is everything but the questions.
    """

    def __init__(self) -> None:
        self.status = {1: 0x12, 2: 0x12, 4: 0x12}
        self.after_job = 0x00
        self.noise = b""
        self.answers_questions = True
        self.stops_at_job: dict[int, int] | None = None
        self.finishes = threading.Event()
        self.finishes.set()
        self.hangs_up_at_job = False
        self.received = b""
        self.asked: list[int] = []

    def script(self, printer: Stub, line: socket.socket) -> None:
        owed = False
        while True:
            if owed and self.finishes.is_set():
                line.sendall(bytes([self.after_job]))
                owed = False
            if not select.select([line], [], [], 0.01)[0]:
                continue
            piece = line.recv(4096)
            if not piece:
                return
            while piece:
                piece, job_came = self._take(line, piece)
                owed = owed or job_came
                if job_came and self.hangs_up_at_job:
                    return

    def _take(self, line: socket.socket, piece: bytes) -> tuple[bytes, bool]:
        if piece.startswith(b"\x10\x04"):
            self.asked.append(piece[2])
            if self.answers_questions:
                line.sendall(self.noise + bytes([self.status[piece[2]]]))
            return piece[3:], False
        question = piece.find(b"\x10\x04")
        piece, rest = (piece, b"") if question < 0 else (piece[:question], piece[question:])
        self.received += piece
        job_came = ASK_AFTER in piece
        if job_came and self.stops_at_job is not None:
            self.status |= self.stops_at_job
            self.finishes.clear()
        return rest, job_came


@contextlib.contextmanager
def printer_with(paper: Paper) -> Iterator[tuple[NetworkPrinter, Stub]]:
    with stub(paper.script) as device:
        till_side = NetworkPrinter(
            "127.0.0.1",
            device.port,
            42,
            query_timeout_s=QUERY_S,
            job_timeout_s=1.5,
            poll_s=0.2,
            settle_s=0.3,
        )
        yield till_side, device
        if till_side._kept:
            till_side._kept.close()


@pytest.mark.requirement("R-DEV-001", "R-DEV-002")
@pytest.mark.parametrize(
    ("status", "condition"),
    [
        ({}, "ready"),
        ({4: 0x1E}, "paper_low"),
        ({4: 0x72}, "paper_out"),
        ({4: 0x7E}, "paper_out"),
        ({1: 0x1A, 2: 0x32, 4: 0x72}, "paper_out"),
        ({2: 0x32}, "paper_out"),
        ({1: 0x1A, 2: 0x16}, "cover_open"),
        ({1: 0x1A, 2: 0x16, 4: 0x72}, "cover_open"),
        ({1: 0x1A}, "offline"),
        ({1: 0x1A, 2: 0x52}, "offline"),
        ({1: 0x1A, 4: 0x1E}, "offline"),
    ],
)
def test_the_condition_is_what_the_status_bytes_say(status: dict[int, int], condition: str) -> None:
    paper = Paper()
    paper.status |= status
    with printer_with(paper) as (printer, _):
        assert printer.condition() == condition
        assert paper.asked == [1, 2, 4]
        if condition in ("ready", "paper_low"):
            return
        assert printer.print(JOB) == PrintResult("not_out", condition)
        assert paper.received == b""


def test_flow_control_and_automatic_status_are_told_apart_from_answers() -> None:
    paper = Paper()
    # XON, XOFF, and two automatic statuses whose last bytes look like the answer behind a cut.
    paper.noise = b"\x11\x13" + b"\x10\x00\x0f\x00" + b"\x18\x60\x00\x0c"
    paper.status[4] = 0x1E
    with printer_with(paper) as (printer, _):
        assert printer.condition() == "paper_low"
        paper.finishes.clear()
        assert printer.print(JOB) == PrintResult("unsure", "silent")
        paper.finishes.set()
        assert printer.settle() == "out"


def test_silence_is_never_ready() -> None:
    paper = Paper()
    paper.answers_questions = False
    with printer_with(paper) as (printer, _):
        begun = time.monotonic()
        assert printer.condition() == "silent"
        assert time.monotonic() - begun < 3 * QUERY_S
        assert printer.print(JOB) == PrintResult("not_out", "silent")
        assert paper.received == b""


def test_an_answer_of_another_kind_only_is_silence() -> None:
    paper = Paper()
    paper.status = {1: 0x00, 2: 0x00, 4: 0x00}
    with printer_with(paper) as (printer, _):
        assert printer.condition() == "silent"


def test_nobody_there_is_silence() -> None:
    printer = NetworkPrinter("127.0.0.1", nobody_there(), 42)
    assert printer.condition() == "silent"
    assert printer.print(JOB) == PrintResult("not_out", "silent")
    assert printer.settle() == "unsure"


def test_a_job_is_out_when_the_question_behind_its_cut_is_answered() -> None:
    paper = Paper()
    with printer_with(paper) as (printer, device):
        assert printer.print(JOB) == PrintResult("out", "ready")
        assert paper.received == ASB_OFF + JOB + ASK_AFTER
        assert printer.print(JOB) == PrintResult("out", "ready")
        assert device.connections == 2


@pytest.mark.parametrize(
    ("after_job", "condition"), [(0x00, "ready"), (0x03, "paper_low"), (0x0F, "paper_out")]
)
def test_the_answer_behind_the_cut_tells_of_the_paper_left(after_job: int, condition: str) -> None:
    paper = Paper()
    paper.after_job = after_job
    with printer_with(paper) as (printer, _):
        assert printer.print(JOB) == PrintResult("out", condition)


def test_a_slow_printer_is_waited_for() -> None:
    paper = Paper()
    paper.finishes.clear()
    with printer_with(paper) as (printer, _):
        threading.Timer(0.6, paper.finishes.set).start()
        assert printer.print(JOB) == PrintResult("out", "ready")
        assert len(paper.asked) > 3, "it was asked what is wrong in the meantime"


@pytest.mark.parametrize(
    ("stop", "condition"),
    [
        ({1: 0x1A, 2: 0x32, 4: 0x72}, "paper_out"),
        ({1: 0x1A, 2: 0x16}, "cover_open"),
        ({1: 0x1A, 2: 0x52}, "offline"),
    ],
)
def test_a_job_that_stops_in_the_middle_is_unsure_and_says_why(
    stop: dict[int, int], condition: str
) -> None:
    paper = Paper()
    paper.stops_at_job = stop
    with printer_with(paper) as (printer, device):
        assert printer.print(JOB) == PrintResult("unsure", condition)
        assert printer.condition() == condition
        assert printer.settle() == "unsure"
        assert CLEAR not in paper.received
        assert device.connections == 1, "the outstanding answer comes on this connection"


STOP = {1: 0x1A, 2: 0x32, 4: 0x72}
WELL = {1: 0x12, 2: 0x12, 4: 0x12}


def test_a_printer_that_goes_on_by_itself_settles_the_job_as_out() -> None:
    paper = Paper()
    paper.stops_at_job = STOP
    with printer_with(paper) as (printer, device):
        assert printer.print(JOB).outcome == "unsure"
        paper.status |= WELL
        assert printer.condition() == "ready"
        paper.finishes.set()
        assert printer.settle() == "out"
        assert CLEAR not in paper.received
        wait_until(lambda: not device.someone_waits(0))
        paper.stops_at_job = None
        assert printer.print(JOB) == PrintResult("out", "ready")
        assert device.connections == 2


def test_an_answer_that_comes_while_the_paper_is_looked_at_is_kept() -> None:
    paper = Paper()
    paper.stops_at_job = STOP
    with printer_with(paper) as (printer, _):
        assert printer.print(JOB).outcome == "unsure"
        paper.status |= WELL
        # The answer behind the cut, and only then the answer to the question.
        paper.noise = b"\x00"
        assert printer.condition() == "ready"
        paper.noise = b""
        assert printer.settle() == "out"


def test_a_printer_that_lost_the_job_is_cleared_and_all_is_to_be_printed_again() -> None:
    paper = Paper()
    paper.stops_at_job = STOP
    with printer_with(paper) as (printer, device):
        assert printer.print(JOB).outcome == "unsure"
        paper.status |= WELL
        begun = time.monotonic()
        assert printer.settle() == "not_out"
        assert time.monotonic() - begun >= 0.3, "the outstanding answer is waited for"
        assert paper.received.endswith(CLEAR)
        paper.stops_at_job = None
        paper.finishes.set()
        assert printer.print(JOB) == PrintResult("out", "ready")
        assert paper.received.count(CLEAR) == 1
        assert device.connections == 2


def test_printing_again_without_settling_clears_the_rest_first() -> None:
    paper = Paper()
    paper.stops_at_job = STOP
    with printer_with(paper) as (printer, _):
        assert printer.print(JOB).outcome == "unsure"
        assert printer.print(JOB) == PrintResult("not_out", "paper_out")
        assert CLEAR not in paper.received
        paper.status |= WELL
        paper.stops_at_job = None
        paper.received = b""
        threading.Timer(0.3, paper.finishes.set).start()
        assert printer.print(JOB).outcome == "out"
        assert paper.received == CLEAR + ASB_OFF + JOB + ASK_AFTER


def test_a_printer_that_goes_silent_or_never_answers_leaves_the_job_unsure() -> None:
    paper = Paper()
    paper.finishes.clear()
    with printer_with(paper) as (printer, _):
        begun = time.monotonic()
        assert printer.print(JOB) == PrintResult("unsure", "silent")
        assert 1.4 < time.monotonic() - begun < 4.0, "it is asked until the job's deadline"
        paper.answers_questions = False
        assert printer.print(JOB) == PrintResult("not_out", "silent")


def test_a_printer_that_hangs_up_in_the_middle_leaves_the_job_unsure() -> None:
    paper = Paper()
    paper.hangs_up_at_job = True
    with printer_with(paper) as (printer, device):
        assert printer.print(JOB) == PrintResult("unsure", "silent")
        paper.hangs_up_at_job = False
        assert printer.settle() == "not_out"
        assert paper.received.endswith(CLEAR)
        assert device.connections == 2


def test_a_second_client_is_not_served_while_another_holds_the_printer() -> None:
    paper = Paper()
    with stub(paper.script) as device:
        with socket.create_connection(("127.0.0.1", device.port)):
            wait_until(lambda: device.connections == 1)
            printer = NetworkPrinter("127.0.0.1", device.port, 42, query_timeout_s=QUERY_S)
            assert printer.condition() == "silent"
            assert printer.print(JOB) == PrintResult("not_out", "silent")
        wait_until(lambda: printer.condition() == "ready")
        assert printer.print(JOB).outcome == "out"
    assert paper.received.count(JOB) == 1


def test_the_condition_during_a_long_job_does_not_wait_for_its_end() -> None:
    paper = Paper()
    paper.finishes.clear()
    with printer_with(paper) as (printer, _):
        printer._connect_timeout_s = 0.1
        printing = threading.Thread(target=printer.print, args=(JOB,))
        printing.start()
        wait_until(lambda: JOB in paper.received)
        begun = time.monotonic()
        assert printer.condition() == "ready"
        assert time.monotonic() - begun < 0.5
        paper.finishes.set()
        printing.join(10)


def test_a_stub_that_only_listens_is_silence() -> None:
    with stub(lambda _, line: until_hung_up(line)) as device:
        printer = NetworkPrinter("127.0.0.1", device.port, 42, query_timeout_s=QUERY_S)
        assert printer.condition() == "silent"
