"""Tills that this office let in and has forgotten, because its database was put back to a backup.

Each was given an admission when it enrolled, signed with a key that is not in the database. With it
the till asks to be known again; whether it is still in use nobody can tell by that, so a person is
asked. Call from inside the company.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db import transaction

from skrin.domain.codec import convert, encode
from skrin.domain.refusal import Refusal
from skrin.office.certifying import signing_key
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills.models import EnrolmentCode, Event, Seat, Stranger, Till
from skrin.sync.admissions import ADMISSION_FORMAT, KNOWN, SENT_AWAY, WAITS, Admission
from skrin.sync.messages import SignedAdmission, StoreSeat

LET_IN = "let_in"
"""A person's answer, beside `SENT_AWAY`; and what stands at the till."""

WAS_OUT, REPLACED = "was_out", "replaced"
"""What stands at a till that is out of use again, for its successor's admission says that it was;
and the answer where that one is forgotten too."""

_TILL, _HEARD_MOST = re.compile(r"[A-Za-z0-9]{1,24}"), 8


def admission_for(
    till: Till, seats: tuple[StoreSeat, ...], before: tuple[str, ...]
) -> SignedAdmission:
    """The office's word that this till has enrolled, in the place of those `before` it; asked
    again, the same."""
    admission = encode(
        Admission(
            ADMISSION_FORMAT,
            till.company_id,
            till.id,
            till.till_id or "",
            till.public_key,
            till.label,
            till.device_name,
            seats,
            before,
            till.enrolled_at_ms,
        )
    )
    return SignedAdmission(admission, signing_key().sign(admission))


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: a state of `sync.admissions`, and whether this till asked for the first
    time."""

    state: str
    first: bool = False


def asks_to_be_known(admission: Admission, now_ms: int) -> Asked:
    """A till shows its admission, which was proven. Raises `Refusal` `unknown_till` when its
    company is not here."""
    if Till.objects.filter(company_id=admission.company, till_id=admission.till).exists():
        return Asked(KNOWN)
    if not tenancy.store_names(admission.company):
        raise Refusal("unknown_till")
    for before in admission.predecessors:
        _was_out(admission, before, now_ms)
    row, first = Stranger.objects.get_or_create(
        company_id=admission.company,
        till=admission.till,
        defaults={"admission": msgspec.to_builtins(admission), "asked_at_ms": now_ms},
    )
    if not row.asked_at_ms:  # Others had told of it; what was said of it was said unheard.
        row.admission, row.asked_at_ms = msgspec.to_builtins(admission), now_ms
        row.answer, row.answered_at_ms = "", 0
        row.save()
        first = True
    return Asked(SENT_AWAY if row.answer == SENT_AWAY else WAITS, first)


def _was_out(admission: Admission, till: str, now_ms: int) -> None:
    """A till that was replaced was out of use when the admission was signed: it is again."""
    before = Till.objects.filter(company_id=admission.company, till_id=till).first()
    if before is None:
        answer: dict[str, str | int] = {"answer": WAS_OUT, "answered_at_ms": now_ms}
        unheard = Stranger.objects.filter(company_id=admission.company, till=till)
        if not unheard.filter(asked_at_ms=0, answer="").update(**answer) and not unheard.exists():
            _expect(admission.company, till, [seat.store for seat in admission.seats], **answer)
    elif not before.retired:
        before.retired = True
        before.save(update_fields=["retired"])
        EnrolmentCode.objects.filter(till=before, used_at_ms=0).delete()
        _note(before, WAS_OUT, "", now_ms, REPLACED)


def _expect(company_id: int, till: str, stores: Sequence[int], **more: str | int) -> None:
    """Somebody else tells of a till that has not asked yet."""
    admission = {"seats": [{"store": store} for store in stores]}
    Stranger.objects.create(
        company_id=company_id, till=till, admission=admission, asked_at_ms=0, **more
    )


def heard_of(company_id: int, store: int, tills: Sequence[str], now_ms: int) -> bool:
    """A till of a `store` has heard from this office that these have enrolled. Those that are not
    here are waited for; whether there is one that nobody had told of."""
    names = {one for one in tills[-_HEARD_MOST:] if _TILL.fullmatch(one)}
    here = Till.objects.filter(company_id=company_id, till_id__in=names)
    names -= {*here.values_list("till_id", flat=True)}
    told_of = Stranger.objects.filter(company_id=company_id, till__in=names)
    names -= {*told_of.values_list("till", flat=True)}
    for one in sorted(names):
        _expect(company_id, one, [store])
    return bool(names)


@dataclass(frozen=True, slots=True)
class StrangerCard:
    """A till that is not known here any more. `admission`: None until it has asked; `why_not`: why
    it cannot be let in (a code); empty = it can."""

    till: str
    admission: Admission | None
    why_not: str = ""


def asking(company_id: int) -> list[StrangerCard]:
    """Those that wait for a person, the earliest first."""
    rows = Stranger.objects.filter(company_id=company_id, answer="").order_by("id")
    return [_card(row) for row in rows]


def _card(row: Stranger) -> StrangerCard:
    if not row.asked_at_ms:
        return StrangerCard(row.till, None)
    admission = convert(Admission, row.admission)
    return StrangerCard(row.till, admission, _why_not(admission))


def _why_not(admission: Admission) -> str:
    """What of it has been given to something else since."""
    there = Till.objects.filter(company_id=admission.company, id=admission.number).first()
    if there is not None and (there.till_id or there.retired):
        return "number_taken"
    stores = tenancy.store_names(admission.company)
    if any(seat.store not in stores for seat in admission.seats):
        return "store_gone"
    names = [seat.designation for seat in admission.seats]
    taken = Seat.objects.filter(company_id=admission.company, designation__in=names)
    if taken.exclude(till_id=admission.number).exists():
        return "designation_taken"
    return ""


def let_in(company_id: int, till: str, person: str, now_ms: int) -> None:
    """A person says that this till is in use: it is known again, as it was when it enrolled; out
    of use where another shows that it has taken its place.

    Raises `Refusal` `stranger_gone`, or with why it cannot be.
    """
    with transaction.atomic():
        row = Stranger.objects.select_for_update().filter(company_id=company_id, till=till).first()
        if row is None or row.answer or not row.asked_at_ms:
            raise Refusal("stranger_gone")
        admission = convert(Admission, row.admission)
        if why_not := _why_not(admission):
            raise Refusal(why_not)
        direct = admission.predecessors[:1]
        before = Till.objects.filter(company_id=company_id, till_id__in=direct).first()
        known = Till.objects.filter(company_id=company_id, id=admission.number).first()
        if known is None:
            known = Till(id=admission.number, company_id=company_id, label=admission.label)
            known.devices = before.devices if before else {}
        known.till_id, known.public_key = admission.till, admission.public_key
        known.enrolled_at_ms = admission.enrolled_at_utc_ms
        known.device_name, known.predecessor = admission.device_name, before
        after = Stranger.objects.filter(
            company_id=company_id, admission__predecessors__contains=[till]
        )
        known.retired = after.exists()
        known.save()
        for seat in admission.seats:
            Seat.objects.get_or_create(
                company_id=company_id,
                till=known,
                store=seat.store,
                defaults={"designation": seat.designation},
            )
        # The code that it enrolled with is unused again in this database.
        EnrolmentCode.objects.filter(till=known).delete()
        _note(known, LET_IN, person, now_ms)
        if known.retired:
            _note(known, WAS_OUT, "", now_ms, REPLACED)
        row.answer, row.answered_at_ms = LET_IN, now_ms
        row.save()


def send_away(company_id: int, till: str, now_ms: int) -> None:
    """A person says that this till is not in use any more: nobody waits for it."""
    Stranger.objects.filter(company_id=company_id, till=till, answer="").update(
        answer=SENT_AWAY, answered_at_ms=now_ms
    )


def _note(till: Till, what: str, person: str, now_ms: int, cause: str = "") -> None:
    Event.objects.create(
        company_id=till.company_id,
        till=till,
        at_ms=now_ms,
        member=0,
        person=person[:40],
        what=what,
        cause=cause,
    )
