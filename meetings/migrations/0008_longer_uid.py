"""A name of a host has up to 253 characters."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_labels")]

    operations = [
        migrations.AlterField(
            model_name="series",
            name="uid",
            field=models.CharField(max_length=300, unique=True),
        ),
    ]
