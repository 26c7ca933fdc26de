"""What a person types about an activity, in five steps; about its dates; and about a decision."""

import re
from datetime import datetime, timedelta

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms import PlainTextField
from activities.models import Activity
from activities.series import Rhythm
from loket.vocabulary import Evidence, Sector
from regions.models import Municipality

LONGEST = {"summary": 1200, "intended_result": 1200}
LONGEST_PROOF = 2000
MOST = {"effort_hours": 2000, "cost_euro": 1_000_000}
# Texts about pupils are neutral (R79).
ORIGIN = re.compile(r"(?i)\b((al|auto)lochto\w*|migrant\w*|migratie\w*|afkomst\w*|etnisch\w*|etniciteit\w*)")
PROOF = ("evidence_baseline", "evidence_instrument", "evidence_on", "evidence_result")
STEPS = {
    "wat": (gettext_lazy("Wat is het?"), ("title", "summary", "kind")),
    "voor-wie": (gettext_lazy("Voor wie?"), ("sectors", "phases", "needs", "target_groups", "years")),
    "vraagt-en-levert": (
        gettext_lazy("Wat vraagt en levert het?"),
        ("intended_result", "delivery", "effort_hours", "cost_euro", "own_availability"),
    ),
    "bewijs": (gettext_lazy("Wat is er bewezen?"), ("evidence", *PROOF)),
    "wanneer": (gettext_lazy("Wanneer te zien?"), ("publish_on", "opens_on", "closes_on", "ended_on")),
}
STEP_OF = {name: step for step, (_label, names) in STEPS.items() for name in names}
HELP = {
    "title": gettext_lazy("Kort, zoals een school het zou zoeken. Ten hoogste 150 tekens."),
    "summary": gettext_lazy("Twee of drie zinnen in gewone taal. Noem geen namen van leerlingen."),
    "phases": gettext_lazy("Niets gekozen: past bij elke fase."),
    "needs": gettext_lazy("Kies alleen waar dit echt voor is: daarop zoeken scholen."),
    "years": gettext_lazy("Niets gekozen: alle leerjaren."),
    "effort_hours": gettext_lazy("Van de hele school samen. Weet u het niet? Laat dit leeg."),
    "cost_euro": gettext_lazy("0 is gratis. Weet u het niet? Laat dit leeg."),
    "own_availability": gettext_lazy("Leeg: zoals bij het programma."),
    "evidence": gettext_lazy("“Bewezen” kan alleen als u de vier vragen hieronder invult."),
    "publish_on": gettext_lazy("Leeg: meteen na goedkeuring."),
    "opens_on": gettext_lazy("Leeg: scholen kunnen altijd meedoen."),
    "closes_on": gettext_lazy("De laatste dag. Leeg: geen einde."),
    "ended_on": gettext_lazy("Vanaf deze dag staat het nergens meer. Leeg: het blijft."),
}
REQUIRED = {
    "title": gettext_lazy("Geef het een titel."),
    "summary": gettext_lazy("Schrijf op wat een school doet."),
    "kind": gettext_lazy("Kies wat voor soort activiteit het is."),
    "sectors": gettext_lazy("Kies ten minste één sector."),
}
DATE_WRONG = gettext_lazy("Dit is geen dag. Schrijf bijvoorbeeld 12-3-2027.")
DATE_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


def plain_helper():
    helper = FormHelper()
    helper.form_tag = False
    return helper


class OurDateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def date_field(label, *, help_text="", required=False):
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=OurDateInput(),
        input_formats=DATE_FORMATS,
        error_messages={"invalid": DATE_WRONG, "required": gettext_lazy("Vul een dag in.")},
    )


def text_field(label, *, longest, help_text="", required_message="", rows=4):
    field = PlainTextField(
        label=label,
        help_text=help_text,
        required=bool(required_message),
        max_length=longest,
        error_messages={
            "required": required_message or gettext_lazy("Vul dit in."),
            "max_length": gettext_lazy(
                "Dit is te lang: %(show_value)d tekens. Maak er ten hoogste %(limit_value)d van."
            ),
        },
    )
    field.widget.attrs.update(rows=rows)
    field.widget.attrs.pop("maxlength", None)  # a browser that cuts off in silence loses what was typed
    return field


def number_field(label, *, most, help_text=""):
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("Vul een heel getal in, zoals 24. Of laat dit leeg."),
            "min_value": gettext_lazy("Vul 0 of meer in, of laat dit leeg."),
            "max_value": gettext_lazy("Dit is te veel. Vul ten hoogste %(limit_value)d in."),
        },
    )


def field_of(name, programme):
    """The form field for one field of an activity."""
    if name == "publish_on":
        return date_field(_("Publiceren op"), help_text=HELP[name])
    model_field = Activity._meta.get_field(name)
    label, help_text = str(model_field.verbose_name).capitalize(), HELP.get(name, "")
    if name == "title":
        field = forms.CharField(
            label=label,
            help_text=help_text,
            max_length=150,
            error_messages={
                "required": REQUIRED[name],
                "max_length": _("Dit is te lang: %(show_value)d tekens. Maak er ten hoogste %(limit_value)d van."),
            },
        )
        del field.widget.attrs["maxlength"]  # a browser that cuts off in silence loses what was typed
        return field
    if name in MOST:
        return number_field(label, most=MOST[name], help_text=help_text)
    if name.endswith("_on"):
        return date_field(label, help_text=help_text)
    if hasattr(model_field, "base_field"):
        choices = model_field.base_field.choices
        if name == "sectors":
            choices = [(sector, label_) for sector, label_ in Sector.choices if sector in programme.sectors]
        return forms.MultipleChoiceField(
            label=label,
            help_text=help_text,
            choices=choices,
            required=name in REQUIRED,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": REQUIRED.get(name, ""),
                "invalid_choice": _("Dit antwoord kennen wij niet. Kies uit de lijst."),
            },
        )
    if model_field.choices:
        empty = [("", _("Kies"))] if name in REQUIRED else [("", _("onbekend"))]
        if name == "own_availability":
            empty = [("", _("zoals bij het programma"))]
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=empty + [pair for pair in model_field.choices if pair[0]],
            required=name in REQUIRED,
            error_messages={
                "required": REQUIRED.get(name, ""),
                "invalid_choice": _("Dit antwoord kennen wij niet. Kies uit de lijst."),
            },
        )
    return text_field(
        label,
        longest=LONGEST.get(name, LONGEST_PROOF),
        help_text=help_text,
        required_message=REQUIRED.get(name, ""),
    )


class StepForm(forms.Form):
    """One step of an activity. What it cannot read yet is kept as it was typed."""

    def __init__(self, *args, step, programme, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.step, self.today = step, today
        self.names = STEPS[step][1]
        for name in self.names:
            self.fields[name] = field_of(name, programme)
        self.helper = plain_helper()

    def clean(self):
        data = self.cleaned_data
        for name in ("title", "summary", "intended_result"):
            found = ORIGIN.search(data.get(name) or "")
            if found:
                self.add_error(
                    name,
                    _("Schrijf niet over afkomst: ‘%(word)s’. Zeg bijvoorbeeld ‘alle jongeren’.")
                    % {"word": found.group(0)},
                )
        if data.get("evidence") == Evidence.PROVEN:
            for name in PROOF:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Nodig voor “bewezen”. Vul dit in, of kies een ander antwoord."))
        self._clean_days(data)
        return data

    def _clean_days(self, data):
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("Dit ligt voor de dag waarop het opengaat."))
        publish, ends = data.get("publish_on"), data.get("ended_on")
        if publish and publish < self.today:
            self.add_error("publish_on", _("Deze dag is voorbij. Kies een latere dag, of laat dit leeg."))
        if ends and publish and ends <= publish:
            self.add_error("ended_on", _("Dit ligt niet na de dag van publicatie."))
        if data.get("evidence_on") and data["evidence_on"] > self.today:
            self.add_error("evidence_on", _("Deze dag moet nog komen."))

    @property
    def values(self):
        """What could be read, as `activities.revisions` keeps it; without the day of publication."""
        return {
            name: self._plain(self.cleaned_data[name])
            for name in self.names
            if name != "publish_on" and name in self.cleaned_data
        }

    @staticmethod
    def _plain(value):
        return value.isoformat() if hasattr(value, "isoformat") else value

    @property
    def typed(self):
        """What was typed and could not be read, to show again; {} when all was right."""
        if not self.errors:
            return {}
        data = {name: self.data.getlist(name) for name in self.names if name in self.data}
        return {"data": data, "errors": [name for name in self.errors if name in self.names]}


class NewOfferForm(forms.Form):
    """Where a new activity begins: the network, and what to begin with."""

    network = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Bij welk netwerk?"),
        empty_label=None,
        to_field_name="slug",
        error_messages={"required": gettext_lazy("Kies een netwerk.")},
    )

    def __init__(self, *args, networks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks
        self.helper = plain_helper()


class DecisionForm(forms.Form):
    """A note with a decision."""

    note = text_field(gettext_lazy("Toelichting"), longest=1000, rows=3)

    def __init__(self, *args, needs_note=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note
        self.fields["note"].error_messages["required"] = _(
            "Schrijf op waarom, zodat de ander weet wat er anders moet."
        )
        self.helper = plain_helper()


class DateForm(forms.Form):
    """When and where one date is, and how many places it has."""

    on = date_field(gettext_lazy("Dag"), required=True)
    begins = forms.TimeField(
        label=gettext_lazy("Van"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Vul een tijd in."),
            "invalid": gettext_lazy("Schrijf de tijd zo: 13:30."),
        },
    )
    ends = forms.TimeField(
        label=gettext_lazy("Tot"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Vul een tijd in."),
            "invalid": gettext_lazy("Schrijf de tijd zo: 13:30."),
        },
    )
    place = forms.CharField(
        label=gettext_lazy("Plaats"),
        help_text=gettext_lazy("Gebouw en adres."),
        max_length=150,
        required=False,
        error_messages={"max_length": gettext_lazy("Dit is te lang. Maak er ten hoogste 150 tekens van.")},
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), label=gettext_lazy("Gemeente"), required=False, empty_label="–"
    )
    is_online = forms.BooleanField(label=gettext_lazy("Het is online"), required=False)
    capacity = number_field(
        gettext_lazy("Plaatsen"),
        most=100_000,
        help_text=gettext_lazy("Een groep van een school is één plaats. Leeg: geen grens."),
    )
    taken_elsewhere = number_field(
        gettext_lazy("Daarvan al vergeven"), most=100_000, help_text=gettext_lazy("Plaatsen die u buiten Loket gaf.")
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["municipality"].queryset = Municipality.objects.current().order_by("name")
        self.helper = plain_helper()

    def clean(self):
        data = self.cleaned_data
        day, begins, ends = data.get("on"), data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("Dit is niet later dan het begin."))
        elif day and begins and self.moment(day, begins) <= self.now:
            self.add_error("on", _("Deze dag is voorbij. Kies een dag die nog komt."))
        if day and day > timezone.localdate(self.now) + timedelta(days=3 * 366):
            self.add_error("on", _("Dit is meer dan drie jaar vooruit. Kijk het jaar na."))
        if not data.get("is_online") and not data.get("municipality") and "municipality" not in self.errors:
            self.add_error("municipality", _("Kies de gemeente, of zeg dat het online is."))
        capacity, taken = data.get("capacity"), data.get("taken_elsewhere")
        if taken and capacity is not None and taken > capacity:
            self.add_error("taken_elsewhere", _("Dit zijn er meer dan er plaatsen zijn."))
        return data

    @staticmethod
    def moment(day, time):
        return timezone.make_aware(datetime.combine(day, time))

    def values_on(self, day):
        """The fields of an Occurrence on `day`."""
        data = self.cleaned_data
        is_online = data["is_online"]
        return {
            "starts_at": self.moment(day, data["begins"]),
            "ends_at": self.moment(day, data["ends"]),
            "place": "" if is_online else data["place"],
            "municipality": None if is_online else data["municipality"],
            "is_online": is_online,
            "capacity": data["capacity"],
            "taken_elsewhere": data["taken_elsewhere"] or 0,
        }


class SeriesForm(DateForm):
    """One date or many."""

    rhythm = forms.ChoiceField(label=gettext_lazy("Hoe vaak?"), choices=Rhythm.choices, initial=Rhythm.ONCE)
    until = date_field(gettext_lazy("Tot en met"), help_text=gettext_lazy("Alleen bij meer datums."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Dag, of de eerste dag")
        self.order_fields(
            ["on", "begins", "ends", "rhythm", "until", "is_online", "municipality", "place", "capacity"]
        )

    def clean(self):
        data = super().clean()
        if data.get("rhythm") != Rhythm.ONCE and "until" not in self.errors:
            if not data.get("until"):
                self.add_error("until", _("Vul in tot wanneer, of kies ‘één keer’."))
            elif data.get("on") and data["until"] < data["on"]:
                self.add_error("until", _("Dit ligt voor de eerste dag."))
        return data
