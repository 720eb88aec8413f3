"""Pages for what went wrong: a sentence and the way back."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.office.ui.doors import outside_frame
from skrin.office.ui.screens import Link, Message


def message(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """A page that is only a sentence, with a link to the first page."""
    screen = Message(
        frame=outside_frame(),
        title=title,
        sentence=sentence,
        links=(Link(label=_("To the first page"), url=reverse("office:start"), primary=True),),
    )
    return render(request, "office/message.html", {"screen": screen}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return message(request, 400, _("That cannot be read"), _("The address is not one of ours."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return message(request, 403, _("Not for you"), _("Your log-in does not open this page."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for what is another company's."""
    return message(
        request,
        404,
        _("There is nothing here"),
        _("The page may have moved. Begin again at the first page."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return message(
        request,
        500,
        _("Something broke here"),
        _("It is our fault, and it is written down. Try again in a moment."),
    )


def database_away(request: HttpRequest, again_s: int) -> HttpResponse:
    """503. A page asks again by itself; what was sent is not sent again without a person: it may
    have been done, and its answer lost."""
    title = _("The office is starting again")
    asks = request.method in ("GET", "HEAD")
    sentence = (
        _(
            "Its database is not there yet. Nothing is lost, and the tills sell on. This page"
            " tries again by itself in a moment."
        )
        if asks
        else _(
            "Its database went away for a moment. What you sent may not have been saved: look"
            " whether it was, before you send it again. The tills sell on."
        )
    )
    if request.headers.get("HX-Request") and not asks:
        return _on_the_page(request, title, sentence, 503)
    link = Link(label=_("Try again") if asks else _("To the first page"), url="" if asks else "/")
    screen = Message(
        frame=outside_frame(),
        title=title,
        sentence=sentence,
        links=(replace(link, primary=True),),
        again_s=again_s if asks else 0,
    )
    return render(request, "office/message.html", {"screen": screen}, status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old, or does not come from here. Said on the page itself when a part of
    it asked."""
    title = _("The page was too old")
    if request.headers.get("HX-Request"):
        nothing = _("Nothing was changed. Load the page again, and send it once more.")
        return _on_the_page(request, title, nothing, 403)
    return message(request, 403, title, _("Go back, load the page again, and send it once more."))


def _on_the_page(request: HttpRequest, title: str, sentence: str, status: int) -> HttpResponse:
    """Said on the page itself, of which a part asked."""
    again = Link(label=_("Load the page again"), url="", primary=True)
    screen = Message(frame=outside_frame(), title=title, sentence=sentence, links=(again,))
    response = render(request, "office/_stale.html", {"screen": screen}, status=status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "afterbegin"
    return response
