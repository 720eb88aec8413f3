# ruff: noqa: RUF012 (made by makemigrations, left as it was made)
"""The first tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=40)),
                ("names", models.JSONField(default=dict)),
                ("adapter", models.CharField(blank=True, max_length=20)),
                ("account", models.CharField(max_length=10)),
                ("change", models.BooleanField(default=False)),
                ("refund", models.CharField(max_length=12)),
                ("offline", models.CharField(max_length=12)),
                ("drawer", models.BooleanField(default=False)),
                ("rounding", models.BooleanField(default=False)),
                ("order", models.IntegerField()),
                ("active", models.BooleanField(default=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="method_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("account", models.CharField(blank=True, max_length=10)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="reason_code_once")
                ],
            },
        ),
    ]
