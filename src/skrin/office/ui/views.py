"""The office's pages: each view reads the request, makes one call, and renders."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from skrin.domain.refusal import Refusal
from skrin.office.people import actions as people
from skrin.office.people import queries as members
from skrin.office.ui import screens
from skrin.office.ui.doors import (
    COMPANY_KEY,
    PERSON_KEY,
    STAMP_KEY,
    Visit,
    member_form,
    member_page,
    outside_frame,
)
from skrin.office.ui.errors import message
from skrin.office.ui.pages import me as me_pages
from skrin.office.ui.pages import money as money_pages
from skrin.office.ui.pages import registers, sales
from skrin.office.ui.pages import tills as till_pages
from skrin.office.ui.pages import today as today_pages
from skrin.office.ui.rules import home_of


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in with the same e-mail and password as in the till (R-USER-001)."""
    next_url = _own_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return _login_form(request, screens.Login(frame=outside_frame(), next_url=next_url))
    email = request.POST.get("email", "").strip()
    password = request.POST.get("password", "")
    screen = screens.Login(
        frame=outside_frame(),
        email=email,
        email_error="" if "@" in email else _("Write your e-mail address."),
        password_error="" if password else _("Write your password."),
        next_url=next_url,
    )
    if screen.email_error or screen.password_error:
        return _login_form(request, screen, 422)
    result = people.log_in(
        email, password, str(request.META.get("REMOTE_ADDR", "")), time.time_ns() // 1_000_000
    )
    error = me_pages.refused(result) if result.refusal == people.WAIT else ""
    if result.refusal and not error:
        error = _("E-mail and password do not belong together.")
    if not error and not (found := members.memberships(result.person_id)):
        error = _("No company has let you in yet.")
    if error:
        screen = screens.Login(frame=outside_frame(), email=email, error=error, next_url=next_url)
        return _login_form(request, screen, 429 if result.refusal == people.WAIT else 422)
    request.session.cycle_key()
    request.session[PERSON_KEY] = result.person_id
    request.session[COMPANY_KEY] = found[0].company_id
    request.session[STAMP_KEY] = found[0].password_stamp
    return HttpResponseRedirect(next_url or reverse("office:start"))


def _login_form(request: HttpRequest, screen: screens.Login, status: int = 200) -> HttpResponse:
    return render(request, "office/login.html", {"screen": screen}, status=status)


def _own_path(url: str) -> str:
    """`url` when it is a path of this site, else empty: nobody is sent elsewhere after log-in."""
    parts = urlsplit(url)
    own = url.startswith("/") and not url.startswith(("//", "/\\"))
    return url if own and not parts.scheme and not parts.netloc else ""


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Leave the office."""
    request.session.flush()
    return redirect("office:login")


@member_page
def start(visit: Visit) -> HttpResponse:
    """Lead to the page that this person begins with."""
    return redirect(f"office:{home_of(visit.role)}")


@member_form
def me(visit: Visit) -> HttpResponse:
    """A person's own page, and a new password or PIN."""
    take = {"password": me_pages.change_password, "pin": me_pages.change_pin}.get(
        visit.request.POST.get("what", "")
    )
    screen = take(visit) if take else me_pages.me_page(visit)
    if screen.notice and visit.request.POST.get("what") == "password":
        # The session that asked goes on, under a new key; every other one has ended.
        member = members.member_of(visit.company, visit.member.person_id)
        assert member is not None, "who has just changed a password is a member"
        visit.request.session.cycle_key()
        visit.request.session[STAMP_KEY] = member.password_stamp
    status = 422 if take and not screen.notice else 200
    return render(visit.request, "office/me.html", {"screen": screen}, status=status)


@member_page
def today(visit: Visit) -> HttpResponse:
    """How the day goes; asked again every five seconds, answered 304 when nothing is new (D35)."""
    screen = today_pages.today_page(visit)
    etag = f'"{screen.etag}"'
    if (
        visit.request.headers.get("HX-Request")
        and visit.request.headers.get("If-None-Match") == etag
    ):
        return HttpResponseNotModified()
    response = render(visit.request, "office/today.html", {"screen": screen})
    response.headers["ETag"] = etag
    return response


@member_page
def today_json(visit: Visit) -> HttpResponse:
    """Today's figures as data."""
    return JsonResponse(sales.statistics_data(visit))


@member_page
def statistics(visit: Visit) -> HttpResponse:
    """Number, net, gross profit and margin per group."""
    return render(visit.request, "office/statistics.html", {"screen": sales.statistics_page(visit)})


@member_page
def statistics_json(visit: Visit) -> HttpResponse:
    """The statistics as data."""
    return JsonResponse(sales.statistics_data(visit))


@member_page
def receipts(visit: Visit) -> HttpResponse:
    """The list of receipts."""
    return render(visit.request, "office/receipts.html", {"screen": sales.receipts_page(visit)})


@member_page
def receipt(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One receipt."""
    screen = sales.receipt_page(visit, till, store, seq)
    return render(visit.request, "office/receipt.html", {"screen": screen})


@member_page
def receipt_text(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One receipt as plain text."""
    _found, text = sales.find_receipt(visit, till, store, seq)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@member_page
def closings(visit: Visit) -> HttpResponse:
    """The list of closings."""
    return render(visit.request, "office/closings.html", {"screen": sales.closings_page(visit)})


@member_page
def closing(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One Z."""
    screen = sales.closing_page(visit, till, store, seq)
    return render(visit.request, "office/closing.html", {"screen": screen})


@member_page
def closing_text(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """One Z as plain text, byte for byte what the printer set."""
    _entry, _report, text = sales.closing_text(visit, till, store, seq)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@member_page
def sie(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """The accounting file of a Z."""
    try:
        name, content = money_pages.sie_download(visit, till, store, seq)
    except Refusal as refusal:
        sentence = money_pages.refusal_sentence(refusal)
        return message(visit.request, 409, _("There is no file for this day yet"), sentence)
    # Code page 437 is no web charset: a browser must take the bytes as they are.
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@member_page
def articles(visit: Visit) -> HttpResponse:
    """The register of articles."""
    screen = registers.articles_page(visit)
    return render(visit.request, "office/articles.html", {"screen": screen})


@member_page
def tills(visit: Visit) -> HttpResponse:
    """The tills."""
    return render(visit.request, "office/tills.html", {"screen": till_pages.tills_page(visit)})


@member_page
def till(visit: Visit, till: str, store: int) -> HttpResponse:
    """One till."""
    screen = till_pages.till_page(visit, till, store)
    return render(visit.request, "office/till.html", {"screen": screen})


@member_page
def till_summary(visit: Visit, till: str, store: int) -> HttpResponse:
    """What a till's journal comes to, as data."""
    return JsonResponse(till_pages.till_summary(visit, till, store))


@member_page
def money(visit: Visit) -> HttpResponse:
    """The accounting files."""
    return render(visit.request, "office/money.html", {"screen": money_pages.money_page(visit)})


@member_form
def settings(visit: Visit) -> HttpResponse:
    """What is set; how days are closed is set here."""
    sent = visit.request.method == "POST"
    screen = registers.set_settings(visit) if sent else registers.settings_page(visit)
    status = 422 if screen.error else 200
    return render(visit.request, "office/settings.html", {"screen": screen}, status=status)
