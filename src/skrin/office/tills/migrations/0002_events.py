"""What people did with tills in the office."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (
        ("tenancy", "0001_initial"),
        ("tills", "0001_initial"),
    )

    operations = (
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("member", models.BigIntegerField()),
                ("person", models.CharField(max_length=40)),
                ("what", models.CharField(max_length=12)),
                ("cause", models.CharField(blank=True, max_length=12)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                (
                    "till",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tills.till",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(wall_sql("tills_event"), migrations.RunSQL.noop),
    )
