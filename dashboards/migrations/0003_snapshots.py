import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dashboards', '0002_rollups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_on', models.DateField(verbose_name='van de dag')),
                ('taken_at', models.DateTimeField(auto_now_add=True, verbose_name='vastgelegd op')),
                ('title', models.CharField(blank=True, max_length=80, verbose_name='titel')),
                ('is_monthly', models.BooleanField(default=False, verbose_name='van elke maand')),
                ('has_samples', models.BooleanField(default=False, verbose_name='met voorbeelden')),
                ('content', models.JSONField(verbose_name='inhoud')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='vastgelegd door')),
            ],
            options={
                'verbose_name': 'vastgelegd moment',
                'verbose_name_plural': 'vastgelegde cijfers',
                'ordering': ['-taken_on', '-pk'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.datetime.ExtractYear('taken_on'), django.db.models.functions.datetime.ExtractMonth('taken_on'), condition=models.Q(('is_monthly', True)), name='snapshot_one_a_month'), models.UniqueConstraint(condition=models.Q(('is_monthly', False)), fields=('taken_on', 'title'), name='snapshot_title_once_a_day')],
            },
        ),
    ]
