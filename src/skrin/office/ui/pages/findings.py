"""What needs a person's eye, in plain words, each with what to do about it."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.payment import APPROVED, CHARGE
from skrin.domain.refusal import Refusal
from skrin.domain.rights import adopting, book, deciding, terms
from skrin.office.findings import actions, queries
from skrin.office.findings.actions import PARKED, PAYMENT
from skrin.office.findings.queries import Finding
from skrin.office.people import queries as people
from skrin.office.publication import actions as publication
from skrin.office.rights import actions as right_actions
from skrin.office.rights import queries as rights
from skrin.office.tills import actions as till_actions
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import StrangerCard
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.finding_screens import (
    Awaited,
    CatchingUp,
    FindingCard,
    Findings,
    StrangerRow,
)
from skrin.office.ui.pages import tills as till_pages
from skrin.office.ui.words import day_and_clock, day_of, money, whole

SEEN_SHOWN = 50
QUIET = frozenset({deciding.TAKEN_OVER, PARKED, adopting.CAUGHT_UP})
"""What is only to be known; everything else may be money."""


def findings_page(visit: Visit) -> Findings:
    """What the member may see of them, the unseen ones first."""
    names = tills.registers(visit.company)
    cards = [_card(visit, one, names) for one in _shown(visit)]
    return Findings(
        frame=visit.frame("today"),
        new=tuple(card for card in cards if not card.seen),
        seen=tuple(card for card in cards if card.seen)[:SEEN_SHOWN],
        catching_up=_catching_up(visit, names),
        may_go_on=visit.may("till_retire"),
        strangers=tuple(_stranger(visit, one) for one in tills.asking(visit.company)),
    )


def _stranger(visit: Visit, one: StrangerCard) -> StrangerRow:
    names, sentences = one.till, [_("Other tills know of it. It has not spoken yet.")]
    todo = _(
        "Is the device in your shop, start it: it then asks by itself. Is it stolen, given away or"
        " emptied, say that it is not in use."
    )
    if one.admission is not None:
        names = ", ".join(seat.designation for seat in one.admission.seats)
        enrolled = day_and_clock(one.admission.enrolled_at_utc_ms, visit.time_zone)
        what = _("It enrolled %(when)s on the device %(device)s, and sells on.")
        sentences = [what % {"when": enrolled, "device": one.admission.device_name}]
        todo = _(
            "It was let in after the backup. Is the device in your shop and in use, let it in: all"
            " that it sold comes by itself. Is it stolen, given away or emptied, say that it is not"
            " in use."
        )
    if one.why_not:
        todo = _("When you have its package, or it is lost, say that it is not in use.")
        sentences.append(
            _(
                "It cannot be let in: its number, its name or its store is another's by now. Take"
                " a package out of it, and enrol the device anew."
            )
        )
    title = _("Till %(till)s is not known here any more") % {"till": names}
    lets_in = one.admission is not None and not one.why_not
    return StrangerRow(
        till=one.till, title=title, sentences=tuple(sentences), todo=todo, may_be_let_in=lets_in
    )


def answer_stranger(visit: Visit, till: str, *, lets_in: bool) -> None:
    """The member says whether a till that asks to be known again is in use. Raises `Http404` for
    who may not, and for one that does not ask."""
    if not visit.may("till_retire"):
        raise Http404
    if not lets_in:
        till_actions.send_away(visit.company, till, visit.now_ms)
        return
    try:
        till_actions.let_in(visit.company, till, visit.member.display_name, visit.now_ms)
    except Refusal as no:
        raise Http404 from no
    publication.publish_everywhere(visit.company)


def _catching_up(visit: Visit, names: dict[str, tills.Register]) -> CatchingUp | None:
    """What an office waits for that was put back to a backup; None = it was not."""
    late = rights.catching_up(visit.company)
    if late is None:
        return None
    why = {
        adopting.BACKUP: _(
            "Its database is an older one. The program saw that at its start, %(when)s."
        ),
        adopting.TILL: _(
            "A till knew more than the office did, %(when)s: its database is an older one."
        ),
        adopting.PERSON: _("Whoever runs the office said so, %(when)s."),
    }.get(late.why, "%(when)s")
    stand = till_pages.standing(visit, late.since_ms)
    return CatchingUp(
        why=why % {"when": day_and_clock(late.since_ms, visit.time_zone)},
        tills=tuple(
            stand.get(name, Awaited(name=_called(name, names), level="quiet", state=""))
            for name in late.registers
        ),
    )


def go_on(visit: Visit) -> None:
    """The member says that the tills which were not heard are not waited for. Raises `Http404` for
    who may not."""
    if not visit.may("till_retire"):
        raise Http404
    right_actions.go_on(visit.company, visit.now_ms)


def unseen(visit: Visit) -> tuple[screens.Alarm, ...]:
    """The mark on the day's page: how many there are that nobody has seen, and that the office was
    put back to a backup."""
    return (*_put_back(visit), *_asking(visit), *_new(visit))


def _asking(visit: Visit) -> tuple[screens.Alarm, ...]:
    asking = len(tills.asking(visit.company))
    if not asking:
        return ()
    sentence = ngettext(
        "%(n)s till enrolled after the backup and is not known here any more",
        "%(n)s tills enrolled after the backup and are not known here any more",
        asking,
    ) % {"n": whole(asking)}
    link = screens.Link(label=_("Look at it"), url=reverse("office:findings"))
    return (screens.Alarm(level="bad", sentence=sentence, link=link),)


def _put_back(visit: Visit) -> tuple[screens.Alarm, ...]:
    if rights.catching_up(visit.company) is None:
        return ()
    sentence = _("The office was put back to a backup, and waits for tills")
    link = screens.Link(label=_("Look at it"), url=reverse("office:findings"))
    return (screens.Alarm(level="warn", sentence=sentence, link=link),)


def _new(visit: Visit) -> tuple[screens.Alarm, ...]:
    new = [one for one in _shown(visit) if not one.seen_by]
    if not new:
        return ()
    sentence = ngettext(
        "%(n)s thing needs somebody's eye", "%(n)s things need somebody's eye", len(new)
    ) % {"n": whole(len(new))}
    level: screens.Level = "warn" if all(one.what in QUIET for one in new) else "bad"
    link = screens.Link(label=_("Look at it"), url=reverse("office:findings"))
    return (screens.Alarm(level=level, sentence=sentence, link=link),)


def see(visit: Visit, name: str) -> None:
    """The member says that they have seen a finding. Raises `Http404` for one that is not there."""
    found = next((one for one in _shown(visit) if _name(one) == name), None)
    if found is None:
        raise Http404
    who = visit.member.display_name
    actions.see(visit.company, found.register, found.seq, found.place, who, visit.now_ms)


def _shown(visit: Visit) -> list[Finding]:
    return [one for one in queries.findings(visit.company) if visit.member.may_see(_at(one)[1])]


def _name(one: Finding) -> str:
    return f"{one.register}:{one.seq}:{one.place}"


def _at(one: Finding) -> tuple[str, int]:
    till, _dash, store = one.register.rpartition("-")
    return till, int(store) if store.isdecimal() else 0


def _card(visit: Visit, one: Finding, names: dict[str, tills.Register]) -> FindingCard:
    title, sentence, todo = _words(visit, one, names)
    when = day_and_clock(one.found_at_ms, visit.time_zone)
    who = people.display_name(visit.company, one.person)
    seen = ""
    if one.seen_by:
        at = day_and_clock(one.seen_at_ms, visit.time_zone)
        seen = _("Seen by %(name)s, %(when)s") % {"name": one.seen_by, "when": at}
    return FindingCard(
        name=_name(one),
        level="warn" if one.what in QUIET else "bad",
        title=title,
        sentences=(sentence,),
        todo=todo,
        where=", ".join(filter(None, (_called(one.register, names), who, when))),
        links=_links(visit, one),
        seen=seen,
    )


def _called(register: str, names: dict[str, tills.Register]) -> str:
    known = names.get(register)
    return known.designation if known else register


def _links(visit: Visit, one: Finding) -> tuple[screens.Link, ...]:
    store = _at(one)[1]
    if not store:
        return ()
    day = day_of(one.found_at_ms, visit.time_zone)
    query = f"?from={day}&to={day}&store={store}"
    receipts = screens.Link(
        label=_("Receipts of that day in the store"), url=reverse("office:receipts") + query
    )
    if one.kind == terms.GIFT_CARD and visit.may("gift_card"):
        url = reverse("office:gift_card", args=[one.key])
        return (screens.Link(label=_("The gift card"), url=url), receipts)
    return (receipts,)


def _words(visit: Visit, one: Finding, names: dict[str, tills.Register]) -> tuple[str, str, str]:
    """A title, what happened, and what to do."""
    if one.what == PAYMENT:
        return _payment_words(one)
    if one.what == PARKED:
        return _parked_words(one, _called(one.register, names))
    if one.what == adopting.CAUGHT_UP:
        return _put_back_words(one, names)
    holder = rights.last_granted(visit.company, one.kind, one.key)
    values = {"till": _called(one.register, names), "holder": _called(holder, names)}
    values["thing"] = _thing(one.kind)
    title, sentence, todo = {
        deciding.TAKEN_OVER: (
            _("A parked receipt was taken over"),
            _("A manager at till %(till)s took over a parked receipt that another till had."),
            _("Ask why, if it happens often. Was the other till paid too, it says so here."),
        ),
        book.USED_AFTER_BREAK: (
            _("A receipt may have been paid twice"),
            _("Till %(till)s was paid for a parked receipt that till %(holder)s had taken over."),
            _("Compare the receipts of both tills. If both were paid, one is to be returned."),
        ),
        book.EDITED_AFTER_BREAK: (
            _("A receipt was changed after it was taken over"),
            _("Till %(till)s changed a parked receipt that till %(holder)s had taken over."),
            _("See that what was added at till %(till)s was paid: it is not on the other receipt."),
        ),
        book.OVER_HOLD: (
            _("More was used than a till had"),
            _("Till %(till)s used more of %(thing)s than it had been given."),
            _("A copy of an old disk may be running. Look at the till, and show this to service."),
        ),
        book.UNKNOWN_RIGHT: (
            _("Something was used that the office does not know"),
            _("Till %(till)s used %(thing)s of which the office has never heard."),
            _("Look whether a till with that history is missing here, and show this to service."),
        ),
        adopting.KNOWS_MORE: (
            _("The office had forgotten something"),
            _("Till %(till)s knows more of itself than the office did: a backup was put back."),
            _(
                "If nobody put a backup back on purpose, tell whoever runs the office. What people"
                " did in the office since that backup is gone: do it again."
            ),
        ),
        adopting.GRANTED_TWICE: (
            _("More was given to tills than there was"),
            _("After a backup was put back, more of %(thing)s lies at tills than there is."),
            _("Look at what both tills did with it. What was paid twice is the shop's loss."),
        ),
        adopting.NOT_HEARD: (
            _("A till was not heard after a backup was put back"),
            _(
                "What till %(till)s sold since the backup may be missing here, and what it was"
                " given then may be given again."
            ),
            _(
                "Is the device found, start it and give it a way to the office: all that it has"
                " comes by itself. If not, hold its last Z reports and papers against the books,"
                " and look at gift cards, returns and copies of those days."
            ),
        ),
        book.BORN_TWICE: (
            _("The same thing came into being twice"),
            _("Till %(till)s made %(thing)s that was here already."),
            _("A copy of an old disk may be running. Look at the till, and show this to service."),
        ),
    }.get(one.what, (one.what, "", _("Show this to service.")))
    return title, sentence % values, todo % values


def _thing(kind: str) -> str:
    return {
        terms.GIFT_CARD: _("a gift card"),
        terms.PARKED: _("a parked receipt"),
        terms.COPY: _("the copy of a receipt"),
        terms.RETURN: _("what may be returned of a receipt"),
        terms.SEAT: _("a seat"),
    }.get(kind, kind)


def _payment_words(one: Finding) -> tuple[str, str, str]:
    stated, found = one.details.get("stated"), one.details.get("found")
    amounts = {
        name: money(int(one.details.get(f"{name}_minor", 0))) for name in ("stated", "found")
    }
    back = one.kind != CHARGE
    if stated == APPROVED and found == APPROVED:
        return (
            _("A card payment has another amount"),
            _("Stated was that %(stated)s moved; the card terminal says %(found)s.") % amounts,
            _("Look at the terminal's list, and settle the difference with the customer."),
        )
    if stated == APPROVED:
        return (
            _("A card payment did not take place"),
            _("Stated was that %(stated)s moved; the card terminal says that nothing did.")
            % amounts,
            _("Look at the terminal's list. The customer did not get the money back: give it.")
            if back
            else _("Look at the terminal's list. The goods are not paid: ask the customer."),
        )
    return (
        _("A card payment took place after all"),
        _("Stated was that no money moved; the card terminal says %(found)s.") % amounts,
        _("Look at the terminal's list. The customer has got this money back.")
        if back
        else _("If the customer paid in another way too, give this amount back to the card."),
    )


def _put_back_words(one: Finding, names: dict[str, tills.Register]) -> tuple[str, str, str]:
    """The waiting is over; what people did in the office since the backup does not come again."""
    todo = _(
        "What people did in the office since the backup is gone. Do it again: first take tills out"
        " of use that were; then articles, prices, people and PINs, settings, and gift cards"
        " brought in."
    )
    if not one.key:
        return (
            _("The office was put back to a backup, and every till was heard"),
            _("What the tills had sent is here again, and everything is shared as before."),
            todo,
        )
    left = ", ".join(_called(name, names) for name in one.key.split())
    return (
        _("The office was put back to a backup, and goes on without all tills"),
        _("Not heard: %(tills)s. What they were given may be given again. If so, it says so here.")
        % {"tills": left},
        todo,
    )


def _parked_words(one: Finding, till: str) -> tuple[str, str, str]:
    count = int(one.details.get("count", 0))
    sentence = ngettext(
        "Till %(till)s closed %(day)s with %(n)s parked receipt of %(total)s.",
        "Till %(till)s closed %(day)s with %(n)s parked receipts of %(total)s together.",
        count,
    )
    values = {
        "till": till,
        "day": one.details.get("business_day", ""),
        "n": whole(count),
        "total": money(int(one.details.get("total_minor", 0))),
    }
    return (
        _("A day was closed with parked receipts"),
        sentence % values,
        _("They went over to the next day. Ask whether they will be paid; if not, delete them."),
    )
