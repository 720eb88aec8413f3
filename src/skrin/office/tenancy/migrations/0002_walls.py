"""Row-level security on every register of a company (D27); growing tables wall themselves."""

from django.db import migrations

from skrin.office.tenancy.wall import COMPANY_SEEN, MEMBERSHIP_SEEN, PERSON_SEEN, wall_sql

REGISTERS = (
    "tenancy_store",
    "catalogue_group",
    "catalogue_groupaccount",
    "catalogue_article",
    "catalogue_price",
    "layouts_layout",
    "layouts_button",
    "tills_till",
    "tills_seat",
    "tills_enrolmentcode",
    "publication_edition",
    "publication_row",
    "paymentsystems_paymentmethod",
    "paymentsystems_reason",
    "accounting_vataccount",
    "accounting_ledger",
)


class Migration(migrations.Migration):
    dependencies = (
        ("tenancy", "0001_initial"),
        ("people", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("layouts", "0001_initial"),
        ("tills", "0001_initial"),
        ("publication", "0001_initial"),
        ("paymentsystems", "0001_initial"),
        ("accounting", "0001_initial"),
    )

    operations = (
        migrations.RunSQL(
            "".join(wall_sql(table) for table in REGISTERS)
            + wall_sql("people_membership", MEMBERSHIP_SEEN)
            + wall_sql("tenancy_company", COMPANY_SEEN)
            + wall_sql("people_person", PERSON_SEEN),
            migrations.RunSQL.noop,
        ),
    )
