"""An office that has run since its first day is brought up to date: no row is lost, none is changed
but as a migration says, and everything can be read afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from psycopg import sql
from tests.office.conftest import Urls

from skrin.office.database import django_database, with_parts
from skrin.office.migrating import migrate
from skrin.office.postgres import OWNER

pytestmark = [pytest.mark.office, pytest.mark.slow]

DATABASE = "skrin_early"
FIRST = {"people": "0002_pins_and_roles"}
"""Roles of a company's own came with the second migration; every other app is at its first, or
where another app's first wants it."""

RUNS_THE_SHOP = {"sell": "allow", "x_report": "allow", "z_report": "allow", "settings": "allow"}
ROLES: dict[str, tuple[dict[str, str], bool]] = {
    "manager": ({"sell": "allow"}, True),
    "accountant": ({"x_report": "allow"}, True),
    "owner": ({"sell": "allow", "reports": "deny"}, False),
    "cashier": ({"sell": "allow", "x_report": "allow", "z_report": "allow"}, False),
    "föreståndare": (RUNS_THE_SHOP, True),
    "extra": (RUNS_THE_SHOP | {"settings": "pin"}, False),
}
"""A company's own roles: their rights, and whether they see the figures after the upgrade."""

LISTS = {"stores", "header", "footer", "address", "barcodes", "held", "buttons", "users", "choices"}
NOTHING = {("rights_book", "used"), ("rights_book", "free")}
"""What adds up to a total in the same row."""

REMADE = {"publication_edition", "publication_row", "publication_touched", "publication_bucket"}
"""What is made of the registers again whenever a till asks."""


@contextmanager
def owner_is(url: str) -> Iterator[None]:
    """Django's `owner` is who this address says."""
    before = connections.databases["owner"]
    connections["owner"].close()
    del connections["owner"]
    made = connections.configure_settings({"default": django_database(url)})["default"]
    connections.databases["owner"] = made
    try:
        yield
    finally:
        connections["owner"].close()
        del connections["owner"]
        connections.databases["owner"] = before


@pytest.fixture
def early(office_urls: Urls) -> Iterator[Urls]:
    """A database as the first program left it, with two companies' rows in every table."""
    admin = with_parts(office_urls.admin, dbname=DATABASE)
    urls = Urls("", with_parts(admin, user=OWNER), admin)
    with psycopg.connect(office_urls.admin, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(
            sql.Identifier(DATABASE), sql.Identifier(OWNER)
        ))  # fmt: skip
    try:
        with owner_is(urls.owner):
            executor = MigrationExecutor(connections["owner"])
            executor.migrate(first_state(executor.loader.graph))
        with psycopg.connect(admin) as connection:
            fill(connection)
        yield urls
    finally:
        with psycopg.connect(office_urls.admin, autocommit=True) as connection:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def first_state(graph: MigrationGraph) -> list[tuple[str, str]]:
    """The earliest migration of each app that a whole database can stand at."""
    firsts: dict[str, str] = {}
    for app, name in sorted(graph.nodes):
        firsts.setdefault(app, name)
    wanted = [step for first in (firsts | FIRST).items() for step in graph.forwards_plan(first)]
    return sorted(dict(sorted(wanted)).items())


def fill(connection: psycopg.Connection[Any]) -> None:
    """Two rows in each table: row n is of company n, and names row n wherever it names another."""
    connection.execute("SET session_replication_role = replica")
    for table, columns in shapes(connection).items():
        for number in (1, 2):
            values = [value(table, *column, number) for column in columns]
            connection.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns),
                    sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
                ),
                values,
            )
    connection.execute("DELETE FROM people_role")
    for number, (name, (rights, _)) in enumerate(ROLES.items(), 1):
        connection.execute(
            "INSERT INTO people_role (id, company_id, name, rights, discount_limit_bp)"
            " VALUES (%s, 2, %s, %s, 500)",
            [number, name, json.dumps(rights)],
        )


def shapes(connection: psycopg.Connection[Any]) -> dict[str, list[tuple[str, str, int]]]:
    """(name, type, greatest length) of the columns of every table of ours."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    rows = connection.execute(
        "SELECT table_name, column_name, data_type, coalesce(character_maximum_length, 60)"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " ORDER BY table_name, ordinal_position"
    )
    for table, name, kind, longest in rows:
        if not table.startswith("django_"):
            found.setdefault(table, []).append((name, kind, longest))
    return found


def value(table: str, name: str, kind: str, longest: int, number: int) -> object:
    """Something that a column can hold, another in each row."""
    if kind == "jsonb":
        return json.dumps([] if name in LISTS else {})
    if kind == "bytea":
        return bytes([number]) * 32
    if kind == "boolean":
        return False
    if kind == "date":
        return f"2026-01-{number:02d}"
    if kind.startswith("timestamp"):
        return "2026-01-01 12:00:00+01"
    if kind in ("text", "character varying"):
        return f"{number}{name}"[:longest]
    assert kind in ("bigint", "integer", "smallint"), (table, name, kind)
    return 0 if (table, name) in NOTHING else number


def contents(connection: psycopg.Connection[Any]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    return {
        table: [
            row
            for (row,) in connection.execute(
                sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table))
            )
        ]
        for table in shapes(connection)
    }


def test_an_office_of_the_first_day_is_brought_up_to_date(early: Urls) -> None:
    with psycopg.connect(early.admin) as connection:
        before = contents(connection)
    assert len(before) > 20 and all(before.values())
    with owner_is(early.owner):
        assert migrate(early.owner)
        assert not migrate(early.owner)
    with psycopg.connect(early.admin) as connection:
        after = contents(connection)
    for table in sorted(before.keys() - REMADE - {"people_role"}):
        for row in before[table]:
            assert any(row.items() <= now.items() for now in after[table]), (table, row)
    walled_again(early)
    with owner_is(early.admin):
        for model in apps.get_models():
            if model._meta.app_label != "sessions":
                rows = list(model.objects.using("owner").all())  # type: ignore[attr-defined]
                assert rows or model._meta.db_table not in before, model


def walled_again(early: Urls) -> None:
    """No migration has left a wall open behind it."""
    with psycopg.connect(early.admin) as connection:
        open_ones = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT (relrowsecurity AND"
            " relforcerowsecurity) AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    names = {name for (name,) in open_ones if not name.startswith("django_")}
    assert names <= {"people_attempts", "office_database"}


@pytest.mark.requirement("R-USER-009")
def test_who_saw_the_figures_sees_them_still(early: Urls) -> None:
    with owner_is(early.owner):
        migrate(early.owner)
    with psycopg.connect(early.admin) as connection:
        rights = dict(connection.execute("SELECT name, rights FROM people_role").fetchall())
    for name, (had, sees) in ROLES.items():
        assert (rights[name].get("reports") == "allow") is sees, name
        assert had.items() <= rights[name].items(), name
