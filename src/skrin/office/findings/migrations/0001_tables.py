"""What ingest noted for a person's eye, and what has been seen."""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE findings_noted (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    what text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    person text NOT NULL,
    details jsonb NOT NULL,
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
NAMES = ("noted", "seen")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES + "".join(wall_sql(f"findings_{name}") for name in NAMES),
            "DROP TABLE " + ", ".join(f"findings_{name}" for name in NAMES),
        ),
    )
