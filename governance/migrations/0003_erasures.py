import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


TOMBSTONES = """
CREATE FUNCTION tombstone_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tombstone_is_written_once BEFORE UPDATE OR DELETE ON governance_tombstone
  FOR EACH ROW EXECUTE FUNCTION tombstone_refuse();
"""
NO_TOMBSTONES = """
DROP TRIGGER tombstone_is_written_once ON governance_tombstone;
DROP FUNCTION tombstone_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_audit_trail'),
        ('governance', '0002_audit_seals'),
        ('meetings', '0018_erasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('erasure', models.UUIDField(db_index=True, verbose_name='erasure')),
                ('what', models.CharField(choices=[('sound', 'sound and pictures'), ('transcript', 'transcript'), ('all', 'minutes, and all that is left of the recording'), ('person', 'a person')], max_length=12, verbose_name='what')),
                ('reason', models.CharField(choices=[('retention', 'end of the time for which it is kept'), ('request', 'request of the person'), ('decision', 'decision of the data protection officer'), ('restored', 'came back with a backup')], max_length=12, verbose_name='reason')),
                ('mode', models.CharField(choices=[('policy', 'as the policy of the institution says'), ('nothing', 'nothing')], max_length=10, verbose_name='approved minutes keep of their words')),
                ('recording', models.UUIDField(null=True, verbose_name='recording')),
                ('subject', models.JSONField(default=dict, verbose_name='identifiers of the person')),
                ('at', models.DateTimeField(verbose_name='erased on')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('objects_gone', models.JSONField(default=list, verbose_name='objects that are gone')),
                ('sha256', models.CharField(max_length=64, verbose_name='sum')),
                ('institution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'tombstone',
                'verbose_name_plural': 'tombstones',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('sound', 'sound and pictures'), ('transcript', 'transcript'), ('all', 'minutes, and all that is left of the recording'), ('person', 'a person')], max_length=12, verbose_name='what')),
                ('reason', models.CharField(choices=[('retention', 'end of the time for which it is kept'), ('request', 'request of the person'), ('decision', 'decision of the data protection officer'), ('restored', 'came back with a backup')], max_length=12, verbose_name='reason')),
                ('mode', models.CharField(choices=[('policy', 'as the policy of the institution says'), ('nothing', 'nothing')], default='policy', max_length=10, verbose_name='approved minutes keep of their words')),
                ('subject', models.JSONField(default=dict, verbose_name='identifiers of the person')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked on')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('running', 'under way'), ('held', 'held, wholly or in part'), ('done', 'done')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('failure', models.CharField(blank=True, max_length=40, verbose_name='failure')),
                ('gone', models.JSONField(default=list, verbose_name='objects that are gone')),
                ('proof', models.JSONField(default=dict, verbose_name='proof')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='done on')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('institution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.institution', verbose_name='institution')),
                ('recording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='meetings.recording', verbose_name='recording')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'ordering': ['-asked_at'],
                'indexes': [models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['next_attempt_at'], name='erasures_to_do'), models.Index(fields=['institution', '-asked_at'], name='erasures_of_an_institution')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'done'), _negated=True), fields=('recording', 'what'), name='one_open_erasure_of_each_kind'), models.CheckConstraint(condition=models.Q(models.Q(('recording', None), ('what', 'person')), models.Q(models.Q(('what', 'person'), _negated=True), ('recording__isnull', False)), _connector='OR'), name='erased_of_a_recording_or_a_person')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField(help_text='For data protection officers only.', max_length=2000, verbose_name='reason')),
                ('placed_at', models.DateTimeField(auto_now_add=True, verbose_name='placed on')),
                ('until', models.DateField(blank=True, help_text='Included. Empty: until it is lifted.', null=True, verbose_name='until')),
                ('lifted_at', models.DateTimeField(editable=False, null=True, verbose_name='lifted on')),
                ('lifted_because', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='why it was lifted')),
                ('institution', models.ForeignKey(help_text='Alone, it holds everything of the institution and of those below it.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.institution', verbose_name='institution')),
                ('lifted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('placed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='placed by')),
                ('recording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='meetings.recording', verbose_name='recording')),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='meetings.room', verbose_name='room')),
            ],
            options={
                'verbose_name': 'legal hold',
                'verbose_name_plural': 'legal holds',
                'ordering': ['-placed_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person', None), ('room', None)), models.Q(('person', None), ('recording', None)), models.Q(('recording', None), ('room', None)), _connector='OR'), name='a_hold_is_on_one_thing')],
            },
        ),
        migrations.RunSQL(TOMBSTONES, NO_TOMBSTONES),
    ]
