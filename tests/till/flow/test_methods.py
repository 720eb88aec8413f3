"""Payment methods as data: each rule proven by what the till then does or refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.till.flow.shop import ANNA, CARD_CASE, COFFEE, METHODS, Shop

from skrin.documents.escpos import DRAWER_PULSE
from skrin.domain.payment import PaymentMethod
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import closing, returning, selling
from skrin.till.flow.uploading import UploadLane

EVA = Person("p2", "Eva", "manager", (1,))
CASH, CARD = METHODS
SWISH = PaymentMethod(3, "manual", "Swish", {}, "", "1930", False, "cash", "works", False, False, 3)
OWN = [
    replace(SWISH, id=10 + number, name=name, account=str(1900 + number), order=10 + number)
    for number, name in enumerate(("Faktura", "Rikskort", "Friskvård", "Biljett", "Konto"))
]


def offer(shop: Shop, *methods: PaymentMethod) -> None:
    shop.till.registers.methods = list(methods)


def ring(shop: Shop, article: int = COFFEE) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article)


def pay(shop: Shop, method: PaymentMethod, amount_minor: int | None = None) -> None:
    shop.counter.pay(ANNA, shop.tap_id(), method.id, amount_minor)


def sold(shop: Shop) -> ReceiptSealed:
    finished = shop.till.desk.finished
    assert finished is not None
    return finished.receipts[-1]


def away(shop: Shop) -> None:
    shop.till.office_is_away = lambda: True


@pytest.mark.requirement("R-PAY-002", "OPP-006", "R-PAY-009")
def test_any_number_of_methods_of_ones_own_each_with_its_sum(shop: Shop) -> None:
    offer(shop, CASH, CARD, *OWN)
    ring(shop, CARD_CASE)
    for method in OWN:
        pay(shop, method, 10_00)
    pay(shop, CASH, 199_00)
    assert [paid.name for paid in sold(shop).payments] == [*(one.name for one in OWN), "Kontant"]
    report = closing.open_report(shop.till, EVA, shop.till.file)
    for method in OWN:
        row = report.row("method", str(method.id))
        assert (row.name, row.amount_minor) == (method.name, 10_00)
    paper = shop.printer.slips[-1].decode("cp858")
    assert all(method.name in paper for method in OWN)


@pytest.mark.requirement("R-PAY-001", "R-PAY-010")
def test_cash_card_and_gift_card_are_kinds_of_the_program_with_accounts_of_their_own(
    shop: Shop,
) -> None:
    gift = replace(SWISH, id=5, kind="gift_card", name="Presentkort", account="2421")
    offer(shop, CASH, CARD, gift)
    registers = shop.till.registers
    found = [registers.method_of(kind) for kind in ("cash", "card", "gift_card")]
    assert [one and one.account for one in found] == ["1910", "1580", "2421"]
    ring(shop)
    with pytest.raises(Refusal, match="gift_card_wanted"):
        pay(shop, gift)


@pytest.mark.requirement("R-PAY-012")
@pytest.mark.parametrize(
    ("offline", "limit_minor", "amount_minor", "code"),
    [
        ("works", 0, None, ""),
        ("limits", 500_00, None, ""),
        ("limits", 200_00, 200_00, ""),
        ("limits", 200_00, None, "method_limit_offline"),
        ("limits", 200_00, 200_01, "method_limit_offline"),
        ("limits", 0, 1_00, "method_blocked_offline"),
        ("blocked", 500_00, 1_00, "method_blocked_offline"),
    ],
)
@pytest.mark.parametrize("kind", [CARD, SWISH])
def test_what_a_method_does_without_the_office(
    shop: Shop,
    kind: PaymentMethod,
    offline: str,
    limit_minor: int,
    amount_minor: int | None,
    code: str,
) -> None:
    method = replace(kind, offline=offline, offline_limit_minor=limit_minor)
    offer(shop, CASH, method)
    ring(shop, CARD_CASE)
    away(shop)
    before = shop.till.head.seq
    if not code:
        pay(shop, method, amount_minor)
        assert shop.till.head.seq > before
        return
    with pytest.raises(Refusal, match=code):
        pay(shop, method, amount_minor)
    assert (shop.till.head.seq, shop.card.charges) == (before, 0)
    shop.till.office_is_away = lambda: False
    pay(shop, method, amount_minor)
    assert shop.till.head.seq > before, "with the office the rule is silent"


def test_the_office_is_away_when_the_last_try_failed(shop: Shop) -> None:
    lane: UploadLane = shop.counter.upload_lane
    assert not shop.till.office_is_away()
    lane.step()
    assert shop.till.office_is_away()
    lane.failures = 0
    assert not shop.till.office_is_away()


@pytest.mark.parametrize(
    ("refund", "kind", "code"),
    [
        ("same", SWISH, ""),
        ("no", SWISH, "method_no_refund"),
        ("cash", SWISH, "method_refunds_cash"),
        ("cash", CASH, ""),
        ("no", CASH, "method_no_refund"),
        ("same", CARD, ""),
        ("cash", CARD, "method_refunds_cash"),
    ],
)
def test_how_a_method_gives_money_back(
    shop: Shop, refund: str, kind: PaymentMethod, code: str
) -> None:
    method = replace(kind, refund=refund)
    offer(shop, method)
    returning.set_mode(shop.till, EVA, "once")
    ring(shop)
    if code:
        with pytest.raises(Refusal, match=code):
            pay(shop, method)
        assert shop.till.desk.payments == ()
        return
    pay(shop, method)
    assert (sold(shop).kind, sold(shop).payments[0].amount_minor) == ("return", 34_00)


@pytest.mark.parametrize("change", [True, False])
def test_whether_more_than_the_sum_may_be_taken(shop: Shop, change: bool) -> None:
    offer(shop, replace(CASH, change=change), SWISH)
    ring(shop)
    with pytest.raises(Refusal, match="method_no_change"):
        pay(shop, SWISH, 50_00)
    if change:
        pay(shop, CASH, 50_00)
        assert sold(shop).payments[0].change_minor == 16_00
        return
    with pytest.raises(Refusal, match="method_no_change"):
        pay(shop, CASH, 50_00)
    pay(shop, CASH, 34_00)
    assert sold(shop).payments[0].change_minor == 0


@pytest.mark.parametrize(("rounds", "paid_minor"), [(True, 30_00), (False, 29_50)])
def test_whether_the_amount_is_rounded_as_cash_is(
    shop: Shop, rounds: bool, paid_minor: int
) -> None:
    cash = replace(CASH, rounding=rounds)
    offer(shop, cash)
    ring(shop, 2)
    pay(shop, cash)
    assert (sold(shop).payments[0].amount_minor, sold(shop).rounding_minor) == (
        paid_minor,
        paid_minor - 29_50,
    )


@pytest.mark.parametrize("drawer", [True, False])
@pytest.mark.parametrize("kind", [CASH, SWISH])
def test_whether_the_drawer_opens(shop: Shop, kind: PaymentMethod, drawer: bool) -> None:
    method = replace(kind, drawer=drawer)
    offer(shop, method)
    ring(shop)
    pay(shop, method)
    assert (DRAWER_PULSE in shop.printer.slips[-1]) is drawer


def test_who_says_that_the_money_came(shop: Shop) -> None:
    alone = replace(CARD, adapter="")  # A card terminal that is not connected to the till.
    offer(shop, alone)
    ring(shop, CARD_CASE)
    tap = shop.tap_id()
    shop.counter.pay(ANNA, tap, alone.id, 100_00)
    assert (shop.card.charges, shop.till.desk.left_minor) == (0, 149_00)
    shop.counter.back_out(ANNA, shop.tap_id(), tap)
    assert (shop.till.desk.payments, shop.card.returns) == ((), 0)
    far = replace(SWISH, adapter="swish-of-tomorrow")
    offer(shop, far)
    with pytest.raises(Refusal, match="adapter_missing"):
        pay(shop, far)


@pytest.mark.requirement("R-PAY-008")
def test_a_day_is_closed_without_a_word_to_the_card_terminal(shop: Shop) -> None:
    ring(shop)
    pay(shop, CARD)
    heard: list[str] = []

    class Deaf:
        def __getattr__(self, name: str) -> object:
            heard.append(name)
            raise AssertionError(f"the card terminal was asked: {name}")

    shop.till.devices = replace(shop.till.devices, card_terminal=Deaf())
    assert shop.counter.close_days(EVA, shop.till.today()) == [1]
    assert heard == []
    paper = shop.printer.slips[-1].decode("cp858")
    assert "Kort" in paper and "34,00" in paper


def test_practice_knows_no_offline_rule(shop: Shop) -> None:
    from skrin.till.flow import training

    blocked = replace(SWISH, offline="blocked")
    offer(shop, blocked)
    away(shop)
    training.set_training(shop.till, EVA, True)
    ring(shop)
    pay(shop, blocked)
    assert sold(shop).total_minor == 34_00
