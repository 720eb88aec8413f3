"""What goes wrong around a sale, and what the cashier sees and keeps; real processes."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import COFFEE, OPEN_PRICE
from tests.till.process.office_stub import EMAIL, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Screen, Zone, eventually
from tests.till.process.swedish import reason, refusal, state, swedish, unit_says

pytestmark = pytest.mark.slow

PRINTED = "The receipt is printed."
COFFEE_MINOR = 34_00


class Before:
    """How much there was of everything before a test did something."""

    def __init__(self, till: TillProcess) -> None:
        self.till = till
        self.head_seq = till.head_seq()
        self.receipts = self._receipts()
        self.charges = till.charges()
        self.registered = till.registered()["number"]
        self.heard = len(till.registrations_heard())
        self.repeats = len(till.bodies("delivery.repeated"))

    def _receipts(self) -> int:
        return len(self.till.bodies("receipt.sealed"))

    @property
    def next_number(self) -> int:
        return self.receipts + 1

    def assert_nothing_new(self) -> None:
        """No entry but the unit's fault log, no number, no money, no registration, no paper."""
        kinds = {entry.header.kind for entry in self.till.journal()[self.head_seq :]}
        assert kinds <= {"unit.met", "unit.failed", "unit.answered"}
        self.assert_no_sale()

    def assert_no_sale(self) -> None:
        assert self._receipts() == self.receipts
        assert self.till.charges() == self.charges
        assert self.till.registered()["number"] == self.registered
        assert self.till.slips(self.next_number) == []

    def assert_one_sale(self, *, charged_minor: int = 0, registered: int = 1) -> None:
        """One receipt with the next number, on paper once, and one charge if it was by card."""
        assert self._receipts() == self.next_number
        assert self.till.bodies("receipt.sealed")[-1].number == self.next_number
        assert len(self.till.bodies("receipt.signed")) == self.next_number
        number, sum_minor = self.charges
        expected = (number + 1, sum_minor + charged_minor) if charged_minor else self.charges
        assert self.till.charges() == expected
        assert self.till.registered()["number"] == self.registered + registered
        assert len(self.till.slips(self.next_number)) == 1

    def new_repeats(self) -> list[str]:
        """Why documents were printed again since."""
        return [body.cause for body in self.till.bodies("delivery.repeated")[self.repeats :]]

    def new_frames(self) -> list[str]:
        return self.till.registrations_heard()[self.heard :]


def printed(screen: Screen) -> Zone:
    """The finished sale, once its receipt is out."""

    def out() -> Zone | None:
        zone = screen.poll()
        return zone if zone.print_sentence == swedish(PRINTED) else None

    zone = eventually(out)
    assert zone is not None
    return zone


def with_a_coffee(till: TillProcess) -> Screen:
    till.screen.tap(COFFEE)
    return till.screen


def with_amount(till: TillProcess, typed: str) -> Screen:
    """Something that costs what was typed: amounts choose what the card terminal does."""
    assert till.screen.tap(OPEN_PRICE, typed).status == 200
    return till.screen


def just_answered(till: TillProcess) -> None:
    """Let the control unit have answered a moment ago, so that the preflight does not ask it."""
    assert state("control_unit_answers").split("%")[0] in till.screen.get("/status").page.text


# The control unit.


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-003")
@pytest.mark.parametrize("fault", ["silent", "unplugged", "says that it does not register"])
def test_no_payment_starts_without_the_control_unit(
    street: Street, till: TillProcess, fault: str
) -> None:
    screen, before = with_a_coffee(till), Before(till)
    cart = screen.zone()
    code = "unreachable" if fault == "unplugged" else "silent"
    sentence = refusal("control_unit_silent", unit_code=unit_says(code))
    if fault == "silent":
        street.unit.switch(silent=True)
    elif fault == "unplugged":
        street.unit.kill()
    else:
        street.unit.switch(main_status=4)
        sentence = refusal("control_unit_refuses", unit_code=unit_says("4"))
    screen.get("/status")  # The till asks a unit at its start: now it knows better.
    try:
        for method in ("cash", "card"):
            answer = screen.post(f"/pay/{method}")
            assert (answer.status, answer.notice) == (422, sentence)
        assert screen.zone().lines == cart.lines
    finally:
        if fault == "unplugged":
            street.unit.plug_in()
        street.unit.reset()
    before.assert_nothing_new()
    screen.post("/pay/card")
    printed(screen)
    before.assert_one_sale(charged_minor=COFFEE_MINOR)


@pytest.mark.requirement("R-CTRL-007", "R-COPY-007", "R-CARD-004")
def test_a_unit_that_is_silent_after_sealing_gets_the_same_until_it_signs(
    desk: TillProcess,
) -> None:
    just_answered(desk)
    screen, before = with_amount(desk, "12,50"), Before(desk)
    desk.street.unit.switch(applies_to="register", silent={"times": 2})
    assert screen.post("/pay/card").zone.state == "waiting"
    trouble = screen.until("trouble")
    assert trouble.sentence == swedish(
        "Paid. The receipt comes as soon as the control unit has registered it."
    )
    assert trouble.detail == unit_says("silent")
    for path in ("/tap", "/pay/cash"):
        answer = screen.post(path, article_id=str(COFFEE))
        assert (answer.status, answer.notice) == (422, refusal("sale_waits_for_mark"))
    assert desk.slips(before.next_number) == [], "no code, no receipt"
    printed(screen)
    frames = before.new_frames()
    assert len(frames) == 3 and len(set(frames)) == 1, "the same bytes are sent again"
    before.assert_one_sale(charged_minor=12_50)


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize(("repeat", "registered"), [("new", 4), ("same", 1)])
def test_a_unit_that_registers_and_does_not_say_so(
    desk: TillProcess, repeat: str, registered: int
) -> None:
    just_answered(desk)
    screen, before = with_a_coffee(desk), Before(desk)
    desk.street.unit.switch(repeat=repeat, applies_to="register", hang_up={"times": 3})
    screen.post("/pay/cash")
    screen.until("trouble", "done")
    printed(screen)
    frames = before.new_frames()
    assert len(frames) == 4 and len(set(frames)) == 1, "the same bytes are sent again"
    before.assert_one_sale(registered=registered)
    assert desk.bodies("receipt.signed")[-1].mark.attempts == 4, "which explains the others"


def test_an_invalid_sequence_renews_the_serial_and_keeps_the_receipt(desk: TillProcess) -> None:
    just_answered(desk)
    screen, before = with_a_coffee(desk), Before(desk)
    desk.street.unit.switch(refuse={"times": 1}, refuse_code="011", applies_to="register")
    screen.post("/pay/cash")
    printed(screen)
    before.assert_one_sale()
    fields = [frame.split("#") for frame in before.new_frames()]
    serials = [int(one[4]) for one in fields]
    assert serials == list(range(serials[0], serials[0] + len(serials)))
    assert len(serials) == 3, "the unit had not heard the first, so it counts the second a gap"
    assert len({tuple(one[5:-1]) for one in fields}) == 1, "all but the serial is the same"
    renewed = desk.bodies("serial.renewed")[-2:]
    assert [body.number for body in renewed] == [before.next_number] * 2


@pytest.mark.parametrize(("code", "again"), [("006", True), ("008", True)])
def test_a_sealed_receipt_that_is_refused_waits_and_says_why(
    desk: TillProcess, code: str, again: bool
) -> None:
    just_answered(desk)
    screen, before = with_a_coffee(desk), Before(desk)
    desk.street.unit.switch(refuse=True, refuse_code=code, applies_to="register")
    screen.post("/pay/cash")
    trouble = screen.until("trouble")
    assert trouble.detail == unit_says(code)
    desk.street.unit.switch(refuse=False)
    screen.post("/retry")
    printed(screen)
    before.assert_one_sale()


# The card terminal.


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("lost_by", ["the amount", "hang_up"])
def test_a_lost_answer_is_found_by_asking(desk: TillProcess, lost_by: str) -> None:
    screen = with_amount(desk, "1,50" if lost_by == "the amount" else "7,00")
    before = Before(desk)
    minor = 1_50 if lost_by == "the amount" else 7_00
    if lost_by == "hang_up":
        desk.street.card.switch(applies_to="payment", hang_up={"times": 1})
    screen.post("/pay/card")
    printed(screen)
    before.assert_one_sale(charged_minor=minor)
    unknown, found = desk.bodies("payment.decided")[-2:]
    assert (unknown.outcome, unknown.reason) == ("unknown", "no_answer")
    assert (found.outcome, found.learnt_by) == ("approved", "status")


@pytest.mark.requirement("R-DEV-009", "OPP-051")
def test_a_switch_of_networks_in_the_middle_of_a_sale_costs_nothing(desk: TillProcess) -> None:
    """Every line is cut with the sale on it, as when Wi-Fi gives way to mobile data: asked again
    under the same ids, card terminal and control unit answer for what they already did."""
    screen, street = with_amount(desk, "7,00"), desk.street
    before = Before(desk)
    street.card.switch(applies_to="payment", hang_up={"times": 1})
    street.unit.switch(repeat="same", applies_to="register", hang_up={"times": 1})
    street.office.away()
    try:
        screen.post("/pay/card")
        printed(screen)
    finally:
        street.office.back()
    before.assert_one_sale(charged_minor=7_00)
    assert desk.bodies("receipt.signed")[-1].mark.attempts == 2
    assert len(set(before.new_frames())) == 1, "the same bytes each time"
    eventually(lambda: street.office.head(desk.till_id) == desk.head_seq(), 60.0)


@pytest.mark.requirement("R-CARD-007")
def test_a_payment_that_was_never_processed_is_found_so(desk: TillProcess) -> None:
    screen = with_amount(desk, "1,51")
    before = Before(desk)
    screen.post("/pay/card")
    zone = screen.until("open")
    assert zone.notice == reason("not_found")
    assert len(zone.lines) == 1, "the cart stands"
    before.assert_no_sale()
    screen.post("/pay/cash")
    printed(screen)
    before.assert_one_sale()


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("charged", [True, False])
def test_no_answer_at_all_is_asked_about(street: Street, charged: bool) -> None:
    till = street.new_till()
    till.start("tests.till.process.hasty_till").ready()
    till.log_in()
    screen = with_amount(till, "9,00")
    if charged:
        street.card.switch(payment_ms=3000)  # Approved after the till has lost its patience.
    else:
        street.card.switch(applies_to="payment", silent={"times": 1})
    before = Before(till)
    assert screen.post("/pay/card").zone.state == "card"
    if charged:
        doubt = screen.until("unknown")
        assert doubt.detail == swedish(
            "The card terminal did not answer in time. Check its cable and power."
        )
        answer = screen.post("/pay/card")
        assert (answer.status, answer.notice) == (422, refusal("outcome_unknown"))
        answer = screen.post("/abort")
        assert (answer.status, answer.notice) == (422, refusal("sale_is_being_paid"))
        screen.until("done")
        printed(screen)
        before.assert_one_sale(charged_minor=9_00)
    else:
        assert screen.until("open").notice == reason("not_found")
        before.assert_no_sale()
    assert len(till.payments_heard()) == charged, "asked for once"
    till.stop()


@pytest.mark.parametrize(
    ("typed", "why"),
    [("1,24", "refusal"), ("1,34", "wrong_pin"), ("1,40", "cancelled"), ("1,53", "busy")],
)
def test_a_clear_no_leaves_the_cart_and_says_why(desk: TillProcess, typed: str, why: str) -> None:
    screen = with_amount(desk, typed)
    before = Before(desk)
    screen.post("/pay/card")
    zone = screen.until("open")
    assert (zone.notice, len(zone.lines)) == (reason(why), 1)
    before.assert_no_sale()
    screen.tap(COFFEE)
    assert screen.zone().notice == "", "what was said goes when the cashier goes on"
    screen.post("/pay/card")
    printed(screen)
    before.assert_one_sale(charged_minor=COFFEE_MINOR + int(typed.replace(",", "")))


def test_a_payment_in_progress_is_waited_for(desk: TillProcess) -> None:
    desk.street.card.switch(long_ms=1500)
    screen = with_amount(desk, "1,52")
    before = Before(desk)
    zone = screen.post("/pay/card").zone
    assert (zone.state, zone.can_stop) == ("card", True)
    answer = screen.tap(COFFEE)
    assert (answer.status, answer.notice) == (422, refusal("sale_is_being_paid"))
    printed(screen)
    before.assert_one_sale(charged_minor=1_52)


@pytest.mark.requirement("R-CARD-007")
def test_the_cashier_stops_a_payment(desk: TillProcess) -> None:
    desk.street.card.switch(payment_ms=10_000)
    screen, before = with_a_coffee(desk), Before(desk)
    assert screen.post("/pay/card").zone.can_stop
    screen.post("/paying/cancel")
    zone = screen.until("open", patience_s=5.0)
    assert (zone.notice, len(zone.lines)) == (reason("aborted"), 1)
    before.assert_no_sale()
    desk.street.card.switch(payment_ms=40)
    screen.post("/pay/card")
    printed(screen)
    before.assert_one_sale(charged_minor=COFFEE_MINOR)


def test_a_card_terminal_that_is_not_there_charges_nothing(
    street: Street, desk: TillProcess
) -> None:
    screen, before = with_a_coffee(desk), Before(desk)
    street.card.kill()
    try:
        screen.post("/pay/card")
        assert screen.until("open").notice.startswith(reason("not_sent"))
    finally:
        street.card.plug_in()
    before.assert_no_sale()


@pytest.mark.requirement("R-CARD-007")
def test_a_card_terminal_that_loses_power_in_the_middle(street: Street, desk: TillProcess) -> None:
    street.card.switch(payment_ms=20_000)
    screen, before = with_a_coffee(desk), Before(desk)
    assert screen.post("/pay/card").zone.state == "card"
    eventually(lambda: desk.payments_heard()[-1:] and not desk.payments_heard()[-1]["response"])
    street.card.kill()
    try:
        assert screen.until("unknown").lines == ()
    finally:
        street.card.plug_in()
    zone = screen.until("open")
    assert zone.notice == reason("aborted")
    before.assert_no_sale()
    screen.post("/pay/card")
    printed(screen)
    before.assert_one_sale(charged_minor=COFFEE_MINOR)


# The printer.


@pytest.mark.requirement("R-DEV-001", "R-DEV-002")
@pytest.mark.parametrize("condition", ["paper_out", "cover_open", "offline", "silent"])
def test_no_payment_starts_without_paper(street: Street, desk: TillProcess, condition: str) -> None:
    screen, before = with_a_coffee(desk), Before(desk)
    if condition == "silent":
        street.printer.kill()
    else:
        street.printer.switch(**{condition: True})
    try:
        for method in ("cash", "card"):
            answer = screen.post(f"/pay/{method}")
            assert (answer.status, answer.notice) == (422, refusal(f"printer_{condition}"))
        before_state = screen.get("/status").page.text
        assert state(f"printer_{condition}") in before_state
    finally:
        if condition == "silent":
            street.printer.plug_in()
        street.printer.reset()
    before.assert_nothing_new()
    screen.post("/pay/cash")
    printed(screen)
    before.assert_one_sale()


@pytest.mark.requirement("R-DEV-001")
@pytest.mark.parametrize("resume", ["continue", "lost"])
def test_paper_that_runs_out_in_the_receipt_prints_it_once(desk: TillProcess, resume: str) -> None:
    screen, before = with_a_coffee(desk), Before(desk)
    desk.street.printer.switch(paper_out_after_lines=6, resume=resume)
    screen.post("/pay/card")
    out = state("printer_paper_out")
    eventually(lambda: screen.poll().print_sentence == out)
    assert desk.slips(before.next_number) == []
    screen.tap(COFFEE)  # The next customer may begin, but not pay.
    answer = screen.post("/pay/cash")
    number = str(before.next_number)
    assert (answer.status, answer.notice) == (422, refusal("paper_waits", number=number))
    desk.street.printer.switch(paper_out=False)
    eventually(lambda: desk.slips(before.next_number))
    eventually(lambda: screen.zone().notice == "")
    before.assert_one_sale(charged_minor=COFFEE_MINOR)
    assert before.new_repeats() == (["printer_lost_it"] if resume == "lost" else [])
    screen.post("/pay/cash")
    printed(screen)


@pytest.mark.requirement("R-DEV-002")
def test_a_cover_that_is_opened_in_the_receipt_prints_it_once(desk: TillProcess) -> None:
    screen, before = with_a_coffee(desk), Before(desk)
    printer = desk.street.printer
    printer.switch(line_ms=60)
    screen.post("/pay/cash")
    eventually(lambda: printer.look()["counters"]["partial_slip"])
    printer.switch(cover_open=True)
    eventually(lambda: screen.poll().print_sentence == state("printer_cover_open"))
    printer.switch(cover_open=False, line_ms=0)
    printed(screen)
    before.assert_one_sale()


@pytest.mark.requirement("R-DEV-001")
def test_a_printer_that_loses_power_in_the_receipt_prints_it_once(
    street: Street, desk: TillProcess
) -> None:
    screen, before = with_a_coffee(desk), Before(desk)
    street.printer.switch(line_ms=60)
    screen.post("/pay/cash")
    eventually(lambda: street.printer.look()["counters"]["partial_slip"])
    street.printer.kill()
    try:
        eventually(lambda: screen.poll().print_sentence == state("printer_silent"))
    finally:
        street.printer.plug_in()
    printed(screen)
    before.assert_one_sale()
    assert before.new_repeats() == ["printer_lost_it"]


# The office.


def office_has_all(till: TillProcess) -> bool:
    return till.street.office.head(till.till_id) == till.head_seq()


def assert_sent_right(till: TillProcess) -> None:
    """The office has the till's own entries, each once, and nothing else ever came."""
    chain = till.street.office.chains[till.till_id]
    assert [entry.hash for entry in chain.entries] == [entry.hash for entry in till.journal()]
    assert chain.unlike == []


@pytest.mark.requirement("R-OFF-006", "R-OFF-007", "R-SYNC-005")
def test_selling_goes_on_while_the_office_is_away(street: Street, till: TillProcess) -> None:
    screen, before = till.screen, Before(till)
    eventually(lambda: office_has_all(till))
    had = street.office.head(till.till_id)
    street.office.away()
    try:
        for method in ("cash", "card", "cash"):
            with_a_coffee(till).post(f"/pay/{method}")
            printed(screen)
        eventually(lambda: state("office_away") in screen.get("/status").page.text)
        # A restart while it is away finds the register, the cart and a cashier that it knows.
        screen.tap(COFFEE)
        till.kill()
        till.restart()
        screen.cookies.clear()
        assert screen.log_in(EMAIL, PASSWORD).status == 302
        assert len(screen.zone().lines) == 1
        assert Screen(screen.port).log_in(EMAIL, "fel").status == 422
        answer = Screen(screen.port).log_in("ny@prov.example", PASSWORD)
        assert answer.page.says(".notice") == refusal("login_office_away")
        screen.post("/pay/cash")
        printed(screen)
        assert street.office.head(till.till_id) == had
    finally:
        street.office.back()
    eventually(lambda: office_has_all(till), 45.0)
    assert_sent_right(till)
    assert len(till.bodies("receipt.signed")) == before.receipts + 4
    assert street.office.kinds(till.till_id).count("receipt.signed") == 4
    # The till has heard that the office has them, and does not send them again.
    eventually(lambda: state("office_reached").split("%")[0] in screen.get("/status").page.text)
    sent = dict(street.office.chains[till.till_id].times_sent)
    exchanges = len(street.office.chains[till.till_id].statuses)
    eventually(lambda: len(street.office.chains[till.till_id].statuses) > exchanges + 1)
    assert street.office.chains[till.till_id].times_sent == sent


@pytest.mark.requirement("R-SYNC-005")
@pytest.mark.parametrize("fault", ["answer lost", "taken twice", "late"])
def test_an_upload_that_goes_wrong_doubles_nothing(desk: TillProcess, fault: str) -> None:
    office, screen, before = desk.street.office, with_a_coffee(desk), Before(desk)
    eventually(lambda: office_has_all(desk))
    if fault == "answer lost":
        office.lose_answers = 2  # On the kept connection, and on the new one.
    elif fault == "taken twice":
        office.take_twice = 1
    else:
        office.late_s = 0.7
    screen.post("/pay/cash")
    printed(screen)
    screen.tap(COFFEE)
    eventually(lambda: office_has_all(desk) and not office.lose_answers + office.take_twice)
    assert_sent_right(desk)
    before.assert_one_sale()
    if fault != "late":
        assert max(office.chains[desk.till_id].times_sent.values()) >= 2, "the fault happened"


def test_the_status_page_tells_everything_in_words(street: Street, till: TillProcess) -> None:
    street.unit.switch(silent=True)
    street.card.switch(global_status="Unreachable")
    street.printer.switch(paper_low=True)
    page = till.screen.get("/status").page
    for code in ("control_unit_silent", "card_terminal_unreachable", "printer_paper_low"):
        assert state(code) in page.text
    assert unit_says("silent") in page.text
    assert swedish("Have a new roll ready.") in page.text
