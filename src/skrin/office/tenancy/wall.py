# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""The wall between companies: row-level security, opened for one company in one transaction (D27).

Every company table has a policy that compares its company with the setting `skrin.company`. Without
the setting every table is empty for the role that the office uses. The setting is local to the
transaction, so a connection that goes back carries nothing over to the next request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

COMPANY, PERSON, EMAIL = "skrin.company", "skrin.person", "skrin.email"
POSTMAN = "skrin.postman"


@contextmanager
def inside(company_id: int) -> Iterator[None]:
    """A transaction that sees this company and no other. May be entered again for the same one."""
    with transaction.atomic():
        before = _set_over(COMPANY, str(company_id))
        assert before in ("", str(company_id)), "one transaction stays inside one company"
        yield


@contextmanager
def as_person(person_id: int) -> Iterator[None]:
    """A transaction that sees what is a person's own: the person, the memberships, their
    companies."""
    with transaction.atomic():
        _set(PERSON, str(person_id))
        yield


@contextmanager
def as_email(email: str) -> Iterator[None]:
    """A transaction that sees the one person with this e-mail: for log-in, before anything is
    known."""
    with transaction.atomic():
        _set(EMAIL, email)
        yield


@contextmanager
def as_postman() -> Iterator[None]:
    """A transaction that sees which messages of all companies are due: ids and times, nothing
    else."""
    with transaction.atomic():
        _set(POSTMAN, "on")
        yield


def current_company() -> int | None:
    """The company that this transaction is inside of."""
    text = _setting(COMPANY)
    return int(text) if text else None


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _set_over(name: str, value: str) -> str:
    """Set, and what stood there before: every exchange with a till comes here."""
    with connection.cursor() as cursor:
        # What is selected first is read before the second sets it.
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)",
            [name, name, value],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


_COMPANY_NOW = "nullif(current_setting('skrin.company', true), '')::bigint"
_PERSON_NOW = "nullif(current_setting('skrin.person', true), '')::bigint"
_EMAIL_NOW = "nullif(current_setting('skrin.email', true), '')"


def wall_sql(table: str, seen: str = f"company_id = {_COMPANY_NOW}") -> str:
    """SQL that walls `table`: rows are seen, and may be written, only where `seen` holds."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY wall ON {table} USING ({seen}) WITH CHECK ({seen});"
    )


def each_company_sql(statement: str) -> str:
    """SQL that does `statement` inside one company after the other: for migrations that change
    rows. The owner of the tables is walled too, and would change nothing without a word."""
    assert "$each$" not in statement
    return (
        "ALTER TABLE tenancy_company NO FORCE ROW LEVEL SECURITY;"
        "DO $each$ DECLARE one bigint; BEGIN"
        " FOR one IN SELECT id FROM tenancy_company ORDER BY id LOOP"
        f" PERFORM set_config('{COMPANY}', one::text, true);"
        f" {statement.strip().rstrip(';')};"
        " END LOOP;"
        f" PERFORM set_config('{COMPANY}', '', true);"
        " END $each$;"
        "ALTER TABLE tenancy_company FORCE ROW LEVEL SECURITY;"
    )


POSTMAN_SEEN = f"company_id = {_COMPANY_NOW} OR current_setting('{POSTMAN}', true) = 'on'"
MEMBERSHIP_SEEN = f"company_id = {_COMPANY_NOW} OR person_id = {_PERSON_NOW}"
COMPANY_SEEN = (
    f"id = {_COMPANY_NOW} OR EXISTS (SELECT 1 FROM people_membership m"
    f" WHERE m.company_id = tenancy_company.id AND m.person_id = {_PERSON_NOW})"
)
PERSON_SEEN = (
    f"email = {_EMAIL_NOW} OR id = {_PERSON_NOW} OR EXISTS (SELECT 1 FROM people_membership m"
    f" WHERE m.person_id = people_person.id AND m.company_id = {_COMPANY_NOW})"
)
