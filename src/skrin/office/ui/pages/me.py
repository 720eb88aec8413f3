"""A person's own page: who one is here, and the password and PIN of one's own choice."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.refusal import Refusal
from skrin.office.people import actions as people
from skrin.office.publication import actions as publication
from skrin.office.tenancy import queries as tenancy
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit, role_name


def me_page(visit: Visit, notice: str = "", **errors: str) -> screens.Me:
    """The page as it is; `errors` beside the fields: see `screens.Me`."""
    member = visit.member
    names = tenancy.store_names(visit.company)
    stores = [name for number, name in sorted(names.items()) if member.may_see(number)]
    return screens.Me(
        frame=visit.frame("me"),
        facts=(
            (_("Name"), member.display_name),
            (_("E-mail"), member.email),
            (_("Role"), role_name(visit.role.name)),
            (_("Company"), member.company_name),
            (_("Stores"), ", ".join(stores)),
        ),
        notice=notice,
        **errors,
    )


def change_password(visit: Visit) -> screens.Me:
    """Take the form with a new password. A page without `notice` changed nothing."""
    form = visit.request.POST
    result = people.change_password(
        visit.member.email,
        form.get("current", ""),
        form.get("new", ""),
        str(visit.request.META.get("REMOTE_ADDR", "")),
        visit.now_ms,
    )
    if result.refusal == people.SHORT:
        sentence = _("Choose at least %(n)s letters, not your e-mail and not the old one.")
        return me_page(visit, new_error=sentence % {"n": people.PASSWORD_LEAST})
    if result.refusal:
        return me_page(visit, password_error=refused(result))
    return me_page(visit, _("Your password is changed. Where you were logged in before, log in."))


def change_pin(visit: Visit) -> screens.Me:
    """Take the form with a new PIN; the password says that it is the person. A page without
    `notice` changed nothing."""
    form = visit.request.POST
    result = people.log_in(
        visit.member.email,
        form.get("current", ""),
        str(visit.request.META.get("REMOTE_ADDR", "")),
        visit.now_ms,
    )
    if result.refusal:
        return me_page(visit, pin_password_error=refused(result))
    try:
        people.set_pin(visit.company, visit.member.member_id, form.get("pin", ""))
    except Refusal as no:
        return me_page(visit, pin_error=_pin_sentence(no.code))
    people.forgive_pin(visit.company, visit.member.member_id)
    publication.publish_everywhere(visit.company)
    return me_page(visit, _("Your PIN is changed. The tills know it within seconds."))


def _pin_sentence(code: str) -> str:
    return {
        "pin_shape": _("A PIN is 4 to 6 digits."),
        "pin_easy": _("That PIN is easy to guess. Choose another."),
    }.get(code, code)


def refused(result: people.LogIn) -> str:
    """Why a password was refused, in words; empty when it was not."""
    if result.refusal == people.WAIT:
        minutes = -(-result.wait_s // 60)
        return ngettext(
            "Too many tries. Try again in %(n)s minute.",
            "Too many tries. Try again in %(n)s minutes.",
            minutes,
        ) % {"n": minutes}
    return _("That is not your password.") if result.refusal else ""
