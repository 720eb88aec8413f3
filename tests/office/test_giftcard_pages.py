"""The owner's pages of gift cards: the list, one card, bringing cards in, blocking (OPP-007)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.office.cast import Cast

from skrin.domain.giftcard import key_of, normal_code
from skrin.domain.refusal import Refusal
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
    assert "Rad 3: det kortet finns redan" in response.content.decode()  # type: ignore[attr-defined]
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
