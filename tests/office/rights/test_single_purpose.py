"""Single-purpose gift cards at two tills and a real office: till, paper, Z, statistics and books
say the same, and nothing is taxed twice (docs/algorithms/giftcards.md)."""

from __future__ import annotations

import pytest
from tests.office.rights.cards import SINCE, GiftShop
from tests.office.rights.store import ALVA, SAGA, ATill, Store

from skrin.documents import receipt_text, report_text
from skrin.domain.giftcard import REDEEMED
from skrin.domain.receipt import ReceiptSealed, SignedReceipt
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.exports.sie_voucher import voucher_of
from skrin.office.accounting import queries as accounting
from skrin.office.catalogue import actions as catalogue
from skrin.office.giftcards import queries as office_queries
from skrin.office.publication import actions as publication
from skrin.office.tenancy.wall import inside
from skrin.till.flow import closing, giftcards, returning, selling
from skrin.till.flow.refunding import original_ways

pytestmark = pytest.mark.office


@pytest.fixture
def shop(store: Store) -> GiftShop:
    return GiftShop(store)


def sold(one: ATill) -> tuple[ReceiptSealed, ...]:
    one.counter.work_off()
    finished = one.till.desk.finished
    assert finished is not None
    return finished.receipts


def lines(sealed: ReceiptSealed) -> list[tuple[int, int, int]]:
    return [(line.rate_bp, line.amount_minor, line.vat_minor) for line in sealed.lines]


def z_of(one: ATill) -> DayReport:
    closing.close_days(one.till, SAGA, one.till.today(), lambda delivery: None)
    report = one.bodies("day.closed")[-1]
    assert isinstance(report, DayReport)
    return report


@pytest.mark.requirement("R-PAY-010", "R-PAY-009", "OPP-007")
def test_everything_agrees_from_the_sale_to_the_books(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 500_00, shop.taxed)
    assert lines(sold(a)[0]) == [(2500, 500_00, 100_00)]
    a.meets()
    answer = shop.looks(b, code)
    assert (answer.state, answer.rate_bp, answer.vat_class) == ("usable", 2500, "standard")

    b.rings("mug", "coffee")
    with pytest.raises(Refusal, match="gift_card_purpose") as no:
        shop.redeems(b, code, 183_50)
    assert no.value.values == {"rate_bp": 2500, "most_minor": 149_50}
    shop.redeems(b, code, 149_50)
    b.meets(2)
    assert b.till.desk.left_minor == 34_00
    b.pays()
    (sealed,) = sold(b)
    assert lines(sealed) == [(2500, 149_50, 29_90), (600, 34_00, 1_92), (2500, -149_50, -29_90)]
    assert (sealed.total_minor, sealed.discount_minor) == (34_00, 0)
    assert [paid.name for paid in sealed.payments] == ["Kort"]
    taken = sealed.lines[-1].gift
    assert taken and (taken.cause, taken.left_minor) == (REDEEMED, 350_50)
    b.meets()
    assert shop.on_card(code) == (350_50, 0, 149_50)
    store.adds_up()
    assert store.reports() == []

    mark = b.bodies("receipt.signed")[-1].mark  # type: ignore[attr-defined]
    paper = receipt_text(SignedReceipt(sealed, mark, 0, 0, "t", "normal"), 42)
    assert "-149,50" in paper and "Moms redan betald" in paper and "350,50" in paper

    reports = [z_of(one) for one in (a, b)]
    figures = [
        {row.key: row.amount_minor for row in report.rows_of("gift_cards")} for report in reports
    ]
    assert figures == [{"single_issued": 500_00}, {"single_redeemed": -149_50}]
    assert [report.net_minor for report in reports] == [500_00, 34_00]
    text = report_text(reports[1], 0, 0, 42)
    assert "Inlösta, med moms betald" in text
    for one in (a, b):
        one.meets()
    with inside(shop.company):
        plan = accounting.books(shop.company).plan
        booked = [
            {line.account: line.amount_minor for line in voucher_of(report, plan).lines}
            for report in reports
        ]
        assert office_queries.liability(shop.company) == 0
        assert office_queries.liability(shop.company, taxed=True) == 350_50
    assert [voucher_of(report, plan).difference_minor for report in reports] == [0, 0]
    assert (booked[0]["2421"], booked[0]["2611"]) == (-400_00, -100_00)
    assert booked[1]["2421"] == 119_60 and "2611" not in booked[1]
    turnover = store.cast.rows(
        "SELECT rate_bp, sum(gross_minor), sum(vat_minor) FROM statistics_sold"
        " GROUP BY 1 ORDER BY 1"
    )
    assert turnover == [(600, 34_00, 1_92), (2500, 500_00, 100_00)]
    hours = store.cast.rows("SELECT sum(gross_minor), sum(vat_minor) FROM statistics_receipts")
    assert hours == [(534_00, 101_92)]
    paid_by = store.cast.rows("SELECT total_minor, methods FROM receipts_receipt ORDER BY 1")
    assert paid_by == [(34_00, "Kort, Boklådans kort"), (500_00, "Kort")]


@pytest.mark.requirement("OPP-007")
def test_goods_of_its_rate_alone_and_nothing_else_is_paid(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00, shop.taxed)
    a.meets()
    a.rings("mug")
    shop.redeems(a, code, 149_50)
    a.meets(2)
    (sealed,) = sold(a)
    assert (sealed.total_minor, sealed.payments) == (0, ())
    assert [(row.rate_bp, row.gross_minor, row.vat_minor) for row in sealed.vat] == [(2500, 0, 0)]
    a.meets()
    assert shop.on_card(code) == (350_50, 0, 149_50)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_a_card_that_nobody_looked_at_says_no_when_it_comes(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 500_00, shop.taxed)
    a.meets()
    b.rings("coffee")
    shop.redeems(b, code, 34_00)
    b.meets(3)
    wish = giftcards.waited_for(b.till)
    assert wish is not None and wish.outcome == "gift_card_purpose"
    assert b.till.desk.payments == ()
    assert shop.on_card(code) == (500_00, 0, 0)
    store.adds_up()


def test_a_part_is_taken_out_again(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00, shop.taxed)
    a.meets()
    a.rings("mug", "coffee")
    shop.redeems(a, code, 100_00)
    a.meets(2)
    (part,) = a.till.desk.payments
    a.counter.back_out(ALVA, store.tap(), part.payment_id)
    a.meets()
    assert shop.on_card(code) == (500_00, 0, 0)
    store.adds_up()


@pytest.mark.requirement("R-RET-002", "R-RET-003")
def test_goods_that_come_back_go_onto_the_card_as_a_card_sold(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00, shop.taxed)
    a.meets()
    a.rings("mug")
    shop.redeems(a, code, 149_50)
    a.meets(2)
    (sealed,) = sold(a)
    assert sealed.ways_paid == "Boklådans kort"
    a.meets()
    returnable = returning.returnable_lines(a.till.file, sealed)
    assert [one.line.line for one in returnable] == [1], "what a card took off is no goods"
    returning.return_line(a.till, ALVA, store.tap(), sealed.number, 1)
    with pytest.raises(Refusal, match="gift_refund_taxed"):
        a.counter.refund_to_gift_card(ALVA, store.tap(), shop.method, shop.key(code), None)
    (way,) = original_ways(a.till, a.till.file)
    assert (way.method, way.key, way.amount_minor) == (0, shop.key(code), 149_50)
    answer = shop.looks(a, code)
    giftcards.top_up(a.till, ALVA, store.tap(), shop.key(code), answer, 100_00)
    assert original_ways(a.till, a.till.file) == [], "it stands on the receipt once"
    selling.remove_line(a.till, ALVA, store.tap(), 2)
    giftcards.top_up(a.till, ALVA, store.tap(), shop.key(code), answer, 149_50)
    assert a.till.desk.left_minor == 0
    a.counter.pay_cash(ALVA, store.tap(), None)
    returned, card = sold(a)
    assert lines(returned) == [(2500, 149_50, 29_90)] == lines(card)
    assert returned.payments[0].name == "Kvittning"
    a.meets()
    assert shop.on_card(code) == (500_00, 0, 149_50)
    store.adds_up()


def test_a_card_is_taken_back_with_its_vat(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00, shop.taxed)
    a.meets()
    giftcards.take_back(a.till, ALVA, store.tap(), shop.key(code), shop.looks(a, code), SAGA)
    a.meets(2)
    a.counter.pay_cash(ALVA, store.tap(), None)
    (sealed,) = sold(a)
    assert (sealed.kind, lines(sealed)) == ("return", [(2500, 500_00, 100_00)])
    a.meets()
    assert shop.on_card(code) == (0, 0, 500_00)
    with inside(shop.company):
        assert office_queries.liability(shop.company, taxed=True) == 0


def test_a_group_whose_rate_depends_on_the_way_sells_no_such_card(
    shop: GiftShop, store: Store
) -> None:
    names = {"sv": "Fikakort", "en": "Coffee card"}
    with inside(shop.company):
        form = catalogue.GroupForm("92", names, "gift_card", "restaurant", "food", 11, {})
        catalogue.set_groups(shop.company, [form], "sv", SINCE)
        publication.publish_everywhere(shop.company)
    (a,) = store.opens(1)
    group = next(one for one in a.till.registers.groups.values() if one.number == "92")
    with pytest.raises(Refusal, match="gift_group_two_ways"):
        selling.tap_group(a.till, ALVA, store.tap(), group.id, 100_00)
