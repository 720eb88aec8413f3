"""What follows an article: deposits, modifiers, the parts of a deal."""

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.tenancy.wall import wall_sql


class Migration(migrations.Migration):
    dependencies = (
        ("tenancy", "0001_initial"),
        ("catalogue", "0001_initial"),
    )

    operations = (
        migrations.AddField(
            model_name="article",
            name="deposit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="catalogue.article"
            ),
        ),
        migrations.AddField(
            model_name="article", name="modifier_groups", field=models.JSONField(default=list)
        ),
        migrations.CreateModel(
            name="ModifierGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=40)),
                ("least", models.IntegerField(default=0)),
                ("most", models.IntegerField(default=1)),
                ("options", models.JSONField(default=list)),
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
                        fields=("company", "code"), name="modifier_group_code_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parts", models.JSONField(default=list)),
                (
                    "article",
                    models.OneToOneField(
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
        migrations.RunSQL(
            wall_sql("catalogue_modifiergroup") + wall_sql("catalogue_deal"),
            migrations.RunSQL.noop,
        ),
    )
