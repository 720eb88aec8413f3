"""Addresses of databases: from a URL to what Django and psycopg want."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import conninfo

_DJANGO_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}
STATEMENT_TIMEOUT_MS = 60_000


def django_database(url: str) -> dict[str, Any]:
    """Django's settings for the database at a `postgresql://` URL; empty = none is configured
    yet."""
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
    options: dict[str, Any] = {
        "connect_timeout": 10,
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=30000",
    }
    for name, value in conninfo.conninfo_to_dict(url).items() if url else ():
        if name in _DJANGO_NAMES:
            settings[_DJANGO_NAMES[name]] = str(value)
        else:
            options[name] = value
    settings["OPTIONS"] = options
    return settings


_AWAY = frozenset({"57P01", "57P02", "57P03", "53300"})
"""It is being stopped, was killed, takes nobody yet, or is full of connections."""


def is_away(fault: BaseException) -> bool:
    """Whether the server cannot be spoken to now: it is gone, mends its files, or takes nobody.
    What it said no to while it was there (a lock, a full disk, a wrong statement) is not that."""
    said: BaseException | None = fault
    while said is not None and not isinstance(said, psycopg.Error):
        said = said.__cause__
    if not isinstance(said, (psycopg.OperationalError, psycopg.InterfaceError)):
        return False
    code = said.sqlstate
    return code is None or code in _AWAY or code.startswith("08")


def with_parts(url: str, **parts: str) -> str:
    """The same address with other parts (`user`, `dbname`, `password`)."""
    whole: dict[str, Any] = {**conninfo.conninfo_to_dict(url), **parts}
    return conninfo.make_conninfo(**whole)
