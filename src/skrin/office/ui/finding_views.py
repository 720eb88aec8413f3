"""What needs a person's eye: the view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import findings as pages


@member_form
def findings(visit: Visit) -> HttpResponse:
    """The list; somebody says that they have seen one of them."""
    if visit.request.method == "POST":
        if "go_on" in visit.request.POST:
            pages.go_on(visit)
        elif "let_in" in visit.request.POST:
            pages.answer_stranger(visit, visit.request.POST["let_in"], lets_in=True)
        elif "send_away" in visit.request.POST:
            pages.answer_stranger(visit, visit.request.POST["send_away"], lets_in=False)
        else:
            pages.see(visit, visit.request.POST.get("finding", ""))
        return redirect("office:findings")
    return render(visit.request, "office/findings.html", {"screen": pages.findings_page(visit)})
