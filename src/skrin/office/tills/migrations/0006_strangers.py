"""Tills that ask to be known again by an office that was put back to a backup; and when each
enrolled, so that others can be told which did last."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (("tills", "0005_batches"), ("tenancy", "0002_walls"))

    operations = (
        migrations.AddField(
            model_name="till", name="enrolled_at_ms", field=models.BigIntegerField(default=0)
        ),
        migrations.CreateModel(
            name="Stranger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("till", models.CharField(max_length=24)),
                ("admission", models.JSONField()),
                ("asked_at_ms", models.BigIntegerField()),
                ("answer", models.CharField(blank=True, default="", max_length=12)),
                ("answered_at_ms", models.BigIntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "till"), name="stranger_once")
                ],
            },
        ),
        migrations.RunSQL(wall_sql("tills_stranger"), migrations.RunSQL.noop),
    )
