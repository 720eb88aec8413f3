"""A company's people: the view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import serving_people as pages


@member_form
def people(visit: Visit) -> HttpResponse:
    """Who may service the company's tills; given and taken here."""
    screen = pages.change(visit) if visit.request.method == "POST" else pages.page(visit)
    return render(visit.request, "office/people.html", {"screen": screen})
