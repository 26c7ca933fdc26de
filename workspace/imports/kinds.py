"""The kinds of lists, by the name that an `Import` keeps."""

from workspace.imports.activities import Activities
from workspace.imports.contacts import Contacts
from workspace.imports.occurrences import Occurrences
from workspace.imports.organisations import Organisations
from workspace.imports.participants import Participants

KINDS = {kind.kind: kind for kind in (Participants, Contacts, Organisations, Activities, Occurrences)}
