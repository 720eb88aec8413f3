"""A running office whose database is killed and mends its files: pages say so, tills come again."""

from __future__ import annotations

import os
import re
import signal
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import OperationalError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from psycopg import errors
from tests.office.cast import PASSWORD, Cast, swedish

from skrin.office.database import is_away
from skrin.office.ui.database_away import KeptSessions
from skrin.sync.messages import WIRE_VERSION, Exchange, ExchangeHead, TillStatus, pack_exchange
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.devices.office_link import OfficeClient
from skrin.town.processes import Part

pytestmark = [pytest.mark.office, pytest.mark.slow]

EXAMPLES = Path(__file__).parents[2] / "examples" / "bageri"
PATIENCE_S = 60.0
MUCH = "CREATE TABLE much AS SELECT n, repeat('x', 300) FROM generate_series(1, 300000) n"
"""Enough that the server has something to mend: else it is done before one can look."""


@pytest.fixture
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="skrin-away-") as folder:
        yield Path(folder) / "office"


@pytest.fixture
def office(data: Path) -> Iterator[Part]:
    arguments = ["--data", str(data), "--port", "0", "--load", str(EXAMPLES)]
    running = Part("office", "skrin.office.main", arguments, data.parent / "office.log")
    running.start()
    try:
        running.wait_ready(PATIENCE_S)
        yield running
    finally:
        running.stop()


def asked(url: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
    """Status, page and Retry-After; a redirection counts as its own status."""

    class _Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    body = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(
        url, body, {k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as no:
        return no.code, no.read().decode(), no.headers.get("Retry-After", "")


def until(true: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def first_pid(data: Path) -> int:
    try:
        return int((data / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(one)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for one in (task / "children").read_text().split()
        ]
    return []


def mender(data: Path) -> int:
    """The process that mends the files, while it does; 0 = it does not now."""
    for child in children(first_pid(data)):
        with suppress(OSError):
            if b"startup" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
    return 0


def kill_database(data: Path) -> None:
    pid = first_pid(data)
    for each in (pid, *children(pid)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def hold_mending(data: Path) -> int:
    """Kill the database under its office, and stop the one that mends it as soon as it begins."""
    socket_folder = str(data / "pg").replace("/", "%2F")
    url = f"postgresql://postgres@{socket_folder}/skrin"
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as database:
        database.execute(MUCH)
    kill_database(data)
    ends = time.monotonic() + PATIENCE_S
    while not (found := mender(data)):
        assert time.monotonic() < ends, "nobody mends"
        time.sleep(0.001)
    os.kill(found, signal.SIGSTOP)
    return found


def exchange_of_a_stranger(url: str) -> str:
    """What a till hears that sends: away, refused, or taken."""
    head = ExchangeHead(WIRE_VERSION, 1, "SK000001", 1, 1, 1, 0, 0, "0", 0, TillStatus())
    client = OfficeClient(url, "1/SK000001", Ed25519PrivateKey.generate())
    try:
        client.exchange(pack_exchange(Exchange(head, ())))
    except OfficeAway:
        return "away"
    except OfficeRefused:
        return "refused"
    return "taken"


def test_while_the_database_mends_its_files_pages_say_so_and_tills_come_again(
    office: Part, data: Path
) -> None:
    url = f"http://127.0.0.1:{office.ready['port']}"
    with urllib.request.urlopen(f"{url}/login", timeout=30) as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    here = {"Cookie": f"skrin_office=abcdefghijklmnopqrstuvwx; {cookie}"}
    assert asked(f"{url}/tills", **here)[0] == 302, "nobody is logged in"
    assert exchange_of_a_stranger(url) == "refused"

    held = hold_mending(data)
    try:
        said = (data.parent / "office.log").read_text()
        status, page, again = asked(f"{url}/tills", **here)
        assert (status, again) == (503, "5")
        assert swedish("The office is starting again") in page
        assert 'data-again="5"' in page, "it asks again by itself"
        form = {"csrfmiddlewaretoken": token, "email": "saga@bageri.example", "password": "x"}
        status, page, _again = asked(f"{url}/login", form, **here)
        assert status == 503 and "data-again" not in page, "nothing is sent twice by itself"
        assert swedish(SENT)[:30] in page
        assert exchange_of_a_stranger(url) == "away"
        status, body, again = asked(f"{url}/sync/exchange", {}, Skrin_Till="1/SK000001")
        assert (status, again) == (503, "5") and "database_away" in body
        log = (data.parent / "office.log").read_text().removeprefix(said)
        assert re.search("starting up|recovery mode|not yet accepting", log), log
        assert "Traceback" not in log, log
    finally:
        os.kill(held, signal.SIGCONT)
    until(lambda: asked(f"{url}/tills", **here)[0] == 302, "the pages do not come back")
    until(lambda: exchange_of_a_stranger(url) == "refused", "the tills' door does not come back")


SENT = (
    "Its database went away for a moment. What you sent may not have been saved: look whether it"
    " was, before you send it again. The tills sell on."
)


@contextmanager
def away_for_sessions() -> Iterator[None]:
    """The database is lost just when a session that is there is saved."""

    def lost(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "django_session"'):
            raise chained(errors.AdminShutdown("terminating connection"))
        return execute(sql, *rest)

    with connection.execute_wrapper(lost):
        yield


@pytest.mark.parametrize(("language", "says"), [("sv", swedish), ("en", str)])
def test_a_session_that_cannot_be_saved_after_its_page_says_that_the_database_is_away(
    cast: Cast, language: str, says: Callable[[str], str]
) -> None:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    form = {"email": cast.owner, "password": PASSWORD}
    with away_for_sessions():
        answer = client.post(f"/login?language={language}", form)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    page = answer.content.decode()
    assert says("The office is starting again") in page and says(SENT)[:30] in page
    assert "Content-Security-Policy" in answer.headers
    assert client.get("/tills").status_code == 302, "nobody is logged in"
    assert (
        client.post("/login", form).status_code == 302 and client.get("/tills").status_code == 200
    )


def test_a_session_that_was_ended_meanwhile_is_not_that_the_database_is_away(cast: Cast) -> None:
    def ended(request: HttpRequest) -> HttpResponse:
        request.session["person"] = 1
        request.session.save()
        Session.objects.all().delete()
        request.session["person"] = 2
        return HttpResponse()

    with pytest.raises(SessionInterrupted):
        KeptSessions(ended)(RequestFactory().get("/"))


def chained(fault: Exception) -> OperationalError:
    """As Django hands on what psycopg raised."""
    outer = OperationalError(str(fault))
    outer.__cause__ = fault
    return outer


@pytest.mark.parametrize(
    "fault",
    [
        errors.CannotConnectNow("the database system is starting up"),
        errors.AdminShutdown("terminating connection"),
        errors.ConnectionFailure("lost"),
        psycopg.OperationalError("connection refused"),
        psycopg.InterfaceError("connection already closed"),
    ],
)
def test_a_database_that_cannot_be_spoken_to_is_away(fault: Exception) -> None:
    assert is_away(fault) and is_away(chained(fault))


@pytest.mark.parametrize(
    "fault",
    [
        errors.LockNotAvailable("a lock"),
        errors.QueryCanceled("too long"),
        errors.DiskFull("full"),
        errors.DeadlockDetected("each other"),
        errors.UndefinedTable("a bug"),
    ],
)
def test_what_a_database_says_no_to_is_not_that_it_is_away(fault: Exception) -> None:
    assert not is_away(fault) and not is_away(chained(fault))
    assert not is_away(ProgrammingError("ours")) and not is_away(ValueError("ours"))
