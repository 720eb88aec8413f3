"""What the office has not got yet: each thing with its age, why it waits, and a way to try now; and
what works meanwhile (R-OFF-004, OPP-062, R-OFF-011)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_POST

from skrin.documents import journal_line
from skrin.domain.entry import Entry
from skrin.domain.method_rules import offline_most_minor
from skrin.domain.money import grouped_amount
from skrin.domain.payment import PaymentMethod
from skrin.till.flow.counter import Counter
from skrin.till.ui import words
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.office_words import office_fault
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import served
from skrin.till.ui.unsent_screens import Unsent, UnsentRow, WorksNow

TRY_TIMEOUT_S = 5.0
LISTED_MOST = 100
EVERY = 2**53
"""Beyond every entry."""

ASKED_FOR = (
    *("receipt.sealed", "copy.sealed", "pro_forma.sealed", "day.closed", "cash.moved"),
    *("cash.counted", "float.set", "drawer.opened", "payment.begun", "payment.taken"),
    *("payment.given_back", "giftcard.credited", "right.claimed", "cart.parked", "parked.deleted"),
    *("cart.aborted", "article.sold_out", "scale.set", "printer.set", "card_terminal.set"),
    *("unit.chosen", "setting.set", "clock.confirmed"),
)
"""Kinds of entry that a person would ask for; the others are steps between them."""

COUNTED = (
    (("receipt.sealed",), _("Receipts")),
    (("day.closed",), _("Z reports")),
    (("cash.moved", "cash.counted", "float.set", "drawer.opened"), _("Cash and drawer")),
    (("copy.sealed", "pro_forma.sealed"), _("Copies and pro formas")),
)
"""What is counted by itself, and what that is called."""

STEPS = (
    _("Sell as usual. What is sold lies safely in the till and is sent by itself later."),
    _("Close the day as usual."),
    _("The till may be switched off and on: it starts and sells without the office."),
    _("Look at the network if it lasts: is the cable in, is Wi-Fi on?"),
)


@require_GET
@at_the_till
def unsent(request: StaffRequest) -> HttpResponse:
    """The list, as it is now."""
    return _page(request, None)


@require_POST
@at_the_till
def unsent_try(request: StaffRequest) -> HttpResponse:
    """Try to reach the office now, and say what came of it."""
    answered = served().counter.refresh(TRY_TIMEOUT_S)
    if not answered:
        sentence = gettext("The office does not answer. The till tries again by itself.")
        return _page(request, Notice(sentence=sentence, level="warn"))
    return _page(request, Notice(sentence=gettext("The office has answered."), level="good"))


def _page(request: StaffRequest, notice: Notice | None) -> HttpResponse:
    counter = served().counter
    office = counter.office_state()
    away = office.level != "good"
    before = _before(request)
    rows, oldest = _rows(counter, before)
    screen = Unsent(
        frame=frame(request),
        level=LEVELS[office.level],
        state=words.state_sentence(office.code, office.since_s),
        advice=words.advice(office.code),
        facts=tuple(unsent_facts(counter)),
        away=away,
        works=tuple(_works(counter)) if away else (),
        steps=tuple(gettext(step) for step in STEPS) if away else (),
        notice=notice,
        rows=rows,
        older=f"?before={oldest}" if oldest else "",
        newest=reverse("till:unsent") if before < EVERY else "",
    )
    return render(request, "till/unsent.html", {"screen": screen})


def unsent_facts(counter: Counter) -> Iterator[tuple[str, str]]:
    """What waits for the office: how many of what, the age of the oldest, and what went wrong."""
    till, lane = counter.till, counter.upload_lane
    waiting = lane.unsent()
    yield gettext("Entries not sent yet"), str(waiting)
    if not waiting:
        return
    reader = counter.reader()
    # In this order: the head may grow meanwhile, what is acknowledged is never beyond it.
    after, through = till.acknowledged_seq, till.head.seq
    counts = lane.counts.of(reader, after, through)
    for kinds, name in COUNTED:
        if count := sum(counts.get(kind, 0) for kind in kinds):
            yield gettext(name), str(count)
    oldest_ms = reader.at_of(till.acknowledged_seq + 1)
    if oldest_ms:
        age_s = max(0, till.clock.now().utc_ms - oldest_ms) // 1000
        yield gettext("The oldest waits since"), age_words(age_s)
    if lane.fault:
        yield gettext("Last error"), office_fault(lane.fault)


def _before(request: StaffRequest) -> int:
    """The entry before which the list begins."""
    asked = request.GET.get("before", "")
    return min(int(asked), EVERY) if re.fullmatch(r"[0-9]{1,16}", asked) else EVERY


def _rows(counter: Counter, before: int) -> tuple[tuple[UnsentRow, ...], int]:
    """The newest that wait before an entry, and the oldest of them when there are more."""
    till, most = counter.till, LISTED_MOST
    found = counter.reader().latest_after(till.acknowledged_seq, before, ASKED_FOR, most + 1)
    now_ms = till.clock.now().utc_ms
    rows = tuple(_row(entry, now_ms) for entry in found[:most])
    return rows, found[most - 1].header.seq if len(found) > most else 0


def _row(entry: Entry, now_ms: int) -> UnsentRow:
    line = journal_line(entry, words.language())
    age_s = max(0, now_ms - entry.header.at_utc_ms) // 1000
    at = f"{line.day} {line.time}"
    return UnsentRow(what=line.what, at=at, figure=line.figure, age=age_words(age_s))


def age_words(seconds: int) -> str:
    """How long something waits: "40 s", "14 min", "3 h", "2 days"."""
    for size_s, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if count := seconds // size_s:
            if unit == "days":
                return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
            return f"{count} {unit}"
    return f"{seconds} s"


def _works(counter: Counter) -> Iterator[WorksNow]:
    """What can be done meanwhile: each way to pay by its rule, and what tills share."""
    unit = counter.unit_state()
    if unit.level == "bad":
        sentence = words.state_sentence(unit.code, unit.since_s)
        yield WorksNow(name=gettext("Selling"), level="bad", state=sentence)
    for method in counter.till.registers.methods:
        yield _method(counter, method)
    here = gettext("Only of receipts of this till.")
    yield WorksNow(name=gettext("Copies and returns"), level="warn", state=here)
    parked = gettext("Only those that were parked here.")
    yield WorksNow(name=gettext("Parked receipts"), level="warn", state=parked)


def _method(counter: Counter, method: PaymentMethod) -> WorksNow:
    most_minor = offline_most_minor(method)
    if most_minor == 0:
        return WorksNow(name=method.name, level="bad", state=gettext("Not without the office."))
    if most_minor is not None:
        sentence = gettext("Up to %(most)s at a time.") % {"most": grouped_amount(most_minor)}
        return WorksNow(name=method.name, level="warn", state=sentence)
    return WorksNow(name=method.name, level="good", state=gettext("Works."))


__all__ = ["age_words", "unsent", "unsent_facts", "unsent_try"]
