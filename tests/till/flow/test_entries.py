"""What one press can ring: a group, several units, a mix, nothing to pay, a weight in a code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, FREE, OPEN_PRICE, WEIGHED, Shop

from skrin.domain.codec import decode_body
from skrin.domain.journal import JournalOpened
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.till.flow import editing, mending, selling
from skrin.till.flow.till import Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import open_journal
from skrin.till.storage.shop_file import ShopFile


def paid(shop: Shop) -> ReceiptSealed:
    shop.counter.pay_card(ANNA, shop.tap_id())
    finished = shop.till.desk.finished
    assert finished is not None
    return finished.receipts[0]


@pytest.mark.requirement("R-SELL-002")
def test_a_group_is_sold_at_a_typed_amount(shop: Shop) -> None:
    selling.tap_group(shop.till, ANNA, shop.tap_id(), 20, 45_50)
    selling.tap_group(shop.till, ANNA, shop.tap_id(), 10, 12_00)
    sold = paid(shop)
    assert [(line.name, line.amount_minor, line.rate_bp) for line in sold.lines] == [
        ("Saker", 45_50, 2500),
        ("Fika", 12_00, 600),
    ]
    assert [(line.article, line.group) for line in sold.lines] == [(0, 20), (0, 10)]
    totals = shop.till.file.totals("2026-11-20", 1)
    assert totals[("group_rate", "20:2500")].amount_minor == 45_50
    with pytest.raises(Refusal, match="group_unknown"):
        selling.tap_group(shop.till, ANNA, shop.tap_id(), 99, 1_00)


@pytest.mark.requirement("R-SELL-013", "R-BTN-010")
def test_several_units_and_a_mix_with_one_press(shop: Shop) -> None:
    tap = shop.tap_id()
    selling.tap_articles(shop.till, ANNA, tap, [(COFFEE, 2000), (BUN, 3000)])
    selling.tap_articles(shop.till, ANNA, tap, [(COFFEE, 2000), (BUN, 3000)])
    cart = shop.till.desk.cart
    assert cart is not None
    assert [(line.item.name, line.quantity_milli) for line in cart.lines] == [
        ("Bryggkaffe", 2000),
        ("Kanelbulle", 3000),
    ], "one press, though it came twice"
    assert paid(shop).total_minor == 2 * 34_00 + 3 * 29_50


def test_a_mix_with_one_part_sold_out_rings_nothing(shop: Shop) -> None:
    shop.till.sold_out = frozenset({BUN})
    with pytest.raises(Refusal, match="sold_out"):
        selling.tap_articles(shop.till, ANNA, shop.tap_id(), [(COFFEE, 1000), (BUN, 1000)])
    assert shop.till.desk.cart is None


@pytest.mark.requirement("R-SELL-004", "OPP-001")
def test_zero_is_a_rule_of_its_own_beside_open_and_fixed(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), FREE)
    with pytest.raises(Refusal, match="price_wanted"):
        selling.tap_article(shop.till, ANNA, shop.tap_id(), OPEN_PRICE)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), OPEN_PRICE, 0)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), OPEN_PRICE, 5_00)
    sold = paid(shop)
    assert [(line.name, line.amount_minor) for line in sold.lines] == [
        ("Vatten", 0),
        ("Diverse", 0),
        ("Diverse", 5_00),
    ]
    article = shop.till.registers.articles.get(FREE)
    assert article and article.price_rule == "zero"
    shop.till.registers.articles._kept[FREE] = replace(article, price_rule="fixed")
    with pytest.raises(Refusal, match="price_missing"):
        selling.tap_article(shop.till, ANNA, shop.tap_id(), FREE)


@pytest.mark.requirement("OPP-002")
def test_a_weight_or_a_price_in_a_scanned_code_and_the_unit_on_paper(shop: Shop) -> None:
    articles = shop.till.registers.articles
    found = {in_store("23", 123456, 0): WEIGHED, in_store("20", 123457, 0): BUN}
    found[in_store("20", 123458, 0)] = WEIGHED
    articles.of_code = lambda code: articles.get(found.get(code, 0))  # type: ignore[method-assign]
    selling.scan(shop.till, ANNA, shop.tap_id(), in_store("23", 123456, 350))
    selling.scan(shop.till, ANNA, shop.tap_id(), in_store("20", 123457, 1250))
    selling.scan(shop.till, ANNA, shop.tap_id(), in_store("20", 123458, 3450))
    sold = paid(shop)
    assert [(line.quantity_milli, line.unit, line.amount_minor) for line in sold.lines] == [
        (350, "kg", 31_47),
        (1000, "st", 12_50),
        (1000, "st", 34_50),
    ]
    # A kilo of 89.90 costs 40.00: a label of 34.50 has its part of that, 15.35. A bun costs 8.00.
    assert [line.cost_minor for line in sold.lines] == [40_00, 8_00, 15_35]
    slip = shop.printer.slips[-1].decode("cp858")
    assert "0,350 kg x 89,90" in slip
    row = shop.till.file.totals("2026-11-20", 1)[("article", f"{WEIGHED}:20")]
    assert (row.quantity_milli, row.count) == (1350, 2)


@pytest.mark.parametrize(("before", "named"), [("SK000007", "SK000007-1"), ("", "")])
def test_the_first_entry_names_the_register_before_it(
    shop: Shop, tmp_path: Path, before: str, named: str
) -> None:
    old = shop.till
    identity = replace(old.identity, till="SK000008", predecessor=before)
    file = ShopFile(tmp_path / "new" / "shop.sqlite")
    till = Till(file, identity, old.country, old.devices, old.clock, InlineWriter())
    open_journal(till)
    (entry,) = till.file.entries(1)
    opened = decode_body("journal.opened", 1, entry.body)
    assert isinstance(opened, JournalOpened)
    assert (opened.predecessor, opened.register_serial) == (named, "SK000008-1")
    assert till.series == {}, "a series of its own"


def in_store(prefix: str, article: int, value: int) -> str:
    """An in-store EAN-13: prefix, six digits of the article, four of the value, check digit."""
    body = f"{prefix}{article:06d}{value:04d}"
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"


@pytest.mark.requirement("R-SELL-009")
def test_a_text_comes_off_the_receipt_and_off_a_line(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    for text in ("Bord 4", "Utan grädde", "Nötter"):
        editing.note_cart(shop.till, ANNA, shop.tap_id(), text)
    editing.note_line(shop.till, ANNA, shop.tap_id(), 1, "utan socker")
    cart = shop.till.desk.cart
    assert cart is not None
    tap = shop.tap_id()
    editing.take_note_off(shop.till, ANNA, tap, 1)
    editing.take_note_off(shop.till, ANNA, tap, 1)
    shop.restart()
    assert shop.till.desk.cart and shop.till.desk.cart.notes == ("Bord 4", "Nötter")
    mending.notes_again(shop.till, ANNA, shop.tap_id(), cart.notes)
    assert shop.till.desk.cart.notes == cart.notes
    editing.take_note_off(shop.till, ANNA, shop.tap_id(), 0)
    with pytest.raises(Refusal, match="text_gone"):
        editing.take_note_off(shop.till, ANNA, shop.tap_id(), 2)
    editing.note_line(shop.till, ANNA, shop.tap_id(), 1, "")
    sold = paid(shop)
    assert (sold.notes, sold.lines[0].note) == (("Utan grädde", "Nötter"), "")
