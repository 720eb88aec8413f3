"""The office's tests: one embedded PostgreSQL for all of them, a company of its own for each.

Only here are Django's settings of the office loaded (D32).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import pytest

# Test modules import the office's apps, so Django is set up before they are collected; where its
# database is, it learns when the first test wants one.
DATA = Path(tempfile.mkdtemp(prefix="skrin-office-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "skrin.office.settings"
os.environ["SKRIN_OFFICE_DATA"] = str(DATA)
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from tests.office.cast import Cast, found_cast  # noqa: E402
from tests.office.journals import Journal  # noqa: E402

from skrin.office import postgres  # noqa: E402
from skrin.office.database import django_database  # noqa: E402
from skrin.office.migrating import migrate  # noqa: E402


@dataclass(frozen=True)
class Urls:
    """Where the test database is: as the office's own role, as the owner, as the administrator."""

    app: str
    owner: str
    admin: str


@pytest.fixture(scope="session")
def office_urls() -> Iterator[Urls]:
    """A running PostgreSQL with the office's tables; Django uses it."""
    embedded = postgres.EmbeddedPostgres(DATA)
    try:
        admin = embedded.start()
        app, owner = postgres.prepare_embedded(admin)
        settings.DATABASES = {"default": django_database(app), "owner": django_database(owner)}
        connections.settings = connections.configure_settings(None)
        with contextlib.suppress(AttributeError):
            del connections["default"]  # Made while the models were loaded, for no database.
        migrate(owner)
        postgres.check_app_role(app)
        yield Urls(app, owner, admin)
        connections.close_all()
    finally:
        embedded.stop()


@pytest.fixture
def cast(office_urls: Urls) -> Iterator[Cast]:
    """A small company with an owner, a cashier and a till; and an outsider with one of his own."""
    yield found_cast()
    connections.close_all()


@pytest.fixture
def journal(cast: Cast) -> Journal:
    """An opened journal of the cast's till."""
    return cast.journal()
