from django.db import migrations, models
from django.db.models import Q


def require_of_staff(apps, schema_editor):
    """Staff of before this rule; on their next visit they are asked to set up a second step."""
    apps.get_model("accounts", "User").objects.filter(Q(is_staff=True) | Q(is_superuser=True)).update(mfa_required=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_richer_messages"),
    ]

    operations = [migrations.RunPython(require_of_staff, migrations.RunPython.noop)]
