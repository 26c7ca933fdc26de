from django.db import migrations

from regions.versions import FUNCTION, raised_by


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [
        FUNCTION,
        *raised_by(
            "regions_landsdeel",
            "regions_province",
            "regions_region",
            "regions_municipality",
            "regions_postcodearea",
            "regions_organisation",
        ),
    ]
