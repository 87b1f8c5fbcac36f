from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry_id', models.BigIntegerField(unique=True)),
                ('content', models.BinaryField(max_length=32)),
                ('digest', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='UnchainedEntry',
            fields=[
                ('entry_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.AddField(
            model_name='auditentry',
            name='assurance',
            field=models.CharField(blank=True, help_text='How strongly we know who did it: the level that ProConnect vouched for, or the kind of account.', max_length=20, verbose_name='known by'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='reason',
            field=models.CharField(blank=True, max_length=60, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='request_id',
            field=models.UUIDField(help_text='What was done at once: one page, one connection to a room, one task.', null=True, verbose_name='request'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='actor',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='institution',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.institution', verbose_name='institution'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['institution', '-at'], name='trail_of_an_institution'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['verb', '-at'], name='trail_of_a_verb'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('request_id__isnull', False)), fields=['request_id'], name='trail_of_a_request'),
        ),
        migrations.RunSQL(
            (SQL / "trail.sql").read_text(encoding="utf-8"), (SQL / "no_trail.sql").read_text(encoding="utf-8")
        ),
    ]
