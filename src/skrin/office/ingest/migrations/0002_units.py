"""The log of a till's control unit is found without reading its whole journal."""

from django.db import migrations

INDEX = """
CREATE INDEX ingest_entry_of_units ON ingest_entry (company_id, till, store, seq)
    WHERE kind IN ('unit.chosen', 'unit.met', 'unit.failed', 'unit.answered')
"""


class Migration(migrations.Migration):
    dependencies = (("ingest", "0001_tables"),)

    operations = (migrations.RunSQL(INDEX, "DROP INDEX ingest_entry_of_units"),)
