from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0001_figures"),
        ("accounts", "0005_audit_trail"),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('position', models.BigIntegerField(unique=True)),
                ('statement', models.TextField()),
                ('signature', models.CharField(max_length=128)),
                ('key_id', models.CharField(max_length=16)),
            ],
        ),
        migrations.RunSQL(
            (SQL / "seals.sql").read_text(encoding="utf-8"), (SQL / "no_seals.sql").read_text(encoding="utf-8")
        ),
    ]
