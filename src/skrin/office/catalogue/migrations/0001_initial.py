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
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("kind", models.CharField(max_length=12)),
                ("vat_eat_in", models.CharField(max_length=20)),
                ("vat_take_away", models.CharField(max_length=20)),
                ("colour", models.IntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("kind", models.CharField(max_length=12)),
                ("unit", models.CharField(max_length=8)),
                ("decimals", models.IntegerField(default=0)),
                ("price_rule", models.CharField(max_length=8)),
                ("barcodes", models.JSONField(default=list)),
                ("discountable", models.BooleanField(default=True)),
                ("returnable", models.BooleanField(default=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="catalogue.group"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GroupAccount",
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
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="catalogue.group"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("store", models.IntegerField(default=0)),
                ("from_day", models.DateField()),
                ("price_minor", models.BigIntegerField()),
                ("cost_minor", models.BigIntegerField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="catalogue.article"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="group_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="article_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupaccount",
            constraint=models.UniqueConstraint(
                fields=("group", "rate_bp", "from_day"), name="group_account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(
                fields=("article", "store", "from_day"), name="price_once"
            ),
        ),
    ]
