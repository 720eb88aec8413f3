"""What a store says of its papers: lines above and below, language, conditional texts, a logo."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0004_counting_and_day_end"),)

    operations = (
        migrations.AddField("store", "header", models.JSONField(default=list)),
        migrations.AddField("store", "footer", models.JSONField(default=list)),
        migrations.AddField("store", "paper", models.JSONField(default=dict)),
    )
