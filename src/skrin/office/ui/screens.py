"""What the office's pages show: one frozen dataclass per page, the contract of views and templates.

A view fills one of these and renders the template named in its docstring with the context
``{"screen": it}``. Everything is ready to be shown: texts in the user's language, amounts as
strings in the country's format ("1 234,50" with no-break spaces), links as urls. Templates decide
nothing but markup; no template computes or formats an amount.

Url names that the templates use themselves, all without arguments, in the namespace ``office``:
login, logout, me, today, statistics, receipts, closings, tills. Every other
link is a ``url`` field filled by the view. Filters are GET fields: from, to (ISO dates), store,
till, q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warn", "bad", "quiet"]
Place = Literal["", "today", "sales", "articles", "tills", "money", "settings", "me"]
Theme = Literal["system", "dark", "light", "contrast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page."""

    company_name: str
    user_name: str
    """Empty before log-in: then the frame shows no places."""
    version: str
    company: str = ""
    """Its number. A form carries it: it is done there, whatever another page has gone on to."""
    place: Place = ""
    language: str = "sv"
    theme: Theme = "system"
    companies: tuple[Choice, ...] = ()
    """The companies that this person may see; a switch is shown for two or more."""
    menu: tuple[MenuItem, ...] = ()
    """The places that this person's role opens."""
    home_url: str = "/"
    """Where this person begins."""
    program: str = "Skrin"
    """The name that the program is sold under (R-REG-008)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A place of the menu."""

    label: str
    url: str
    icon: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a drop-down list."""

    value: str
    name: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link or download."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """``office/login.html``. POST login: email, password, next."""

    frame: Frame
    email: str = ""
    email_error: str = ""
    password_error: str = ""
    error: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The filter bar of a page: a GET form, so that the filter stands in the address.

    A list that has no choices, and a field that is None, is not shown.
    """

    from_day: str | None = None
    """ISO date, first day."""
    to_day: str | None = None
    stores: tuple[Choice, ...] = ()
    tills: tuple[Choice, ...] = ()
    query: str | None = None
    error: str = ""
    """What is wrong with the dates; the page then shows the last right ones."""
    shortcuts: tuple[Link, ...] = ()
    """"I dag", "I går", "Denna månad"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One large figure with its name and unit."""

    name: str
    value: str
    unit: str = ""
    """"kr", "st", "%"."""
    remark: str = ""
    """"12 % mer än förra torsdagen"."""


# --- Charts -----------------------------------------------------------------------------------

CHART_WIDTH, CHART_HEIGHT = 1040, 224
CHART_LEFT, CHART_RIGHT, CHART_TOP, CHART_BOTTOM = 64, 8, 16, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart, in the units of its view box."""

    label: str
    value: str
    x: int
    y: int
    width: int
    height: int
    middle_x: int
    show_label: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One horizontal line of the scale."""

    label: str
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A bar chart that starts at zero. ``office/_chart.html``; made by `bar_chart`."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    width: int = CHART_WIDTH
    height: int = CHART_HEIGHT
    left: int = CHART_LEFT
    right: int = CHART_WIDTH - CHART_RIGHT
    base: int = CHART_HEIGHT - CHART_BOTTOM


def _scale_top(largest: int) -> int:
    """The first round figure not below `largest` whose quarters are whole."""
    power = 1
    while True:
        for step in (4, 8, 12, 16, 20, 32):
            if step * power >= largest:
                return step * power
        power *= 10


def bar_chart(title: str, unit: str, values: Sequence[tuple[str, int, str]]) -> Chart:
    """Lay out a bar chart on whole numbers.

    title: what the bars show; unit: of the scale, "kr" or "st".
    values: one (label, value, text) per bar, value in whole `unit` and not below zero (a negative
    one is drawn as an empty bar, its text still tells it).
    Returns a `Chart` whose scale starts at zero and has a line at each quarter.
    """
    top = _scale_top(max((value for _, value, _ in values), default=0))
    height = CHART_HEIGHT - CHART_TOP - CHART_BOTTOM
    room = CHART_WIDTH - CHART_LEFT - CHART_RIGHT
    count = max(1, len(values))
    every = -(-count // 12)
    base = CHART_TOP + height
    bars = []
    for index, (label, value, text) in enumerate(values):
        x = CHART_LEFT + room * index // count
        slot = CHART_LEFT + room * (index + 1) // count - x
        tall = height * max(0, value) // top
        width = min(56, max(1, slot * 7 // 10))
        bars.append(
            Bar(
                label=label,
                value=text,
                x=x + (slot - width) // 2,
                y=base - tall,
                width=width,
                height=tall,
                middle_x=x + slot // 2,
                show_label=index % every == 0,
            )
        )
    ticks = tuple(
        Tick(label=_whole(top * quarter // 4), y=base - height * quarter // 4)
        for quarter in range(5)
    )
    return Chart(title=title, unit=unit, bars=tuple(bars), ticks=ticks)


def _whole(value: int) -> str:
    """A whole number with no-break spaces between thousands."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


# --- Pages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRow:
    """One hour of the day, in the table that explains the picture."""

    hour: str
    receipts: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """``office/today.html``: how the day goes. `chart` is None when nothing was sold."""

    frame: Frame
    day_name: str
    figures: tuple[Figure, ...]
    """The first is the one the page is about: sales with VAT."""
    chart: Chart | None
    rows: tuple[HourRow, ...]
    filter: Filter = Filter()
    alarms: tuple[Alarm, ...] = ()
    latest: tuple[ReceiptRow, ...] = ()
    poll_url: str = ""
    """Asked every 5 s for `etag`; empty: the page stands still."""
    etag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that somebody should look at, with the way there."""

    level: Level
    sentence: str
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """One article's part of its group. Amounts in the company's currency, without unit."""

    name: str
    number: str
    """How many were sold: "412" or "12,350 kg"."""
    net: str
    profit: str
    margin: str
    """"61,2 %"; empty when there is no cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One article group; opens to its articles."""

    name: str
    colour: int
    number: str
    net: str
    profit: str
    margin: str
    articles: tuple[ArticleRow, ...]
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """``office/statistics.html``: number, net, gross profit and margin per group."""

    frame: Frame
    filter: Filter
    period_name: str
    figures: tuple[Figure, ...]
    chart: Chart | None
    groups: tuple[GroupRow, ...]
    total: GroupRow | None
    """The sum of all groups, without articles."""
    exports: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """One receipt in a list."""

    number: str
    designation: str
    """Of the till whose series the number is of. Never written before the number: "VK1-1 2" would
    read as VK1-12."""
    time: str
    store: str
    till: str
    kind: str
    method: str
    total: str
    url: str
    clock: str = ""
    """The time of day alone, where the day is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The neighbours of this part of a list."""

    text: str
    """"1-50 av 9 465"."""
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """``office/receipts.html``."""

    frame: Frame
    filter: Filter
    rows: tuple[ReceiptRow, ...]
    pager: Pager | None = None
    exports: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as the printer set it, byte for byte."""

    text: str
    columns: Literal[32, 42, 48] = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """``office/receipt.html``: one receipt and what is known about it."""

    frame: Frame
    number: str
    designation: str
    paper: Paper
    facts: tuple[tuple[str, str], ...]
    """Label and value: store, till, time, control unit, control code, entry's hash."""
    links: tuple[Link, ...] = ()
    copy: CopyBox | None = None
    """Ordering the customer's copy; None for who may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyBox:
    """The customer's one copy. POST to `url`: what (`order`, `withdraw`), register, order."""

    url: str
    level: Level
    state: str
    sentences: tuple[str, ...] = ()
    error: str = ""
    order: str = ""
    """A name made for this form, so that sending it twice orders once."""
    tills: tuple[Choice, ...] = ()
    """Where it may be made; empty = it cannot be ordered now."""
    can_withdraw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRow:
    """One Z report in a list."""

    number: str
    day: str
    closed_at: str
    store: str
    till: str
    receipts: str
    total: str
    url: str
    sie_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closings:
    """``office/closings.html``: the closed days."""

    frame: Frame
    filter: Filter
    rows: tuple[ClosingRow, ...]
    open_days: tuple[str, ...] = ()
    """Days that wait for their Z, in words: "Kassa 2: onsdag 19 november"."""
    pager: Pager | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """``office/closing.html``: one Z as paper."""

    frame: Frame
    title: str
    """"Z-rapport 12"."""
    paper: Paper
    facts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...] = ()
    """The SIE file and the neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """One till and how it fares."""

    name: str
    designation: str
    store: str
    level: Level
    state: str
    """"Uppkopplad", "Inte hörd av på 2 h"."""
    last_contact: str
    unsent: str
    """What the till said that it had left to send: "0" or "12, äldst 14:02"."""
    head: str
    """Last entry received: its sequence number."""
    version: str
    remark: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tills:
    """``office/tills.html``."""

    frame: Frame
    rows: tuple[TillRow, ...]
    new_url: str = ""
    """Where a till is made; empty for those who may not."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One accounting file of one closed day."""

    name: str
    day: str
    store: str
    till: str
    closing: str
    debit: str
    credit: str
    """Equal, or `level` is bad and `remark` says why."""
    url: str
    level: Level = "good"
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """``office/money.html``: the SIE files."""

    frame: Frame
    filter: Filter
    rows: tuple[FileRow, ...]
    waiting: tuple[str, ...] = ()
    """Closed days that have no file yet, each with its reason."""
    exports: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One article of the register."""

    number: str
    name: str
    group: str
    colour: int
    price: str
    """Formatted, or "öppet pris"."""
    cost: str
    vat: str
    """"12 % / 6 %": eat in, take away; one rate when they are equal."""
    barcode: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """``office/articles.html``: the register, read only."""

    frame: Frame
    filter: Filter
    rows: tuple[RegisterRow, ...]
    pager: Pager | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """A titled list of facts."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something of which one is chosen; `name` is the field."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``office/settings.html``: what is set. POST settings: each question's field, day_break
    (HH:MM); all else is only read in this version."""

    frame: Frame
    groups: tuple[FactGroup, ...]
    questions: tuple[Question, ...] = ()
    day_break: str = "04:00"
    papers: tuple[Link, ...] = ()
    """The page of each store's papers."""
    notice: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """``office/me.html``: a person's own page. POST me: what = "password" (current, new) or "pin"
    (current, pin)."""

    frame: Frame
    facts: tuple[tuple[str, str], ...]
    notice: str = ""
    """What was just changed."""
    password_error: str = ""
    new_error: str = ""
    pin_password_error: str = ""
    pin_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``office/message.html``: a page that is only a sentence."""

    frame: Frame
    title: str
    sentence: str
    links: tuple[Link, ...] = ()
    again_s: int = 0
    """How often the page asks by itself whether the other is there; 0 = never."""
