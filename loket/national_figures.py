"""A nation of participations for `manage.py bench`: every school, many networks, five school years."""

from django.db import connection, transaction
from django.utils import timezone

from activities.models import Entry, Participation
from loket.vocabulary import school_year
from networks.models import Network, WorkingArea

SLUG = "bench-deelname"
NETWORKS = 1_200
PARTICIPATIONS = 400_000
YEARS = 5


@transaction.atomic
def fill():
    """Make NETWORKS networks and about PARTICIPATIONS participations over YEARS, an activity for every second one."""
    first = int(school_year(timezone.localdate())[:4])
    years = [f"{year}-{year + 1}" for year in range(first - YEARS + 1, first + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO networks_network (slug, name, programme_id, is_national, website, agenda_text,
                                          subsidy_state, is_sample)
            SELECT %s || '-' || n, 'Netwerk ' || n, programme.id, false, '', '', '', true
            FROM generate_series(1, %s) n
            JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
                  FROM networks_programme) programme ON programme.place = n %% programme.number
            """,
            [SLUG, NETWORKS],
        )
        cursor.execute(
            """
            INSERT INTO networks_workingarea (network_id, municipality_id)
            SELECT network.id, place.code
            FROM networks_network network
            JOIN (SELECT code, row_number() OVER (ORDER BY code) AS place FROM regions_municipality
                  WHERE region_id IS NOT NULL) place ON (network.id * 7 + place.place) %% 40 = 0
            WHERE network.slug LIKE %s
            """,
            [f"{SLUG}-%"],
        )
        cursor.execute(
            """
            WITH network AS (
                SELECT id, programme_id, row_number() OVER (ORDER BY id) - 1 AS place FROM networks_network
                WHERE slug LIKE %(slug)s
            ), school AS (
                SELECT id, sectors, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS number
                FROM schools_school WHERE closed_on IS NULL AND cardinality(sectors) > 0
            )
            INSERT INTO activities_participation (school_id, programme_id, network_id, sector, school_year,
                                                  started_on, stop_reason, initiatives, source, is_sample)
            SELECT school.id, network.programme_id, network.id, school.sectors[1 + n %% cardinality(school.sectors)],
                   year, make_date(left(year, 4)::int, 9, 1), '', '{}', 'import', true
            FROM school
            CROSS JOIN unnest(%(years)s::text[]) year
            CROSS JOIN LATERAL generate_series(1, %(number)s / %(years_count)s / school.number) n
            JOIN network ON network.place = (school.place * 31 + n * 97) %% %(networks)s
            WHERE school.place %% 5 > 0
            ON CONFLICT DO NOTHING
            """,
            {
                "slug": f"{SLUG}-%",
                "years": years,
                "years_count": YEARS,
                "number": PARTICIPATIONS * 5 // 4,
                "networks": NETWORKS,
            },
        )
        cursor.execute(
            """
            INSERT INTO activities_entry (participation_id, happened_on, kind, pupils_count, teachers_count, source,
                                          recorded_at)
            SELECT id, started_on + (id % 80)::int, 'training', (id % 30)::int, (id % 6)::int, 'import', now()
            FROM activities_participation WHERE id % 2 = 0
            """
        )
        cursor.execute("ANALYZE activities_participation, activities_entry, networks_network, networks_workingarea")
    return Participation.objects.count()


@transaction.atomic
def clear():
    """Take all of it away again."""
    mine = Participation.objects.filter(network__slug__startswith=SLUG)
    entries = Entry.objects.filter(participation__in=mine)
    entries._raw_delete(entries.db)
    mine._raw_delete(mine.db)
    WorkingArea.objects.filter(network__slug__startswith=SLUG).delete()
    Network.objects.filter(slug__startswith=SLUG).delete()
