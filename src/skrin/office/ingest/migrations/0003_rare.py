"""Entries that are looked for by their kind, of a chain of millions: which are few."""

from django.db import migrations

RARE = """
CREATE INDEX ingest_entry_rare ON ingest_entry (company_id, till, store, kind, seq)
WHERE kind IN ('journal.opened', 'till.started', 'publication.applied', 'registration.set',
    'registration.reported', 'unit.met')
"""


class Migration(migrations.Migration):
    dependencies = (("ingest", "0002_units"),)

    operations = (migrations.RunSQL(RARE, "DROP INDEX ingest_entry_rare"),)
