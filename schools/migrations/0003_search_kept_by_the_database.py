"""What the school search reads is made by the database, so that no way of writing leaves it stale."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models

from schools.models import PlainWords

# The same as schools.words.plain; tests/schools/test_words.py compares them. COLLATE "C": the same
# letters on every server. Combining marks are U+0300 to U+036F.
PLAIN_WORDS = r"""
CREATE FUNCTION plain_words(text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
            lower(regexp_replace(normalize($1, NFKD) COLLATE "C", U&'[\0300-\036F]', '', 'g')),
            '(?<![a-z0-9])([a-z])[./](?=[a-z](?![a-z0-9]))', '\1', 'g'
        ),
        '[^a-z0-9]+', ' ', 'g'
    ))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_content_version_triggers")]

    operations = [
        migrations.RunSQL(PLAIN_WORDS, "DROP FUNCTION plain_words(text)"),
        migrations.RemoveIndex(model_name="school", name="school_search"),
        migrations.RemoveField(model_name="school", name="search"),
        migrations.AddField(
            model_name="school",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=PlainWords("name"),
                output_field=models.TextField(),
                verbose_name="naam in woorden",
            ),
        ),
        migrations.AddField(
            model_name="school",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchVector(PlainWords("name"), config="simple", weight="A")
                + SearchVector(PlainWords("place"), config="simple", weight="B")
                + SearchVector(PlainWords("street"), PlainWords("house_number"), config="simple", weight="C")
                + SearchVector(
                    PlainWords(django.db.models.functions.text.Replace("postcode", models.Value(" "))),
                    PlainWords("code"),
                    config="simple",
                    weight="D",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
                verbose_name="zoekwoorden",
            ),
        ),
        migrations.AddIndex(
            model_name="school",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["search"], name="school_search"),
        ),
    ]
