"""One index over minutes and words in place of that over words; names, without stems, for their beginnings."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0009_labels")]

    operations = [
        BtreeGinExtension(),
        migrations.RunSQL(
            sql=[
                "CREATE TEXT SEARCH CONFIGURATION visio_names (COPY = simple)",
                "ALTER TEXT SEARCH CONFIGURATION visio_names"
                " ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple",
            ],
            reverse_sql="DROP TEXT SEARCH CONFIGURATION visio_names",
        ),
        migrations.RemoveIndex(model_name="segment", name="segments_by_lexeme"),
        migrations.AddIndex(
            model_name="segment",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["transcription", "lexemes"], name="segments_by_place_and_word"
            ),
        ),
    ]
