"""What published rows were before an edition changed them: the prices of any day (R-MORE-011).

Written by the database beside the row that changes, whoever changes it. Of pictures the hash alone
is kept; a first edition leaves nothing behind.
"""

from django.db import migrations

from skrin.office.tenancy.wall import wall_sql

TABLE = """
CREATE TABLE publication_history (
    company_id bigint NOT NULL,
    store bigint NOT NULL,
    section text NOT NULL,
    key text NOT NULL,
    number integer NOT NULL,
    row text,
    hash bytea,
    PRIMARY KEY (company_id, store, section, key, number)
);
CREATE INDEX publication_history_by_number ON publication_history (company_id, store, number);
CREATE FUNCTION publication_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.number > 1 THEN
            INSERT INTO publication_history
            VALUES (NEW.company_id, NEW.store, NEW.section, NEW.key, NEW.number, NULL, NULL)
            ON CONFLICT DO NOTHING;
        END IF;
    ELSIF OLD.row IS DISTINCT FROM NEW.row THEN
        INSERT INTO publication_history VALUES (
            NEW.company_id, NEW.store, NEW.section, NEW.key, NEW.number,
            CASE WHEN NEW.section = 'images' THEN NULL ELSE OLD.row END,
            CASE WHEN OLD.row IS NULL THEN NULL ELSE OLD.hash END
        ) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER publication_keep AFTER INSERT OR UPDATE ON publication_row
    FOR EACH ROW EXECUTE FUNCTION publication_keep();
"""


class Migration(migrations.Migration):
    dependencies = (("publication", "0003_images"),)

    operations = (
        migrations.RunSQL(
            TABLE + wall_sql("publication_history"),
            "DROP FUNCTION publication_keep() CASCADE; DROP TABLE publication_history",
        ),
    )
