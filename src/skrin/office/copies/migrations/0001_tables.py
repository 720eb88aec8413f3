"""Copies that were ordered. At most one order for a receipt is open at a time."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE copies_order (
    company_id bigint NOT NULL,
    id text NOT NULL,
    store bigint NOT NULL,
    register text NOT NULL,
    key text NOT NULL,
    person text NOT NULL,
    person_name text NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL DEFAULT '',
    ordered_at_ms bigint NOT NULL,
    until_ms bigint NOT NULL,
    ended_at_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX copies_one_open ON copies_order (company_id, key) WHERE state = 'ordered';
CREATE INDEX copies_of_register ON copies_order (company_id, register) WHERE state = 'ordered';
CREATE INDEX copies_of_receipt ON copies_order (company_id, key);
"""


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (migrations.RunSQL(TABLES + wall_sql("copies_order"), "DROP TABLE copies_order"),)
