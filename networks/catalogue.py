"""Loads the networks and contacts of the project's own catalogue (`data/catalogue/`).

What the report does not give (most areas, all contacts) is sample content and flagged so. A row that
staff made real, by taking off that flag, is theirs: loading leaves it alone. So is a network that its
coordinator edited, with its area, partners and contacts.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import yaml
from django.conf import settings
from django.db import transaction

from networks.directory import OFFICE_SLUG
from networks.models import ContactRole, Network, Partner, Person, Programme, WorkingArea
from regions.models import Landsdeel, Municipality, Organisation, Region

# Days of sample content are relative to the day of loading. Loading again moves them only when they
# lag this far behind, so that a daily load changes nothing and sample contacts still never go stale.
SAMPLE_LAG = timedelta(days=150)

# Key -> type, for each kind of entry.
NETWORK_KEYS = {
    "slug": str,
    "name": str,
    "programme": str,
    "national": bool,
    "sample": bool,
    "area": dict,
    "boards": list,
    "website": str,
    "confirmed_days_ago": int,
}
AREA_KEYS = {"regions": list, "landsdelen": list, "municipalities": list}
PERSON_KEYS = {"name": str, "email": str, "telephone": str, "reachable": str, "roles": list}
ROLE_KEYS = {"title": str, "confirmed_days_ago": int, "order": int, **dict.fromkeys(ContactRole.OWNERS, str)}


class CatalogueError(ValueError):
    """A file of the catalogue that cannot be loaded; the message says which, where and why."""


@dataclass
class Report:
    """What loading did, counted per kind of row ("network", "person", ...), and what it skipped."""

    created: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    removed: Counter = field(default_factory=Counter)
    kept: Counter = field(default_factory=Counter)  # made real by staff, so not touched
    warnings: list[str] = field(default_factory=list)

    @property
    def writes(self):
        """How many rows were written or removed."""
        return self.created.total() + self.changed.total() + self.removed.total()


@transaction.atomic
def load_networks(directory_path, today, dry_run=False):
    """Make networks, areas, board partners and contacts what `networks.yaml` and `contacts.yaml` say.

    directory_path: the folder of both files. today: the day that sample dates count from. dry_run: only
    report. Loading twice writes nothing the second time. Areas and owners that are not there (a region
    that staff redrew, a board that closed) are skipped with a warning. Returns a Report.
    Raises CatalogueError for a file that is not right or names an unknown programme; then nothing changed.
    """
    networks = _read(directory_path / "networks.yaml", "networks", "slug")
    people = _read(directory_path / "contacts.yaml", "contacts", "email")
    report = Report()
    _load_networks(networks, today, report)
    _load_contacts(people, today, report)
    if dry_run:
        transaction.set_rollback(True)
    return report


# --- reading -------------------------------------------------------------------------------------
def _read(path, top, identity):
    """The list under `top` in the YAML file at `path`, each entry checked for its keys and their types."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CatalogueError(f"{path} is missing: it holds the {top} of the catalogue.") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path} is not readable as YAML in UTF-8: {error}") from error
    entries = content.get(top) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise CatalogueError(f"{path} must hold a list under `{top}:`.")
    seen = set()
    for number, entry in enumerate(entries, start=1):
        where = f"{path.name}, {top} {number}"
        (_check_network if top == "networks" else _check_person)(entry, where)
        if entry[identity] in seen:
            raise CatalogueError(f"{where}: {identity} {entry[identity]!r} occurs twice; keep one.")
        seen.add(entry[identity])
    return entries


def _check_network(entry, where):
    _check_keys(entry, NETWORK_KEYS, {"slug", "name", "programme"}, where)
    _check_keys(entry.get("area", {}), AREA_KEYS, set(), f"{where} ({entry['slug']}), area")


def _check_person(entry, where):
    _check_keys(entry, PERSON_KEYS, {"name", "email", "telephone", "roles"}, where)
    for role in entry["roles"]:
        _check_keys(role, ROLE_KEYS, {"title", "confirmed_days_ago"}, f"{where} ({entry['email']}), role")
        if len(_owners(role)) != 1:
            owners = ", ".join(ContactRole.OWNERS)
            raise CatalogueError(f"{where} ({entry['email']}): a role is for exactly one of {owners}.")


def _check_keys(entry, types, required, where):
    if not isinstance(entry, dict):
        raise CatalogueError(f"{where}: expected keys and values, found {entry!r}.")
    if missing := sorted(required - entry.keys()):
        raise CatalogueError(f"{where}: {', '.join(missing)} is missing.")
    for key, value in entry.items():
        if key not in types:
            raise CatalogueError(f"{where}: unknown key {key!r}; known are {', '.join(types)}.")
        if not isinstance(value, types[key]):
            raise CatalogueError(f"{where}: {key} must be {types[key].__name__}, found {value!r}.")


def _owners(role):
    return [kind for kind in ContactRole.OWNERS if kind in role]


# --- networks ------------------------------------------------------------------------------------
def _load_networks(entries, today, report):
    programmes = {programme.slug: programme for programme in Programme.objects.all()}
    existing = {row.slug: row for row in Network.objects.filter(slug__in=[entry["slug"] for entry in entries])}
    loaded, new, changed = {}, [], []
    for entry in entries:
        programme = programmes.get(entry["programme"])
        if programme is None:
            raise CatalogueError(
                f"networks.yaml, {entry['slug']}: programme {entry['programme']!r} is not loaded; "
                "load the programmes first or correct the slug."
            )
        values = {
            "name": entry["name"],
            "programme_id": programme.pk,
            # The organisation behind a national programme carries its one network.
            "lead_id": programme.organiser_id if entry.get("national") else None,
            "is_national": entry.get("national", False),
            "website": entry.get("website", ""),
            "is_sample": entry.get("sample", False),
        }
        network = existing.get(entry["slug"])
        if network is None:
            network = Network(slug=entry["slug"], **values)
            network.confirmed_on = _sample_day(None, entry, today)
            new.append(network)
        elif network.edited_at or (values["is_sample"] and not network.is_sample):
            report.kept["network"] += 1
            continue
        else:
            values["confirmed_on"] = _sample_day(network.confirmed_on, entry, today)
            if _assign(network, values):
                changed.append(network)
        loaded[entry["slug"]] = (network, entry)
    _write(
        Network, new, changed, ["name", "programme", "lead", "is_national", "website", "is_sample", "confirmed_on"]
    )
    report.created["network"] += len(new)
    report.changed["network"] += len(changed)
    _load_areas(loaded.values(), report)
    _load_boards(loaded.values(), report)


def _load_areas(loaded, report):
    rows = list(Municipality.objects.current().values_list("code", "region__code", "landsdeel_id"))
    if not rows:
        raise CatalogueError("There are no municipalities yet: run load_reference before the catalogue.")
    known = {"municipalities": {}, "regions": {}, "landsdelen": {}}
    for code, region, landsdeel in rows:
        for kind, value in (("municipalities", code), ("regions", region), ("landsdelen", landsdeel)):
            known[kind].setdefault(value, set()).add(code)
    wanted = set()
    for network, entry in loaded:
        for kind, values in entry.get("area", {}).items():
            for value in values:
                if value not in known[kind]:
                    report.warnings.append(f"networks.yaml, {network.slug}: no {value!r} among the {kind}; skipped.")
                wanted |= {(network.pk, code) for code in known[kind].get(value, ())}
    present = WorkingArea.objects.filter(network__in=[network.pk for network, _entry in loaded])
    _make_equal(WorkingArea, present, ("network_id", "municipality_id"), wanted, "area", report)


def _load_boards(loaded, report):
    numbers = {number for _network, entry in loaded for number in entry.get("boards", ())}
    known = dict(Organisation.objects.filter(number__in=numbers).values_list("number", "pk"))
    wanted = set()
    for network, entry in loaded:
        for number in entry.get("boards", ()):
            if number in known:
                wanted.add((network.pk, known[number], Partner.Role.BOARD.value))
            else:
                report.warnings.append(f"networks.yaml, {network.slug}: no board with number {number!r}; skipped.")
    present = Partner.objects.filter(network__in=[network.pk for network, _entry in loaded], role=Partner.Role.BOARD)
    _make_equal(Partner, present, ("network_id", "organisation_id", "role"), wanted, "partner", report)


# --- contacts ------------------------------------------------------------------------------------
def _load_contacts(entries, today, report):
    existing = {row.email: row for row in Person.objects.filter(email__in=[entry["email"] for entry in entries])}
    loaded, new, changed = [], [], []
    for entry in entries:
        values = {
            "name": entry["name"],
            "telephone": entry["telephone"],
            "reachable": entry.get("reachable", ""),
            "is_sample": True,
        }
        person = existing.get(entry["email"])
        if person is None:
            person = Person(email=entry["email"], **values)
            new.append(person)
        elif not person.is_sample:
            report.kept["person"] += 1
            continue
        elif _assign(person, values):
            changed.append(person)
        loaded.append((person, entry))
    _write(Person, new, changed, ["name", "telephone", "reachable", "is_sample"])
    report.created["person"] += len(new)
    report.changed["person"] += len(changed)
    _load_roles(loaded, today, report)


def _load_roles(loaded, today, report):
    owners = _known_owners()
    existing, real = {}, set()
    for role in ContactRole.objects.select_related("person"):
        kind = next(kind for kind in ContactRole.OWNERS if getattr(role, f"{kind}_id") is not None)
        owner = (kind, getattr(role, f"{kind}_id"))
        existing[role.person_id, *owner] = role
        if not role.person.is_sample:
            real.add(owner)
    real |= {("network", pk) for pk in Network.objects.exclude(edited_at=None).values_list("pk", flat=True)}
    new, changed = [], []
    for person, entry in loaded:
        for wanted in entry["roles"]:
            (kind,) = _owners(wanted)
            key = owners[kind].get(str(wanted[kind]))
            if key is None:
                report.warnings.append(f"contacts.yaml, {entry['email']}: no {kind} {wanted[kind]!r}; skipped.")
                continue
            role = existing.get((person.pk, kind, key))
            if (kind, key) in real:
                report.kept["contact"] += 1
                continue
            values = {"title": wanted["title"], "order": wanted.get("order", 1)}
            if role is None:
                role = ContactRole(person=person, confirmed_on=_sample_day(None, wanted, today), **values)
                setattr(role, f"{kind}_id", key)
                new.append(role)
            elif _assign(role, values | {"confirmed_on": _sample_day(role.confirmed_on, wanted, today)}):
                changed.append(role)
    _write(ContactRole, new, changed, ["title", "order", "confirmed_on"])
    report.created["contact"] += len(new)
    report.changed["contact"] += len(changed)


def _known_owners():
    """Kind of owner -> what the files call it -> pk. The programme office is made when it is not there."""
    organisations = dict(Organisation.objects.values_list("slug", "pk"))
    if OFFICE_SLUG not in organisations:
        office = Organisation.objects.create(
            slug=OFFICE_SLUG, kind=Organisation.Kind.PROGRAMME_OFFICE, name=settings.OFFICE_NAME
        )
        organisations[OFFICE_SLUG] = office.pk
    return {
        "network": dict(Network.objects.values_list("slug", "pk")),
        "programme": dict(Programme.objects.values_list("slug", "pk")),
        "support_point": {},
        "region": dict(Region.objects.values_list("code", "pk")),
        "landsdeel": dict(Landsdeel.objects.values_list("slug", "pk")),
        "organisation": organisations,
    }


# --- writing only what differs -------------------------------------------------------------------
def _sample_day(present, entry, today):
    """The day `entry` was confirmed: the one that is there, unless it lags too far behind the file."""
    if "confirmed_days_ago" not in entry:
        return present
    wanted = today - timedelta(days=entry["confirmed_days_ago"])
    return wanted if present is None or wanted - present > SAMPLE_LAG else present


def _assign(row, values):
    """Set `values` on `row`; whether any of them differed."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _write(model, new, changed, fields):
    # No statement without rows: even an empty one would raise the content version.
    if new:
        model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, fields)


def _make_equal(model, present, fields, wanted, kind, report):
    """Make the rows of `present`, told apart by `fields`, the set `wanted` of tuples of those fields."""
    pks = {tuple(values): pk for pk, *values in present.values_list("pk", *fields)}
    missing, surplus = wanted - pks.keys(), [pks[key] for key in pks.keys() - wanted]
    if missing:
        model.objects.bulk_create(model(**dict(zip(fields, values, strict=True))) for values in sorted(missing))
    if surplus:
        model.objects.filter(pk__in=surplus).delete()
    report.created[kind] += len(missing)
    report.removed[kind] += len(surplus)
