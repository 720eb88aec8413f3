"""The card terminals of a store, behind the wall like everything of a company."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (("paymentsystems", "0005_provider"), ("tenancy", "0002_walls"))

    operations = (
        migrations.CreateModel(
            name="CardTerminal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("store", models.IntegerField()),
                ("designation", models.CharField(blank=True, default="", max_length=16)),
                ("order", models.IntegerField(default=0)),
                ("card_terminal_id", models.CharField(max_length=40)),
                ("address", models.CharField(max_length=60)),
                ("name", models.CharField(blank=True, default="", max_length=30)),
                ("protocol", models.CharField(max_length=12)),
                ("ca", models.TextField(blank=True, default="")),
                ("provider", models.CharField(blank=True, default="", max_length=60)),
                ("provider_phone", models.CharField(blank=True, default="", max_length=30)),
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
                        fields=("company", "store", "designation", "card_terminal_id"),
                        name="card_terminal_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(wall_sql("paymentsystems_cardterminal"), migrations.RunSQL.noop),
    )
