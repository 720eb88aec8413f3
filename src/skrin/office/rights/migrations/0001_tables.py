"""The book of rights, the claims that were decided, the orders to tills, and what is reported.

`rights_book`: one row per right, `held` as [{register, amount, recall_no, busy}]. A receipt's
returns have a row only once somebody moved them. `in_hand`: it is on the screen of `person`.
`rights_post`: the number of the last order to a register. Claims, orders and reports are facts:
they are never changed. `rights_store`: how often the parked receipts of a store have changed; the
row of store 0 is the lock under which a company's book is moved. Names of parked receipts are
people's words: they stand apart and go with the receipt (D5).
"""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLES = """
CREATE TABLE rights_book (
    company_id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    store bigint NOT NULL,
    total bigint NOT NULL,
    free bigint NOT NULL,
    used bigint NOT NULL,
    generation bigint NOT NULL,
    held jsonb NOT NULL,
    state text NOT NULL,
    in_hand boolean NOT NULL DEFAULT false,
    person text NOT NULL DEFAULT '',
    recalled_at_ms bigint NOT NULL DEFAULT 0,
    changed_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, kind, key),
    CHECK (free >= 0 AND used >= 0 AND total >= free + used)
);
CREATE INDEX rights_unused ON rights_book (company_id, store, kind) WHERE total > used;
CREATE INDEX rights_recalled ON rights_book (company_id) WHERE recalled_at_ms > 0;
CREATE TABLE rights_post (
    company_id bigint NOT NULL,
    register text NOT NULL,
    last_order_no bigint NOT NULL,
    PRIMARY KEY (company_id, register)
);
CREATE TABLE rights_order (
    company_id bigint NOT NULL,
    register text NOT NULL,
    order_no bigint NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    made_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, register, order_no)
);
CREATE TABLE rights_claim (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    claim_id text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    amount bigint NOT NULL,
    granted boolean NOT NULL,
    reason text NOT NULL,
    person text NOT NULL,
    decided_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, register, seq)
);
CREATE INDEX rights_claims_of ON rights_claim (company_id, kind, key);
CREATE TABLE rights_report (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    place integer NOT NULL,
    what text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    person text NOT NULL,
    found_at_ms bigint NOT NULL,
    PRIMARY KEY (company_id, register, seq, place)
);
CREATE TABLE rights_store (
    company_id bigint NOT NULL,
    store bigint NOT NULL,
    changes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, store)
);
CREATE TABLE rights_parked_name (
    company_id bigint NOT NULL,
    cart_id text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (company_id, cart_id)
);
"""
NAMES = ("book", "post", "order", "claim", "report", "store", "parked_name")


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0001_initial"), ("receipts", "0002_what_belongs_together"))

    operations = (
        migrations.RunSQL(
            TABLES + "".join(wall_sql(f"rights_{name}") for name in NAMES),
            "DROP TABLE " + ", ".join(f"rights_{name}" for name in NAMES),
        ),
    )
