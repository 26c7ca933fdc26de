from django import forms

from accounts.models import Preference
from accounts.preferences import chosen_by
from reminders.due import RULES
from reminders.models import Reminder


def rules_for(addresses):
    """(kinds that `addresses` were told about or chose for, the other kinds): RuleDefinitions that can be off."""
    lower = {address.lower() for address in addresses}
    keys = set(Reminder.objects.filter(to__in=lower).order_by().values_list("rule__key", flat=True).distinct())
    keys |= set(chosen_by(addresses).values_list("kind", flat=True))
    periodic = [rule for rule in RULES.rules.values() if not rule.is_urgent]
    return [rule for rule in periodic if rule.key in keys], [rule for rule in periodic if rule.key not in keys]


class PreferenceForm(forms.Form):
    """One choice for each kind; those that these people get stand first."""

    def __init__(self, *args, addresses, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = dict(chosen_by(addresses).values_list("kind", "how"))
        self.known, self.others = rules_for(addresses)
        for rule in (*self.known, *self.others):
            self.fields[rule.key] = forms.ChoiceField(
                label=rule.name,
                choices=Preference.How.choices,
                initial=chosen.get(rule.key, Preference.DEFAULT),
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )

    @property
    def known_fields(self):
        return [self[rule.key] for rule in self.known]

    @property
    def other_fields(self):
        return [self[rule.key] for rule in self.others]

    @property
    def choices(self):
        """{kind: Preference.How} of what differs from what stands; the rest follows the default of later."""
        return {key: how for key, how in self.cleaned_data.items() if how != self.fields[key].initial}
