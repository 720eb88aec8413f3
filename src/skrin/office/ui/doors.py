"""Who stands before a page: the person, the company, and the frame around what they see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from skrin import __version__
from skrin.office.people import queries as people
from skrin.office.people.queries import Member
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.office.ui.middleware import LANGUAGE_COOKIE
from skrin.office.ui.screens import Choice, Frame, Place
from skrin.office.ui.words import language

PERSON_KEY, COMPANY_KEY = "person", "company"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is logged in, inside one company."""

    request: HttpRequest
    member: Member
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
        now = datetime.fromtimestamp(self.now_ms / 1000, tz=UTC).astimezone(
            ZoneInfo(self.time_zone)
        )
        return (now - timedelta(minutes=self.day_break_min)).date()

    def frame(self, place: Place) -> Frame:
        """The frame around a page in this place."""
        return Frame(
            company_name=self.member.company_name,
            user_name=self.member.display_name,
            version=__version__,
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


def outside_frame() -> Frame:
    """The frame of a page for somebody who is not logged in."""
    return Frame(company_name="Skrin", user_name="", version=__version__, language=language())


PageView = Callable[..., HttpResponse]


def member_page(view: PageView) -> Callable[..., HttpResponse]:
    """A page for members only: `view` gets a `Visit`, inside the wall of its company."""

    @require_GET
    @wraps(view)
    def answer(request: HttpRequest, **parts: object) -> HttpResponse:
        companies = _companies(request)
        if not companies:
            wanted = request.get_full_path()
            return redirect(f"{reverse('office:login')}?{urlencode({'next': wanted})}")
        member = _chosen(request, companies)
        with wall.inside(member.company_id), _language_of(request, member):
            company = tenancy.company(member.company_id)
            visit = Visit(
                request,
                member,
                tuple(companies),
                company.time_zone,
                company.day_break_min,
                time.time_ns() // 1_000_000,
            )
            return view(visit, **parts)

    return answer


def _companies(request: HttpRequest) -> list[Member]:
    person_id = request.session.get(PERSON_KEY)
    return people.memberships(person_id) if person_id else []


def _chosen(request: HttpRequest, companies: list[Member]) -> Member:
    """The company that was asked for, else the one of the session, else the first."""
    wanted = request.GET.get("company") or str(request.session.get(COMPANY_KEY, ""))
    member = next((m for m in companies if str(m.company_id) == wanted), companies[0])
    if request.session.get(COMPANY_KEY) != member.company_id:
        request.session[COMPANY_KEY] = member.company_id
    return member


def _language_of(request: HttpRequest, member: Member) -> translation.override:
    chosen = request.GET.get("language") or request.COOKIES.get(LANGUAGE_COOKIE)
    return translation.override(language() if chosen else member.language)
