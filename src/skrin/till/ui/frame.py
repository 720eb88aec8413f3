"""What stands around every page, and the till's state in one word."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import formats, translation
from django.utils.translation import gettext

from skrin.domain.payment import GIFT_CARD
from skrin.till.flow import parking
from skrin.till.flow.counter import Counter, PartState
from skrin.till.ui import words
from skrin.till.ui.guard import THEME_COOKIE, THEMES
from skrin.till.ui.screens import Frame, Level, State, Tools
from skrin.till.ui.served import served

LEVELS: dict[str, Level] = {"good": "good", "warn": "warn", "bad": "bad"}
STATE_POLL_MS = 2000


def frame(request: HttpRequest, *, sells: bool = False) -> Frame:
    """The frame of a page: for who is logged in, in the colours chosen on this screen."""
    till = served().counter.till
    store = till.registers.store
    person = getattr(request, "person", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    training = till.desk.training
    return Frame(
        shop_name=store.company_name if store else "Skrin",
        store_name=store.store_name if store else till.identity.seat.name,
        till_name=till.identity.seat.designation,
        user_name=person.display_name if person else "",
        version=till.identity.version,
        state=state(sells=sells),
        language=translation.get_language() or "sv",
        theme=theme if theme in THEMES else "system",  # type: ignore[arg-type]
        mode="training" if training and not sells else "",
        mode_name=gettext("Training") if training else "",
        sells=sells,
        returning=till.desk.return_mode != "off",
        training=training,
        gift_cards=till.registers.method_of(GIFT_CARD) is not None,
    )


def parts_of(counter: Counter) -> list[PartState]:
    """The parts that decide how the till is, worst first."""
    rank = {"bad": 0, "warn": 1, "good": 2}
    parts = [counter.unit_state(), counter.printer_state(), counter.office_state()]
    return sorted(parts, key=lambda part: rank[part.level])


def state(*, sells: bool = False, polled: bool = False) -> State:
    """The one quiet icon; polled by the selling page, also what is sold out in the store."""
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
        etag=f"{worst.level}-{worst.code}-{translation.get_language()}-{marks}-{key}",
        poll_ms=STATE_POLL_MS,
        sells=sells,
        sold_out=out if sells and polled else None,
        tools=tools if polled else None,
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
