"""The right `reports` for roles that a company made its own before there was one.

Before, whoever got into the office saw every figure. An own role keeps them where the usual one of
its name has them (manager, owner, accountant), or where it may take X and Z and change settings:
who runs the shop. A cashier's role closes the day too, and was never meant to read a year's sales.
"""

from django.db import migrations

from skrin.office.tenancy.wall import each_company_sql

GIVE = """
UPDATE people_role SET rights = rights || '{"reports": "allow"}'::jsonb
WHERE NOT rights ? 'reports' AND (
    name IN ('manager', 'owner', 'accountant')
    OR (rights @> '{"x_report": "allow", "z_report": "allow", "settings": "allow"}'::jsonb)
)
"""


class Migration(migrations.Migration):
    dependencies = (("people", "0002_pins_and_roles"), ("tenancy", "0002_walls"))

    operations = (migrations.RunSQL(each_company_sql(GIVE), migrations.RunSQL.noop),)
