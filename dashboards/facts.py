"""The kept sums, made from the rows in one statement: who takes part in what, per school, sector and school year.

What counts, once and for all figures:
- A participation counts as `ParticipationQuerySet.taking_part` says: begun or registered, not waiting, not stopped.
- A year is looked at on its last day (31 July), or on the day of making while it lasts.
- A school that had closed by then lives on in its successor, for three mergers; what was before stays with it.
- Activities are entries up to that day: `activities` and the persons of the school year, the others of the two
  years that `activities.intensity` counts.
- A municipality that went up in another counts as the one of today.
- The phase is what the school last said of the sector; of all sectors together, what it last said of any it has.
"""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import CharField, Count, F, Q, Value
from django.utils import timezone

from activities.intensity import YEARS
from activities.models import Entry, Participation
from dashboards.rollup_models import RollupChange, RollupState
from loket.vocabulary import school_year
from schools.models import GENERATIONS

logger = logging.getLogger(__name__)

SCHOOL_AAN_ZET = "school-aan-zet"
YEARS_BACK = 5  # school years before this one that figures can be asked of
LATELY = timedelta(days=30)
LOCK = 5_201_307  # of pg_advisory_xact_lock: one who makes sums at a time

COLUMNS = (
    "school_id, sector, school_year, in_register, municipality_id, region_id, landsdeel_id, phase, programmes, "
    "counts, networks, programmes_count, mbb_count, in_saz, activities_two_years, activities, pupils, teachers"
)

# {only_...}: whether just the schools in %(schools)s are made.
SELECT = f"""
WITH RECURSIVE year AS MATERIALIZED (
    SELECT name AS school_year,
           make_date(left(name, 4)::int, 8, 1) AS first_on,
           least(%(today)s::date, make_date(right(name, 4)::int, 7, 31)) AS day,
           (least(%(today)s::date, make_date(right(name, 4)::int, 7, 31)) - interval '{YEARS} years')::date + 1
               AS since
    FROM unnest(%(years)s::text[]) AS name
), place AS (  -- today's municipality of each that ever was
    SELECT code AS former, code, region_id, landsdeel_id, successor_id, 0 AS step FROM regions_municipality
    UNION ALL
    SELECT place.former, m.code, m.region_id, m.landsdeel_id, m.successor_id, step + 1
    FROM place JOIN regions_municipality m ON m.code = place.successor_id WHERE step < 10
), now_place AS (
    SELECT DISTINCT ON (former) former, code, region_id, landsdeel_id FROM place ORDER BY former, step DESC
), chain AS (  -- closed schools and who came after them
    SELECT id AS source, id AS target, closed_on, successor_id, 0 AS step
    FROM schools_school WHERE closed_on IS NOT NULL AND successor_id IS NOT NULL
    UNION ALL
    SELECT chain.source, s.id, s.closed_on, s.successor_id, step + 1
    FROM chain JOIN schools_school s ON s.id = chain.successor_id
    WHERE chain.closed_on IS NOT NULL AND step < {GENERATIONS}
), moved AS MATERIALIZED (  -- the first in the chain that was open on the day, else the last
    SELECT DISTINCT ON (source, school_year) source, school_year, target
    FROM chain CROSS JOIN year
    ORDER BY source, school_year, (chain.closed_on IS NULL OR chain.closed_on > day) DESC,
             CASE WHEN chain.closed_on IS NULL OR chain.closed_on > day THEN step ELSE -step END
), participation AS (
    SELECT coalesce(moved.target, p.school_id) AS school_id, p.sector, p.school_year, p.programme_id, p.network_id
    FROM activities_participation p
    JOIN year USING (school_year)
    LEFT JOIN moved ON moved.source = p.school_id AND moved.school_year = p.school_year
    WHERE p.stopped_on IS NULL
      AND (p.started_on IS NOT NULL OR (p.signed_up_on IS NOT NULL AND p.waiting_from_on IS NULL))
      {{only_participation}}
), entry AS (
    SELECT coalesce(moved.target, p.school_id) AS school_id, p.sector, year.school_year, p.programme_id,
           e.happened_on >= year.first_on AS this_year, e.pupils_count, e.teachers_count
    FROM activities_entry e
    JOIN activities_participation p ON p.id = e.participation_id
    JOIN year ON e.happened_on BETWEEN least(year.since, year.first_on) AND year.day
    LEFT JOIN moved ON moved.source = p.school_id AND moved.school_year = year.school_year
    WHERE true {{only_participation}}
), cell AS (  -- per programme; the rows without sector are those of all sectors together
    SELECT school_id, coalesce(sector, '') AS sector, school_year, programme_id
    FROM participation GROUP BY school_id, school_year, programme_id, GROUPING SETS ((sector), ())
), network AS (
    SELECT school_id, coalesce(sector, '') AS sector, school_year,
           array_agg(DISTINCT network_id ORDER BY network_id) AS networks
    FROM participation WHERE network_id IS NOT NULL
    GROUP BY school_id, school_year, GROUPING SETS ((sector), ())
), done AS (
    SELECT school_id, coalesce(sector, '') AS sector, school_year, programme_id,
           count(*) AS two_years,
           count(*) FILTER (WHERE this_year) AS activities,
           coalesce(sum(pupils_count) FILTER (WHERE this_year), 0) AS pupils,
           coalesce(sum(teachers_count) FILTER (WHERE this_year), 0) AS teachers
    FROM entry GROUP BY school_id, school_year, programme_id, GROUPING SETS ((sector), ())
), taking AS (
    SELECT school_id, sector, school_year,
           array_agg(programme_id ORDER BY programme_id) AS programmes,
           array_agg(coalesce(two_years, 0)::int ORDER BY programme_id) AS counts,
           count(*) AS programmes_count,
           count(*) FILTER (WHERE programme.in_mbb AND programme.slug <> '{SCHOOL_AAN_ZET}') AS mbb_count,
           bool_or(programme.slug = '{SCHOOL_AAN_ZET}') AS in_saz
    FROM cell
    LEFT JOIN done USING (school_id, sector, school_year, programme_id)
    JOIN networks_programme programme ON programme.id = programme_id
    GROUP BY school_id, sector, school_year
), happened AS (
    SELECT school_id, sector, school_year, sum(two_years) AS two_years, sum(activities) AS activities,
           sum(pupils) AS pupils, sum(teachers) AS teachers
    FROM done GROUP BY school_id, sector, school_year
), register AS (
    SELECT s.id AS school_id, sector, school_year
    FROM schools_school s
    JOIN year ON s.closed_on IS NULL OR s.closed_on > year.day
    CROSS JOIN LATERAL unnest(array_append(s.sectors, '')) AS sector
    WHERE cardinality(s.sectors) > 0 {{only_register}}
), said AS (
    SELECT DISTINCT ON (school_id, sector) school_id, sector, phase, set_at, id
    FROM schools_profile WHERE true {{only_phase}} ORDER BY school_id, sector, set_at DESC, id DESC
), phase AS (
    SELECT school_id, sector, phase FROM said
    UNION ALL
    (SELECT DISTINCT ON (school_id) school_id, '', phase
     FROM said JOIN schools_school s ON s.id = school_id AND sector = ANY(s.sectors)
     WHERE phase <> '' ORDER BY school_id, set_at DESC, said.id DESC)
)
SELECT school_id, sector, school_year, register.school_id IS NOT NULL,
       now_place.code, now_place.region_id, now_place.landsdeel_id, coalesce(phase.phase, ''),
       coalesce(taking.programmes, '{{{{}}}}'), coalesce(taking.counts, '{{{{}}}}'),
       coalesce(network.networks, '{{{{}}}}'),
       coalesce(taking.programmes_count, 0), coalesce(taking.mbb_count, 0), coalesce(taking.in_saz, false),
       coalesce(happened.two_years, 0), coalesce(happened.activities, 0),
       coalesce(happened.pupils, 0), coalesce(happened.teachers, 0)
FROM register
FULL JOIN taking USING (school_id, sector, school_year)
FULL JOIN happened USING (school_id, sector, school_year)
LEFT JOIN network USING (school_id, sector, school_year)
LEFT JOIN phase USING (school_id, sector)
JOIN schools_school school ON school.id = school_id
LEFT JOIN now_place ON now_place.former = school.municipality_id
"""  # noqa: S608


def _select(schools):
    """(SQL, parameters beside day and years) of the sums of `schools` (keys); None is all of them."""
    if schools is None:
        return SELECT.format(only_participation="", only_register="", only_phase=""), {}
    target = "coalesce(moved.target, p.school_id) = ANY(%(schools)s)"
    sql = SELECT.format(
        only_participation=f"AND p.school_id = ANY(%(sources)s) AND {target}",
        only_register="AND s.id = ANY(%(schools)s)",
        only_phase="AND school_id = ANY(%(schools)s)",
    )
    sources = schools | _along(schools, "s.successor_id = chain.id")
    return sql, {"schools": sorted(schools), "sources": sorted(sources)}


def years_kept(today):
    """The school years that figures can be asked of, the oldest first: this one and YEARS_BACK before it."""
    first = int(school_year(today)[:4])
    return [f"{year}-{year + 1}" for year in range(first - YEARS_BACK, first + 1)]


@transaction.atomic
def rebuild(today, *, schools=None):
    """Make the sums of `schools` (keys; None is all) anew as of `today`. Returns the RollupState.

    Nobody sees a half: readers have the old rows until the transaction ends. Two makers wait for each other.
    """
    _alone(wait=True)
    if schools is None:
        RollupChange.objects.all().delete()  # before the rows are read: a mark that comes later stays
    return _make(today, schools)


def _make(today, schools):
    sql, parameters = _select(schools)
    with connection.cursor() as cursor:
        if schools is None:
            cursor.execute("DELETE FROM dashboards_rollup")
        else:
            cursor.execute("DELETE FROM dashboards_rollup WHERE school_id = ANY(%s)", [sorted(schools)])
        cursor.execute(
            f"INSERT INTO dashboards_rollup ({COLUMNS}) {sql}",
            {"today": today, "years": years_kept(today), **parameters},
        )
    known = {
        "built_on": today,
        "built_at": timezone.now(),
        "has_samples": Participation.objects.filter(is_sample=True).exists(),
        "lately": lately(today),
    }
    if schools is None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE dashboards_rollup")  # else pages are planned for an empty table
    state, _created = RollupState.objects.update_or_create(
        pk=1, defaults={**known, "version": F("version") + 1}, create_defaults={**known, "version": 1}
    )
    state.refresh_from_db()
    return state


def refresh(today):
    """Bring the sums up to date when something changed or a day went by. Returns whether it did.

    Costs two small queries when nothing changed. While another process makes them nothing happens: the marks stay
    for the next time.
    """
    state = RollupState.current()
    is_new_day = state is None or state.built_on != today
    if not is_new_day and not RollupChange.objects.exists():
        return False
    with transaction.atomic():
        if not _alone(wait=False):
            return False
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM dashboards_rollupchange RETURNING school_id")
            marked = {school for (school,) in cursor.fetchall()}
        everybody = is_new_day or None in marked
        _make(today, None if everybody else marked | _along(marked, "s.id = chain.successor_id"))
    return True


def hold(today):
    """Bring the sums up to date, and keep them as they are until the transaction ends.

    Waits for who makes them now. Call it inside a transaction; others who want to make sums wait for its end.
    """
    _alone(wait=True)
    refresh(today)  # the lock is ours, so it does not pass this by


def _along(schools, step):
    """Keys of the schools that one comes to from `schools`, for as many mergers as history goes along with.

    step: the condition that leads from `chain` to the next school `s`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE chain AS (
                SELECT id, successor_id, 0 AS step FROM schools_school WHERE id = ANY(%s)
                UNION
                SELECT s.id, s.successor_id, step + 1
                FROM chain JOIN schools_school s ON {step} WHERE step < {GENERATIONS}
            ) SELECT DISTINCT id FROM chain
            """,  # noqa: S608
            [sorted(schools)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def lately(today):
    """{"schools", "stopped", "done"}: schools that began or registered, schools that stopped, and activities, all in
    the thirty days up to `today`. One query.
    """
    days = (today - LATELY, today)
    began = Q(started_on__range=days) | Q(started_on=None, waiting_from_on=None, signed_up_on__range=days)
    started = Participation.objects.filter(began, stopped_on=None)
    stopped = Participation.objects.filter(stopped_on__range=days)
    done = Entry.objects.filter(happened_on__range=days)
    numbers = _number("schools", started, Count("school", distinct=True)).union(
        _number("stopped", stopped, Count("school", distinct=True)), _number("done", done, Count("pk"))
    )
    return {"schools": 0, "stopped": 0, "done": 0} | dict(numbers)


def _number(name, rows, count):
    """One row (name, number), to be read together with others in one query."""
    return rows.order_by().values_list(Value(name, output_field=CharField())).annotate(number=count)


@transaction.atomic
def check(today):
    """Each night: compare the kept sums with the rows, as of the day they were made; returns how many differ.

    What differs is logged as an error, because no way of writing should be able to cause it; then all are made anew.
    Marks that wait are worked off first. A difference counts twice: the row as it is and as it should be.
    """
    state = RollupState.current()
    built_on = state.built_on if state else today
    refresh(built_on)
    _alone(wait=True)
    sql, _none = _select(None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH kept AS (SELECT {COLUMNS} FROM dashboards_rollup), made AS ({sql})
            SELECT count(*) FROM ((TABLE kept EXCEPT TABLE made) UNION ALL (TABLE made EXCEPT TABLE kept)) AS wrong
            -- What changed since the marks were worked off is no mistake; a mark for everybody tells nothing of one.
            WHERE NOT EXISTS (
                SELECT FROM dashboards_rollupchange AS mark
                WHERE mark.school_id IS NULL OR mark.school_id = wrong.school_id
            )
            """,  # noqa: S608
            {"today": built_on, "years": years_kept(built_on)},
        )
        (wrong,) = cursor.fetchone()
    if wrong:
        logger.error("kept sums differed from the rows", extra={"differences": wrong})
    RollupChange.objects.all().delete()
    _make(today, None)
    RollupState.objects.filter(pk=1).update(checked_at=timezone.now(), wrong_count=wrong)
    return wrong


def _alone(*, wait):
    """Whether this transaction is the one that may make sums; `wait` until it is."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]
