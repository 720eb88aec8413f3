"""What stands around every page, and the till's state in one word."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext

from skrin import __version__
from skrin.domain import role as roles
from skrin.domain.payment import GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import THEME
from skrin.till.flow import parking
from skrin.till.flow.counter import Counter, PartState
from skrin.till.flow.till import Till
from skrin.till.pairing.register import OWN
from skrin.till.ui import words
from skrin.till.ui.guard import THEME_COOKIE, THEMES
from skrin.till.ui.screens import Frame, Level, Notice, State, Theme, Tools, Way
from skrin.till.ui.served import machine, served

LEVELS: dict[str, Level] = {"good": "good", "warn": "warn", "bad": "bad"}
STATE_POLL_MS = 2000
AWAY_FILES = ("tokens.css", "base.css", "till.css", "away.js", "mark.svg")
"""What the page needs that is shown while the till does not answer."""


def store_name(till: Till) -> str:
    """What people call the store of this till: as published, until then as it was enrolled."""
    return till.registers.store.store_name if till.registers.store else till.identity.seat.name


def frame(request: HttpRequest, *, sells: bool = False) -> Frame:
    """The frame of a page: for who is logged in, in the colours chosen on this screen."""
    till = served().counter.till
    store = till.registers.store
    person = getattr(request, "person", None)
    training = till.desk.training
    language = translation.get_language() or "sv"
    screens = served().screens
    rule = till.role_of(person).rule(roles.SETTINGS) if person else roles.DENY
    return Frame(
        shop_name=store.company_name if store else till.identity.program,
        store_name=store_name(till),
        till_name=till.identity.seat.designation,
        user_name=person.display_name if person else "",
        version=till.identity.version,
        program=till.identity.program,
        state=state(sells=sells, elsewhere=is_elsewhere(request)),
        language=language,
        theme=theme_of(request),
        worker=worker_url(__version__, language),
        mode="training" if training and not sells else "",
        mode_name=gettext("Training") if training else "",
        sells=sells,
        returning=till.desk.return_mode != "off",
        training=training,
        gift_cards=till.registers.method_of(GIFT_CARD) is not None,
        generation=screens.screens.register.generation if screens else 0,
        sets=screens is not None and rule == roles.ALLOW,
    )


def worker_url(version: str, language: str) -> str:
    """The address of the script that a browser keeps beside the pages (`ui/away.py`): another
    version or language is another script."""
    files = (static(f"skin/{name}") for name in AWAY_FILES)
    said = {
        "version": version,
        "language": language,
        "page": reverse("till:away"),
        "files": " ".join(files),
    }
    return f"{reverse('till:worker')}?{urlencode(said)}"


def theme_of(request: HttpRequest) -> Theme:
    """The colours chosen on this screen, else those of the till (OPP-020)."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    if theme not in THEMES:
        setting = served().counter.till.registers.settings.get(THEME)
        theme = setting.value[0] if setting else "system"
    return theme if theme in THEMES else "system"  # type: ignore[return-value]


def screen_of(request: HttpRequest) -> str:
    """The screen that asks; empty for the till's own."""
    return str(getattr(request, "screen", OWN))


def is_elsewhere(request: HttpRequest) -> bool:
    """Whether the till is used on another screen than the one that asks."""
    screens = served().screens
    return bool(screens and screens.on and not screens.screens.is_active(screen_of(request)))


def used_elsewhere() -> Notice:
    """What the screen says that does not hold the till, with the way to take over."""
    way = Way(label=gettext("Take over"), action="till:take_over")
    sentence = words.refusal_sentence(Refusal("used_elsewhere"))
    return Notice(sentence=sentence, level="warn", ways=(way,))


def parts_of(counter: Counter) -> list[PartState]:
    """The parts that decide how the till is, worst first."""
    rank = {"bad": 0, "warn": 1, "good": 2}
    parts = [counter.unit_state(), counter.printer_state(), counter.office_state()]
    if (cards := counter.card_terminal_state()).level == "bad":
        parts.append(cards)
    battery = here.battery_state() if (here := machine()) else None
    if battery is not None and battery.level != "good":
        parts.append(battery)
    return sorted(parts, key=lambda part: rank[part.level])


def state(*, sells: bool = False, polled: bool = False, elsewhere: bool = False) -> State:
    """The one quiet icon; polled by the selling page, also what is sold out in the store, and
    whether somebody took the till over on another screen."""
    counter = served().counter
    worst = parts_of(counter)[0]
    label = gettext("All is well") if worst.level == "good" else words.state_sentence(worst.code)
    out = tuple(sorted(counter.till.sold_out)) if sells else ()
    marks = "_".join(str(article) for article in out)
    tools = parking_tools(counter) if sells else None
    key = f"{tools.lines:d}{tools.parked}" if tools else ""
    return State(
        level=LEVELS[worst.level],
        label=label,
        etag=f"{worst.level}-{worst.code}-{translation.get_language()}-{marks}-{key}-{elsewhere}",
        poll_ms=STATE_POLL_MS,
        sells=sells,
        sold_out=out if sells and polled else None,
        tools=tools if polled else None,
        notice=used_elsewhere() if sells and polled and elsewhere else None,
    )


def parking_tools(counter: Counter) -> Tools:
    """What the key for parked receipts says: how many there are, here and at other tills."""
    till, reader = counter.till, counter.reader()
    cart = till.desk.cart
    parked = len(reader.parked()) + len(parking.elsewhere(till, reader))
    return Tools(lines=bool(cart and cart.lines), parked=parked)


def day_name(business_day: str) -> str:
    """A business day as people say it: torsdag 20 november 2026."""
    return formats.date_format(date.fromisoformat(business_day), "l j F Y")
