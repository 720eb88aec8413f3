"""What the till's pages show: one frozen dataclass per screen, the contract of views and templates.

A view fills one of these and renders the template named in its docstring with the context
``{"screen": it}``. Everything is ready to be shown: texts are in the user's language, amounts are
strings in the country's format without currency ("1 234,50" with no-break spaces), times are
"14:05". Templates decide nothing but markup; no template computes or formats an amount.

The selling page has one changing part, the *zone* (``#zone``): the receipt, a payment in progress
or a finished sale. Every POST to the cart and every poll of it answers with ``till/_zone.html``
and a `Zone`; a refusal answers 4xx with ``till/_notice.html`` and a `Zone` or `Refusal`, and then
only the notice changes on the screen. Statuses: 200 the new zone; 304 (polls, by ETag) nothing
new; 401 or a redirect: the script goes to the log-in; 403: the page is too old, and the notice
leads to a new one. The cart stays where it is.

Two more places are filled on demand, their screens stand in `sheets`: the *window* (``#window``, a
dialog over the page) and the *panel* (``#panel``, in the place of the keys; receipt and payment
stay in reach). An answer may carry the headers ``Skrin-Window`` or ``Skrin-Panel``: the address of
what is to be opened; with ``Skrin-Held: 1`` the tap waits for that window, and is sent again with
the same tap_id and the window's fields added (a manager's name and PIN).

POST fields, all urls in the namespace ``till``; each cart POST also carries ``tap_id`` (a UUID
made by the screen for that tap, kept when the same tap is sent again, D20):

==================  ================================================================================
tap                 article_id; amount (text as typed) when it asks for a price; quantity as typed;
                    options=1 with option-<group>; part-<place>; instead=<line_no>
group_tap           group_id, amount (text as typed, or the button's fixed price)
press               button=<id of a layout's button>: does what the published button says
scan                code
line_quantity       line_no and change ("1" or "-1": relative, so ten fast taps are ten pieces),
                    or quantity (text as typed)
line_remove         line_no
line_discount       line_no, unit=percent | amount, value (text as typed), text; off=1 takes it off
line_note           line_no, text
line_price          line_no, amount
cart_discount       unit, value, text
discount_off        place (from 0)
cart_note           text; note_off: place (from 0)
undo                undo=<tap_id of the step>
way                 way=eat_in | take_away
return_mode         mode=off | once | locked
return_line         number or sale (another till's, by its key), line_no; return_all: number or sale
park, fetch, parked_delete   name; cart_id
parked_take_over, leave_wish cart_id; cart_id
sold_out            article_id, on=1 | 0
abort, next         - (next: leave a finished sale; answers with the empty zone)
pay_cash, pay_card  - (all that is left to pay; cash exactly, rounded by law)
pay                 method, tendered (text as typed; empty: all that is left); tip (as typed),
                    proposal (a tip in minor units)
pay_cash_amount     tendered (text as typed)
back_out            payment_id
paying              GET: the zone as it is; ?ask=pay: the payment window, &method= with one chosen
training            on=1 | 0
move_cash           direction=cash_in | cash_out, amount (text as typed), reason, text
open_drawer         -
==================  ================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warn", "bad"]
"""good: works. warn: works, but somebody should look. bad: selling is or will be hindered."""

Theme = Literal["system", "dark", "light", "contrast"]
Mode = Literal["", "training", "return", "other_store"]
"""What changes the meaning of a tap; anything but "" colours the frame of the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The till's whole state as one quiet icon; ``till/_state.html`` polls it with an ETag."""

    level: Level
    label: str
    """The state in a few words ("Allt fungerar", "Kontrollenheten svarar inte")."""
    etag: str = ""
    """Without quotation marks; sent back as If-None-Match by the poll."""
    poll_ms: int = 1000
    sells: bool = False
    """On the selling page: the poll also tells what is sold out."""
    sold_out: tuple[int, ...] | None = None
    """Sent with a poll of the selling page."""
    tools: Tools | None = None
    """The same: receipts that other tills park show on the key."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """``till/_tools.html``: the key that parks, or that shows what is parked."""

    lines: bool
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page."""

    shop_name: str
    store_name: str
    till_name: str
    """As people call it: "Kassa 1"."""
    user_name: str
    """Empty before log-in: then the frame shows no menu."""
    version: str
    state: State
    language: str = "sv"
    theme: Theme = "system"
    mode: Mode = ""
    mode_name: str = ""
    """The mode in words ("Övning"), shown in the coloured frame."""
    sells: bool = False
    """This is the selling page."""
    returning: bool = False
    training: bool = False
    gift_cards: bool = False
    """The shop takes gift cards."""
    generation: int = 0
    """Of the till's active screen; every command carries it (D44)."""
    sets: bool = False
    """This person may pair screens."""
    program: str = "Skrin"
    """The name that the program is sold under (R-REG-008)."""
    worker: str = ""
    """The script that keeps the page for the time when the till does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on: a key with a verb. A POST when `post`, else a link."""

    label: str
    action: str
    """The url's name with its namespace: "till:retry"."""
    name: str = ""
    """A field to send with it, e.g. name="answer", value="yes". Empty: none."""
    value: str = ""
    primary: bool = False
    post: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence to the cashier, with a verb in it."""

    sentence: str
    level: Level = "warn"
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a drop-down list."""

    value: str
    name: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChoice:
    """``till/stores.html``. POST login_store: who, store."""

    frame: Frame
    name: str
    who: str
    """Who has just given the right password, signed by this device."""
    stores: tuple[Choice, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """``till/login.html``. POST login: email, password; POST login_pin: approver, pin."""

    frame: Frame
    email: str = ""
    people: tuple[Choice, ...] = ()
    """Those who may log in with a PIN."""
    email_error: str = ""
    password_error: str = ""
    pin_error: str = ""
    error: str = ""
    """What is wrong with neither field alone (the office is away, too many tries)."""
    next_url: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """Name and address of the tills of other companies on this machine."""


_LONG_WORD = 8
_BREAKS = re.compile(r"(?<=\w{3})(?=[bcdfghjklmnpqrstvwxz][aeiouyåäöæøéè]\w)", re.IGNORECASE)


# --- Selling: what can be sold ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One key of a layout, or one article found by search.

    article, group: rings it. press: the till does what the published button says. window, panel:
    opens `url` there. zone: asks `url` for the zone. link: goes to `url`. layout: shows another
    page of keys, with a way back.
    """

    kind: Literal["article", "group", "press", "window", "panel", "zone", "link", "layout"]
    id: str
    """article_id, group_id, the button's own id, or the layout's."""
    name: str
    price: str = ""
    """Formatted; empty when the price is asked for."""
    colour: int = 1
    """The article group's colour, 1 to 12; 0: a key that rings no goods."""
    row: int = 0
    col: int = 0
    """From 1, in the layout's grid; 0: the next free place. A handheld ignores both."""
    w: int = 1
    h: int = 1
    amount: str = ""
    """Sent along as it stands ("25,00"): a group at the price fixed on its button."""
    asks_amount: bool = False
    """The screen asks for an amount first: an open price, an open entry on a group."""
    group_name: str = ""
    """Small second line: shown in search results."""
    sold_out: bool = False
    url: str = ""
    """What to open; on an article: the window in which its options are chosen first."""
    icon: str = ""
    image: str = ""
    """Where its picture is; empty: none."""

    @property
    def name_parts(self) -> list[str]:
        """The name cut where a line may end, for keys that are narrower than a long word.

        Swedish carries the last consonant over ("mineralvat-ten"), and so do we, leaving three
        letters before and two after; the browser itself knows no Swedish everywhere.
        """
        words = re.split(r"(?<= )", self.name)
        parts = [_BREAKS.split(word) if len(word) > _LONG_WORD else [word] for word in words]
        return [part for word in parts for part in word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One tab of keys."""

    id: str
    name: str
    columns: int
    """On a desktop: 1 to 10."""
    buttons: tuple[Button, ...]
    tablet_columns: int = 0
    """0: as on the desktop, with its rows and columns; else the keys flow in reading order."""
    handheld_columns: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``till/_found.html``: what `search` answers."""

    query: str
    buttons: tuple[Button, ...]
    more: str = ""
    """"och 12 till" when not all are shown, else empty."""


# --- Selling: what is on the receipt ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the open receipt."""

    line_no: int
    name: str
    quantity: str
    """"2", or with a unit "0,350 kg"."""
    price: str
    """Price of one, shown when the quantity is not one."""
    amount: str
    vat: str
    """The rate: "12 %"."""
    notes: tuple[str, ...] = ()
    """Small rows under the name: discounts, texts, modifiers."""
    steps: bool = True
    """Whole pieces that "+" and "-" can change."""
    last: bool = False
    """The line that the last tap touched: it is lit and kept in view."""
    child: bool = False
    """An option, a part of a deal or a deposit: it follows the line above."""
    back: bool = False
    """Goods that come back: the amount is negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRow:
    """What the receipt holds of one rate."""

    rate: str
    net: str
    vat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """A part that is already paid."""

    name: str
    amount: str
    payment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountRow:
    """A discount on the whole receipt. POST discount_off: place."""

    place: int
    text: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayKey:
    """A way to pay. `press`: on the strip, pays all that is left at once."""

    method: int
    name: str
    icon: str
    amount: str = ""
    """What it would be, rounded for cash."""
    can: bool = True
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BackKey:
    """A way that paid the goods that come back, and what goes back by it. `tendered` empty: all
    that is left; `url`: the gift card's window instead."""

    method: int
    name: str
    icon: str
    amount: str
    tendered: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the day wants, said where nothing is rung yet: its float, or that the day before is
    still open. It hinders nothing and is gone with the first article."""

    name: str
    """On a handheld's handle: "Växelkassa"."""
    sentence: str
    yes: str
    amount: str = ""
    """The float proposed, taken with one tap; empty: `url` is where it goes on."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The open receipt and what the payment keys say."""

    lines: tuple[Line, ...]
    pieces: str
    """"3 varor"; empty for an empty receipt."""
    total: str
    """To pay: always a figure, "0,00" for an empty receipt; without sign when `refund`."""
    cash_total: str
    """To pay in cash, rounded by law; stands on the cash key."""
    card_total: str
    vat_rows: tuple[VatRow, ...] = ()
    way: Literal["", "eat_in", "take_away"] = ""
    """Empty: the shop has no such choice and the switch is not shown."""
    can_cash: bool = True
    can_card: bool = True
    paid_rows: tuple[PaidRow, ...] = ()
    """Parts already paid, when the receipt is paid in parts."""
    discounts: tuple[DiscountRow, ...] = ()
    texts: tuple[str, ...] = ()
    refund: bool = False
    """The customer gets money back."""
    more_keys: tuple[PayKey, ...] = ()
    """Methods beside cash and card that pay at once, because a layout names them."""
    parked: int = 0
    """How many receipts are set aside."""
    main_key: Literal["cash", "card", "other"] = "card"
    """The proposed key of the strip: money goes back as it came."""
    prompt: Prompt | None = None


# --- Selling: how it is paid ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One amount that the customer may have given: exactly, or with the next notes."""

    label: str
    """"Jämnt" or the amount."""
    tendered: str
    """What is sent: "200"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardQuestion:
    """What the card terminal asks the cashier. POST card_reply: question, said = `yes`, `no`, what
    was typed, or the number of a choice. ``till/_card_question.html``."""

    question: str
    sentence: str
    kind: Literal["confirm", "code", "choice"]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """A payment, or what hinders one. ``till/_paying.html``.

    window:   how is it paid? (methods, keypad, proposals, parts already paid)
    card:     the card terminal is at work; `can_stop` gives the way to stop
    waiting:  sealing, signing: `sentence` says what we wait for, after 300 ms
    trouble:  something is wrong; `sentence` says what and `ways` what can be done now
    unknown:  the card's outcome is not known and is being asked for
    question: "Kom kvittot ut?" and the like: `ways` are the answers
    """

    state: Literal["window", "card", "waiting", "trouble", "unknown", "question"]
    to_pay: str
    """Left to pay; in the window rounded for nothing yet."""
    sentence: str = ""
    detail: str = ""
    """What the card terminal says, or the reason behind the sentence."""
    proposals: tuple[Proposal, ...] = ()
    methods: tuple[PayKey, ...] = ()
    paid_rows: tuple[PaidRow, ...] = ()
    back_keys: tuple[BackKey, ...] = ()
    """Money back as it was paid; the first is what is proposed."""
    total: str = ""
    """Of the whole receipt, when a part of it is paid."""
    refund: bool = False
    tendered: str = ""
    """What was typed, given back with `error`."""
    error: str = ""
    can_stop: bool = False
    can_leave: bool = True
    """The window may be left: nothing is paid yet."""
    states: bool = False
    """The terminal was asked and cannot tell: a manager may state what became of the payment."""
    tips: bool = False
    """Some method takes a tip: the window has a key for it."""
    asks: CardQuestion | None = None
    contact: str = ""
    """Who answers questions about card payments: the payment provider, never us (R-CARD-006)."""
    terminals: tuple[Choice, ...] = ()
    """The card terminals to choose from, where the till has several."""
    ways: tuple[Way, ...] = ()
    poll_ms: int = 0
    """How often the screen asks `paying` for news: 250 in a card payment, 1000 else, 0 never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A finished sale. ``till/_done.html``. The next tap on the grid begins the next sale."""

    number: str
    total: str
    method: str
    """"Kontant", "Kort"."""
    tendered: str = ""
    change: str = ""
    """Empty when there is nothing to give back; else it is the largest thing on the screen."""
    rounding: str = ""
    tip: str = ""
    print_level: Level = "good"
    print_sentence: str = ""
    """"Kvittot är utskrivet", "Kvittot skrivs ut"."""
    refund: bool = False
    """Money went back to the customer."""
    ways: tuple[Way, ...] = ()
    url: str = ""
    """The receipt's page."""
    poll_ms: int = 0
    """Above 0 while the print is not settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeStrip:
    """What changes the meaning of a tap, with the way out of it. ``till/_mode.html``."""

    mode: Mode = ""
    sentence: str = ""
    way: Way | None = None
    keep: Way | None = None
    """Return mode alone: lets it stay on after this receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The changing part of the selling page. ``till/_zone.html``.

    Shows `done` if given, else `paying` if given, else the receipt.
    """

    modes: tuple[ModeStrip, ...] = ()
    sold_out: tuple[int, ...] = ()
    """Articles whose keys are struck through."""
    poll_ms: int = 0
    """Above 0 while somebody waits for what lies at another till."""

    receipt: Receipt
    paying: Paying | None = None
    done: Done | None = None
    notice: Notice | None = None
    etag: str = ""
    fragment: bool = True
    """True: sent alone, so strip and notice travel as out-of-band parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """``till/_notice.html`` alone, with a 4xx status: nothing but the notice changes."""

    notice: Notice
    fragment: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """``till/selling.html``: the whole page. The fields of `Zone` stand here too."""

    frame: Frame
    layouts: tuple[Layout, ...]
    receipt: Receipt
    paying: Paying | None = None
    done: Done | None = None
    notice: Notice | None = None
    etag: str = ""
    fragment: bool = False
    modes: tuple[ModeStrip, ...] = ()
    sold_out: tuple[int, ...] = ()
    starts: str = ""
    """The id of the layout to begin with."""
    opens: str = ""
    """A window that opens with the page: which layout? the tour?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """``till/away.html``: kept by the browser, shown while the till does not answer."""

    theme: Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``till/message.html``: a page that is only a sentence (not found, not allowed)."""

    frame: Frame
    title: str
    sentence: str
    ways: tuple[Way, ...] = ()
