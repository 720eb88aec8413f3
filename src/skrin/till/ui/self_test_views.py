"""The self-test's page: every device tried, and the bundle for whoever looks for a fault."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin.domain import role as roles
from skrin.domain.closing import local_time
from skrin.domain.refusal import Refusal
from skrin.packing import plain_name
from skrin.till.flow import self_test as tests
from skrin.till.flow.counter import Counter
from skrin.till.flow.self_test import Result, SelfTest
from skrin.till.logbook import log_files
from skrin.till.ui import device_words, forms, words
from skrin.till.ui.frame import frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.people_views import choices
from skrin.till.ui.screens import Notice
from skrin.till.ui.self_test_screens import DrawerTest, SelfTestPage, Tried
from skrin.till.ui.served import served

STATUS_REFUSED = 422
WAIT_S = 2.0
"""How long the answer waits for the devices: where all answer it is done by then."""
CODE_MOST = 64

ICONS = {
    tests.UNIT: "shield-check",
    tests.CARD: "credit-card",
    tests.PRINTER: "printer",
    tests.OFFICE: "cloud",
    tests.SCALE: "scale",
    tests.DRAWER: "coins",
    tests.SCANNER: "scan-barcode",
    tests.SCREEN: "monitor",
}
PAGES = {
    tests.UNIT: "till:unit",
    tests.CARD: "till:card_terminals",
    tests.PRINTER: "till:printers",
    tests.SCALE: "till:scale",
}

_tests: dict[str, SelfTest] = {}
"""By the till's file: each till of a device has its own."""


def self_test_of(counter: Counter) -> SelfTest:
    """The self-test of a till, and what it came to."""
    return _tests.setdefault(str(counter.till.file.path), SelfTest(counter))


@require_GET
@at_the_till
def self_test(request: StaffRequest) -> HttpResponse:
    """Every device and how it was when it was tried."""
    return _page(request)


@require_POST
@at_the_till
def self_test_try(request: StaffRequest) -> HttpResponse:
    """Try what answers by itself; a page comes out of the printer."""
    test = self_test_of(served().counter)
    test.start(words.language())
    test.wait(WAIT_S)
    return _to_page()


@require_GET
@at_the_till
def self_test_state(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes while devices are tried."""
    counter = served().counter
    devices = tuple(_tried(counter, one) for one in self_test_of(counter).by_itself)
    shown = {"devices": devices, "busy": self_test_of(counter).busy}
    return render(request, "till/_self_test.html", shown)


@require_POST
@at_the_till
def self_test_drawer(request: StaffRequest) -> HttpResponse:
    """Open the drawer: an opening as any other, counted and by role."""
    counter = served().counter
    try:
        self_test_of(counter).open_drawer(
            request.person, forms.tap_id(request), forms.approver(request, roles.DRAWER)
        )
    except forms.Unreadable:
        return HttpResponse(status=400)
    except Refusal as no:
        return _page(request, no)
    return _to_page("#drawer")


@require_POST
@at_the_till
def self_test_drawer_seen(request: StaffRequest) -> HttpResponse:
    """A person says whether it opened."""
    opened = request.POST.get("opened") == "yes"
    self_test_of(served().counter).drawer_seen(opened=opened)
    return _to_page("#drawer")


@require_POST
@at_the_till
def self_test_scan(request: StaffRequest) -> HttpResponse:
    """What the scanner sent; nothing is rung."""
    code = request.POST.get("code", "").strip()[:CODE_MOST]
    self_test_of(served().counter).scanned(code)
    return _to_page("#scanner")


@require_POST
@at_the_till
def self_test_tap(request: StaffRequest) -> HttpResponse:
    """The key was seen and tapped."""
    self_test_of(served().counter).screen_tapped()
    return _to_page("#screen")


@require_GET
@at_the_till
def self_test_bundle(request: StaffRequest) -> HttpResponse:
    """Logs and state in one file, without secrets and without anybody's name."""
    from skrin.till.flow.bundle import Told, make_bundle  # Few ever want it.

    counter = served().counter
    folder = counter.till.file.path.parent.parent
    told = Told(_read_me(), _in_words(counter))
    response = HttpResponse(
        make_bundle(counter, log_files(folder), told), content_type="application/zip"
    )
    at = local_time(*_now(counter)).strftime("%Y%m%d-%H%M")
    name = plain_name(counter.till.identity.register_serial)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{at}.zip"'
    return response


def _read_me() -> str:
    return gettext(
        "Logs and state of a till, for whoever looks for a fault.\n\n"
        "state.json: how the till and its devices are. entries.csv: which entries the journal has,"
        " by kind and time, without what is in them. till.log: what the program wrote down."
        " self-test.txt: how the devices were when they were tried.\n\n"
        "There are no passwords, keys, card numbers or names in it. What looked like one was"
        " replaced by a word in brackets.\n"
    )


def _in_words(counter: Counter) -> str:
    devices = (*self_test_of(counter).by_itself, *tests.BY_HAND)
    rows = [_tried(counter, one) for one in devices]
    return "".join(f"{one.when or '--:--'}  {one.name}: {one.state} {one.advice}\n" for one in rows)


def _now(counter: Counter) -> tuple[int, int]:
    now = counter.till.clock.now()
    return now.utc_ms, now.offset_min


def _to_page(place: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("till:self_test") + place)


def _page(request: StaffRequest, no: Refusal | None = None) -> HttpResponse:
    counter = served().counter
    test = self_test_of(counter)
    devices = tuple(_tried(counter, one) for one in self_test_of(counter).by_itself)
    drawer, scanner, screen = (_tried(counter, one) for one in tests.BY_HAND)
    page = SelfTestPage(
        frame=frame(request),
        headline=_headline((*devices, drawer, scanner, screen)),
        devices=devices,
        drawer=drawer,
        scanner=scanner,
        screen=screen,
        drawer_test=_drawer_test(request, counter, test),
        busy=test.busy,
        notice=Notice(sentence=words.refusal_sentence(no), level="warn") if no else None,
    )
    status = STATUS_REFUSED if no else 200
    return render(request, "till/self_test.html", {"screen": page}, status=status)


def _headline(tried: tuple[Tried, ...]) -> str:
    if any(one.level == "trying" for one in tried):
        return gettext("The devices are being tried.")
    if any(one.level in ("warn", "bad") for one in tried):
        return gettext("Look at what is marked below.")
    if all(one.level == "good" for one in tried):
        return gettext("Every device works.")
    return gettext("Try the devices, then the three that need your hand.")


def _drawer_test(request: StaffRequest, counter: Counter, test: SelfTest) -> DrawerTest:
    till = counter.till
    asks = till.role_of(request.person).rule(roles.DRAWER) == roles.PIN
    return DrawerTest(
        tap=till.clock.new_id(),
        people=choices(served().door.approvers(roles.DRAWER)) if asks else (),
        asked=test.result(tests.DRAWER).code == "drawer_told",
    )


def _tried(counter: Counter, device: str) -> Tried:
    result = self_test_of(counter).result(device)
    fault = _unit_fault(counter, device, result)
    at = local_time(result.at_utc_ms, counter.till.clock.now().offset_min)
    return Tried(
        device=device,
        icon=ICONS[device],  # type: ignore[arg-type]
        name=gettext(device_words.NAMES[device]),
        level=result.level,  # type: ignore[arg-type]
        state=device_words.result_sentence(result, fault),
        advice=device_words.result_advice(result, fault),
        when=at.strftime("%H:%M") if result.at_utc_ms else "",
        url=reverse(PAGES[device]) if device in PAGES else "",
    )


def _unit_fault(counter: Counter, device: str, result: Result) -> str:
    """The control unit's own fault, which has better words than that it gives no mark."""
    return counter.preflight.unit_fault if device == tests.UNIT and result.level == "bad" else ""
