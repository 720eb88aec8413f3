"""The till in whose place a till was made (D45)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tills", "0002_events"),)

    operations = (
        migrations.AddField(
            model_name="till",
            name="predecessor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="tills.till",
            ),
        ),
    )
