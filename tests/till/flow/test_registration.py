"""What a register is reported with, when it is to be done again, and that a person said so."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.exports.a_day import BOSS
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin import brand as brands
from skrin.brand import Brand, BrandUnusable, UnitCard, read_brand
from skrin.domain.control_unit import UnitMet
from skrin.domain.refusal import Refusal
from skrin.domain.registration import RegistrationSet, missing
from skrin.exports.registration import (
    LABELS,
    broken_text,
    registration_rows,
    registration_source,
    unit_text,
)
from skrin.packing import typeset
from skrin.till.flow import registration, selling
from skrin.till.flow.till import Identity

EXAMPLES = Path(__file__).parents[3] / "examples" / "brands"
UNIT = "RIHTT130000001"
TOLD = RegistrationSet(
    "Retail Innovation HTT AB", "CleanCash Type C", "A", "1.02", "Torget 1, Ort", "Britta Boss"
)


@pytest.fixture
def norrkassa(monkeypatch: pytest.MonkeyPatch) -> Brand:
    return use(monkeypatch, "norrkassa")


def use(monkeypatch: pytest.MonkeyPatch, name: str) -> Brand:
    found = read_brand(EXAMPLES / f"{name}.toml")
    monkeypatch.setattr(registration, "brand", lambda: found)
    return found


def sold_as(shop: Shop, brand: Brand) -> None:
    """The till's program under a brand, as `till.main` starts it."""
    i = shop.till.identity
    shop.till.identity = Identity(
        i.company, i.till, i.seat, brand.name, brand.version_name, brand.model_name
    )


@pytest.mark.requirement("R-REG-001", "R-REG-003", "OPP-058")
def test_everything_that_is_asked_for_is_on_the_page_and_the_pdf(
    shop: Shop, norrkassa: Brand
) -> None:
    sold_as(shop, norrkassa)
    now = registration.registration_of(shop.till, UNIT)
    values = dict(now.values)
    assert values == {
        "company_name": "Provbageriet AB",
        "org_number": "556677-8899",
        "store_name": "Torget",
        "address": "Storgatan 1, 111 22 Ort",
        "responsible": "",
        "designation": "TORG1",
        "register_serial": "till-1-1",
        "model": "Norrkassa AB mPay Mini SE 0.1.0",
        "program": "Norrkassa",
        "version": "1.1.0.1.0",
        "declaration": "0000-NK-EXEMPEL",
        "unit_serial": UNIT,
        "unit_maker": "Retail Innovation HTT AB",
        "unit_model": "CleanCash MultiUser C20+",
        "unit_hardware_revision": "B",
        "unit_version": "1.07",
        "unit_address": "Datorhallen, Exempelgatan 1, 111 11 Stockholm",
        "journal": "journalminne",
    }
    assert missing(now) == ()
    assert set(values) == set(LABELS)
    made = typeset(registration_source(now, datetime.fromisoformat("2026-11-20T10:00")))
    page = PdfReader(io.BytesIO(made)).pages[0].extract_text().replace("\u00a0", " ")
    squeezed = "".join(page.split())
    for _, label, value in registration_rows(now):
        assert "".join(label.split()) in squeezed and "".join(value.split()) in squeezed


@pytest.mark.requirement("R-REG-004", "R-REG-008")
def test_one_program_under_two_brands(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {}
    for name in ("norrkassa", "vagnkassa"):
        brand = use(monkeypatch, name)
        sold_as(shop, brand)
        told[name] = dict(registration.registration_of(shop.till, UNIT).values)
    one, other = told["norrkassa"], told["vagnkassa"]
    assert (one["model"], other["model"]) == (
        "Norrkassa AB mPay Mini SE 0.1.0",
        "Vagnkassa GO Mobil SE",
    )
    assert (one["version"], other["version"]) == ("1.1.0.1.0", "0.1.0-go")
    assert one["declaration"] != other["declaration"]
    same = {key for key in one if one[key] == other[key]}
    assert set(one) - same == {"model", "program", "version", "declaration"}


def test_the_brand_reaches_what_the_law_wants_on_a_z(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold_as(shop, use(monkeypatch, "vagnkassa"))
    shop.counter.close_days(BOSS, shop.till.today())
    z = [e for e in shop.till.file.entries(1) if e.header.kind == "day.closed"][-1]
    for said in (b'"model":"Vagnkassa GO Mobil SE"', b'"program":"Vagnkassa"', b'"0.1.0-go"'):
        assert said in z.body


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ('country = "SE"', "does not hold"),
        ('version = "{version}"', "does not hold 0.1.0"),
        ('colour = "red"', "not understood"),
        ("contact = 7", "not understood"),
    ],
)
def test_a_brand_that_the_law_could_not_take_is_refused(
    tmp_path: Path, change: str, named: str
) -> None:
    told = brands.OWN.read_text()
    changes = {
        'country = "SE"': told.replace("{country}", "XX"),
        'version = "{version}"': told.replace('version = "{version}"', 'version = "1"'),
    }
    path = tmp_path / "brand.toml"
    path.write_text(changes.get(change, told + change + "\n"))
    with pytest.raises(BrandUnusable, match=named):
        read_brand(path)


@pytest.mark.requirement("R-REG-002", "OPP-057")
def test_a_build_without_a_declaration_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    own = read_brand(brands.OWN)
    monkeypatch.setattr(registration, "brand", lambda: own)
    now = registration.registration_of(shop.till, UNIT)
    assert (own.declaration, own.unit) == ("", UnitCard())
    source = registration_source(now, datetime.fromisoformat("2026-11-20T10:00"))
    assert "Den\u00a0får\u00a0inte\u00a0användas\u00a0för\u00a0försäljning" in source
    declared = use(monkeypatch, "norrkassa")
    now = registration.registration_of(shop.till, UNIT)
    assert declared.declaration in registration_source(now, datetime.fromisoformat("2026-11-20"))


@pytest.mark.requirement("OPP-058", "R-REG-001")
def test_a_change_is_to_be_reported_until_somebody_says_it_was(
    shop: Shop, norrkassa: Brand
) -> None:
    till = shop.till
    sold_as(shop, norrkassa)
    assert "model" in registration.waiting(till, UNIT), "never reported"
    with pytest.raises(Refusal, match="not_allowed"):
        registration.state_reported(till, ANNA, UNIT, "2026-11-20")
    for day in ("2026-11-21", "yesterday"):
        with pytest.raises(Refusal, match="period_unreadable"):
            registration.state_reported(till, BOSS, UNIT, day)
    registration.state_reported(till, BOSS, UNIT, "2026-11-19")
    assert registration.waiting(till, UNIT) == ()
    assert registration.waiting(till, "RIHTT130000999") == ("unit_serial",)
    shop.restart()
    till = shop.till
    i = till.identity
    till.identity = Identity(i.company, i.till, i.seat, "Norrkassa", "1.2.0", norrkassa.model_name)
    assert registration.waiting(till, UNIT) == ("version",)
    said = registration.reported(till.file.registers)
    assert said is not None and (said.on, said.by) == ("2026-11-19", "Britta")
    registration.state_reported(till, BOSS, UNIT, "2026-11-20")
    assert registration.waiting(till, UNIT) == ()
    assert shop.kinds().count("registration.reported") == 2


def test_what_a_person_states_goes_before_what_the_brand_says(shop: Shop, norrkassa: Brand) -> None:
    registration.state_unit(shop.till, BOSS, TOLD)
    now = dict(registration.registration_of(shop.till, UNIT).values)
    assert now["unit_model"] == "CleanCash Type C" and now["responsible"] == "Britta Boss"
    with pytest.raises(Refusal, match="text_too_long"):
        too_long = RegistrationSet("x" * 121, "", "", "", "", "")
        registration.state_unit(shop.till, BOSS, too_long)
    with pytest.raises(Refusal, match="not_allowed"):
        registration.state_unit(shop.till, ANNA, TOLD)
    other = dict(registration.registration_of(shop.till, "OTHER1").values)
    assert other["unit_maker"] == TOLD.unit_maker


def test_a_unit_of_another_make_takes_nothing_from_the_brand(shop: Shop, norrkassa: Brand) -> None:
    now = registration.registration_of(shop.till, "SKATTEDOSA1")
    assert now.unit_model == "" and "unit_model" in missing(now)


@pytest.mark.requirement("R-REG-006", "R-REG-005")
def test_the_texts_to_be_sent_are_filled_in(shop: Shop, norrkassa: Brand) -> None:
    sold_as(shop, norrkassa)
    now = registration.registration_of(shop.till, UNIT)
    at = datetime.fromisoformat("2026-11-20T10:00:00")
    broken = broken_text(now, at)
    for value in ("Provbageriet AB", "556677-8899", "TORG1", "till-1-1", UNIT, "2026-11-20 10:00"):
        assert value in broken
    assert "out of order" in broken_text(now, at, "en")
    subject, text = unit_text(now)
    assert UNIT in subject and "TORG1" in subject
    assert "Datorhallen" in text and "CleanCash MultiUser C20+" in text


def test_selling_goes_on_and_the_journal_is_whole_with_it(shop: Shop, norrkassa: Brand) -> None:
    registration.state_unit(shop.till, BOSS, TOLD)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.restart()
    assert registration.stated(shop.till.file.registers) == TOLD


@pytest.mark.requirement("R-REG-003", "R-CTRL-006")
def test_what_the_unit_told_of_itself_counts_before_the_brands_words(
    shop: Shop, norrkassa: Brand
) -> None:
    met = UnitMet(UNIT, "CleanCash C21", "XCCSP", "2.00", "TORG1", "5566778899")
    now = registration.registration_of(shop.till, UNIT, met)
    assert (now.unit_model, now.unit_version) == ("CleanCash C21", "2.00")
    assert now.unit_hardware_revision == "B", "what no protocol tells is the brand's"
    silent_of_it = UnitMet(UNIT, "", "CCSP 2", "", "TORG1", "5566778899")
    now = registration.registration_of(shop.till, UNIT, silent_of_it)
    assert (now.unit_model, now.unit_version) == ("CleanCash MultiUser C20+", "1.07")
    another = registration.registration_of(shop.till, "RIHTT130000002", met)
    assert another.unit_model == "CleanCash MultiUser C20+", "it was another unit that told"
