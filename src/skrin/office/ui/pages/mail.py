"""Sending papers and files by e-mail, and what came of it."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.brand import brand
from skrin.domain.refusal import Refusal
from skrin.exports import registration as texts
from skrin.office.mail import actions, queries
from skrin.office.mail.actions import File, Letter, file_named
from skrin.office.mail.queries import Message
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.mail_screens import Mail, MailCard, MailForm
from skrin.office.ui.pages import extracts, paper_files, records, units
from skrin.office.ui.words import day_and_clock, language, whole

PDF = "application/pdf"
_ORDER = re.compile("[0-9a-f]{16}")
Made = tuple[str, str, list[File]]
"""Subject, text, files."""


def registration_form(visit: Visit, till: str, store: int) -> MailForm:
    """To whom the registration of a register is sent (R-REG-005)."""
    seat = units.seat_of(visit, till, store)
    return _form(
        visit,
        _("Send the registration by e-mail"),
        (
            (_("Till"), f"{seat.label} · {seat.designation}"),
            (
                _("What is sent"),
                _("The control unit's number in the text, the registration as PDF"),
            ),
        ),
        reverse("office:registration_mail", args=(till, store)),
        reverse("office:records", args=(till, store)),
    )


def send_registration(visit: Visit, till: str, store: int) -> MailForm | None:
    """Order it; None when it is on its way, else the form with what was wrong."""

    def make() -> Made:
        now = records.registration_now(visit, till, store)
        subject, text = texts.unit_text(now, language())
        name, content = records.registration_pdf(visit, till, store)
        return subject, text, [File(name, PDF, io.BytesIO(content))]

    return _send(visit, registration_form(visit, till, store), store, make)


def record_form(visit: Visit, till: str, store: int) -> MailForm:
    """To whom a file of a register's records is sent (OPP-016)."""
    asked = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    fields = extracts.fields_of(asked.dict())
    form = _form(
        visit,
        _("Send the file by e-mail"),
        extracts.facts_of(visit, till, store, dict(fields)),
        reverse("office:record_mail", args=(till, store)),
        reverse("office:records", args=(till, store)),
    )
    return replace(form, hidden=fields)


def send_record(visit: Visit, till: str, store: int) -> MailForm | str:
    """Make the file and order it, or have a large one made first: the address of the page that
    shows how it stands, or the form with what was wrong."""
    form = record_form(visit, till, store)
    fields = dict(form.hidden)
    subject = extracts.subject_of(form.facts)
    body = "\n".join(f"{name}: {value}" for name, value in form.facts)

    def make() -> Made:
        made = records.take_out(visit, records.asked_of(visit, till, store, fields))
        return subject, body, [file_named(made.name, made.content)]

    def make_later() -> Made:
        return subject, body, []

    def order(letter: Letter) -> None:
        extracts.put(visit, till, store, fields, letter.id, letter)

    try:
        large = extracts.too_much(visit, till, store, fields)
    except Refusal as no:
        return replace(form, error=refusal_sentence(no))
    if not large:
        return _send(visit, form, store, make) or reverse("office:mail")
    return _send(visit, form, store, make_later, order) or reverse("office:extracts")


def closing_form(visit: Visit, till: str, store: int, seq: int) -> MailForm:
    """To whom a Z report is sent."""
    name, _content = paper_files.closing_file(visit, till, store, seq)
    return _form(
        visit,
        _("Send the report by e-mail"),
        ((_("What is sent"), name),),
        reverse("office:closing_mail", args=(till, store, seq)),
        reverse("office:closing", args=(till, store, seq)),
        "sales",
    )


def send_closing(visit: Visit, till: str, store: int, seq: int) -> MailForm | None:
    """Order it; None when it is on its way."""

    def make() -> Made:
        name, content = paper_files.closing_file(visit, till, store, seq)
        subject = name.removesuffix(".pdf").replace("-", " ").upper()
        return subject, visit.member.company_name, [File(name, PDF, io.BytesIO(content))]

    return _send(visit, closing_form(visit, till, store, seq), store, make)


def _form(
    visit: Visit,
    title: str,
    facts: tuple[tuple[str, str], ...],
    url: str,
    back_url: str,
    place: screens.Place = "tills",
) -> MailForm:
    return MailForm(
        frame=visit.frame(place),
        title=title,
        facts=facts,
        url=url,
        back_url=back_url,
        order=secrets.token_hex(8),
        to=visit.member.email,
        shut="" if actions.is_set_up() else _reason_words()[queries.NOT_SET],
    )


def _send(
    visit: Visit,
    form: MailForm,
    store: int,
    make: Callable[[], Made],
    put: Callable[[Letter], None] | None = None,
) -> MailForm | None:
    """Order a message with what `make` makes; with `put`, who takes the letter in its place."""
    sent = visit.request.POST
    typed = sent.get("order", "")
    order = typed if _ORDER.fullmatch(typed) else form.order
    note = sent.get("note", "")[:1000].strip()
    form = replace(form, to=sent.get("to", "")[:300], note=note, order=order)
    try:
        actions.checked_address(form.to)
        if form.shut:
            raise Refusal(queries.NOT_SET)
        subject, text, files = make()
        member = visit.member
        letter = Letter(
            order,
            store,
            member.person_id,
            member.display_name,
            member.email,
            f"{member.company_name} · {brand().name}",
            form.to,
            subject,
            "\n\n".join(filter(None, (note, text, _signature(visit)))),
        )
        if put:
            put(letter)
        else:
            actions.order(visit.company, letter, files, visit.now_ms)
    except Refusal as no:
        sentence = refusal_sentence(no)
        if no.code == "mail_address":
            return replace(form, to_error=sentence)
        return replace(form, error=sentence)
    return None


def _signature(visit: Visit) -> str:
    who = visit.member
    said = _("Sent by %(name)s, %(company)s. An answer goes to %(address)s.")
    return said % {"name": who.display_name, "company": who.company_name, "address": who.email}


def refusal_sentence(no: Refusal) -> str:
    """Why nothing was ordered, and what to do."""
    said = {
        "mail_address": _("Write one whole e-mail address, as name@example.com."),
        "mail_too_many": _(
            "At most %(most)s messages are sent in %(hours)s h, so that nobody sends spam from"
            " here. Wait, or download the file and send it yourself."
        ),
        "mail_too_large": _(
            "The files are more than %(most_mb)s MB, which many mailboxes refuse. Choose a shorter"
            " period, or download the file."
        ),
        **_reason_words(),
    }
    if no.code in said:
        return said[no.code] % no.values
    return extracts.refusal_sentence(no)


# --- What came of it --------------------------------------------------------------------------


def mail_page(visit: Visit, notice: str = "") -> Mail:
    """The latest messages that the member may see."""
    account = settings.MAIL_ACCOUNT
    how = _reason_words()[queries.NOT_SET]
    if account is not None:
        how = _("Messages are sent as %(sender)s.") % {"sender": account.sender}
    return Mail(
        frame=visit.frame(""),  # Of sales, tills and registrations alike: no place of the menu.
        account=how,
        cards=tuple(_card(visit, one) for one in _shown(visit)),
        notice=notice,
    )


def do(visit: Visit) -> str:
    """Do what the member asked for with a message; what to say of it. Raises `Http404`."""
    sent = visit.request.POST
    wanted = sent.get("message", "")
    if all(one.id != wanted for one in _shown(visit)):
        raise Http404
    if sent.get("what") == "withdraw":
        done = actions.withdraw(visit.company, wanted, visit.now_ms)
        return _("Withdrawn. It is not sent.") if done else _("Too late: it has left already.")
    try:
        done = actions.send_again(visit.company, wanted, visit.now_ms)
    except Refusal as no:
        return refusal_sentence(no)
    return _("It is sent again.") if done else _("It cannot be sent again. Order it anew.")


def unsent(visit: Visit) -> tuple[screens.Alarm, ...]:
    """The mark on the day's page: messages of the last day that did not arrive for certain."""
    if not visit.may("mail"):
        return ()
    since_ms = visit.now_ms - queries.DAY_MS
    troubled = (queries.GIVEN_UP, queries.UNKNOWN)
    count = sum(one.state in troubled and one.ended_at_ms > since_ms for one in _shown(visit))
    if not count:
        return ()
    sentence = ngettext(
        "%(n)s e-mail was not sent for certain", "%(n)s e-mails were not sent for certain", count
    )
    link = screens.Link(label=_("Look at it"), url=reverse("office:mail"))
    return (screens.Alarm(level="warn", sentence=sentence % {"n": whole(count)}, link=link),)


def _shown(visit: Visit) -> list[Message]:
    found = queries.messages(visit.company)
    return [one for one in found if not one.store or visit.member.may_see(one.store)]


def _when(visit: Visit, at_ms: int) -> str:
    return day_and_clock(at_ms, visit.time_zone)


def _card(visit: Visit, one: Message) -> MailCard:
    level, state, sentence = _state(visit, one)
    kept = one.has_files(visit.now_ms)
    troubled = one.state in (queries.GIVEN_UP, queries.UNKNOWN)
    return MailCard(
        id=one.id,
        subject=one.subject,
        to=one.address,
        ordered=f"{one.person_name}, {_when(visit, one.ordered_at_ms)}",
        level=level,
        state=state,
        sentence=sentence,
        todo=_reason_words().get(one.reason, "") if one.reason else "",
        answer=one.answer if one.state != queries.SENT else "",
        can_withdraw=one.state == queries.WAITING,
        can_send_again=troubled and kept,
        again_label=_("Send it again, it may come twice")
        if one.state == queries.UNKNOWN
        else _("Send it again"),
    )


def _state(visit: Visit, one: Message) -> tuple[screens.Level, str, str]:
    if one.state == queries.SENT:
        said = _("The mail server took it %(when)s.") % {"when": _when(visit, one.ended_at_ms)}
        return "good", _("Sent"), said
    if one.state == queries.WITHDRAWN:
        return "quiet", _("Withdrawn"), ""
    if one.state == queries.GIVEN_UP:
        return "bad", _("Not sent"), _("Nobody got it, and it is not tried any more.")
    if one.state == queries.UNKNOWN:
        return "warn", _("Perhaps sent"), ""
    if one.state == queries.WAITING and one.tries:
        said = _("Tries so far: %(n)s. Next %(when)s; given up %(end)s.") % {
            "n": whole(one.tries),
            "when": _when(visit, one.next_at_ms),
            "end": _when(visit, one.give_up_at_ms),
        }
        return "warn", _("Waits"), said
    return "quiet", _("On its way"), ""


def _reason_words() -> dict[str, str]:
    """Each reason, and what to do."""
    return {
        queries.NOT_SET: _(
            "This office sends no mail yet: whoever runs it sets the mail account. Until then,"
            " download the file and send it yourself."
        ),
        queries.AWAY: _("The mail server does not answer. It is tried again by itself."),
        queries.LATER: _("The mail server could not take it just then."),
        queries.LOGIN: _(
            "The mail server does not accept the office's log-in. Tell whoever runs the office."
        ),
        queries.INSECURE: _(
            "The line to the mail server is not safe, so nothing was sent. Tell whoever runs the"
            " office."
        ),
        queries.SENDER: _(
            "The mail server does not let the office send as its address. Tell whoever runs the"
            " office."
        ),
        queries.ADDRESS: _("The address was refused. Is it spelt right? Order it anew to another."),
        queries.REFUSED: _("The mail server refused the message. Download the file instead."),
        queries.TOO_LARGE: _(
            "The message is too large for the mail server. Send a shorter period."
        ),
        queries.UNFIT: _("The message could not be made. Order it anew; show this to service."),
        queries.NO_ANSWER: _(
            "All of it was handed over, but no answer came. Ask the receiver before you send it"
            " again."
        ),
    }
