"""Notes of what the office sets for tills."""

from django.db import migrations

from skrin.office.publication.touching import SOURCES, dropping_sql, touching_sql


class Migration(migrations.Migration):
    dependencies = (("publication", "0005_card_terminals"), ("tills", "0004_settings"))

    operations = tuple(
        migrations.RunSQL(touching_sql(source), dropping_sql(source))
        for source in SOURCES
        if source.table == "tills_tillsetting"
    )
