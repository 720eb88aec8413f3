"""Which articles a store has no more of: the last that any of its tills said."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE stock_sold_out (
    company_id bigint NOT NULL,
    store bigint NOT NULL,
    article bigint NOT NULL,
    is_on boolean NOT NULL,
    till text NOT NULL,
    seq bigint NOT NULL,
    at_utc_ms bigint NOT NULL,
    PRIMARY KEY (company_id, store, article)
);
"""


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(TABLES + wall_sql("stock_sold_out"), "DROP TABLE stock_sold_out"),
    )
