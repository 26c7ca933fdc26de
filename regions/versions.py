"""How a change to public content raises `ContentVersion`.

A trigger in the database does it, once per statement: bulk writes, the admin and plain SQL all
count, and nobody has to remember it. Two transactions that change public content wait for each
other at this one row until the first commits; that is the price, and imports are rare.
"""

from django.db.migrations import RunSQL

FUNCTION = RunSQL(
    """
    CREATE FUNCTION raise_content_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO regions_contentversion (id, number) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET number = regions_contentversion.number + 1;
        RETURN NULL;
    END $$;
    INSERT INTO regions_contentversion (id, number) VALUES (1, 1);
    """,
    "DROP FUNCTION raise_content_version(); DELETE FROM regions_contentversion;",
)


def raised_by(*tables):
    """Migration operations after which every change to one of `tables` raises the version."""
    return [
        RunSQL(
            f"CREATE TRIGGER raises_content_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_content_version()",
            f"DROP TRIGGER raises_content_version ON {table}",
        )
        for table in tables
    ]
