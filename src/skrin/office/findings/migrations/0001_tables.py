"""Payments that a card terminal told otherwise than a person stated, and what has been seen."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE findings_payment (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    attempt_id text NOT NULL,
    purpose text NOT NULL,
    stated text NOT NULL,
    stated_minor bigint NOT NULL,
    found text NOT NULL,
    found_minor bigint NOT NULL,
    person text NOT NULL,
    found_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, register, seq)
);
CREATE TABLE findings_seen (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    person text NOT NULL,
    seen_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, register, seq, place)
);
"""
NAMES = ("payment", "seen")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES + "".join(wall_sql(f"findings_{name}") for name in NAMES),
            "DROP TABLE " + ", ".join(f"findings_{name}" for name in NAMES),
        ),
    )
