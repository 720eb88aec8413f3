"""Golden files for every room: `--rewrite-golden` writes them anew, a person reads the diff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, bytes], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden files anew, then read them"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(name, actual)`: `actual` is byte for byte what tests/golden/`name` holds."""
    rewrite = bool(request.config.getoption("--rewrite-golden"))

    def check(name: str, actual: bytes) -> None:
        path = GOLDEN / name
        if rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual)
            return
        assert path.exists(), f"{name} is missing: look at it after pytest --rewrite-golden"
        assert actual == path.read_bytes()

    return check
