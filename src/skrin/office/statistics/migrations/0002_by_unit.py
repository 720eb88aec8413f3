"""The unit is part of what a row counts: kilos and pieces of one article never add up.

A weighed article is also sold by labels that carry a price, and such a label is one piece. Rows of
before keep the unit that they were last told.
"""

from django.db import migrations

KEY = "company_id, business_day, store, till, hour, person, group_id, article, rate_bp"


class Migration(migrations.Migration):
    dependencies = (("statistics", "0001_tables"),)

    operations = (
        migrations.RunSQL(
            "ALTER TABLE statistics_sold DROP CONSTRAINT statistics_sold_pkey,"
            f" ADD PRIMARY KEY ({KEY}, unit)",
            "ALTER TABLE statistics_sold DROP CONSTRAINT statistics_sold_pkey,"
            f" ADD PRIMARY KEY ({KEY})",
        ),
    )
