"""Card payments: what a card method does, and which card terminals the tills of a store have."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.card_terminal import CA_MOST, EPAS, NEXO_JSON, NEXO_XML, PROTOCOLS
from skrin.domain.payment import CARD
from skrin.domain.refusal import Refusal
from skrin.office.paymentsystems import actions
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.publication import actions as publication
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.ui.card_payment_screens import (
    CardMethod,
    CardPayments,
    Field,
    StoreTerminals,
    TerminalForm,
)
from skrin.office.ui.doors import Visit
from skrin.office.ui.screens import Choice, Link
from skrin.office.ui.words import language
from skrin.sync.messages import CardTerminalSettings, StoreCardTerminal

TEXT_MOST = 80

FIELDS: dict[str, Field] = {
    "card_terminal_id_unreadable": "card_terminal",
    "card_terminal_twice": "card_terminal",
    "card_terminal_address_unreadable": "address",
    "card_terminal_certificate_wanted": "ca",
    "card_terminal_certificate_unreadable": "ca",
}


def payments_page(visit: Visit, notice: str = "") -> CardPayments:
    """The rules of each card method, and the stores."""
    return CardPayments(
        frame=visit.frame("settings"),
        methods=tuple(
            CardMethod(
                number=one.id,
                name=one.names.get(language(), one.name),
                partial=one.partial,
                tips=one.tips,
                provider=one.provider,
                provider_phone=one.provider_phone,
            )
            for one in paymentsystems.methods(visit.company)
            if one.kind == CARD
        ),
        stores=tuple(
            Link(label=store.name, url=reverse("office:card_terminals", args=(store.number,)))
            for store in tenancy.stores(visit.company)
            if visit.member.may_see(store.number)
        ),
        notice=notice,
    )


def save_method(visit: Visit) -> CardPayments:
    """Set what a card method does; the tills hear of it at once. Raises `Http404`."""
    sent = visit.request.POST
    number = sent.get("method", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Http404
    try:
        actions.set_card_rules(
            visit.company,
            int(number),
            tips=sent.get("tips") == "yes",
            partial=sent.get("partial") != "no",
            provider=sent.get("provider", "")[:TEXT_MOST],
            phone=sent.get("provider_phone", "")[:TEXT_MOST],
        )
    except Refusal as no:
        raise Http404 from no
    publication.publish_everywhere(visit.company)
    return payments_page(visit, _saved())


def terminals_page(visit: Visit, store: int, notice: str = "", error: str = "") -> StoreTerminals:
    """The card terminals of a store. Raises `Http404`."""
    named = {one.number: one.name for one in tenancy.stores(visit.company)}
    if store not in named or not visit.member.may_see(store):
        raise Http404
    known = paymentsystems.card_terminals(visit.company, store)
    new = StoreCardTerminal(0, "", 0, CardTerminalSettings("", ""))
    return StoreTerminals(
        frame=visit.frame("settings"),
        store=store,
        store_name=named[store],
        forms=tuple(_form(visit, store, one) for one in (*known, new)),
        notice=notice,
        error=error,
    )


def save_terminal(visit: Visit, store: int) -> StoreTerminals:
    """Make, change or take away a card terminal; the tills hear of it at once. A page without
    `notice` changed nothing. Raises `Http404`."""
    page = terminals_page(visit, store)
    sent = visit.request.POST
    typed = sent.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    if sent.get("what") == "remove":
        actions.remove_card_terminal(visit.company, store, number)
        publication.publish_everywhere(visit.company)
        return terminals_page(visit, store, _("Removed. Tills that are connected know in seconds."))
    said, designation = _typed(visit), sent.get("designation", "")
    if designation not in {choice.value for choice in _tills(visit, store, "")}:
        designation = ""
    try:
        actions.set_card_terminal(visit.company, store, designation, said, number)
    except Refusal as no:
        return _as_typed(visit, page, StoreCardTerminal(number, designation, 0, said), no)
    publication.publish_everywhere(visit.company)
    return terminals_page(visit, store, _saved())


def _saved() -> str:
    return _("Saved. Tills that are connected have it in seconds.")


def _as_typed(
    visit: Visit, page: StoreTerminals, typed: StoreCardTerminal, no: Refusal
) -> StoreTerminals:
    """The page with what was typed, and what is wrong with it."""
    field, sentence = FIELDS.get(no.code, ""), _sentence(no)
    if not field:
        page = replace(page, error=sentence)
    wrong = replace(_form(visit, page.store, typed), error=sentence if field else "", field=field)
    forms = (wrong if form.number == typed.id else form for form in page.forms)
    return replace(page, forms=tuple(forms))


def _sentence(no: Refusal) -> str:
    said = {
        "card_terminal_protocol_unknown": _("Choose what the card terminal speaks."),
        "card_terminal_id_unreadable": _(
            "“%(typed)s” is no terminal id. It stands in the payment provider's papers: letters,"
            " digits, and signs like -."
        ),
        "card_terminal_address_unreadable": _(
            "“%(typed)s” is no address of a card terminal. Type its number and port, like"
            " 192.168.1.30:8443."
        ),
        "card_terminal_certificate_wanted": _(
            "This terminal is spoken to over TLS only. Paste the certificate of its authority."
        ),
        "card_terminal_certificate_unreadable": _(
            "That is no certificate. Paste it whole, with its first and last line."
        ),
        "card_terminal_twice": _("Card terminal %(typed)s is there already. Change that one."),
        "card_terminal_gone": _("That card terminal was taken away meanwhile."),
        "card_terminals_too_many": _("At most %(most)s card terminals. Remove one first."),
    }
    return said[no.code] % no.values


def _typed(visit: Visit) -> CardTerminalSettings:
    sent = visit.request.POST

    def text(name: str, most: int = TEXT_MOST) -> str:
        return sent.get(name, "").replace("\0", "")[:most]

    return CardTerminalSettings(
        text("card_terminal"),
        text("address"),
        text("name"),
        text("protocol"),
        text("ca", CA_MOST + 1),
        text("provider"),
        text("provider_phone"),
    )


def _form(visit: Visit, store: int, one: StoreCardTerminal) -> TerminalForm:
    terminal = one.terminal
    title = terminal.name or terminal.card_terminal_id
    return TerminalForm(
        number=one.id,
        title=title if one.id else _("Add a card terminal"),
        tills=_tills(visit, store, one.designation),
        protocols=_protocols(terminal.protocol),
        address=terminal.address,
        card_terminal=terminal.card_terminal_id,
        name=terminal.name,
        ca=terminal.ca,
        provider=terminal.provider,
        provider_phone=terminal.provider_phone,
    )


def _tills(visit: Visit, store: int, selected: str) -> tuple[Choice, ...]:
    found = [
        Choice(
            value=seat.designation,
            name=f"{seat.designation} {seat.label}",
            selected=seat.designation == selected,
        )
        for seat in tills.seats(visit.company)
        if seat.store == store and (not seat.retired or seat.designation == selected)
    ]
    every = Choice(value="", name=_("Every till of the store"), selected=not selected)
    return (every, *found)


def _protocols(selected: str) -> tuple[Choice, ...]:
    names = {
        NEXO_JSON: _("nexo (JSON over TLS)"),
        EPAS: _("EPAS (XML over TCP)"),
        NEXO_XML: _("nexo (XML over HTTP)"),
    }
    return tuple(Choice(value=one, name=names[one], selected=one == selected) for one in PROTOCOLS)
