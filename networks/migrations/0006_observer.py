from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0005_edited_in_loket'),
        ('regions', '0005_school_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_has_the_scope_of_its_role',
        ),
        migrations.AlterField(
            model_name='assignment',
            name='role',
            field=models.CharField(choices=[('coordinator', 'coördinator'), ('account_manager', 'accountmanager'), ('delegate', 'vervanger'), ('region_coordinator', 'regiocoördinator'), ('committee', 'reviewcommissie (alleen lezen)'), ('programme_staff', 'programmabureau'), ('observer', 'ministerie (alleen cijfers)')], max_length=20, verbose_name='rol'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('network__isnull', False), ('region', None), ('role__in', ['coordinator', 'account_manager', 'delegate', 'committee'])), models.Q(('network', None), ('region__isnull', False), ('role', 'region_coordinator')), models.Q(('network', None), ('region', None), ('role__in', ['programme_staff', 'observer'])), _connector='OR'), name='assignment_has_the_scope_of_its_role', violation_error_message='Een regiocoördinator heeft een regio, het programmabureau en het ministerie niets, ieder ander een netwerk.'),
        ),
    ]
