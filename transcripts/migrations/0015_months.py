"""One index over months and words in place of that over minutes and words: see docs/decisions/0020-search.md."""

from pathlib import Path

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0022_applications"), ("transcripts", "0014_sealed_people")]

    operations = [
        migrations.RemoveIndex(model_name="segment", name="segments_by_place_and_word"),
        migrations.AddField(
            model_name="segment", name="month", field=models.IntegerField(db_default=0, editable=False)
        ),
        migrations.RunSQL(
            (SQL / "months.sql").read_text(encoding="utf-8"), (SQL / "no_months.sql").read_text(encoding="utf-8")
        ),
        migrations.AddIndex(
            model_name="segment", index=GinIndex(fields=["month", "lexemes"], name="segments_by_month_and_word")
        ),
    ]
