"""Who changed what, and what stood there before. django-auditlog writes it; here is how Loket reads it.

A room calls `register_audit(Model)` in its `apps.py`, shows `trail(obj)` with components/audit_trail.html, and
decides itself who may see that.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from auditlog.context import auditlog_value, set_extra_data
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

# Why an entry carries no name, in its additional_data; without one of these a task or command of ours did it.
ORIGIN_VISITOR = "visitor"
ORIGIN_DELETED = "deleted"
LONGEST_VALUE = 200


def register_audit(model, *, exclude=(), include=(), many_to_many=()):
    """Keep every change to rows of `model`; call it once, in `AppConfig.ready`.

    exclude: fields that are not kept, such as counters and what holds a person's data. include: only these
    fields; empty means all. many_to_many: such fields whose additions and removals are kept as well.
    Bulk changes (`update`, `bulk_create`) leave no entry: use `save` for what counts, or
    `record_many`.
    """
    auditlog.register(model, include_fields=list(include), exclude_fields=list(exclude), m2m_fields=set(many_to_many))


class Actor:
    """Who entries are written for until the `acting` that gave it ends."""

    def __init__(self, entry_values):
        self._entry_values = entry_values

    def is_now(self, user):
        self._entry_values["actor"] = user
        self._entry_values["additional_data"] = None


@contextmanager
def acting(user=None, *, origin=None):
    """Entries inside carry `user`, or nobody with an ORIGIN_; gives the Actor, to name the user later."""
    outer = auditlog_value.get(None)
    values = {"actor": user, "additional_data": {"origin": origin} if origin else None}
    try:
        with set_extra_data(values):
            yield Actor(values)
    finally:
        auditlog_value.set(outer or {"signal_duid": None})  # the library forgets what stood around it


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field of an entry, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody did to a row."""

    at: datetime
    who: str
    about: str  # the row, as it was called then
    action: str
    changes: tuple


def trail(obj, *, limit=100):
    """The entries of `obj`, the newest first, at most `limit`; one query and one for each kind of row named in it."""
    return entries_of(type(obj), LogEntry.objects.get_for_object(obj), limit)


def trails(querysets, *, limit=100):
    """As `trail`, of all rows of `querysets` (each of one model) together, at most `limit`.

    Two queries for each queryset, and one for each kind of row named in it.
    """
    found = [
        entry for rows in querysets for entry in entries_of(rows.model, LogEntry.objects.get_for_objects(rows), limit)
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def trail_of_keys(model, keys, *, limit=100):
    """As `trail`, of rows of `model` by their keys, also of those that are gone (`deleted_keys`)."""
    of_model = LogEntry.objects.get_for_model(model).filter(object_id__in=list(keys))
    return entries_of(model, of_model, limit)


def deleted_keys(model, *, name=None, **was):
    """Keys of rows of `model` that were deleted. One query.

    name: what such a row was called then. was: fields (one of those that are kept) and the keys they may have held.
    """
    gone = LogEntry.objects.get_for_model(model).filter(action=LogEntry.Action.DELETE)
    if name is not None:
        gone = gone.filter(object_repr=name)
    for field, keys in was.items():
        held = [*keys, *map(str, keys)]  # the library writes a key in either form
        gone = gone.filter(**{f"changes__{field}__0__in": held})
    return [key for key in gone.values_list("object_id", flat=True) if key is not None]


def entries_of(model, entries, limit):
    """The queryset `entries` (LogEntry), all about rows of `model`, in words; also about rows that are gone."""
    entries = list(entries.select_related("actor").order_by("-timestamp", "-pk")[:limit])
    words = _Words(model, entries)
    return [
        Entry(
            at=entry.timestamp,
            who=who(entry),
            about=entry.object_repr,
            action=words.action(entry),
            changes=words.changes(entry),
        )
        for entry in entries
    ]


def who(entry):
    """Who did it, in words."""
    if entry.actor is not None:
        return str(entry.actor)
    origin = (entry.additional_data or {}).get("origin")
    words = {ORIGIN_VISITOR: _("iemand zonder account"), ORIGIN_DELETED: _("verwijderd account")}
    return words.get(origin, _("Loket zelf"))


class _Words:
    """Field names and values of entries about one model, as a person reads them."""

    def __init__(self, model, entries):
        self._fields = {}
        for name in {name for entry in entries for name in entry.changes or {}}:
            try:
                self._fields[name] = model._meta.get_field(name)
            except FieldDoesNotExist:  # a field of an earlier release
                self._fields[name] = None
        self._related = {
            name: self._rows(field, [entry.changes[name] for entry in entries if name in (entry.changes or {})])
            for name, field in self._fields.items()
            if isinstance(field, models.ForeignKey)
        }

    @staticmethod
    def _rows(field, pairs):
        keys = set()
        for value in (value for pair in pairs if isinstance(pair, list) for value in pair):
            try:
                keys.add(field.target_field.to_python(value))
            except ValidationError:
                continue
        rows = field.related_model._base_manager.filter(**{f"{field.target_field.name}__in": keys - {None}})
        return {str(getattr(row, field.target_field.attname)): str(row) for row in rows}

    @staticmethod
    def action(entry):
        actions = LogEntry.Action
        return {actions.CREATE: _("gemaakt"), actions.UPDATE: _("gewijzigd"), actions.DELETE: _("verwijderd")}.get(
            entry.action, _("bekeken")
        )

    def changes(self, entry):
        if entry.action == LogEntry.Action.DELETE:
            return ()
        found = []
        for name, values in (entry.changes or {}).items():
            field = self._fields[name]
            if getattr(field, "primary_key", False):
                continue
            label = capfirst(str(getattr(field, "verbose_name", name)))
            if isinstance(values, dict):  # rows that were added to or taken from a many-to-many field
                names = ", ".join(values["objects"])
                added = values["operation"] == "add"
                found.append(Change(label=label, before="" if added else names, after=names if added else ""))
            else:
                before, after = (self._value(name, field, value) for value in values)
                if before or after:
                    found.append(Change(label=label, before=before, after=after))
        return tuple(found)

    def _value(self, name, field, value):
        """One value in words; "" for nothing."""
        if value is None or value in ("", "None", [], "[]"):
            return ""
        if isinstance(value, bool) or (isinstance(field, models.BooleanField) and value in ("True", "False")):
            return _("ja") if value in (True, "True") else _("nee")
        if name in self._related:
            return self._related[name].get(str(value), _("iets dat er niet meer is"))
        if isinstance(value, list):
            return ", ".join(self._value(name, getattr(field, "base_field", None), each) for each in value)
        if isinstance(value, dict):  # of a JSON field
            return ", ".join(f"{key}: {self._value(name, None, each)}" for key, each in value.items())
        choices = dict(getattr(field, "flatchoices", None) or ())
        if value in choices:
            return str(choices[value])
        words = _moment(field, value) or str(value)
        return words if len(words) <= LONGEST_VALUE else words[: LONGEST_VALUE - 1] + "…"


def _moment(field, value):
    """A day or moment as people write it; "" when `field` holds no such thing or `value` cannot be read."""
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        if moment and timezone.is_naive(moment):  # how the library writes it: UTC
            moment = timezone.make_aware(moment, timezone.get_fixed_timezone(0))
        return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""
    if isinstance(field, models.DateField):
        day = parse_date(str(value))
        return formats.date_format(day, "DATE_FORMAT") if day else ""
    return ""


def forget_person(user, *, addresses):
    """Take the name and addresses of `user` out of the log; what happened stays, by "verwijderd account".

    Call it before the account is deleted and once more after it, for what the deletion itself wrote down.
    addresses: every e-mail address of the account (str). Looks through the whole log: rare, so that is fine.
    """
    done = LogEntry.objects.filter(actor_id=user.pk) | LogEntry.objects.filter(actor_email__in=addresses)
    done.update(actor=None, actor_email=None, additional_data={"origin": ORIGIN_DELETED})
    about = LogEntry.objects.get_for_object(user)
    for entry in about:
        entry.changes = {name: pair for name, pair in (entry.changes or {}).items() if name not in {"name", "email"}}
    LogEntry.objects.bulk_update(about, ["changes"])
    gone = _("verwijderd account")
    about.update(object_repr=gone, serialized_data=None, changes_text="")
    for said in {user.name, *addresses} - {""}:
        LogEntry.objects.filter(object_repr__icontains=said).update(
            object_repr=Replace(F("object_repr"), Value(said), Value(gone))
        )


def record_many(pairs, *, by):
    """Write the entries of rows that were saved in bulk, which sends no signals; one query for each five hundred.

    pairs: (what the row was or None when it is new, what it is now). by: the User. Rows of a model that is not
    registered, and rows in which nothing that is kept changed, leave no entry.
    """
    entries = []
    for old, new in pairs:
        if not auditlog.contains(type(new)):
            continue
        changes = model_instance_diff(old, new, use_json_for_changes=True)
        if changes:
            entries.append(
                LogEntry(
                    content_type=ContentType.objects.get_for_model(new),
                    object_pk=str(new.pk),
                    object_id=new.pk if isinstance(new.pk, int) else None,
                    object_repr=str(new),
                    action=LogEntry.Action.UPDATE if old else LogEntry.Action.CREATE,
                    changes=changes,
                    actor=by,
                    actor_email=getattr(by, "email", None),
                )
            )
    LogEntry.objects.bulk_create(entries, batch_size=500)
