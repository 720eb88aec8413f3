"""What belongs together: lines that follow another, goods that came back, halves of an exchange.

Receipts of before have none of it: the defaults say so, and nothing is made anew.
"""

from django.db import migrations

COLUMNS = """
ALTER TABLE receipts_receipt
    ADD COLUMN receipt_id text NOT NULL DEFAULT '',
    ADD COLUMN exchange_with text NOT NULL DEFAULT '';
ALTER TABLE receipts_line
    ADD COLUMN parent integer NOT NULL DEFAULT 0,
    ADD COLUMN role text NOT NULL DEFAULT '',
    ADD COLUMN line_discount_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN origin_receipt text NOT NULL DEFAULT '',
    ADD COLUMN origin_line integer NOT NULL DEFAULT 0;
ALTER TABLE receipts_payment
    ADD COLUMN tip_minor bigint NOT NULL DEFAULT 0;
CREATE INDEX receipts_by_origin ON receipts_line (company_id, origin_receipt)
    WHERE origin_receipt <> '';
"""


class Migration(migrations.Migration):
    dependencies = (("receipts", "0001_tables"),)

    operations = (migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),)
