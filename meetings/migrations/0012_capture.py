import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0011_purposes'),
    ]

    operations = [
        migrations.AddField(
            model_name='janusnode',
            name='disk_is_low',
            field=models.BooleanField(default=False, verbose_name='its disk is full'),
        ),
        migrations.AddField(
            model_name='janusnode',
            name='free_bytes',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='free on its disk of recordings, in bytes'),
        ),
        migrations.AddField(
            model_name='policy',
            name='recording_max_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='It then stops by itself. Eight hours where nothing is said.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes of one recording, at most'),
        ),
        migrations.AddField(
            model_name='recording',
            name='ends_by',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='recording',
            name='stop_reason',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='recordingpart',
            name='attempts',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='recordingpart',
            name='failing_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='recordingpart',
            name='failure',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='recordingpart',
            name='janus_version',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='recordingpart',
            name='next_try_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='track',
            name='heard',
            field=models.JSONField(default=dict),
        ),
    ]
