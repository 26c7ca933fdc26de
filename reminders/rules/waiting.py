"""What waits for anybody: the sources of "Nu doen" without a person, so that list and mail mean the same."""

from workspace.start import SOURCES, Person


class Everybody(Person):
    """Whose work it is does not matter here: `reminders.audience` says who is told."""

    is_staff = True


def waiting(kind, now):
    """The rows that wait in the source `kind` at the moment `now`, of all networks. A queryset."""
    return SOURCES[kind].rows(Everybody(None, now))
