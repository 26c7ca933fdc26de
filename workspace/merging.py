"""Two people who edit the same row: the second sees what the first changed, and nothing is lost.

The form carries the values that its reader saw (signed, so that nothing else comes back). When it is sent, each field
is compared with those and with what stands in the database now: what only the reader changed is saved, what
only somebody else changed stays, and what both changed is asked about.
"""

from datetime import date

from django import forms
from django.core import signing
from django.db import models
from django.utils.translation import gettext as _

from accounts.audit import trail

SALT = "workspace.merging"


class MergingForm(forms.ModelForm):
    """A form over a row that others may edit as well. Bind it to an instance that was read under a lock.

    kept: after `is_valid`, labels of fields that somebody else changed meanwhile and that stay so. clashing: labels
    of those that both changed; each has its error, and sending the form once more decides.
    """

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept, self.clashing = [], []
        self.initial["base"] = self._seen()

    def _row_fields(self):
        return [name for name in self.fields if name != "base" and name in self.row_values()]

    def row_values(self):
        """What the form edits, as it stands now: {name of a field: value}. A form over two rows adds the other."""
        return forms.models.model_to_dict(self.instance, [*self._meta.fields])

    def _seen(self):
        return signing.dumps({name: _plain(value) for name, value in self.row_values().items()}, salt=SALT)

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None:
            return cleaned
        try:
            seen = signing.loads(cleaned.get("base", ""), salt=SALT)
        except signing.BadSignature:
            seen = {}
        now = self.row_values()
        again = self.data.copy()
        for name in self._row_fields():
            if name not in cleaned:
                continue
            was, is_now, typed = seen.get(name), _plain(now[name]), _plain(cleaned[name])
            if is_now in (was, typed):
                continue
            if typed == was:
                cleaned[name] = self.fields[name].clean(self.fields[name].prepare_value(now[name]))
                again[name] = self.fields[name].prepare_value(now[name])
                self.kept.append(self.fields[name].label)
            else:
                self.clashing.append(self.fields[name].label)
                self.add_error(name, self._clash(self.fields[name], now[name]))
        again["base"] = self._seen()
        self.data = again
        return cleaned

    def _clash(self, field, value):
        choices = dict(getattr(field, "choices", None) or ())
        words = str(choices.get(value, value) if value not in (None, "") else _("niets"))
        return _(
            "Iemand anders veranderde dit intussen in: “%(words)s”. Wat u typte, staat er nog. "
            "Bewaar nog een keer als het zo moet zijn, of neem het over."
        ) % {"words": words}

    @property
    def changed_by(self):
        """Who changed the row last, in words; "" when nobody is known. A query."""
        entries = trail(self.instance, limit=1)
        return entries[0].who if entries else ""


def _plain(value):
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        return sorted(_plain(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value
