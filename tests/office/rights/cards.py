"""A store that sells gift cards: its group, its way to pay, and what its cashiers do."""

from __future__ import annotations

from datetime import date

from tests.office.rights.store import ALVA, ATill, Store

from skrin.domain.giftcard import key_of, normal_code
from skrin.domain.rights.rows import Row
from skrin.domain.rights.terms import GIFT_CARD
from skrin.office.accounting import actions as accounting
from skrin.office.catalogue import actions as catalogue
from skrin.office.catalogue import queries as catalogue_queries
from skrin.office.giftcards import actions as giftcards
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.publication import actions as publication
from skrin.office.tenancy.wall import inside
from skrin.till.flow import gift_codes, selling
from skrin.till.flow import giftcards as cards

SINCE = date(2020, 1, 1)


class GiftShop:
    """The store with gift cards (`group`), sold at 25 % (`taxed`), and paid with (`method`)."""

    def __init__(self, store: Store) -> None:
        self.store, self.company = store, store.cast.company
        with inside(self.company):
            self.method = self._registers()
            ids = catalogue_queries.group_ids(self.company)
            publication.publish_everywhere(self.company)
        self.group, self.taxed = ids["90"], ids["91"]

    def _registers(self) -> int:
        names = {"sv": "Presentkort", "en": "Gift cards"}
        taxed = {"sv": "Boklådans kort", "en": "Book card"}
        catalogue.set_groups(
            self.company,
            [
                catalogue.GroupForm("90", names, "gift_card", "exempt", "exempt", 11, {}),
                catalogue.GroupForm("91", taxed, "gift_card", "standard", "standard", 11, {}),
            ],
            "sv",
            SINCE,
        )
        accounting.set_ledger(
            self.company,
            {"rounding": "3740", "gift_card": "2421"},
            {"2421": "Presentkort", "1910": "Kassa", "1580": "Kort", "3002": "12", "3003": "6"},
        )
        return paymentsystems.set_method(
            self.company,
            "gift",
            kind="gift_card",
            name="Presentkort",
            names={"sv": "Presentkort", "en": "Gift card"},
            account="2421",
            order=5,
            refund="same",
            offline="blocked",
            valid_months=12,
        )

    def sells(self, one: ATill, amount_minor: int, group: int = 0) -> str:
        """A card sold at a till, paid by card, not yet uploaded; its code."""
        selling.tap_group(one.till, ALVA, self.store.tap(), group or self.group, amount_minor)
        cart = one.till.desk.cart
        assert cart and cart.lines[-1].gift
        code = one.till.file.state(gift_codes.KEPT + cart.lines[-1].gift.key)
        one.pays()
        return code

    def key(self, code: str) -> str:
        return key_of(self.company, normal_code(code))

    def redeems(self, one: ATill, code: str, amount_minor: int) -> None:
        """Ask for an amount of a card; the answer comes with an exchange."""
        one.counter.pay_gift_card(ALVA, self.store.tap(), self.method, self.key(code), amount_minor)

    def on_card(self, code: str) -> tuple[int, int, int]:
        """(free, held, used) of a card in the book."""
        row = self.row(code)
        assert row is not None
        return row.free, sum(one.amount for one in row.held), row.used

    def row(self, code: str) -> Row | None:
        return self.store.row(GIFT_CARD, self.key(code))

    def imports(self, code: str, balance_minor: int, until: str = "") -> None:
        with inside(self.company):
            form = giftcards.CardForm(code, balance_minor, until)
            giftcards.bring_in(self.company, [form], "1", self.store.clock.utc_ms)

    def looks(self, one: ATill, code: str) -> cards.GiftCardAnswer:
        return one.counter.gift_card(self.key(code))
