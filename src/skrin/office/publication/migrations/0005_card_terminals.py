"""Notes of the card terminals of a store."""

from django.db import migrations

from skrin.office.publication.touching import SOURCES, dropping_sql, touching_sql


class Migration(migrations.Migration):
    dependencies = (("publication", "0004_history"), ("paymentsystems", "0006_card_terminals"))

    operations = tuple(
        migrations.RunSQL(touching_sql(source), dropping_sql(source))
        for source in SOURCES
        if source.table == "paymentsystems_cardterminal"
    )
