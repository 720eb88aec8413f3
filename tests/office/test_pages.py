"""Every page in Swedish and English, with and without anything to show, and what every answer
carries."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal

pytestmark = pytest.mark.office

PAGES = ("/", "/statistics", "/receipts", "/closings", "/articles", "/tills", "/money", "/settings")


def filled(cast: Cast, journal: Journal) -> Client:
    journal.sale(cast.articles["coffee"].times(2000), cast.articles["mug"], pay="cash")
    journal.close()
    cast.take(journal.exchange())
    return cast.logged_in()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("with_sales", [True, False])
def test_every_page_renders(cast: Cast, journal: Journal, language: str, with_sales: bool) -> None:
    client = filled(cast, journal) if with_sales else cast.logged_in()
    place = f"{journal.till}/1"
    pages = list(PAGES)
    if with_sales:
        kinds = {entry.header.kind: entry.header.seq for entry in journal.entries}
        pages += [
            f"/receipts/{place}/{kinds['receipt.sealed']}",
            f"/closings/{place}/{kinds['day.closed']}",
        ]
    for page in [*pages, f"/tills/{place}"]:
        response = client.get(page, {"language": language, "from": "2026-11-01"})
        assert response.status_code == 200, page
        text = response.content.decode()
        assert f'<html lang="{language}"' in text
        assert f"<h1>{'Kassor' if language == 'sv' else 'Tills'}" in text or page != "/tills"
        assert "None" not in re.sub(r"<[^>]*>", "", text), page


def test_a_company_that_is_english_speaks_english_and_a_choice_is_kept(cast: Cast) -> None:
    client = Client(SERVER_NAME="localhost")
    assert 'lang="sv"' in client.get("/login").content.decode()
    assert 'lang="en"' in client.get("/login?language=en").content.decode()
    assert 'lang="en"' in client.get("/login").content.decode()
    assert 'lang="en"' in client.get("/login?language=xx").content.decode()
    assert client.cookies["skrin_language"].value == "en"


def test_every_answer_carries_a_strict_policy(cast: Cast) -> None:
    client = cast.logged_in()
    for path in ("/", "/login", "/nothing-here", "/statistics.json"):
        response = client.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"
        text = response.content.decode()
        assert "<script>" not in text and " style=" not in text and " onclick=" not in text


def test_what_is_not_there_says_so(cast: Cast) -> None:
    client = cast.logged_in()
    for path in ("/nothing", "/receipts/NOBODY/1/1", "/closings/NOBODY/1/1.si", "/tills/NOBODY/1"):
        response = client.get(path)
        assert response.status_code == 404
        assert swedish("There is nothing here") in response.content.decode()


def test_today_is_polled_and_answers_that_nothing_is_new(cast: Cast, journal: Journal) -> None:
    client = filled(cast, journal)
    first = client.get("/", headers={"HX-Request": "true"})
    assert first.status_code == 200
    known = {"HX-Request": "true", "If-None-Match": first["ETag"]}
    assert client.get("/", headers=known).status_code == 304


def test_today_shows_this_business_day(cast: Cast, journal: Journal) -> None:
    # The demo's clock is the machine's: the sale is made on the day that it is now.
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    now = datetime.now(ZoneInfo("Europe/Stockholm"))
    journal.day = (now - timedelta(hours=4)).date().isoformat()
    for time_ in ("00:30:00", "09:00:00", "10:00:00", "13:00:00"):
        journal.sale(cast.articles["mug"], time=time_)
    cast.take(journal.exchange())
    page = cast.logged_in().get("/").content.decode()
    assert "598,00" in page
    # As the business day runs: the hour after midnight comes last.
    assert re.findall(r">(\d\d–\d\d)<", page) == ["09–10", "10–11", "13–14", "00–01"]
    assert re.findall(r'text-anchor="middle">(\d\d)<', page) == [
        f"{hour % 24:02d}" for hour in range(9, 25) if (hour - 9) % 2 == 0
    ]


def test_tills_tell_their_contact_and_state(cast: Cast, journal: Journal) -> None:
    client = cast.logged_in()
    assert swedish("Not heard from yet") in client.get("/tills").content.decode()
    cast.take(journal.exchange())
    page = client.get("/tills").content.decode()
    assert swedish("Connected") in page
    assert "0.1.0" in page
    later = time.time_ns() // 1_000_000 - 2 * 60 * 60 * 1000
    cast.take(journal.exchange(), later)
    silent = swedish("Not heard from for %(time)s", time="2 h")
    assert silent in client.get("/tills").content.decode()


def test_articles_are_listed_and_found(cast: Cast) -> None:
    client = cast.logged_in()
    page = client.get("/articles").content.decode()
    for shown in ("Bryggkaffe", "34,00", "5,00", "7359990020127", "12\xa0% / 6\xa0%", "25\xa0%"):
        assert shown in page, shown
    found = client.get("/articles?q=kaffe").content.decode()
    assert "Bryggkaffe" in found and "Mugg" not in found


def test_lists_have_parts(cast: Cast, journal: Journal) -> None:
    for _ in range(105):
        journal.sale(cast.articles["coffee"], taps=False)
    cast.take(journal.exchange())
    client = cast.logged_in()
    first = client.get("/receipts?from=2026-11-20&to=2026-11-20").content.decode()
    assert "1–100 av 105" in first
    assert "offset=100" in first
    rest = client.get("/receipts?from=2026-11-20&to=2026-11-20&offset=100").content.decode()
    assert "101–105 av 105" in rest
    assert rest.count("<tr>") == 6
