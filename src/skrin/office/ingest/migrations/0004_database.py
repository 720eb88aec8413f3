"""Which database this is (`office.put_back`): one row, of no company; the owner alone reads it."""

from django.db import migrations


class Migration(migrations.Migration):
    """See above."""

    dependencies = (("ingest", "0003_rare"),)
    operations = (
        migrations.RunSQL(
            "CREATE TABLE office_database (identity text PRIMARY KEY)",
            "DROP TABLE office_database",
        ),
    )
