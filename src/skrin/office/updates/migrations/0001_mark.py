# ruff: noqa: RUF012 (made by makemigrations, left as it was made)
"""The mark of a till."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenancy", "0002_walls"), ("tills", "0003_predecessor")]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ring", models.IntegerField(default=3)),
                ("version", models.CharField(blank=True, max_length=24)),
                ("how", models.CharField(blank=True, max_length=8)),
                ("window_from_min", models.IntegerField(default=120)),
                ("window_to_min", models.IntegerField(default=300)),
                ("marked_at_ms", models.BigIntegerField(default=0)),
                ("marked_by", models.CharField(blank=True, max_length=40)),
                ("told_at_ms", models.BigIntegerField(default=0)),
                ("told", models.JSONField(default=dict)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                (
                    "till",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="tills.till"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(wall_sql("updates_mark"), migrations.RunSQL.noop),
    ]
