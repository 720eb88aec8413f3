"""Who may service the tills of a company: the right beside the role, given and taken (R-SET-008,
009). A company of managers alone had nobody who could set a control unit."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from skrin.domain.role import ALLOW, SERVICE
from skrin.office.people import actions
from skrin.office.people import queries as people
from skrin.office.people.queries import Member
from skrin.office.publication import actions as publication
from skrin.office.ui.doors import Visit, role_name
from skrin.office.ui.people_screens import People, PersonRow
from skrin.office.ui.words import day_and_clock

GIVE, TAKE = "give", "take"


def page(visit: Visit, *, done: str = "") -> People:
    """The people whom the member may change, by name."""
    rows = tuple(_row(visit, one) for one in _seen(visit))
    return People(frame=visit.frame("settings"), rows=rows, done=done)


def change(visit: Visit) -> People:
    """Give or take the right. Raises `Http404` for somebody who is not in the list, or whose role
    brings it."""
    sent = visit.request.POST
    what = sent.get("what")
    found = {str(one.member_id): one for one in _seen(visit)}.get(sent.get("member", ""))
    if found is None or what not in (GIVE, TAKE) or _by_role(visit, found):
        raise Http404
    actions.set_services(
        visit.company,
        found.member_id,
        what == GIVE,
        (visit.member.member_id, visit.member.display_name),
        visit.now_ms,
    )
    publication.publish_everywhere(visit.company)
    said = (
        _("%(name)s may service the tills. Those that are connected know it in seconds.")
        if what == GIVE
        else _("%(name)s may service the tills no longer.")
    )
    return page(visit, done=said % {"name": found.display_name})


def _seen(visit: Visit) -> list[Member]:
    """Who works only where the member does."""
    own = set(visit.member.stores)
    return [
        one
        for one in people.members(visit.company)
        if not own or (one.stores and own.issuperset(one.stores))
    ]


def _by_role(visit: Visit, one: Member) -> bool:
    return people.role(visit.company, one.role).rule(SERVICE) == ALLOW


def _row(visit: Visit, one: Member) -> PersonRow:
    by_role = _by_role(visit, one)
    given = people.last_given(visit.company, one.member_id)
    remark = ""
    if given is not None and not by_role:
        words = _("given by %(who)s %(when)s") if given.has else _("taken by %(who)s %(when)s")
        when = day_and_clock(given.at_ms, visit.time_zone)
        remark = words % {"who": given.by_name, "when": when}
    return PersonRow(
        member=one.member_id,
        name=one.display_name,
        email=one.email,
        role=role_name(one.role),
        services=by_role or one.services,
        by_role=by_role,
        remark=remark,
    )
