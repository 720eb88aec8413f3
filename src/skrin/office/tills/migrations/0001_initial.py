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
            name="Till",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60)),
                ("till_id", models.CharField(max_length=24, null=True)),
                ("public_key", models.CharField(blank=True, max_length=64)),
                ("retired", models.BooleanField(default=False)),
                ("device_name", models.CharField(blank=True, max_length=80)),
                ("devices", models.JSONField(default=dict)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("store", models.IntegerField()),
                ("designation", models.CharField(max_length=16)),
                ("heard_at_ms", models.BigIntegerField(default=0)),
                ("incarnation", models.BigIntegerField(default=0)),
                ("rival_at_ms", models.BigIntegerField(default=0)),
                ("version", models.CharField(blank=True, max_length=40)),
                ("status", models.JSONField(default=dict)),
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
                        related_name="seats",
                        to="tills.till",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrolmentCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("expires_at_ms", models.BigIntegerField()),
                ("used_at_ms", models.BigIntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                (
                    "till",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="tills.till"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="till",
            constraint=models.UniqueConstraint(fields=("company", "till_id"), name="till_id_once"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                fields=("company", "designation"), name="designation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("till", "store"), name="seat_once"),
        ),
        migrations.AddConstraint(
            model_name="enrolmentcode",
            constraint=models.UniqueConstraint(fields=("company", "code_hash"), name="code_once"),
        ),
    ]
