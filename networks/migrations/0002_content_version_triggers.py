from django.db import migrations

from regions.versions import raised_by


class Migration(migrations.Migration):
    dependencies = [("networks", "0001_initial"), ("regions", "0002_content_version_triggers")]

    operations = raised_by(
        "networks_programme",
        "networks_programme_related",
        "networks_network",
        "networks_partner",
        "networks_workingarea",
        "networks_supportpoint",
        "networks_person",
        "networks_contactrole",
    )
