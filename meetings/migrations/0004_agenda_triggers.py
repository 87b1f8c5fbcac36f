"""What writes the agenda. A migration of its own: the rows that it copies would stand in the way of the table's indexes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_agenda"),
    ]

    operations = [
        # Kept when this is undone: the search of the minutes needs it too.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS unaccent", migrations.RunSQL.noop),
        migrations.RunSQL(
            (SQL / "agenda.sql").read_text(encoding="utf-8"), (SQL / "no_agenda.sql").read_text(encoding="utf-8")
        ),
    ]
