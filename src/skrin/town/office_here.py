"""An office's application and database in this process, for who measures or simulates it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def office_here(data: Path) -> Iterator[str]:
    """PostgreSQL in `data` and Django set up on it; the URL of the tables' owner. Once a process:
    Django is set up once. Import what is of the office inside."""
    from skrin.office import main as office
    from skrin.office import postgres

    # Django is told by the environment which program it is; a till that is started after this must
    # not inherit that.
    before = dict(os.environ)
    try:
        with postgres.office_lock(data), office.database(data) as (app_url, owner_url):
            office.configure(data, app_url, owner_url)
            from django.db import connections

            try:
                yield owner_url
            finally:
                connections.close_all()
    finally:
        os.environ.clear()
        os.environ.update(before)
