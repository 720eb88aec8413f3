"""Notes of the pictures on keys."""

from django.db import migrations

from skrin.office.publication.touching import SOURCES, dropping_sql, touching_sql


class Migration(migrations.Migration):
    dependencies = (("publication", "0002_by_difference"), ("layouts", "0002_images"))

    operations = tuple(
        migrations.RunSQL(touching_sql(source), dropping_sql(source))
        for source in SOURCES
        if source.table == "layouts_image"
    )
