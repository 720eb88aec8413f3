"""The page of updates: which version runs, what there is to fetch, when it is installed, and back
(R-UPD-001, R-UPD-007, R-UPD-008)."""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from skrin import __version__
from skrin.domain import role as roles
from skrin.domain.closing import local_time
from skrin.domain.refusal import Refusal
from skrin.sync.updates import LOGIN, WINDOW
from skrin.till.flow.updating import METERED, METERED_OK, UpdateLane
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import frame
from skrin.till.ui.guard import StaffRequest, View, at_the_till
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import served, updates
from skrin.till.ui.update_screens import Changing, UpdateNow, UpdatePage
from skrin.updates.installation import INSTALLED, STAYED, State
from skrin.updates.phase import FETCHING, PREPARING, READY

STATUS_REFUSED = 422
MB = 1_000_000


def _(text: str) -> str:
    return text


FAULTS = {
    "set_unreadable": _("The update was damaged on its way. Check again."),
    "wheel_damaged": _("The update was damaged on its way. Check again."),
    "fetch_failed": _("The update was damaged on its way. Check again."),
    "not_signed": _(
        "The update is not signed by who makes this program, so it is not installed. Call service."
    ),
    "keys_unreadable": _("This till cannot tell whether an update is genuine. Call service."),
    "not_newer": _("The update is not newer than what is installed."),
    "too_far": _("Another version must be installed before this one. Ask who marked the till."),
    "other_python": _("The update is for another kind of device. Ask who marked the till."),
    "other_platform": _("The update is for another kind of device. Ask who marked the till."),
    "no_room": _("The disk is too full for the update. Call service. Selling goes on."),
    "copy_failed": _("The till's files could not be copied, so nothing was changed. Call service."),
    "check_failed": _(
        "The new version does not read this till's files, so it was not installed. Call service."
    ),
    "did_not_start": _("The new version did not start here, so the till went back by itself."),
    "not_ready": _("The new version did not answer in time, so the till went back by itself."),
    "tried_too_often": _("The new version was never ready, so the till went back by itself."),
}
"""Why an update came to nothing, by the code of the installation."""

OTHER_FAULT = _("The update could not be installed. Call service.")


def fault_sentence(code: str) -> str:
    """Why an update came to nothing."""
    return gettext(FAULTS.get(code, OTHER_FAULT))


def may_set(request: StaffRequest) -> bool:
    """Whether who is there may install something."""
    role = served().counter.till.role_of(request.person)
    return role.rule(roles.SETTINGS) == roles.ALLOW


def settings_only(view: View) -> View:
    """Only for whoever may change settings, and where there is an installation."""

    @at_the_till
    @wraps(view)
    def guarded(request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_set(request):
            return _page(request, Refusal("not_allowed", right=roles.SETTINGS))
        if updates() is None:
            return _page(request, Refusal("update_none"))
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@at_the_till
def update(request: StaffRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_GET
@at_the_till
def update_state(request: StaffRequest) -> HttpResponse:
    """What goes on, polled."""
    return render(request, "till/_update.html", {"now": _now(updates()), "sets": may_set(request)})


@require_POST
@settings_only
def update_check(request: StaffRequest) -> HttpResponse:
    """Ask the office now."""
    if lane := updates():
        lane.ask()
    return HttpResponseRedirect(reverse("till:update"))


@require_POST
@settings_only
def update_fetch(request: StaffRequest) -> HttpResponse:
    """Fetch what is offered; over a metered link only when that was on the button."""
    lane = updates()
    assert lane is not None, "the door has looked"
    try:
        if lane.metered():
            if request.POST.get("metered") != "yes" or lane.offer is None:
                raise Refusal("update_metered")
            served().device.put_setting(METERED_OK, lane.offer.version)
        lane.fetch()
    except Refusal as no:
        return _page(request, no)
    lane.wake.set()
    return HttpResponseRedirect(reverse("till:update"))


@require_POST
@settings_only
def update_install(request: StaffRequest) -> HttpResponse:
    """Install what is ready, now or when the shop is closed."""
    lane = updates()
    assert lane is not None, "the door has looked"
    version = lane.installation.state().version
    when = "window" if request.POST.get("when") == "window" else "now"
    try:
        if lane.install(request.person, when):
            return changing(request, version)
    except Refusal as no:
        return _page(request, no)
    return HttpResponseRedirect(reverse("till:update"))


@require_POST
@settings_only
def update_back(request: StaffRequest) -> HttpResponse:
    """To the version before."""
    lane = updates()
    assert lane is not None, "the door has looked"
    before = lane.installation.state().previous
    try:
        lane.back(request.person)
    except Refusal as no:
        return _page(request, no)
    return changing(request, before)


@require_POST
@settings_only
def update_metered(request: StaffRequest) -> HttpResponse:
    """What a person says of the link."""
    said = request.POST.get("said", "")
    if said in ("yes", "no", ""):
        served().device.put_setting(METERED, said)
    return HttpResponseRedirect(reverse("till:update"))


@require_GET
@at_the_till
def update_changed(request: StaffRequest) -> HttpResponse:
    """Asked by the page that waits: whoever answers after the change leads on."""
    lane = updates()
    response = HttpResponse(status=204)
    if lane is None or not lane.left:
        response.headers["HX-Redirect"] = reverse("till:update")
    return response


def changing(request: HttpRequest, version: str) -> HttpResponse:
    """The page that waits for the other version."""
    screen = Changing(frame=frame(request), version=version)
    return render(request, "till/update_changing.html", {"screen": screen})


def at_login(request: HttpRequest) -> HttpResponse | None:
    """Somebody has just logged in: the page that waits, where an update is marked for that."""
    lane = updates()
    if lane is None:
        return None
    version = lane.installation.state().version
    return changing(request, version) if lane.at_login() else None


def _page(request: StaffRequest, no: Refusal | None = None) -> HttpResponse:
    lane = updates()
    device, till = served().device, served().counter.till
    state = lane.installation.state() if lane else State()
    facts = [(gettext("Installed version"), till.identity.version)]
    if till.identity.version != __version__:
        facts.append((gettext("Version of the source"), __version__))
    if state.outcome == INSTALLED and state.outcome_at_utc_ms:
        facts.append((gettext("Installed"), _when(state.outcome_at_utc_ms)))
        facts.append((gettext("Before it"), state.outcome_from))
    mobile = gettext("mobile data") if lane and lane.is_mobile() else gettext("not mobile data")
    screen = UpdatePage(
        frame=frame(request),
        facts=tuple(facts),
        now=_now(lane),
        sets=may_set(request),
        updates=lane is not None,
        before=_before(lane, state),
        metered=device.setting(METERED),
        metered_told=gettext("As the device tells: %(what)s") % {"what": mobile},
        notice=zones.refused(no) if no else _outcome(state),
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/update.html", {"screen": screen}, status=status)


def _before(lane: UpdateLane | None, state: State) -> str:
    whole = lane is not None and lane.installation.is_whole(state.previous)
    return state.previous if whole and state.previous != __version__ else ""


def _when(utc_ms: int) -> str:
    offset_min = served().counter.till.clock.now().offset_min
    return local_time(utc_ms, offset_min).strftime("%Y-%m-%d %H:%M")


def _outcome(state: State) -> Notice | None:
    """What came of the last update, while nothing newer goes on."""
    if state.outcome == STAYED and state.fault:
        tried = gettext("Version %(version)s:") % {"version": state.outcome_version}
        return Notice(sentence=f"{tried} {fault_sentence(state.fault)}", level="warn")
    return None


def _now(lane: UpdateLane | None) -> UpdateNow:
    if lane is None:
        return UpdateNow(
            level="quiet",
            state=gettext("This till was not started so that it can update itself."),
            advice=gettext("Whoever runs it installs new versions by hand."),
        )
    state = lane.installation.state()
    if state.phase in (FETCHING, PREPARING):
        return _under_way(lane, state)
    if state.phase == READY:
        return _ready(lane, state)
    return _idle(lane, state)


def _under_way(lane: UpdateLane, state: State) -> UpdateNow:
    if state.phase == PREPARING:
        progress = gettext("Step %(n)s of %(all)s") % {"n": state.done, "all": state.total or 6}
        said = gettext("Version %(version)s is being prepared.")
    else:
        progress = _megabytes(state.done, state.total)
        said = gettext("Version %(version)s is being fetched.")
    advice = gettext("Selling goes on meanwhile.")
    if lane.office_fault:
        advice = gettext("The office does not answer just now. It goes on by itself.")
    return UpdateNow(
        level="good",
        state=said % {"version": state.version},
        advice=advice,
        busy=True,
        done=state.done,
        total=state.total or 6,
        progress=progress,
        version=state.version,
    )


def _ready(lane: UpdateLane, state: State) -> UpdateNow:
    first, last = lane.window()
    advice = gettext("The till is away for about half a minute.")
    if state.wish == WINDOW:
        advice = gettext("It is installed while the shop is closed.")
    elif state.wish == LOGIN:
        advice = gettext("It is installed when somebody logs in.")
    elif state.wish == "now":
        advice = gettext("It is installed when nothing lies on the counter.")
    release = lane.installation.release(state.version)
    return UpdateNow(
        level="good",
        state=gettext("Version %(version)s is ready.") % {"version": state.version},
        advice=advice,
        busy=state.wish == "now",
        version=state.version,
        notes=_notes(release.note(_language())) if release else (),
        registration=bool(release and release.registration_changed),
        can_install=True,
        window=f"{_clock(first)}–{_clock(last)}",
        waits_for_window=state.wish == WINDOW,
    )


def _idle(lane: UpdateLane, state: State) -> UpdateNow:
    if lane.offer is None or lane.release is None:
        if lane.office_fault:
            return UpdateNow(
                level="warn",
                state=gettext("The office does not answer."),
                advice=gettext("Nothing can be fetched just now. Check again later."),
            )
        return UpdateNow(level="good", state=gettext("There is no update for this till."))
    failed = state.fault and lane.offer.version == state.version
    metered = lane.metered()
    size = _size(lane.offer.size_bytes)
    label = gettext("Fetch it over mobile data (%(size)s)") if metered else gettext("Fetch it")
    advice = gettext("%(size)s to fetch. Selling goes on meanwhile.") % {"size": size}
    if metered:
        advice = gettext("This till is on mobile data, and the update is %(size)s.")
    return UpdateNow(
        level="warn" if failed or metered else "good",
        state=fault_sentence(state.fault)
        if failed
        else gettext("Version %(version)s can be fetched.") % {"version": lane.offer.version},
        advice=advice % {"size": size} if metered else advice,
        version=lane.offer.version,
        notes=_notes(lane.release.note(_language())),
        registration=lane.release.registration_changed,
        can_fetch=label % {"size": size} if metered else label,
        metered=metered,
    )


def _notes(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _language() -> str:
    return (translation.get_language() or "sv")[:2]


def _size(size_bytes: int) -> str:
    n = max(1, round(size_bytes / MB))
    return ngettext("%(n)s MB", "%(n)s MB", n) % {"n": n}


def _megabytes(done: int, total: int) -> str:
    told = {"done": f"{done / MB:.0f}", "total": f"{total / MB:.0f}"}
    return gettext("%(done)s of %(total)s MB") % told


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
