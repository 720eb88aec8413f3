"""The printers' page: which there are, how they are, trying, adding, changing, using another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain import printer as rules
from skrin.domain.printer import PrinterPlace
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.devices.contract import BLOCKING_CONDITIONS, OUT, PAPER_LOW, PrintResult
from skrin.till.flow.counter import Counter
from skrin.till.flow.printer_choosing import PrinterChoice
from skrin.till.flow.self_test import Result
from skrin.till.ui import device_words, words
from skrin.till.ui import zone as zones
from skrin.till.ui.answers import cart_view
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.printer_screens import Field, PrinterForm, PrinterRow, PrintersPage
from skrin.till.ui.screens import Choice
from skrin.till.ui.served import served
from skrin.till.ui.unit_screens import UnitAnswer, UnitKind

STATUS_REFUSED = 422

FIELDS: dict[str, Field] = {
    "printer_kind_unknown": "kind",
    "printer_address_unreadable": "address",
    "printer_twice": "address",
    "printer_paper_unknown": "paper",
}
"""Where in the form a refusal is shown."""


@require_GET
@at_the_till
def printers(request: StaffRequest) -> HttpResponse:
    """The printers of this till, each asked how it is; the form for another or (`change`) for one
    of them."""
    place = _known(request.GET.get("change", ""))
    return _page(request, form=_form_of(place, place.address) if place else None)


@require_POST
@at_the_till
def printer_try(request: StaffRequest) -> HttpResponse:
    """Print a test page: on a printer of the list (`known`), or on what was typed."""
    named = request.POST.get("known", "")[: rules.ADDRESS_MOST]
    try:
        place = _known(named)
        if named and place is None:
            raise Refusal("printer_gone")
        tried = _choice().try_it(request.person, place or _typed(request), words.language())
    except Refusal as no:
        return _page(request, form=None if named else _form_as_typed(request, no), no=no)
    answer = _answer(tried)
    if named:
        return _page(request, answers={named: answer})
    return _page(request, form=replace(_form_as_typed(request), answer=answer))


@require_POST
@at_the_till
def printer_put(request: StaffRequest) -> HttpResponse:
    """Add the printer that was typed, or put it in the place of `before`."""
    before = request.POST.get("before", "")[: rules.ADDRESS_MOST]
    try:
        _choice().put(request.person, _typed(request), before)
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    return _back()


@require_POST
@at_the_till
def printer_use(request: StaffRequest) -> HttpResponse:
    """Let documents go to this printer from now on, from its page."""
    return _done(request, _choice().use)


@require_POST
@at_the_till
def printer_remove(request: StaffRequest) -> HttpResponse:
    """Use a printer no longer."""
    return _done(request, _choice().remove)


@require_POST
@at_the_till
def printer_office(request: StaffRequest) -> HttpResponse:
    """What was set here is forgotten; what the office names counts again."""
    return _done(request, lambda person, _: _choice().use_named(person))


@cart_view
def print_there(request: StaffRequest, counter: Counter) -> None:
    """While selling: let documents go to another printer, also the one that waits."""
    _choice().use(request.person, request.POST.get("address", "")[: rules.ADDRESS_MOST])
    counter.settle()


def _done(request: StaffRequest, act: Callable[[Person, str], None]) -> HttpResponse:
    """Do it with the printer that the form points at; the page, or why not."""
    try:
        act(request.person, request.POST.get("known", "")[: rules.ADDRESS_MOST])
    except Refusal as no:
        return _page(request, no=no)
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("till:printers"))


def _choice() -> PrinterChoice:
    choice = served().counter.printers
    if choice is None:  # A till whose printer is given to it whole, as in a simulated town.
        raise Http404
    return choice


def _known(address: str) -> PrinterPlace | None:
    return next((one for one in _choice().printers if one.address == address), None)


def _page(
    request: StaffRequest,
    *,
    form: PrinterForm | None = None,
    answers: dict[str, UnitAnswer] | None = None,
    no: Refusal | None = None,
) -> HttpResponse:
    choice = _choice()
    may = choice.may_choose(request.person)
    screen = PrintersPage(
        frame=frame(request),
        rows=tuple(_row(choice, one, answers or {}) for one in choice.printers),
        form=(form or _form_of(PrinterPlace(rules.TCP, ""))) if may else None,
        can_office=may and choice.chosen_here and choice.named is not None,
        notice=zones.refused(no) if no and not (form and form.error) else None,
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/printers.html", {"screen": screen}, status=status)


def _row(choice: PrinterChoice, one: PrinterPlace, answers: dict[str, UnitAnswer]) -> PrinterRow:
    condition = choice.condition_of(one)
    level = "bad" if condition in BLOCKING_CONDITIONS else "good"
    code = f"printer_{condition}"
    return PrinterRow(
        value=one.address,
        name=one.shown,
        level=LEVELS["warn" if condition == PAPER_LOW else level],
        state=words.state_sentence(code),
        advice=words.advice(code),
        facts=device_words.printer_facts(one),
        in_use=one == choice.in_use,
        answer=answers.get(one.address),
    )


def _answer(tried: PrintResult) -> UnitAnswer:
    if tried.outcome == OUT:
        came = Result("good", "page_out")
        said = device_words.result_sentence(came), device_words.result_advice(came)
        return UnitAnswer(level="good", sentence=" ".join(said))
    code = f"printer_{tried.condition}"
    sentence = f"{words.state_sentence(code)} {words.advice(code)}".rstrip()
    return UnitAnswer(level="bad", sentence=sentence)


def _typed(request: StaffRequest) -> PrinterPlace:
    of = request.POST
    columns = of.get("columns", "")
    return PrinterPlace(
        of.get("kind", "")[:10],
        of.get("address", "").strip()[: rules.ADDRESS_MOST + 1],
        of.get("name", "")[:80],
        int(columns) if columns.isascii() and columns.isdecimal() and len(columns) < 4 else 0,
        of.get("code_page", "")[:10],
        of.get("shared") == "yes",
    )


def _form_of(one: PrinterPlace, before: str = "") -> PrinterForm:
    return PrinterForm(
        kinds=tuple(
            UnitKind(
                value=kind,
                name=gettext(device_words.PRINTER_KINDS[kind]),
                example=device_words.PRINTER_EXAMPLES[kind],
                selected=kind == one.kind,
            )
            for kind in rules.KINDS
        ),
        columns=tuple(
            Choice(
                value=str(columns),
                name=gettext(device_words.PAPERS[columns]),
                selected=columns == one.columns,
            )
            for columns in rules.COLUMNS
        ),
        code_pages=tuple(
            Choice(value=page, name=page.upper(), selected=page == one.code_page)
            for page in rules.CODE_PAGES
        ),
        before=before,
        address=one.address,
        name=one.name,
        shared=one.shared,
    )


def _form_as_typed(request: StaffRequest, no: Refusal | None = None) -> PrinterForm:
    form = _form_of(_typed(request), request.POST.get("before", "")[: rules.ADDRESS_MOST])
    field = FIELDS.get(no.code, "") if no else ""
    if no is None or not field:
        return form
    return replace(form, error=words.refusal_sentence(no), field=field)
