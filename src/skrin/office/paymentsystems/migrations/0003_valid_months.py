"""For how many months a gift card holds that is sold from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("paymentsystems", "0002_tips"),)

    operations = (
        migrations.AddField(
            model_name="paymentmethod", name="valid_months", field=models.IntegerField(default=24)
        ),
    )
