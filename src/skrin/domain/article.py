"""What can be sold: groups, articles, prices by date, and their register rows (D40, D41)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skrin.domain.paper import PLAIN_PAPER, Paper

EAT_IN, TAKE_AWAY = "eat_in", "take_away"

FIXED, OPEN, ZERO = "fixed", "open", "zero"
"""How an article gets its price: from the register, typed by the cashier, or none (OPP-001)."""

GOODS, SERVICE, GIFT_CARD, DEPOSIT, DEAL = "goods", "service", "gift_card", "deposit", "deal"


@dataclass(frozen=True, slots=True)
class Group:
    """An article group: it names a VAT class per way of sale, never a rate (D41)."""

    id: int
    number: str
    name: str
    names: dict[str, str]
    kind: str
    vat_eat_in: str
    vat_take_away: str
    colour: int

    def vat_class(self, way: str) -> str:
        """The VAT class of what is sold of this group, eaten in or taken away."""
        return self.vat_eat_in if way == EAT_IN else self.vat_take_away


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the till sells it; prices stand apart, by date."""

    id: int
    number: str
    name: str
    names: dict[str, str]
    group: int
    kind: str
    unit: str
    decimals: int
    price_rule: str
    barcodes: tuple[str, ...] = ()
    discountable: bool = True
    returnable: bool = True
    modifier_groups: tuple[int, ...] = ()
    deposit: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """What an article costs from a business day on (YYYY-MM-DD), in the store or in all (0)."""

    article: int
    store: int
    from_day: str
    price_minor: int
    cost_minor: int


def price_on(prices: Sequence[Price], store: int, business_day: str) -> Price | None:
    """The price on `business_day`: the latest that has begun; the store's own goes first."""
    holding = [p for p in prices if p.from_day <= business_day and p.store in (0, store)]
    return max(holding, key=lambda p: (p.store != 0, p.from_day), default=None)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a modifier group: an article at a price of its own (0 allowed)."""

    article: int
    price_minor: int
    default: bool = False


@dataclass(frozen=True, slots=True)
class ModifierGroup:
    """Choices that go with an article: at least `min`, at most `max` of them (D42)."""

    id: int
    name: str
    min: int
    max: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DealPart:
    """A place in a deal, and the articles that may stand in it."""

    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal: an article whose price is spread over its parts' ordinary prices (D42)."""

    article: int
    parts: tuple[DealPart, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a layout: where it stands, what it looks like, what it does."""

    id: int
    row: int
    col: int
    w: int
    h: int
    colour: int
    type: str
    params: dict[str, str | int | list[int]] = field(default_factory=dict)
    icon: str = ""
    image: str = ""
    """The hash of its picture; empty: none."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture on a key: a small WebP, and its SHA-256 (hex) as its name."""

    hash: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """A grid of buttons.

    `users` empty = everybody's; `columns` per form factor (handheld, tablet, desktop).
    """

    id: int
    name: str
    order: int
    users: tuple[str, ...]
    columns: dict[str, int]
    buttons: tuple[Button, ...]


CARRIED_OVER, BLOCKED, REPORTED = "carried_over", "blocked", "reported"
AT_CLOSING = (CARRIED_OVER, REPORTED, BLOCKED)
"""What closing a day does with parked receipts (R-PARK-007): they go over to the next day and stand
on the Z; so too, and the office is told; or the day waits for them."""


OFFERED, REQUIRED, BLIND = "offered", "required", "blind"
COUNTS = (OFFERED, REQUIRED, BLIND)
"""Whether the drawer is counted when a day is closed (R-CASH-006): it may be; it must be; it must
be, and what should lie there is not shown before."""

PROMPTED, BY_ITSELF = "prompted", "by_itself"
DAY_ENDS = (PROMPTED, BY_ITSELF)
"""What happens to a day that was not closed when the next begins (R-CLOSE-010): the till says so,
or closes it as soon as nobody sells."""


@dataclass(frozen=True, slots=True)
class StoreCard:
    """The shop as the law wants it on paper, and what its tills need to know."""

    company: int
    store: int
    company_name: str
    org_number: str
    store_name: str
    address: tuple[str, ...]
    phone: str
    country: str
    currency: str
    time_zone: str
    day_break_min: int
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    default_way: str = TAKE_AWAY
    parked_at_closing: str = CARRIED_OVER
    """What closing a day does with receipts that are parked at the till (R-PARK-007)."""
    cash_count: str = OFFERED
    day_end: str = PROMPTED
    paper: Paper = PLAIN_PAPER
