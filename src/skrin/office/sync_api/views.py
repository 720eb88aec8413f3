"""The requests of a till. Answers and faults are the dataclasses of sync/messages.py as
JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.office.accounting import queries as accounting
from skrin.office.certifying import signing_key
from skrin.office.giftcards import queries as giftcards
from skrin.office.ingest import actions as ingest
from skrin.office.ingest import queries as ingest_queries
from skrin.office.ingest.queries import Chain
from skrin.office.people import actions as people
from skrin.office.people import queries as members
from skrin.office.people import throttle
from skrin.office.publication import actions as publications
from skrin.office.receipts import queries as receipts
from skrin.office.rights import actions as right_actions
from skrin.office.rights import queries as rights
from skrin.office.sync_api.rate import Rate
from skrin.office.sync_api.signing import proven_admission, proven_till
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.office.tills import actions as tills
from skrin.office.tills import queries as registers
from skrin.office.tills.queries import KnownTill
from skrin.office.updates import actions as updates
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.admissions import KnownAgain
from skrin.sync.giftcards import GiftCardQuestion
from skrin.sync.history import MAX_PIECE_BYTES, HistoryAnswer, HistoryQuestion
from skrin.sync.messages import (
    SIGNATURE_HEADER,
    TILL_HEADER,
    WIRE_VERSION,
    EnrolRequest,
    Fault,
    LoginAnswer,
    LoginRequest,
    Person,
    PinRequest,
    PublicationRequest,
    SalesQuestion,
    SignedAdmission,
    WireFault,
    unpack_exchange,
)
from skrin.sync.updates import PieceQuestion, UpdateQuestion
from skrin.sync.wiping import (
    CERTIFICATE_FORMAT,
    Certificate,
    WipeAnswer,
    WipedRegister,
    WipeQuestion,
)

T = TypeVar("T")

_STATUS = {
    "unknown_till": 403,
    "bad_signature": 403,
    "bad_admission": 403,
    "foreign_store": 403,
    "foreign_journal": 403,
    "till_retired": 403,
    "code_unknown": 403,
    "code_spent": 403,
    "code_expired": 403,
    "too_many_tries": 429,
    "too_many_requests": 429,
}
_BY_TILL, _BY_ADDRESS = Rate(limit=600), Rate(limit=1200)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _json(value: object, status: int = 200) -> HttpResponse:
    return HttpResponse(encode(value), content_type="application/json", status=status)


def _view(view: Callable[[HttpRequest], object]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that answers with a message; a refusal becomes a `Fault` with its status."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            if not _BY_ADDRESS.allows(_address(request), _now_ms()):
                raise Refusal("too_many_requests")
            return _json(view(request))
        except Refusal as refusal:
            detail = ", ".join(f"{name}={value}" for name, value in refusal.values.items())
            return _json(Fault(refusal.code, detail), _STATUS.get(refusal.code, 400))
        except WireFault as fault:
            return _json(Fault("wire", str(fault)), 400)

    return answer


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _till(request: HttpRequest) -> KnownTill:
    who = request.headers.get(TILL_HEADER, "")
    if not _BY_TILL.allows(who, _now_ms()):
        raise Refusal("too_many_requests")
    signature = request.headers.get(SIGNATURE_HEADER, "")
    return proven_till(who, signature, request.path, request.body)


def _till_in_use(request: HttpRequest) -> KnownTill:
    """As `_till`; one that was taken out of use may send its journal and nothing else (D45)."""
    till = _till(request)
    if till.retired:
        raise Refusal("till_retired")
    return till


def _message(kind: type[T], body: bytes) -> T:
    try:
        message = decode(kind, body)
    except ValueError as fault:
        raise WireFault(str(fault)) from fault
    if getattr(message, "wire", WIRE_VERSION) != WIRE_VERSION:
        raise WireFault("this wire version is not spoken here")
    return message


class _AboutStore(Protocol):
    @property
    def store(self) -> int: ...


A = TypeVar("A", bound=_AboutStore)


def _of_own_store(till: KnownTill, kind: type[A], body: bytes) -> A:
    """A message about a store that the till stands in. Refused with `foreign_store`."""
    message = _message(kind, body)
    if message.store not in till.stores:
        raise Refusal("foreign_store", store=message.store)
    return message


@_view
def enrol(request: HttpRequest) -> object:
    """A device presents a code and its public key. Wrong codes are counted per address."""
    message = _message(EnrolRequest, request.body)
    sender, now_ms = _address(request), _now_ms()
    if throttle.locked_for_ms(throttle.BY_CODE_SENDER, sender, now_ms):
        raise Refusal("too_many_tries")
    try:
        return tills.enrol(message, now_ms)
    except Refusal:
        throttle.missed(throttle.BY_CODE_SENDER, sender, now_ms)
        raise


@_view
def known_again(request: HttpRequest) -> object:
    """A till that this office has forgotten shows the admission that it was given at enrolment."""
    who = request.headers.get(TILL_HEADER, "")
    if not _BY_TILL.allows(who, _now_ms()):
        raise Refusal("too_many_requests")
    shown = _message(SignedAdmission, request.body)
    signature = request.headers.get(SIGNATURE_HEADER, "")
    admission = proven_admission(who, signature, request.path, request.body, shown)
    now_ms = _now_ms()
    with wall.inside(admission.company):
        asked = tills.asks_to_be_known(admission, now_ms)
        if asked.first:
            register = f"{admission.till}-{admission.seats[0].store}"
            right_actions.stranger_came(admission.company, register, now_ms)
    return KnownAgain(asked.state)


@_view
def login(request: HttpRequest) -> object:
    """A person at a till: the office checks e-mail, password and membership (D28)."""
    till = _till_in_use(request)
    message = _message(LoginRequest, request.body)
    result = people.log_in(
        message.email, message.password, f"till:{till.company}/{till.till}", _now_ms()
    )
    if result.refusal:
        return LoginAnswer(None, result.refusal, result.wait_s)
    with wall.inside(till.company):
        member = members.member_of(till.company, result.person_id)
        if member is None or (message.store and not member.may_see(message.store)):
            return LoginAnswer(None, "not_here")
        if message.new_pin:
            people.set_pin(till.company, member.member_id, message.new_pin)
            publications.publish_everywhere(till.company)
    people.forgive_pin(till.company, member.member_id)
    with wall.inside(till.company):
        seats = tills.seats_of(till.company, till.till)
    return LoginAnswer(_till_person(till, result.person_id), seats=seats)


@_view
def pin(request: HttpRequest) -> object:
    """A person's PIN, the first time that a till sees it (D28)."""
    till = _till_in_use(request)
    message = _of_own_store(till, PinRequest, request.body)
    member_id = (
        int(message.person) if message.person.isascii() and message.person.isdecimal() else 0
    )
    result = people.check_pin(till.company, member_id, message.pin, message.store, _now_ms())
    if result.refusal:
        return LoginAnswer(None, result.refusal, result.wait_s)
    return LoginAnswer(_till_person(till, result.person_id))


def _till_person(till: KnownTill, person_id: int) -> Person:
    with wall.inside(till.company):
        member = members.member_of(till.company, person_id)
        assert member is not None, "somebody who has just been let in is a member"
        return members.as_till_person(member)


@_view
def exchange(request: HttpRequest) -> object:
    """Entries up, the head and orders down."""
    till = _till(request)
    message = unpack_exchange(request.body)
    if (message.head.company, message.head.till) != (till.company, till.till):
        raise Refusal("foreign_journal")
    return ingest.take(till, message, _now_ms())


@_view
def sales(request: HttpRequest) -> object:
    """Sales of a till's store by number, for a return at another till than the one that sold."""
    till = _till(request)
    message = _of_own_store(till, SalesQuestion, request.body)
    with wall.inside(till.company):
        return rights.find_sales(till.company, message)


@_view
def history(request: HttpRequest) -> object:
    """The journal of the till before, for the one that took its place (D45), and a till's own, for
    one whose file is damaged."""
    till = _till_in_use(request)
    message = _of_own_store(till, HistoryQuestion, request.body)
    with wall.inside(till.company):
        before = registers.predecessors(till.company, till.till)
        name, _, store = message.register.rpartition("-")
        if name not in (*before, till.till) or store != str(message.store):
            raise Refusal("foreign_journal")
        head_seq, records = ingest_queries.records_after(
            till.company, name, message.store, message.after_seq, MAX_PIECE_BYTES
        )
        known = registers.Registers(till.company).get(message.register)
        return HistoryAnswer(known.designation if known else "", head_seq, tuple(records))


@_view
def wipe(request: HttpRequest) -> object:
    """A device is to be emptied: certified when the office has every journal of it to its head, and
    each register gave back what it held. The till is out of use from then on.

    Where a person took the till out of use before, nobody sells on it: a device that was put back
    from a copy of it has no end in its journal, and the office may have more than the copy."""
    till = _till(request)
    message = _message(WipeQuestion, request.body)
    now_ms = _now_ms()
    with wall.inside(till.company):
        chains = ingest_queries.chains(till.company)
        for one in message.registers:
            chain = chains.get((till.till, one.store))
            if chain is None or chain.stopped:
                raise Refusal("chain_not_whole", store=one.store)
            if not _has_all(till, chain, one):
                raise Refusal("head_differs", store=one.store)
            if not till.retired and not rights.has_handed_over(
                till.company, f"{till.till}-{one.store}"
            ):
                raise Refusal("not_handed_over", store=one.store)
        known = {store for name, store in chains if name == till.till}
        if missing := known - {one.store for one in message.registers}:
            raise Refusal("register_missing", store=min(missing))
        certificate = encode(
            Certificate(
                CERTIFICATE_FORMAT,
                till.company,
                tenancy.company(till.company).name,
                till.till,
                message.registers,
                message.files,
                now_ms,
            )
        )
        tills.note_wiped(till.company, till.number, now_ms)
    key = signing_key()
    public = key.public_key().public_bytes_raw()
    return WipeAnswer(certificate, key.sign(certificate), public)


def _has_all(till: KnownTill, chain: Chain, shown: WipedRegister) -> bool:
    """Whether the office has the journal that a device shows. Call from inside the company."""
    if (chain.head_seq, chain.head_hash) == (shown.head_seq, shown.head_hash):
        return True
    if not till.retired:
        return False
    known = ingest_queries.entry(till.company, till.till, shown.store, shown.head_seq)
    return known is not None and known.hash.hex() == shown.head_hash


@_view
def gift_card(request: HttpRequest) -> object:
    """What is on a gift card, for the person at the till; nothing is reserved by it."""
    till = _till(request)
    message = _of_own_store(till, GiftCardQuestion, request.body)
    with wall.inside(till.company):
        return giftcards.answer(till.company, message.key, message.business_day)


@_view
def accounting_file(request: HttpRequest) -> object:
    """The accounting file of a till's own Z, made now as on the office's page."""
    till = _till(request)
    message = _of_own_store(till, AccountingQuestion, request.body)
    with wall.inside(till.company):
        found = receipts.closing(till.company, till.till, message.store, message.seq)
        if found is None:
            return AccountingAnswer(False)
        books = accounting.books(till.company)
        made = accounting.day_voucher(books, found[1])
        if made.refusal:
            about = str(made.refusal.values.get("name") or made.refusal.values.get("what") or "")
            return AccountingAnswer(True, made.file_name, b"", made.refusal.code, about)
        made_on = tenancy.today(till.company, _now_ms())
        return AccountingAnswer(True, made.file_name, accounting.file_bytes(books, made, made_on))


@_view
def publication(request: HttpRequest) -> object:
    """The registers of a store, or what changed in them."""
    till = _till(request)
    message = _of_own_store(till, PublicationRequest, request.body)
    with wall.inside(till.company):
        return publications.answer(till.company, message)


@_view
def update(request: HttpRequest) -> object:
    """Which version a till is marked for; how far it is."""
    till = _till_in_use(request)
    message = _message(UpdateQuestion, request.body)
    with wall.inside(till.company):
        return updates.hear(till.company, till.till, message, _now_ms())


@_view
def update_piece(request: HttpRequest) -> object:
    """A piece of the set that a till is marked for."""
    till = _till_in_use(request)
    message = _message(PieceQuestion, request.body)
    with wall.inside(till.company):
        return updates.piece(till.company, till.till, message)
