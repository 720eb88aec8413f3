"""The walls between companies (D27): nothing without a company, nothing of another one."""

from __future__ import annotations

import psycopg
import pytest
from tests.office.conftest import Urls

pytestmark = pytest.mark.office

GLOBAL_TABLES = {"django_migrations", "django_session", "people_attempts", "office_database"}
"""Tables that belong to no company; a new one is a decision, not an accident."""


def _tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [str(row[0]) for row in found]


def _count(connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(str(row[0]))


def test_without_a_company_every_table_is_empty(cast, journal, office_urls: Urls) -> None:
    journal.sale(cast.articles["coffee"])
    journal.close()
    journal.sealed([cast.articles["coffee"]], "card")
    cast.take(journal.exchange())
    with psycopg.connect(office_urls.admin, dbname="skrin") as admin:
        filled = {table for table in _tables(admin) if _count(admin, table)}
    assert {"ingest_entry", "receipts_receipt", "statistics_sold", "people_person"} <= filled
    with psycopg.connect(office_urls.app) as app:
        seen = {table for table in _tables(app) if _count(app, table)}
    assert seen <= GLOBAL_TABLES


def test_every_company_table_is_walled_even_for_its_owner(office_urls: Urls) -> None:
    with psycopg.connect(office_urls.owner) as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND NOT (relrowsecurity AND relforcerowsecurity)"
        ).fetchall()
    assert {row[0] for row in rows} == GLOBAL_TABLES


def test_growing_tables_have_the_company_first_in_their_key(office_urls: Urls) -> None:
    with psycopg.connect(office_urls.owner) as owner:
        rows = owner.execute(
            "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
            " WHERE i.indisprimary AND c.relname ~ '^(ingest|receipts|statistics)_'"
        ).fetchall()
    assert len(rows) == 11
    assert {column for _, column in rows} == {"company_id"}


def test_the_office_role_owns_nothing_and_cannot_pass_the_walls(office_urls: Urls) -> None:
    with psycopg.connect(office_urls.app) as app:
        row = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, 0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("ALTER TABLE ingest_entry DISABLE ROW LEVEL SECURITY")


def test_entries_cannot_be_changed_or_removed_by_the_office(cast, journal, office_urls: Urls):
    cast.take(journal.exchange())
    for statement in (
        "UPDATE ingest_entry SET record = ''",
        "DELETE FROM ingest_entry",
        "TRUNCATE ingest_entry",
        "DELETE FROM ingest_conflict",
    ):
        with psycopg.connect(office_urls.app) as app:
            app.execute("SELECT set_config('skrin.company', %s, true)", (str(cast.company),))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_another_company_sees_and_writes_nothing(cast, journal, office_urls: Urls) -> None:
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    with psycopg.connect(office_urls.app) as app:
        app.execute("SELECT set_config('skrin.company', %s, true)", (str(cast.other_company),))
        for table in ("ingest_entry", "receipts_receipt", "statistics_sold", "catalogue_article"):
            assert _count(app, table) == 0
        assert app.execute("SELECT count(*) FROM tenancy_store").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(
                "INSERT INTO ingest_unread VALUES (%s, 'x', 1, 1, 'x', 'x')", (cast.company,)
            )


def test_the_setting_ends_with_its_transaction(cast) -> None:
    from django.db import connection

    from skrin.office.tenancy import wall
    from skrin.office.tenancy.models import Store

    with wall.inside(cast.company):
        assert Store.objects.count() == 2
        with wall.inside(cast.company):
            assert Store.objects.count() == 2
    assert wall.current_company() is None
    assert Store.objects.count() == 0
    assert not connection.in_atomic_block


def test_one_transaction_stays_inside_one_company(cast) -> None:
    from skrin.office.tenancy import wall

    with (
        pytest.raises(AssertionError),
        wall.inside(cast.company),
        wall.inside(cast.other_company),
    ):
        pass


@pytest.mark.requirement("R-USER-008")
def test_the_outsider_is_shown_nothing(cast, journal) -> None:
    sealed = journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    seq = next(e.header.seq for e in journal.entries if e.header.kind == "receipt.sealed")
    z_seq = journal.entries[-1].header.seq
    browser = cast.logged_in(cast.outsider)
    place = f"{journal.till}/{journal.store}"
    for page in (
        f"/receipts/{place}/{seq}",
        f"/receipts/{place}/{seq}.txt",
        f"/closings/{place}/{z_seq}",
        f"/closings/{place}/{z_seq}.si",
        f"/tills/{place}",
        f"/tills/{place}/summary.json",
    ):
        assert browser.get(page).status_code == 404, page
    for page in ("/", "/statistics", "/receipts", "/closings", "/tills", "/money", "/articles"):
        text = browser.get(f"{page}?company={cast.company}&from=2026-11-01&to=2026-11-30")
        assert text.status_code == 200
        assert journal.designation not in text.content.decode()
        assert "Bryggkaffe" not in text.content.decode()
    assert sealed.total_minor == 34_00


def test_a_member_of_one_store_sees_that_store_only(cast) -> None:
    from skrin.office.load_examples import make_till
    from skrin.office.people import actions as people
    from skrin.office.people import queries
    from skrin.office.tenancy.wall import inside

    other = make_till(cast.company, 2, f"S2-{cast.company}", "Kassa Stationen")
    person = queries.person_id(cast.cashier)
    assert person is not None
    with inside(cast.company):
        people.set_member(cast.company, person, "manager", "Alva", (1,))
    text = cast.logged_in(cast.cashier).get("/tills").content.decode()
    assert "Kassa Torget" in text
    assert other["label"] not in text
    assert other["label"] in cast.logged_in().get("/tills").content.decode()
