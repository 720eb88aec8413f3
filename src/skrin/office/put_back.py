"""Noticing that the database was put back to a backup, and `skrin office-put-back` to say so.

A database that was dumped and put back, or restored to an earlier moment, has another number, other
numbers of its tables, or another timeline of the server than it was last used with. Files that
were copied back as they were cannot be told from those that never went away: that a person says,
or a till that knows more than the office (`rights.forgotten`).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from skrin.domain.rights import adopting
from skrin.office.tenancy.wall import each_company_sql

IDS_SKIPPED, SKIPS_FROM_MS = 1000, 1_767_225_600_000
"""How many ids are left out of each series at least: what was numbered since the backup is at
tills, and must not be given to something else. One more for each minute since 2026 began: the same
backup may be put back twice, and what was numbered between is at tills too."""

_IS_NOW = """
SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
  (SELECT timeline_id FROM pg_control_checkpoint()),
  (SELECT oid FROM pg_database WHERE datname = current_database()),
  'ingest_entry'::regclass::oid)
"""
_SKIP_IDS = """
DO $skip$ DECLARE one record; BEGIN
  FOR one IN SELECT schemaname, sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(format('%I.%I', one.schemaname, one.sequencename)::regclass,
      one.last_value + HOW_MANY);
  END LOOP;
END $skip$;
"""


def _catch_up(why: str, now_ms: int) -> str:
    statement = f"""
DELETE FROM rights_heard WHERE company_id = one;
INSERT INTO rights_catching_up (company_id, since_ms, why) SELECT one, {now_ms:d}, '{why}'
  WHERE EXISTS (SELECT 1 FROM tills_till t
    WHERE t.company_id = one AND t.till_id IS NOT NULL AND NOT t.retired)
  ON CONFLICT DO NOTHING
"""  # noqa: S608 (a number and a word of ours)
    return each_company_sql(statement)


def notice(owner_url: str, now_ms: int) -> bool:
    """Called when an office starts, as the owner of its tables: whether the database is another
    than the one that it was last used with. Then nothing is granted before all tills were heard.
    """
    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        (is_now,) = connection.execute(_IS_NOW).fetchone() or ("",)
        found = connection.execute("SELECT identity FROM office_database FOR UPDATE").fetchone()
        if found and found[0] == is_now:
            return False
        connection.execute("DELETE FROM office_database")
        connection.execute("INSERT INTO office_database (identity) VALUES (%s)", [is_now])
        if found is None:
            return False
        say_so(connection, adopting.BACKUP, now_ms)
    return True


def ids_skipped(now_ms: int) -> int:
    """How many ids are left out of each series by a putting back at this time."""
    return IDS_SKIPPED + max(0, now_ms - SKIPS_FROM_MS) // 60_000


def say_so(connection: psycopg.Connection, why: str, now_ms: int) -> None:
    """From now on every company hears its tills before it grants anything; and ids go on behind
    those that may have been given since the backup."""
    connection.execute(_SKIP_IDS.replace("HOW_MANY", f"{ids_skipped(now_ms):d}").encode())
    connection.execute(_catch_up(why, now_ms).encode())


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    from skrin.office.main import TAKEN, UNFIT, configure, database
    from skrin.office.postgres import OfficeIsRunning, Unsafe, office_lock

    parser = argparse.ArgumentParser(
        prog="skrin office-put-back",
        description="Say that the office's database was put back to a backup: nothing is granted"
        " before every till was heard. Stop the office first; start it afterwards.",
    )
    parser.add_argument("--data", type=Path, default=Path(".data/office"), help="its folder")
    parser.add_argument(
        "--go-on",
        type=int,
        metavar="COMPANY",
        help="end it for this company (its id), without the tills that were not heard",
    )
    args = parser.parse_args(argv)
    data: Path = args.data.resolve()
    if not os.environ.get("DATABASE_URL") and not (data / "pg" / "PG_VERSION").exists():
        print(f"There is no office's database in {data}. Name its folder: --data", file=sys.stderr)
        return UNFIT
    try:
        with office_lock(data), database(data) as (app_url, owner_url):
            configure(data, app_url, owner_url)
            return _say(owner_url) if args.go_on is None else _go_on(owner_url, args.go_on)
    except OfficeIsRunning:
        print(f"An office runs in {data}. Stop it first.", file=sys.stderr)
        return TAKEN
    except Unsafe as unsafe:
        print(f"The database is not safe to use: {unsafe}.", file=sys.stderr)
        return UNFIT
    except psycopg.OperationalError as away:
        print(f"The database does not answer: {away}", file=sys.stderr)
        return UNFIT


def _say(owner_url: str) -> int:
    from skrin.office.rights import queries
    from skrin.office.tenancy import wall

    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        say_so(connection, adopting.PERSON, _now_ms())
        companies = _companies(connection)
    for company, name in companies:
        with wall.inside(company):
            late = queries.catching_up(company)
        waits = ", ".join(late.waits_for) if late else "no till, for none is in use"
        print(f"Company {company} ({name}) waits for: {waits}.")
    print("Noted. Start the office; its first page tells which tills it waits for.")
    return 0


def _go_on(owner_url: str, company: int) -> int:
    from skrin.office.main import BAD_ARGUMENT
    from skrin.office.rights import actions, queries
    from skrin.office.tenancy import wall

    with psycopg.connect(owner_url, connect_timeout=10) as connection:
        companies = dict(_companies(connection))
    if company not in companies:
        known = ", ".join(f"{number} ({name})" for number, name in companies.items())
        print(f"There is no company {company}. There are: {known or 'none'}.", file=sys.stderr)
        return BAD_ARGUMENT
    with wall.inside(company):
        late = queries.catching_up(company)
        if late is None:
            print(f"Company {company} ({companies[company]}) waits for no till: nothing was done.")
            return 0
        actions.go_on(company, _now_ms())
    print(f"Company {company} goes on without: {', '.join(late.waits_for) or 'none'}.")
    return 0


def _companies(connection: psycopg.Connection) -> list[tuple[int, str]]:
    """Number and name of each. The owner of the tables is walled too, and may take a wall down."""
    connection.execute("ALTER TABLE tenancy_company NO FORCE ROW LEVEL SECURITY")
    found = connection.execute("SELECT id, name FROM tenancy_company ORDER BY id").fetchall()
    connection.execute("ALTER TABLE tenancy_company FORCE ROW LEVEL SECURITY")
    return [(int(number), str(name)) for number, name in found]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
