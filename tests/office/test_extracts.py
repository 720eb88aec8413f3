"""Large files of a register's records: ordered, made by a process of its own, fetched or sent."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.office.cast import Cast
from tests.office.conftest import Urls
from tests.office.journals import Journal

from skrin.domain.refusal import Refusal
from skrin.office.extracts import actions, making, queries, terms
from skrin.office.extracts.one import Try
from skrin.office.mail import queries as mail
from skrin.office.mail_account import NONE, Account
from skrin.office.people import actions as people
from skrin.office.tenancy import wall
from skrin.office.tenancy.wall import inside
from skrin.office.ui.words import whole

pytestmark = pytest.mark.office
MINUTE_MS = 60_000
ASKED = {
    "what": "journal",
    "format": "csv",
    "first": "2026-11-20",
    "last": "2026-11-20",
    "scope": "till",
}


def never() -> bool:
    """The office runs on."""
    return False


@dataclass
class Office:
    """The pages and the worker of an office, with a clock of its own."""

    cast: Cast
    journal: Journal
    folder: Path
    now_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000 + MINUTE_MS)
    """A little later than the pages' clock, so that what they order is due."""

    def __post_init__(self) -> None:
        self.page = f"/tills/{self.journal.till}/1/records"

    def order(self, **more: str) -> str:
        """Order a file at the page as a person does; the order's id."""
        client = self.cast.logged_in()
        shown = client.get(f"{self.page}/file", {**ASKED, **more}).content.decode()
        (name,) = re.findall(r'name="order" value="([0-9a-f]{16})"', shown)
        answer = client.post(f"{self.page}/order", {**ASKED, **more, "order": name})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/extracts")
        return name

    def work(self) -> None:
        """What the worker does in a moment."""
        making.make_due(self.folder, lambda: self.now_ms, never)

    def extract(self, name: str) -> queries.Extract:
        """How it stands."""
        with inside(self.cast.company):
            found = queries.extract(self.cast.company, name)
        assert found is not None
        return found

    def pieces(self) -> int:
        """How many pieces of files are stored."""
        ((count,),) = self.cast.rows("SELECT count(*) FROM extracts_piece")
        return int(str(count))


@pytest.fixture
def office(
    cast: Cast,
    journal: Journal,
    office_urls: Urls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """An office that finds more than three entries too many for a page."""
    for _ in range(5):
        journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    monkeypatch.setattr(terms, "AT_ONCE_ELSE", 3)
    monkeypatch.setenv("SKRIN_OFFICE_DATABASE", office_urls.app)
    yield Office(cast, journal, tmp_path / "extracts")
    for table in ("due", "order"):
        cast.rows(f"DELETE FROM extracts_{table} RETURNING 1")


def content_of(answer: Any) -> bytes:
    """A file as a browser saves it."""
    assert answer.status_code == 200, answer.content[:300]
    return b"".join(answer.streaming_content)


@pytest.mark.requirement("OPP-016", "R-MORE-011")
def test_a_large_file_is_ordered_made_beside_and_fetched(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.cast.logged_in()
    with monkeypatch.context() as patch:
        patch.setattr(terms, "AT_ONCE_ELSE", 10_000)
        at_once = content_of(client.get(f"{office.page}/file", ASKED))
    name = office.order()
    shown = client.get("/extracts").content.decode()
    assert "Väntar på sin tur" in shown and 'hx-trigger="every 3s"' in shown
    office.work()
    made = office.extract(name)
    entries = len(office.journal.entries)
    assert (made.state, made.entries, made.entries_done) == (terms.MADE, entries, entries)
    assert made.sha256 == hashlib.sha256(at_once).hexdigest()
    shown = client.get("/extracts").content.decode()
    assert made.name in shown and made.sha256 in shown and "hx-trigger" not in shown
    answer = client.get(f"/extracts/{name}")
    assert content_of(answer) == at_once
    assert made.name in answer.headers["Content-Disposition"]
    assert list(office.folder.iterdir()) == [], "nothing half-made is left"


def test_what_is_small_is_given_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "AT_ONCE_ELSE", len(office.journal.entries))
    client = office.cast.logged_in()
    assert content_of(client.get(f"{office.page}/file", ASKED)).startswith(b"\xef\xbb\xbf")
    monkeypatch.setattr(terms, "AT_ONCE_ELSE", len(office.journal.entries) - 1)
    shown = client.get(f"{office.page}/file", ASKED).content.decode()
    assert f"<dd>{whole(len(office.journal.entries))}</dd>" in shown
    prices = client.get(f"{office.page}/file", {**ASKED, "what": "prices"})
    assert "extract_new" not in prices.content.decode() and prices.status_code in (200, 409)


def test_a_till_of_the_store_that_has_registered_nothing_is_left_out(office: Office) -> None:
    name = office.order(scope="store", format="json")
    office.work()
    assert office.extract(name).name.endswith(".json"), "one till has registered"


def test_the_journals_damage_is_told(office: Office, office_urls: Urls) -> None:
    name = office.order()
    with psycopg.connect(
        office_urls.admin, dbname="skrin"
    ) as database:  # Not the office: it may not.
        database.execute(
            "UPDATE ingest_entry SET hash = decode(repeat('00', 32), 'hex')"
            " WHERE company_id = %s AND seq = 5",
            [office.cast.company],
        )
    office.work()
    failed = office.extract(name)
    assert (failed.state, failed.reason) == (terms.FAILED, terms.DAMAGED)
    shown = office.cast.logged_in().get("/extracts").content.decode()
    assert "Journalen är skadad" in shown and failed.detail in shown
    assert office.pieces() == 0


def test_a_refusal_is_told_in_words(office: Office) -> None:
    name = office.order()
    row = office.cast.rows("SELECT asked FROM extracts_order WHERE id = %s", [name])
    asked = json.loads(str(row[0][0]))
    asked["order"]["period"] = {"first": "2020-01-01", "last": "2020-01-02"}
    asked["order"]["format"] = "xml"
    office.cast.rows(
        "UPDATE extracts_order SET asked = %s RETURNING 1",
        [json.dumps(asked).replace('"csv"', '"xml"')],
    )
    office.work()
    assert office.extract(name).reason == "no_registrations"
    shown = office.cast.logged_in().get("/extracts").content.decode()
    assert "Inget registrerades" in shown


def test_a_maker_that_dies_is_tried_again_and_then_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = office.order()
    dying = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    with monkeypatch.context() as patch:
        _make_by(patch, dying)
        office.work()
        assert office.extract(name).state == terms.WAITING
        office.work()
    office.work()
    assert office.extract(name).state == terms.MADE, "the third try is let live"
    second = office.order()
    with monkeypatch.context() as patch:
        _make_by(patch, dying)
        for _ in range(terms.MOST_TRIES + 1):
            office.work()
    failed = office.extract(second)
    assert (failed.state, failed.reason) == (terms.FAILED, terms.BROKE)


def _make_by(patch: pytest.MonkeyPatch, command: list[str]) -> list[int]:
    """Another program takes the maker's place; the processes that were started."""
    real, started = subprocess.Popen, list[int]()

    def popen(_: list[str]) -> Any:
        child = real(command)
        started.append(child.pid)
        return child

    patch.setattr(making.subprocess, "Popen", popen)
    return started


def test_a_worker_that_died_is_found_by_its_silence(office: Office) -> None:
    name = office.order()
    assert making._claim(office.cast.company, name, office.now_ms) == 1
    office.now_ms += terms.LEASE_MS - 1
    office.work()
    assert office.extract(name).state == terms.MAKING, "it may still be at work"
    office.now_ms += 1
    office.work()
    assert office.extract(name).state == terms.MADE


def test_a_try_whose_time_is_over_writes_nothing(office: Office, tmp_path: Path) -> None:
    name = office.order()
    company = office.cast.company
    slow = Try(company, name, 1, lambda: office.now_ms, never)
    assert making._claim(company, name, office.now_ms) == 1
    office.now_ms += terms.LEASE_MS
    assert making._claim(company, name, office.now_ms) == 2
    slow.make(tmp_path / "slow")
    assert office.extract(name).state == terms.MAKING and office.pieces() == 0
    Try(company, name, 2, lambda: office.now_ms, never).make(tmp_path / "second")
    assert office.extract(name).state == terms.MADE
    slow.make(tmp_path / "slow2")
    with inside(company):
        content = b"".join(queries.content(company, name))
    assert hashlib.sha256(content).hexdigest() == office.extract(name).sha256


@pytest.mark.parametrize("ends", ["withdrawn", "the office stops"])
def test_what_is_under_way_ends_when_nobody_waits_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    name = office.order()
    client = office.cast.logged_in()
    monkeypatch.setattr(terms, "SIGN_S", 0.05)
    started = _make_by(monkeypatch, [sys.executable, "-c", "import time; time.sleep(60)"])
    looks = iter([False] * 4)

    def over() -> bool:
        """Asked between two signs of life: the moment to withdraw."""
        if ends == "the office stops":
            return next(looks, True)
        if started and office.extract(name).state == terms.MAKING:
            answer = client.post("/extracts", {"what": "withdraw", "order": name})
            assert "Återtagen" in answer.content.decode()
        return False

    making.make_due(office.folder, lambda: office.now_ms, over)
    (pid,) = started
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    now = office.extract(name)
    if ends == "withdrawn":
        assert now.state == terms.WITHDRAWN
        return
    assert now.state == terms.WAITING
    ((tries,),) = office.cast.rows("SELECT tries FROM extracts_order WHERE id = %s", [name])
    assert tries == 0, "an office that was stopped in order counts as no try"


@pytest.mark.parametrize("reason", ["", "mail_too_large", "mail_too_many"])
def test_what_is_made_is_sent_by_mail_when_that_was_asked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    account = Account("127.0.0.1", 9, "kassa@kontoret.example", NONE)
    monkeypatch.setattr(settings, "MAIL_ACCOUNT", account)
    client = office.cast.logged_in()
    sent = {**ASKED, "to": "revisor@byra.example", "note": "Årets journal.", "order": "ab" * 8}
    answer = client.post(f"{office.page}/mail", sent)
    assert answer.headers["Location"] == "/extracts"
    with inside(office.cast.company):
        assert mail.messages(office.cast.company) == [], "not before it is made"
    if reason == "mail_too_large":
        monkeypatch.setattr("skrin.office.mail.terms.MOST_BYTES", 100)
    if reason == "mail_too_many":
        monkeypatch.setattr("skrin.office.mail.terms.MOST_A_DAY", 0)
    claimed = making._claim(office.cast.company, "ab" * 8, office.now_ms)
    office.folder.mkdir()
    made = Try(office.cast.company, "ab" * 8, claimed, lambda: office.now_ms, never)
    made.make(office.folder)
    now = office.extract("ab" * 8)
    assert (now.state, now.mail_reason) == (terms.MADE, reason)
    with inside(office.cast.company):
        letters = mail.messages(office.cast.company)
    if reason:
        assert letters == []
        shown = client.get("/extracts").content.decode()
        assert ("för stor för e-post" in shown) == (reason == "mail_too_large")
        office.cast.rows(
            "UPDATE extracts_order SET ended_at_ms = 0 WHERE id = %s RETURNING 1", ["ab" * 8]
        )
        assert "Hämta den här" not in client.get("/extracts").content.decode(), "it is gone"
        return
    (letter,) = letters
    assert (letter.address, letter.size_bytes) == ("revisor@byra.example", now.size_bytes)
    office.cast.rows("DELETE FROM mail_due RETURNING 1")


def test_an_extract_leaves_room_on_the_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = office.order()
    assert making._claim(office.cast.company, name, office.now_ms) == 1
    monkeypatch.setattr(terms, "LEAST_FREE_BYTES", 2**62)
    Try(office.cast.company, name, 1, lambda: office.now_ms, never).make(tmp_path / "full")
    failed = office.extract(name)
    assert (failed.state, failed.reason) == (terms.FAILED, terms.TOO_LARGE)
    assert office.pieces() == 0


def test_the_same_order_twice_is_one_and_five_are_enough(office: Office) -> None:
    client = office.cast.logged_in()
    for number in (1, 1, 2, 3, 4, 5):
        sent = {**ASKED, "order": f"{number:016x}"}
        assert client.post(f"{office.page}/order", sent).status_code == 302
    with inside(office.cast.company):
        assert len(queries.extracts(office.cast.company)) == terms.MOST_OPEN
    answer = client.post(f"{office.page}/order", {**ASKED, "order": f"{6:016x}"})
    assert answer.status_code == 422 and "5 filer är redan beställda" in answer.content.decode()


def test_the_file_is_kept_a_week_and_the_order_ninety_days(office: Office) -> None:
    name = office.order()
    office.work()
    office.now_ms = office.extract(name).until_ms - 1
    office.work()
    assert office.pieces() > 0 and office.extract(name).has_file(office.now_ms)
    office.now_ms += 1
    office.work()
    assert office.pieces() == 0 and not office.extract(name).has_file(office.now_ms)
    with inside(office.cast.company):
        assert list(queries.content(office.cast.company, name)) == []
    office.now_ms += terms.KEEP_ROW_MS
    office.work()
    with inside(office.cast.company):
        assert queries.extract(office.cast.company, name) is None
    with wall.as_postman(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM extracts_due WHERE order_id = %s", [name])
        assert cursor.fetchone() == (0,)


def test_others_see_neither_the_order_nor_the_file(office: Office) -> None:
    name = office.order()
    office.work()
    outsider = office.cast.logged_in(office.cast.outsider)
    assert name not in outsider.get("/extracts").content.decode()
    assert outsider.get(f"/extracts/{name}").status_code == 404
    withdrawn = outsider.post("/extracts", {"what": "withdraw", "order": name})
    assert withdrawn.status_code == 404
    elsewhere = f"stationen{name}@test.example"
    person = people.set_person(elsewhere, "en-hemlig-bulle")
    with inside(office.cast.company):
        people.set_member(office.cast.company, person, "manager", "Chefen", (2,))
    manager = office.cast.logged_in(elsewhere)
    assert manager.get(f"/extracts/{name}").status_code == 404
    with wall.as_postman(), connection.cursor() as cursor:
        for table in ("extracts_order", "extracts_piece"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_an_order_is_read_as_it_was_written(office: Office) -> None:
    """What the page orders and what the process reads are one type."""
    name = office.order()
    ((told,),) = office.cast.rows("SELECT asked FROM extracts_order WHERE id = %s", [name])
    asked = msgspec.json.decode(str(told), type=actions.Asked)
    assert [one.till for one in asked.registers] == [office.journal.till]
    assert asked.order.period.names == ("2026-11-20", "2026-11-20")
    with inside(office.cast.company), pytest.raises(Refusal) as no:
        for number in range(terms.MOST_OPEN):
            wanted = actions.Wanted(f"{number:016x}", 1, "Saga", "x", asked, 1)
            actions.order(office.cast.company, wanted, office.now_ms)
    assert no.value.code == "extract_too_many"
