"""Reads the project's own catalogue, `data/catalogue/*.yaml`, into plain entries.

Pure: no database, no clock. What is not right is one `CatalogueError` that names the file, the entry
and the key, before anything is used.
"""

from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.text import slugify

from loket.vocabulary import (
    JOINABLE,
    Availability,
    Delivery,
    Evidence,
    Kind,
    Need,
    Phase,
    ProgrammeStatus,
    Sector,
    TargetGroup,
    Years,
)
from regions.models import Organisation

CATALOGUE_DIR = settings.DATA_DIR / "catalogue"

# Needs about the form of an offer: any activity may serve them, whatever its programme serves.
FORM_NEEDS = frozenset({Need.READY_MADE, Need.TAILOR_MADE})

_RELATIVE_DAYS = {"opens_on": "opens_in_days", "closes_on": "closes_in_days"}


class CatalogueError(ValueError):
    """A catalogue that cannot be used; the message says which file, entry and key, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationEntry:
    slug: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeEntry:
    """A programme as the file has it; the fields of `networks.models.Programme`.

    related: slugs of programmes, in both directions as in the database. organiser: slug or None.
    """

    slug: str
    name: str
    status: str
    availability: str
    sectors: tuple[str, ...]
    summary: str
    serves: dict[str, dict[str, list[str]]]
    aliases: tuple[str, ...] = ()
    abbreviation: str = ""
    in_mbb: bool = False
    speerpunt: int | None = None
    organiser: str | None = None
    start_year: int | None = None
    availability_note: str = ""
    goals: str = ""
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    continuation: dict[str, dict[str, Any]] = field(default_factory=dict)
    targets: tuple[dict[str, Any], ...] = ()
    measurements: tuple[dict[str, Any], ...] = ()
    waiting_list_count: int | None = None
    waiting_list_on: date | None = None
    meetings_least: int | None = None
    meetings_most: int | None = None
    related: tuple[str, ...] = ()
    facts_as_of: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityEntry:
    """A standard activity of a programme; the fields of `activities.models.Activity`.

    programme: slug. is_sample: an example, also where the network is not one.
    """

    slug: str
    programme: str
    title: str
    summary: str
    kind: str
    sectors: tuple[str, ...]
    needs: tuple[str, ...]
    intended_result: str = ""
    phases: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    delivery: str = Delivery.UNKNOWN.value
    effort_hours: int | None = None
    cost_euro: int | None = None
    evidence: str = Evidence.UNKNOWN.value
    own_availability: str = ""
    is_sample: bool = False
    facts_as_of: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SubsidyEntry:
    """A scheme; the fields of `activities.models.Subsidy`. The two `_in_days` count from the day of loading."""

    slug: str
    name: str
    summary: str
    programme: str | None = None
    provider: str = ""
    for_whom: str = ""
    sectors: tuple[str, ...] = ()
    period: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    opens_in_days: int | None = None
    closes_in_days: int | None = None
    maximum_euro: int | None = None
    cofinancing: str = ""
    withheld_on: date | None = None
    ended_on: date | None = None
    is_sample: bool = False
    facts_as_of: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All entries, in the order of the files."""

    organisations: tuple[OrganisationEntry, ...]
    programmes: dict[str, ProgrammeEntry]
    activities: tuple[ActivityEntry, ...]
    subsidies: tuple[SubsidyEntry, ...]

    @property
    def aliases(self):
        """Other slugs of programmes: {alias: slug}."""
        return {alias: entry.slug for entry in self.programmes.values() for alias in entry.aliases}

    def programme(self, slug):
        """The programme with this slug or alias. Raises KeyError for one that the catalogue lacks."""
        return self.programmes[self.aliases.get(slug, slug)]

    def activities_of(self, programme):
        """The standard activities of the programme with this slug."""
        return tuple(entry for entry in self.activities if entry.programme == programme)


def read_catalogue(path=CATALOGUE_DIR):
    """Read and check the four files in the folder `path`; returns a Catalogue.

    Raises CatalogueError at the first thing that is not right.
    """
    path = Path(path)
    organisations = _organisations(path / "organisations.yaml")
    programmes = _programmes(path / "programmes.yaml", organisations)
    return Catalogue(
        organisations=tuple(organisations.values()),
        programmes=programmes,
        activities=_activities(path / "activities.yaml", programmes),
        subsidies=_subsidies(path / "subsidies.yaml", programmes),
    )


def read_synonyms(path=CATALOGUE_DIR):
    """The groups of words that mean the same, {first word as slug: words}; none when the folder has no such file.

    Raises CatalogueError for a group that is no list of two words or more, or that begins as another does.
    """
    file = Path(path) / "synonyms.yaml"
    groups = {}
    for words in _list(file, _load(file)) if file.exists() else ():
        if not isinstance(words, list) or len(words) < 2 or not all(isinstance(word, str) for word in words):
            raise CatalogueError(f"{file.name}: a group is a list of two words or more, found {words!r}.")
        slug = slugify(words[0])
        if slug in groups:
            raise CatalogueError(f"{file.name}: two groups begin with {words[0]!r}; make them one.")
        groups[slug] = words
    return groups


def network_slugs(path=CATALOGUE_DIR):
    """Slugs of the networks of the catalogue; `networks.catalogue` reads and checks the rest of that file."""
    content = _load(Path(path) / "networks.yaml")
    rows = content.get("networks") if isinstance(content, dict) else None
    return [row["slug"] for row in rows or () if isinstance(row, dict) and "slug" in row]


# --- the four files --------------------------------------------------------------------------------
def _organisations(path):
    choices = {"kind": Organisation.Kind.values}
    entries = {}
    for raw in _list(path, _load(path)):
        entry = _entry(OrganisationEntry, path, raw, choices=choices)
        _once(entries, path, entry)
    return entries


def _programmes(path, organisations):
    choices = {
        "status": ProgrammeStatus.values,
        "availability": Availability.values,
        "sectors": Sector.values,
        "organiser": organisations,
    }
    defaults, rows = _defaults_and_rows(path, "programmes")
    entries, names = {}, set()
    for raw in _list(path, rows):
        entry = _entry(ProgrammeEntry, path, raw, choices=choices, defaults=defaults)
        _once(entries, path, entry)
        for name in (entry.slug, *entry.aliases):
            if name in names:
                raise _error(path, entry.slug, "aliases", f"{name!r} already names another programme.")
            names.add(name)
        _check_serves(path, entry)
        _check_by_sector(path, entry, "scores", {"goals_clear", "fits_school", "results", "n"})
        _check_by_sector(path, entry, "continuation", {"whole_school", "without_extra_means"})
        _check_figures(path, entry)
    for entry in entries.values():
        for slug in entry.related:
            if slug not in entries or slug == entry.slug:
                raise _error(path, entry.slug, "related", f"{slug!r} is not the slug of another programme.")
    return _related_both_ways(entries)


def _activities(path, programmes):
    choices = {
        "kind": Kind.values,
        "sectors": Sector.values,
        "phases": Phase.values,
        "needs": Need.values,
        "target_groups": TargetGroup.values,
        "years": Years.values,
        "delivery": Delivery.values,
        "evidence": Evidence.values,
        "own_availability": ["", *Availability.values],
    }
    defaults, groups = _defaults_and_rows(path, "activities")
    if not isinstance(groups, dict):
        raise CatalogueError(f"{path.name}: under `activities:` put the slugs of programmes, each with a list.")
    entries = {}
    for slug, rows in groups.items():
        if slug not in programmes:
            raise CatalogueError(f"{path.name}: {slug!r} is not the slug of a programme in programmes.yaml.")
        if programmes[slug].availability not in JOINABLE:
            raise CatalogueError(
                f"{path.name}: {slug} cannot be joined ({programmes[slug].availability}), so it has no activities; "
                "take them out."
            )
        for raw in _list(path, rows):
            entry = _entry(ActivityEntry, path, raw, choices=choices, defaults={**defaults, "programme": slug})
            _once(entries, path, entry)
            _check_activity(path, entry, programmes[slug])
    return tuple(entries.values())


def _subsidies(path, programmes):
    choices = {"sectors": Sector.values, "programme": programmes}
    defaults, rows = _defaults_and_rows(path, "subsidies")
    entries = {}
    for raw in _list(path, rows):
        own = {} if isinstance(raw, dict) and raw.get("is_sample") else defaults  # an example is no fact
        entry = _entry(SubsidyEntry, path, raw, choices=choices, defaults=own)
        _once(entries, path, entry)
        for day, days in _RELATIVE_DAYS.items():
            if getattr(entry, days) is None:
                continue
            if not entry.is_sample:
                raise _error(path, entry.slug, days, "only an example (is_sample) counts from the day of loading.")
            if getattr(entry, day) is not None:
                raise _error(path, entry.slug, days, f"give either {day} or {days}, not both.")
    return tuple(entries.values())


# --- rules of one entry ----------------------------------------------------------------------------
def _check_serves(path, entry):
    for sector, needs in entry.serves.items():
        where = f"serves, {sector}"
        if sector not in entry.sectors:
            raise _error(path, entry.slug, where, "this is not one of the sectors of the programme.")
        if not isinstance(needs, dict) or needs.keys() != {"primary", "secondary"}:
            raise _error(path, entry.slug, where, "give the lists `primary` and `secondary`; they may be empty.")
        for need in [*needs["primary"], *needs["secondary"]]:
            if need not in Need.values:
                raise _error(path, entry.slug, where, _not_one_of(need, Need.values))


def _check_by_sector(path, entry, key, numbers):
    for sector, values in getattr(entry, key).items():
        where = f"{key}, {sector}"
        if sector not in ("po", "vo"):
            raise _error(path, entry.slug, where, "the survey knows only `po` and `vo`.")
        if not isinstance(values, dict):
            raise _error(path, entry.slug, where, f"expected keys and values, found {values!r}.")
        for name, value in values.items():
            fits = {"few_respondents": bool, "label": str}.get(name) or (int, float)
            if name not in numbers | {"few_respondents", "label"} or not isinstance(value, fits):
                raise _error(path, entry.slug, f"{where}, {name}", f"unknown, or a wrong value: {value!r}.")


def _check_figures(path, entry):
    known = {
        "indicator": str,
        "value": (int, float, str),
        "unit": str,
        "deadline": str,
        "date": str,
        "baseline": (int, float),
        "measured_by": str,  # the indicator that counts what was to be there anyway and the target together
        **dict.fromkeys(("interim", "at_least", "approximate", "revised", "met"), bool),
    }
    for key in ("targets", "measurements"):
        for figure in getattr(entry, key):
            if not isinstance(figure, dict) or not {"indicator", "value", "unit"} <= figure.keys():
                raise _error(path, entry.slug, key, f"each needs an indicator, a value and a unit, found {figure!r}.")
            for name, value in figure.items():
                if name not in known or not isinstance(value, known[name]):
                    raise _error(path, entry.slug, f"{key}, {name}", f"unknown, or a wrong value: {value!r}.")


def _check_activity(path, entry, programme):
    if not entry.sectors or not entry.needs:
        empty = "needs" if entry.sectors else "sectors"
        raise _error(path, entry.slug, empty, "give at least one, else no school finds this activity.")
    for sector in entry.sectors:
        if sector not in programme.sectors:
            raise _error(path, entry.slug, "sectors", f"{programme.slug} is not for {sector}.")
        served = programme.serves.get(sector, {"primary": [], "secondary": []})
        for need in entry.needs:
            if need not in FORM_NEEDS and need not in served["primary"] and need not in served["secondary"]:
                raise _error(
                    path,
                    entry.slug,
                    "needs",
                    f"{programme.slug} does not serve {need} in {sector}; take it out or add it to `serves`.",
                )
    if entry.evidence == Evidence.PROVEN:
        raise _error(path, entry.slug, "evidence", "the source proves nothing; use `described` or leave it out.")


def _related_both_ways(entries):
    pairs = {(entry.slug, slug) for entry in entries.values() for slug in entry.related}
    pairs |= {(b, a) for a, b in pairs}
    return {
        slug: replace(entry, related=tuple(other for other in entries if (slug, other) in pairs))
        for slug, entry in entries.items()
    }


# --- reading ---------------------------------------------------------------------------------------
class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice in a mapping is an error and not the last one silently."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _value in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _load(path):
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise CatalogueError(f"{path.name} cannot be read in {path.parent}: {error.strerror}.") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path.name} is not YAML in UTF-8: {error}") from error


def _defaults_and_rows(path, key):
    content = _load(path)
    if not isinstance(content, dict) or content.keys() != {"facts_as_of", key}:
        raise CatalogueError(f"{path.name}: expected the two keys `facts_as_of` and `{key}` at the top.")
    if not isinstance(content["facts_as_of"], date):
        raise CatalogueError(f"{path.name}, facts_as_of: expected a day such as 2013-12-01.")
    return {"facts_as_of": content["facts_as_of"]}, content[key]


def _list(path, rows):
    if not isinstance(rows, list):
        raise CatalogueError(f"{path.name}: expected a list of entries, found {type(rows).__name__}.")
    return rows


def _entry(kind, path, raw, *, choices, defaults=()):
    """Make a `kind` of the mapping `raw`, every value checked for its type and choices."""
    if not isinstance(raw, dict) or not isinstance(raw.get("slug"), str):
        raise CatalogueError(f"{path.name}: expected an entry with a slug, found {str(raw)[:80]!r}.")
    slug = raw["slug"]
    known = {spec.name: spec for spec in fields(kind)}
    for key in raw:
        if key not in known or (key in dict(defaults) and key != "facts_as_of"):
            raise _error(path, slug, key, f"unknown key; known are {', '.join(known)}.")
    values = {**dict(defaults), **raw}
    for key, spec in known.items():
        if key not in values:
            if spec.default is MISSING and spec.default_factory is MISSING:
                raise _error(path, slug, key, "missing; every entry needs it.")
            continue
        values[key] = _value(path, slug, key, values[key], str(spec.type), choices.get(key))
    return kind(**values)


def _value(path, slug, key, value, annotation, choices):
    if annotation.startswith("tuple["):
        if not isinstance(value, list) or len({str(item) for item in value}) != len(value):
            raise _error(path, slug, key, f"expected a list without doubles, found {value!r}.")
        of_words = "str" in annotation.partition(",")[0] and "dict" not in annotation
        for item in value if of_words else ():
            _check(path, slug, key, item, str, choices)
        return tuple(value)
    for name, kind in (("dict", dict), ("date", date), ("bool", bool), ("int", int), ("str", str)):
        if name in annotation:
            _check(path, slug, key, value, kind, choices)
            return value.strip() if kind is str else value
    raise AssertionError(annotation)


def _check(path, slug, key, value, kind, choices):
    # In Python True is an int; in the catalogue it is a mistake.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _error(path, slug, key, f"expected {kind.__name__}, found {value!r}.")
    if kind is int and value < 0 and not key.endswith("_in_days"):
        raise _error(path, slug, key, f"expected 0 or more, found {value}.")
    if choices is not None and value not in choices:
        raise _error(path, slug, key, _not_one_of(value, choices))


def _once(entries, path, entry):
    if entry.slug in entries:
        raise _error(path, entry.slug, "slug", "stands twice; keep one.")
    entries[entry.slug] = entry


def _not_one_of(value, choices):
    return f"{value!r} is not one of {', '.join(str(choice) or '(empty)' for choice in choices)}."


def _error(path, slug, key, message):
    return CatalogueError(f"{path.name}, {slug}, {key}: {message}")
