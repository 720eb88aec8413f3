"""The office in this process: its real ingest, rights and PostgreSQL, and the link of each till.

What goes between the two is packed and unpacked as on the wire. The link may be cut, lose the
answer, carry a message twice, or give an earlier answer in the place of a new one; the office may
die before or after it commits.
"""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from skrin import __version__
from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.admissions import Admission, KnownAgain
from skrin.sync.giftcards import GiftCardAnswer, GiftCardQuestion
from skrin.sync.messages import (
    WIRE_VERSION,
    EnrolAnswer,
    EnrolRequest,
    ExchangeAnswer,
    Fault,
    LoginAnswer,
    LoginRequest,
    PinRequest,
    PublicationAnswer,
    PublicationRequest,
    SalesAnswer,
    SalesQuestion,
    SignedAdmission,
    unpack_exchange,
)
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.town.places import examples_folder
from skrin.town.world import perils as bad
from skrin.town.world.clocks import TrueTime
from skrin.town.world.perils import AFTER, BEFORE, Perils

if TYPE_CHECKING:
    from skrin.office.tills.queries import KnownTill

T = TypeVar("T")

ORG_NUMBER, MAIL_END = "556677-8899", "@vetekornet.example"
KEPT_BODIES = 6
"""How many of its last messages a link can be made to carry again."""

_companies = count(1)


SAME, OLDER, NEWER = "same", "older", "newer"
"""Of another version: an older till says and hears only what was always there; a newer one says
more than the office knows, and a newer office says more than the till knows."""

ALWAYS_THERE = frozenset(
    {"head_seq", "head_hash", "chain", "orders", "office_utc_ms", "next_exchange_ms", "publication"}
    | {"wire", "company", "till", "store", "incarnation", "first_seq", "count", "orders_after"}
    | {"version", "sent_at_utc_ms", "status", "alarm"}
)
LATER = {"later": {"of": "a version to come"}}
_LENGTH = Struct(">I")


def as_said_by(dialect: str, body: bytes) -> bytes:
    """The till's message as a till of that version would say it."""
    if dialect == SAME:
        return body
    (size,) = _LENGTH.unpack_from(body)
    head = json.loads(body[4 : 4 + size])
    if dialect == OLDER:
        head = {name: said for name, said in head.items() if name in ALWAYS_THERE}
        head["status"] = {}
    else:
        head |= LATER
        head["status"] |= LATER
    said = json.dumps(head).encode()
    return b"".join((_LENGTH.pack(len(said)), said, body[4 + size :]))


def as_heard_by(dialect: str, answer: bytes) -> bytes:
    """The office's answer as that of an office beside such a till."""
    if dialect == SAME:
        return answer
    said = json.loads(answer)
    if dialect == OLDER:
        said = {name: value for name, value in said.items() if name in ALWAYS_THERE}
    else:
        said |= LATER
        said["orders"] = [order | LATER for order in said["orders"]]
    return json.dumps(said).encode()


class OfficeDied(Exception):
    """The office's process is gone in the middle of a transaction."""


def _luhn(digits: str) -> str:
    """The check digit of an organisation number."""
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)


class TownOffice:
    """The office of one town: a company of its own among those in the database."""

    def __init__(self, folder: Path, true: TrueTime) -> None:
        """Load the demo's company under another name. Call inside `office_here`."""
        from skrin.office.load_examples import load_company

        self.true = true
        self.down_until_ms = 0
        number = next(_companies)
        digits = f"5590{os.getpid() % 1000:03d}{number % 100:02d}"
        org_number = f"{digits[:6]}-{digits[6:]}{_luhn(digits)}"
        domain = f"@town{os.getpid()}-{number}.example"
        files = folder / f"company-{number}"
        shutil.copytree(examples_folder() / "bageri", files)
        for name, old, new in (
            ("company.toml", ORG_NUMBER, org_number),
            ("users.csv", MAIL_END, domain),
        ):
            text = (files / name).read_text(encoding="utf-8")
            assert old in text, f"{name} is another than the town knows"
            (files / name).write_text(text.replace(old, new), encoding="utf-8")
        self.company: int = load_company(files)["company"]["id"]
        shutil.rmtree(files)

    @property
    def answers(self) -> bool:
        """Whether anybody is there."""
        return self.true.utc_ms >= self.down_until_ms

    def enrol(self, store: int, designation: str) -> EnrolAnswer:
        """A new till, made at the office and enrolled."""
        from skrin.office.load_examples import make_till

        # Its code is made by the machine's clock; nothing that is checked hangs on it.
        code = make_till(self.company, store, designation, f"Kassa {designation}")["code"]
        return self.take_code(code, self.true.utc_ms)

    def replace(self, till: str, store: int, designation: str, cause: str) -> str:
        """Take a till out of use and make another in its place; returns that one's code."""
        from skrin.office.tills import actions as tills

        doer = tills.Doer(0, "Saga", self.true.utc_ms)
        with self.inside():
            number = self.known(till).number
            tills.take_out_of_use(self.company, number, cause, "it happened in the town", doer)
            _, code = tills.replace_till(self.company, number, store, designation, doer)
        return code

    def take_code(self, code: str, now_ms: int) -> EnrolAnswer:
        """A device shows a code, at this moment of the clock that the code was made by."""
        from skrin.office.tills import actions as tills

        public = Ed25519PrivateKey.generate().public_key()
        raw = base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        request = EnrolRequest(WIRE_VERSION, code, raw, "town", "Skrin", __version__)
        return tills.enrol(request, now_ms)

    def known(self, till: str) -> KnownTill:
        """The till as the office knows it now. Refused with `unknown_till` when it was put back to
        a backup from before the till. Call inside the company."""
        from skrin.office.tills import queries as tills

        known = tills.known_till(self.company, till)
        if known is None:
            raise Refusal("unknown_till")
        return known

    def asking(self) -> list[str]:
        """The tills that ask to be known again."""
        from skrin.office.tills import queries as tills

        with self.inside():
            return [one.till for one in tills.asking(self.company) if one.admission]

    def lets_in(self, till: str) -> None:
        """Somebody at the office says that a till which it has forgotten is in use."""
        from skrin.office.tills import actions as tills

        with self.inside():
            tills.let_in(self.company, till, "Saga", self.true.utc_ms)

    def change_price(self, article: int, price_minor: int) -> None:
        """The owner gives an article another price, and publishes it."""
        from skrin.office.catalogue.models import Price
        from skrin.office.publication import actions as publication

        with self.inside():
            prices = Price.objects.filter(company_id=self.company, article_id=article, store=0)
            prices.update(price_minor=price_minor)
            publication.publish_everywhere(self.company)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Behind the company's wall."""
        from skrin.office.tenancy import wall

        with wall.inside(self.company):
            yield


@dataclass(slots=True)
class TownLink:
    """The way of one till to the office, with what may happen to it."""

    office: TownOffice
    till: str
    perils: Perils
    down_until_ms: int = 0
    sent: list[bytes] = field(default_factory=list)
    """The last messages, for whoever wants to send one again later."""
    dialect: str = SAME
    """Which version of the messages the till speaks, beside the office's."""
    swapping: random.Random | None = None
    """Set while answers come out of order: by these dice an earlier one comes in the place of that
    which the office gave."""
    heard: list[ExchangeAnswer] = field(default_factory=list)
    published: list[PublicationAnswer] = field(default_factory=list)
    swapped: int = 0
    _known: KnownTill | None = None

    def exchange(self, body: bytes) -> ExchangeAnswer:
        """Entries up, orders down."""
        self.sent = [*self.sent[1 - KEPT_BODIES :], body]
        twice = self.perils.strikes(bad.SENT_TWICE, "office")
        if twice:
            self._called(lambda: self.deliver(body))
        answer = self._called(lambda: self.deliver(body))
        return self._maybe_earlier(self.heard, answer)

    def deliver(self, body: bytes) -> ExchangeAnswer:
        """What the office does with a message, whenever it comes."""
        from django.db import transaction

        from skrin.office.ingest import actions as ingest

        message = unpack_exchange(as_said_by(self.dialect, body))
        till = self.known()
        if self.perils.strikes(bad.OFFICE_DIES, "office", BEFORE):
            try:
                with transaction.atomic():
                    ingest.take(till, message, self.office.true.utc_ms)
                    raise OfficeDied
            except OfficeDied:
                raise OfficeAway("it died before it had committed") from None
        answer = ingest.take(till, message, self.office.true.utc_ms)
        if self.perils.strikes(bad.OFFICE_DIES, "office", AFTER):
            raise OfficeAway("it died after it had committed")
        return decode(ExchangeAnswer, as_heard_by(self.dialect, encode(answer)))

    def known(self) -> KnownTill:
        """The till as the office knows it, remembered until something of it changes there."""
        if self._known is None:
            with self.office.inside():
                self._known = self.office.known(self.till)
        return self._known

    def changed(self) -> None:
        """Something of the till was changed at the office."""
        self._known = None

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        """Registers."""
        from skrin.office.publication import actions as publications

        answer = self._called(
            lambda: publications.answer(self.office.company, request), inside=True
        )
        return self._maybe_earlier(self.published, answer)

    def _maybe_earlier(self, earlier: list[T], answer: T) -> T:
        """The answer, or while answers are swapped one of the last few before it."""
        earlier[:] = [*earlier[1 - KEPT_BODIES :], answer]
        if self.swapping is None or self.swapping.random() < 0.4:
            return answer
        self.swapped += 1
        return self.swapping.choice(earlier)

    def known_again(self, admission: SignedAdmission) -> KnownAgain:
        """The till shows the admission that it was given when it enrolled."""
        from skrin.office.rights import actions as rights
        from skrin.office.tills import actions as tills

        def act() -> KnownAgain:
            shown, now_ms = decode(Admission, admission.admission), self.office.true.utc_ms
            asked = tills.asks_to_be_known(shown, now_ms)
            if asked.first:
                register = f"{shown.till}-{shown.seats[0].store}"
                rights.stranger_came(self.office.company, register, now_ms)
            return KnownAgain(asked.state)

        return self._called(act, inside=True)

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        """Another till's sales."""
        from skrin.office.rights import queries as rights

        return self._called(lambda: rights.find_sales(self.office.company, question), inside=True)

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        """What is on a card."""
        from skrin.office.giftcards import queries as giftcards

        return self._called(
            lambda: giftcards.answer(self.office.company, question.key, question.business_day),
            inside=True,
        )

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        """Nobody in the town asks for it here: the checks ask the office."""
        raise OfficeAway("not asked in the town")

    def login(self, request: LoginRequest) -> LoginAnswer:
        """Everybody in the town has logged in."""
        raise OfficeAway("not asked in the town")

    def pin(self, request: PinRequest) -> LoginAnswer:
        """Everybody in the town has logged in."""
        raise OfficeAway("not asked in the town")

    @property
    def is_up(self) -> bool:
        """Whether a call could come through now."""
        return self.office.answers and self.office.true.utc_ms >= self.down_until_ms

    def _called(self, act: Callable[[], T], *, inside: bool = False) -> T:
        """Make a call through the link and all that may happen on it."""
        self.perils.at_call(BEFORE, "office")
        if not self.is_up or self.perils.strikes(bad.LINK_CUT, "office"):
            raise OfficeAway("no connection")
        try:
            if inside:
                with self.office.inside():
                    answer = act()
            else:
                answer = act()
        except Refusal as no:
            raise OfficeRefused(Fault(no.code, "")) from no
        self.perils.at_call(AFTER, "office")
        if self.perils.strikes(bad.ANSWER_LOST, "office"):
            raise OfficeAway("the answer was lost")
        return answer


__all__ = ["NEWER", "OLDER", "SAME", "OfficeDied", "TownLink", "TownOffice"]
