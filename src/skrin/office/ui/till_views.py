"""Making tills, their codes, and taking them out of use: each view makes one call and renders."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from skrin.office.ui import screens, till_screens
from skrin.office.ui.doors import Visit, member_form, member_page
from skrin.office.ui.pages import enrolling, units, updates
from skrin.office.ui.pages import tills as pages


@member_form
def till_new(visit: Visit) -> HttpResponse:
    """The form for a new till, and the code that it answers with."""
    if visit.request.method != "POST":
        return render(visit.request, "office/till_new.html", {"screen": enrolling.new_page(visit)})
    answer = enrolling.make(visit)
    template = "message" if isinstance(answer, screens.Message) else "till_new"
    return _coded(visit, f"office/{template}.html", answer)


@member_form
def till_updates(visit: Visit) -> HttpResponse:
    """The versions of the tills, and the form that marks chosen ones."""
    posts = visit.request.method == "POST"
    screen = updates.change(visit) if posts else updates.page(visit)
    status = 422 if screen.fault else 200
    return render(visit.request, "office/till_updates.html", {"screen": screen}, status=status)


@member_page
def till_seat(visit: Visit, number: int) -> HttpResponse:
    """A till by its own number: one that waits for its device has no other."""
    screen = pages.seat_page(visit, number)
    return render(visit.request, "office/till.html", {"screen": screen})


@member_page
def till_unit(visit: Visit, till: str, store: int) -> HttpResponse:
    """A till's control unit: what it is, how it is, its faults, and the report of them."""
    screen = units.unit_page(visit, till, store)
    return render(visit.request, "office/till_unit.html", {"screen": screen})


@member_page
def till_unit_report(visit: Visit, till: str, store: int) -> HttpResponse:
    """The fault report as a text file."""
    response = HttpResponse(
        units.report(visit, till, store), content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="kontrollenhet.txt"'
    return response


@member_form
def till_code(visit: Visit, number: int) -> HttpResponse:
    """A fresh code. It can only be asked for by a form: a link that is followed would spend one."""
    if visit.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _coded(visit, "office/message.html", enrolling.renew(visit, number))


@member_form
def till_retire(visit: Visit, number: int) -> HttpResponse:
    """The form for taking a till out of use; with a successor it answers with that one's code."""
    if visit.request.method != "POST":
        screen = enrolling.retire_page(visit, number)
        return render(visit.request, "office/till_retire.html", {"screen": screen})
    answer = enrolling.retire(visit, number)
    template = "message" if isinstance(answer, screens.Message) else "till_retire"
    return _coded(visit, f"office/{template}.html", answer)


def _coded(visit: Visit, template: str, screen: object) -> HttpResponse:
    """The page with a code, which no cache and no history keeps; or what was wrong, beside its
    field."""
    if isinstance(screen, till_screens.TillCode):
        return render(visit.request, "office/till_code.html", {"screen": screen})
    status = 200 if isinstance(screen, screens.Message) else 422
    return render(visit.request, template, {"screen": screen}, status=status)
