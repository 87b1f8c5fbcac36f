import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from pathlib import Path

from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0013_pictures'),
        ('transcripts', '0004_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('chapter', 'Chapter'), ('decision', 'Decision'), ('action', 'Action'), ('question', 'Question')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('removed', 'Removed')], max_length=10)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('start', models.FloatField()),
                ('text', models.CharField(max_length=2000)),
                ('who', models.CharField(blank=True, max_length=120)),
                ('due', models.DateField(null=True)),
                ('is_as_generated', models.BooleanField(default=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transcription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='transcripts.transcription')),
            ],
            options={
                'ordering': ['transcription', 'start', 'at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ItemChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='transcripts.item')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Proposals',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('extract', 'Extract'), ('server', 'Server')], max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, max_length=40)),
                ('lease_until', models.DateTimeField(null=True)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failure', models.CharField(blank=True, max_length=40)),
                ('model', models.CharField(blank=True, max_length=100)),
                ('proposed', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transcription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='transcripts.transcription')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='item',
            name='proposals',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='items', to='transcripts.proposals'),
        ),
        migrations.CreateModel(
            name='SealedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('chapter', 'Chapter'), ('decision', 'Decision'), ('action', 'Action'), ('question', 'Question')], max_length=10)),
                ('is_as_generated', models.BooleanField()),
                ('speakers', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('content', models.TextField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='transcripts.approvedversion')),
            ],
            options={
                'ordering': ['version', 'position'],
            },
        ),
        migrations.CreateModel(
            name='ItemLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.BigIntegerField()),
                ('start', models.FloatField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='transcripts.item')),
                ('participation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='meetings.participation')),
            ],
            options={
                'ordering': ['item', 'start', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('item', 'line'), name='cited_once')],
            },
        ),
        migrations.AddIndex(
            model_name='proposals',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['next_attempt_at'], name='proposals_to_sweep'),
        ),
        migrations.AddConstraint(
            model_name='proposals',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('transcription',), name='one_machine_proposes_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), _negated=True), ('proposals__isnull', False), _connector='OR'), name='drafts_are_proposed'),
        ),
        migrations.AddConstraint(
            model_name='sealeditem',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='one_sealed_item_per_position'),
        ),
        migrations.RunSQL(
            (SQL / "structure.sql").read_text(encoding="utf-8"), (SQL / "no_structure.sql").read_text(encoding="utf-8")
        ),
    ]
