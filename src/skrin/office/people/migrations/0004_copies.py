"""The right `copy` for roles that a company made its own before there was one: whoever sells may
make the one copy of a receipt, as the usual cashier may."""

from django.db import migrations

from skrin.office.tenancy.wall import each_company_sql

GIVE = """
UPDATE people_role SET rights = rights || '{"copy": "allow"}'::jsonb
WHERE NOT rights ? 'copy' AND rights @> '{"sell": "allow"}'::jsonb
"""


class Migration(migrations.Migration):
    dependencies = (("people", "0003_reports"), ("tenancy", "0002_walls"))

    operations = (migrations.RunSQL(each_company_sql(GIVE), migrations.RunSQL.noop),)
