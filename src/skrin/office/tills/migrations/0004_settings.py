"""What the office sets for tills, behind the wall like everything of a company."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (("tills", "0003_predecessor"), ("tenancy", "0002_walls"))

    operations = (
        migrations.CreateModel(
            name="TillSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("store", models.IntegerField()),
                ("designation", models.CharField(blank=True, default="", max_length=16)),
                ("values", models.JSONField(default=dict)),
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
                        fields=("company", "store", "designation"), name="till_setting_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(wall_sql("tills_tillsetting"), migrations.RunSQL.noop),
    )
