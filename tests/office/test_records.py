"""A register's records in the office: the same files as the till's own file would give."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.office.cast import Cast
from tests.office.journals import Journal

from skrin.domain.entry import JournalDamage
from skrin.domain.journal import PublicationApplied, TillStarted
from skrin.domain.registration import RegistrationReported, RegistrationSet
from skrin.exports.registration import LABELS
from skrin.office.catalogue.models import Price
from skrin.office.publication import actions as publication
from skrin.office.records.queries import OfficeRecords
from skrin.office.tenancy.wall import inside
from skrin.office.tills.models import Seat

pytestmark = pytest.mark.office
PERIOD = "first=2026-11-20&last=2026-11-20"


def taken(response: Any) -> bytes:
    """A file as a browser saves it."""
    assert response.status_code == 200, response.content[:300]
    return b"".join(response.streaming_content)


@pytest.mark.requirement("R-MORE-011", "OPP-016", "R-REP-009")
def test_the_office_takes_out_what_it_took_in(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"], cast.articles["mug"])
    journal.close()
    cast.take(journal.exchange())
    client = cast.logged_in()
    page = f"/tills/{journal.till}/1/records"
    shown = client.get(f"{page}?prove=1").content.decode()
    assert "Journalen är hel" in shown and journal.head[1] in shown
    assert "Kontrollenhetens tillverkningsnummer" in shown
    packed = zipfile.ZipFile(
        io.BytesIO(taken(client.get(f"{page}/file?what=journal&format=xml&{PERIOD}")))
    )
    xml, beside = sorted(packed.namelist(), reverse=True)
    assert xml.endswith("2026-11-20-2026-11-20.xml") and beside.endswith("-ej-mappade.json")
    told = packed.read(xml).decode()
    assert told.count("<utreko:Kassakvitto>") == 1 and told.count("<utreko:ZDagrapport>") == 1
    assert "<utreko:LopnummerForZDagrapportPaKvitto>1<" in told
    rows = csv.DictReader(
        io.StringIO(
            taken(client.get(f"{page}/file?what=journal&format=csv&{PERIOD}")).decode("utf-8-sig")
        ),
        delimiter=";",
    )
    assert [row["hash"] for row in rows] == [entry.hash.hex() for entry in journal.entries]
    told = taken(client.get(f"{page}/file?what=closings&format=json&{PERIOD}"))
    assert json.loads(told)["rows"][0]["z-nummer"] == "1"
    whole = taken(client.get(f"{page}/file?what=journal&format=json&scope=store&{PERIOD}"))
    assert json.loads(whole)["entries"]
    refused = client.get(f"{page}/file?what=journal&format=xml&first=2020-01-01&last=2020-01-02")
    assert refused.status_code == 409 and "Inget registrerades" in refused.content.decode()
    pdf = client.get(f"/tills/{journal.till}/1/registration.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_no_designation_leads_a_file_out_of_its_folder(
    cast: Cast, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A designation is any printable signs, as the law has it: it is no path."""
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    with inside(cast.company):
        Seat.objects.filter(designation=journal.designation).update(designation="../../Kassa 1")
    workplace = tmp_path / "a"
    workplace.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(workplace))
    asked = f"what=journal&format=xml&scope=store&{PERIOD}"
    got = cast.logged_in().get(f"/tills/{journal.till}/1/records/file?{asked}")
    names = zipfile.ZipFile(io.BytesIO(taken(got))).namelist()
    assert {name.partition("/")[0] for name in names} == {f"------Kassa-1_{journal.till}"}
    assert "/" not in got.headers["Content-Disposition"]
    assert list(tmp_path.iterdir()) == [workplace] and not list(workplace.iterdir())


@pytest.mark.requirement("R-REG-003", "OPP-058")
def test_the_office_reminds_until_the_till_says_that_it_was_reported(
    cast: Cast, journal: Journal
) -> None:
    journal.sale(cast.articles["coffee"])
    journal.append("till.started", TillStarted(1, "Norrkassa", "1.1.0.1.0"))
    journal.append("registration.set", RegistrationSet("Maker AB", "C20", "B", "1", "Ort", "Eva"))
    cast.take(journal.exchange())
    client = cast.logged_in()
    page = f"/tills/{journal.till}/1/records"
    shown = client.get(page).content.decode()
    assert "Att anmäla till Skatteverket" in shown and "Maker AB" in shown
    assert "Ingen tillverkare har deklarerat" in shown and "1.1.0.1.0" in shown
    values = {
        line.split("</dt>")[0]: line.split("<dd>")[1].split("</dd>")[0]
        for line in shown.split("<dt>")[1:]
        if "<dd>" in line
    }
    told = {key: values[names[0]] for key, names in LABELS.items() if names[0] in values}
    journal.append("registration.reported", RegistrationReported("2026-11-20", "Eva", told))
    cast.take(journal.exchange())
    assert "Att anmäla till Skatteverket" not in client.get(page).content.decode()


def test_the_prices_of_a_day_are_proven_by_the_tills_journal(cast: Cast, journal: Journal) -> None:
    company = cast.company
    with inside(company):
        first = publication.publish(company, 1)
        before = publication._latest(company, 1)
        assert before is not None
    applied = PublicationApplied(first, "", before.digest, 1)
    journal.append("publication.applied", applied)
    with inside(company):
        changed = Price.objects.filter(company=company).first()
        assert changed is not None
        was = changed.price_minor
        changed.price_minor = was + 100
        changed.save()
        second = publication.publish(company, 1)
        after = publication._latest(company, 1)
        assert after is not None and second > first
    journal.append(
        "publication.applied", PublicationApplied(second, before.digest, after.digest, 1)
    )
    cast.take(journal.exchange())
    seq = len(journal.entries)
    with inside(company):
        records = OfficeRecords(company, journal.till, 1)
        (then, proof), (now, proof_now) = records.rows_at(seq - 1), records.rows_at(seq)
        assert proof and proof_now and set(then) == set(now)
        (key,) = [place for place in then if then[place] != now[place]]
        assert key[0] == "prices"
        prices = [json.loads(rows[key])["price_minor"] for rows in (then, now)]
        assert prices == [was, was + 100]
        (change,) = records.row_changes(seq)
        assert (change.before, change.after) == (then[key], now[key])
        assert list(records.row_changes(seq - 1)) == []
        assert records.prove()[0] == seq


def test_another_companys_register_is_not_there(cast: Cast, journal: Journal) -> None:
    cast.take(journal.exchange())
    outsider = cast.logged_in(cast.outsider)
    for path in ("records", "records/file?what=journal&format=csv", "registration.pdf"):
        assert outsider.get(f"/tills/{journal.till}/1/{path}").status_code == 404


def test_an_entry_that_was_changed_is_named(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    with inside(cast.company):
        records = OfficeRecords(cast.company, journal.till, 1)
        records.entries_from = lambda seq: iter(journal.entries[1:])  # type: ignore[method-assign]
        with pytest.raises(JournalDamage, match="entry 1 is missing"):
            records.prove()
