"""What opens beside the receipt: windows (dialogs over the page) and panels (in the keys' place).

As in `screens`: ready to be shown, no template formats an amount. A window's template extends
nothing; it is put into ``#window`` as it stands, a panel's into ``#panel``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Button, Choice, PayKey


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionKey:
    """One choice of a group."""

    value: int
    name: str
    price: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionGroup:
    """Choices that belong together. One of them when `single`, else any up to the most."""

    field: str
    name: str
    hint: str
    """"Välj minst 1", "Högst 3"."""
    options: tuple[OptionKey, ...]
    single: bool = False
    none: bool = False
    """Nothing at all may be chosen: a key says so."""
    nothing_chosen: bool = False
    most: int = 0
    """0: as many as there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSheet:
    """``till/_window_article.html``: what is to be chosen before an article is rung. POST tap."""

    article: int
    name: str
    price: str = ""
    asks_amount: bool = False
    groups: tuple[OptionGroup, ...] = ()
    asks_quantity: bool = False
    quantity: str = ""
    """Proposed: "1"; empty for what is weighed."""
    unit: str = ""
    """Of the quantity's field: "kg", "st"."""
    weighs: bool = False
    """It can be weighed: POST weigh, and then tap with what that answers as `weighing`."""
    weighs_now: bool = False
    """The scale is asked as soon as the window opens."""
    instead: int = 0
    """The line that the new one takes the place of."""
    sold_out: bool = False
    can_mark: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountForm:
    """The fields of a discount, of a line or of the whole receipt."""

    action: str
    """The url's name."""
    line_no: int = 0
    unit: Literal["percent", "amount"] = "percent"
    value: str = ""
    text: str = ""
    limit: str = ""
    """"Upp till 10 % utan chefens kod"."""
    can_take_off: bool = False
    prefix: str = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSheet:
    """``till/_window_line.html``: everything about one line.

    POST line_quantity, line_discount, line_note, line_price, line_remove, sold_out.
    """

    line_no: int
    article: int
    name: str
    amount: str
    quantity: str
    unit: str
    note: str
    price: str
    discount: DiscountForm | None
    """None: this line takes no discount."""
    can_price: bool = True
    price_hint: str = ""
    has_options: bool = False
    sold_out: bool = False
    can_mark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountWindow:
    """``till/_window_discount.html``: a discount on the whole receipt."""

    form: DiscountForm
    goods: str
    """What it can be taken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWindow:
    """``till/_window_note.html``: a free text on the receipt. POST cart_note."""

    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkWindow:
    """``till/_window_park.html``: a name for the receipt that is set aside. POST park."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CashWindow:
    """``till/_window_cash.html``: cash is put in or taken out. POST move_cash."""

    title: str
    direction: Literal["cash_in", "cash_out"]
    reasons: tuple[Choice, ...]
    verb: str
    """On the key: "Ta ut"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TipWindow:
    """``till/_window_tip.html``: a tip on top of what is left. POST pay: method, tip, proposal."""

    to_pay: str
    proposals: tuple[Choice, ...]
    methods: tuple[PayKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWindow:
    """``till/_window_outcome.html``: a manager states what no terminal can tell. POST
    state_outcome: attempt, done=1 | 0, reference."""

    attempt: str
    amount: str
    yes: str
    no: str
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinWindow:
    """``till/_window_pin.html``: who, and their PIN.

    approve: one command that this person may not do alone is sent again. switch: POST switch.
    """

    purpose: Literal["approve", "switch"]
    title: str
    sentence: str
    people: tuple[Choice, ...]
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutsWindow:
    """``till/_window_layouts.html``: which page of keys to begin with. POST start_layout."""

    layouts: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStep:
    """One step of the tour."""

    title: str
    sentence: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """``till/_window_tour.html``: three steps for who stands here for the first time."""

    steps: tuple[TourStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPanel:
    """``till/_panel_keys.html``: groups or articles as keys."""

    title: str
    buttons: tuple[Button, ...]
    more: str = ""
    search: bool = False
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReceipt:
    """One receipt in the panel's list."""

    number: str
    time: str
    kind: str
    method: str
    total: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsPanel:
    """``till/_panel_receipts.html``: earlier receipts. GET: first, last, number."""

    rows: tuple[FoundReceipt, ...]
    first: str
    last: str
    number: str = ""
    more: str = ""
    searched: bool = False
    """By number, or other days than today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """A line of an earlier receipt."""

    line_no: int
    name: str
    sold: str
    amount: str
    left: str
    """"2 kvar att lämna tillbaka", "tillbaka på kvittot", "redan tillbaka", "tas inte tillbaka"."""
    can: bool
    child: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPanel:
    """``till/_panel_receipt.html``: what can come back of a receipt. POST return_line."""

    number: str
    when: str
    kind: str
    total: str
    method: str
    lines: tuple[SoldLine, ...]
    can_all: bool
    url: str
    """The receipt as paper."""
    sentence: str = ""
    sale: str = ""
    """The key of another till's sale; empty for an own receipt."""
    poll: str = ""
    """Where the panel is asked for again while the office or another till has to answer."""
    etag: str = ""
    copy_made: str = ""
    """"Kopian gjordes 14:02 i kassa VK1-1"; empty while one can still be made."""
    can_copy: bool = False
    """Training makes no copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    """A receipt that is set aside, with what is on it."""

    cart_id: str
    name: str
    time: str
    contents: str
    total: str
    elsewhere: bool = False
    """It lies at another till, or at none: it is asked for when it is fetched."""
    where: str = ""
    """"I kassa VK2-1"; empty when it lies here or at no till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPanel:
    """``till/_panel_parked.html``. POST fetch, parked_delete: cart_id."""

    rows: tuple[ParkedRow, ...]
    blocked: bool
    """Goods lie on the counter: nothing can be fetched before they are gone."""
