import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dashboards.marks import marking


class Migration(migrations.Migration):

    dependencies = [
        ('dashboards', '0001_baseline'),
        ('activities', '0009_revisions_that_wait'),
        ('networks', '0005_edited_in_loket'),
        ('regions', '0005_school_holidays'),
        ('schools', '0005_claims_refusals_and_moments'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollupChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('school_id', models.BigIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'wijziging onder de sommen',
                'verbose_name_plural': 'wijzigingen onder de sommen',
            },
        ),
        migrations.CreateModel(
            name='RollupState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('built_on', models.DateField(verbose_name='van de dag')),
                ('built_at', models.DateTimeField(verbose_name='gemaakt op')),
                ('lately', models.JSONField(default=dict, verbose_name='laatste dertig dagen')),
                ('has_samples', models.BooleanField(default=False, verbose_name='met voorbeelden')),
                ('version', models.PositiveBigIntegerField(default=0, verbose_name='versie')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='nagerekend op')),
                ('wrong_count', models.PositiveIntegerField(default=0, verbose_name='verschillen bij de laatste controle')),
            ],
            options={
                'verbose_name': 'stand van de sommen',
                'verbose_name_plural': 'stand van de sommen',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='rollup_state_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sector', models.CharField(blank=True, max_length=4)),
                ('school_year', models.CharField(max_length=9)),
                ('in_register', models.BooleanField()),
                ('phase', models.CharField(blank=True, max_length=20)),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('counts', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('networks', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('programmes_count', models.PositiveSmallIntegerField(default=0)),
                ('mbb_count', models.PositiveSmallIntegerField(default=0)),
                ('in_saz', models.BooleanField(default=False)),
                ('activities_two_years', models.PositiveIntegerField(default=0)),
                ('activities', models.PositiveIntegerField(default=0)),
                ('pupils', models.PositiveBigIntegerField(default=0)),
                ('teachers', models.PositiveBigIntegerField(default=0)),
                ('landsdeel', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='regions.landsdeel')),
                ('municipality', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='regions.municipality')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='regions.region')),
                ('school', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='schools.school')),
            ],
            options={
                'verbose_name': 'som per school',
                'verbose_name_plural': 'sommen per school',
                'indexes': [models.Index(fields=['school'], name='rollup_school')],
                'constraints': [models.UniqueConstraint(fields=('school_year', 'sector', 'school'), name='rollup_once')],
            },
        ),
        *marking(),
    ]
