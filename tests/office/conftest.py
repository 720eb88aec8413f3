"""The office's tests: one embedded PostgreSQL for all of them, a company of its own for each.

Only here are Django's settings of the office loaded (D32).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skrin.office import main, postgres
from tests.office.journals import Journal


@dataclass(frozen=True)
class Urls:
    """Where the test database is: as the office's own role, as the owner, as the administrator."""

    app: str
    owner: str
    admin: str


@pytest.fixture(scope="session")
def office_urls() -> Iterator[Urls]:
    """A running PostgreSQL with the office's tables; Django is set up on it."""
    with tempfile.TemporaryDirectory(prefix="skrin-office-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        embedded = postgres.EmbeddedPostgres(data)
        try:
            admin = embedded.start()
            app, owner = postgres.prepare_embedded(admin)
            main.configure(data, app, owner)
            yield Urls(app, owner, admin)
            from django.db import connections

            connections.close_all()
        finally:
            embedded.stop()


@pytest.fixture
def cast(office_urls: Urls) -> Iterator[object]:
    """A small company with an owner, a cashier and a till; and an outsider with one of his own."""
    from django.db import connections

    from tests.office.cast import found_cast

    yield found_cast()
    connections.close_all()


@pytest.fixture
def journal(cast: object) -> Journal:
    """An empty journal of the cast's till."""
    return cast.journal()  # type: ignore[attr-defined,no-any-return]
