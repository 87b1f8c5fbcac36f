"""French words, without their accents. Its own migration: the table's generated column needs it."""

from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(
            sql=[
                "CREATE TEXT SEARCH CONFIGURATION visio_fr (COPY = french)",
                "ALTER TEXT SEARCH CONFIGURATION visio_fr"
                " ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem",
            ],
            reverse_sql="DROP TEXT SEARCH CONFIGURATION visio_fr",
        ),
    ]
