"""Whether the drawer is counted at closing, and what happens to a day that nobody closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0003_parked_at_closing"),)

    operations = (
        migrations.AddField(
            model_name="company",
            name="cash_count",
            field=models.CharField(default="offered", max_length=12),
        ),
        migrations.AddField(
            model_name="company",
            name="day_end",
            field=models.CharField(default="prompted", max_length=12),
        ),
    )
