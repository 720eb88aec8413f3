"""Paired screens: the list, the code, taking over; and the pages on which a device pairs itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skrin.domain import role as roles
from skrin.domain.closing import local_time
from skrin.domain.refusal import Refusal
from skrin.till.pairing import door as proofs
from skrin.till.pairing.certificate_page import grouped
from skrin.till.pairing.listener import PAIRED
from skrin.till.pairing.register import NAME_MOST, OWN, SCREENS_MOST
from skrin.till.pairing.service import ScreenService
from skrin.till.ui import words
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import frame, screen_of
from skrin.till.ui.guard import StaffRequest, View, at_the_till, session_cookie
from skrin.till.ui.pairing_screens import Pair, PairedScreensPage, ScreenCode, ScreenRow
from skrin.till.ui.screen_guard import screen_cookie
from skrin.till.ui.screens import Frame, Message
from skrin.till.ui.served import served

STATUS_REFUSED, STATUS_FORBIDDEN, STATUS_TOO_MANY = 422, 403, 429
JSON_MOST_BYTES = 4096
FIELD_MOST = 512


def service() -> ScreenService:
    """The till's paired screens; a page that is not there when this program has none."""
    found = served().screens
    if found is None:
        raise Http404
    return found


def setting_up(view: View) -> View:
    """Only for somebody who is logged in and may change settings."""

    @at_the_till
    @wraps(view)
    def guarded(request: StaffRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            served().counter.till.check(request.person, roles.SETTINGS)
        except Refusal as no:
            screen = Message(
                frame=frame(request),
                title=gettext("Paired screens"),
                sentence=words.refusal_sentence(no),
            )
            return render(request, "till/message.html", {"screen": screen}, status=403)
        return view(request, *args, **kwargs)

    return guarded


# The list.


@require_GET
@setting_up
def screens(request: StaffRequest) -> HttpResponse:
    """Which screens there are, which holds the till, when each was last here."""
    return _list(request)


def _list(request: StaffRequest, no: Refusal | None = None, **more: Any) -> HttpResponse:
    here = service()
    screen = PairedScreensPage(
        frame=frame(request),
        on=here.on,
        rows=_rows(request, here),
        address=f"https://{here.host()}/" if here.on else "",
        fingerprint=grouped(here.authority_sha256),
        notice=zones.refused(no) if no else None,
        **more,
    )
    status = STATUS_REFUSED if no or more.get("name_error") else 200
    return render(request, "till/screens.html", {"screen": screen}, status=status)


def _rows(request: StaffRequest, here: ScreenService) -> tuple[ScreenRow, ...]:
    register, asking = here.screens.register, screen_of(request)
    own = ScreenRow(
        screen=OWN,
        name=gettext("The till's own screen"),
        active=register.active == OWN,
        here=asking == OWN,
    )
    return (
        own,
        *(
            ScreenRow(
                screen=one.id,
                name=one.name,
                active=register.active == one.id,
                here=asking == one.id,
                seen=_when(here.screens.seen_utc_ms(one.id)),
                paired=_when(one.paired_utc_ms),
            )
            for one in register.screens
        ),
    )


def _when(utc_ms: int) -> str:
    """A time as it is on the wall of the shop; empty for never."""
    if not utc_ms:
        return ""
    offset_min = served().counter.till.clock.now().offset_min
    return local_time(utc_ms, offset_min).strftime("%Y-%m-%d %H:%M")


@require_POST
@setting_up
def screens_on(request: StaffRequest) -> HttpResponse:
    """Let paired screens in, from now on."""
    try:
        service().turn_on()
    except Refusal as no:
        return _list(request, no)
    return HttpResponseRedirect(reverse("till:screens"))


@require_POST
@setting_up
def screens_off(request: StaffRequest) -> HttpResponse:
    """Let no paired screen in any more. The till's own screen takes the till over by itself."""
    here = service()
    if screen_of(request) == OWN:
        here.screens.take_over(request.person, OWN)
    here.turn_off()
    return HttpResponseRedirect(reverse("till:screens"))


@require_POST
@setting_up
def screen_revoke(request: StaffRequest) -> HttpResponse:
    """A screen is paired no longer, at once."""
    screen_id = request.POST.get("screen", "")[:64]
    try:
        service().screens.revoke(request.person, screen_id)
    except Refusal as no:
        return _list(request, no)
    service().door.end(screen_id)
    return HttpResponseRedirect(reverse("till:screens"))


# The code.


@require_http_methods(["GET", "POST"])
@setting_up
def screen_code(request: StaffRequest) -> HttpResponse:
    """A code for a new screen, as a QR and in letters; it counts once, for five minutes."""
    here = service()
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())[:NAME_MOST]
        if not name:
            return _list(request, name_error=gettext("Type a name first."))
        if len(here.screens.register.screens) >= SCREENS_MOST:
            return _list(request, Refusal("screens_too_many", most=SCREENS_MOST))
        if here.on:
            here.door.offer(name, request.person)
        return HttpResponseRedirect(reverse("till:screen_code"))
    offer = here.door.open_offer()
    if offer is None or not here.on:
        return HttpResponseRedirect(reverse("till:screens"))
    address = f"https://{here.host()}{reverse('till:pair')}"
    certificate = f"http://{plain}/" if (plain := here.certificate_host()) else ""
    screen = ScreenCode(
        frame=frame(request),
        name=offer.name,
        code=f"{offer.code[:4]} {offer.code[4:]}",
        minutes=here.door.left_s(offer) // 60 + 1,
        address=address,
        picture=_qr(f"{address}#code={offer.code}&authority={here.authority_sha256}"),
        certificate_address=certificate,
        certificate_picture=_qr(certificate) if certificate else "",
        fingerprint=grouped(here.authority_sha256),
    )
    return render(request, "till/screen_code.html", {"screen": screen})


def _qr(text: str) -> str:
    import segno  # Not at the start of the program: only this page draws.

    return str(segno.make(text, micro=False).svg_data_uri(scale=4, border=4, light="#fff"))


@require_GET
@setting_up
def screen_code_state(request: StaffRequest) -> HttpResponse:
    """Asked by the code's page: nothing while the code counts, else to the list."""
    response = HttpResponse(status=204)
    if service().door.open_offer() is None:
        response.headers["HX-Redirect"] = reverse("till:screens")
    return response


@require_POST
@at_the_till
def take_over(request: StaffRequest) -> HttpResponse:
    """Use the till on this screen from now on. What is on the receipt comes along."""
    try:
        service().screens.take_over(request.person, screen_of(request))
    except Refusal as no:
        screen = Message(
            frame=frame(request),
            title=gettext("Paired screens"),
            sentence=words.refusal_sentence(no),
        )
        return render(request, "till/message.html", {"screen": screen}, status=STATUS_REFUSED)
    return HttpResponseRedirect(reverse("till:selling"))


# The device's side. Host and Origin were checked by the listener (`pairing/listener.PairedDoor`).

Pairs = Callable[[HttpRequest, ScreenService, dict[str, str]], HttpResponse]


@require_GET
def pair(request: HttpRequest) -> HttpResponse:
    """The page on which a device pairs itself, or proves that it is."""
    here = service()
    if PAIRED not in request.META:
        raise Http404
    till = here.till.identity
    bare = frame(request)
    # Whoever is on the network sees this page: it says which till, not whose.
    bare = Frame(
        shop_name="Skrin",
        store_name="",
        till_name=till.seat.designation,
        user_name="",
        version="",
        state=bare.state,
        language=bare.language,
        theme=bare.theme,
    )
    screen = Pair(frame=bare, till=till.till, authority=here.authority_sha256)
    return render(request, "till/pair.html", {"screen": screen})


def pairing_view(act: Pairs) -> View:
    """A device's request: JSON in, JSON out, counted per address, a refusal in words."""

    @csrf_exempt
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        here = service()
        if PAIRED not in request.META:
            raise Http404
        try:
            here.door.count_request(request.META.get("REMOTE_ADDR", ""))
            return act(request, here, _fields(request))
        except Refusal as no:
            status = STATUS_TOO_MANY if no.code == "pairing_wait" else STATUS_FORBIDDEN
            said = {"refusal": no.code, "sentence": words.refusal_sentence(no)}
            return JsonResponse(said, status=status)
        except ValueError:
            return HttpResponse(status=400)

    return view


def _fields(request: HttpRequest) -> dict[str, str]:
    """A flat JSON object of short texts. Raises `ValueError`."""
    if request.content_type != "application/json" or len(request.body) > JSON_MOST_BYTES:
        raise ValueError("not what our own page sends")
    read = json.loads(request.body)
    if not isinstance(read, dict):
        raise ValueError("not an object")
    texts = {name: text for name, text in read.items() if isinstance(text, str)}
    if len(texts) != len(read) or any(len(text) > FIELD_MOST for text in texts.values()):
        raise ValueError("not short texts")
    return texts


def _origin(request: HttpRequest) -> str:
    return f"https://{request.META['HTTP_HOST'].lower()}"


@pairing_view
def pair_challenge(request: HttpRequest, here: ScreenService, said: dict[str, str]) -> HttpResponse:
    """Something to sign."""
    return JsonResponse({"challenge": here.door.challenge()})


@pairing_view
def pair_screen(request: HttpRequest, here: ScreenService, said: dict[str, str]) -> HttpResponse:
    """A code, a public key, and the proof that the device holds its private half."""
    challenge, authority = said.get("challenge", ""), here.authority_sha256
    here.door.spend(challenge)
    till, key = here.till.identity.till, said.get("public_key", "")
    signed = proofs.pairing_words(till, _origin(request), authority, challenge)
    proofs.check_signature(key, said.get("signature", ""), signed)
    offer = here.door.take_code(said.get("code", ""))
    screen = here.screens.pair(offer.by, offer.name, key)
    response = _with_session(here, screen.id)
    # A device that was paired before may still hold somebody's log-in: pairing shows the till,
    # a person logs in anew.
    response.delete_cookie(session_cookie())
    return response


@pairing_view
def pair_session(request: HttpRequest, here: ScreenService, said: dict[str, str]) -> HttpResponse:
    """A paired screen proves that it is the one."""
    challenge = said.get("challenge", "")
    here.door.spend(challenge)
    screen = here.screens.screen(said.get("screen", ""))
    if screen is None:
        raise Refusal("screen_unknown")
    till = here.till.identity.till
    signed = proofs.session_words(till, _origin(request), screen.id, challenge)
    proofs.check_signature(screen.public_key, said.get("signature", ""), signed)
    return _with_session(here, screen.id)


def _with_session(here: ScreenService, screen_id: str) -> HttpResponse:
    response = JsonResponse({"screen": screen_id})
    response.set_cookie(
        screen_cookie(),
        here.door.begin(screen_id),
        max_age=int(proofs.SESSION_LASTS_S),
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    here.screens.saw(screen_id)
    return response
