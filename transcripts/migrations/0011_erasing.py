"""What is written once goes at the end of its time; names given by hand are found by an index."""

from pathlib import Path

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0018_erasing'),
        ('transcripts', '0010_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='recognisedline',
            name='assurance',
            field=models.CharField(choices=[('verified', 'Verified'), ('local', 'Local'), ('invited', 'Invited'), ('declared', 'Declared'), ('shared-microphone', 'Shared Microphone'), ('attributed', 'Attributed'), ('imported', 'Imported'), ('erased', 'Erased'), ('unknown', 'Unknown')], max_length=20),
        ),
        migrations.AlterField(
            model_name='segment',
            name='assurance',
            field=models.CharField(choices=[('verified', 'Verified'), ('local', 'Local'), ('invited', 'Invited'), ('declared', 'Declared'), ('shared-microphone', 'Shared Microphone'), ('attributed', 'Attributed'), ('imported', 'Imported'), ('erased', 'Erased'), ('unknown', 'Unknown')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(django.db.models.functions.text.Lower('speaker_name'), condition=models.Q(('assurance__in', ['attributed', 'imported'])), name='segments_named_by_hand'),
        ),
        migrations.RunSQL((SQL / "erasing.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
