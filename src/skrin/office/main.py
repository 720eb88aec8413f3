"""`skrin office`: start the database, bring its tables up to date, and serve.

Prints one line of JSON on standard output when it answers. Ends in order on SIGTERM or SIGINT, or
when the process given by --parent-pid has ended, and stops the database that it started. Exit
codes:
0 ended in order, 2 wrong arguments, 3 the port or the data folder is taken, 4 the database is
unfit.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from skrin.lifetime import Lifetime, say_ready
from skrin.office import postgres
from skrin.office.mail_account import BadAccount
from skrin.office.serving import PortTaken, WebServer, check_port

log = logging.getLogger(__name__)

DEFAULT_PORT = 8400
BAD_ARGUMENT, TAKEN, UNFIT = 2, 3, 4


def main(argv: Sequence[str] | None = None) -> int:
    """Run the office with the arguments of a command line; returns the exit code."""
    args = _parser().parse_args(argv)
    data: Path = args.data.resolve()
    # From the first moment: a SIGTERM while starting stops the database too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if args.port:
            check_port(args.host, args.port)
        with postgres.office_lock(data):
            return _run(args, data)
    except KeyboardInterrupt:
        return 0
    except PortTaken:
        print(
            f"Port {args.port} is taken by another program. End that program, or choose another"
            f" port: skrin office --port {args.port + 1}",
            file=sys.stderr,
        )
        return TAKEN
    except postgres.OfficeIsRunning:
        print(
            f"An office already runs in {data}. Use that one, or choose another folder: --data",
            file=sys.stderr,
        )
        return TAKEN
    except BadAccount as bad:
        print(f"The mail account cannot be used: {bad}.", file=sys.stderr)
        return BAD_ARGUMENT
    except postgres.Unsafe as unsafe:
        print(f"The database is not safe to use: {unsafe}.", file=sys.stderr)
        return UNFIT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="skrin office", description="The web office: one site for many companies."
    )
    parser.add_argument("--data", type=Path, default=Path(".data/office"), help="its folder")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 = any that is free")
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process has ended")
    parser.add_argument("--load", type=Path, help="load a company from this folder first")
    parser.add_argument("--load-devices", type=Path, help="JSON: device settings by designation")
    parser.add_argument("--load-out", type=Path, help="write the ids and enrolment codes here")
    return parser


def _run(args: argparse.Namespace, data: Path) -> int:
    with database(data) as (app_url, owner_url):
        configure(data, app_url, owner_url)
        if args.load and (fault := _load(args)):
            print(fault, file=sys.stderr)
            return UNFIT
        from django.conf import settings
        from django.contrib.sessions.backends.db import SessionStore
        from django.urls import get_resolver

        from skrin.office import worker
        from skrin.office.extracts import actions as extracts
        from skrin.office.mail import actions as mail
        from skrin.office.wsgi import application

        SessionStore.clear_expired()
        account = settings.MAIL_ACCOUNT
        half_made = data / "extracts"
        shutil.rmtree(half_made, ignore_errors=True)
        # Each with a thread of its own: an extract of years keeps no mail waiting.
        postman = worker.Worker([lambda: mail.send_due(account, worker.now_ms)])
        clerk = worker.Worker(
            [lambda: extracts.make_due(half_made, worker.now_ms, lambda: clerk.is_over())]
        )

        web = WebServer(application, args.host, args.port)
        port = web.start()
        postman.start()
        clerk.start()
        try:
            say_ready({"ready": True, "name": "office", "port": port})
            # The first visitor need not wait for the pages to be loaded.
            get_resolver().url_patterns  # noqa: B018
            Lifetime(args.parent_pid).wait()
        finally:
            web.stop()
            clerk.stop()
            postman.stop()
    return 0


@contextmanager
def database(data: Path) -> Iterator[tuple[str, str]]:
    """(app URL, owner URL) of the database: DATABASE_URL when it is set, else the embedded one.

    The embedded server is kept running, and stopped at the end. Call under the office's lock.
    """
    named = os.environ.get("DATABASE_URL")
    if named:
        yield postgres.prepare_server(named, data)
        return
    embedded = postgres.EmbeddedPostgres(data)
    try:
        urls = postgres.prepare_embedded(embedded.start())
        with embedded.kept():
            yield urls
    finally:
        embedded.stop()


def configure(data: Path, app_url: str, owner_url: str) -> None:
    """Set Django up on a database that answers, its tables as this program wants them.

    Raises `postgres.Unsafe`.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.office.settings"
    os.environ["SKRIN_OFFICE_DATA"] = str(data)
    os.environ["SKRIN_OFFICE_DATABASE"] = app_url
    os.environ["SKRIN_OFFICE_OWNER"] = owner_url
    import django

    django.setup()
    from skrin.office import put_back
    from skrin.office.migrating import migrate

    migrate(owner_url)
    if put_back.notice(owner_url, time.time_ns() // 1_000_000):
        log.warning(
            "the database was put back to a backup: tills are heard before rights are given"
        )
    postgres.check_app_role(app_url)


def _load(args: argparse.Namespace) -> str:
    """Load the company of a folder; what is wrong with its files, or nothing."""
    from skrin.office.load_examples import BadFile, load_company, read_devices

    try:
        loaded = load_company(args.load, read_devices(args.load_devices))
    except BadFile as bad:
        return str(bad)
    if args.load_out:
        # It holds enrolment codes: readable by its owner only, and never half written.
        half = args.load_out.with_suffix(".part")
        half.touch(mode=0o600)
        half.write_text(json.dumps(loaded, indent=2))
        half.replace(args.load_out)
    return ""


if __name__ == "__main__":
    sys.exit(main())
