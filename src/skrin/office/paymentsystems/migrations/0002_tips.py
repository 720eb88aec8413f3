"""Whether a method takes tips."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("paymentsystems", "0001_initial"),)

    operations = (
        migrations.AddField(
            model_name="paymentmethod", name="tips", field=models.BooleanField(default=False)
        ),
    )
