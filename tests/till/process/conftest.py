from collections.abc import Iterator

import pytest
from tests.till.process.dying_till import BORN
from tests.till.process.rig import DYING_TILL, TILL_PROGRAM, Street, TillProcess

from skrin.town.deaths.programs import Cradle


@pytest.fixture(scope="package")
def whole_street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    cradle = Cradle(TILL_PROGRAM, folder / "cradle.log", planted=f"{DYING_TILL}:{BORN}")
    street = Street(folder, cradle)
    try:
        yield street
    finally:
        street.stop()
        cradle.stop()


@pytest.fixture
def street(whole_street: Street) -> Iterator[Street]:
    """Devices and office at work; a test may break them."""
    whole_street.reset()
    yield whole_street
    whole_street.reset()
    assert whole_street.office.faults == []


class Regular:
    """The till that most tests sell on, one after the other; a test that leaves it in disorder
    gets no successor into trouble: the next one has a new till."""

    till: TillProcess | None = None


@pytest.fixture(scope="module")
def regular() -> Iterator[Regular]:
    found = Regular()
    yield found
    if found.till is not None:
        found.till.drop()


@pytest.fixture
def desk(whole_street: Street, regular: Regular) -> Iterator[TillProcess]:
    """A till with an empty cart and nothing owed, its devices and office at work."""
    whole_street.reset()
    till, regular.till = regular.till, None
    if till is None:
        till = whole_street.new_till()
        till.open()
    try:
        yield till
        assert whole_street.office.faults == []
    finally:
        whole_street.reset()
    if till.tidied():
        regular.till = till
    else:
        till.drop()


@pytest.fixture
def till(street: Street) -> Iterator[TillProcess]:
    """A till that has just been enrolled, with a cashier logged in."""
    till = street.new_till()
    till.open()
    yield till
    till.drop()
