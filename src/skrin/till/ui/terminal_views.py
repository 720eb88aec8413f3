"""The card terminals' page: which there are, how they are, trying, adding, changing, removing."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.card_terminal import BY_OFFICE, BY_TILL, CA_MOST, NEXO_JSON, PROTOCOLS
from skrin.domain.refusal import Refusal
from skrin.sync.messages import CardTerminalSettings
from skrin.till.flow.terminal_choosing import TerminalChoice, TriedTerminal
from skrin.till.ui import terminal_words, words
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.served import served
from skrin.till.ui.terminal_screens import (
    Field,
    TerminalAnswer,
    TerminalForm,
    TerminalRow,
    TerminalsPage,
)
from skrin.till.ui.unit_screens import UnitKind

STATUS_REFUSED = 422
TEXT_MOST = 80

FIELDS: dict[str, Field] = {
    "card_terminal_protocol_unknown": "protocol",
    "card_terminal_id_unreadable": "card_terminal",
    "card_terminal_twice": "card_terminal",
    "card_terminal_address_unreadable": "address",
    "card_terminal_certificate_wanted": "ca",
    "card_terminal_certificate_unreadable": "ca",
}
"""Where in the form a refusal is shown."""


@require_GET
@at_the_till
def card_terminals(request: StaffRequest) -> HttpResponse:
    """The terminals of this till, and the form for another or (`change`) for one of them."""
    changed = request.GET.get("change", "")[:TEXT_MOST]
    known = _known(changed)
    return _page(request, form=_form_of(known, changed) if known else None)


@require_POST
@at_the_till
def terminal_try(request: StaffRequest) -> HttpResponse:
    """Ask a terminal of the list (`known`), or what was typed; nothing is changed."""
    choice = _choice()
    named = request.POST.get("known", "")[:TEXT_MOST]
    try:
        if not choice.may_choose(request.person):
            raise Refusal("not_allowed")
        known = _known(named)
        if named and known is None:
            raise Refusal("card_terminal_gone")
        tried = choice.try_it(known or _typed(request))
    except Refusal as no:
        return _page(request, form=None if named else _form_as_typed(request, no), no=no)
    answer = _answer(tried)
    if named:
        return _page(request, answers={named: answer})
    return _page(request, form=replace(_form_as_typed(request), answer=answer))


@require_POST
@at_the_till
def terminal_use(request: StaffRequest) -> HttpResponse:
    """Use the terminal that was typed, from now on: a new one, or in the place of `before`."""
    before = request.POST.get("before", "")[:TEXT_MOST]
    try:
        _choice().put(request.person, _typed(request), before)
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    return _back()


@require_POST
@at_the_till
def terminal_remove(request: StaffRequest) -> HttpResponse:
    """Use a terminal no longer."""
    try:
        _choice().remove(request.person, request.POST.get("known", "")[:TEXT_MOST])
    except Refusal as no:
        return _page(request, no=no)
    return _back()


@require_POST
@at_the_till
def terminal_office(request: StaffRequest) -> HttpResponse:
    """Use the terminals that the office names again."""
    try:
        _choice().use_offices(request.person)
    except Refusal as no:
        return _page(request, no=no)
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("till:card_terminals"))


def _choice() -> TerminalChoice:
    choice = served().counter.terminals
    if choice is None:  # A till whose terminals are given to it whole, as in a simulated town.
        raise Http404
    return choice


def _known(card_terminal_id: str) -> CardTerminalSettings | None:
    named = (one for one in _choice().in_use if one.card_terminal_id == card_terminal_id)
    return next(named, None)


def _page(
    request: StaffRequest,
    *,
    form: TerminalForm | None = None,
    answers: dict[str, TerminalAnswer] | None = None,
    no: Refusal | None = None,
) -> HttpResponse:
    choice = _choice()
    may = choice.may_choose(request.person)
    screen = TerminalsPage(
        frame=frame(request),
        rows=tuple(_row(one, answers or {}) for one in choice.in_use),
        named_by=_named_by(choice),
        form=(form or TerminalForm(protocols=_protocols(NEXO_JSON))) if may else None,
        can_office=may and choice.chosen_here,
        notice=zones.refused(no) if no and not (form and form.error) else None,
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/card_terminals.html", {"screen": screen}, status=status)


def _named_by(choice: TerminalChoice) -> str:
    named_by = choice.wanted()[1]
    if named_by == BY_TILL:
        return gettext("They were set here, at the till.")
    if named_by == BY_OFFICE:
        return gettext("The office names them.")
    return gettext("They came with the till.")


def _row(one: CardTerminalSettings, answers: dict[str, TerminalAnswer]) -> TerminalRow:
    counter = served().counter
    there = {named.card_terminal_id: said for named, said in counter.terminal_states()}
    device = counter.till.devices.terminal_of(one.card_terminal_id)
    said = there.get(one.card_terminal_id)
    if device is None:
        state, level = "card_terminal_unusable", LEVELS["bad"]
    else:
        state = f"card_terminal_{said.state}" if said else "card_terminal_asked"
        well = said is None or said.state in ("ready", "busy")
        level = LEVELS["good" if well else "warn"]
    return TerminalRow(
        value=one.card_terminal_id,
        name=one.name or one.card_terminal_id,
        level=level,
        state=words.state_sentence(state),
        facts=terminal_words.facts(one, device.serial if device else ""),
        answer=answers.get(one.card_terminal_id),
    )


def _answer(tried: TriedTerminal) -> TerminalAnswer:
    level, sentence = terminal_words.answer(tried)
    facts = terminal_words.identity_facts(tried.identity)
    return TerminalAnswer(level=level, sentence=sentence, facts=facts)


def _typed(request: StaffRequest) -> CardTerminalSettings:
    of = request.POST

    def text(name: str, most: int = TEXT_MOST) -> str:
        return of.get(name, "")[:most]

    return CardTerminalSettings(
        text("card_terminal"),
        text("address"),
        text("name"),
        text("protocol"),
        text("ca", CA_MOST),
        text("provider"),
        text("provider_phone"),
    )


def _form_of(one: CardTerminalSettings, before: str) -> TerminalForm:
    return TerminalForm(
        protocols=_protocols(one.protocol),
        before=before,
        address=one.address,
        card_terminal=one.card_terminal_id,
        name=one.name,
        ca=one.ca,
        provider=one.provider,
        provider_phone=one.provider_phone,
    )


def _form_as_typed(request: StaffRequest, no: Refusal | None = None) -> TerminalForm:
    form = _form_of(_typed(request), request.POST.get("before", "")[:TEXT_MOST])
    field = FIELDS.get(no.code, "") if no else ""
    if no is None or not field:
        return form
    return replace(form, error=words.refusal_sentence(no), field=field)


def _protocols(selected: str) -> tuple[UnitKind, ...]:
    return tuple(
        UnitKind(
            value=protocol,
            name=terminal_words.protocol_name(protocol),
            example=terminal_words.EXAMPLES[protocol],
            selected=protocol == selected,
        )
        for protocol in PROTOCOLS
    )
