"""What a reminder is about, as a text: `model label:key`, such as "quality.Obligation:12"; and telling it."""

from django.utils.translation import gettext as _

from reminders.due import Due, GoneError

CHUNK = 2000  # rows that are read at a time
LONGEST_KEY = 18  # digits that fit in the database


def subject_of(row):
    return f"{row._meta.label}:{row.pk}"


def asked_for(rows, asked, *, model=None, field="pk"):
    """Those of the queryset `rows` that are asked for: all, or the subjects that the memory names.

    model, field: what the subject is and the way to its key, where that is not the row itself.
    """
    if asked.subjects is None:
        return rows
    return rows.filter(**{f"{field}__in": keys_of(model or rows.model, asked.subjects)})


def keys_of(model, subjects):
    """Keys of those `subjects` that are rows of `model`; others are left out."""
    split = (subject.partition(":") for subject in subjects)
    mine = (key for label, _colon, key in split if label == model._meta.label and key.isdecimal())
    return [int(key) for key in mine if len(key) <= LONGEST_KEY]


def row_of(rows, subject):
    """The row of the queryset `rows` that `subject` names. Raises GoneError when it is not there (any more)."""
    row = rows.filter(pk__in=keys_of(rows.model, [subject])).first()
    if row is None:
        raise GoneError(_("Dit was al gedaan, of het hoeft niet meer."))
    return row


def streamed(rows):
    """The rows of a queryset, never all in memory."""
    return rows.iterator(chunk_size=CHUNK)


def tell(readers, row, moment, values, path, *, until=None, calendar=""):
    """A Due about `row` for each of `readers`; none without a moment."""
    if moment is None:
        return
    subject = subject_of(row)
    for reader in readers:
        yield Due(
            subject=subject,
            to=reader.to,
            user_pk=reader.user_pk,
            moment=moment,
            values=values,
            path=path,
            until=until,
            holiday_region_pk=reader.holiday_region_pk,
            calendar=calendar,
        )
