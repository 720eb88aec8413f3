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
            name="Ledger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("roles", models.JSONField(default=dict)),
                ("names", models.JSONField(default=dict)),
                (
                    "file_name",
                    models.CharField(default="{designation}-Z{z_number}.si", max_length=80),
                ),
                ("series", models.CharField(blank=True, max_length=8)),
                ("ksumma", models.BooleanField(default=False)),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VatAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rate_bp", models.IntegerField()),
                ("from_day", models.DateField()),
                ("account", models.CharField(max_length=10)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "rate_bp", "from_day"), name="vat_account_once"
                    )
                ],
            },
        ),
    ]
