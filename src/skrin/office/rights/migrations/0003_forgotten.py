"""An office that was put back to a backup: what tills know more than it (`rights.forgotten`).

`rights_post.journaled_no`: the last order of which the register's journal has told.
`rights_waiting`: claims that cannot be decided before the journal has told of all that its till was
answered. `rights_catching_up`: companies whose tills are all heard before anything is granted
again; `rights_heard`: those that were. `rights_store.mark`: another with each change, so that a
count that comes again is not taken for the same list. `free` may be below 0 while journals come
out of order.
"""

from django.db import migrations

from skrin.office.tenancy.wall import each_company_sql, wall_sql

TABLES = """
ALTER TABLE rights_book DROP CONSTRAINT rights_book_check;
ALTER TABLE rights_book ADD CHECK (used >= 0 AND total >= free + used);
ALTER TABLE rights_post ADD COLUMN journaled_no bigint NOT NULL DEFAULT 0;
ALTER TABLE rights_store ADD COLUMN mark bigint NOT NULL DEFAULT 0;
CREATE TABLE rights_waiting (
    company_id bigint NOT NULL,
    register text NOT NULL,
    seq bigint NOT NULL,
    claim_id text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    amount bigint NOT NULL,
    cart_id text NOT NULL,
    seen_generation bigint NOT NULL,
    person text NOT NULL,
    business_day text NOT NULL,
    PRIMARY KEY (company_id, register, seq)
);
CREATE TABLE rights_catching_up (
    company_id bigint PRIMARY KEY,
    since_ms bigint NOT NULL,
    why text NOT NULL
);
CREATE TABLE rights_heard (
    company_id bigint NOT NULL,
    register text NOT NULL,
    PRIMARY KEY (company_id, register)
);
"""
NAMES = ("waiting", "catching_up", "heard")
JOURNALED = "UPDATE rights_post SET journaled_no = last_order_no"
"""What is on its way to a till counts as told: it is by the till's next exchange."""


class Migration(migrations.Migration):
    """See above."""

    dependencies = (("rights", "0002_handed_over"),)
    operations = (
        migrations.RunSQL(
            TABLES
            + "".join(wall_sql(f"rights_{name}") for name in NAMES)
            + each_company_sql(JOURNALED),
            "DROP TABLE " + ", ".join(f"rights_{name}" for name in NAMES) + ";"
            "ALTER TABLE rights_post DROP COLUMN journaled_no;"
            "ALTER TABLE rights_store DROP COLUMN mark",
        ),
    )
