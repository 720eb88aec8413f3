"""Several card terminals, cards that hold too little, and what a terminal asks the cashier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.till.flow.shop import ANNA, CARD_CASE, COFFEE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.payment import PaymentBegun, PaymentDecided
from skrin.domain.refusal import Refusal
from skrin.payments.contract import CONFIRM, Attendance, PaymentAnswer, TerminalQuestion
from skrin.sync.messages import CardTerminalSettings, DeviceSettings
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.devices.simulated import InstantCardTerminal
from skrin.till.devices.xml_terminal import EpasTerminal, NexoXmlTerminal
from skrin.till.flow import card_terminals, outcomes, selling
from skrin.till.flow.till import MoreTerminal
from skrin.till.ui import words, zone

CARD = 2


def bodies(shop: Shop, kind: str) -> list[object]:
    found = [e for e in shop.till.file.entries(1) if e.header.kind == kind]
    return [decode_body(kind, entry.header.version, entry.body) for entry in found]


def begun(shop: Shop) -> list[PaymentBegun]:
    return [body for body in bodies(shop, "payment.begun") if isinstance(body, PaymentBegun)]


def with_rule(shop: Shop, **rule: object) -> None:
    methods = shop.till.registers.methods
    methods[:] = [replace(one, **rule) if one.id == CARD else one for one in methods]


@pytest.fixture
def bar(shop: Shop) -> InstantCardTerminal:
    """A second card terminal at the till."""
    terminal = InstantCardTerminal("POI2")
    more = (MoreTerminal("POI2", "Bar", terminal),)
    shop.till.devices = replace(
        shop.till.devices, card_terminal_name="Kassan", more_card_terminals=more
    )
    return terminal


def test_a_part_is_taken_where_the_method_takes_parts(shop: Shop) -> None:
    shop.card.holds_minor = 100_00
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    desk = shop.till.desk
    assert ([paid.amount_minor for paid in desk.payments], desk.left_minor) == ([100_00], 149_00)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.finished is not None


def test_a_part_is_given_back_at_once_where_the_method_takes_none(shop: Shop) -> None:
    with_rule(shop, partial=False)
    shop.card.holds_minor = 100_00
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    desk = shop.till.desk
    assert (desk.payments, desk.left_minor, desk.state) == ((), 249_00, "open")
    assert (desk.declined, shop.card.charged_minor) == ("partial_refused", 0)
    charge, void = begun(shop)
    assert (void.purpose, void.amount_minor, void.undoes) == ("void", 100_00, charge.attempt_id)
    assert void.undoes_transaction and void.service_id != charge.service_id
    shop.card.holds_minor = 0
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.card.charged_minor == 249_00


def test_an_unwanted_part_is_written_down_whatever_the_clock_shows(shop: Shop) -> None:
    with_rule(shop, partial=False)
    shop.card.plan.append("mute")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    before, (charge,) = shop.till.head.seq, begun(shop)
    shop.clock.utc_ms -= 3_600_000
    part = PaymentAnswer("approved", "partial", 100_00)
    outcomes.decide(shop.till, charge.attempt_id, part, by_status=True)
    written = [entry.header for entry in shop.till.file.entries(before + 1)]
    assert [one.kind for one in written] == ["payment.decided", "payment.begun"]
    assert {one.user for one in written} == {ANNA.person}
    assert begun(shop)[-1].undoes == charge.attempt_id


def test_a_part_that_cannot_be_given_back_stays_paid(shop: Shop) -> None:
    with_rule(shop, partial=False)
    shop.card.holds_minor = 100_00
    shop.card.plan.extend(["approve", "not_allowed", "refusal"])
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    desk = shop.till.desk
    assert ([paid.amount_minor for paid in desk.payments], desk.declined) == (
        [100_00],
        "not_reversed",
    )


@pytest.mark.requirement("R-CARD-005")
def test_the_chosen_terminal_is_asked_and_undoes_what_it_took(
    shop: Shop, bar: InstantCardTerminal
) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, 100_00, 0, "POI2")
    [paid] = shop.till.desk.payments
    assert paid.card is not None
    assert (paid.card.card_terminal_id, paid.card.card_terminal_serial) == ("POI2", "SN-POI2")
    assert (bar.charged_minor, shop.card.charged_minor) == (100_00, 0)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, 10_00, 0, "POI1")
    assert shop.card.charged_minor == 10_00
    shop.counter.back_out(ANNA, shop.tap_id(), paid.payment_id)
    assert (bar.charged_minor, shop.card.charged_minor) == (0, 10_00)
    assert [one.card_terminal_id for one in begun(shop)] == ["POI2", "POI1", "POI2"]


def test_the_terminal_used_last_is_proposed(shop: Shop, bar: InstantCardTerminal) -> None:
    assert shop.counter.chosen_terminal() == "POI1"
    assert [(one.name, one.selected) for one in zone.terminals(shop.counter)] == [
        ("Kassan", True),
        ("Bar", False),
    ]
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, 50_00, 0, "POI2")
    assert shop.counter.chosen_terminal() == "POI2"
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert bar.charged_minor == 249_00
    shop.till.devices = replace(shop.till.devices, more_card_terminals=())
    assert shop.counter.chosen_terminal() == "POI1"
    assert zone.terminals(shop.counter) == ()


def test_a_terminal_that_is_not_here_is_refused_before_money(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    with pytest.raises(Refusal, match="card_terminal_missing"):
        shop.counter.pay(ANNA, shop.tap_id(), CARD, None, 0, "POI9")
    assert "payment.begun" not in shop.kinds()


@pytest.mark.requirement("R-CARD-007")
def test_a_terminal_taken_away_in_the_middle_leaves_it_to_a_person(
    shop: Shop, bar: InstantCardTerminal
) -> None:
    bar.plan.append("mute")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, None, 0, "POI2")
    shop.restart()  # Without the second terminal.
    shop.counter.sale_lane.step()
    attempt = shop.till.desk.attempt
    assert attempt is not None and attempt.unknown
    assert shop.counter.sale_lane.asked_again == attempt.begun.attempt_id


def test_the_time_of_the_intent_is_known_after_a_restart(shop: Shop) -> None:
    shop.card.plan.append("mute")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    begun_ms = shop.clock.now().utc_ms
    shop.counter.pay_card(ANNA, shop.tap_id())
    shop.restart()
    attempt = shop.till.desk.attempt
    assert attempt is not None and attempt.at_utc_ms == begun_ms


def test_what_the_terminal_asks_is_answered_while_it_is_at_a_payment(shop: Shop) -> None:
    question = TerminalQuestion("3", CONFIRM, ("Stämmer underskriften?",))
    shop.card.attending = Attendance(4, "Kontakt med banken", question)
    assert shop.counter.attending() == Attendance(), "nobody is at a payment"
    before = zone.etag(shop.counter)
    shop.card.plan.append("mute")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.counter.attending().question == question
    assert zone.etag(shop.counter) != before
    shop.counter.reply("3", "yes")
    assert shop.card.replies == [("3", "yes")]
    assert shop.counter.attending().question is None


@pytest.mark.requirement("R-CARD-006")
def test_a_card_problem_names_the_payment_provider(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (zone, words):
        monkeypatch.setattr(module, "gettext", str)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.card.plan.append("message_format")
    shop.counter.pay_card(ANNA, shop.tap_id())
    notice = zone._notice(shop.counter, shop.till.desk)
    own = "Questions about card payments are answered by your payment provider."
    assert notice is not None and notice.sentence.endswith(own)
    with_rule(shop, provider="Exempelkort AB", provider_phone="08-465 004 10")
    named = "Questions about card payments: Exempelkort AB, 08-465 004 10."
    notice = zone._notice(shop.counter, shop.till.desk)
    assert notice is not None and notice.sentence.endswith(named)
    shop.card.plan.append("mute")
    shop.counter.pay_card(ANNA, shop.tap_id())
    shop.counter.sale_lane.step()
    shown = zone._paying(shop.counter, shop.till.desk)
    assert shown is not None and (shown.state, shown.contact) == ("unknown", named)


@pytest.mark.requirement("R-CARD-006")
def test_a_problem_of_the_customers_own_names_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (zone, words):
        monkeypatch.setattr(module, "gettext", str)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.card.plan.append("cancelled")
    shop.counter.pay_card(ANNA, shop.tap_id())
    notice = zone._notice(shop.counter, shop.till.desk)
    assert notice is not None and "provider" not in notice.sentence


def test_entries_of_before_have_no_terminal_and_no_cause(tmp_path: Path) -> None:
    old = (
        b'{"cart_id":"c","attempt_id":"a","outcome":"approved","amount_minor":1,"reason":"",'
        b'"learnt_by":"answer","card":{"brand":"visa"}}'
    )
    decided = decode_body("payment.decided", 1, old)
    assert isinstance(decided, PaymentDecided) and decided.card is not None
    assert (decided.card.card_terminal_id, decided.card.signature) == ("", False)


@pytest.mark.parametrize(
    ("address", "protocol", "ca", "made"),
    [
        ("127.0.0.1:9000", "epas", "", EpasTerminal),
        ("127.0.0.1:9000", "nexo_xml", "", NexoXmlTerminal),
        ("127.0.0.1:8443", "nexo", "ca.pem", NexoTerminal),
        ("127.0.0.1:8443", "nexo", "", type(None)),
        ("127.0.0.1", "epas", "", type(None)),
        ("terminal:port", "nexo_xml", "", type(None)),
        ("", "epas", "", type(None)),
    ],
)
def test_terminals_are_made_from_their_settings(
    address: str, protocol: str, ca: str, made: type
) -> None:
    settings = CardTerminalSettings("80000091", address, "Bar", protocol, ca)
    assert type(card_terminals.terminal(settings, "till-1", None)) is made
    pool = card_terminals.TerminalPool("till-1", None)
    assert [one.name for one in pool.of(1, (settings,))] == ([] if made is type(None) else ["Bar"])


def test_settings_of_before_name_one_terminal_that_speaks_json() -> None:
    old = msgspec.convert({"card_terminal": "127.0.0.1:8443"}, DeviceSettings)
    assert (old.card_terminal_protocol, old.more_card_terminals) == ("nexo", ())


def test_what_is_to_be_signed_is_printed_at_once_or_said_not_to_be(shop: Shop) -> None:
    print_slip = card_terminals.slips_on(shop.printer)
    assert print_slip(("KÖP 59,00", "Underskrift:"))
    assert "Underskrift:".encode("cp858") in shop.printer.slips[-1]
    shop.printer.state = "paper_out"
    assert not print_slip(("KÖP 59,00",))
    assert not card_terminals.slips_on(None)(("KÖP 59,00",))


def test_what_was_signed_for_over_http_comes_out_with_the_receipt(shop: Shop) -> None:
    shop.card.slip_to_sign = ("FÖRSÄLJARENS KVITTO", "KÖP 34,00")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    job = shop.printer.slips[-1]
    assert "FÖRSÄLJARENS KVITTO".encode("cp858") in job
    assert job.index(b"Underskrift / Signature") > job.index("FÖRSÄLJARENS".encode("cp858"))


def test_the_stores_of_a_device_share_a_line_to_the_same_terminal() -> None:
    pool = card_terminals.TerminalPool("till-1", None)
    bar = CardTerminalSettings("80000091", "127.0.0.1:9000", "Bar", "epas")
    other = replace(bar, card_terminal_id="80000092", address="127.0.0.1:9001")
    [at_one] = pool.of(1, (bar,))
    at_two = pool.of(2, (replace(bar, name="Disken", provider="Exempelkort"), other))
    assert at_two[0].device is at_one.device, "another name is no other terminal"
    assert (at_one.name, at_two[0].name, at_two[0].provider) == ("Bar", "Disken", "Exempelkort")
    pool.of(2, (bar,))
    pool.let_go()
    assert pool.known(bar) is at_one.device
    assert pool.known(other) is None
