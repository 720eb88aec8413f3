"""Every status and error of the facts has words, and what to do, in both languages."""

from __future__ import annotations

import pytest

from skrin.domain.control_unit import UnitAnswered, UnitChosen, UnitFailed, UnitMet
from skrin.fiscal.contract import NO_ANSWER
from skrin.fiscal.se import unit_history, unit_words
from skrin.fiscal.se.fault_report import FaultTimes, Reported, fault_times, report_text

STATUSES = {"0", "1", "2", "3", "4", "5", "99"}
ERRORS = {f"{number:03d}" for number in (*range(1, 12), 98, 99)}


@pytest.mark.parametrize("language", unit_words.LANGUAGES)
def test_every_code_has_words_and_what_to_do(language: str) -> None:
    assert set(unit_words.STATUSES) == STATUSES
    assert set(unit_words.ERRORS) == ERRORS
    assert set(unit_words.NO_ANSWERS) == NO_ANSWER | {"missing"}
    assert set(unit_words.STORAGES) == {"0", "1", "2"}
    assert set(unit_words.SEVERITIES) == {"0", "1", "2", "3", "4"}
    for code in (STATUSES - {"0"}) | ERRORS | NO_ANSWER | {"missing"}:
        said = unit_words.fault(code, language)
        assert said.what.endswith(".") and said.to_do.endswith("."), code
    unknown = unit_words.fault("777", language)
    assert "777" in unknown.what and unknown.to_do


def test_swedish_and_english_differ() -> None:
    for table in (unit_words.STATUSES, unit_words.ERRORS, unit_words.NO_ANSWERS):
        for code, said in table.items():
            assert set(said) == {"sv", "en"}, code
            assert said["sv"].what != said["en"].what, code


@pytest.mark.requirement("R-MORE-012")
def test_the_report_has_whose_what_and_when() -> None:
    of = Reported(
        "Bageri AB", "556677-8899", "Storgatan", ("Storgatan 1", "111 22 Ort"), "KASSA01",
        "Skrin Till SE", "SK000001-1", "0.1.0", "SIMU00000001", "", "1.07",
    )  # fmt: skip
    faults = [
        FaultTimes("006", "2026-12-02 09:00", ""),
        FaultTimes("silent", "2026-12-01 10:02", "2026-12-01 10:31", 17),
    ]
    assert report_text(of, faults, "sv") == (
        "Felanmälan av kontrollenhet\n"
        "\n"
        "Företag: Bageri AB, 556677-8899\n"
        "Försäljningsställe: Storgatan, Storgatan 1, 111 22 Ort\n"
        "Kassaregister: KASSA01, Skrin Till SE, version 0.1.0, tillverkningsnummer SK000001-1\n"
        "Kontrollenhet: SIMU00000001, 1.07\n"
        "\n"
        "Fel och tider:\n"
        "- 2026-12-02 09:00 – pågår: Enheten är inte i drift. (006)\n"
        "- 2026-12-01 10:02 – 2026-12-01 10:31: Kontrollenheten svarar inte."
        " Kvitto 17 väntade på kontrollkod.\n"
        "\n"
        "Åtgärd: ________\n"
        "Uppgiftslämnare och telefon: ________\n"
    )
    assert "Report of a control unit's fault" in report_text(of, faults, "en")


def test_a_fault_that_turns_into_another_ends_there() -> None:
    met = UnitMet("U", "", "2", "1", "K", "5566778899")
    times = fault_times(
        [
            ("1", met),
            ("2", UnitFailed("silent", 0)),
            ("3", UnitFailed("006", 0)),
            ("4", UnitAnswered("006", 2)),
            ("5", UnitFailed("4", 3)),
        ]
    )
    assert times == [
        FaultTimes("4", "5", "", 3),
        FaultTimes("006", "3", "4"),
        FaultTimes("silent", "2", "3"),
    ]


def test_each_entry_has_its_row() -> None:
    for body, words in (
        (UnitFailed("silent", 4), "Kontrollenheten svarar inte. Kvitto 4 väntade."),
        (UnitAnswered("silent", 1), "Kontrollenheten fungerar igen."),
        (UnitMet("U1", "Multi", "2", "1", "K", "55"), "Kontrollenhet U1 Multi hör till 55."),
        (
            UnitChosen("tcp", "10.0.0.1:5", False),
            "Eva valde CleanCash på nätet (CCSP), 10.0.0.1:5.",
        ),
        (UnitChosen("", "", False), "Eva valde enheten som kontoret anger."),
    ):
        told = unit_history.happened(body, "Eva", "sv")
        assert told is not None and told.what == words
    assert unit_history.happened(object(), "", "sv") is None
