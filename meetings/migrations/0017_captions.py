from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0016_shares")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="reads_captions",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="participation",
            name="captionable",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
