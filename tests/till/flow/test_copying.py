"""Copies of receipts at one till: one and no more, registered as such, counted, asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.till.flow.shop import ANNA, BUN, COFFEE, Shop

from skrin import documents
from skrin.domain import role as roles
from skrin.domain.beside import CopySealed, DocumentSigned
from skrin.domain.codec import decode_body
from skrin.domain.refusal import Refusal
from skrin.sync.messages import STOPPED, ExchangeAnswer, Person
from skrin.till.devices.contract import PAPER_OUT, READY
from skrin.till.flow import closing, copying, returning, rights, selling, training

EVA = Person("p2", "Eva", "manager", (1,))


def sell(shop: Shop, *articles: int) -> str:
    """Sell and pay by card; the receipt's key."""
    for article in articles or (COFFEE, BUN):
        selling.tap_article(shop.till, ANNA, shop.tap_id(), article)
    shop.counter.pay_card(ANNA, shop.tap_id())
    return key_of(shop, shop.till.series["receipt"])


def key_of(shop: Shop, number: int) -> str:
    return returning.own_key(shop.till, shop.till.file, number)


def copy(shop: Shop, key: str, tap_id: str = "", actor: Person = ANNA) -> bool:
    return shop.counter.copy_receipt(actor, tap_id or shop.tap_id(), key)


def bodies(shop: Shop, kind: str) -> list[object]:
    return [
        decode_body(kind, entry.header.version, entry.body)
        for entry in shop.till.file.entries(1)
        if entry.header.kind == kind
    ]


def copies_counted(shop: Shop) -> tuple[int, int]:
    row = closing.open_report(shop.till, ANNA, shop.till.file).row("copies")
    return row.count, row.amount_minor


@pytest.mark.requirement("R-COPY-001", "R-COPY-003")
def test_one_copy_is_made_registered_counted_and_no_second(shop: Shop) -> None:
    key = sell(shop)
    papers = shop.printer.printed
    assert copy(shop, key)
    assert shop.kinds()[-3:] == ["copy.sealed", "copy.signed", "document.delivered"]
    assert shop.printer.printed == papers + 1
    with pytest.raises(Refusal, match="copy_made") as no:
        copy(shop, key)
    assert no.value.values["designation"] == "TORG1"
    assert shop.printer.printed == papers + 1
    (sealed,), (signed,) = bodies(shop, "copy.sealed"), bodies(shop, "copy.signed")
    assert isinstance(sealed, CopySealed) and isinstance(signed, DocumentSigned)
    original = copying.own_receipt(shop.till, shop.till.file, key)
    assert original is not None and sealed.original == original
    assert (sealed.number, signed.number, signed.document_id) == (1, 1, sealed.copy_id)
    assert copies_counted(shop) == (1, 63_50)
    assert shop.till.series["receipt"] == 1, "a copy takes no receipt's number"
    told = {kind: counted for (_, _, kind), counted in shop.unit.counters.items()}
    assert (told["kopia"].receipts, told["kopia"].total_minor) == (1, 63_50)
    assert told["normal"].receipts == 1


@pytest.mark.requirement("R-COPY-003")
def test_a_copy_takes_a_number_of_its_own_series_and_says_kopia(shop: Shop) -> None:
    keys = [sell(shop), sell(shop, BUN)]
    for key in keys:
        copy(shop, key)
    made = [body for body in bodies(shop, "copy.sealed") if isinstance(body, CopySealed)]
    assert [(one.number, one.original.sealed.number) for one in made] == [(1, 1), (2, 2)]
    assert copies_counted(shop) == (2, 63_50 + 29_50)
    job = shop.printer.slips[-1]
    assert b"\x1d!\x11" in job and "KOPIA".encode("cp858") in job
    assert "Kopia nr 2".encode("cp858") in job and b"Kvittonr 2" in job


def test_the_same_tap_twice_is_one_copy(shop: Shop) -> None:
    key, tap = sell(shop), shop.tap_id()
    assert copy(shop, key, tap) and copy(shop, key, tap)
    assert shop.kinds().count("copy.sealed") == 1


@pytest.mark.requirement("R-COPY-001")
def test_a_copy_of_a_return_is_counted_by_its_amount(shop: Shop) -> None:
    sell(shop, BUN)
    returning.return_line(shop.till, ANNA, shop.tap_id(), 1, 1)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert copy(shop, key_of(shop, 2))
    assert copies_counted(shop) == (1, 29_50)
    text = shop.printer.slips[-1].decode("cp858", "replace")
    assert text.index("KOPIA") < text.index("RETUR") and "-29,50" in text


@pytest.mark.requirement("R-COPY-001")
def test_how_many_is_a_matter_of_the_country(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    key = sell(shop)
    monkeypatch.setattr(shop.till.country, "copies_allowed", 2)
    copy(shop, key)
    copy(shop, key)
    with pytest.raises(Refusal, match="copy_made"):
        copy(shop, key)
    assert copies_counted(shop) == (2, 2 * 63_50)
    other = sell(shop)
    monkeypatch.setattr(shop.till.country, "copies_allowed", 0)
    with pytest.raises(Refusal, match="copies_forbidden"):
        copy(shop, other)


def test_another_tills_copy_needs_the_office(shop: Shop) -> None:
    sell(shop)
    with pytest.raises(Refusal, match="office_away"):
        copy(shop, "till-9-1:77")
    assert "copy.sealed" not in shop.kinds()


def test_a_file_put_back_from_a_copy_holds_no_copies(shop: Shop) -> None:
    key = sell(shop)
    shop.till.sharing.frozen = True
    with pytest.raises(Refusal, match="stopped"):
        copy(shop, key)
    assert "copy.sealed" not in shop.kinds()


@pytest.mark.parametrize(
    "alarm", ["rival_incarnation", "other_hash", "other_history", "broken_link", "office_is_ahead"]
)
def test_who_was_told_of_another_with_its_name_holds_no_copies(shop: Shop, alarm: str) -> None:
    """Also after a start that hears no office: the other may have made the copy meanwhile."""
    key = sell(shop)
    answer = ExchangeAnswer(0, "", STOPPED, (), 0, 0, 0, alarm)
    rights.heard(shop.till, answer, alarm)
    for _ in range(2):
        with pytest.raises(Refusal, match="stopped"):
            copy(shop, key)
        shop.restart()
    assert "copy.sealed" not in shop.kinds()


def test_practice_copies_nothing(shop: Shop) -> None:
    key = sell(shop)
    training.set_training(shop.till, EVA, True)
    with pytest.raises(Refusal, match="not_in_training"):
        copy(shop, key)
    sell_key = copying.own_receipt(shop.till, shop.till.file, key)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    training.set_training(shop.till, EVA, False)
    practised = [e for e in shop.till.file.entries(1) if e.header.mode == "training"]
    sealed = next(e for e in practised if e.header.kind == "receipt.sealed")
    with pytest.raises(Refusal, match="receipt_gone"):
        copy(shop, f"{shop.till.identity.register_serial}:{sealed.header.seq}")
    assert sell_key is not None and copies_counted(shop) == (0, 0)


def test_a_role_may_forbid_it_or_want_a_pin(shop: Shop) -> None:
    key = sell(shop)
    wary = roles.Role("cashier", {**roles.CASHIER.rights, roles.COPY: roles.PIN})
    shop.till.registers = replace(shop.till.registers, roles={"cashier": wary})
    with pytest.raises(Refusal, match="pin_wanted"):
        copy(shop, key)
    assert shop.counter.copy_receipt(ANNA, shop.tap_id(), key, EVA)
    (made,) = bodies(shop, "copy.sealed")
    assert isinstance(made, CopySealed) and made.approved_by == "p2"


@pytest.mark.requirement("R-CTRL-007")
def test_a_silent_unit_is_asked_until_it_has_marked_the_copy(shop: Shop) -> None:
    key = sell(shop)
    shop.unit.be_silent(1)
    with pytest.raises(Refusal, match="control_unit_silent"):
        shop.counter.preflight.unit_answered_s = None
        copy(shop, key)
    assert "copy.sealed" not in shop.kinds(), "nothing is used up before the unit answers"
    shop.counter.preflight.check_unit(anew=True)
    shop.unit.be_silent(2)
    copy(shop, key)
    assert shop.till.desk.registering is not None
    selling.tap_article(shop.till, ANNA, shop.tap_id(), BUN)
    with pytest.raises(Refusal, match="document_waits_for_mark"):
        shop.counter.pay_card(ANNA, shop.tap_id())
    selling.abort(shop.till, ANNA)
    with pytest.raises(Refusal, match="document_waits_for_mark"):
        closing.close_days(shop.till, ANNA, shop.till.today(), lambda _: None)
    shop.restart()
    shop.counter.work_off()
    shop.counter.work_off()
    assert shop.till.desk.registering is None
    (signed,) = bodies(shop, "copy.signed")
    assert isinstance(signed, DocumentSigned) and signed.mark.attempts >= 2


@pytest.mark.requirement("R-COPY-003")
def test_after_a_restart_a_person_says_whether_the_copy_came_out(shop: Shop) -> None:
    key = sell(shop)
    shop.printer.stop_in_next = PAPER_OUT
    copy(shop, key)
    shop.printer.state = READY
    shop.restart()
    shop.counter.work_off()
    asked = shop.counter.paper_lane.owes_answer()
    assert asked is not None and asked.copy is not None
    with pytest.raises(Refusal, match="copy_waits"):
        copy(shop, key)
    printed = shop.printer.printed
    shop.counter.answer_printed(ANNA, came_out=False)
    shop.counter.work_off()
    assert shop.printer.printed == printed + 1
    with pytest.raises(Refusal, match="copy_made"):
        copy(shop, key)
    assert shop.kinds().count("copy.sealed") == 1
    assert copies_counted(shop) == (1, 63_50)


def test_what_the_unit_will_never_have_is_given_up_and_selling_goes_on(shop: Shop) -> None:
    key = sell(shop)
    shop.unit.refuse("003")
    copy(shop, key)
    assert shop.till.desk.registering is None and shop.till.desk.refused is not None
    assert shop.kinds()[-1] == "document.refused"
    assert copies_counted(shop) == (0, 0)
    sell(shop, BUN)
    with pytest.raises(Refusal, match="copy_made"):
        copy(shop, key)


def test_a_copy_after_the_z_opens_the_next_period(shop: Shop) -> None:
    key = sell(shop)
    day = shop.till.today()
    closing.close_days(shop.till, ANNA, day, shop.counter.paper_lane.fresh.add)
    shop.counter.work_off()
    assert copies_counted(shop) == (0, 0)
    copy(shop, key)
    assert copies_counted(shop) == (1, 63_50)
    numbers = closing.close_days(shop.till, ANNA, day, shop.counter.paper_lane.fresh.add)
    assert numbers == [2]


@pytest.mark.requirement("R-COPY-001", "R-COPY-003")
@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from(["sell", "copy", "kill", "z", "silent"]), max_size=14))
def test_any_order_of_sales_copies_and_kills(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Never more than one copy of a receipt, numbers without holes, counts as the journal says."""
    shop = Shop(tmp_path_factory.mktemp("copies"))
    keys: list[str] = []
    for place, step in enumerate(steps):
        try:
            if step == "sell":
                keys.append(sell(shop, BUN))
            elif step == "copy" and keys:
                copy(shop, keys[place % len(keys)])
            elif step == "kill":
                shop.restart()
                shop.counter.work_off()
                shop.counter.answer_printed(ANNA, came_out=place % 2 == 0)
                shop.counter.work_off()
            elif step == "z":
                today = shop.till.today()
                closing.close_days(shop.till, ANNA, today, shop.counter.paper_lane.fresh.add)
                shop.counter.work_off()
            elif step == "silent":
                shop.unit.be_silent(1)
        except Refusal:
            shop.counter.work_off()
    for _ in range(20):
        shop.counter.work_off()
    made = [body for body in bodies(shop, "copy.sealed") if isinstance(body, CopySealed)]
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert len({one.key for one in made}) == len(made), "one copy of each receipt at most"
    signed = [body for body in bodies(shop, "copy.signed") if isinstance(body, DocumentSigned)]
    assert [one.number for one in signed] == [one.number for one in made]
    counted = 0
    for entry in shop.till.file.entries(1):
        if entry.header.kind == "day.closed":
            counted += decode_body("day.closed", 1, entry.body).row("copies").count  # type: ignore[union-attr]
    assert counted + copies_counted(shop)[0] == len(made)
    shop.till.file.close()


def test_the_paper_shows_both_marks(shop: Shop) -> None:
    key = sell(shop)
    copy(shop, key)
    (sealed,), (signed,) = bodies(shop, "copy.sealed"), bodies(shop, "copy.signed")
    assert isinstance(sealed, CopySealed) and isinstance(signed, DocumentSigned)
    text = documents.copy_text(documents.Copied(sealed, signed.mark, 0, 60), 42)
    assert sealed.original.mark.code[:20] in text and signed.mark.code[:20] in text
    assert sealed.original.mark.code != signed.mark.code
