"""Files of a register's records that take too long for a page: ordered, watched, fetched."""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import IO

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.refusal import Refusal
from skrin.office.extracts import actions, queries
from skrin.office.extracts.actions import Wanted
from skrin.office.extracts.queries import Extract
from skrin.office.mail.actions import Letter
from skrin.office.records.files import count_entries
from skrin.office.ui.doors import Visit
from skrin.office.ui.extract_screens import ExtractCard, ExtractForm, Extracts
from skrin.office.ui.pages import records, units
from skrin.office.ui.words import day_and_clock, whole

ASKED = ("what", "format", "first", "last", "scope")
"""The fields of a file of records."""

_ORDER = re.compile("[0-9a-f]{16}")
KB, MB = 1000, 1_000_000


def facts_of(
    visit: Visit, till: str, store: int, asked: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """What is asked for, in words. Raises `Http404`."""
    seat = units.seat_of(visit, till, store)
    span = " – ".join(filter(None, (asked.get("first", ""), asked.get("last", ""))))
    return (
        (_("Till"), f"{seat.label} · {seat.designation}"),
        (_("What"), records.kind_names().get(asked.get("what", ""), "–")),
        (_("Format"), records.format_names().get(asked.get("format", ""), "–")),
        (_("Days"), span or "–"),
        (_("Of"), records.scope_names().get(asked.get("scope") or records.TILL, "–")),
    )


def subject_of(facts: tuple[tuple[str, str], ...]) -> str:
    """The same in a line."""
    return f"{facts[1][1].partition(':')[0]} · {facts[0][1]} · {facts[3][1]}"


def fields_of(asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The fields of a form, as they are sent along."""
    return tuple((name, asked.get(name, "")[:20]) for name in ASKED)


def too_much(visit: Visit, till: str, store: int, fields: Mapping[str, str]) -> int:
    """How many entries a file is made of, when they are too many for a page; else 0. Refused as in
    the exports."""
    entries = _entries(visit, till, store, fields)
    return entries if queries.is_large(fields.get("format", ""), entries) else 0


def _entries(visit: Visit, till: str, store: int, fields: Mapping[str, str]) -> int:
    return count_entries(records.asked_of(visit, till, store, fields), records.records_in(visit))


def form(visit: Visit, till: str, store: int, fields: Mapping[str, str]) -> ExtractForm | None:
    """The form that orders a large file; None when a page makes it at once. Refused as in the
    exports."""
    entries = too_much(visit, till, store, fields)
    return _form(visit, till, store, fields, entries) if entries else None


def _form(
    visit: Visit, till: str, store: int, fields: Mapping[str, str], entries: int
) -> ExtractForm:
    read = ((_("Entries to read"), whole(entries)),) if entries else ()
    return ExtractForm(
        frame=visit.frame("tills"),
        facts=facts_of(visit, till, store, fields) + read,
        url=reverse("office:record_order", args=(till, store)),
        back_url=reverse("office:records", args=(till, store)),
        order=secrets.token_hex(8),
        hidden=fields_of(fields),
    )


def order(visit: Visit, till: str, store: int) -> ExtractForm | None:
    """Order what the form says; None when it is ordered, else the form with what was wrong."""
    sent = visit.request.POST.dict()
    try:
        put(visit, till, store, sent, sent.get("order", ""), None)
    except Refusal as no:
        wrong = _form(visit, till, store, sent, entries=0)
        return replace(wrong, error=refusal_sentence(no))
    return None


def put(
    visit: Visit,
    till: str,
    store: int,
    fields: Mapping[str, str],
    order_id: str,
    letter: Letter | None,
) -> None:
    """Order the file of a form, to be fetched or sent. Refused as `actions.order` and as in the
    exports."""
    asked = records.asked_of(visit, till, store, fields)
    wanted = Wanted(
        order_id if _ORDER.fullmatch(order_id) else secrets.token_hex(8),
        store,
        visit.member.display_name,
        subject_of(facts_of(visit, till, store, fields)),
        asked,
        count_entries(asked, records.records_in(visit)),
        letter,
    )
    actions.order(visit.company, wanted, visit.now_ms)


def refusal_sentence(no: Refusal) -> str:
    """Why nothing was ordered, and what to do."""
    if no.code == "extract_too_many":
        return _("%(most)s files are ordered already. Wait until one is made.") % no.values
    return records.refusal_sentence(no)


# --- What came of it --------------------------------------------------------------------------


def extracts_page(visit: Visit, notice: str = "") -> Extracts:
    """The latest orders that the member may see."""
    shown = _shown(visit)
    busy = any(one.state in (queries.WAITING, queries.MAKING) for one in shown)
    return Extracts(
        frame=visit.frame("tills"),
        cards=tuple(_card(visit, one) for one in shown),
        poll_url=reverse("office:extracts") if busy else "",
        notice=notice,
    )


def do(visit: Visit) -> str:
    """Withdraw what the member points at; what to say of it. Raises `Http404`."""
    wanted = visit.request.POST.get("order", "")
    if all(one.id != wanted for one in _shown(visit)):
        raise Http404
    if actions.withdraw(visit.company, wanted, visit.now_ms):
        return _("Withdrawn. It is not made.")
    return _("Too late: it has ended already.")


def open_file(visit: Visit, order_id: str) -> tuple[str, IO[bytes]]:
    """The name and the open content of a file that was made. Raises `Http404`."""
    one = queries.extract(visit.company, order_id)
    if one is None or not _may_see(visit, one) or not one.has_file(visit.now_ms):
        raise Http404
    content = tempfile.TemporaryFile(prefix="skrin-extract-")  # noqa: SIM115 (the response's)
    for piece in queries.content(visit.company, order_id):
        content.write(piece)
    content.seek(0)
    return one.name, content


def _may_see(visit: Visit, one: Extract) -> bool:
    return visit.member.may_see(one.store)


def _shown(visit: Visit) -> list[Extract]:
    return [one for one in queries.extracts(visit.company) if _may_see(visit, one)]


def _when(visit: Visit, at_ms: int) -> str:
    return day_and_clock(at_ms, visit.time_zone)


def _card(visit: Visit, one: Extract) -> ExtractCard:
    here = one.has_file(visit.now_ms)
    is_open = one.state in (queries.WAITING, queries.MAKING)
    making = one.state == queries.MAKING
    level, state, sentence = _state(visit, one)
    return ExtractCard(
        id=one.id,
        subject=one.subject,
        ordered=f"{one.person_name}, {_when(visit, one.ordered_at_ms)}",
        level=level,  # type: ignore[arg-type]
        state=state,
        sentence=sentence,
        done_percent=min(100 * one.entries_done // max(one.entries, 1), 99) if making else -1,
        file_url=reverse("office:extract_file", args=(one.id,)) if here else "",
        facts=(
            (_("File"), one.name),
            (_("Size"), _size(one.size_bytes)),
            ("SHA-256", one.sha256),
        )
        if here
        else (),
        can_withdraw=is_open,
    )


def _state(visit: Visit, one: Extract) -> tuple[str, str, str]:
    if one.state == queries.WAITING:
        return "quiet", _("Waits for its turn"), ""
    if one.state == queries.MAKING:
        said = _("%(done)s of %(all)s entries are read. You can leave this page.")
        values = {"done": whole(one.entries_done), "all": whole(one.entries)}
        return "quiet", _("Is being made"), said % values
    if one.state == queries.WITHDRAWN:
        return "quiet", _("Withdrawn"), ""
    if one.state == queries.FAILED:
        return "bad", _("Not made"), _reason(one)
    if not one.has_file(visit.now_ms):
        return "quiet", _("Made"), _("The file is gone. Order it anew.")
    if one.mail_reason == "mail_too_large":
        said = _("It was not sent: it is too large for e-mail. Fetch it here.")
        return "warn", _("Made"), said
    if one.mail_reason:
        said = _("It was not sent by e-mail. Fetch it here, and send it yourself.")
        return "warn", _("Made"), said
    if one.mailed:
        return "good", _("Made"), _("It is on its way by e-mail, and can be fetched here.")
    said = _("It can be fetched here until %(when)s.") % {"when": _when(visit, one.until_ms)}
    return "good", _("Made"), said


def _reason(one: Extract) -> str:
    if one.reason == queries.DAMAGED:
        return _("The journal is damaged: %(why)s.") % {"why": one.detail}
    if one.reason == queries.TOO_LARGE:
        return _("The file became too large. Choose a shorter period.")
    if one.reason == queries.BROKE:
        return _("It broke several times while it was made. Tell whoever runs the office.")
    return records.refusal_sentence(Refusal(one.reason))


def _size(size_bytes: int) -> str:
    if size_bytes < MB:
        return f"{whole(-(-size_bytes // KB))} kB"
    return f"{whole(-(-size_bytes // MB))} MB"
