"""What a school types when it signs up, changes or cancels; and what a coordinator notes of a date."""

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms import PlainTextField
from loket.vocabulary import Initiative, Kind, Sector, StopReason

MOST_PEOPLE = 5_000
LONGEST = 500  # characters
NO_NAMES = gettext_lazy("Noem geen namen van leerlingen.")


def _number(label):
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),  # a number box throws away what is no number
        error_messages={
            "invalid": gettext_lazy("Vul een heel getal in, zoals 24. Of laat dit leeg."),
            "min_value": gettext_lazy("Vul 0 of meer in, of laat dit leeg."),
            "max_value": gettext_lazy("Dit zijn er te veel. Vul ten hoogste %(limit_value)d in."),
        },
    )


def _text(label, help_text=NO_NAMES):
    field = PlainTextField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        error_messages={
            "max_length": gettext_lazy(
                "Dit is te lang: %(show_value)d tekens. Maak er ten hoogste %(limit_value)d van."
            )
        },
    )
    field.widget.attrs.update(rows=3)
    del field.widget.attrs["maxlength"]  # a browser that cuts off in silence loses what was typed
    return field


def _helper(button, *, fields, is_main=False, action=""):
    """Fields and one button; the primary one where the form is what the page is for."""
    helper = FormHelper()
    helper.attrs = {"novalidate": ""}  # our own messages, in Dutch and beside the field
    helper.form_action = action
    look = "btn-primary" if is_main else "btn-outline-primary"
    helper.layout = Layout(*fields, StrictButton(button, type="submit", css_class=look))
    return helper


class GroupForm(forms.Form):
    """The numbers of a group, who took the initiative, and a remark."""

    pupils_count = _number(gettext_lazy("Hoeveel leerlingen komen er?"))
    teachers_count = _number(gettext_lazy("Hoeveel leraren komen er?"))
    initiatives = forms.MultipleChoiceField(
        label=gettext_lazy("Wie nam het initiatief om mee te doen?"),
        help_text=gettext_lazy("U kunt meer antwoorden kiezen."),
        choices=Initiative.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Dit antwoord kennen wij niet. Kies uit de lijst.")},
    )
    remark = _text(gettext_lazy("Wat moet het netwerk nog weten?"))

    def __init__(self, *args, about_programme=False, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in (
            ("pupils_count", _("Om hoeveel leerlingen gaat het?")),
            ("teachers_count", _("Om hoeveel leraren gaat het?")),
        ):
            if about_programme:
                self.fields[name].label = label
        self.fields["pupils_count"].help_text = _("Een schatting is genoeg. Weet u het nog niet? Laat dit leeg.")

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in ("pupils_count", "teachers_count", "initiatives", "remark")}


class SignUpForm(GroupForm):
    """A group of one school that signs up for a date or a programme.

    sectors: those that school and offer share. networks: [(pk, name)] to choose from, for a programme.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    school = forms.CharField(widget=forms.HiddenInput)
    sector = forms.ChoiceField(
        label=gettext_lazy("Voor welke sector?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies een sector."),
            "invalid_choice": gettext_lazy("Deze sector past hier niet. Kies een van deze."),
        },
    )
    network = forms.ChoiceField(
        label=gettext_lazy("Bij welk netwerk?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Dit netwerk werkt niet voor uw school. Kies een van deze.")},
    )

    def __init__(self, *args, sectors, networks=(), button, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["form_key", "school", "sector", "network", "pupils_count", "teachers_count"])
        self.fields["sector"].choices = [(value, Sector(value).label) for value in sectors]
        if len(sectors) == 1:
            self.fields["sector"].widget = forms.HiddenInput()
            self.fields["sector"].initial = sectors[0]
        self.fields["network"].choices = networks
        self.fields["network"].required = len(networks) > 1
        self.fields["network"].error_messages["required"] = _("Kies een netwerk.")
        if len(networks) < 2:
            self.fields["network"].widget = forms.HiddenInput()
            self.fields["network"].initial = networks[0][0] if networks else ""
        self.helper = _helper(button, fields=list(self.fields), is_main=True)


class ChangeForm(GroupForm):
    """Other numbers for a group that is registered. `seen` says what the person saw while typing."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Bewaar de wijziging"), fields=list(self.fields), action=action)


class CancelForm(forms.Form):
    """Why a school cancels (R50)."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Waarom meldt u zich af?"),
        choices=StopReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies een reden. Het netwerk leert ervan."),
            "invalid_choice": gettext_lazy("Deze reden kennen wij niet. Kies uit de lijst."),
        },
    )
    text = _text(gettext_lazy("Wilt u dat toelichten?"))

    def __init__(self, *args, action, button, **kwargs):
        super().__init__(*args, prefix="afmelden", **kwargs)
        self.helper = _helper(button, fields=list(self.fields), action=action)


class TransferForm(forms.Form):
    """Another date of the same activity. dates: [(uid, label)]."""

    to = forms.ChoiceField(
        label=gettext_lazy("Kies een datum"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Kies een datum."),
            "invalid_choice": gettext_lazy("Naar deze datum kan het niet meer. U houdt wat u had."),
        },
    )

    def __init__(self, *args, dates, action, **kwargs):
        super().__init__(*args, prefix="datum", **kwargs)
        self.fields["to"].choices = dates
        self.helper = _helper(_("Ga naar deze datum"), fields=["to"], action=action)


class AttendanceForm(forms.Form):
    """One group of an attendance list."""

    WAS_THERE = [("ja", gettext_lazy("was er")), ("nee", gettext_lazy("was er niet"))]

    was_there = forms.ChoiceField(label=gettext_lazy("Was de groep er?"), choices=WAS_THERE, required=False)
    pupils_count = _number(gettext_lazy("leerlingen"))
    teachers_count = _number(gettext_lazy("leraren"))

    def __init__(self, *args, registration, **kwargs):
        super().__init__(*args, prefix=f"g{registration.pk}", **kwargs)
        self.registration = registration
        for name in ("pupils_count", "teachers_count"):
            self.fields[name].widget.attrs.update({"class": "form-control"})
            if self.is_bound and name in self.errors:
                self.fields[name].widget.attrs.update(
                    {"class": "form-control is-invalid", "aria-describedby": f"{self[name].id_for_label}_fout"}
                )

    @property
    def numbers(self):
        return [self["pupils_count"], self["teachers_count"]]

    @property
    def row(self):
        """As `registrations.record_attendance` takes it; None when nothing was said of this group."""
        cleaned = self.cleaned_data
        if not cleaned["was_there"]:
            return None
        return cleaned["was_there"] == "ja", cleaned["pupils_count"], cleaned["teachers_count"]


class EntryForm(forms.Form):
    """What happened on a day, in a kind and numbers (R48)."""

    happened_on = forms.DateField(
        label=gettext_lazy("Op welke dag?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Kies een dag."),
            "invalid": gettext_lazy("Dit is geen dag. Schrijf haar als 12-3-2027."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Wat was het?"),
        choices=[("", gettext_lazy("Kies een soort")), *Kind.choices],
        error_messages={
            "required": gettext_lazy("Kies een soort."),
            "invalid_choice": gettext_lazy("Deze soort kennen wij niet. Kies uit de lijst."),
        },
    )
    pupils_count = _number(gettext_lazy("Hoeveel leerlingen waren er?"))
    teachers_count = _number(gettext_lazy("Hoeveel leraren waren er?"))

    def __init__(self, *args, only_numbers=False, action="", **kwargs):
        super().__init__(*args, **kwargs)
        if only_numbers:
            del self.fields["happened_on"], self.fields["kind"]
        self.helper = _helper(_("Bewaar"), fields=list(self.fields), action=action)
