from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.till.host.rig import HostProcess
from tests.till.process.rig import Street


@pytest.fixture(scope="package")
def whole_street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    street = Street(tmp_path_factory.mktemp("host-street"))
    try:
        yield street
    finally:
        street.stop()


@pytest.fixture
def street(whole_street: Street) -> Iterator[Street]:
    """Devices and office at work; a test may break them."""
    whole_street.reset()
    yield whole_street
    whole_street.reset()
    assert whole_street.office.faults == []


@pytest.fixture
def host(street: Street, tmp_path: Path) -> Iterator[Callable[..., HostProcess]]:
    """Makes hosts that are ended with the test, whatever came of it."""
    made: list[HostProcess] = []

    def make(tills: int = 1) -> HostProcess:
        made.append(HostProcess(street, tmp_path / f"host{len(made)}", tills))
        return made[-1]

    yield make
    for one in made:
        one.stop()
