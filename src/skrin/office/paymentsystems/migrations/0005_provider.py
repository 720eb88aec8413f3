"""Whom a cashier asks about card payments, and whether a part of the amount is taken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("paymentsystems", "0004_per_store"),)

    operations = (
        migrations.AddField(
            model_name="paymentmethod", name="partial", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="provider",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="provider_phone",
            field=models.CharField(blank=True, default="", max_length=30),
        ),
    )
