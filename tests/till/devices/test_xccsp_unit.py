"""XCCSP over HTTP and HTTPS against its simulator: each way in which a unit can fail a till."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt
from tests.till.devices.simulators import Simulator, simulator
from tests.till.devices.stubs import nobody_there

from skrin.domain.receipt import RETURN
from skrin.fiscal.contract import (
    LOGIN_REFUSED,
    SILENT,
    UNREACHABLE,
    UNREADABLE,
    UnitRefused,
    UnitSilent,
)
from skrin.till.devices.xccsp_unit import XccspUnit

ORG = "5566778899"


def whose() -> tuple[str, str]:
    return "KASSA01", "556677-8899"


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with simulator("xccsp_unit") as one:
        yield one


@pytest.fixture
def unit(running: Simulator) -> Iterator[Simulator]:
    running.reset()
    yield running
    running.reset()


def reached(unit: Simulator, deadline_s: float = 1.0, **more: str) -> XccspUnit:
    url = f"http://127.0.0.1:{unit.port}/xccsp"
    return XccspUnit(
        url, whose, question_deadline_s=deadline_s, register_deadline_s=deadline_s, **more
    )


def counted(unit: Simulator, receipt_type: str = "normal") -> dict[str, int]:
    of = unit.look()["counters"]["receipts"].get(ORG, {}).get("KASSA01", {})
    return of.get(receipt_type, {"number": 0, "total_minor": 0, "returns_minor": 0})


def test_the_unit_tells_who_and_how_it_is(unit: Simulator) -> None:
    till_side = reached(unit)
    identity, status = till_side.identity(), till_side.status()
    assert (identity.unit_id, identity.model) == ("SIMX00000001", "CleanCash Multi User")
    assert (identity.protocol, identity.firmware) == ("XCCSP", "3.14")
    assert (status.ok, status.main_status, status.storage_status) == (True, "0", "0")
    assert status.licences == "5"
    unit.switch(status_as="names", main_status="1", storage_status=1)
    assert (till_side.status().main_status, till_side.status().storage_status) == ("1", "1")


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-003", "R-CTRL-004")
def test_sales_and_returns_add_up_at_the_unit_by_type(unit: Simulator) -> None:
    till_side = reached(unit)
    before = {kind: counted(unit, kind) for kind in ("normal", "kopia", "ovning", "profo")}
    mark = till_side.register(mark_request())
    assert mark.unit_id == "SIMX00000001"
    assert [len(half) for half in mark.code.split(";")] == [32, 26]
    till_side.register(mark_request(sealed_receipt((1200, 11_20), (600, 5_30), kind=RETURN)))
    for receipt_type in ("kopia", "ovning", "profo"):
        assert till_side.register(mark_request(receipt_type=receipt_type)).code
    now = counted(unit)
    assert now["number"] == before["normal"]["number"] + 2
    assert now["total_minor"] == before["normal"]["total_minor"] + 125_00 - 16_50
    assert now["returns_minor"] == before["normal"]["returns_minor"] + 16_50
    for receipt_type in ("kopia", "ovning", "profo"):
        assert counted(unit, receipt_type)["number"] == before[receipt_type]["number"] + 1


def test_practice_may_be_answered_without_a_code(unit: Simulator) -> None:
    unit.switch(empty_code=True)
    till_side = reached(unit)
    assert till_side.register(mark_request(receipt_type="ovning")).code == ""
    assert till_side.register(mark_request()).code


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize(
    ("switch", "code", "again"),
    [
        ({"silent": True}, SILENT, 0),
        ({"hang_up": True}, SILENT, 1),
        ({"half_answer": True}, (SILENT, UNREADABLE), 1),
        ({"garbage": True}, UNREADABLE, 1),
        ({"http_status": 503}, UNREADABLE, 0),
        ({"http_status": 404}, UNREADABLE, 0),
        ({"slow_ms": 3000}, SILENT, 1),
    ],
    ids=["silence", "lost answer", "half answer", "no XML", "HTTP 503", "HTTP 404", "slow"],
)
def test_no_whole_answer_is_silence_and_the_same_goes_again(
    unit: Simulator, switch: dict[str, object], code: str | tuple[str, ...], again: int
) -> None:
    """`again`: how often the unit had registered the receipt when no answer came."""
    till_side, before = reached(unit, 0.6), counted(unit)["number"]
    unit.switch(**switch)
    begun = time.monotonic()
    with pytest.raises(UnitSilent) as silence:
        till_side.register(mark_request())
    assert silence.value.code in (code if isinstance(code, tuple) else (code,))
    assert time.monotonic() - begun < 2.0
    first = unit.look()["heard"][0]["request"]
    unit.reset()
    assert till_side.register(mark_request()).code
    assert counted(unit)["number"] == before + again + 1
    assert unit.look()["heard"][0]["request"] == first, "the same bytes"


def test_a_doubled_answer_is_read_once(unit: Simulator) -> None:
    till_side = reached(unit)
    unit.switch(answer_twice={"times": 1})
    first = till_side.register(mark_request())
    second = till_side.register(mark_request(serial=2))
    assert first.code != second.code
    assert till_side.status().ok


@pytest.mark.parametrize("code", ["2", "3", "6", "7", "8", "9", "10", "98", "99"])
def test_each_fault_comes_as_a_clear_no(unit: Simulator, code: str) -> None:
    unit.switch(refuse=True, refuse_code=code)
    with pytest.raises(UnitRefused) as refused:
        reached(unit).register(mark_request())
    assert refused.value.code == f"{int(code):03d}"
    assert refused.value.again is (code in ("6", "8", "10", "98", "99"))


@pytest.mark.parametrize(
    ("switch", "fault"),
    [({"storage_status": 2}, "010"), ({"licences": 0}, "009")],
    ids=["memory full", "licence expired"],
)
def test_what_runs_out_is_told(unit: Simulator, switch: dict[str, int], fault: str) -> None:
    unit.switch(**switch)
    with pytest.raises(UnitRefused) as refused:
        reached(unit).register(mark_request())
    assert refused.value.code == fault
    status = reached(unit).status()
    assert status.ok is (fault == "009")
    assert status.licences == ("0" if fault == "009" else "5")


def test_the_mark_names_the_unit_that_answered(unit: Simulator) -> None:
    unit.switch(wrong_id=True)
    assert reached(unit).register(mark_request()).unit_id == "OTHER0000099"


def test_a_register_without_a_licence_is_told_so() -> None:
    with simulator("xccsp_unit", "--pos-ids", "K9") as unit:
        for ask in (reached(unit).identity, reached(unit).status):
            with pytest.raises(UnitRefused) as refused:
                ask()
            assert (refused.value.code, refused.value.again) == ("007", False)


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_the_unit_is_told_who_asks_in_the_way_that_it_wants(scheme: str) -> None:
    with simulator("xccsp_unit", "--login", scheme) as unit:
        till_side = reached(unit, user="kassa", password="hemligt")
        assert till_side.register(mark_request()).code
        assert till_side.register(mark_request(serial=2)).code
        assert till_side.status().ok
        assert counted(unit)["number"] == 2
        for wrong in ({"user": "kassa", "password": "fel"}, {}):
            with pytest.raises(UnitSilent) as silence:
                reached(unit, **wrong).status()
            assert silence.value.code == LOGIN_REFUSED


def test_nobody_there_is_told_as_such() -> None:
    till_side = XccspUnit(f"http://127.0.0.1:{nobody_there()}/xccsp", whose)
    for ask in (till_side.identity, till_side.status, lambda: till_side.register(mark_request())):
        with pytest.raises(UnitSilent) as silence:
            ask()
        assert silence.value.code == UNREACHABLE


def test_a_name_that_nobody_knows_ends_by_the_deadline() -> None:
    till_side = XccspUnit("http://unit.invalid:8081/xccsp", whose, question_deadline_s=0.5)
    begun = time.monotonic()
    with pytest.raises(UnitSilent) as silence:
        till_side.status()
    assert silence.value.code == UNREACHABLE
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("trusted", [True, False])
def test_https_is_verified(trusted: bool, tmp_path: Path) -> None:
    with simulator("xccsp_unit", "--ca-dir", str(tmp_path)) as unit:
        ca_file = unit.ready["ca"] if trusted else ""
        till_side = XccspUnit(f"https://127.0.0.1:{unit.port}/xccsp", whose, ca_file=ca_file)
        if trusted:
            assert till_side.register(mark_request()).code
            return
        with pytest.raises(UnitSilent) as silence:
            till_side.register(mark_request())
        assert silence.value.code == UNREACHABLE
        assert counted(unit)["number"] == 0
