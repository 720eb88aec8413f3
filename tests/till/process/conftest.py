from collections.abc import Iterator

import pytest
from tests.till.process.rig import Street, TillProcess


@pytest.fixture(scope="package")
def whole_street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    street = Street(tmp_path_factory.mktemp("street"))
    try:
        yield street
    finally:
        street.stop()


@pytest.fixture
def street(whole_street: Street) -> Iterator[Street]:
    """Devices and office at work; a test may break them."""
    whole_street.reset()
    yield whole_street
    whole_street.stop_tills()
    assert whole_street.office.faults == []


@pytest.fixture
def till(street: Street) -> TillProcess:
    """A till that has just been enrolled, with a cashier logged in."""
    till = street.new_till()
    till.open()
    return till
