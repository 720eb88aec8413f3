"""Messages, their files in pieces, and which are due.

`mail_message.state`: see `mail/terms.py`. `reason` is a code, `answer` the server's own words.
`mail_due` holds ids and times only, as the worker sees it for all companies.
"""

from django.db import migrations

from skrin.office.tenancy.wall import POSTMAN_SEEN, wall_sql

TABLES = """
CREATE TABLE mail_message (
    company_id bigint NOT NULL,
    id text NOT NULL,
    store bigint NOT NULL,
    person_id bigint NOT NULL,
    person_name text NOT NULL,
    reply_to text NOT NULL,
    sender_name text NOT NULL,
    address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    size_bytes bigint NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    ordered_at_ms bigint NOT NULL,
    give_up_at_ms bigint NOT NULL,
    next_at_ms bigint NOT NULL,
    ended_at_ms bigint NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    PRIMARY KEY (company_id, id)
);
CREATE INDEX mail_latest ON mail_message (company_id, ordered_at_ms);
CREATE TABLE mail_piece (
    company_id bigint NOT NULL,
    message_id text NOT NULL,
    file integer NOT NULL,
    piece integer NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (company_id, message_id, file, piece)
);
CREATE TABLE mail_due (
    company_id bigint NOT NULL,
    message_id text NOT NULL,
    due_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, message_id)
);
CREATE INDEX mail_due_next ON mail_due (due_at_ms);
"""
NAMES = ("message", "piece", "due")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            TABLES
            + wall_sql("mail_message")
            + wall_sql("mail_piece")
            + wall_sql("mail_due", POSTMAN_SEEN),
            "DROP TABLE " + ", ".join(f"mail_{name}" for name in NAMES),
        ),
    )
