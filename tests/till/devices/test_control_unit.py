"""The control unit's wire against a stub: every way in which an answer can fail to come."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from functools import reduce
from operator import xor

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt
from tests.till.devices.stubs import Stub, nobody_there, stub, until_hung_up

from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitIdentity, UnitRefused, UnitSilent
from skrin.till.devices.control_unit import CleanCashUnit, TcpLine

REQUEST = (
    b"#!#059#RR#1#202612011230#1001#KASSA01#5566778899#125,00#0,00#normal#25,00;25,00# # # #6C\r"
)
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARK = b"#!#05B#RRR#%s#SIMU00000001#0#0#1A\r" % CODE.encode()
IDENTITY = b"#!#021#IR#SIMU00000001#2#1.07#03\r"
STATUS = b"#!#013#SIR#0#00#6B\r"

Script = Callable[[Stub, socket.socket], None]


def hear(unit: Stub, line: socket.socket) -> None:
    heard = b""
    while not heard.endswith(b"\r"):
        piece = line.recv(4096)
        assert piece, "the till sent half a frame"
        heard += piece
    unit.heard.append(heard)


def answering(*pieces: bytes, pause_s: float = 0.0) -> Script:
    """Hear a request, answer in pieces, and leave the connection open until the till closes it."""

    def script(unit: Stub, line: socket.socket) -> None:
        hear(unit, line)
        for piece in pieces:
            line.sendall(piece)
            time.sleep(pause_s)
        until_hung_up(line)

    return script


def hanging_up(unit: Stub, line: socket.socket) -> None:
    hear(unit, line)


def reached(unit: Stub, deadline_s: float = 0.4, version: str = "2") -> CleanCashUnit:
    """The unit behind the stub; which version it speaks is known, so that it is not asked."""
    return CleanCashUnit(
        TcpLine("127.0.0.1", unit.port),
        question_deadline_s=deadline_s,
        register_deadline_s=deadline_s,
        identity_known=UnitIdentity("SIMU00000001", version, "1.07") if version else None,
    )


def test_identity_and_status_over_the_wire() -> None:
    with stub(answering(IDENTITY), answering(STATUS)) as unit:
        till_side = reached(unit)
        assert till_side.identity().unit_id == "SIMU00000001"
        assert till_side.status().ok is True
    assert unit.heard == [b"#!#00D#IQ#7D\r", b"#!#00E#SIQ#2F\r"]
    assert unit.connections == 2


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-003")
def test_a_receipt_is_registered_in_one_exchange_that_is_closed_at_once() -> None:
    with stub(answering(MARK)) as unit:
        mark = reached(unit).register(mark_request())
    assert (mark.code, mark.attempts) == (CODE, 1)
    assert unit.heard == [REQUEST]


def test_an_answer_in_pieces_is_put_together() -> None:
    with stub(answering(*(MARK[at : at + 1] for at in range(len(MARK))))) as unit:
        assert reached(unit, 3.0).register(mark_request()).code == CODE


@pytest.mark.parametrize(
    "script",
    [
        answering(),
        answering(MARK[:40]),
        answering(MARK[:-1]),
        answering(*(MARK[at : at + 1] for at in range(len(MARK))), pause_s=0.05),
    ],
    ids=["silence", "half", "all but the end", "a byte now and then"],
)
def test_no_whole_answer_by_the_deadline_is_silence(script: Script) -> None:
    with stub(script) as unit:
        begun = time.monotonic()
        with pytest.raises(UnitSilent):
            reached(unit).register(mark_request())
        assert 0.35 < time.monotonic() - begun < 2.0
    assert unit.heard == [REQUEST]


@pytest.mark.parametrize(
    "script",
    [
        hanging_up,
        answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        answering(MARK.replace(b"#1A\r", b"#1B\r")),
        answering(b"\x00" * 91),
        answering(IDENTITY),
        answering(STATUS),
    ],
    ids=["hang up", "another protocol", "wrong check", "zeros", "identity", "status"],
)
def test_what_is_no_answer_is_silence_at_once(script: Script) -> None:
    with stub(script) as unit:
        begun = time.monotonic()
        with pytest.raises(UnitSilent):
            reached(unit, 5.0).register(mark_request())
        assert time.monotonic() - begun < 2.0


@pytest.mark.requirement("R-CTRL-007")
def test_after_silence_the_same_bytes_go_again_and_a_late_answer_signs_nothing() -> None:
    late = b"#!#05B#RRR#%s#SIMU00000001#0#0#1A\r" % CODE[::-1].replace(",", "A", 1).encode()

    def answering_late(unit: Stub, line: socket.socket) -> None:
        hear(unit, line)
        assert line.recv(1) == b"", "the till hung up at its deadline"
        line.sendall(late)

    with stub(answering_late, answering(MARK)) as unit:
        till_side = reached(unit)
        with pytest.raises(UnitSilent):
            till_side.register(mark_request())
        assert till_side.register(mark_request()).code == CODE
    assert unit.heard == [REQUEST, REQUEST]


def test_a_doubled_answer_is_read_once_and_does_not_reach_the_next_exchange() -> None:
    with stub(answering(MARK + MARK), answering(STATUS)) as unit:
        till_side = reached(unit)
        assert till_side.register(mark_request()).code == CODE
        assert till_side.status().main_status == "0"


@pytest.mark.parametrize(
    ("code", "again", "renew_serial"),
    [
        *((code, True, False) for code in ("001", "006", "008", "010")),
        *((code, False, False) for code in ("002", "003", "005", "007", "009")),
        *((code, False, True) for code in ("004", "011")),
    ],
)
def test_each_negative_acknowledge_is_a_refusal(code: str, again: bool, renew_serial: bool) -> None:
    # 0x44 is the check of NAK 001; exchanging its digits changes it by their XOR.
    check = reduce(xor, b"001" + code.encode(), 0x44)
    nak = b"#!#012#NAK#%s#%02X\r" % (code.encode(), check)
    with stub(answering(nak)) as unit, pytest.raises(UnitRefused) as refused:
        reached(unit).register(mark_request())
    no = refused.value
    assert (no.code, no.again, no.renew_serial) == (code, again, renew_serial)


def test_nobody_there_is_silence_at_once() -> None:
    till_side = CleanCashUnit(TcpLine("127.0.0.1", nobody_there()))
    for ask in (till_side.identity, till_side.status, lambda: till_side.register(mark_request())):
        with pytest.raises(UnitSilent):
            ask()


def test_a_receipt_that_cannot_be_registered_is_not_sent() -> None:
    with stub(answering(MARK)) as unit, pytest.raises(Refusal):
        reached(unit).register(mark_request(sealed_receipt((1000, 1_10))))
    assert unit.connections == 0


def test_exchanges_of_one_till_do_not_overlap() -> None:
    overlaps: list[bool] = []

    def watching(unit: Stub, line: socket.socket) -> None:
        hear(unit, line)
        overlaps.append(unit.someone_waits(0.1))
        line.sendall(STATUS)
        until_hung_up(line)

    with stub(watching) as unit:
        till_side = reached(unit, 5.0)
        threads = [threading.Thread(target=till_side.status) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert overlaps == [False, False, False]
