"""PINs of members, and roles of a company's own."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (
        ("tenancy", "0001_initial"),
        ("people", "0001_initial"),
    )

    operations = (
        migrations.AddField(
            model_name="membership",
            name="pin",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="membership", name="pin_version", field=models.IntegerField(default=0)
        ),
        migrations.AddField(
            model_name="membership", name="pin_misses", field=models.IntegerField(default=0)
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("rights", models.JSONField(default=dict)),
                ("discount_limit_bp", models.IntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "name"), name="role_name_once")
                ],
            },
        ),
        migrations.RunSQL(wall_sql("people_role"), migrations.RunSQL.noop),
    )
