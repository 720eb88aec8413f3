"""One small cast for the office: a company, its people, a till; and an outsider who is shown
nothing."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from tests.office.journals import Journal, Sold

from skrin.domain.codec import decode, encode
from skrin.office.accounting import actions as accounting
from skrin.office.catalogue import actions as catalogue
from skrin.office.catalogue import queries as catalogue_queries
from skrin.office.ingest import actions as ingest
from skrin.office.load_examples import make_till
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.people import actions as people
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions as tenancy
from skrin.office.tenancy.wall import inside
from skrin.office.tills import queries as tills
from skrin.sync.messages import (
    ENROL_PATH,
    EXCHANGE_PATH,
    SIGNATURE_HEADER,
    TILL_HEADER,
    WIRE_VERSION,
    EnrolAnswer,
    EnrolRequest,
    Exchange,
    ExchangeAnswer,
    pack_exchange,
    signed_bytes,
)

SINCE = date(2020, 1, 1)
PASSWORD = "en-hemlig-bulle"
_numbers = itertools.count(1)

# A hash takes half a second of the suite for each person; one is enough.
_hash_of_password: list[str] = []


@dataclass
class Device:
    """A till's device: its key, and how it speaks."""

    answer: EnrolAnswer
    key: Ed25519PrivateKey

    def post(self, path: str, body: bytes, **changed: str) -> HttpResponse:
        """A signed request; `changed` may give another `till`, `signature` or `address`."""
        signature = base64.b64encode(self.key.sign(signed_bytes(path, body))).decode()
        headers = {
            TILL_HEADER: changed.get("till", f"{self.answer.company}/{self.answer.till}"),
            SIGNATURE_HEADER: changed.get("signature", signature),
        }
        return Client(SERVER_NAME="localhost").post(
            path,
            body,
            content_type="application/octet-stream",
            headers=headers,
            REMOTE_ADDR=changed.get("address", "127.0.0.1"),
        )

    def exchange(self, exchange: Exchange) -> ExchangeAnswer:
        """Send entries and read the answer."""
        response = self.post(EXCHANGE_PATH, pack_exchange(exchange))
        assert response.status_code == 200, response.content
        return decode(ExchangeAnswer, response.content)


def swedish(text: str, **values: object) -> str:
    """A text of the pages in Swedish, as the catalogue has it today."""
    with translation.override("sv"):
        shown = translation.gettext(text)
    assert shown != text, f"no Swedish for {text}"
    return shown % values if values else shown


def enrol(code: str, key: Ed25519PrivateKey | None = None) -> HttpResponse:
    """Present an enrolment code with a key of one's own."""
    public = (key or Ed25519PrivateKey.generate()).public_key().public_bytes_raw()
    request = EnrolRequest(
        WIRE_VERSION, code, base64.b64encode(public).decode(), "testdator", "skrin", "0.1.0"
    )
    return Client(SERVER_NAME="localhost").post(
        ENROL_PATH, encode(request), content_type="application/json"
    )


class OfficeClient(Client):
    """A browser at a company's pages: each of its forms names that company, as a page's do. What a
    test says itself counts (`company=""`: a form that forgot it)."""

    def __init__(self, company: int) -> None:
        super().__init__(SERVER_NAME="localhost")
        self.company = company

    def post(self, path: str, data: object = None, **more: object) -> HttpResponse:  # type: ignore[override]
        """Send a form."""
        form = data if isinstance(data, dict) else {}
        return super().post(path, {"company": str(self.company), **form}, **more)  # type: ignore[arg-type]


@dataclass
class Cast:
    """A company with its people and a till. `articles` are lines ready to be sold."""

    company: int
    owner: str
    cashier: str
    outsider: str
    other_company: int
    device: Device
    methods: dict[str, int]
    articles: dict[str, Sold]

    def journal(self, store: int = 1) -> Journal:
        """An opened journal of the till."""
        answer = self.device.answer
        seat = next(seat for seat in answer.seats if seat.store == store)
        return Journal(answer.company, answer.till, store, seat.designation, self.methods).open()

    def take(self, exchange: Exchange, now_ms: int | None = None) -> ExchangeAnswer:
        """Have an exchange taken, past the signature."""
        with inside(self.company):
            till = tills.known_till(self.company, exchange.head.till)
        assert till is not None
        return ingest.take(till, exchange, now_ms or time.time_ns() // 1_000_000)

    def logged_in(self, email: str | None = None) -> Client:
        """A browser in which somebody (the owner) is logged in."""
        other = email in (self.outsider,)
        client = OfficeClient(self.other_company if other else self.company)
        response = client.post("/login", {"email": email or self.owner, "password": PASSWORD})
        assert response.status_code == 302, response.content
        return client

    def rows(self, statement: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """What a query finds inside the company."""
        from django.db import connection

        with inside(self.company), connection.cursor() as cursor:
            cursor.execute(statement, list(values))
            return list(cursor.fetchall())


def _person(email: str) -> int:
    """A person with `PASSWORD`, whose hash is made once."""
    from skrin.office.people.models import Person
    from skrin.office.tenancy.wall import as_email

    if not _hash_of_password:
        person_id = people.set_person(email, PASSWORD)
        with as_email(email):
            _hash_of_password.append(Person.objects.get(id=person_id).password)
        return person_id
    with as_email(email):
        return Person.objects.create(email=email, password=_hash_of_password[0]).id


def _company(name: str) -> int:
    return tenancy.found_company(
        name=name,
        org_number="556677-8899",
        country="SE",
        currency="SEK",
        time_zone="Europe/Stockholm",
    ).id


def found_cast() -> Cast:
    """Found the company and everything in it."""
    number = next(_numbers)
    owner, cashier, outsider = (
        f"{who}{number}@test.example" for who in ("saga", "alva", "mallory")
    )
    persons = [_person(email) for email in (owner, cashier, outsider)]
    company = _company(f"Testbageriet {number} AB")
    with inside(company):
        tenancy.set_store(company, 1, name="Torget", address=["Torget 1"], phone="08-1")
        tenancy.set_store(company, 2, name="Stationen", address=["Spår 2"], phone="08-2")
        people.set_member(company, persons[0], "owner", "Saga", ())
        people.set_member(company, persons[1], "cashier", "Alva", (1,))
        methods, articles = _registers(company)
        publication.publish_everywhere(company)
    other = _company(f"Konkurrenten {number} AB")
    with inside(other):
        tenancy.set_store(other, 1, name="Gränden", address=["Gränden 1"], phone="08-3")
        people.set_member(other, persons[2], "owner", "Mallory", ())
    code = make_till(company, 1, f"T{number}-1", "Kassa Torget")["code"]
    key = Ed25519PrivateKey.generate()
    response = enrol(code, key)
    assert response.status_code == 200, response.content
    device = Device(decode(EnrolAnswer, response.content), key)
    return Cast(company, owner, cashier, outsider, other, device, methods, articles)


def _registers(company: int) -> tuple[dict[str, int], dict[str, Sold]]:
    catalogue.set_groups(
        company,
        [
            catalogue.GroupForm(
                "10",
                {"sv": "Varm dryck", "en": "Hot drinks"},
                "goods",
                "restaurant",
                "food",
                1,
                {1200: "3002", 600: "3003"},
            ),
            catalogue.GroupForm(
                "50",
                {"sv": "Prylar", "en": "Things"},
                "goods",
                "standard",
                "standard",
                10,
                {2500: "3001"},
            ),
        ],
        "sv",
        SINCE,
    )
    catalogue.set_articles(
        company,
        [
            catalogue.ArticleForm(
                "1001",
                {"sv": "Bryggkaffe", "en": "Coffee"},
                "10",
                price_minor=34_00,
                cost_minor=5_00,
                barcodes=("7359990020127",),
            ),
            catalogue.ArticleForm(
                "1002",
                {"sv": "Te, lösvikt", "en": "Loose tea"},
                "10",
                unit="kg",
                decimals=3,
                price_minor=899_00,
                cost_minor=300_00,
            ),
            catalogue.ArticleForm(
                "5001", {"sv": "Mugg", "en": "Mug"}, "50", price_minor=149_50, cost_minor=58_00
            ),
        ],
        "sv",
        SINCE,
    )
    rules = {"refund": "same", "offline": "works"}
    cash = paymentsystems.set_method(
        company,
        "cash",
        kind="cash",
        name="Kontant",
        names={"sv": "Kontant", "en": "Cash"},
        account="1910",
        change=True,
        drawer=True,
        rounding=True,
        order=1,
        **rules,
    )
    card = paymentsystems.set_method(
        company,
        "card",
        kind="card",
        name="Kort",
        names={"sv": "Kort", "en": "Card"},
        adapter="nexo",
        account="1580",
        order=2,
        **rules,
    )
    accounting.set_ledger(company, {"rounding": "3740"}, {"1910": "Kassa", "3740": "Öresutjämning"})
    accounting.set_vat_accounts(company, {2500: "2611", 1200: "2621", 600: "2631"}, SINCE)
    groups = catalogue_queries.group_ids(company)
    ids = catalogue_queries.article_ids(company)
    return {"cash": cash, "card": card}, {
        "coffee": Sold(ids["1001"], groups["10"], "Bryggkaffe", "Varm dryck", 34_00, 5_00, 600),
        "tea": Sold(
            ids["1002"],
            groups["10"],
            "Te, lösvikt",
            "Varm dryck",
            899_00,
            300_00,
            600,
            100,
            "kg",
            3,
        ),
        "mug": Sold(ids["5001"], groups["50"], "Mugg", "Prylar", 149_50, 58_00, 2500),
    }
