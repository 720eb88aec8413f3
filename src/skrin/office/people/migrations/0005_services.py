"""The right to service tills, given to a person beside the role; and who gave it."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (("people", "0004_copies"), ("tenancy", "0002_walls"))

    operations = (
        migrations.AddField(
            model_name="membership",
            name="services",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Given",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("by_member", models.BigIntegerField()),
                ("by_name", models.CharField(max_length=40)),
                ("right", models.CharField(max_length=20)),
                ("has", models.BooleanField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given",
                        to="people.membership",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(wall_sql("people_given"), migrations.RunSQL.noop),
    )
