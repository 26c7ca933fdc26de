from django.db import migrations


class Migration(migrations.Migration):
    """Dates whose free places were reported: the rest is taken, and not by registrations here."""

    dependencies = [("activities", "0006_participation")]

    operations = [
        migrations.RunSQL(
            "UPDATE activities_occurrence SET taken_elsewhere = capacity - places_left "
            "WHERE capacity IS NOT NULL AND places_left IS NOT NULL",
            migrations.RunSQL.noop,
        )
    ]
