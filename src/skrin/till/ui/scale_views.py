"""The scale: asked while selling, and its page, where it is tried, set and taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain import scale as rules
from skrin.domain.refusal import Refusal
from skrin.domain.scale import ScalePlace
from skrin.sync.messages import Person
from skrin.till.devices.contract import SCALE_MOVES, NotWeighed
from skrin.till.flow.counter import Counter, PartState
from skrin.till.flow.scale_choosing import ScaleChoice
from skrin.till.ui import scale_words, words
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.scale_screens import Field, ScaleForm, ScalePage
from skrin.till.ui.served import served
from skrin.till.ui.unit_screens import UnitAnswer, UnitKind

STATUS_REFUSED = 422

FIELDS: dict[str, Field] = {
    "scale_protocol_unknown": "protocol",
    "scale_address_unreadable": "address",
}
"""Where in the form a refusal is shown."""


# While selling.


@require_POST
@at_the_till
def weigh(request: StaffRequest) -> HttpResponse:
    """Ask the scale. JSON: `state` "weighed" with an `id` for what stood still, "moves" (ask
    again), "no"; and a `sentence`."""
    try:
        found = _choice().weigh()
    except NotWeighed as no:
        state = "moves" if no.code == SCALE_MOVES else "no"
        sentence = gettext(scale_words.WHEN_SELLING[no.code])
        return JsonResponse({"state": state, "sentence": sentence})
    except Refusal as no:
        return JsonResponse({"state": "no", "sentence": words.refusal_sentence(no)})
    sentence = scale_words.weight_text(found.net_g)
    return JsonResponse({"state": "weighed", "id": found.id, "sentence": sentence})


def weighed(counter: Counter, article_id: int, weighing_id: str) -> int:
    """What was weighed in thousandths of the article's unit. Refused: `weighing_gone`,
    `article_unknown`."""
    article = counter.till.registers.articles.get(article_id)
    if article is None or not rules.is_weight(article.unit, article.decimals):
        raise Refusal("article_unknown")
    return rules.quantity_of(_choice().take(weighing_id), article.unit)


# Its page.


def scale_state(counter: Counter) -> PartState | None:
    """The scale, by what it said last; None where there is none."""
    told = counter.scale.told() if counter.scale else None
    return PartState(*told) if told else None


@require_GET
@at_the_till
def scale(request: StaffRequest) -> HttpResponse:
    """The scale of this till, asked how it is."""
    return _page(request)


@require_POST
@at_the_till
def scale_try(request: StaffRequest) -> HttpResponse:
    """Ask the scale that was typed what lies on it; nothing is changed."""
    try:
        answer = _tried(request.person, _typed(request))
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    return _page(request, form=replace(_form_as_typed(request), answer=answer))


@require_POST
@at_the_till
def scale_put(request: StaffRequest) -> HttpResponse:
    """Use the scale that was typed from now on."""
    try:
        _choice().put(request.person, _typed(request))
    except Refusal as no:
        return _page(request, form=_form_as_typed(request, no), no=no)
    return HttpResponseRedirect(reverse("till:scale"))


@require_POST
@at_the_till
def scale_remove(request: StaffRequest) -> HttpResponse:
    """Use no scale from now on."""
    return _done(request, _choice().remove)


@require_POST
@at_the_till
def scale_office(request: StaffRequest) -> HttpResponse:
    """What was set here is forgotten; what the office names counts again."""
    return _done(request, _choice().use_named)


def _done(request: StaffRequest, act: Callable[[Person], None]) -> HttpResponse:
    try:
        act(request.person)
    except Refusal as no:
        return _page(request, no=no)
    return HttpResponseRedirect(reverse("till:scale"))


def _choice() -> ScaleChoice:
    choice = served().counter.scale
    if choice is None:  # A till whose devices are given to it whole, as in a simulated town.
        raise Http404
    return choice


def _page(
    request: StaffRequest, *, form: ScaleForm | None = None, no: Refusal | None = None
) -> HttpResponse:
    choice, counter = _choice(), served().counter
    net_g = choice.look()
    place, part = choice.in_use, scale_state(counter)
    may = choice.may_choose(request.person)
    standing = place or ScalePlace(rules.TOLEDO_8217, "")
    state = words.state_sentence(part.code) if part else ""
    lies = gettext("On it lies %(weight)s.") % {"weight": scale_words.weight_text(net_g or 0)}
    screen = ScalePage(
        frame=frame(request),
        name=place.shown if place else "",
        level=LEVELS[part.level] if part else "good",
        state=f"{state} {lies}" if net_g is not None else state,
        advice=words.advice(part.code) if part else "",
        facts=scale_words.facts(place) if place else (),
        form=(form or _form_of(standing)) if may else None,
        can_office=may and choice.chosen_here and choice.named is not None,
        notice=zones.refused(no) if no and not (form and form.error) else None,
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/scale.html", {"screen": screen}, status=status)


def _tried(person: Person, place: ScalePlace) -> UnitAnswer:
    try:
        net_g = _choice().try_it(person, place)
    except NotWeighed as no:
        code = f"scale_{no.code}"
        sentence = f"{words.state_sentence(code)} {words.advice(code)}".rstrip()
        return UnitAnswer(level="warn" if no.code == SCALE_MOVES else "bad", sentence=sentence)
    said = gettext("The scale answers. On it lies %(weight)s. Is that what its display shows?")
    return UnitAnswer(level="good", sentence=said % {"weight": scale_words.weight_text(net_g)})


def _typed(request: StaffRequest) -> ScalePlace:
    of = request.POST
    return ScalePlace(
        of.get("protocol", "")[:20],
        of.get("address", "").strip()[: rules.ADDRESS_MOST + 1],
        of.get("name", "")[:80],
    )


def _form_of(one: ScalePlace) -> ScaleForm:
    return ScaleForm(
        protocols=tuple(
            UnitKind(
                value=protocol,
                name=gettext(name),
                example=scale_words.EXAMPLES[protocol],
                selected=protocol == one.protocol,
            )
            for protocol, name in scale_words.PROTOCOL_NAMES.items()
        ),
        address=one.address,
        name=one.name,
    )


def _form_as_typed(request: StaffRequest, no: Refusal | None = None) -> ScaleForm:
    form = _form_of(_typed(request))
    field = FIELDS.get(no.code, "") if no else ""
    if no is None or not field:
        return form
    return replace(form, error=words.refusal_sentence(no), field=field)
