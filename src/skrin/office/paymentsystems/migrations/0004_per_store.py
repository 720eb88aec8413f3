"""In which stores a method is offered, and the most that it takes without the office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("paymentsystems", "0003_valid_months"),)

    operations = (
        migrations.AddField(
            model_name="paymentmethod",
            name="offline_limit_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="paymentmethod", name="stores", field=models.JSONField(default=list)
        ),
    )
