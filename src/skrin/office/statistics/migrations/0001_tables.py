"""What was sold per hour, and how many receipts per hour. The key begins with company and day."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE statistics_sold (
    company_id bigint NOT NULL,
    business_day date NOT NULL,
    store bigint NOT NULL,
    till text NOT NULL,
    hour smallint NOT NULL,
    person text NOT NULL,
    group_id bigint NOT NULL,
    article bigint NOT NULL,
    rate_bp integer NOT NULL,
    group_name text NOT NULL,
    article_name text NOT NULL,
    unit text NOT NULL,
    decimals smallint NOT NULL,
    count bigint NOT NULL,
    quantity_milli bigint NOT NULL,
    gross_minor bigint NOT NULL,
    vat_minor bigint NOT NULL,
    cost_minor bigint NOT NULL,
    PRIMARY KEY (company_id, business_day, store, till, hour, person, group_id, article, rate_bp)
);
CREATE TABLE statistics_receipts (
    company_id bigint NOT NULL,
    business_day date NOT NULL,
    store bigint NOT NULL,
    till text NOT NULL,
    hour smallint NOT NULL,
    person text NOT NULL,
    receipts bigint NOT NULL,
    returns bigint NOT NULL,
    gross_minor bigint NOT NULL,
    vat_minor bigint NOT NULL,
    PRIMARY KEY (company_id, business_day, store, till, hour, person)
);
"""


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES + wall_sql("statistics_sold") + wall_sql("statistics_receipts"),
            "DROP TABLE statistics_sold, statistics_receipts",
        ),
    )
