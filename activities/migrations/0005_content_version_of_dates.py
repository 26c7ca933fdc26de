from django.db import migrations

from regions.versions import raised_by

# Calendars of subscribers follow SEQUENCE: so it goes up whoever changes a date, and however.
SEQUENCE = migrations.RunSQL(
    """
    CREATE FUNCTION raise_occurrence_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.starts_at, NEW.ends_at, NEW.place, NEW.is_online, NEW.cancelled_at)
            IS DISTINCT FROM (OLD.starts_at, OLD.ends_at, OLD.place, OLD.is_online, OLD.cancelled_at)
        THEN
            NEW.sequence = OLD.sequence + 1;
            NEW.changed_at = now();
        ELSE
            NEW.sequence = OLD.sequence;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER raises_sequence BEFORE UPDATE ON activities_occurrence
    FOR EACH ROW EXECUTE FUNCTION raise_occurrence_sequence();
    """,
    "DROP TRIGGER raises_sequence ON activities_occurrence; DROP FUNCTION raise_occurrence_sequence();",
)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_dates_search_and_notes"),
        ("regions", "0004_content_version_of_news"),
    ]

    operations = [
        SEQUENCE,
        *raised_by("activities_occurrence", "activities_material", "activities_synonym"),
    ]
