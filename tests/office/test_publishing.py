"""Publishing by difference: it costs what was changed, and misses nothing that was (D25)."""

from __future__ import annotations

import threading
from datetime import date

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.office.cast import SINCE, Cast
from tests.office.conftest import Urls

from skrin.domain.codec import encode
from skrin.office.catalogue import actions as catalogue
from skrin.office.catalogue.models import Article, Price
from skrin.office.layouts import actions as layouts
from skrin.office.people.models import Membership
from skrin.office.publication import actions as publication
from skrin.office.publication import sections, touching
from skrin.office.publication.models import Edition, Touched
from skrin.office.tenancy import actions as tenancy
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import PublicationAnswer, PublicationRequest
from skrin.sync.publication import digest

pytestmark = pytest.mark.office

READ = ("seq_tup_read", "idx_tup_fetch")


def stock(cast: Cast, articles: int) -> None:
    """So many articles more, published."""
    forms = [
        catalogue.ArticleForm(str(20_000 + n), {"sv": f"Vara {n}"}, "50", price_minor=100 + n)
        for n in range(articles)
    ]
    with inside(cast.company):
        catalogue.set_articles(cast.company, forms, "sv", SINCE)
        publication.publish(cast.company, 1)


def stands(cast: Cast, store: int = 1) -> tuple[int, dict[tuple[str, str], bytes]]:
    """The edition and its rows as a till that asks for all gets them, proven by the digest."""
    answer = publication.answer(cast.company, PublicationRequest(store, 0, ""))
    rows = {(row.section, row.key): (row.row or "").encode() for row in answer.rows}
    assert digest(rows) == answer.digest
    return answer.number, rows


def difference(cast: Cast, number: int) -> PublicationAnswer:
    """What a till with this edition gets."""
    known = Edition.objects.get(company=cast.company, store=1, number=number)
    return publication.answer(cast.company, PublicationRequest(1, number, known.digest))


def read_rows() -> dict[str, int]:
    """Rows of each table that this transaction has read so far, as the database counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables")
        return {name: int(seq or 0) + int(idx or 0) for name, seq, idx in cursor.fetchall()}


@pytest.mark.requirement("R-SYNC-003")
def test_one_price_costs_one_price_among_thousands(cast: Cast, office_urls: Urls) -> None:
    stock(cast, 3000)
    with psycopg.connect(office_urls.owner, autocommit=True) as owner:
        owner.execute("ANALYZE publication_row, catalogue_article, catalogue_price")
    mug = cast.articles["mug"].article
    with inside(cast.company):
        before = publication.current(cast.company, 1)
        Price.objects.filter(article_id=mug).update(price_minor=99_00)
        published = read_rows()
        assert publication.publish(cast.company, 1) == before + 1
        answer = difference(cast, before)
        after = read_rows()
        work = {name: after[name] - published.get(name, 0) for name in after}
        whole = publication.answer(cast.company, PublicationRequest(1, 0, ""))
    assert work.get("catalogue_article", 0) == 0
    assert work["catalogue_price"] == 1
    # Six thousand rows in 512 buckets: some dozen share the one that changed.
    assert work["publication_row"] < 100
    assert [(row.section, row.key) for row in answer.rows] == [("prices", f"{mug}:0:2020-01-01")]
    assert len(encode(answer)) < 400 < len(encode(whole)) // 1000


def test_a_publication_without_a_change_reads_no_register(cast: Cast) -> None:
    with inside(cast.company), CaptureQueriesContext(connection) as asked:
        number = publication.current(cast.company, 1)
        assert publication.publish(cast.company, 1) == number
    said = " ".join(query["sql"] for query in asked.captured_queries)
    assert "catalogue_" not in said and "publication_row" not in said


def test_every_table_that_a_publication_reads_is_heard(cast: Cast) -> None:
    with inside(cast.company):
        # Buttons are asked for only when there is a layout.
        layouts.set_layout(cast.company, "kafe", "Kafé", 1, {})
        with CaptureQueriesContext(connection) as asked:
            sections.rows_of(cast.company, 1)
    said = " ".join(query["sql"] for query in asked.captured_queries)
    tables = {row[0] for row in cast.rows("SELECT relname FROM pg_stat_user_tables")}
    read = {str(table) for table in tables if f'"{table}"' in said}
    assert read == {source.table for source in touching.SOURCES}
    triggers = cast.rows(
        "SELECT event_object_table, event_manipulation FROM information_schema.triggers"
        " WHERE action_statement LIKE '%%touch_%%'"
    )
    assert {(table, what) for table in read for what in ("INSERT", "UPDATE", "DELETE")} <= set(
        triggers
    )


def test_whatever_way_a_register_is_changed_the_next_edition_has_it(cast: Cast) -> None:
    mug, tea = cast.articles["mug"].article, cast.articles["tea"].article
    with inside(cast.company):
        Article.objects.filter(id=mug).update(name="Stor mugg")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalogue_price SET price_minor = 1 WHERE article_id = %s", [mug]
            )
        Price.objects.filter(article_id=tea).delete()
        Price.objects.create(
            company_id=cast.company,
            article_id=tea,
            store=1,
            from_day=date(2026, 1, 1),
            price_minor=2,
            cost_minor=0,
        )
        Membership.objects.filter(display_name="Alva").update(display_name="Alva B")
        tenancy.set_company(cast.company, name="Nya namnet AB")
        before = publication.current(cast.company, 1)
        publication.publish_everywhere(cast.company)
        assert stands(cast)[1] == sections.rows_of(cast.company, 1)
        assert stands(cast, 2)[1] == sections.rows_of(cast.company, 2)
        answer = difference(cast, before)
    assert {(row.section, row.row is None) for row in answer.rows} == {
        ("articles", False),
        ("people", False),
        ("prices", True),
        ("prices", False),
        ("store", False),
    }
    assert ("prices", f"{tea}:1:2026-01-01") not in stands_in(cast, 2)


def stands_in(cast: Cast, store: int) -> set[tuple[str, str]]:
    with inside(cast.company):
        return set(stands(cast, store)[1])


def test_what_tills_need_not_know_is_not_heard(cast: Cast) -> None:
    with inside(cast.company):
        Membership.objects.update(pin_misses=3)
        Price.objects.update(price_minor=5)
        Price.objects.update(price_minor=5)
        notes = Touched.objects.filter(store=1).values_list("section", "key")
        assert {section for section, _ in notes} == {"prices"}
        assert len(notes) == len(set(notes)), "the same price again is no change"


def test_very_much_at_once_is_noted_as_a_section(cast: Cast) -> None:
    stock(cast, touching.MOST_KEYS)
    with inside(cast.company):
        Price.objects.update(cost_minor=7)
        notes = list(Touched.objects.filter(store=1).values_list("section", "key"))
        assert notes == [("prices", "")]
        publication.publish(cast.company, 1)
        assert stands(cast)[1] == sections.rows_of(cast.company, 1)


def test_an_edit_beside_a_publication_is_in_the_next_one(cast: Cast) -> None:
    """An editor has changed a price and not committed while another publishes: neither waits for
    the other, the first edition is without the price, the second has it."""
    mug = cast.articles["mug"].article
    changed, published = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def edit() -> None:
        try:
            with inside(cast.company):
                Price.objects.filter(article_id=mug).update(price_minor=77_00)
                changed.set()
                assert published.wait(20), "the publisher waited for the editor"
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    editor = threading.Thread(target=edit)
    editor.start()
    assert changed.wait(20)
    with inside(cast.company):
        Article.objects.filter(id=mug).update(name="Mugg, blå")
        first = publication.publish(cast.company, 1)
        rows = stands(cast)[1]
    published.set()
    editor.join(20)
    assert not faults
    key = ("prices", f"{mug}:0:2020-01-01")
    assert b"7700" not in rows[key] and "Mugg, blå".encode() in rows["articles", str(mug)]
    with inside(cast.company):
        assert publication.publish(cast.company, 1) == first + 1
        assert [(row.section, row.key) for row in difference(cast, first).rows] == [key]
        assert b"7700" in stands(cast)[1][key]


def test_an_edition_that_was_rolled_back_loses_no_note(cast: Cast) -> None:
    with inside(cast.company):
        before = publication.current(cast.company, 1)
        Price.objects.update(price_minor=3)
        with transaction.atomic():
            assert publication.publish(cast.company, 1) == before + 1
            transaction.set_rollback(True)
        assert publication.publish(cast.company, 1) == before + 1
        assert stands(cast)[1] == sections.rows_of(cast.company, 1)


def test_rows_made_by_an_older_program_are_made_anew_once(cast: Cast) -> None:
    with inside(cast.company):
        before = publication.current(cast.company, 1)
        Edition.objects.filter(store=1).update(form="")
        with connection.cursor() as cursor:
            # As the tables were before there were buckets, and one row of another shape.
            cursor.execute("UPDATE publication_row SET bucket = -1, hash = '' WHERE store = 1")
            cursor.execute("DELETE FROM publication_bucket WHERE store = 1")
            cursor.execute(
                "UPDATE publication_row SET row = '{}' WHERE store = 1 AND section = 'store'"
            )
        assert publication.publish(cast.company, 1) == before + 1
        assert [row.section for row in difference(cast, before).rows] == ["store"]
        assert stands(cast)[1] == sections.rows_of(cast.company, 1)
        assert publication.publish(cast.company, 1) == before + 1


def test_a_store_that_opens_gets_everything(cast: Cast) -> None:
    with inside(cast.company):
        tenancy.set_store(cast.company, 3, name="Hamnen", address=[], phone="")
        publication.publish_everywhere(cast.company)
        number, rows = stands(cast, 3)
        assert (number, rows) == (1, sections.rows_of(cast.company, 3))
        assert not Touched.objects.exists()
