"""Triggers that mark what changed under the kept sums (as `regions/versions.py` does for public content).

A mark is a new row in the transaction of the change, so it is seen when the change is, never before; and two who
write do not wait for each other, as they would at one counter. Whose sums changed comes from the rows themselves;
after more than MOST schools at once, or a change in what all sums rest on, the mark is for everybody.
"""

from django.db.migrations import RunSQL

MOST = 2000

OF_SCHOOLS = {
    "activities_participation": "SELECT school_id FROM changed",
    "activities_entry": (
        "SELECT p.school_id FROM changed JOIN activities_participation p ON p.id = changed.participation_id"
    ),
    "schools_profile": "SELECT school_id FROM changed",
}
OF_EVERYBODY = ("schools_school", "regions_municipality", "networks_programme")


def _function(name, schools):
    return RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO dashboards_rollupchange (school_id)
            SELECT DISTINCT CASE WHEN count(*) OVER () <= {MOST} THEN school_id END
            FROM (SELECT DISTINCT school_id FROM ({schools}) AS found LIMIT {MOST + 1}) AS schools;
            RETURN NULL;
        END $$;
        """,  # noqa: S608
        f"DROP FUNCTION {name}();",
    )


def _trigger(table, moment, referencing, function):
    name = f"marks_rollups_{moment.lower()}"
    return RunSQL(
        f"CREATE TRIGGER {name} AFTER {moment} ON {table} {referencing} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


def marking():
    """Migration operations after which every change under the sums leaves a mark."""
    operations = [
        RunSQL(
            """
            CREATE FUNCTION mark_rollups() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO dashboards_rollupchange (school_id) VALUES (NULL);
                RETURN NULL;
            END $$;
            INSERT INTO dashboards_rollupchange (school_id) VALUES (NULL);
            """,
            "DROP FUNCTION mark_rollups();",
        )
    ]
    for table, schools in OF_SCHOOLS.items():
        name = f"mark_rollups_of_{table}"
        both = " UNION ".join(schools.replace("changed", which) for which in ("changed_from", "changed_to"))
        operations += [
            _function(name, schools),
            _function(f"{name}_changed", both),
            _trigger(table, "INSERT", "REFERENCING NEW TABLE AS changed", name),
            _trigger(table, "DELETE", "REFERENCING OLD TABLE AS changed", name),
            _trigger(
                table,
                "UPDATE",
                "REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed_to",
                f"{name}_changed",
            ),
            _trigger(table, "TRUNCATE", "", "mark_rollups"),
        ]
    for table in OF_EVERYBODY:
        operations += [
            _trigger(table, moment, "", "mark_rollups") for moment in ("INSERT", "DELETE", "UPDATE", "TRUNCATE")
        ]
    return operations
