"""What a single-purpose card is for: the VAT class of its goods; empty = multi-purpose."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("giftcards", "0001_tables"),)

    operations = (
        migrations.RunSQL(
            "ALTER TABLE giftcards_card ADD COLUMN vat_class text NOT NULL DEFAULT ''",
            "ALTER TABLE giftcards_card DROP COLUMN vat_class",
        ),
    )
