from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.office.cast import Cast
from tests.office.rights.store import Store


@pytest.fixture
def store(cast: Cast, tmp_path: Path) -> Iterator[Store]:
    """A store without tills."""
    made = Store(cast, tmp_path)
    yield made
    made.closes()
