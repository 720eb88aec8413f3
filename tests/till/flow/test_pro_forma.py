"""Pro formas: what the open cart comes to, on paper and registered, and no receipt."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, Shop
from tests.till.flow.test_copying import EVA, bodies, sell

from skrin.domain.beside import DocumentSigned, ProFormaSealed
from skrin.domain.refusal import Refusal
from skrin.till.flow import closing, returning, selling, training


def ring(shop: Shop, *articles: int) -> None:
    for article in articles:
        selling.tap_article(shop.till, ANNA, shop.tap_id(), article)


def test_a_pro_forma_is_registered_numbered_apart_and_leaves_the_cart(shop: Shop) -> None:
    ring(shop, COFFEE, BUN)
    before = shop.till.desk.cart
    shop.counter.print_pro_forma(ANNA, shop.tap_id())
    assert shop.till.desk.cart == before
    assert shop.kinds()[-3:] == ["pro_forma.sealed", "pro_forma.signed", "document.delivered"]
    ring(shop, BUN)
    shop.counter.print_pro_forma(ANNA, shop.tap_id())
    made = [body for body in bodies(shop, "pro_forma.sealed") if isinstance(body, ProFormaSealed)]
    assert [(one.receipt.number, one.receipt.total_minor) for one in made] == [
        (1, 63_50),
        (2, 93_00),
    ]
    told = {kind: counted for (_, _, kind), counted in shop.unit.counters.items()}
    assert (told["profo"].receipts, told["profo"].total_minor) == (2, 156_50)
    paper = shop.printer.slips[-1].decode("cp858", "replace")
    assert "EJ KVITTO" in paper and "Förhandskvitto nr 2" in paper
    assert "Kvittonr" not in paper and "Kontant" not in paper
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.till.series["receipt"] == 1 and shop.till.desk.finished is not None
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert (report.net_minor, report.row("receipts").count, report.row("copies").count) == (
        93_00,
        1,
        0,
    )


def test_a_tap_that_comes_again_makes_no_second_one(shop: Shop) -> None:
    """Also when its paper is out by then, or the unit would not have it."""
    ring(shop, COFFEE)
    printed, refused = shop.tap_id(), shop.tap_id()
    shop.counter.print_pro_forma(ANNA, printed)
    shop.unit.refuse("002")
    shop.counter.print_pro_forma(ANNA, refused)
    assert len(bodies(shop, "pro_forma.sealed")) == 2
    for tap in (printed, refused):
        shop.counter.print_pro_forma(ANNA, tap)
    assert len(bodies(shop, "pro_forma.sealed")) == 2


def test_it_is_refused_where_there_is_nothing_to_ask_for(shop: Shop) -> None:
    with pytest.raises(Refusal, match="cart_empty"):
        shop.counter.print_pro_forma(ANNA, shop.tap_id())
    sell(shop, BUN)
    returning.return_line(shop.till, ANNA, shop.tap_id(), 1, 1)
    with pytest.raises(Refusal, match="pro_forma_of_returns"):
        shop.counter.print_pro_forma(ANNA, shop.tap_id())
    selling.abort(shop.till, ANNA)
    ring(shop, COFFEE)
    shop.counter.pay(ANNA, shop.tap_id(), 1, 10_00)
    with pytest.raises(Refusal, match="sale_is_being_paid"):
        shop.counter.print_pro_forma(ANNA, shop.tap_id())
    shop.counter.pay_card(ANNA, shop.tap_id())
    training.set_training(shop.till, EVA, True)
    ring(shop, COFFEE)
    with pytest.raises(Refusal, match="not_in_training"):
        shop.counter.print_pro_forma(ANNA, shop.tap_id())


def test_it_survives_a_restart_and_stops_no_closing(shop: Shop) -> None:
    ring(shop, COFFEE)
    shop.counter.preflight.check_unit()
    shop.unit.be_silent(3, after_hearing=True)
    tap = shop.tap_id()
    shop.counter.print_pro_forma(ANNA, tap)
    shop.counter.print_pro_forma(ANNA, tap)
    assert shop.till.desk.registering is not None and shop.till.desk.registering.pro_forma
    shop.restart()
    cart = shop.till.desk.cart
    assert cart is not None and len(cart.lines) == 1
    selling.abort(shop.till, ANNA)
    assert closing.close_days(shop.till, ANNA, shop.till.today(), lambda _: None) == [1]
    for _ in range(5):
        shop.counter.work_off()
    (signed,) = bodies(shop, "pro_forma.signed")
    assert isinstance(signed, DocumentSigned) and signed.mark.attempts >= 2


def test_one_that_the_unit_will_never_have_stops_no_sale(shop: Shop) -> None:
    ring(shop, COFFEE)
    shop.unit.refuse("002")
    shop.counter.print_pro_forma(ANNA, shop.tap_id())
    assert shop.kinds()[-1] == "document.refused" and shop.till.desk.refused is not None
    shop.card.plan.append("refusal")
    shop.counter.pay_card(ANNA, shop.tap_id())
    desk = shop.till.desk
    assert desk.declined and desk.refused is None, "the screen tells of what was done last"
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.till.desk.finished is not None


def test_an_invalid_sequence_renews_the_serial_and_keeps_the_number(shop: Shop) -> None:
    ring(shop, COFFEE)
    shop.unit.refuse("011")
    shop.counter.print_pro_forma(ANNA, shop.tap_id())
    (made,), (signed,) = bodies(shop, "pro_forma.sealed"), bodies(shop, "pro_forma.signed")
    assert isinstance(made, ProFormaSealed) and isinstance(signed, DocumentSigned)
    assert signed.number == made.receipt.number == 1
    assert signed.mark.message_serial == made.receipt.message_serial + 1
    assert "serial.renewed" in shop.kinds()
