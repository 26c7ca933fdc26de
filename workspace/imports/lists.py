"""What all kinds of lists share: columns, comparing with what stands here, and saving.

A kind is a Resource of django-import-export. Each row of the file is about a `Line`: one or more rows of the database
(its *parts*, in the order in which they are saved), such as a person and what that person does. A value is set
only where what the list says differs from what an export would write; so reading back an export changes nothing.
"""

import copy
from dataclasses import dataclass, field

import tablib
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from accounts.audit import record_many
from networks.models import Network
from schools.search import search
from schools.words import plain
from workspace.imports.cells import Named, near
from workspace.imports.codes import UnknownCode

NUMBER = "#"  # the heading under which the number of a row travels through the library
CANDIDATES_FOR = 200  # rows without a school that we look for by name; each costs up to four queries
AT_A_TIME = 500
TELL_EACH = 250  # rows


class Column(Field):
    """One column of a list.

    needed: without it no row can be read. key: it says which row of the database is meant; it is never changed.
    readonly: it goes out and is not read back. aliases: other headings that people use. example: for the template.
    """

    def __init__(
        self,
        name,
        widget,
        attribute=None,
        *,
        needed=False,
        key=False,
        readonly=False,
        aliases=(),
        example="",
        help="",
    ):
        super().__init__(attribute=attribute, column_name=name, widget=widget, readonly=readonly)
        self.needed, self.key, self.aliases, self.example, self.help = needed, key, aliases, example, help

    @property
    def part(self):
        return self.attribute.split("__")[0] if self.attribute else None


class Line:
    """The rows of the database that one row of a list is about; a part that is not there is None."""

    def __init__(self, **parts):
        self.__dict__.update(parts)


@dataclass
class Outcome:
    """What happens to one row. status: a key of STATUSES."""

    number: int
    status: str
    label: str = ""
    changes: list = field(default_factory=list)  # [column, before, after]
    notes: list = field(default_factory=list)
    candidates: list = field(default_factory=list)

    def as_json(self):
        return {
            "number": self.number,
            "status": self.status,
            "label": self.label,
            "changes": self.changes,
            "notes": self.notes,
            "candidates": self.candidates,
        }

    def as_fact(self):
        """What must still be true when the list is applied."""
        return [self.number, self.status, self.changes]


NEW, CHANGED, UNCHANGED, DUPLICATE, UNMATCHED, REJECTED = [
    "new",
    "changed",
    "unchanged",
    "duplicate",
    "unmatched",
    "rejected",
]
STATUSES = (NEW, CHANGED, UNCHANGED, DUPLICATE, UNMATCHED, REJECTED)
LEFT_OUT = (UNMATCHED, REJECTED)


class Rejected(Exception):
    """A row that cannot be read, with the reasons and maybe what was meant."""

    def __init__(self, reasons, candidates=(), status=REJECTED):
        super().__init__(reasons)
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        self.candidates, self.status = list(candidates), status


class Loader(BaseInstanceLoader):
    """The resource itself knows where its lines are; the library asks a loader."""

    def get_instance(self, row):
        return None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Who brings the list, for which networks, on which day."""

    user: object
    networks: tuple  # of Network with its programme: those the list may be about
    changed: frozenset  # keys of all networks this user may change
    is_staff: bool
    today: object

    @property
    def keys(self):
        return [network.pk for network in self.networks]


class ListResource(resources.Resource):
    """One kind of list. Subclasses name `kind`, `parts`, columns, and say what a row is about (`find`)."""

    do_not_call_in_templates = True  # pages show what a kind is, and never make one
    kind = None
    parts = ()  # names of the parts of a line, in the order in which they are saved
    title = ""
    explanation = ""

    class Meta:
        use_bulk = True
        batch_size = None
        skip_diff = True  # our own comparison, without a deep copy of each row
        report_skipped = True
        import_id_fields = ()
        instance_loader_class = Loader

    def __init__(self, scope, *, progress=None):
        super().__init__()
        self.scope = scope
        self._progress = progress
        self.outcomes = []
        self._new, self._changed, self._originals = {}, {}, {}
        self._seen = {}
        self._searched = 0
        self._found_near = {}
        self.locking = False

    # --- what it looks like -------------------------------------------------------------------------

    @classmethod
    def columns(cls):
        """The columns in order, as {name of the field: Column}."""
        return cls.fields

    @classmethod
    def known_headings(cls):
        return {
            plain(word): column.column_name
            for column in cls.fields.values()
            for word in (column.column_name, *column.aliases)
        }

    @classmethod
    def needed_headings(cls):
        return [column.column_name for column in cls.fields.values() if column.needed]

    @classmethod
    def template_rows(cls):
        return [tuple(column.example for column in cls.fields.values() if not column.readonly)]

    @classmethod
    def template_headings(cls):
        return [column.column_name for column in cls.fields.values() if not column.readonly]

    @classmethod
    def template_notes(cls):
        yield (_("Kolom"), _("Wat erin hoort"))
        for column in cls.fields.values():
            if not column.readonly:
                need = _("verplicht; ") if column.needed else ""
                yield (column.column_name, f"{need}{column.widget.sort}{'. ' if column.help else ''}{column.help}")
        yield ("", "")
        yield (_("Let op"), cls.explanation)

    def export_rows(self):
        """The list as it stands here, one tuple a row, in the form that can be read back."""
        self.prepare(None)
        columns = list(self.fields.values())
        for line in self.lines():
            yield tuple(column.widget.render(column.get_value(line)) for column in columns)

    # --- for each kind to say -----------------------------------------------------------------------

    def prepare(self, rows):
        """Load what rows are compared with. rows: dicts by heading, or None for an export."""

    def lines(self):
        """Every Line of the scope, for an export."""
        raise NotImplementedError

    def find(self, values):
        """(Line, {part: key}) that `values` (by field) are about; raises Rejected. Parts that are new have no pk."""
        raise NotImplementedError

    def check(self, line, values):
        """Raise Rejected when the line, with its new values, cannot be."""

    def before_save(self, part, row):
        """Set what a person does not type, such as the source; `row` is new or changed."""

    def label(self, line):
        """The line in a few words."""
        raise NotImplementedError

    # --- reading ------------------------------------------------------------------------------------

    def read(self, rows, *, apply=False):
        """Go through `rows` (reading.Row); returns the outcomes. With `apply` they are written as well.

        Writing wants a transaction around it. Raises whatever went wrong that is not about a row.
        """
        self.locking = apply
        rows = list(rows)
        named = [column.column_name for column in self.fields.values()]
        present = [name for name in named if rows and name in rows[0].cells]
        self._by_number = {row.number: row for row in rows}
        self._present = {
            name: column
            for name, column in self.fields.items()
            if column.column_name in present and not column.readonly
        }
        dataset = tablib.Dataset(
            *((row.number, *(row.cells.get(name, "") for name in present)) for row in rows),
            headers=[NUMBER, *present],
        )
        result = self.import_data(dataset, dry_run=not apply, use_transactions=False, raise_errors=False)
        for error in [*result.base_errors, *(error for row in result.error_rows for error in row.errors)]:
            raise error.error
        return self.outcomes

    def get_import_id_fields(self):
        return []

    def before_import(self, dataset, **kwargs):
        self.prepare([row.cells for row in self._by_number.values()])

    def import_row(self, row, instance_loader, **kwargs):
        """As the library does, and the outcome of the row beside it."""
        self._line = Outcome(row[NUMBER], UNCHANGED)
        result = super().import_row(row, instance_loader, **kwargs)
        if result.validation_error is None and not result.errors:
            if result.import_type == RowResult.IMPORT_TYPE_NEW:
                self._line.status = NEW
            elif result.import_type == RowResult.IMPORT_TYPE_UPDATE:
                self._line.status = CHANGED
        self.outcomes.append(self._line)
        if self._progress and len(self.outcomes) % TELL_EACH == 0:
            self._progress(len(self.outcomes))
        return result

    def before_import_row(self, row, **kwargs):
        """Read the cells, all of them, so that a row tells everything that is wrong with it at once."""
        trouble = self._by_number[row[NUMBER]].trouble
        if trouble:
            self._reject(Rejected(trouble))
        values, wrong, candidates, status = {}, [], [], REJECTED
        for name, column in self._present.items():
            cell = row[column.column_name]
            try:
                values[name] = column.widget.clean(cell, row=row, note=self._line.notes.append)
                if column.needed and cell in (None, ""):
                    raise ValueError(_("Dit mag niet leeg zijn."))
            except UnknownCode as error:
                status = UNMATCHED
                wrong.append(f"{column.column_name}: {error}")
                candidates = error.candidates or self.schools_near(row)
            except ValueError as error:
                wrong.append(f"{column.column_name}: {error}")
        if wrong:
            self._reject(Rejected(wrong, [str(school) for school in candidates], status))
        self.values = values

    def get_or_init_instance(self, instance_loader, row):
        try:
            line, keys = self.find(self.values)
            self._against_other_rows(keys, row[NUMBER])
        except Rejected as error:
            self._reject(error)
        self._line.label = self.label(line)
        new = any(
            (part := getattr(line, name)) is not None and part._state.adding and id(part) not in self._new
            for name in self.parts
        )
        return line, new

    def import_instance(self, instance, row, **kwargs):
        """Set what differs. A row that cannot be leaves everything as it was."""
        done = []
        for name, value in self.values.items():
            column = self.fields[name]
            if not column.attribute or column.key:
                continue
            part, attribute = getattr(instance, column.part), column.attribute.split("__")[-1]
            if part is None:
                continue
            before = getattr(part, attribute)
            if column.widget.shown(before) == column.widget.shown(value):
                continue
            self._remember(part)
            done.append((part, attribute, before))
            setattr(part, attribute, value)
            if not part._state.adding:
                self._line.changes.append(
                    [column.column_name, str(column.widget.render(before)), str(column.widget.render(value))]
                )
        try:
            self.check(instance, self.values)
        except Rejected as error:
            for part, attribute, value in reversed(done):
                setattr(part, attribute, value)
            self._line.changes = []
            self._forget_row(row[NUMBER])
            self._reject(error)
        self._touched = {id(part): part for part, _attribute, _value in done}

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors:
            return False
        if self._line.status == DUPLICATE:
            return True
        fresh = [name for name in self.parts if self._is_fresh(getattr(instance, name))]
        return not fresh and not self._line.changes

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """`check` did, without a query for each row; what it found comes back here."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        """Keep what must be written until all rows are read."""
        for name in self.parts:
            part = getattr(instance, name)
            if part is None:
                continue
            if part._state.adding:
                self._new.setdefault(id(part), (name, part))
            elif id(part) in self._touched:
                self._changed.setdefault(id(part), (name, part))

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """Write all of it: a part of a line before the parts that point at it, each with its line in the log."""
        if dry_run:
            return
        for name in self.parts:
            new = [part for of, part in self._new.values() if of == name]
            changed = [part for of, part in self._changed.values() if of == name]
            for part in (*new, *changed):
                self.before_save(name, part)
            self._write(new, changed)
        self._say_edited()

    def _say_edited(self):
        """The networks whose record this list changed are left alone by the catalogue from now on."""
        parts = [part for _of, part in (*self._new.values(), *self._changed.values())]
        keys = {key for part in parts for key in self.edits(part)}
        if keys:
            Network.objects.filter(pk__in=keys).update(edited_at=timezone.now())

    def edits(self, part):
        """Keys of the networks of whose record `part` is a piece."""
        return ()

    def bulk_update(self, *args, **kwargs):
        """`bulk_create` wrote these too: the order is that of the parts."""

    def _write(self, new, changed):
        for rows, is_new in ((new, True), (changed, False)):
            if not rows:
                continue
            model = type(rows[0])
            if is_new:
                model.objects.bulk_create(rows, batch_size=AT_A_TIME)
            else:
                # Ten times as fast as bulk_update (FINDINGS.md); the rows are locked, so none can be gone.
                names = [
                    each.name for each in model._meta.concrete_fields if not each.primary_key and not each.generated
                ]
                model.objects.bulk_create(
                    rows, batch_size=AT_A_TIME, update_conflicts=True, unique_fields=["pk"], update_fields=names
                )
            record_many([(None if is_new else self._originals[id(row)], row) for row in rows], by=self.scope.user)

    # --- pieces -------------------------------------------------------------------------------------

    def _reject(self, error):
        self._line.status = error.status
        self._line.notes = [*error.reasons, *self._line.notes]
        self._line.candidates = error.candidates
        raise ValidationError(error.reasons)

    def _remember(self, part):
        if not part._state.adding:
            self._originals.setdefault(id(part), copy.copy(part))

    def _is_fresh(self, part):
        return part is not None and part._state.adding and id(part) not in self._new

    def _against_other_rows(self, keys, number):
        """A row that says the same as an earlier one counts once; one that says otherwise is rejected."""
        news = {}
        same = None
        for part, key in keys.items():
            shown = tuple(
                column.widget.shown(self.values[name])
                for name, column in self._present.items()
                if column.part == part and name in self.values
            )
            earlier = self._seen.get((part, key))
            if earlier is None:
                news[part, key] = (number, shown)
                same = None
            elif earlier[1] != shown:
                differing = [
                    column.column_name
                    for column, here, there in zip(
                        [column for column in self._present.values() if column.part == part],
                        shown,
                        earlier[1],
                        strict=True,
                    )
                    if here != there
                ]
                raise Rejected(
                    _("Rij %(number)d zegt over hetzelfde iets anders: %(columns)s.")
                    % {"number": earlier[0], "columns": ", ".join(differing)}
                )
            else:
                same = earlier[0]
        self._seen |= news
        if not news and same is not None:
            self._line.status = DUPLICATE
            self._line.notes.append(
                _("Dezelfde gegevens staan al op rij %(number)d; zij tellen één keer.") % {"number": same}
            )

    def _forget_row(self, number):
        self._seen = {key: value for key, value in self._seen.items() if value[0] != number}

    def schools_near(self, row):
        """Schools whose name and place are like those in the row; for the first rows only."""
        told = " ".join(str(row.get(name) or "") for name in ("School", "Plaats")).strip()
        if not told:
            return []
        if told not in self._found_near:
            if self._searched >= CANDIDATES_FOR:
                return []
            self._searched += 1
            self._found_near[told] = [f"{school.code} {school.name}, {school.place}" for school in search(told, 3)]
        return self._found_near[told]

    def locked(self, queryset):
        """`queryset`, locked when the list is being applied."""
        return queryset.select_for_update(of=("self",)) if self.locking else queryset

    def network_of(self, values):
        """The network a row is about: its own column, else the one the list was brought for."""
        network = values.get("network")
        if network is None:
            if len(self.scope.networks) != 1:
                raise Rejected(_("Netwerk: vul in over welk netwerk deze rij gaat; u koos al uw netwerken."))
            network = self.scope.networks[0]
        return network


class NetworkCell(Named):
    """One of the networks of the scope; another one is refused in words."""

    def __init__(self):
        super().__init__(_("netwerk"))

    def fill_from(self, scope):
        self.scope = scope
        self.fill(scope.networks, "name", "slug")

    def unknown(self, value):
        name = " ".join(str(value).split())
        other = Network.objects.filter(name__iexact=name).first() or Network.objects.filter(slug=name.lower()).first()
        if other is None:
            return _("“%(value)s” is geen netwerk dat wij kennen.%(near)s") % {
                "value": name,
                "near": near(name, self.words.values()),
            }
        if other.pk in self.scope.changed:
            return _("Deze rij gaat over %(other)s; u koos een ander netwerk.") % {"other": other}
        return _("Deze rij gaat over %(other)s. U mag alleen lijsten inlezen van uw eigen netwerken.") % {
            "other": other
        }
