"""Brings the database in line with the catalogue, and leaves to staff what staff changed.

The rule, for each field of each row: it follows the catalogue as long as it holds what was loaded last.
A field that staff changed, a row that staff removed and a row that staff made stay as they are.
`LoadedEntry` remembers what was loaded.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import ForeignKey, ProtectedError

from activities.catalogue import CATALOGUE_DIR, CatalogueError, network_slugs, read_catalogue, read_synonyms
from activities.models import Activity, LoadedEntry, Subsidy, Synonym
from activities.sample_dates import load_sample_dates
from networks.catalogue import load_networks
from networks.models import Network, Programme
from regions.models import Organisation

_MODELS = {"organisations": Organisation, "programmes": Programme, "activities": Activity, "subsidies": Subsidy}
_RELATED = "related"
_SYNONYMS = "synonyms"
_ABSENT = object()


@dataclass
class Report:
    """What loading did: {table: Counter of new, changed, unchanged, removed}, and what it left to staff."""

    tables: dict[str, Counter] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count(self, table, what, number=1):
        self.tables.setdefault(table, Counter())[what] += number


@transaction.atomic
def load(path=CATALOGUE_DIR, *, today, dry_run=False):
    """Load the catalogue in the folder `path`, with its networks and contacts; returns a Report.

    Loading the same files twice writes nothing the second time. `today` is the day that the dates of
    examples count from; they are renewed once their period is over.
    Raises CatalogueError (or that of `networks.catalogue`) for files that are not right; nothing changed then.
    """
    catalogue = read_catalogue(path)
    report = Report()
    gone = {}
    gone["organisations"] = _sync("organisations", _by_slug(catalogue.organisations), report)
    organisations = dict(Organisation.objects.values_list("slug", "pk"))
    gone["programmes"] = _sync(
        "programmes", {e.slug: _programme(e, organisations) for e in catalogue.programmes.values()}, report
    )
    programmes = dict(Programme.objects.values_list("slug", "pk"))
    _sync_related(catalogue, programmes, report)
    _load_networks(path, today, report)
    networks = Network.objects.filter(slug__in=network_slugs(path), ended_on=None).select_related("programme")
    gone["activities"] = _sync("activities", _activities(catalogue, networks), report, published_on=today)
    gone["subsidies"] = _sync("subsidies", _subsidies(catalogue, programmes, today), report)
    report.count("dates", "new", load_sample_dates(today))
    _load_synonyms(read_synonyms(path), report)
    for table in reversed(_MODELS):  # what points at others goes first
        _remove(table, gone[table], report)
    if dry_run:
        transaction.set_rollback(True)
    return report


# --- from entries to the values of rows --------------------------------------------------------------
def _by_slug(entries):
    return {entry.slug: {k: v for k, v in asdict(entry).items() if k != "slug"} for entry in entries}


def _programme(entry, organisations):
    values = asdict(entry)
    del values["slug"], values["related"]
    values["organiser_id"] = organisations.get(values.pop("organiser"))
    return values


def _activities(catalogue, networks):
    """A row of each standard activity for each network of its programme: {slug: values}."""
    rows = {}
    for network in sorted(networks, key=lambda network: network.slug):
        for entry in catalogue.activities_of(network.programme.slug):
            values = asdict(entry)
            del values["programme"]
            values["network_id"] = network.pk
            values["is_sample"] = entry.is_sample or network.is_sample
            # The day belongs to the sample; what is real is confirmed by its own coordinator.
            values["confirmed_on"] = network.confirmed_on if network.is_sample else None
            rows[f"{values.pop('slug')}-{network.slug}"] = values
    return rows


def _subsidies(catalogue, programmes, today):
    memory = dict(LoadedEntry.objects.filter(table="subsidies").values_list("slug", "values"))
    rows = {}
    for entry in catalogue.subsidies:
        values = asdict(entry)
        values["programme_id"] = programmes.get(values.pop("programme"))
        last = memory.get(values.pop("slug"), {})
        opens_in, closes_in = values.pop("opens_in_days"), values.pop("closes_in_days")
        if entry.is_sample and (last.get("closes_on") or "") >= today.isoformat():
            values["opens_on"], values["closes_on"] = last["opens_on"], last["closes_on"]
        else:
            if opens_in is not None:
                values["opens_on"] = today + timedelta(days=opens_in)
            if closes_in is not None:
                values["closes_on"] = today + timedelta(days=closes_in)
        rows[entry.slug] = values
    return rows


def _load_networks(path, today, report):
    networks = load_networks(path, today)
    kinds = {*networks.created, *networks.changed, *networks.removed, *networks.kept}
    for kind in sorted(kinds):
        for what, counter in (
            ("new", networks.created),
            ("changed", networks.changed),
            ("removed", networks.removed),
        ):
            report.count(kind, what, counter[kind])
        if networks.kept[kind]:
            report.kept.append(f"{networks.kept[kind]} × {kind}")
    report.warnings.extend(networks.warnings)


def _load_synonyms(groups, report):
    """Make the groups that were never loaded before; what staff did with the others stays."""
    memory = set(LoadedEntry.objects.filter(table=_SYNONYMS).values_list("slug", flat=True))
    new = {slug: words for slug, words in groups.items() if slug not in memory}
    if new:
        Synonym.objects.bulk_create(Synonym(words=words) for words in new.values())
        LoadedEntry.objects.bulk_create(
            LoadedEntry(table=_SYNONYMS, slug=slug, values=words) for slug, words in new.items()
        )
    report.count(_SYNONYMS, "new", len(new))


# --- writing what differs ----------------------------------------------------------------------------
def _sync(table, wanted, report, **first):
    """Make rows of `table` what `wanted` ({slug: values}) says; `first` are values of new rows only.

    Returns what was loaded before and is wanted no more: a list of LoadedEntry.
    No statement without rows: even an empty one would raise the content version.
    """
    model = _MODELS[table]
    memory = {entry.slug: entry for entry in LoadedEntry.objects.filter(table=table)}
    rows = {row.slug: row for row in model.objects.filter(slug__in=[*wanted])}
    new, changed, fields, remembered, updated = [], [], set(), [], []
    for slug, values in wanted.items():
        row, entry, plain = rows.get(slug), memory.get(slug), _plain(values)
        if row is None and entry is None:
            new.append(_checked(table, model(slug=slug, **values, **first)))
            remembered.append(LoadedEntry(table=table, slug=slug, values=plain))
            continue
        if row is None or entry is None:
            report.kept.append(f"{table}, {slug}: {'removed' if row is None else 'made'} by staff")
            continue
        updates, kept = _updates(row, entry.values, values, plain)
        report.kept.extend(f"{table}, {slug}: {name} was changed by staff" for name in kept)
        for name, value in updates.items():
            setattr(row, name, value)
        if updates:
            changed.append(_checked(table, row))
            fields |= updates.keys()
        else:
            report.count(table, "unchanged")
        if entry.values != plain:
            entry.values = plain
            updated.append(entry)
    if new:
        model.objects.bulk_create(new, batch_size=500)
        LoadedEntry.objects.bulk_create(remembered, batch_size=500)
    if changed:
        model.objects.bulk_update(changed, [name.removesuffix("_id") for name in fields], batch_size=500)
    if updated:
        LoadedEntry.objects.bulk_update(updated, ["values"], batch_size=500)
    report.count(table, "new", len(new))
    report.count(table, "changed", len(changed))
    return [entry for slug, entry in memory.items() if slug not in wanted]


def _updates(row, last, values, plain):
    """The values to set on `row`, and the names of those that staff changed: ({name: value}, [name])."""
    updates, kept = {}, []
    for name, value in values.items():
        before = last.get(name, _ABSENT)
        if plain[name] == before:
            continue
        now = _plain({name: getattr(row, name)})[name]
        if now == plain[name]:
            continue
        if before is _ABSENT or now == before:
            updates[name] = value
        else:
            kept.append(name)
    return updates, kept


def _remove(table, gone, report):
    """Remove the rows of `gone` that still are as they were loaded and that nothing else needs."""
    rows = {row.slug: row for row in _MODELS[table].objects.filter(slug__in=[entry.slug for entry in gone])}
    for entry in gone:
        row = rows.get(entry.slug)
        if row is not None:
            if _plain({name: getattr(row, name) for name in entry.values}) != entry.values:
                report.kept.append(f"{table}, {entry.slug}: left the catalogue, but was changed by staff")
            else:
                try:
                    with transaction.atomic():
                        row.delete()
                except ProtectedError:
                    report.kept.append(f"{table}, {entry.slug}: left the catalogue, but is still in use")
                    continue
                report.count(table, "removed")
        entry.delete()


def _sync_related(catalogue, programmes, report):
    """Programmes that belong together. What staff added or took away between two programmes stays so."""
    memory, _new = LoadedEntry.objects.get_or_create(table=_RELATED, slug=_RELATED, defaults={"values": []})
    last = {tuple(pair) for pair in memory.values}
    wanted = {
        (entry.slug, other)
        for entry in catalogue.programmes.values()
        for other in entry.related
        if entry.slug < other and entry.slug in programmes and other in programmes
    }
    if wanted == last:
        return
    rows = Programme.objects.in_bulk(field_name="slug")
    for one, other in sorted(wanted - last):
        rows[one].related.add(rows[other])
    for one, other in sorted(last - wanted):
        if one in rows and other in rows:
            rows[one].related.remove(rows[other])
    report.count(_RELATED, "new", len(wanted - last))
    report.count(_RELATED, "removed", len(last - wanted))
    memory.values = sorted(wanted)
    memory.save()


def _checked(table, row):
    """`row`, after the checks of its own fields, such as the longest title."""
    exclude = [spec.name for spec in row._meta.fields if isinstance(spec, ForeignKey)]
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise CatalogueError(f"{table}, {row.slug}, {name}: {messages[0]}") from error
    return row


def _plain(values):
    """`values` as they come back from JSON, so that both sides of a comparison look alike."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
