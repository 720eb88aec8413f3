"""Cards, what happened to each, and what the company has decided of its cards.

`giftcards_card`: `key` is a hash of the code; `rate_bp` 0 = multi-purpose; `source` till, import.
`giftcards_event` is only added to: `amount` is what it did to the card, less than nothing when it
paid; `register` and `seq` name the till's entry, empty and a count where the office did it.
"""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE giftcards_card (
    company_id bigint NOT NULL,
    key text NOT NULL,
    tail text NOT NULL,
    currency text NOT NULL,
    rate_bp integer NOT NULL,
    valid_until text NOT NULL,
    blocked boolean NOT NULL DEFAULT false,
    source text NOT NULL,
    store bigint NOT NULL,
    made_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, key)
);
CREATE INDEX giftcards_by_tail ON giftcards_card (company_id, tail);
CREATE INDEX giftcards_by_age ON giftcards_card (company_id, made_at_ms DESC, key);
CREATE TABLE giftcards_event (
    company_id bigint NOT NULL,
    key text NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    at_ms bigint NOT NULL,
    what text NOT NULL,
    amount bigint NOT NULL,
    receipt_id text NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (company_id, key, register, seq, place)
);
CREATE INDEX giftcards_events_at ON giftcards_event (company_id, at_ms);
"""
NAMES = ("card", "event")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"), ("rights", "0001_tables"))

    operations = (
        migrations.RunSQL(
            TABLES + "".join(wall_sql(f"giftcards_{name}") for name in NAMES),
            "DROP TABLE " + ", ".join(f"giftcards_{name}" for name in NAMES),
        ),
    )
