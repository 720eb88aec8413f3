"""A till's control unit in the office: what the till told of it, its log, the report of a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from tests.office.cast import Cast
from tests.office.journals import Journal

from skrin.domain.control_unit import UnitAnswered, UnitChosen, UnitFailed, UnitMet
from skrin.office.ingest import queries as ingest
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import Exchange, TillStatus, UnitFacts

pytestmark = pytest.mark.office

FACTS = UnitFacts(
    "CleanCash Multi User", "3.14", "XCCSP", "xccsp", "https://unit.example:8081/xccsp",
    "0", "1", "5", "", "556677-8899", 4_000,
)  # fmt: skip


def told(journal: Journal, facts: UnitFacts = FACTS) -> Exchange:
    """What a till sends that knows its unit."""
    exchange = journal.exchange()
    status = TillStatus(0, 0, "SIMX00000001", "control_unit_answers", unit=facts)
    return Exchange(replace(exchange.head, status=status), exchange.records)


def with_a_fault(journal: Journal) -> None:
    met = UnitMet("SIMX00000001", "CleanCash Multi User", "XCCSP", "3.14", "T1", "556677-8899")
    journal.append("unit.chosen", UnitChosen("xccsp", FACTS.address, False), time="08:00:00")
    journal.append("unit.met", met, time="08:00:01")
    journal.append("unit.failed", UnitFailed("010", 12), time="10:02:00")
    journal.append("unit.answered", UnitAnswered("010", 0), time="10:31:00")


@pytest.mark.requirement("OPP-056", "R-CTRL-006")
def test_the_tills_page_tells_what_the_till_told_of_its_unit(cast: Cast, journal: Journal) -> None:
    cast.take(told(journal))
    page = cast.logged_in().get(f"/tills/{journal.till}/1").content.decode()
    for fact in (
        *("SIMX00000001", "CleanCash Multi User", "3.14", "XCCSP", "nästan fullt"),
        *("CleanCash i molnet eller för flera kassor (XCCSP)", FACTS.address, "556677-8899"),
    ):
        assert fact in page, fact
    assert f'href="/tills/{journal.till}/1/unit"' in page


@pytest.mark.requirement("R-MORE-012")
def test_the_units_page_has_the_log_and_a_report_ready_to_be_sent(
    cast: Cast, journal: Journal
) -> None:
    with_a_fault(journal)
    cast.take(told(journal, replace(FACTS, fault="010")))
    browser = cast.logged_in()
    page = browser.get(f"/tills/{journal.till}/1/unit").content.decode()
    assert "Enhetens minne är fullt." in page and "Ring service" in page
    rows = [
        "2026-11-20 10:31:00", "Kontrollenheten fungerar igen.",
        "2026-11-20 10:02:00", "Enhetens minne är fullt. (010) Kvitto 12 väntade.",
        "2026-11-20 08:00:01", "SIMX00000001 CleanCash Multi User hör till 556677-8899.",
    ]  # fmt: skip
    places = [page.rindex(row) if row.startswith("2026") else page.index(row) for row in rows]
    assert places == sorted(places), "latest first"
    answer = browser.get(f"/tills/{journal.till}/1/unit.txt")
    report = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "- 2026-11-20 10:02 – 2026-11-20 10:31: Enhetens minne är fullt. (010)" in report
    assert "SIMX00000001" in report and journal.designation in report


def test_a_till_without_a_word_of_its_unit_has_a_page_all_the_same(
    cast: Cast, journal: Journal
) -> None:
    cast.take(journal.exchange())
    browser = cast.logged_in()
    assert browser.get(f"/tills/{journal.till}/1").status_code == 200
    assert browser.get(f"/tills/{journal.till}/1/unit").status_code == 200
    assert browser.get(f"/tills/{journal.till}/1/unit.txt").content == b""
    assert browser.get(f"/tills/{journal.till}/9/unit").status_code == 404


def test_the_log_is_found_by_its_index(cast: Cast, journal: Journal) -> None:
    with_a_fault(journal)
    cast.take(told(journal))
    with inside(cast.company):
        found = ingest.unit_entries(cast.company, journal.till, 1)
        kinds = [entry.header.kind for entry in found]
        assert kinds == ["unit.answered", "unit.failed", "unit.met", "unit.chosen"]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT record, hash FROM ingest_entry"
                " WHERE company_id = %s AND till = %s AND store = %s"
                " AND kind IN ('unit.chosen', 'unit.met', 'unit.failed', 'unit.answered')"
                " ORDER BY seq DESC LIMIT 200",
                [cast.company, journal.till, 1],
            )
            plan = " ".join(row[0] for row in cursor.fetchall())
    assert "ingest_entry_of_units" in plan
