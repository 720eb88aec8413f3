"""Noticing that the database was put back to a backup, and `skrin office-put-back` to say so.

A database that was dumped and put back, or restored to an earlier moment, has another number, other
numbers of its tables, or another timeline of the server than it was last used with. Files that
were copied back as they were cannot be told from those that never went away: that a person says,
or a till that knows more than the office (`rights.forgotten`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from skrin.office.tenancy.wall import each_company_sql

IDS_SKIPPED = 1000
"""How many ids are left out of each series: what was numbered since the backup is at tills, and
must not be given to something else."""

_IS_NOW = """
SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
  (SELECT timeline_id FROM pg_control_checkpoint()),
  (SELECT oid FROM pg_database WHERE datname = current_database()),
  'ingest_entry'::regclass::oid)
"""
_SKIP_IDS = f"""
DO $skip$ DECLARE one record; BEGIN
  FOR one IN SELECT schemaname, sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(format('%I.%I', one.schemaname, one.sequencename)::regclass,
      one.last_value + {IDS_SKIPPED});
  END LOOP;
END $skip$;
"""  # noqa: S608 (a constant)


def _catch_up(why: str, now_ms: int) -> str:
    statement = f"""
DELETE FROM rights_heard WHERE company_id = one;
INSERT INTO rights_catching_up (company_id, since_ms, why) SELECT one, {now_ms:d}, '{why}'
  WHERE EXISTS (SELECT 1 FROM tills_till t
    WHERE t.company_id = one AND t.till_id IS NOT NULL AND NOT t.retired)
  ON CONFLICT DO NOTHING
"""  # noqa: S608 (a number and a word of ours)
    return each_company_sql(statement)


def notice(owner_url: str) -> bool:
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
        say_so(connection, "backup")
    return True


def say_so(connection: psycopg.Connection, why: str) -> None:
    """From now on every company hears its tills before it grants anything; and ids go on behind
    those that may have been given since the backup."""
    now_ms = time.time_ns() // 1_000_000
    connection.execute(_SKIP_IDS.encode())
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
    try:
        with office_lock(data), database(data) as (app_url, owner_url):
            configure(data, app_url, owner_url)
            if args.go_on is None:
                with psycopg.connect(owner_url, connect_timeout=10) as connection:
                    say_so(connection, "person")
                print("Noted. Start the office; its first page tells which tills it waits for.")
            else:
                _go_on(args.go_on)
    except OfficeIsRunning:
        print(f"An office runs in {data}. Stop it first.", file=sys.stderr)
        return TAKEN
    except Unsafe as unsafe:
        print(f"The database is not safe to use: {unsafe}.", file=sys.stderr)
        return UNFIT
    return 0


def _go_on(company: int) -> None:
    from skrin.office.rights import actions
    from skrin.office.tenancy import wall

    with wall.inside(company):
        left = actions.go_on(company, time.time_ns() // 1_000_000)
    print(f"Company {company} goes on without: {', '.join(left) or 'none'}.")


if __name__ == "__main__":
    sys.exit(main())
