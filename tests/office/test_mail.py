"""Outgoing mail against a real SMTP server: yes, later, no, silence, hang-ups, and dying between.

The server (aiosmtpd) is not ours. What is counted is what it took, not what we believe.
"""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from tests.office.cast import Cast
from tests.office.journals import Journal
from tests.office.mail_server import HANG_UP, SILENT, MailServer, Script, free_port

from skrin.domain.journal import TillStarted
from skrin.domain.refusal import Refusal
from skrin.domain.registration import RegistrationSet
from skrin.office.mail import actions, queries, sending, terms
from skrin.office.mail.actions import File, Letter
from skrin.office.mail.queries import Message
from skrin.office.mail_account import NONE, Account, BadAccount, account_of
from skrin.office.tenancy import wall
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

SENDER = "kassa@kontoret.example"
SECRET = "hemligt-ord-77"
NOON = 1_800_000_000_000


@dataclass
class Post:
    """The office's side: an account, a clock, and a company that orders."""

    company: int
    account: Account | None
    now_ms: int = NOON

    def order(self, number: int = 1, address: str = "anna@kund.example", **more: str) -> str:
        """Order a message with a small file; its id."""
        name = f"{number:016x}"
        letter = Letter(
            *(name, 1, 1, "Saga", "saga@test.example", "Testbageriet", address),
            *(more.get("subject", "Ärende åäö"), more.get("body", "Text åäö €\r\nrad två")),
        )
        file = File("fil.pdf", "application/pdf", io.BytesIO(b"%PDF-" + bytes(range(256)) * 2000))
        with inside(self.company):
            actions.order(self.company, letter, [file], self.now_ms)
        return name

    def work(self) -> None:
        """What the worker does in a moment."""
        sending.send_due(self.account, lambda: self.now_ms)

    def wait(self, minutes: int) -> None:
        """Let time pass, and the worker work."""
        self.now_ms += minutes * terms.MINUTE_MS
        self.work()

    def message(self, name: str) -> Message:
        """How it stands."""
        with inside(self.company):
            found = queries.message(self.company, name)
        assert found is not None
        return found


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def post(cast: Cast, script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with MailServer(script) as server:
        account = Account("127.0.0.1", server.port, SENDER, NONE, timeout_s=1.0, deadline_s=5.0)
        monkeypatch.setattr(settings, "MAIL_ACCOUNT", account)
        yield Post(cast.company, account)
    # The next test's worker looks at all companies.
    with inside(cast.company), connection.cursor() as cursor:
        cursor.execute("DELETE FROM mail_due")


@pytest.mark.requirement("R-REG-005")
def test_what_is_ordered_arrives_once_and_whole(post: Post, script: Script) -> None:
    name = post.order()
    post.work()
    post.work()
    (got,) = script.taken
    assert script.receivers == ["anna@kund.example"]
    assert (got["Subject"], got["Reply-To"]) == ("Ärende åäö", "saga@test.example")
    assert got["From"] == f"Testbageriet <{SENDER}>"
    assert got["Message-ID"] == f"<{name}.{post.company}@kontoret.example>"
    text, file = got.iter_parts()
    assert text.get_content().split() == ["Text", "åäö", "€", "rad", "två"]
    assert file.get_filename() == "fil.pdf"
    assert file.get_content() == b"%PDF-" + bytes(range(256)) * 2000
    sent = post.message(name)
    assert (sent.state, sent.tries, sent.reason) == (terms.SENT, 1, "")
    assert _pieces(post) == 0, "what was sent is not kept"


def _pieces(post: Post) -> int:
    with inside(post.company), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mail_piece")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("step", "answer", "reason"),
    [
        ("mail", "451 4.3.0 busy", terms.SENDER),
        ("mail", "550 5.7.1 not you", terms.SENDER),
        ("rcpt", "450 4.2.0 greylisted", terms.LATER),
        ("data", "452 4.3.1 full", terms.LATER),
        ("mail", HANG_UP, terms.AWAY),
        ("rcpt", HANG_UP, terms.AWAY),
        ("rcpt", SILENT, terms.AWAY),
    ],
)
def test_what_was_certainly_not_taken_is_tried_again(
    post: Post, script: Script, step: str, answer: str, reason: str
) -> None:
    setattr(script, step, answer)
    name = post.order()
    post.work()
    waits = post.message(name)
    assert (waits.state, waits.reason, waits.tries) == (terms.WAITING, reason, 1)
    assert waits.next_at_ms == post.now_ms + terms.MINUTE_MS
    if answer[0] in "45":
        assert waits.answer == answer
    setattr(script, step, "")
    post.work()
    assert not script.taken, "not before its time"
    post.wait(1)
    assert post.message(name).state == terms.SENT
    assert len(script.taken) == 1


@pytest.mark.parametrize(
    ("step", "answer", "reason"),
    [
        ("rcpt", "550 5.1.1 no such user", terms.ADDRESS),
        ("data", "554 5.6.0 no", terms.REFUSED),
        ("data", "552 5.3.4 too big", terms.TOO_LARGE),
        ("mail", "552 5.3.4 too big", terms.TOO_LARGE),
    ],
)
def test_a_clear_no_ends_it_and_a_person_may_send_it_again(
    post: Post, script: Script, step: str, answer: str, reason: str
) -> None:
    setattr(script, step, answer)
    name = post.order()
    post.work()
    ended = post.message(name)
    assert (ended.state, ended.reason, ended.answer) == (terms.GIVEN_UP, reason, answer)
    setattr(script, step, "")
    post.wait(120)
    assert not script.taken, "nobody asked for it again"
    with inside(post.company):
        assert actions.send_again(post.company, name, post.now_ms)
    post.work()
    assert post.message(name).state == terms.SENT
    assert script.taken[0].get_body() is not None


@pytest.mark.parametrize("answer", [SILENT, HANG_UP])
def test_an_answer_that_never_comes_is_unknown_and_not_repeated(
    post: Post, script: Script, answer: str
) -> None:
    script.data = answer
    name = post.order()
    post.work()
    doubt = post.message(name)
    assert (doubt.state, doubt.reason) == (terms.UNKNOWN, terms.NO_ANSWER)
    script.data = ""
    for _ in range(3):
        post.wait(600)
    assert len(script.taken) == 1, "the server has it: sent again by itself it came twice"
    with inside(post.company):
        assert actions.send_again(post.company, name, post.now_ms)
    post.work()
    assert post.message(name).state == terms.SENT
    first, second = script.taken
    assert first["Message-ID"] == second["Message-ID"], "who gets both can tell"


def test_a_server_that_is_away_for_a_day_is_given_up_with_a_reason(post: Post) -> None:
    assert post.account
    post.account = replace(post.account, port=free_port())
    name = post.order()
    pauses = []
    for _ in range(60):
        post.work()
        now = post.message(name)
        if now.state != terms.WAITING:
            break
        pauses.append((now.next_at_ms - post.now_ms) // terms.MINUTE_MS)
        post.now_ms = now.next_at_ms
    assert pauses[:7] == [1, 2, 5, 10, 20, 30, 60]
    assert (now.state, now.reason) == (terms.GIVEN_UP, terms.AWAY)
    assert now.ended_at_ms - NOON == terms.GIVE_UP_MS


def test_a_server_that_dribbles_is_cut_off_at_the_deadline(post: Post) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def dribble() -> None:
        line, _ = listener.accept()
        with line:
            while not over.wait(0.1):
                try:
                    line.sendall(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        port = listener.getsockname()[1]
        post.account = Account("127.0.0.1", port, SENDER, NONE, timeout_s=30.0, deadline_s=0.7)
        name = post.order()
        post.work()
        assert post.message(name).reason in (terms.AWAY, terms.LATER)
        assert post.message(name).state == terms.WAITING
    finally:
        over.set()
        thread.join(timeout=10)
        listener.close()
    assert not thread.is_alive()


@pytest.mark.parametrize(("state", "then"), [("trying", "sent"), ("handing", "unknown")])
def test_a_worker_that_died_is_found_by_its_lease(
    post: Post, script: Script, state: str, then: str
) -> None:
    name = post.order()
    claimed = sending._claim(post.company, name, post.now_ms)
    assert claimed and claimed.tries == 1
    if state == "handing":
        with inside(post.company), connection.cursor() as cursor:
            cursor.execute("UPDATE mail_message SET state = 'handing'")
    post.wait(4)
    assert post.message(name).state == state, "it may still be at work"
    post.wait(2)
    assert post.message(name).state == then
    assert len(script.taken) == (1 if then == "sent" else 0)


def test_a_worker_whose_lease_is_over_sends_nothing(post: Post, script: Script) -> None:
    name = post.order()
    slow = sending._claim(post.company, name, post.now_ms)
    assert slow
    post.wait(6)
    assert len(script.taken) == 1
    sending._try(post.account, slow, lambda: post.now_ms)
    assert len(script.taken) == 1, "another has sent it meanwhile"
    assert post.message(name).state == terms.SENT


def test_four_workers_send_each_message_once(post: Post, script: Script) -> None:
    for number in range(8):
        post.order(number, f"kund{number}@kund.example")

    def work() -> None:
        try:
            post.work()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=60)
    post.work()
    assert sorted(script.receivers) == [f"kund{n}@kund.example" for n in range(8)]


def test_an_order_that_is_rolled_back_sends_nothing(post: Post, script: Script) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        post.order()
        raise RuntimeError
    post.work()
    assert not script.taken


def test_the_same_order_twice_is_one_message(post: Post, script: Script) -> None:
    post.order(7)
    post.order(7)
    post.work()
    assert len(script.taken) == 1


@pytest.mark.parametrize(
    "typed",
    [
        *("", "anna", "anna@", "a@b@c.se", "a b@c.se", "a@c.se,b@d.se", "Anna <a@c.se>"),
        *("a@c.se\nBcc: b@d.se", "a@c.se\r\nDATA", "å@c.se", "a" * 250 + "@c.se"),
    ],
)
def test_an_address_is_one_plain_address(post: Post, typed: str) -> None:
    with pytest.raises(Refusal) as no:
        post.order(1, typed)
    assert no.value.code == "mail_address"


def test_words_of_people_make_no_headers(post: Post, script: Script) -> None:
    post.order(1, subject="Hej\r\nBcc: spion@ond.example", body="a\r\n.\r\nQUIT\r\n\0b")
    post.work()
    (got,) = script.taken
    assert (got["Bcc"], script.receivers) == (None, ["anna@kund.example"])
    assert got["Subject"] == "Hej Bcc: spion@ond.example"
    body = got.get_body()
    assert body is not None and body.get_content().splitlines() == ["a", ".", "QUIT", "b"]


def test_too_much_is_refused_before_it_is_read(post: Post) -> None:
    read: list[int] = []

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert size == terms.PIECE_BYTES, "by the piece"
            read.append(size)
            return bytes(size)

    letter = Letter("1" * 16, 1, 1, "", "", "", "a@b.example", "", "")
    with pytest.raises(Refusal) as no, inside(post.company):
        file = File("stor.xml", "text/xml", Endless())  # type: ignore[arg-type]
        actions.order(post.company, letter, [file], NOON)
    assert no.value.code == "mail_too_large"
    assert sum(read) <= terms.MOST_BYTES + terms.PIECE_BYTES
    assert _pieces(post) == 0


def test_a_company_sends_only_so_much(post: Post) -> None:
    for number in range(terms.MOST_TO_ONE_AN_HOUR):
        post.order(number)
    with pytest.raises(Refusal) as no:
        post.order(100)
    assert (no.value.code, no.value.values["most"]) == ("mail_too_many", terms.MOST_TO_ONE_AN_HOUR)
    for number in range(200, 200 + terms.MOST_AN_HOUR - terms.MOST_TO_ONE_AN_HOUR):
        post.order(number, f"k{number}@kund.example")
    with pytest.raises(Refusal):
        post.order(300, "ny@kund.example")
    post.now_ms += 61 * terms.MINUTE_MS
    post.order(301, "ny@kund.example")


def test_what_has_not_left_can_be_withdrawn(post: Post, script: Script) -> None:
    name = post.order()
    with inside(post.company):
        assert actions.withdraw(post.company, name, post.now_ms)
        assert not actions.withdraw(post.company, name, post.now_ms)
        assert not actions.send_again(post.company, name, post.now_ms)
    post.work()
    assert not script.taken and _pieces(post) == 0


def test_files_go_after_a_week_and_rows_after_ninety_days(post: Post, script: Script) -> None:
    script.rcpt = "550 5.1.1 no"
    name = post.order()
    post.work()
    assert _pieces(post) > 0
    post.now_ms += terms.KEEP_FILES_MS
    with inside(post.company):
        assert not actions.send_again(post.company, name, post.now_ms)
    post.work()
    assert _pieces(post) == 0 and post.message(name).state == terms.GIVEN_UP
    post.now_ms += terms.KEEP_ROWS_MS
    post.work()
    with inside(post.company):
        assert queries.message(post.company, name) is None
    with wall.as_postman(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mail_due WHERE company_id = %s", [post.company])
        assert cursor.fetchone() == (0,)


def test_the_postman_sees_ids_and_no_letters(post: Post, cast: Cast) -> None:
    name = post.order()
    with wall.as_postman(), connection.cursor() as cursor:
        cursor.execute("SELECT message_id FROM mail_due WHERE company_id = %s", [post.company])
        assert cursor.fetchall() == [(name,)]
        for table in ("mail_message", "mail_piece", "people_person", "tenancy_company"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
    with inside(cast.other_company), connection.cursor() as cursor:
        for table in ("mail_message", "mail_piece", "mail_due"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


# --- The account ------------------------------------------------------------------------------


def test_the_login_is_used_and_its_secret_is_nowhere_else(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    right = Script()
    caplog.set_level(logging.DEBUG)
    with MailServer(right, login=lambda user, said: said == SECRET.encode()) as server:
        login = Account("127.0.0.1", server.port, SENDER, NONE, "kontoret", SECRET, 2.0, 5.0)
        post.account = replace(login, password="fel-ord-78")
        name = post.order()
        post.work()
        refused = post.message(name)
        assert (refused.state, refused.reason, refused.answer) == (terms.WAITING, terms.LOGIN, "")
        post.account = login
        post.wait(1)
    assert post.message(name).state == terms.SENT and len(right.taken) == 1
    with inside(post.company), connection.cursor() as cursor:
        cursor.execute("SELECT to_json(m)::text FROM mail_message m")
        rows = str(cursor.fetchall())
    for kept in (rows, caplog.text, repr(login), str(right.taken[0])):
        assert SECRET not in kept and "fel-ord-78" not in kept


def test_without_tls_nothing_leaves_when_tls_is_wanted(post: Post, script: Script) -> None:
    assert post.account
    post.account = replace(post.account, security="starttls")
    name = post.order()
    post.work()
    assert (post.message(name).reason, script.taken) == (terms.INSECURE, [])


def test_the_account_is_read_from_the_environment(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    said = {
        "SKRIN_OFFICE_MAIL_SERVER": "smtp.example:587",
        "SKRIN_OFFICE_MAIL_FROM": SENDER,
        "SKRIN_OFFICE_MAIL_USER": "kontoret",
        "SKRIN_OFFICE_MAIL_PASSWORD_FILE": str(secret),
    }
    wanted = Account("smtp.example", 587, SENDER, "starttls", "kontoret", SECRET)
    assert account_of({}) is None
    assert account_of(said) == wanted
    for name, value in (
        ("SERVER", "smtp.example"),
        ("SERVER", "smtp.example:0"),
        ("FROM", "a@b.se\nBcc: c@d.se"),
        ("SECURITY", "none"),
        ("SECURITY", "tsl"),
        ("PASSWORD_FILE", str(tmp_path / "gone")),
        ("USER", "kontört"),
    ):
        with pytest.raises(BadAccount) as bad:
            account_of({**said, f"SKRIN_OFFICE_MAIL_{name}": value})
        assert SECRET not in str(bad.value)


def wall_clock() -> int:
    """The pages' own time."""
    return time.time_ns() // 1_000_000


# --- The pages --------------------------------------------------------------------------------


@pytest.fixture
def unit(cast: Cast, journal: Journal) -> Journal:
    """A till whose control unit is known."""
    journal.append("till.started", TillStarted(1, "Norrkassa", "1.1.0.1.0"))
    journal.append("registration.set", RegistrationSet("Maker AB", "C20", "B", "1", "Ort", "Eva"))
    journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    return journal


@pytest.mark.requirement("R-REG-005", "OPP-058")
def test_the_registration_is_sent_from_its_page(
    cast: Cast, unit: Journal, post: Post, script: Script
) -> None:
    client = cast.logged_in()
    page = f"/tills/{unit.till}/1/registration/mail"
    assert page in client.get(f"/tills/{unit.till}/1/records").content.decode()
    shown = client.get(page).content.decode()
    order = shown.split('name="order" value="')[1][:16]
    wrong = client.post(page, {"to": "anna", "order": order, "note": "Hej <b>"})
    assert wrong.status_code == 422 and "Skriv en hel e-postadress" in wrong.content.decode()
    assert "Hej &lt;b&gt;" in wrong.content.decode()
    form = {"to": " anna@kund.example ", "order": order, "note": "Här är den."}
    for _ in range(2):
        assert client.post(page, form)["Location"] == "/mail"
    assert "På väg" in client.get("/mail").content.decode()
    sending.send_due(post.account, wall_clock)
    (got,) = script.taken
    assert got["Subject"].startswith("Kontrollenhet ") and "för kassa" in got["Subject"]
    text, file = got.iter_parts()
    said = text.get_content()
    assert "Här är den." in said and "Maker AB" in said and "Skickat av Saga" in said
    assert file.get_content().startswith(b"%PDF") and file.get_filename().endswith(".pdf")
    assert "Skickat" in client.get("/mail").content.decode()


@pytest.mark.requirement("OPP-016", "R-REP-009", "R-MORE-011")
def test_a_journal_file_and_a_report_are_sent(
    cast: Cast, unit: Journal, post: Post, script: Script
) -> None:
    client = cast.logged_in()
    page = f"/tills/{unit.till}/1/records/mail"
    asked = {"what": "journal", "format": "json", "scope": "till"}
    days = {"first": "2026-11-20", "last": "2026-11-20"}
    assert "2026-11-20 – 2026-11-20" in client.get(page, {**asked, **days}).content.decode()
    form = {"to": "anna@kund.example", **asked, **days}
    assert client.post(page, form).status_code == 302
    assert client.post(page, {**form, "format": "csv"}).status_code == 302
    empty = client.post(page, {**form, "first": "2020-01-01", "last": "2020-01-02"})
    assert empty.status_code == 422 and "Inget registrerades" in empty.content.decode()
    seq = next(e.header.seq for e in unit.entries if e.header.kind == "day.closed")
    closing = f"/closings/{unit.till}/1/{seq}/mail"
    assert client.post(closing, {"to": "ekonomi@kund.example"}).status_code == 302
    sending.send_due(post.account, wall_clock)
    files = [next(got.iter_attachments()) for got in script.taken]
    by_ending = {str(file.get_filename())[-4:]: file for file in files}
    file, table, z = (by_ending[ending] for ending in ("json", ".csv", ".pdf"))
    download = client.get(f"/tills/{unit.till}/1/records/file", {**asked, **days, "format": "csv"})
    exact = b"".join(download.streaming_content)  # type: ignore[attr-defined]
    assert table.get_content() == exact and exact.count(b"\n") > 5
    hashes = [one["hash"] for one in json.loads(file.get_content())["entries"]]
    assert hashes == [entry.hash.hex() for entry in unit.entries]
    assert z.get_content().startswith(b"%PDF")


def test_the_list_shows_what_went_wrong_and_what_to_do(
    cast: Cast, unit: Journal, post: Post, script: Script
) -> None:
    script.rcpt = "550 5.1.1 <b>unknown</b>"
    client = cast.logged_in()
    page = f"/tills/{unit.till}/1/registration/mail"
    client.post(page, {"to": "anna@kund.example"})
    assert "Skicka inte" in client.get("/mail").content.decode()
    sending.send_due(post.account, wall_clock)
    shown = client.get("/mail").content.decode()
    assert "Adressen nekades" in shown and "550 5.1.1 &lt;b&gt;unknown" in shown
    assert "1 e-postmeddelande kom kanske inte i väg" in client.get("/").content.decode()
    name = shown.split('name="message" value="')[1][:16]
    script.rcpt = ""
    again = client.post("/mail", {"message": name, "what": "again"})
    assert "Det skickas igen" in again.content.decode()
    sending.send_due(post.account, wall_clock)
    assert len(script.taken) == 1
    outsider = cast.logged_in(cast.outsider)
    assert outsider.post("/mail", {"message": name, "what": "again"}).status_code == 404
    assert "anna@kund.example" not in outsider.get("/mail").content.decode()


def test_an_office_without_an_account_says_so(
    cast: Cast, unit: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAIL_ACCOUNT", None)
    client = cast.logged_in()
    page = f"/tills/{unit.till}/1/registration/mail"
    shown = client.get(page).content.decode()
    assert "skickar ingen e-post" in shown and 'name="to"' not in shown
    assert client.post(page, {"to": "anna@kund.example"}).status_code == 422
    assert cast.rows("SELECT count(*) FROM mail_message") == [(0,)]
