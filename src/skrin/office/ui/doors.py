"""Who stands before a page: the person, the company, and the frame around what they see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skrin.brand import brand
from skrin.domain.role import Role
from skrin.office.people import queries as people
from skrin.office.people.queries import Member
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.office.ui import rules
from skrin.office.ui.middleware import LANGUAGE_COOKIE
from skrin.office.ui.screens import Choice, Frame, Link, MenuItem, Message, Place
from skrin.office.ui.words import language

PERSON_KEY, COMPANY_KEY, STAMP_KEY = "person", "company", "stamp"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is logged in, inside one company."""

    request: HttpRequest
    member: Member
    role: Role
    companies: tuple[Member, ...]
    time_zone: str
    day_break_min: int
    now_ms: int

    @property
    def company(self) -> int:
        """The company that this visit is inside of."""
        return self.member.company_id

    @property
    def today(self) -> date:
        """The business day that it is now at the company."""
        return tenancy.day_at(self.time_zone, self.day_break_min, self.now_ms)

    def may(self, name: str) -> bool:
        """Whether the role opens the page of this name."""
        return rules.RULES[name].lets_in(self.role)

    def frame(self, place: Place) -> Frame:
        """The frame around a page in this place: its menu holds what the role opens."""
        return Frame(
            company=str(self.company),
            home_url=reverse(f"office:{rules.home_of(self.role)}"),
            menu=_menu(self.role, place),
            company_name=self.member.company_name,
            user_name=self.member.display_name,
            version=brand().version_name,
            program=brand().name,
            place=place,
            language=language(),
            companies=tuple(
                Choice(
                    value=str(member.company_id),
                    name=member.company_name,
                    selected=member.company_id == self.company,
                )
                for member in self.companies
            ),
        )


_ICONS = {
    "today": "house",
    "statistics": "chart-column",
    "articles": "tag",
    "tills": "monitor",
    "money": "wallet",
    "settings": "settings",
}


def _menu(role: Role, place: Place) -> tuple[MenuItem, ...]:
    labels = {
        "today": _("Today"),
        "statistics": _("Sales"),
        "articles": _("Articles"),
        "tills": _("Tills"),
        "money": _("Money"),
        "settings": _("Settings"),
    }
    here = "statistics" if place == "sales" else place
    return tuple(
        MenuItem(
            label=labels[name],
            url=reverse(f"office:{name}"),
            icon=_ICONS[name],
            here=name == here,
        )
        for name in rules.menu_of(role)
    )


def outside_frame() -> Frame:
    """The frame of a page for somebody who is not logged in."""
    sold_as = brand()
    return Frame(
        company_name=sold_as.name,
        user_name="",
        version=sold_as.version_name,
        program=sold_as.name,
        language=language(),
    )


PageView = Callable[..., HttpResponse]
READING, SENDING = ("GET", "HEAD"), ("GET", "HEAD", "POST")


def member_page(view: PageView) -> Callable[..., HttpResponse]:
    """A page for those whose role opens its address (ui/rules.py): `view` gets a `Visit`, inside
    the wall of its company."""
    return _guarded(view, READING)


def member_form(view: PageView) -> Callable[..., HttpResponse]:
    """As `member_page`, for a page that is also sent to."""
    return _guarded(view, SENDING)


def _guarded(view: PageView, methods: tuple[str, ...]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, **parts: object) -> HttpResponse:
        companies = _companies(request)
        if not companies:
            wanted = request.get_full_path() if request.method == "GET" else ""
            query = f"?{urlencode({'next': wanted})}" if wanted else ""
            return _go(request, reverse("office:login") + query)
        member = _chosen(request, companies)
        with wall.inside(member.company_id), _language_of(request, member):
            visit = _visit(request, member, tuple(companies))
            match = request.resolver_match
            rule = rules.rule_of(match.view_name) if match else None
            if rule is None or not rule.lets_in(visit.role):
                return shut_out(visit)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(visit, **parts)

    return answer


def person_page(view: Callable[[Visit, tuple[Member, ...]], HttpResponse]) -> PageView:
    """A page over several companies: `view` gets a `Visit` of the one that is chosen, and the
    memberships of the person; it stands inside no wall, and opens one after the other with
    `visit_in`."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        companies = _companies(request)
        if not companies:
            return _go(request, reverse("office:login"))
        member = _chosen(request, companies)
        with wall.inside(member.company_id), _language_of(request, member):
            visit = _visit(request, member, tuple(companies))
            match = request.resolver_match
            rule = rules.rule_of(match.view_name) if match else None
            if rule is None or not rule.lets_in(visit.role):
                return shut_out(visit)
            if request.method not in READING:
                return HttpResponseNotAllowed(READING)
        with _language_of(request, member):
            return view(visit, tuple(companies))

    return answer


def visit_in(visit: Visit, member: Member) -> Visit:
    """The same request as a visit of another company of the person. Call from inside that one."""
    return _visit(visit.request, member, visit.companies)


def _visit(request: HttpRequest, member: Member, companies: tuple[Member, ...]) -> Visit:
    company = tenancy.company(member.company_id)
    return Visit(
        request,
        member,
        people.role_of(member),
        companies,
        company.time_zone,
        company.day_break_min,
        time.time_ns() // 1_000_000,
    )


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the browser to another page: also when htmx asked for a part of one."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return redirect(url)


def shut_out(visit: Visit) -> HttpResponse:
    """403: what the role does not open, in words, with the way to what it does.

    A part of a page that polls is led to the whole page, where the words are.
    """
    request = visit.request
    own = Link(label=_("Your page"), url=reverse("office:me"), primary=not visit.frame("").menu)
    ways = tuple(
        Link(label=item.label, url=item.url, primary=place == 0)
        for place, item in enumerate(visit.frame("").menu[:2])
    )
    screen = Message(
        frame=visit.frame(""),
        title=_("Your role does not open this page"),
        sentence=_(
            "You are logged in as %(name)s, %(role)s. Ask the one who has the shop if you need it."
        )
        % {"name": visit.member.display_name, "role": role_name(visit.role.name)},
        links=(*ways, own),
    )
    response = render(request, "office/message.html", {"screen": screen}, status=403)
    if request.headers.get("HX-Request"):
        response.headers["HX-Redirect"] = request.get_full_path()
    return response


def role_name(role: str) -> str:
    """A role in words; one that the company named itself as it is."""
    return {
        "cashier": _("cashier"),
        "manager": _("manager"),
        "owner": _("owner"),
        "accountant": _("accountant"),
        "service": pgettext("role", "service"),
        "dealer": pgettext("role", "dealer"),
    }.get(role, role)


def _companies(request: HttpRequest) -> list[Member]:
    person_id = request.session.get(PERSON_KEY)
    found = people.memberships(person_id) if person_id else []
    # A password that was changed ends every session of before.
    stamp = request.session.get(STAMP_KEY, "")
    return [member for member in found if member.password_stamp == stamp]


def _chosen(request: HttpRequest, companies: list[Member]) -> Member:
    """The company that a form or an address names, else the one of the session, else the first.
    A form always names one (`named.Named`).

    Raises `Http404` when something is sent to a company that is not theirs, or not any more: what
    was meant for one is never done in another."""
    asked = request.POST.get("company") or request.GET.get("company")
    wanted = asked or str(request.session.get(COMPANY_KEY, ""))
    member = next((m for m in companies if str(m.company_id) == wanted), None)
    if member is None:
        if wanted and request.method == "POST":
            raise Http404
        member = companies[0]
    if request.session.get(COMPANY_KEY) != member.company_id:
        request.session[COMPANY_KEY] = member.company_id
    return member


def _language_of(request: HttpRequest, member: Member) -> translation.override:
    chosen = request.GET.get("language") or request.COOKIES.get(LANGUAGE_COOKIE)
    return translation.override(language() if chosen else member.language)
