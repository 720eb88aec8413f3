"""Pictures on keys, behind the wall like everything of a company."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (("layouts", "0001_initial"), ("tenancy", "0002_walls"))

    operations = (
        migrations.AddField(
            model_name="button",
            name="image",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Image",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "hash"), name="layout_image_once")
                ],
            },
        ),
        migrations.RunSQL(wall_sql("layouts_image"), migrations.RunSQL.noop),
    )
