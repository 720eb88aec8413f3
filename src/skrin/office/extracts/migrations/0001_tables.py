"""Ordered extracts, their files in pieces, and which are due.

`extracts_order.state`: see `extracts/terms.py`; `asked` and `letter` are JSON of
`extracts/actions.py`. A piece belongs to a try: only those of the last one are the file.
`extracts_due` holds ids and times only, as the worker sees it for all companies.
"""

from django.db import migrations

from skrin.office.tenancy.wall import POSTMAN_SEEN, wall_sql

TABLES = """
CREATE TABLE extracts_order (
    company_id bigint NOT NULL,
    id text NOT NULL,
    store bigint NOT NULL,
    person_name text NOT NULL,
    subject text NOT NULL,
    asked text NOT NULL,
    letter text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    mail_reason text NOT NULL DEFAULT '',
    tries integer NOT NULL DEFAULT 0,
    entries bigint NOT NULL,
    entries_done bigint NOT NULL DEFAULT 0,
    ordered_at_ms bigint NOT NULL,
    alive_at_ms bigint NOT NULL DEFAULT 0,
    ended_at_ms bigint NOT NULL DEFAULT 0,
    name text NOT NULL DEFAULT '',
    size_bytes bigint NOT NULL DEFAULT 0,
    sha256 text NOT NULL DEFAULT '',
    PRIMARY KEY (company_id, id)
);
CREATE INDEX extracts_latest ON extracts_order (company_id, ordered_at_ms);
CREATE TABLE extracts_piece (
    company_id bigint NOT NULL,
    order_id text NOT NULL,
    try integer NOT NULL,
    piece integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (company_id, order_id, try, piece)
);
CREATE TABLE extracts_due (
    company_id bigint NOT NULL,
    order_id text NOT NULL,
    due_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, order_id)
);
CREATE INDEX extracts_due_next ON extracts_due (due_at_ms);
"""
NAMES = ("order", "piece", "due")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES
            + wall_sql("extracts_order")
            + wall_sql("extracts_piece")
            + wall_sql("extracts_due", POSTMAN_SEEN),
            "DROP TABLE " + ", ".join(f"extracts_{name}" for name in NAMES),
        ),
    )
