"""The control unit's page and ways, with real processes: tried, chosen, replaced, offline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import ORG_NUMBER, Simulator, Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish, unit_says

pytestmark = pytest.mark.slow

PRINTED = "The receipt is printed."
RIGHT = {"user": "kassa", "password": "hemligt"}


@pytest.fixture(scope="module")
def many_unit(whole_street: Street) -> Iterator[Simulator]:
    """A unit for many tills, on the shop's own network; it asks for a digest."""
    unit = Simulator("xccsp_unit", whole_street.folder, "--login", "digest")
    try:
        yield unit
    finally:
        unit.part.stop()


@pytest.fixture
def many(many_unit: Simulator) -> Iterator[Simulator]:
    many_unit.reset()
    yield many_unit
    many_unit.reset()


def url(unit: Simulator) -> str:
    return f"http://{unit.address}/xccsp"


def as_owner(till: TillProcess) -> Screen:
    """The owner's screen on the same till."""
    screen = Screen(till.screen.port)
    assert screen.log_in(OWNER, PASSWORD).status == 302
    return screen


def printed(screen: Screen) -> None:
    eventually(lambda: screen.poll().print_sentence == swedish(PRINTED))


def counted(unit: Simulator, till: TillProcess) -> int:
    receipts = unit.look()["counters"]["receipts"].get(ORG_NUMBER, {})
    return receipts.get(till.designation, {}).get("normal", {"number": 0})["number"]


@pytest.mark.requirement("OPP-056", "R-CTRL-006")
def test_a_unit_is_tried_and_chosen_on_its_page_and_tells_who_it_is(
    street: Street, till: TillProcess, many: Simulator
) -> None:
    owner, head = as_owner(till), till.head_seq()
    wrong = owner.post("/unit/test", kind="xccsp", address=url(many), user="kassa", password="fel")
    assert unit_says("login") in wrong.page.text
    for kind, address in (("tcp", "hos oss"), ("xccsp", "10.0.0.1:80"), ("serial", "/etc/x")):
        answer = owner.post("/unit/test", kind=kind, address=address)
        assert answer.status == 422
        assert answer.page.says("#address-fault") == refusal(
            "unit_address_unreadable", typed=address
        )
    unsafe = owner.post("/unit/test", kind="xccsp", address="http://unit.example/xccsp", **RIGHT)
    assert unsafe.page.says("#address-fault") == refusal("unit_address_unsafe")
    tried = owner.post("/unit/test", kind="xccsp", address=url(many), **RIGHT)
    assert swedish("The control unit answers and registers.") in tried.page.text
    assert {e.header.kind for e in till.journal()[head:]} <= {"user.logged_in", "unit.met"}
    assert till.registered()["number"] == 0

    # As the page stands after the test: the password is not in it, and is not lost.
    assert RIGHT["password"] not in tried.text and "Oförändrat" in tried.text
    assert owner.post("/unit/use", kind="xccsp", address=url(many), user="kassa").status == 302
    page = owner.get("/unit").page.text
    for fact in ("SIMX00000001", "CleanCash Multi User", "3.14", "XCCSP", url(many)):
        assert fact in page
    assert till.designation in page and "556677-8899" in page
    assert "hemligt" not in page
    assert b"hemligt" not in b"".join(entry.record for entry in till.journal())
    assert "SIMX00000001" in owner.get("/status").page.text

    till.screen.tap(COFFEE)
    till.screen.post("/pay/cash")
    printed(till.screen)
    assert (counted(many, till), till.registered()["number"]) == (1, 0)
    slip = till.slips(1)[0]["text"]
    assert "SIMX00000001" in slip
    status = street.office.chains[till.till_id].statuses
    eventually(lambda: status[-1].control_unit == "SIMX00000001")
    facts = status[-1].unit
    assert (facts.model, facts.firmware) == ("CleanCash Multi User", "3.14")
    assert (facts.main_status, facts.storage_status, facts.licences) == ("0", "0", "5")

    till.kill()
    till.restart()
    assert "SIMX00000001" in as_owner(till).get("/unit").page.text, "remembered"
    answer = as_owner(till).post("/unit/office")
    assert answer.status == 302
    assert "SIMU00000001" in as_owner(till).get("/unit").page.text
    kinds = [body.kind for body in till.bodies("unit.chosen")]
    assert kinds == ["xccsp", ""]


def test_a_cashier_sees_the_unit_and_does_not_change_it(till: TillProcess, many: Simulator) -> None:
    assert "SIMU00000001" in till.screen.get("/unit").page.text
    for action in ("test", "use", "office", "same-owner"):
        answer = till.screen.post(f"/unit/{action}", kind="xccsp", address=url(many), **RIGHT)
        assert (answer.status, answer.page.says(".notice")) == (422, refusal("not_allowed"))
    assert till.bodies("unit.chosen") == []


@pytest.mark.requirement("R-CTRL-003", "R-CTRL-004")
def test_a_replaced_unit_takes_over_the_receipt_that_waits(
    street: Street, till: TillProcess, many: Simulator
) -> None:
    owner = as_owner(till)
    owner.get("/status")
    street.unit.switch(applies_to="register", silent=True)
    owner.tap(COFFEE)
    owner.post("/pay/cash")
    owner.until("trouble")
    assert till.slips(1) == []
    assert owner.post("/unit/use", kind="xccsp", address=url(many), **RIGHT).status == 302
    printed(owner)
    assert till.bodies("receipt.signed")[-1].mark.unit_id == "SIMX00000001"
    assert len(till.slips(1)) == 1
    assert (counted(many, till), till.registered()["number"]) == (1, 0)
    report = owner.get("/unit/report.txt").text
    assert "SIMX00000001" in report and "svarar inte. Kvitto 1 väntade" in report


@pytest.mark.requirement("R-CTRL-002", "R-MORE-012", "OPP-053")
def test_without_internet_a_unit_in_the_shop_lets_the_till_sell_on(
    street: Street, many: Simulator
) -> None:
    till = street.new_till()
    address = f"http://kassa:hemligt@{many.address}/xccsp"
    till.start("skrin.till.main", "--control-unit", address)
    till.ready()
    screen = till.log_in()
    screen.get("/status")
    street.office.away()
    try:
        for number in (1, 2):
            screen.tap(COFFEE)
            screen.post("/pay/cash")
            printed(screen)
            assert "SIMX00000001" in till.slips(number)[0]["text"]
        assert counted(many, till) == 2
        many.kill()
        screen.get("/status")
        screen.tap(COFFEE)
        answer = screen.post("/pay/cash")
        assert answer.notice == refusal("control_unit_silent", unit_code=unit_says("unreachable"))
        many.plug_in()
        screen.get("/status")
        screen.post("/pay/cash")
        printed(screen)
    finally:
        street.office.back()
    codes = [body.code for body in till.bodies("unit.failed")]
    assert codes == ["unreachable"]
    assert [body.code for body in till.bodies("unit.answered")] == codes


@pytest.mark.requirement("R-DEV-011", "OPP-053")
def test_a_cloud_unit_out_of_reach_blocks_clearly_and_a_unit_in_the_shop_sells_without_internet(
    street: Street, many: Simulator
) -> None:
    """`many` is the unit in the cloud, gone with the internet; `street.unit` stands in the shop."""
    till = street.new_till()
    till.start("skrin.till.main", "--control-unit", f"http://kassa:hemligt@{many.address}/xccsp")
    till.ready()
    till.log_in()
    owner = as_owner(till)
    owner.get("/status")
    owner.tap(COFFEE)
    many.kill()
    blocked = refusal("control_unit_silent", unit_code=unit_says("unreachable"))
    try:
        assert unit_says("unreachable") in owner.get("/status").page.text
        head = till.head_seq()
        assert owner.post("/pay/card").notice == blocked
        street.office.away()
        answer = owner.post("/pay/cash")
        assert (answer.status, answer.notice) == (422, blocked)
        assert {e.header.kind for e in till.journal()[head:]} <= {"unit.failed"}, "nothing is paid"
        assert till.slips(1) == [] and len(owner.get("/").page.all(".line")) == 1

        here = {"kind": "tcp", "address": street.unit.address}
        assert owner.post("/unit/use", **here).status == 302
        for number in (1, 2):
            owner.post("/pay/cash")
            printed(owner)
            assert "SIMU00000001" in till.slips(number)[0]["text"]
            owner.tap(COFFEE)
    finally:
        many.plug_in()
        street.office.back()
    marks = [body.mark.unit_id for body in till.bodies("receipt.signed")]
    assert (marks, till.registered()["number"]) == (["SIMU00000001"] * 2, 2)
