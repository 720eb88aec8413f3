"""What closing a day does with receipts that are parked (R-PARK-007)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tenancy", "0002_walls"),)

    operations = (
        migrations.AddField(
            model_name="company",
            name="parked_at_closing",
            field=models.CharField(default="carried_over", max_length=12),
        ),
    )
