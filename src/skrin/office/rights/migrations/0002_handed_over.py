"""Registers whose trade is over: what they held is free, also what receipts bear unwritten."""

from django.db import migrations


class Migration(migrations.Migration):
    """`rights_post` learns whether its register has handed over."""

    dependencies = (("rights", "0001_tables"),)
    operations = (
        migrations.RunSQL(
            "ALTER TABLE rights_post ADD COLUMN handed_over boolean NOT NULL DEFAULT false",
            "ALTER TABLE rights_post DROP COLUMN handed_over",
        ),
    )
