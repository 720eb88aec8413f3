"""Bringing the tables up to date, as their owner."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from skrin.office import postgres


def migrate(owner_url: str) -> bool:
    """Make or change the tables when they are not as this program wants them; True when it did."""
    connection = connections["owner"]
    try:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    finally:
        connection.close()
    postgres.grant(owner_url)
    return True
