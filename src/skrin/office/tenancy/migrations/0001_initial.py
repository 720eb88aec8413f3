# ruff: noqa: RUF012 (made by makemigrations, left as it was made)
"""The first tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("org_number", models.CharField(max_length=20)),
                ("country", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("language", models.CharField(default="sv", max_length=5)),
                ("time_zone", models.CharField(max_length=40)),
                ("day_break_min", models.IntegerField(default=240)),
                ("default_way", models.CharField(default="take_away", max_length=12)),
                ("header", models.JSONField(default=list)),
                ("footer", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=120)),
                ("address", models.JSONField(default=list)),
                ("phone", models.CharField(blank=True, max_length=40)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="store_number_once")
                ],
            },
        ),
    ]
