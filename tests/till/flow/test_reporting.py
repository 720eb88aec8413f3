"""X, copies of Z, reports of an interval and the journal on paper: figures, marks, entries."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, WEIGHED, Shop

from skrin.documents.journal_words import JOURNAL
from skrin.domain import role as roles
from skrin.domain.codec import decode_body
from skrin.domain.journal import KINDS
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, ReportCopied, add_rows
from skrin.sync.messages import Person
from skrin.till.flow import clock_confirming, closing, reporting, returning, selling

EVA = Person("p2", "Eva", "manager", (1,))
MONDAY, TUESDAY, WEDNESDAY = "2026-11-20", "2026-11-21", "2026-11-22"


def sell(shop: Shop, *articles: int) -> None:
    for article in articles:
        selling.tap_article(shop.till, ANNA, shop.tap_id(), article)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)


def bodies(shop: Shop, kind: str) -> list:
    return [
        decode_body(kind, e.header.version, e.body)
        for e in shop.till.file.entries(1)
        if e.header.kind == kind
    ]


def paper(shop: Shop) -> str:
    return shop.printer.slips[-1].decode("cp858")


def figures(text: str) -> list[str]:
    """The lines of a paper from its sums on."""
    return text[text.index("Total försäljningssumma") :].splitlines()


@pytest.fixture
def three_days(shop: Shop) -> Shop:
    """Two closed days and a third that goes on."""
    closing.set_float(shop.till, ANNA, 500_00)
    sell(shop, COFFEE, BUN, BUN)
    shop.counter.close_days(ANNA, MONDAY)
    shop.clock.forward(86400)
    sell(shop, CARD_CASE)
    sell(shop, COFFEE, WEIGHED)
    shop.counter.close_days(ANNA, TUESDAY)
    shop.clock.forward(86400)
    sell(shop, COFFEE)
    return shop


@pytest.mark.requirement("R-REP-003")
def test_an_x_by_article_has_each_under_its_group(shop: Shop) -> None:
    sell(shop, COFFEE, BUN, BUN, CARD_CASE)
    shop.counter.x_report(ANNA, by_article=True)
    lines = paper(shop).splitlines()
    assert any("X-dagrapport" in line for line in lines) and "Per artikel" in paper(shop)
    at = next(i for i, line in enumerate(lines) if line.startswith("Huvudgrupper"))
    assert [" ".join(line.split()) for line in lines[at + 1 : at + 6]] == [
        "Fika 3 93,00",
        "- Bryggkaffe 1 34,00",
        "- Kanelbulle 2 59,00",
        "Saker 1 249,00",
        "- Termos 1 249,00",
    ]
    assert bodies(shop, "x.reported")[-1].by_article
    shop.counter.x_report(ANNA)
    assert "Bryggkaffe" not in paper(shop)


@pytest.mark.requirement("R-REP-004", "R-REP-005", "R-CLOSE-007")
@pytest.mark.parametrize("by_article", [False, True])
def test_a_copy_of_any_z_has_its_figures_and_says_that_it_is_one(
    three_days: Shop, by_article: bool
) -> None:
    shop = three_days
    first = shop.till.file.closing_seq(1)
    seqs = [e.header.seq for e in shop.till.file.entries(1) if e.header.kind == "day.closed"]
    assert first == seqs[0]
    original = next(s.decode("cp858") for s in shop.printer.slips if b"Z-nummer" in s)
    totals = shop.till.file.totals(MONDAY, 1), shop.till.file.totals(WEDNESDAY, 1)
    for _ in range(2):
        shop.counter.copy_z(ANNA, 1, by_article=by_article)
    text = paper(shop)
    assert "KOPIA" in text and "Kopia utskriven           2026-11-22" in text
    for same in ("Z-nummer", "Rapport gjord", "Tillverkningsnr", "Version", "Modell"):
        line = next(line for line in original.splitlines() if line.startswith(same))
        assert line in text.splitlines(), "the number and identity of the Z"
    if by_article:
        assert "- Kanelbulle" in text
        wanted = [line for line in figures(text) if not line.startswith("- ")]
        assert figures(original) == wanted
    else:
        assert figures(text) == figures(original)
    copies = bodies(shop, "report.copied")
    assert len(copies) == 2, "any number of copies, each an entry"
    (z, *_) = bodies(shop, "day.closed")
    assert copies[0].report == replace(z, by_article=by_article, delivery=None)
    assert (shop.till.file.totals(MONDAY, 1), shop.till.file.totals(WEDNESDAY, 1)) == totals


def test_a_copy_that_waits_for_paper_is_printed_after_a_restart(three_days: Shop) -> None:
    shop = three_days
    shop.printer.state = "paper_out"
    reporting.copy_z(shop.till, ANNA, 2, lambda delivery_id: None, by_article=False)
    waiting = shop.till.desk.undelivered[0]
    assert waiting.is_report and isinstance(waiting.copied, ReportCopied)
    shop.restart()
    assert shop.till.desk.undelivered[0].copied == waiting.copied
    shop.printer.state = "ready"
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    with pytest.raises(Refusal, match="report_waits"):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.answer_printed(ANNA, False)
    shop.counter.work_off()
    assert "Z-nummer                                 2" in paper(shop)


def test_there_is_no_copy_of_a_z_that_never_was(three_days: Shop) -> None:
    with pytest.raises(Refusal, match="z_unknown"):
        three_days.counter.copy_z(ANNA, 3)


@pytest.mark.requirement("R-REP-006", "R-REP-007")
@pytest.mark.parametrize("by_article", [False, True])
def test_a_report_of_an_interval_is_the_sum_of_its_periods(
    three_days: Shop, by_article: bool
) -> None:
    shop = three_days
    shop.counter.print_period(EVA, (MONDAY, TUESDAY), by_article=by_article)
    (report,) = bodies(shop, "period.reported")
    days = bodies(shop, "day.closed")
    wanted: dict = {}
    for z in days:
        add_rows(wanted, [row for row in z.rows if not row.kind.startswith("float")])
    assert {(row.kind, row.key): row for row in report.rows} == wanted
    assert report.net_minor == sum(z.net_minor for z in days) == 93_00 + 249_00 + 34_00 + 89_90
    assert [p.net_minor for p in report.periods] == [93_00, 372_90]
    text = paper(shop)
    assert "Periodrapport" in text and "2026-11-20 - 2026-11-21" in text
    assert ("- Kanelbulle" in text) == by_article
    assert "Grand total" not in text and "Beräknade" not in text
    whole = reporting.period_report(shop.till, shop.till.file, EVA, MONDAY, WEDNESDAY)
    assert whole.net_minor == report.net_minor + 34_00, "also what has no Z yet"
    with pytest.raises(Refusal, match="not_allowed"):
        shop.counter.print_period(ANNA, (MONDAY, TUESDAY), by_article=by_article)


@pytest.fixture
def short_parts(three_days: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same, the journal's parts a dozen entries long."""
    monkeypatch.setattr(reporting, "PART_ENTRIES", 12)
    return three_days


@pytest.mark.requirement("R-REP-008")
def test_the_journal_of_days_comes_in_parts_and_leaves_nothing_out(short_parts: Shop) -> None:
    shop, lane = short_parts, short_parts.counter.quiet_lane
    shop.counter.print_journal(EVA, (MONDAY, TUESDAY))
    run = lane.run
    assert run and run.parts == -(-(run.last_seq - run.first_seq + 1) // 12) >= 2
    papers = []
    while lane.run:
        lane.step()
        shop.counter.work_off()
        papers.append(paper(shop))
    assert len(papers) == run.parts == len(bodies(shop, "journal.reported"))
    entry = re.compile(r"(?m)^(?:\x1bE\x00)?(\d+) \d\d:\d\d ")
    told = [int(number) for text in papers for number in entry.findall(text)]
    assert told == list(range(run.first_seq, run.last_seq + 1))
    days = {e.header.business_day for e in shop.till.file.entries(run.first_seq, len(told))}
    assert days == {MONDAY, TUESDAY}
    whole = "".join(papers)
    assert "Kassakvitto 1 Kontant" in whole and "Z-dagrapport 2" in whole
    assert "Fortsätter i nästa del" in papers[0] and "Slut på urvalet" in papers[-1]


def test_a_journal_stops_when_told_and_waits_while_somebody_sells(short_parts: Shop) -> None:
    shop, lane = short_parts, short_parts.counter.quiet_lane
    shop.counter.print_journal(EVA, (MONDAY, WEDNESDAY))
    lane.step()
    shop.counter.work_off()
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    lane.step()
    assert len(bodies(shop, "journal.reported")) == 1, "goods lie on the counter"
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    lane.step()
    assert len(bodies(shop, "journal.reported")) == 2
    shop.counter.work_off()
    shop.counter.stop_journal()
    lane.step()
    assert len(bodies(shop, "journal.reported")) == 2
    with pytest.raises(Refusal, match="journal_empty"):
        shop.counter.print_journal(EVA, ("2020-01-01", "2020-01-02"))
    with pytest.raises(Refusal, match="not_allowed"):
        shop.counter.print_journal(ANNA, (MONDAY, MONDAY))


def test_every_kind_has_a_name_on_paper() -> None:
    for words in JOURNAL.values():
        assert set(words.kinds) == {kind for kind, _ in KINDS}


def test_entries_of_days_are_found_by_halving(three_days: Shop) -> None:
    file = three_days.till.file
    for first in (MONDAY, TUESDAY, WEDNESDAY):
        for last in (MONDAY, TUESDAY, WEDNESDAY):
            seqs = [e.header.seq for e in file.entries(1) if first <= e.header.business_day <= last]
            assert file.seqs_between(first, last) == ((seqs[0], seqs[-1]) if seqs else None)


@pytest.mark.requirement("R-CLOSE-005", "R-CLOSE-007")
def test_a_copy_of_a_return_and_of_moved_cash_is_whole(shop: Shop) -> None:
    closing.set_float(shop.till, EVA, 100_00)
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_in", 200_00, 0, "Från kassaskåpet")
    returning.set_mode(shop.till, EVA, "once")
    sell(shop, COFFEE)
    shop.counter.close_days(EVA, MONDAY)
    original = paper(shop)
    assert "Insatt" in original and "200,00" in original
    shop.counter.copy_z(EVA, 1)
    assert figures(paper(shop)) == figures(original)
    z = reporting.closed_report(shop.till.file, 1)
    assert z and isinstance(z[1], DayReport) and z[1].row("returns").amount_minor == 34_00


def test_a_manager_confirms_a_clock_that_went_back(shop: Shop) -> None:
    sell(shop, COFFEE)
    shop.counter.close_days(ANNA, MONDAY)
    shop.clock.forward(-3600)
    with pytest.raises(Refusal, match="clock_went_back"):
        selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    with pytest.raises(Refusal, match="not_allowed"):
        clock_confirming.confirm(shop.till, ANNA)
    with pytest.raises(Refusal, match="approver_not_allowed"):
        clock_confirming.confirm(shop.till, ANNA, ANNA)
    assert clock_confirming.went_back_ms(shop.till) == 3_600_000
    clock_confirming.confirm(shop.till, ANNA, EVA)
    assert clock_confirming.went_back_ms(shop.till) == 0
    clock_confirming.confirm(shop.till, ANNA)
    (said,) = bodies(shop, "clock.confirmed")
    assert said.before_utc_ms - said.now_utc_ms == 3_600_000 and said.approved_by == "p2"
    sell(shop, COFFEE)
    shop.clock.forward(-60)
    sell(shop, COFFEE)
    shop.restart()
    sell(shop, COFFEE)
    numbers = [b.number for b in bodies(shop, "receipt.sealed")]
    assert numbers == [1, 2, 3, 4]
    shop.clock.forward(60)
    assert shop.counter.close_days(ANNA, MONDAY) == [2]
    shop.clock.forward(-30)
    with pytest.raises(Refusal, match="clock_went_back"):
        sell(shop, COFFEE)


@pytest.mark.requirement("OPP-032")
def test_who_said_yes_to_a_report_stands_in_its_entry(three_days: Shop) -> None:
    """D43: what a role leaves to a manager's PIN is journalled with the manager."""
    shop, counter = three_days, three_days.counter
    rights = {roles.SELL: roles.ALLOW, roles.X_REPORT: roles.PIN, roles.Z_REPORT: roles.PIN}
    shop.till.registers.roles["cashier"] = roles.Role("cashier", rights)
    for report in (
        lambda: counter.x_report(ANNA),
        lambda: counter.copy_z(ANNA, 1),
        lambda: counter.close_days(ANNA, WEDNESDAY),
    ):
        with pytest.raises(Refusal, match="pin_wanted"):
            report()
    counter.x_report(ANNA, approver=EVA)
    counter.copy_z(ANNA, 1, approver=EVA)
    counter.close_days(ANNA, WEDNESDAY, None, EVA)
    assert bodies(shop, "x.reported")[-1].approved_by == "p2"
    assert bodies(shop, "report.copied")[-1].approved_by == "p2"
    assert [z.approved_by for z in bodies(shop, "day.closed")] == ["", "", "p2"]
    counter.x_report(EVA, approver=EVA)
    assert bodies(shop, "x.reported")[-1].approved_by == "", "nobody had to be asked"
