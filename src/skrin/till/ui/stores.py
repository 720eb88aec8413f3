"""Logging in where a device is a till in several stores: the person picks one (R-USER-004).

Who has only one of them gets it unasked. Between the password and the choice the page itself
carries who it is, signed by this device: nothing is kept, and nobody is logged in yet. The log-in
is journaled in the chosen store's file (D2).
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.pairing.register import OWN
from skrin.till.ui import words
from skrin.till.ui.frame import frame, is_elsewhere, screen_of, store_name
from skrin.till.ui.people_views import entered
from skrin.till.ui.screens import Choice, StoreChoice
from skrin.till.ui.served import Served, is_busy, places, put_in_front, served

CHOICE_LASTS_S = 300
_SALT = "skrin.till.store"


def let_in(request: HttpRequest, email: str, password: str) -> HttpResponse:
    """Somebody with the right password: logged in, or asked for the store. Refused as
    `Door.prove`, and `store_busy`."""
    offered = _offered(request)
    stores = frozenset(_store(place) for place in offered)
    person, how = served().door.prove(email, password, stores)
    mine = [place for place in offered if _store(place) in person.stores]
    if len(mine) == 1:
        return _enter(request, mine[0], person, how)
    return _ask(request, person, how, mine)


def _offered(request: HttpRequest) -> tuple[Served, ...]:
    """All stores of the device, for the till's own screen while it holds the till: a paired screen
    shows one store's till, and nobody's screen is changed under their hands."""
    free = screen_of(request) == OWN and not is_elsewhere(request)
    return places() if free else (served(),)


def _store(place: Served) -> int:
    return place.counter.till.identity.seat.store


def _ask(
    request: HttpRequest, person: Person, how: str, mine: list[Served], error: str = ""
) -> HttpResponse:
    said = {"person": encode(person).decode(), "how": how}
    screen = StoreChoice(
        frame=frame(request),
        name=person.display_name,
        who=signing.dumps(said, salt=_SALT),
        stores=tuple(
            Choice(
                value=str(_store(place)),
                name=_called(place),
                selected=place is served(),
            )
            for place in sorted(mine, key=_store)
        ),
        error=error,
    )
    status = 422 if error else 200
    return render(request, "till/stores.html", {"screen": screen}, status=status)


@require_POST
def login_store(request: HttpRequest) -> HttpResponse:
    """The store that somebody picked after the password."""
    try:
        said = signing.loads(request.POST.get("who", ""), salt=_SALT, max_age=CHOICE_LASTS_S)
    except signing.BadSignature:
        return HttpResponseRedirect(reverse("till:login"))
    person, how = decode(Person, said["person"].encode()), said["how"]
    mine = [place for place in _offered(request) if _store(place) in person.stores]
    wanted = request.POST.get("store", "")
    chosen = next((place for place in mine if str(_store(place)) == wanted), None)
    if chosen is None:
        return _ask(request, person, how, mine, gettext("Choose one of the stores."))
    try:
        return _enter(request, chosen, person, how)
    except Refusal as no:
        return _ask(request, person, how, mine, words.refusal_sentence(no))


def _enter(request: HttpRequest, place: Served, person: Person, how: str) -> HttpResponse:
    if place is not served() and is_busy(served()):
        raise Refusal("store_busy", store=store_name(served().counter.till))
    put_in_front(place)
    return entered(request, place.door.begin(person, how), logs_in=True)


def _called(place: Served) -> str:
    till = place.counter.till
    return f"{store_name(till)} ({till.identity.seat.designation})"
