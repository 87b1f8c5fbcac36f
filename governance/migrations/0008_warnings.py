import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0007_exports_weighed'),
        ('meetings', '0018_erasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='legalhold',
            name='lifted_because',
            field=models.TextField(blank=True, max_length=2000, verbose_name='why it was lifted'),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='is_told',
            field=models.BooleanField(default=True, help_text='That it is held, on the pages of what it holds. Never why.', verbose_name='organisers are told'),
        ),
        migrations.AlterField(
            model_name='tombstone',
            name='recording',
            field=models.UUIDField(db_index=True, null=True, verbose_name='recording'),
        ),
        migrations.CreateModel(
            name='ErasureWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('sound', 'sound and pictures'), ('transcript', 'transcript'), ('all', 'minutes, and all that is left of the recording'), ('person', 'a person')], max_length=12)),
                ('goes_on', models.DateField()),
                ('mail', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failure', models.CharField(blank=True, max_length=40)),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='meetings.recording')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('mail', 'waiting')), fields=['next_attempt_at'], name='warnings_to_be_sent')],
                'constraints': [models.UniqueConstraint(fields=('recording', 'what', 'user'), name='warned_once_of_each')],
            },
        ),
    ]
