"""The page of settings: each with where it stands, changed here, or the store's again."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain import role as roles
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import (
    BY_OFFICE,
    BY_STORE,
    BY_TILL,
    FOOTER,
    OWN_METHOD_IDS,
    OWN_METHODS,
    THEME,
    THEMES,
    Setting,
    Value,
)
from skrin.till.flow.counter import PartState
from skrin.till.pairing.addresses import own_addresses
from skrin.till.ui import forms, words
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import LEVELS, frame, store_name
from skrin.till.ui.guard import THEME_COOKIE, StaffRequest, at_the_till, session_cookie
from skrin.till.ui.people_views import choices
from skrin.till.ui.scale_views import scale_state
from skrin.till.ui.screens import Choice
from skrin.till.ui.served import served
from skrin.till.ui.setting_screens import Changer, OwnMethod, ServicePart, SettingsPage, Source

STATUS_REFUSED = 422
TYPED_MOST = 2000
FIELD_FAULTS = frozenset(
    {
        "paper_lines_too_many",
        "paper_line_too_long",
        "own_method_too_long",
        "own_method_twice",
        "own_method_taken",
        "own_method_in_use",
    }
)
"""Refusals that are said at the field."""


@require_GET
@at_the_till
def settings(request: StaffRequest) -> HttpResponse:
    """What is set at this till, and by whom."""
    return _page(request)


@require_POST
@at_the_till
def settings_set(request: StaffRequest) -> HttpResponse:
    """Set one setting at this till."""
    name = request.POST.get("name", "")
    try:
        served().counter.settings.change(request.person, name, _typed(request, name))
    except Refusal as no:
        return _page(request, no, name)
    return _back(name)


@require_POST
@at_the_till
def settings_back(request: StaffRequest) -> HttpResponse:
    """What the store says counts again."""
    name = request.POST.get("name", "")
    try:
        served().counter.settings.use_stores(request.person, name)
    except Refusal as no:
        return _page(request, no, name)
    return _back(name)


@require_POST
@at_the_till
def settings_person(request: StaffRequest) -> HttpResponse:
    """Somebody who may do more takes over the screen by PIN, and stays on this page: what they
    change stands in the journal under their own name."""
    person = request.POST.get("approver", "")[:64]
    try:
        if not person:
            raise Refusal("approver_wanted")
        token, _ = served().door.switch(person, forms.typed(request, "pin"), request.token)
    except Refusal as no:
        return _page(request, no, pin=True)
    response = _back("")
    response.set_cookie(
        session_cookie(), token, httponly=True, samesite="Strict", secure=request.is_secure()
    )
    return response


def _back(name: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("till:settings"))
    if name == THEME:  # What this screen had chosen for itself would hide what was just chosen.
        response.delete_cookie(THEME_COOKIE)
    return response


def _typed(request: StaffRequest, name: str) -> Value:
    of = request.POST
    if name == FOOTER:
        return tuple(of.get("footer", "")[:TYPED_MOST].splitlines())
    if name == OWN_METHODS:
        return tuple(text[:TYPED_MOST] for text in of.getlist("own"))
    return (of.get("theme", "")[:TYPED_MOST],)


def _page(
    request: StaffRequest, no: Refusal | None = None, name: str = "", *, pin: bool = False
) -> HttpResponse:
    counter = served().counter
    till, now = counter.till, counter.till.registers.settings
    role = till.role_of(request.person)
    at_field = no is not None and no.code in FIELD_FAULTS
    footer, own = now[FOOTER].value, now[OWN_METHODS].value
    if at_field and name == FOOTER:
        footer = _typed(request, name)
    if at_field and name == OWN_METHODS:
        own = _typed(request, name)
    screen = SettingsPage(
        frame=frame(request),
        sets=counter.settings.may_choose(request.person),
        footer="\n".join(footer),
        footer_source=_source(FOOTER, now[FOOTER]),
        own=tuple(
            OwnMethod(place=place, name=own[place - 1] if place <= len(own) else "")
            for place in range(1, len(OWN_METHOD_IDS) + 1)
        ),
        own_source=_source(OWN_METHODS, now[OWN_METHODS]),
        themes=tuple(
            Choice(value=theme, name=theme_name(theme), selected=(theme,) == now[THEME].value)
            for theme in THEMES
        ),
        theme_source=_source(THEME, now[THEME]),
        theme_name=theme_name(now[THEME].value[0]),
        service=_service(),
        may_service=role.rule(roles.SERVICE) == roles.ALLOW,
        program=_program(),
        addresses=_addresses(),
        changer=_changer(request, words.refusal_sentence(no) if no and pin else ""),
        fault_of=name if at_field else "",
        fault=words.refusal_sentence(no) if no and at_field else "",
        notice=zones.refused(no) if no and not at_field and not pin else None,
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/settings.html", {"screen": screen}, status=status)


def theme_name(theme: str) -> str:
    """What a theme is called."""
    return {
        "light": gettext("Light"),
        "dark": gettext("Dark"),
        "contrast": gettext("High contrast"),
    }.get(theme, gettext("As the screen's system says"))


def _source(name: str, setting: Setting) -> Source:
    if setting.named_by == BY_TILL:
        sentence = gettext("Changed here, at this till.")
    elif setting.named_by == BY_OFFICE:
        sentence = gettext("The office has set it for this till.")
    elif setting.named_by == BY_STORE:
        sentence = gettext("From the store: the same at all its tills.")
    else:
        sentence = gettext("Nothing is set for the store.")
    return Source(
        name=name,
        sentence=sentence,
        changed_here=setting.named_by == BY_TILL,
        stores=_shown(name, setting.default) if setting.named_by == BY_TILL else "",
    )


def _shown(name: str, value: Value) -> str:
    if name == THEME:
        return theme_name(value[0])
    return " / ".join(text for text in value if text) or gettext("nothing")


def _service() -> tuple[ServicePart, ...]:
    counter = served().counter
    parts = [
        (gettext("Control unit"), counter.unit_state(), "till:unit"),
        (gettext("Card terminals"), counter.card_terminal_state(), "till:card_terminals"),
    ]
    if counter.scale:
        none = PartState("good", "scale_missing")
        parts.append((gettext("Scale"), scale_state(counter) or none, "till:scale"))
    return tuple(
        ServicePart(
            name=name,
            level=LEVELS[part.level],
            state=words.state_sentence(part.code, part.since_s),
            url=reverse(view),
        )
        for name, part, view in parts
    )


def _program() -> tuple[tuple[str, str], ...]:
    till = served().counter.till
    return (
        (gettext("Program"), f"{till.identity.program} {till.identity.version}"),
        (gettext("Model"), till.identity.model),
        (gettext("Store"), store_name(till)),
        (gettext("Register designation"), till.identity.seat.designation),
        (gettext("Serial number"), till.identity.register_serial),
    )


def _addresses() -> tuple[tuple[str, str], ...]:
    """Where this device is on the network: to be read aloud on the telephone, nothing more."""
    here = served()
    known = [str(address) for address in own_addresses()]
    said = ", ".join(known) or gettext("no address on the shop's network")
    rows = [(gettext("This device"), said)]
    screens = here.screens
    if screens and screens.on:
        rows.append((gettext("Paired screens"), screens.host()))
    rows.append((gettext("The office"), here.device.setting("office") or "–"))
    return tuple(rows)


def _changer(request: StaffRequest, error: str) -> Changer | None:
    """Who may let one change more than the person who is here may; None where there is nobody, or
    nothing more."""
    till, door = served().counter.till, served().door
    role = till.role_of(request.person)
    lacking = [one for one in (roles.SETTINGS, roles.SERVICE) if role.rule(one) != roles.ALLOW]
    people = {one.person: one for right in lacking for one in door.approvers(right)}
    people.pop(request.person.person, None)
    if not people:
        return None
    if roles.SETTINGS in lacking:
        sentence = gettext("Who may change settings takes over with a PIN.")
    else:
        sentence = gettext("Who does service takes over with a PIN.")
    return Changer(sentence=sentence, people=choices(list(people.values())), error=error)
