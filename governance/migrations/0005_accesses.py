import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_trail_reasons'),
        ('governance', '0004_requests'),
        ('meetings', '0018_erasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Access',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('institution-admin', 'administrator of an institution'), ('dpo', 'data protection officer'), ('platform-admin', 'administrator of the platform')], max_length=20, verbose_name='role')),
                ('reason', models.CharField(choices=[('person', 'a person asked for what concerns them'), ('complaint', 'a complaint or a report'), ('incident', 'a security incident'), ('authority', 'a judge or an authority asked for it'), ('check', 'a check of what is kept')], max_length=20, verbose_name='reason')),
                ('words', models.CharField(help_text='For you and the other officers of the institution: a reference is better than a name.', max_length=300, verbose_name='what it is about')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='opened on')),
                ('until', models.DateTimeField(editable=False, verbose_name='until')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended on')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('by_institution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.institution', verbose_name='their institution')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.institution', verbose_name='institution')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accesses', to='meetings.meeting', verbose_name='meeting that was held')),
                ('recording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='accesses', to='meetings.recording', verbose_name='recording')),
            ],
            options={
                'verbose_name': 'reasoned access',
                'verbose_name_plural': 'reasoned accesses',
                'indexes': [models.Index(fields=['institution', '-opened_at'], name='accesses_of_an_institution')],
            },
        ),
    ]
