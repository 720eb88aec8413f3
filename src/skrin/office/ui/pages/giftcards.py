"""Gift cards: which there are, what is owed, one card's story, blocking, bringing cards in."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skrin.domain.giftcard import (
    ISSUED,
    REDEEMED,
    REFUNDED,
    TAKEN_BACK,
    TOPPED_UP,
    is_over,
    masked,
)
from skrin.domain.money import parse_amount
from skrin.domain.payment import GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.office.giftcards import actions, queries
from skrin.office.giftcards.queries import Card, Event
from skrin.office.paymentsystems import actions as settings
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.people import queries as people
from skrin.office.publication import actions as publication
from skrin.office.receipts.queries import PAGE_ROWS
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.ui import screens
from skrin.office.ui.card_screens import CardEvent, CardRow, GiftCard, GiftCards, Owed, Validity
from skrin.office.ui.doors import Visit
from skrin.office.ui.filters import asked
from skrin.office.ui.pages.sales import pager
from skrin.office.ui.screens import Level
from skrin.office.ui.words import money, rate, whole

FILE_MOST_BYTES = 4 * 1024 * 1024


def list_page(
    visit: Visit, notice: str = "", error: str = "", validity: tuple[Validity, ...] = ()
) -> GiftCards:
    """The cards of the company, newest first; those whose code ends with what is searched. What is
    owed now, and at the end of the day that the address asks for."""
    wanted = asked(visit, search=True)
    tail = wanted.query.replace("*", "").strip()
    found, total = queries.listed(visit.company, tail, wanted.offset, PAGE_ROWS)
    text = visit.request.GET.get("day", "")[:10]
    day, day_error = _asked_day(visit, text)
    return GiftCards(
        frame=visit.frame("money"),
        filter=screens.Filter(query=wanted.query),
        owed=_owed(visit, day),
        day=text,
        day_error=day_error,
        count=whole(total),
        validity=validity or _validity(visit),
        rows=tuple(_row(visit, card) for card in found),
        pager=pager(wanted, len(found), total),
        notice=notice,
        error=error,
    )


def _asked_day(visit: Visit, text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, _("Write the dates as 2025-11-19.")
    return (day, "") if day <= visit.today else (None, _("That day has not come yet."))


def _owed(visit: Visit, day: date | None) -> tuple[Owed, ...]:
    found = [_owed_at(visit, _("What the shop owes holders of gift cards now"), None)]
    if day is not None:
        label = _("What it owed at the end of %(day)s") % {"day": day.isoformat()}
        found.append(_owed_at(visit, label, _end_of(visit, day)))
    return tuple(found)


def _owed_at(visit: Visit, label: str, before_ms: int | None) -> Owed:
    taxed_minor = queries.liability(visit.company, before_ms, taxed=True)
    return Owed(
        label=label,
        amount=money(queries.liability(visit.company, before_ms)),
        taxed=money(taxed_minor) if taxed_minor else "",
    )


def _end_of(visit: Visit, day: date) -> int:
    """When a business day ends: at the day break of the next, by the company's clock (D6)."""
    zone, break_min = ZoneInfo(visit.time_zone), visit.day_break_min
    clock = time(break_min // 60, break_min % 60)
    return int(datetime.combine(day + timedelta(days=1), clock, zone).timestamp() * 1000)


def _validity(visit: Visit) -> tuple[Validity, ...]:
    return tuple(
        Validity(method=one.id, name=one.name, months=str(one.valid_months))
        for one in paymentsystems.methods(visit.company)
        if one.kind == GIFT_CARD
    )


def change_validity(visit: Visit) -> GiftCards:
    """Set for how long new cards hold, and publish it to the tills. A page without `notice`
    changed nothing. Raises `Http404` for a method that is no gift card's."""
    form = visit.request.POST
    typed, method = form.get("months", "").strip()[:6], form.get("method", "")[:9]
    kept = _validity(visit)
    if not any(str(one.method) == method for one in kept):
        raise Http404
    try:
        months = int(typed) if typed.isascii() and typed.isdecimal() else -1
        settings.set_validity(visit.company, int(method), months)
    except Refusal as no:
        fault = _("Write a number of months from 0 to %(most)s.") % {"most": no.values["most"]}
        wrong = [
            replace(one, months=typed, error=fault) if str(one.method) == method else one
            for one in kept
        ]
        return list_page(visit, validity=tuple(wrong))
    publication.publish_everywhere(visit.company)
    if not months:
        return list_page(visit, _("New gift cards have no last day."))
    return list_page(visit, _("New gift cards hold for %(n)s months.") % {"n": months})


def _row(visit: Visit, card: Card) -> CardRow:
    level, state = _state(visit, card)
    return CardRow(
        name=masked(card.tail),
        url=reverse("office:gift_card", args=[card.key]),
        made=_day(visit, card.made_at_ms),
        balance=money(card.balance),
        free=money(card.free),
        held=money(card.held),
        used=money(card.used),
        valid_until=card.valid_until,
        level=level,
        state=state,
    )


def _state(visit: Visit, card: Card) -> tuple[Level, str]:
    if card.blocked:
        return "bad", _("Blocked")
    if is_over(card.valid_until, visit.today.isoformat()):
        return "warn", _("Expired")
    if not card.total:
        return "quiet", _("Not sold yet")
    return ("good", _("In use")) if card.balance else ("quiet", _("Used up"))


def _local(visit: Visit, at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(ZoneInfo(visit.time_zone))


def _day(visit: Visit, at_ms: int) -> str:
    return _local(visit, at_ms).date().isoformat()


def card_page(
    visit: Visit, key: str, notice: str = "", amount: str = "", error: str = ""
) -> GiftCard:
    """One card and all that happened to it. Raises `Http404`."""
    card = queries.card(visit.company, key)
    if card is None:
        raise Http404
    level, state = _state(visit, card)
    history, registers = queries.history(visit.company, key), tills.Registers(visit.company)
    registers.ask(one.register for one in history)
    return GiftCard(
        frame=visit.frame("money"),
        name=_("Gift card %(tail)s") % {"tail": masked(card.tail)},
        balance=money(card.balance),
        level=level,
        state=state,
        facts=_facts(visit, card),
        events=tuple(_event(visit, one, registers) for one in history),
        blocked=card.blocked,
        notice=notice,
        amount=amount,
        error=error,
    )


def _facts(visit: Visit, card: Card) -> tuple[tuple[str, str], ...]:
    store = tenancy.store_names(visit.company).get(card.store, "")
    from_file = card.source == actions.BY_IMPORT
    source = _("Brought in from a file") if from_file else _("Sold at a till")
    single = _("Single-purpose, VAT %(rate)s paid when sold") % {"rate": rate(card.rate_bp)}
    kind = single if card.rate_bp else _("Multi-purpose, VAT when goods are sold for it")
    return (
        (_("Can be used now"), f"{money(card.free)} {card.currency}"),
        (_("At tills"), money(card.held)),
        (_("Used"), money(card.used)),
        (_("Valid to"), card.valid_until or "-"),
        (_("Kind"), kind),
        (_("Where it came from"), f"{source} {store}".strip()),
    )


def _event(visit: Visit, event: Event, registers: tills.Registers) -> CardEvent:
    register = registers.called(event.register)
    person = people.display_name(visit.company, event.person) if event.person else ""
    where = ", ".join(filter(None, (register or _("The office"), person)))
    return CardEvent(
        when=_local(visit, event.at_ms).strftime("%Y-%m-%d %H:%M"),
        what=_said().get(event.what, event.what),
        where=where,
        amount=money(event.amount) if event.amount else "",
    )


def _said() -> dict[str, str]:
    return {
        ISSUED: pgettext("gift card", "Sold"),
        TOPPED_UP: _("Topped up"),
        REFUNDED: _("Paid back to the card"),
        TAKEN_BACK: _("Taken back"),
        REDEEMED: _("Paid with"),
        actions.IMPORTED: _("Brought in"),
        actions.CREDITED: _("Put on by the office"),
        actions.IS_BLOCKED: _("Blocked"),
        actions.UNBLOCKED: _("Unblocked"),
    }


def change_card(visit: Visit, key: str) -> GiftCard:
    """Block the card, let it be used again, or put money on it at the shop's cost. A page without
    `notice` changed nothing. Raises `Http404`."""
    form = visit.request.POST
    who, now_ms = str(visit.member.member_id), visit.now_ms
    what = form.get("what", "")
    if queries.card(visit.company, key) is None:
        raise Http404
    if what in ("block", "unblock"):
        actions.block(visit.company, key, what == "block", who, now_ms)
        said = _("The card is blocked.") if what == "block" else _("The card can be used again.")
        return card_page(visit, key, said)
    typed = form.get("amount", "").strip()[:20]
    try:
        amount_minor = parse_amount(typed)
    except Refusal:
        return card_page(visit, key, amount=typed, error=_("That is not an amount."))
    actions.credit_anew(visit.company, key, amount_minor, who, now_ms)
    notice = _("%(amount)s was put on the card.") % {"amount": money(amount_minor)}
    return card_page(visit, key, notice)


def bring_in(visit: Visit) -> GiftCards:
    """Take cards over out of a file, all or none. A page without `notice` changed nothing."""
    file = visit.request.FILES.get("file")
    if file is None or not file.size or file.size > FILE_MOST_BYTES:
        return list_page(visit, error=_("Choose a file first."))
    try:
        forms = cards_of(file.read())
        count = actions.bring_in(visit.company, forms, str(visit.member.member_id), visit.now_ms)
    except Refusal as no:
        return list_page(visit, error=_sentence(no))
    return list_page(visit, _("%(n)s cards were brought in.") % {"n": count})


def cards_of(content: bytes) -> list[actions.CardForm]:
    """The cards of a CSV file (UTF-8 or Latin-1; comma, semicolon or tab). Raises `Refusal`:
    `no_columns`, `no_amount`, `no_day`, each row counted from 1 without the heading."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    columns = {str(name).strip().lower(): name for name in rows.fieldnames or ()}
    if not {"code", "balance"} <= set(columns):
        raise Refusal("no_columns")
    forms = []
    for place, row in enumerate(rows, start=1):
        cells = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        forms.append(_form(cells, place))
    return forms


def _form(cells: dict[str, str], place: int) -> actions.CardForm:
    try:
        balance_minor = parse_amount(cells["balance"], zero_ok=True)
    except Refusal as no:
        raise Refusal("no_amount", place=place) from no
    until = cells.get("valid_until", "")
    try:
        until = date.fromisoformat(until).isoformat() if until else ""
    except ValueError as no:
        raise Refusal("no_day", place=place) from no
    return actions.CardForm(cells["code"], balance_minor, until)


def _sentence(no: Refusal) -> str:
    # Rows as a spreadsheet numbers them: the heading is the first.
    place = no.values.get("place", 0)
    row = {"row": str(int(place) + 1), "most": str(no.values.get("most", ""))}
    return {
        "card_code_unusable": _("Row %(row)s has a code that cannot be used."),
        "card_there": _("Row %(row)s: that card is here already. Nothing was brought in."),
        "no_amount": _("Row %(row)s has a balance that is no amount."),
        "no_day": _("Row %(row)s has a last day that is no date (YYYY-MM-DD)."),
        "no_columns": _("The file has no columns code and balance."),
        "card_too_many": _("At most %(most)s cards at a time."),
    }[no.code] % row
