"""Preparing tills in batches: each view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from skrin.office.people.queries import Member
from skrin.office.ui.doors import Visit, member_form, person_page
from skrin.office.ui.pages import dealing
from skrin.office.ui.pages import preparing as pages
from skrin.office.ui.preparing_screens import Prepared


@member_form
def till_prepare(visit: Visit) -> HttpResponse:
    """The form for a file of devices; it answers with codes, or with what is wrong."""
    sent = visit.request.method == "POST"
    screen = pages.change(visit) if sent else pages.page(visit)
    if isinstance(screen, Prepared):
        return render(visit.request, "office/till_prepared.html", {"screen": screen})
    status = 422 if sent and not screen.done else 200
    return render(visit.request, "office/till_prepare.html", {"screen": screen}, status=status)


@member_form
def till_labels(visit: Visit) -> HttpResponse:
    """The labels of codes that were just made. Codes are only sent: no address carries one."""
    if visit.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    made = pages.labels(visit)
    response = HttpResponse(made.content, content_type=made.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


@person_page
def companies(visit: Visit, members: tuple[Member, ...]) -> HttpResponse:
    """The companies that the person looks after, with their tills."""
    screen = dealing.page(visit, members)
    return render(visit.request, "office/companies.html", {"screen": screen})
