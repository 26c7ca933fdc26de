from django.db import migrations

from regions.versions import raised_by


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial"), ("regions", "0002_content_version_triggers")]

    operations = raised_by(
        "activities_activity",
        "activities_subsidy",
    )
