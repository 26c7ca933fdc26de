"""Columns that no list handed to Loket may have: origin of pupils, or who they are (R79). Pure."""

import re

# Parts of a column name, compared without spaces, dashes and underscores.
_ANYWHERE = (
    "ACHTERNAAM",
    "ALLOCHTO",
    "BURGERSERVICENUMMER",
    "ETNICITEIT",
    "ETNISCH",
    "GEBOORTEDATUM",
    "GEBOORTELAND",
    "HERKOMST",
    "LEERLINGCODE",
    "LEERLINGNAAM",
    "LEERLINGNUMMER",
    "MIGRATIEACHTERGROND",
    "NAAMLEERLING",
    "NATIONALITEIT",
    "NUMMERLEERLING",
    "ONDERWIJSNUMMER",
    "ROEPNAAM",
    "VOORNAAM",
)
_WHOLE_WORDS = frozenset({"BSN", "CUMI", "LEERLING", "PGN"})


def forbidden_columns(header):
    """The names in `header` of columns about the origin of pupils, or with their names or numbers."""
    return [name for name in header if _is_forbidden(name.upper())]


def _is_forbidden(name):
    squeezed = re.sub(r"[\W_]+", "", name)
    words = re.split(r"[\W_]+", name)
    return any(part in squeezed for part in _ANYWHERE) or not _WHOLE_WORDS.isdisjoint(words)
