"""Card terminals chosen at the till: who names them, what a payment hinders, what is journaled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, CARD_CASE, COFFEE, Shop, published

from skrin.domain.card_terminal import TERMINALS_MOST, CardTerminalSet
from skrin.domain.codec import decode_body, encode
from skrin.domain.refusal import Refusal
from skrin.sync.messages import (
    CardTerminalSettings,
    Person,
    PublicationAnswer,
    PublishedRow,
    StoreCardTerminal,
)
from skrin.sync.publication import digest
from skrin.till.devices.contract import READY, Printer
from skrin.till.devices.simulated import InstantCardTerminal
from skrin.till.flow import card_terminals, outcomes, paying, publication, selling
from skrin.till.flow.card_terminals import TerminalPool
from skrin.till.flow.terminal_choosing import TerminalChoice
from skrin.till.storage.device_file import DeviceFile
from skrin.till.ui import words, zone

EVA = Person("p2", "Eva", "owner", (1,))
CARD = 2
DESK = CardTerminalSettings("POI1", "127.0.0.1:9000", "Disken", "epas")
BAR = CardTerminalSettings("POI2", "127.0.0.1:9001", "Bar", "epas", "", "Exempelkort AB", "08-1")
OFFICES = CardTerminalSettings("POI7", "127.0.0.1:9007", "Kontorets", "epas")


class Closing(InstantCardTerminal):
    """A terminal in memory that remembers whether it was let go."""

    def __init__(self, settings: CardTerminalSettings) -> None:
        super().__init__(settings.card_terminal_id)
        self.address = settings.address
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def device(tmp_path: Path) -> Iterator[DeviceFile]:
    file = DeviceFile(tmp_path / "device.sqlite")
    yield file
    file.close()


@pytest.fixture
def choice(shop: Shop, device: DeviceFile, monkeypatch: pytest.MonkeyPatch) -> TerminalChoice:
    def made(settings: CardTerminalSettings, till: str, printer: Printer | None) -> Closing:
        return Closing(settings)

    monkeypatch.setattr(card_terminals, "terminal", made)
    return begin(shop, device)


def begin(shop: Shop, device: DeviceFile, *named: CardTerminalSettings) -> TerminalChoice:
    """The terminals of a till that has just started."""
    pool = TerminalPool("till-1", None)
    choice = TerminalChoice(shop.till, device, pool, named or (DESK,))
    shop.counter.choose_terminals(choice)
    choice.take_up()
    return choice


def ids(shop: Shop) -> list[str]:
    return [one.card_terminal_id for one in shop.till.devices.card_terminals()]


def told(shop: Shop) -> list[tuple[str, str, bool]]:
    """What the journal says: id, who named it, whether it was taken away."""
    found = [e for e in shop.till.file.entries(1) if e.header.kind == "card_terminal.set"]
    bodies = [decode_body("card_terminal.set", 1, entry.body) for entry in found]
    sets = [body for body in bodies if isinstance(body, CardTerminalSet)]
    return [(one.card_terminal_id, one.named_by, one.removed) for one in sets]


def publish(shop: Shop, number: int, *rows: StoreCardTerminal) -> None:
    """The office names card terminals for the store."""
    before = published()
    made = {(row.section, row.key): row.row.encode() for row in before.rows if row.row}
    made |= {("card_terminals", str(row.id)): encode(row) for row in rows}
    answer = tuple(PublishedRow(*place, row.decode()) for place, row in made.items())
    whole = PublicationAnswer(number, digest(made), True, answer)
    assert publication.apply_publication(shop.till, whole)
    shop.counter.upload_lane.take_up()


@pytest.mark.requirement("R-SET-008")
def test_a_terminal_is_added_changed_and_removed_at_once_and_in_the_journal(
    shop: Shop, choice: TerminalChoice, device: DeviceFile
) -> None:
    assert (ids(shop), told(shop)) == (["POI1"], [])
    choice.put(EVA, BAR)
    assert ids(shop) == ["POI1", "POI2"]
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, None, 0, "POI2")
    assert shop.till.desk.finished is not None, "no restart between"
    first = shop.till.devices.card_terminal
    choice.put(EVA, replace(DESK, address="127.0.0.1:9009"), before="POI1")
    after = shop.till.devices.card_terminal
    assert isinstance(first, Closing) and isinstance(after, Closing)
    assert (first.closed, after.closed, after.address) == (1, 0, "127.0.0.1:9009")
    choice.remove(EVA, "POI2")
    assert ids(shop) == ["POI1"]
    assert told(shop) == [("POI2", "till", False), ("POI1", "till", False), ("POI2", "till", True)]
    again = begin(shop, device)
    assert [one.address for one in again.in_use] == ["127.0.0.1:9009"], "remembered"
    assert len(told(shop)) == 3, "and not said again"


def test_a_name_is_changed_without_a_new_line(shop: Shop, choice: TerminalChoice) -> None:
    before = shop.till.devices.card_terminal
    choice.put(EVA, replace(DESK, name="Kassan", provider="Exempelkort AB"), before="POI1")
    [only] = shop.till.devices.card_terminals()
    assert only.device is before
    assert (only.name, only.provider) == ("Kassan", "Exempelkort AB")


def test_what_cannot_be_is_refused(shop: Shop, choice: TerminalChoice, tmp_path: Path) -> None:
    not_a_certificate = tmp_path / "ca.pem"
    not_a_certificate.write_text("hej")
    wrong = {
        "card_terminal_protocol_unknown": replace(BAR, protocol="zvt"),
        "card_terminal_id_unreadable": replace(BAR, card_terminal_id="min terminal"),
        "card_terminal_address_unreadable": replace(BAR, address="terminalen:9000"),
        "card_terminal_certificate_wanted": replace(BAR, protocol="nexo"),
        "card_terminal_certificate_unreadable": replace(
            BAR, protocol="nexo", ca=str(not_a_certificate)
        ),
        "card_terminal_twice": replace(BAR, card_terminal_id="POI1"),
    }
    for code, typed in wrong.items():
        with pytest.raises(Refusal, match=code):
            choice.put(EVA, typed)
    for address in ("127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", ":9000", "::1:9000", "a.b:1"):
        with pytest.raises(Refusal, match="card_terminal_address_unreadable"):
            choice.try_it(replace(BAR, address=address))
    for pem in ("-----BEGIN CERTIFICATE-----\nhej", "/no/such/file", str(not_a_certificate)):
        with pytest.raises(Refusal, match="card_terminal_certificate_unreadable"):
            choice.try_it(replace(BAR, protocol="nexo_xml", ca=pem))
    with pytest.raises(Refusal, match="card_terminal_gone"):
        choice.put(EVA, BAR, before="POI5")
    for number in range(TERMINALS_MOST - 1):
        choice.put(EVA, replace(BAR, card_terminal_id=f"P{number}"))
    with pytest.raises(Refusal, match="card_terminals_too_many"):
        choice.put(EVA, BAR)
    assert "POI2" not in ids(shop)


@pytest.mark.requirement("R-SET-008")
def test_a_cashier_changes_nothing(shop: Shop, choice: TerminalChoice) -> None:
    assert not choice.may_choose(ANNA)
    with pytest.raises(Refusal, match="not_allowed"):
        choice.put(ANNA, BAR)
    with pytest.raises(Refusal, match="not_allowed"):
        choice.remove(ANNA, "POI1")
    with pytest.raises(Refusal, match="not_allowed"):
        choice.use_offices(ANNA)
    assert (ids(shop), told(shop)) == (["POI1"], [])
    assert choice.may_choose(Person("p3", "Siv", "service", (1,)))


@pytest.mark.requirement("R-CARD-007")
def test_a_terminal_that_is_to_tell_what_became_of_a_payment_stays(
    shop: Shop, choice: TerminalChoice, device: DeviceFile
) -> None:
    choice.put(EVA, BAR)
    [_, bar] = shop.till.devices.card_terminals()
    assert isinstance(bar.device, Closing)
    bar.device.plan.append("mute")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, None, 0, "POI2")
    attempt = shop.till.desk.attempt
    assert attempt is not None and attempt.unknown
    with pytest.raises(Refusal, match="card_terminal_waits"):
        choice.remove(EVA, "POI2")
    with pytest.raises(Refusal, match="card_terminal_waits"):
        choice.put(EVA, replace(BAR, card_terminal_id="POI3"), before="POI2")
    with pytest.raises(Refusal, match="card_terminal_waits"):
        choice.put(EVA, replace(BAR, protocol="nexo_xml"), before="POI2")
    with pytest.raises(Refusal, match="card_terminal_waits"):
        choice.use_offices(EVA)
    choice.remove(EVA, "POI1")
    choice.put(EVA, replace(BAR, address="127.0.0.1:9005"), before="POI2")
    assert ids(shop) == ["POI2"], "it may have moved: it is asked at its new address"

    device.choose_terminals(1, (DESK,))
    again = begin(shop, device)
    assert [one.card_terminal_id for one in again.in_use] == ["POI2"], "nor by a restart"
    shop.counter.sale_lane.step()
    attempt_id = shop.till.desk.attempt.begun.attempt_id if shop.till.desk.attempt else ""
    if attempt_id:
        outcomes.state_outcome(shop.till, EVA, attempt_id, done=False)
    again.take_up()
    assert ids(shop) == ["POI1"]


def test_nothing_is_changed_or_tried_while_a_terminal_is_at_a_payment(
    shop: Shop, choice: TerminalChoice
) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    paying.pay(shop.till, ANNA, shop.counter.preflight, shop.tap_id(), CARD, None)
    assert shop.till.desk.attempt is not None and not shop.till.desk.attempt.unknown
    with pytest.raises(Refusal, match="sale_is_being_paid"):
        choice.put(EVA, BAR)
    with pytest.raises(Refusal, match="sale_is_being_paid"):
        choice.try_it(BAR)
    publish(shop, 2, StoreCardTerminal(1, "", 1, OFFICES))
    assert ids(shop) == ["POI1"], "the office waits too"


def test_a_terminal_that_holds_a_part_of_the_receipt_stays(
    shop: Shop, choice: TerminalChoice
) -> None:
    choice.put(EVA, BAR)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), CARD, 100_00, 0, "POI2")
    with pytest.raises(Refusal, match="card_terminal_holds_part"):
        choice.remove(EVA, "POI2")
    [paid] = shop.till.desk.payments
    shop.counter.back_out(ANNA, shop.tap_id(), paid.payment_id)
    choice.remove(EVA, "POI2")
    assert ids(shop) == ["POI1"]


@pytest.mark.requirement("R-SET-011", "OPP-021")
def test_the_office_names_terminals_for_the_store_and_the_till_may_override(
    shop: Shop, choice: TerminalChoice, device: DeviceFile
) -> None:
    for_all = StoreCardTerminal(1, "", 1, OFFICES)
    other = StoreCardTerminal(2, "TORG9", 1, BAR)
    publish(shop, 2, for_all, other)
    assert ids(shop) == ["POI7"], "at once, without a restart; another till's is not ours"
    assert told(shop) == [("POI7", "office", False), ("POI1", "office", True)]
    own = StoreCardTerminal(3, "TORG1", 2, replace(OFFICES, card_terminal_id="POI8"))
    publish(shop, 3, for_all, other, own)
    assert ids(shop) == ["POI8"], "what is named for this till counts before the store's"
    choice.put(EVA, DESK)
    assert ids(shop) == ["POI8", "POI1"]
    publish(shop, 4, for_all)
    assert ids(shop) == ["POI8", "POI1"], "the till's own page has the last word"
    assert choice.chosen_here
    choice.use_offices(EVA)
    assert (ids(shop), choice.chosen_here) == (["POI7"], False)
    publish(shop, 5)
    assert ids(shop) == ["POI1"], "what it came with, where the office names none"
    pool = TerminalPool("till-1", None)
    publish(shop, 6, for_all)
    said = TerminalChoice(shop.till, device, pool, (BAR,), on_command_line=True)
    assert [one.card_terminal_id for one in said.in_use] == ["POI2"]


def test_a_terminal_that_is_tried_is_told_apart_and_changes_nothing(
    shop: Shop, choice: TerminalChoice
) -> None:
    head = shop.till.head.seq
    tried = choice.try_it(BAR)
    assert (tried.state.state, tried.identity.serial) == ("ready", "SN-POI2")
    used = shop.till.devices.card_terminal
    assert isinstance(used, Closing)
    assert used.closed == 0
    choice.try_it(replace(BAR, address=DESK.address))
    assert used.closed == 1, "many terminals take no second line"
    choice.try_it(DESK)
    assert (used.closed, shop.till.head.seq, ids(shop)) == (1, head, ["POI1"])


def test_a_payment_on_a_terminal_that_was_just_removed_takes_nothing(
    shop: Shop, choice: TerminalChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice.put(EVA, BAR)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)

    def removed_meanwhile() -> str:
        choice.remove(EVA, "POI2")
        return READY

    monkeypatch.setattr(shop.printer, "condition", removed_meanwhile)
    with pytest.raises(Refusal, match="card_terminal_missing"):
        shop.counter.pay(ANNA, shop.tap_id(), CARD, None, 0, "POI2")
    assert "payment.begun" not in shop.kinds()


@pytest.mark.requirement("R-CARD-006")
def test_a_terminals_own_provider_is_named_before_the_methods(
    shop: Shop, choice: TerminalChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (zone, words):
        monkeypatch.setattr(module, "gettext", str)
    choice.put(EVA, BAR)
    of_bar = zone.card_contact(shop.till, CARD, "POI2")
    assert of_bar == "Questions about card payments: Exempelkort AB, 08-1."
    of_desk = zone.card_contact(shop.till, CARD, "POI1")
    assert of_desk == "Questions about card payments are answered by your payment provider."
