"""The machine under the till: battery and network on the status page, the network page."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET

from skrin.till.devices.machine import Net
from skrin.till.flow.counter import PartState
from skrin.till.ui import words
from skrin.till.ui.day_screens import Part
from skrin.till.ui.frame import LEVELS, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.machine_screens import NetworkPage
from skrin.till.ui.served import machine, served

REFRESH_TIMEOUT_S = 3.0

KINDS: dict[str, str] = {"wired": _("Cable"), "wifi": _("Wi-Fi"), "mobile": _("Mobile data")}

STEPS = (
    _("Selling goes on without the network. What is sold is sent when it is back."),
    _("Is the cable in, or is Wi-Fi on? Does another device in the shop have the network?"),
    _("Start the router again: pull its plug, wait ten seconds, put it back, wait two minutes."),
    _("To choose another Wi-Fi, use the device's own settings. Then come back here."),
    _("With both Wi-Fi and mobile data, keep to one: a change in the middle is a short break."),
)


def machine_parts() -> Iterator[Part]:
    """Battery and network for the status page; none where the machine tells nothing."""
    here = machine()
    if here is None:
        return
    battery, _nets = here.look()
    if battery is not None and (state := here.battery_state()):
        yield _part("battery", gettext("Battery"), state, f"{battery.percent} %", "")
    if state := here.network_state():
        yield _part("network", gettext("Network"), state, "", reverse("till:network"))


def _part(icon: str, name: str, state: PartState, percent: str, url: str) -> Part:
    return Part(
        icon=icon,  # type: ignore[arg-type]
        name=name,
        level=LEVELS[state.level],
        state=words.state_sentence(state.code),
        advice=words.advice(state.code),
        facts=((gettext("Left"), percent),) if percent else (),
        url=url,
    )


@require_GET
@at_the_till
def network(request: StaffRequest) -> HttpResponse:
    """How the device is connected; the office is asked when the page is opened."""
    counter, here = served().counter, machine()
    counter.refresh(REFRESH_TIMEOUT_S)
    office = counter.office_state()
    state = here.network_state() if here else None
    nets = here.look()[1] if here else ()
    screen = NetworkPage(
        frame=frame(request),
        level=LEVELS[state.level if state else office.level],
        state=words.state_sentence(state.code)
        if state
        else gettext("This device does not tell how it is connected."),
        advice=words.advice(state.code) if state else "",
        ways=tuple((net.name, _how(net)) for net in nets),
        office_level=LEVELS[office.level],
        office=words.state_sentence(office.code, office.since_s),
        steps=tuple(gettext(step) for step in STEPS),
    )
    return render(request, "till/network.html", {"screen": screen})


def _how(net: Net) -> str:
    kind = gettext(KINDS[net.kind])
    if net.used:
        return gettext("%(kind)s, in use") % {"kind": kind}
    if net.up:
        return gettext("%(kind)s, connected") % {"kind": kind}
    return gettext("%(kind)s, not connected") % {"kind": kind}
