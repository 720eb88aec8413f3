"""Taking journals in: once, in order, proven, and never blocked (D23, D26)."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace

import pytest
from tests.office.cast import Cast, Device, swedish
from tests.office.journals import Journal, exchange_of

from skrin.domain.codec import decode
from skrin.domain.entry import GENESIS_HASH, Header, make_entry
from skrin.domain.journal import ArticleSoldOut
from skrin.office.ingest import actions as ingest
from skrin.office.ingest import queries
from skrin.office.stock import queries as stock
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import (
    EXCHANGE_PATH,
    Fault,
    pack_exchange,
)

pytestmark = pytest.mark.office

COUNTED = (
    "ingest_entry",
    "receipts_receipt",
    "receipts_line",
    "receipts_payment",
    "receipts_closing",
    "receipts_unsigned",
    "statistics_sold",
    "statistics_receipts",
)


@pytest.fixture(autouse=True, params=["at once", "by the piece"])
def _length_of_batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything here holds for a short batch, and for one that is taken by the piece."""
    if request.param == "by the piece":
        monkeypatch.setattr(ingest, "FEW", 0)
        monkeypatch.setattr(ingest, "PIECE", 3)


def state(cast: Cast) -> dict[str, list[tuple[object, ...]]]:
    """Everything that ingest wrote, table by table; in an order that does not hang on where the
    database keeps a row."""
    return {table: sorted(cast.rows(f"SELECT * FROM {table}"), key=repr) for table in COUNTED}


def counts(cast: Cast) -> dict[str, int]:
    return {table: len(rows) for table, rows in state(cast).items()}


def alarms(cast: Cast) -> list[tuple[object, ...]]:
    return cast.rows("SELECT stopped, alarm FROM ingest_chain")


def conflicts(cast: Cast) -> list[tuple[object, ...]]:
    return cast.rows("SELECT seq, why FROM ingest_conflict ORDER BY seq, why")


def day(journal: Journal, cast: Cast) -> Journal:
    """A small day: two sales, a return, a Z."""
    journal.sale(cast.articles["coffee"].times(2000), cast.articles["mug"], pay="cash")
    journal.sale(cast.articles["tea"], time="13:30:00")
    journal.sale(cast.articles["coffee"], kind="return", time="14:00:00")
    journal.close()
    return journal


def test_a_day_is_taken_and_projected(cast: Cast, journal: Journal) -> None:
    day(journal, cast)
    answer = cast.take(journal.exchange())
    assert (answer.head_seq, answer.head_hash) == journal.head
    assert (answer.chain, answer.alarm, answer.next_exchange_ms) == ("running", "", 5000)
    assert answer.publication == 1
    stored = cast.rows("SELECT record FROM ingest_entry ORDER BY seq")
    assert [bytes(row[0]) for row in stored] == journal.records  # type: ignore[arg-type]
    assert cast.rows(
        "SELECT kind, number, total_minor, vat_minor, rounding_minor, methods, cashier, attempts"
        " FROM receipts_receipt ORDER BY sealed_seq"
    ) == [
        # 2 x 34.00 at 6 % (VAT 3.85) and 149.50 at 25 % (VAT 29.90) = 217.50, in cash 218.00
        ("sale", 1, 217_50, 33_75, 50, "Kontant", "Alva", 1),
        # 0.100 kg at 899.00 = 89.90, VAT at 6 % 5.09
        ("sale", 2, 89_90, 5_09, 0, "Kort", "Alva", 1),
        ("return", 3, -34_00, -1_92, 0, "Kort", "Alva", 1),
    ]
    assert cast.rows("SELECT number, receipts, returns, net_minor FROM receipts_closing") == [
        (1, 2, 1, 273_40)
    ]


@pytest.mark.requirement("R-SYNC-005")
def test_a_repeat_has_no_effect(cast: Cast, journal: Journal) -> None:
    day(journal, cast)
    first = cast.take(journal.exchange())
    before = state(cast)
    for batch in (journal.exchange(), journal.exchange(2, 3), journal.exchange(len(before))):
        again = cast.take(batch)
        assert (again.head_seq, again.head_hash, again.chain) == (
            first.head_seq,
            first.head_hash,
            "running",
        )
    assert state(cast) == before
    assert conflicts(cast) == []


@pytest.mark.requirement("R-SYNC-005")
def test_an_overlap_is_compared_and_the_rest_is_taken(cast: Cast, journal: Journal) -> None:
    day(journal, cast)
    cast.take(journal.exchange(1, 6))
    assert cast.take(journal.exchange(3)).head_seq == len(journal.records)
    assert counts(cast)["ingest_entry"] == len(journal.records)
    assert counts(cast)["receipts_receipt"] == 3


def test_a_gap_is_answered_with_the_head_and_not_stored(cast: Cast, journal: Journal) -> None:
    day(journal, cast)
    cast.take(journal.exchange(1, 4))
    answer = cast.take(journal.exchange(6))
    assert (answer.head_seq, answer.chain, answer.alarm) == (4, "running", "")
    assert counts(cast)["ingest_entry"] == 4
    assert cast.take(journal.exchange(0 + 5)).head_seq == len(journal.records)


@pytest.mark.requirement("R-SYNC-005")
def test_four_threads_send_the_same_five_times_and_it_is_taken_once(
    cast: Cast, journal: Journal
) -> None:
    from django.db import connections

    day(journal, cast)
    batches = [journal.exchange(first) for first in (1, 1, 2, 5, 1)]
    heads: list[int] = []
    start = threading.Barrier(4, timeout=20)

    def send() -> None:
        start.wait()
        try:
            heads.extend(cast.take(batch).head_seq for batch in batches)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(heads) == 20
    assert max(heads) == len(journal.records)
    found = counts(cast)
    assert found["ingest_entry"] == len(journal.records)
    assert (found["receipts_receipt"], found["receipts_closing"]) == (3, 1)
    assert cast.rows("SELECT sum(gross_minor)::bigint FROM statistics_receipts") == [(273_40,)]
    assert conflicts(cast) == []


def test_another_hash_at_a_known_number_stops_the_chain_and_overwrites_nothing(
    cast: Cast, journal: Journal
) -> None:
    other = cast.journal()
    journal.sale(cast.articles["coffee"])
    other.sale(cast.articles["mug"])
    cast.take(journal.exchange())
    before = state(cast)
    answer = cast.take(other.exchange())
    assert (answer.chain, answer.alarm, answer.head_seq) == (
        "stopped",
        "other_hash",
        len(journal.records),
    )
    assert state(cast) == before
    assert conflicts(cast) == [(2, "other_hash")]
    kept = cast.rows("SELECT record FROM ingest_conflict")
    assert bytes(kept[0][0]) == other.records[1]  # type: ignore[arg-type]
    journal.sale(cast.articles["coffee"])
    assert cast.take(journal.exchange(len(before["ingest_entry"]) + 1)).chain == "stopped"
    assert state(cast) == before


def test_a_broken_link_stops_the_chain_after_the_good_entries(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    last = journal.entries[-1]
    forged = make_entry(last.header, bytes(32), last.body)
    answer = cast.take(exchange_of(journal, 1, [*journal.records[:-1], forged.record]))
    assert (answer.chain, answer.alarm) == ("stopped", "broken_link")
    assert answer.head_seq == len(journal.records) - 1
    assert conflicts(cast) == [(len(journal.records), "broken_link")]


@pytest.mark.parametrize("cut", [1, 5, 40, -1])
def test_a_torn_record_is_refused_and_a_whole_one_taken_later(
    cast: Cast, journal: Journal, cut: int
) -> None:
    journal.sale(cast.articles["coffee"])
    torn = [*journal.records[:2], journal.records[2][:cut], *journal.records[3:]]
    answer = cast.take(exchange_of(journal, 1, torn))
    assert (answer.head_seq, answer.chain, answer.alarm) == (2, "running", "torn")
    assert counts(cast)["ingest_entry"] == 2
    assert conflicts(cast) == [(3, "torn")]
    whole = cast.take(journal.exchange(3))
    assert (whole.head_seq, whole.alarm) == (len(journal.records), "")


def test_an_entry_of_another_till_or_company_is_refused(cast: Cast, journal: Journal) -> None:
    header = journal.entries[0].header
    for foreign in (
        replace(header, till="SK999999"),
        replace(header, company=cast.other_company),
        replace(header, store=2),
    ):
        record = make_entry(foreign, GENESIS_HASH, journal.entries[0].body).record
        answer = cast.take(exchange_of(journal, 1, [record]))
        assert (answer.head_seq, answer.chain, answer.alarm) == (0, "running", "foreign")
    assert counts(cast)["ingest_entry"] == 0


def _poisoned(journal: Journal, cast: Cast) -> list[tuple[str, str]]:
    """Append what no read model can hold; returns (kind, why) of each as it is to be shown."""
    sealed = journal.sealed([cast.articles["coffee"]], "card")
    journal.append("receipt.sealed", b"{not json")
    journal.append("receipt.sealed", b"{}")
    journal.append("receipt.signed", journal.signed(sealed))
    journal.append("day.closed", b"[]", version=1)
    journal.append("day.closed", b"{}", version=9)
    huge = replace(sealed, receipt_id="huge", number=2**70)
    journal.append("receipt.sealed", huge)
    journal.append("receipt.signed", journal.signed(huge))
    return [
        ("receipt.sealed", "unreadable"),
        ("receipt.sealed", "unreadable"),
        ("receipt.signed", "no_sealed_receipt"),
        ("day.closed", "unreadable"),
        ("day.closed", "unknown_version"),
    ]


def test_what_cannot_be_projected_is_kept_and_shown_and_blocks_nothing(
    cast: Cast, journal: Journal
) -> None:
    journal.sale(cast.articles["coffee"])
    expected = _poisoned(journal, cast)
    journal.append("kind.of.tomorrow", b'{"all": "new"}')
    journal.append("x.reported", b"\xff\xfe")
    nul = replace(journal.sealed([cast.articles["coffee"]], "card"), cashier="A\0B")
    nul = replace(nul, receipt_id="nul")
    journal.append("receipt.sealed", nul)
    journal.append("receipt.signed", journal.signed(nul))
    journal.sale(cast.articles["mug"])
    answer = cast.take(journal.exchange())
    assert (answer.head_seq, answer.chain, answer.alarm) == (*journal.head[:1], "running", "")
    assert counts(cast)["ingest_entry"] == len(journal.records)
    assert cast.rows("SELECT total_minor FROM receipts_receipt ORDER BY number") == [
        (34_00,),
        (149_50,),
    ]
    shown = cast.rows("SELECT kind, why FROM ingest_unread ORDER BY seq")
    assert shown[: len(expected)] == expected
    # The number of the huge one is read, and is more than a column holds; so is a NUL in a name.
    assert shown[len(expected) :] == [("receipt.signed", "unfit"), ("receipt.signed", "unfit")]
    page = cast.logged_in().get(f"/tills/{journal.till}/1").content.decode()
    assert "kind.of.tomorrow" not in page
    assert "day.closed" in page


def test_odd_headers_do_not_block_the_chain(cast: Cast, journal: Journal) -> None:
    header = journal.entries[-1].header
    odd = [
        Header(
            header.company,
            header.till,
            header.store,
            seq,
            kind,
            2**70,
            2**70,
            10**9,
            "not a day",
            2**40,
            "\0",
            "",
            "\0",
        )
        for seq, kind in ((2, "odd\0kind"), (3, "receipt.sealed"), (4, ""))
    ]
    for one in odd:
        entry = make_entry(one, journal.entries[-1].hash, b"\0")
        journal.entries.append(entry)
    answer = cast.take(journal.exchange())
    assert (answer.head_seq, answer.chain, answer.alarm) == (4, "running", "")


def test_a_receipt_signed_in_a_later_batch_is_one_receipt(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    for first in range(1, len(journal.records) + 1):
        cast.take(journal.exchange(first, 1))
        if first == len(journal.records) - 1:
            assert counts(cast)["receipts_unsigned"] == 1
            assert counts(cast)["receipts_receipt"] == 0
            assert counts(cast)["statistics_sold"] == 0
    found = counts(cast)
    assert (found["receipts_unsigned"], found["receipts_receipt"]) == (0, 1)


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_rebuilt_read_models_are_the_same(cast: Cast, journal: Journal, batch: int) -> None:
    from skrin.office.ingest.actions import rebuild

    day(journal, cast)
    _poisoned(journal, cast)
    journal.sale(cast.articles["coffee"], mode="training")
    journal.sale(cast.articles["tea"].times(455))
    journal.append("receipt.sealed", journal.sealed([cast.articles["mug"]], "card"))
    for first in range(1, len(journal.records) + 1, batch):
        cast.take(journal.exchange(first, batch))
    before = state(cast)
    unread = cast.rows("SELECT * FROM ingest_unread ORDER BY seq")
    assert rebuild(cast.company, journal.till, 1) == len(journal.records)
    assert state(cast) == before
    assert cast.rows("SELECT * FROM ingest_unread ORDER BY seq") == unread


def test_training_is_kept_but_counts_nowhere(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"], mode="training")
    cast.take(journal.exchange())
    assert cast.rows("SELECT mode FROM receipts_receipt") == [("training",)]
    assert counts(cast)["statistics_sold"] == 0


def test_an_older_incarnation_is_stopped_with_an_alarm(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange(1, 2, incarnation=7))
    answer = cast.take(journal.exchange(3, incarnation=6))
    assert (answer.chain, answer.alarm, answer.head_seq) == ("stopped", "rival_incarnation", 2)
    assert counts(cast)["ingest_entry"] == 2
    newer = cast.take(journal.exchange(3, incarnation=7))
    assert (newer.chain, newer.head_seq) == ("running", len(journal.records))
    page = cast.logged_in().get("/").content.decode()
    assert swedish("Runs twice: an older start of it was heard after a newer one.") in page


def test_a_retired_till_may_only_upload(cast: Cast, journal: Journal) -> None:
    from skrin.office.tenancy.wall import inside
    from skrin.office.tills.actions import retire

    with inside(cast.company):
        retire(cast.company, journal.till)
    answer = cast.take(journal.exchange())
    assert (answer.chain, answer.head_seq) == ("retired", 1)


# --- The signature ----------------------------------------------------------------------------


def _fault(device: Device, body: bytes, **changed: str) -> tuple[int, str]:
    response = device.post(EXCHANGE_PATH, body, **changed)
    return response.status_code, decode(Fault, response.content).fault


def test_a_signed_exchange_is_taken(cast: Cast, journal: Journal) -> None:
    assert cast.device.exchange(journal.exchange()).head_seq == 1


@pytest.mark.requirement("R-TERM-002")
def test_a_wrong_signature_is_refused_before_anything_is_read(cast: Cast, journal: Journal) -> None:
    body = pack_exchange(journal.exchange())
    for signature in ("", "AAAA", "!!!", base64.b64encode(bytes(64)).decode()):
        assert _fault(cast.device, body, signature=signature) == (403, "bad_signature")
    response = cast.device.post("/sync/publication", body)
    assert response.status_code == 400
    swapped = base64.b64encode(cast.device.key.sign(b"/sync/login\n" + body)).decode()
    assert _fault(cast.device, body, signature=swapped) == (403, "bad_signature")
    assert counts(cast)["ingest_entry"] == 0


@pytest.mark.parametrize("till", ["", "1", "x/y", "0/SK1", "1/NOBODY", "99999999/SK000001"])
def test_an_unknown_till_is_refused(cast: Cast, journal: Journal, till: str) -> None:
    body = pack_exchange(journal.exchange())
    assert _fault(cast.device, body, till=till) == (403, "unknown_till")


@pytest.mark.requirement("R-TERM-002")
def test_a_till_cannot_send_another_tills_journal(cast: Cast, journal: Journal) -> None:
    from tests.office.cast import found_cast

    other = found_cast()
    body = pack_exchange(journal.exchange())
    assert _fault(other.device, body) == (403, "foreign_journal")
    unseated = replace(journal.exchange(), head=replace(journal.exchange().head, store=2))
    assert _fault(cast.device, pack_exchange(unseated)) == (403, "foreign_store")
    assert counts(cast)["ingest_entry"] == 0


def test_a_body_that_is_no_exchange_is_refused(cast: Cast, journal: Journal) -> None:
    whole = pack_exchange(journal.exchange())
    for body in (b"", b"\0", b"{}", whole[:-1], whole + b"\0\0\0\1x"):
        assert _fault(cast.device, body) == (400, "wire")
    assert counts(cast)["ingest_entry"] == 0


def gone(cast: Cast, store: int = 1) -> tuple[int, ...]:
    with inside(cast.company):
        return stock.sold_out(cast.company, store)[1]


@pytest.mark.requirement("R-MORE-004")
def test_the_stores_list_of_what_is_sold_out_goes_to_all_its_tills(
    cast: Cast, journal: Journal
) -> None:
    journal.append("article.sold_out", ArticleSoldOut(17, True), time="11:00:00")
    journal.append("article.sold_out", ArticleSoldOut(3, True), time="11:01:00")
    answer = cast.take(journal.exchange())
    assert answer.sold_out == (3, 17) == gone(cast)
    head = replace(journal.exchange().head, sold_out_tag=answer.sold_out_tag)
    again = cast.take(replace(journal.exchange(), head=head))
    assert (again.sold_out, again.sold_out_tag) == (None, answer.sold_out_tag)
    journal.append("article.sold_out", ArticleSoldOut(17, False), time="12:00:00")
    head = replace(journal.exchange().head, sold_out_tag=answer.sold_out_tag)
    after = cast.take(replace(journal.exchange(), head=head))
    assert after.sold_out == (3,) and after.sold_out_tag != answer.sold_out_tag
    assert gone(cast, store=2) == ()
    ingest.rebuild(cast.company, journal.till, 1)
    assert gone(cast) == (3,)


def test_what_was_said_earlier_and_sent_later_does_not_win(cast: Cast, journal: Journal) -> None:
    journal.append("article.sold_out", ArticleSoldOut(17, False), time="12:00:00")
    cast.take(journal.exchange())
    late = replace(journal, entries=list(journal.entries))
    late.append("article.sold_out", ArticleSoldOut(17, True), time="10:00:00")
    cast.take(late.exchange())
    assert gone(cast) == ()
    late.append("article.sold_out", ArticleSoldOut(18, True), time="12:30:00", mode="training")
    late.append("article.sold_out", b"{}", time="12:31:00")
    cast.take(late.exchange())
    assert gone(cast) == ()
    with inside(cast.company):
        assert [row[1:] for row in queries.unread(cast.company, journal.till, 1)] == [
            ("article.sold_out", "unreadable")
        ]
