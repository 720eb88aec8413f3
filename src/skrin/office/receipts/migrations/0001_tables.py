"""Read models of the entries: receipts, their lines and payments, receipts not signed yet,
closings.

Each row is keyed by the entry that made it, so a projection can never be refused for a number that
a till used twice: such a thing is to be seen, not hidden.
"""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE receipts_receipt (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    sealed_seq bigint NOT NULL,
    signed_seq bigint NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL,
    designation text NOT NULL,
    business_day date NOT NULL,
    period integer NOT NULL,
    at_utc_ms bigint NOT NULL,
    utc_offset_min integer NOT NULL,
    mode text NOT NULL,
    person text NOT NULL,
    cashier text NOT NULL,
    methods text NOT NULL,
    total_minor bigint NOT NULL,
    vat_minor bigint NOT NULL,
    rounding_minor bigint NOT NULL,
    tip_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    unit_id text NOT NULL,
    code text NOT NULL,
    attempts integer NOT NULL,
    PRIMARY KEY (company_id, till, store, sealed_seq)
);
CREATE INDEX receipts_by_day ON receipts_receipt (company_id, business_day, at_utc_ms);
CREATE INDEX receipts_by_number ON receipts_receipt (company_id, designation, number);
CREATE TABLE receipts_line (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    sealed_seq bigint NOT NULL,
    line integer NOT NULL,
    article bigint NOT NULL,
    group_id bigint NOT NULL,
    name text NOT NULL,
    quantity_milli bigint NOT NULL,
    amount_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    rate_bp integer NOT NULL,
    vat_minor bigint NOT NULL,
    cost_minor bigint NOT NULL,
    PRIMARY KEY (company_id, till, store, sealed_seq, line)
);
CREATE TABLE receipts_payment (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    sealed_seq bigint NOT NULL,
    place integer NOT NULL,
    method bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    amount_minor bigint NOT NULL,
    tendered_minor bigint NOT NULL,
    change_minor bigint NOT NULL,
    rounding_minor bigint NOT NULL,
    PRIMARY KEY (company_id, till, store, sealed_seq, place)
);
CREATE TABLE receipts_unsigned (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    receipt_id text NOT NULL,
    sealed_seq bigint NOT NULL,
    PRIMARY KEY (company_id, till, store, receipt_id)
);
CREATE TABLE receipts_closing (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    seq bigint NOT NULL,
    number bigint NOT NULL,
    designation text NOT NULL,
    business_day date NOT NULL,
    period integer NOT NULL,
    at_utc_ms bigint NOT NULL,
    utc_offset_min integer NOT NULL,
    receipts bigint NOT NULL,
    returns bigint NOT NULL,
    net_minor bigint NOT NULL,
    grand_net_minor bigint NOT NULL,
    PRIMARY KEY (company_id, till, store, seq)
);
CREATE INDEX closings_by_day ON receipts_closing (company_id, business_day);
"""


class Migration(migrations.Migration):
    dependencies = (
        ("tenancy", "0001_initial"),
        ("ingest", "0001_tables"),
    )

    operations = (
        migrations.RunSQL(
            TABLES
            + "".join(
                wall_sql(f"receipts_{table}")
                for table in ("receipt", "line", "payment", "unsigned", "closing")
            ),
            "DROP TABLE receipts_receipt, receipts_line, receipts_payment, receipts_unsigned,"
            " receipts_closing",
        ),
    )
