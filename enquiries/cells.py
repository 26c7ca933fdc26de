"""What one school did with one activity in one school year, as a cell of a grid: written, corrected or emptied.

Each cell is written against what its writer saw there, so nobody overwrites what they did not see. A cell with
several entries is not written as one: there each entry is corrected by itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity, Entry, Participation
from enquiries.deadlocks import again_after_deadlock
from enquiries.participations import Key, check_day


@dataclass(frozen=True, slots=True)
class Said:
    """A day with numbers; None is unknown."""

    happened_on: date
    pupils_count: int | None = None
    teachers_count: int | None = None

    @classmethod
    def of(cls, entry):
        return cls(entry.happened_on, entry.pupils_count, entry.teachers_count)

    @property
    def numbers(self):
        return {"pupils_count": self.pupils_count, "teachers_count": self.teachers_count}


@dataclass(frozen=True, slots=True)
class Write:
    """What to write in one cell: `said`, or None to empty it. seen: what stood there when it was typed."""

    key: Key
    activity: Activity
    said: Said | None
    seen: Said | None


class NotWrittenError(Exception):
    """A cell that was not written; `sentence` says why, `write` which one. None of the others was written either."""

    def __init__(self, write, sentence):
        super().__init__(sentence)
        self.write, self.sentence = write, sentence


class ChangedMeanwhileError(NotWrittenError):
    """Another stands there than was seen: `current`, a Said or None."""

    def __init__(self, write, current):
        super().__init__(write, _("Een ander heeft dit vakje intussen veranderd. Kijk wat er nu staat."))
        self.current = current


@again_after_deadlock
@transaction.atomic
def write_all(writes, *, by, today):
    """Write all cells or none; returns how many changed.

    A school that did something takes part: where there is no participation yet, it is made. Emptying the only
    entry of one that was made that way takes it away again. What stood there stays in the log.
    Raises NotWrittenError, also for a day that is to come or lies outside the school year.

    One query for the participations, one for the entries, and a few for each cell that changes.
    """
    rows = _locked(writes)
    entries = defaultdict(list)
    wanted = Entry.objects.filter(
        participation__in=[row.pk for row in rows.values()], activity__in={write.activity.pk for write in writes}
    )
    for entry in wanted.order_by("pk"):
        entries[entry.participation_id, entry.activity_id].append(entry)
    return sum(_write(write, rows, entries, by=by, today=today) for write in writes)


def _locked(writes):
    """{Key: its participation, locked}; only of those that are there."""
    keys = {write.key for write in writes}
    if not keys:
        return {}
    one = next(iter(keys))
    found = Participation.objects.select_for_update().filter(
        network=one.network, school_year=one.school_year, school__in={key.school.pk for key in keys}
    )
    by_place = {(row.school_id, row.programme_id, row.sector): row for row in found.order_by("pk")}
    places = {key: (key.school.pk, key.programme.pk, key.sector) for key in keys}
    return {key: by_place[place] for key, place in places.items() if place in by_place}


def _write(write, rows, entries, *, by, today):
    row = rows.get(write.key)
    there = entries[row.pk, write.activity.pk] if row else []
    if len(there) > 1:
        raise NotWrittenError(write, _("Hier staat meer dan één keer. Verbeter ze één voor één bij de school."))
    entry = there[0] if there else None
    current = Said.of(entry) if entry else None
    if current == write.said:
        return False
    if current != write.seen:
        raise ChangedMeanwhileError(write, current)
    if write.said is None:
        _empty(write, row, entry)
        there.clear()
        return True
    if entry:
        _correct(write, row, entry, by=by, today=today)
        return True
    _check(write, today)
    if row is None:
        row = rows[write.key] = _taking_part(write)
        there = entries[row.pk, write.activity.pk]
        if Entry.objects.filter(participation=row, activity=write.activity).exists():
            raise ChangedMeanwhileError(write, None)
    there.append(
        Entry.objects.create(
            participation=row,
            activity=write.activity,
            kind=write.activity.kind,
            source=Entry.Source.HAND,
            recorded_by=by,
            happened_on=write.said.happened_on,
            **write.said.numbers,
        )
    )
    _begin_by(row, write.said.happened_on)
    return True


def _taking_part(write):
    """The participation of a school that had none, made and locked; another may have made it in this moment."""
    made, created = Participation.objects.get_or_create(
        **write.key.fields,
        defaults={"source": Participation.Source.COORDINATOR, "started_on": write.said.happened_on},
    )
    return made if created else Participation.objects.select_for_update().get(pk=made.pk)


def _correct(write, row, entry, *, by, today):
    if entry.source == Entry.Source.ATTENDANCE:
        if write.said.happened_on != entry.happened_on:
            raise NotWrittenError(
                write, _("De dag komt uit de agenda en staat vast. De aantallen kunt u verbeteren.")
            )
    else:
        _check(write, today)
    before = entry.happened_on
    entry.happened_on = write.said.happened_on
    entry.pupils_count, entry.teachers_count = write.said.pupils_count, write.said.teachers_count
    entry.recorded_by = by
    entry.save()
    if before != entry.happened_on:
        _begin_by(row, entry.happened_on)
        _begin_later(row, before)


def _empty(write, row, entry):
    if entry.source == Entry.Source.ATTENDANCE:
        raise NotWrittenError(
            write, _("Dit komt van de lijst wie er waren. Verbeter het daar; de aantallen kunt u hier verbeteren.")
        )
    before = entry.happened_on
    entry.delete()
    if _was_made_by(row, before) and not row.entries.exists():
        row.delete()
    else:
        _begin_later(row, before)


def _was_made_by(row, day):
    """Whether nothing else is known of a participation than that something happened on `day`."""
    return (
        row.source == Participation.Source.COORDINATOR
        and row.started_on == day
        and not any((row.signed_up_on, row.waiting_from_on, row.stopped_on, row.confirmed_on, row.contact_id))
        and not row.initiatives
    )


def _begin_by(row, day):
    if row.started_on is None or day < row.started_on:
        row.started_on = day
        row.save(update_fields=["started_on"])


def _begin_later(row, day):
    """The entry with which a participation began is gone or was on another day: begin with the first that is left."""
    if row.source != Participation.Source.COORDINATOR or row.started_on != day:
        return
    first = row.entries.order_by("happened_on").values_list("happened_on", flat=True).first()
    if first and first != day:
        row.started_on = first
        row.save(update_fields=["started_on"])


def _check(write, today):
    try:
        check_day(write.key.school_year, write.said.happened_on, today)
    except ValidationError as error:
        raise NotWrittenError(write, " ".join(error.messages)) from error
