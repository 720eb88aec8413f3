"""The control unit's page: how it is, which one it is, trying and choosing, its faults."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitPlace
from skrin.packing import plain_name
from skrin.till.devices.units import KINDS, TCP, place_said
from skrin.till.flow import unit_choosing
from skrin.till.flow.unit_choosing import Tried
from skrin.till.ui import unit_facts, words
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.served import served
from skrin.till.ui.unit_screens import UnitAnswer, UnitForm, UnitKind, UnitPage

STATUS_REFUSED = 422
TEXT_MOST, ADDRESS_MOST = 80, 200

EXAMPLES = {
    "tcp": "192.168.1.20:5001",
    "serial": "/dev/ttyUSB0",
    "xccsp": "https://unit.example:8081/xccsp",
}

_tested: dict[str, UnitPlace] = {}
"""What was tested last at each till: no page carries a password back, so that of a unit that was
tested is known from here when it is used."""


@require_GET
@at_the_till
def unit(request: StaffRequest) -> HttpResponse:
    """How the control unit is; it is asked when the page is opened."""
    counter = served().counter
    counter.look_at_unit()
    _tested.pop(str(counter.till.file.path), None)  # The page shows the unit that is set again.
    return _page(request)


@require_POST
@at_the_till
def unit_test(request: StaffRequest) -> HttpResponse:
    """Ask the unit that was typed; nothing is changed."""
    till = served().counter.till
    try:
        if not unit_choosing.may_choose(till, request.person):
            raise Refusal("not_allowed")
        place = _typed(request)
        tried = unit_choosing.try_unit(till, place)
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    _tested[str(till.file.path)] = place
    return _page(request, form=_form_as_set(place), answer=_answer(tried))


@require_POST
@at_the_till
def unit_use(request: StaffRequest) -> HttpResponse:
    """Use the unit that was typed, from now on."""
    here = served()
    try:
        unit_choosing.use_unit(here.counter, here.device, request.person, _typed(request))
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    return HttpResponseRedirect(reverse("till:unit"))


@require_POST
@at_the_till
def unit_office(request: StaffRequest) -> HttpResponse:
    """Use the unit that the office names again."""
    here = served()
    try:
        unit_choosing.use_unit(here.counter, here.device, request.person, None)
    except Refusal as no:
        return _page(request, no=no)
    return HttpResponseRedirect(reverse("till:unit"))


@require_POST
@at_the_till
def unit_same_owner(request: StaffRequest) -> HttpResponse:
    """A person states that the company is the same, its number corrected."""
    try:
        unit_choosing.state_same_owner(served().counter, request.person)
    except Refusal as no:
        return _page(request, no=no)
    return HttpResponseRedirect(reverse("till:unit"))


@require_GET
@at_the_till
def unit_report(request: StaffRequest) -> HttpResponse:
    """The fault report as a text file."""
    response = HttpResponse(
        unit_facts.report(served().counter), content_type="text/plain; charset=utf-8"
    )
    name = plain_name(served().counter.till.identity.seat.designation)
    response.headers["Content-Disposition"] = f'attachment; filename="kontrollenhet-{name}.txt"'
    return response


def _page(
    request: StaffRequest,
    *,
    form: UnitForm | None = None,
    answer: UnitAnswer | None = None,
    no: Refusal | None = None,
) -> HttpResponse:
    here = served()
    counter, till = here.counter, here.counter.till
    state, fault = counter.unit_state(), counter.preflight.unit_fault
    said = words.unit_fault(fault) if fault else None
    chosen = here.device.unit_chosen(till.identity.seat.store)
    may = unit_choosing.may_choose(till, request.person)
    screen = UnitPage(
        frame=frame(request),
        level=LEVELS[state.level],
        state=said.what if said else words.state_sentence(state.code, state.since_s),
        advice=said.to_do if said else words.advice(state.code),
        facts=unit_facts.all_facts(counter),
        events=unit_facts.events(counter),
        report=unit_facts.report(counter),
        form=(form or _form_as_set(till.devices.unit_place)) if may else None,
        can_office=may and chosen is not None,
        answer=answer,
        former_owner=unit_facts.former_owner(counter),
        notice=zones.refused(no) if no and not (form and form.error) else None,
    )
    return render(
        request, "till/unit.html", {"screen": screen}, status=STATUS_REFUSED if no else 200
    )


def _answer(tried: Tried) -> UnitAnswer:
    """What a unit said when it was tried, in words."""
    facts = (
        *(unit_facts.identity_facts(tried.identity) if tried.identity else ()),
        *unit_facts.status_facts(tried.status),
    )
    if tried.fault:
        return UnitAnswer(level="bad", sentence=words.unit_sentence(tried.fault), facts=facts)
    assert tried.status is not None, "a unit without a fault has told how it is"
    to_do = words.unit_status(tried.status.main_status).to_do
    sentence = gettext("The control unit answers and registers.")
    level = LEVELS["warn" if to_do else "good"]
    return UnitAnswer(level=level, sentence=f"{sentence} {to_do}".rstrip(), facts=facts)


def _typed(request: StaffRequest) -> UnitPlace:
    """The place that was typed. A password that was left empty is the one that is set, or was
    tested, where user and address are the same."""
    of = request.POST
    user, password = of.get("user", "").strip()[:TEXT_MOST], of.get("password", "")[:TEXT_MOST]
    place = place_said(
        of.get("kind", ""),
        of.get("address", "")[:ADDRESS_MOST],
        user,
        password,
        of.get("ca_file", "").strip()[:ADDRESS_MOST],
        skips_zero=of.get("skips_zero") == "yes",
    )
    till = served().counter.till
    for known in (_tested.get(str(till.file.path)), till.devices.unit_place):
        if known and not place.password and _same_login(known, place):
            place = replace(place, password=known.password)
    return place


def _same_login(one: UnitPlace, other: UnitPlace) -> bool:
    return (one.address, one.user) == (other.address, other.user)


def _form_as_set(place: UnitPlace | None) -> UnitForm:
    if place is None:
        return UnitForm(kinds=_kinds(TCP))
    return UnitForm(
        kinds=_kinds(place.kind),
        address=place.address,
        user=place.user,
        has_password=bool(place.password),
        ca_file=place.ca_file,
        skips_zero=place.skips_zero,
    )


def _form_as_typed(request: StaffRequest, no: Refusal) -> UnitForm:
    of = request.POST
    wrong = no.code.startswith("unit_")
    return UnitForm(
        kinds=_kinds(of.get("kind", "")),
        address=of.get("address", "")[:ADDRESS_MOST],
        user=of.get("user", "")[:TEXT_MOST],
        ca_file=of.get("ca_file", "")[:ADDRESS_MOST],
        skips_zero=of.get("skips_zero") == "yes",
        error=words.refusal_sentence(no) if wrong else "",
    )


def _kinds(selected: str) -> tuple[UnitKind, ...]:
    return tuple(
        UnitKind(
            value=kind,
            name=unit_facts.kind_name(kind),
            example=EXAMPLES[kind],
            selected=kind == selected,
        )
        for kind in KINDS
    )
