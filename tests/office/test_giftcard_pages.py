"""The owner's pages of gift cards: the list, one card, bringing cards in, blocking (OPP-007)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.office.cast import Cast

from skrin.domain.giftcard import key_of, normal_code
from skrin.domain.refusal import Refusal
from skrin.office.giftcards import actions
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.tenancy.wall import inside
from skrin.office.ui.pages.giftcards import cards_of

pytestmark = pytest.mark.office

FILE = "code;balance;valid_until\nOLD-0001-AB;500,00;2030-12-31\nOLD-0002-CD;0;\n"


def send(cast: Cast, content: str) -> object:
    file = SimpleUploadedFile("cards.csv", content.encode("latin-1"))
    return cast.logged_in().post("/gift-cards", {"file": file})


@pytest.mark.requirement("OPP-007", "R-PAY-010")
def test_cards_are_brought_in_listed_blocked_and_credited(cast: Cast) -> None:
    response = send(cast, FILE)
    assert response.status_code == 200  # type: ignore[attr-defined]
    page = response.content.decode()  # type: ignore[attr-defined]
    assert "2 kort hämtades in." in page
    assert "****01AB" in page and "500,00" in page and "Inte sålt än" in page
    client = cast.logged_in()
    address = f"/gift-cards/{key_of(cast.company, normal_code('OLD-0001-AB'))}"
    assert "Inhämtat" in client.get(address).content.decode()
    blocked = client.post(address, {"what": "block"}).content.decode()
    assert "Kortet är spärrat." in blocked and "Spärrat" in blocked
    credited = client.post(address, {"what": "credit", "amount": "50,00"})
    assert credited.status_code == 200
    assert "550,00" in credited.content.decode()
    wrong = client.post(address, {"what": "credit", "amount": "mycket"})
    assert wrong.status_code == 422
    assert "Det är inget belopp." in wrong.content.decode()
    events = cast.rows("SELECT what, amount FROM giftcards_event ORDER BY key, seq")
    assert sorted(events) == sorted(
        [("imported", 500_00), ("blocked", 0), ("credited", 50_00), ("imported", 0)]
    )


def test_a_file_with_a_fault_brings_in_nothing(cast: Cast) -> None:
    twice = FILE + "OLD 0001 AB;10,00;\n"
    response = send(cast, twice)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert "Rad 4: det kortet finns redan" in response.content.decode()  # type: ignore[attr-defined]
    assert cast.rows("SELECT count(*) FROM giftcards_card") == [(0,)]
    assert cast.rows("SELECT count(*) FROM rights_book WHERE kind = 'gift_card'") == [(0,)]


def test_only_who_may_set_things_sees_them_and_no_other_company(cast: Cast) -> None:
    send(cast, FILE)
    assert cast.logged_in(cast.cashier).get("/gift-cards").status_code == 403
    outsider = cast.logged_in(cast.outsider)
    assert "****01AB" not in outsider.get("/gift-cards").content.decode()
    key = key_of(cast.company, normal_code("OLD-0001-AB"))
    assert outsider.get(f"/gift-cards/{key}").status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("kod,saldo\nA,1\n", "no_columns"),
        ("code,balance\nABCDEF,one\n", "no_amount"),
        ("code,balance,valid_until\nABCDEF,1,31/12\n", "no_day"),
        ("", "no_columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(content: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        cards_of(content.encode())


@pytest.mark.requirement("OPP-007")
def test_what_was_owed_at_the_end_of_a_day(cast: Cast) -> None:
    """A business day ends at the day break of the next one: 04:00, by the company's clock."""
    zone = ZoneInfo("Europe/Stockholm")
    key = key_of(cast.company, normal_code("OLD-0001-AB"))
    send(cast, FILE)
    with inside(cast.company):
        for day, hour, amount in ((20, 12, 100_00), (21, 3, 20_00), (21, 5, 3_00)):
            at = datetime(2026, 10, day, hour, tzinfo=zone)
            actions.credit_anew(cast.company, key, amount, "1", int(at.timestamp() * 1000))
    client = cast.logged_in()
    for day, owed in (("2026-10-19", "0,00"), ("2026-10-20", "120,00"), ("2026-10-21", "123,00")):
        page = client.get("/gift-cards", {"day": day}).content.decode()
        assert f'Skulden vid slutet av {day}</dt><dd class="figure">{owed}<' in page
        assert "623,00" in page, "what is owed now stands beside it"
    assert (
        "Skriv datumen som 2025-11-19" in client.get("/gift-cards", {"day": "x"}).content.decode()
    )
    later = client.get("/gift-cards", {"day": "2999-01-01"}).content.decode()
    assert "Den dagen har inte kommit än." in later


@pytest.mark.requirement("OPP-007")
def test_how_long_new_cards_hold_is_set_by_who_may(cast: Cast) -> None:
    with inside(cast.company):
        method = paymentsystems.set_method(
            *(cast.company, "gift"),
            kind="gift_card",
            name="Presentkort",
            account="2421",
            order=5,
            refund="same",
            offline="blocked",
            valid_months=12,
        )
    client = cast.logged_in()
    assert 'value="12"' in client.get("/gift-cards").content.decode()
    form = {"what": "validity", "method": str(method), "months": "36"}
    done = client.post("/gift-cards", form)
    assert done.status_code == 200 and "gäller i 36 månader" in done.content.decode()
    for months in ("121", "-1", "två", ""):
        wrong = client.post("/gift-cards", form | {"months": months})
        assert wrong.status_code == 422
        assert "Skriv ett antal månader från 0 till 120." in wrong.content.decode()
    assert client.post("/gift-cards", form | {"method": "999999"}).status_code == 404
    assert cast.logged_in(cast.cashier).post("/gift-cards", form).status_code == 403
    assert cast.rows("SELECT valid_months FROM paymentsystems_paymentmethod WHERE code='gift'") == [
        (36,)
    ]
