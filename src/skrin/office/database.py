"""Addresses of databases: from a URL to what Django and psycopg want."""

from __future__ import annotations

from typing import Any

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


def with_parts(url: str, **parts: str) -> str:
    """The same address with other parts (`user`, `dbname`, `password`)."""
    whole: dict[str, Any] = {**conninfo.conninfo_to_dict(url), **parts}
    return conninfo.make_conninfo(**whole)
