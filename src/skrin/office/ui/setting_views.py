"""The page of the tills' settings: the view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import settingtills as pages


@member_form
def till_settings(visit: Visit) -> HttpResponse:
    """What is set for stores and tills, and the form that sets it for chosen ones."""
    sent = visit.request.method == "POST"
    screen = pages.change(visit) if sent else pages.page(visit)
    status = 422 if sent and not screen.done else 200
    return render(visit.request, "office/till_settings.html", {"screen": screen}, status=status)
