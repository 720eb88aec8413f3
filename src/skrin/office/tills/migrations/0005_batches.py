"""For which device a till was prepared, and in which batch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tills", "0004_settings"),)

    operations = (
        migrations.AddField(
            "till", "serial", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddField(
            "till", "batch", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddConstraint(
            "till",
            models.UniqueConstraint(
                fields=["company", "serial"],
                condition=models.Q(retired=False) & ~models.Q(serial=""),
                name="serial_once",
            ),
        ),
    )
