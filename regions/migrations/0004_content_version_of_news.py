from django.db import migrations

from regions.versions import raised_by


class Migration(migrations.Migration):
    dependencies = [("regions", "0003_news_and_points")]

    operations = raised_by("regions_news")
