"""Raw entries, the head of each chain, conflicts, and entries that could not be projected."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE ingest_entry (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    hash bytea NOT NULL,
    record bytea NOT NULL,
    PRIMARY KEY (company_id, till, store, seq)
);
ALTER TABLE ingest_entry ALTER COLUMN record SET STORAGE MAIN;
CREATE TABLE ingest_chain (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    head_seq bigint NOT NULL DEFAULT 0,
    head_hash bytea NOT NULL,
    stopped boolean NOT NULL DEFAULT false,
    alarm text NOT NULL DEFAULT '',
    alarm_at_ms bigint NOT NULL DEFAULT 0,
    taken_at_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, till, store)
);
CREATE TABLE ingest_conflict (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    record bytea NOT NULL,
    why text NOT NULL,
    found_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, till, store, seq, hash)
);
CREATE TABLE ingest_unread (
    company_id bigint NOT NULL,
    till text NOT NULL,
    store bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (company_id, till, store, seq)
);
"""


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES
            + "".join(
                wall_sql(f"ingest_{table}") for table in ("entry", "chain", "conflict", "unread")
            ),
            "DROP TABLE ingest_unread, ingest_conflict, ingest_chain, ingest_entry",
        ),
    )
