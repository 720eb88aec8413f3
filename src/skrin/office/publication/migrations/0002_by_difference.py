"""Buckets with their digests, and notes of what was touched, so that a change costs what it is."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from skrin.office.publication.touching import SOURCES, dropping_sql, touching_sql
from skrin.office.tenancy.wall import wall_sql


def _company() -> Any:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tenancy.company")


def _id() -> Any:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


LATER = ("layouts_image", "paymentsystems_cardterminal", "tills_tillsetting")
"""Tables that are published and were not there yet: later migrations tell the triggers of them."""


class Migration(migrations.Migration):
    dependencies = (
        ("publication", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("people", "0002_pins_and_roles"),
        ("catalogue", "0002_what_follows"),
        ("layouts", "0001_initial"),
        ("paymentsystems", "0002_tips"),
    )

    operations = (
        migrations.AddField(
            model_name="edition", name="form", field=models.CharField(default="", max_length=64)
        ),
        migrations.AddField(model_name="row", name="bucket", field=models.IntegerField(default=-1)),
        migrations.AddField(model_name="row", name="hash", field=models.BinaryField(default=b"")),
        migrations.AddIndex(
            model_name="row",
            index=models.Index(
                fields=["company", "store", "number"], name="published_row_by_number"
            ),
        ),
        migrations.AddIndex(
            model_name="row",
            index=models.Index(
                fields=["company", "store", "bucket"], name="published_row_by_bucket"
            ),
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("id", _id()),
                ("store", models.IntegerField()),
                ("bucket", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("company", _company()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "store", "bucket"), name="published_bucket_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", _id()),
                ("store", models.IntegerField()),
                ("section", models.CharField(max_length=20)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("company", _company()),
            ],
            options={
                "indexes": [models.Index(fields=["company", "store"], name="touched_by_store")],
            },
        ),
        migrations.RunSQL(
            wall_sql("publication_bucket") + wall_sql("publication_touched"),
            migrations.RunSQL.noop,
        ),
        *(
            migrations.RunSQL(touching_sql(source), dropping_sql(source))
            for source in SOURCES
            if source.table not in LATER
        ),
    )
