"""One process of each simulator for a module's tests; every test begins with a reset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulators.devices import Device


@pytest.fixture(scope="session")
def one_unit() -> Iterator[Device]:
    device = Device("control_unit")
    yield device
    assert device.stop() == 0


@pytest.fixture(scope="session")
def one_card_terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    folder: Path = tmp_path_factory.mktemp("authority")
    device = Device("card_terminal", "--ca-dir", str(folder), "--payment-ms", "5")
    yield device
    assert device.stop() == 0


@pytest.fixture(scope="session")
def one_printer() -> Iterator[Device]:
    device = Device("printer", "--columns", "42")
    yield device
    assert device.stop() == 0


@pytest.fixture
def unit(one_unit: Device) -> Device:
    one_unit.reset()
    return one_unit


@pytest.fixture
def card_terminal(one_card_terminal: Device) -> Device:
    one_card_terminal.reset()
    return one_card_terminal


@pytest.fixture
def printer(one_printer: Device) -> Device:
    one_printer.reset(slips=True)
    return one_printer
