"""What the programme office types about a target, an interim target or a measurement of a programme."""

import re

from django import forms
from django.core import signing
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import trail
from dashboards.target_changes import INTERIM, MEASUREMENT, TARGET, rows_of, shares_name
from dashboards.targets import main_rows, measured_as, words
from enquiries.enquiry_forms import ShortTextField
from networks.target_rows import MEASUREMENT as MEASUREMENT_FIELDS
from networks.target_rows import TARGET as TARGET_FIELDS
from networks.target_rows import (
    as_rows,
    fingerprint,
    first_day,
    in_words,
    indicator_of,
    is_number,
    last_day,
    moment_of,
    row_problems,
    text_of,
    value_of,
)

SALT = "dashboards.target_forms"
NUMBER = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?", re.ASCII)
DIGITS = re.compile(r"[\d.,]+", re.ASCII)
SCHOOL_YEAR = re.compile(r"(?:schooljaar )?(\d{4}) ?[-/–] ?(\d{4})", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[a-z]+)[-/. ](\d{4})", re.ASCII | re.IGNORECASE)
MONTH = re.compile(r"(\d{1,2}|[a-z]+)[-/ ](\d{4})", re.ASCII | re.IGNORECASE)
OTHERWISE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


# --- fields ----------------------------------------------------------------------------------------
class NumberField(ShortTextField):
    """A number as people write it here: 1.500 or 2,5. Gives an int or float, None when empty.

    takes_words: then words are taken as well, as long as they do not begin with a digit. Not named after the
    widget of a number: a browser would take 1.500 for one and a half.
    """

    def __init__(self, *, takes_words=False, **kwargs):
        super().__init__(**kwargs)
        self.takes_words = takes_words

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        if found := NUMBER.fullmatch(text):
            whole, part = found[1].replace(".", ""), found[2]
            return float(f"{whole}.{part}") if part else int(whole)
        if DIGITS.fullmatch(text):
            raise forms.ValidationError(
                _("Wij kunnen dit getal niet lezen. Schrijf een komma in 2,5; een punt alleen in 1.500.")
            )
        if not self.takes_words or text[0].isdigit() or text[0] in "-+.,":
            raise forms.ValidationError(_("Vul hier alleen een getal in, zoals 250 of 2,5. Zonder eenheid of teken."))
        return text

    def prepare_value(self, value):
        return str(value).replace(".", ",") if is_number(value) else value


class MomentField(ShortTextField):
    """A year, a month, a day or a school year, in the form in which a row keeps it; "" when empty."""

    def clean(self, value):
        text = super().clean(value)
        if not text or OTHERWISE.fullmatch(text):
            return text
        if years := SCHOOL_YEAR.fullmatch(text):
            return f"schooljaar {years[1]}-{years[2]}"
        months = {str(name).lower(): number for number, name in MONTHS.items()}
        day, month, year = None, None, None
        if found := DAY.fullmatch(text):
            day, month, year = found.groups()
        elif found := MONTH.fullmatch(text):
            month, year = found.groups()
        if month is None:
            return text  # row_problems says what is wrong
        number = int(month) if month.isdigit() else months.get(month.lower(), 0)
        return f"{year}-{number:02}-{int(day):02}" if day else f"{year}-{number:02}"

    def prepare_value(self, value):
        return in_words(value) if isinstance(value, str) else value


class NameField(forms.ChoiceField):
    """Which target it is about."""

    def __init__(self, **kwargs):
        messages = {
            "required": gettext_lazy("Kies een doel."),
            "invalid_choice": gettext_lazy("Dit doel is er niet meer. Kies er een uit de lijst."),
        }
        super().__init__(error_messages=messages, **kwargs)


# --- forms -----------------------------------------------------------------------------------------
class RowForm(forms.Form):
    """A form over one row, that others may change meanwhile.

    programme: read under a lock when the form was sent. row: [the row that is changed], or [] for a new one. After
    `is_valid`, `new_row` is what is to be kept, `kept` names fields that somebody else changed and that stay so, and
    `clashing` those that both changed: sending the form once more decides.
    """

    kind = ""
    known = {}  # what may stand in the row: key -> check
    place_of = {}  # key of the row -> field, where these are not named alike
    carried = ("note",)  # keys that stay as they are

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, programme, row, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, self.row, self.today = programme, row, today
        self.kept, self.clashing, self.new_row = [], [], None
        self.initial = {**self.values_of(row[0] if row else {}), **self.initial}
        self.initial["base"] = self._seen()

    def values_of(self, row):
        """{field: value} of a row, as `cleaned_data` would have it. Any JSON will do."""
        raise NotImplementedError

    def row_of(self, cleaned):
        """The row that `cleaned` makes."""
        raise NotImplementedError

    def _seen(self):
        shown = [fingerprint(row) for row in rows_of(self.programme, self.kind)]
        return signing.dumps({"row": self.row, "shown": shown}, salt=SALT)

    @classmethod
    def seen(cls, data):
        """([the row that was shown], fingerprints of all rows shown then) of what was sent."""
        try:
            found = signing.loads(data.get("base", ""), salt=SALT)
        except signing.BadSignature:
            return [], []
        return found["row"], found["shown"]

    def clean(self):
        cleaned = super().clean()
        if self.row:
            self._join(cleaned)
        if not self.errors:
            self.new_row = self._made(cleaned)
            for key, message in row_problems(self.new_row, self.known):
                place = self.place_of.get(key, key)
                self.add_error(place if place in self.fields else None, message)
        return cleaned

    def _made(self, cleaned):
        old = self.row[0] if self.row and isinstance(self.row[0], dict) else {}
        carried = {key: old[key] for key in self.carried if old.get(key) is not None}
        carried = {key: value for key, value in carried.items() if not self.known[key](value)}
        row = carried | self.row_of(cleaned)
        row = {key: value for key, value in row.items() if value not in (None, "") and value is not False}
        return row | {"entered_on": self.today.isoformat()}

    def _join(self, cleaned):
        """Compare each field with what its reader saw and with what stands there now."""
        seen, _shown = self.seen(self.data)
        if not seen or fingerprint(seen[0]) == fingerprint(self.row[0]):
            return
        was, now, again = self.values_of(seen[0]), self.values_of(self.row[0]), self.data.copy()
        for name, field in self.fields.items():
            if name not in cleaned or name not in was or now[name] in (was[name], cleaned[name]):
                continue
            shown = "" if now[name] is None else field.prepare_value(now[name])
            if cleaned[name] == was[name]:
                cleaned[name] = now[name]
                self.kept.append(field.label)
                again[name] = shown
            else:
                self.clashing.append(field.label)
                words_now = (_("ja") if shown else _("nee")) if isinstance(shown, bool) else shown or _("niets")
                said = _(
                    "Iemand anders veranderde dit intussen in: “%(words)s”. Wat u typte, staat er nog. "
                    "Bewaar nog een keer als het zo moet zijn, of neem het over."
                )
                self.add_error(name, said % {"words": words_now})
        again["base"] = self._seen()
        self.data = again

    def others(self):
        """The rows of this kind but the one that is changed."""
        return [row for row in rows_of(self.programme, self.kind) if not any(row is mine for mine in self.row)]

    @property
    def changed_by(self):
        """Who changed the programme last, in words; "" when nobody is known. A query."""
        entries = trail(self.programme, limit=1)
        return entries[0].who if entries else ""


VALUE_MISSING = gettext_lazy("Vul in hoeveel, of wat het is.")
WHEN = gettext_lazy("Een jaar (2030), een dag (31-12-2030) of een schooljaar (2029-2030).")


class TargetForm(RowForm):
    """A target; a new one may bring its first interim target along."""

    kind, known = TARGET, TARGET_FIELDS
    carried = ("note", "measured_by", "revised")

    indicator = ShortTextField(
        label=gettext_lazy("Wat telt u?"),
        help_text=gettext_lazy("De naam van het doel. Bijvoorbeeld: aangesloten scholen."),
        required=True,
        error_messages={"required": gettext_lazy("Geef het doel een naam.")},
    )
    unit = ShortTextField(
        label=gettext_lazy("Eenheid"),
        help_text=gettext_lazy("Bijvoorbeeld: scholen, bedrijven of procent."),
        required=True,
        error_messages={"required": gettext_lazy("Vul de eenheid in, zoals scholen.")},
    )
    baseline = NumberField(
        label=gettext_lazy("Begin: hoeveel waren het toen dit doel begon? (hoeft niet)"),
        help_text=gettext_lazy("Een getal. Weet u het niet, laat dit dan leeg: er staat dan “onbekend”."),
    )
    value = NumberField(
        label=gettext_lazy("Doel: hoeveel moeten het worden?"),
        help_text=gettext_lazy("Een getal. Is er geen getal, schrijf dan woorden, zoals: landelijk dekkend."),
        required=True,
        takes_words=True,
        error_messages={"required": gettext_lazy("Vul in hoeveel het moeten worden.")},
    )
    at_least = forms.BooleanField(label=gettext_lazy("Ten minste: meer mag ook"), required=False)
    deadline = MomentField(
        label=gettext_lazy("Wanneer moet het zo ver zijn? (hoeft niet)"),
        help_text=gettext_lazy(
            "Een jaar (2030), een dag (31-12-2030) of een schooljaar (2029-2030). Zonder moment komt er geen oordeel."
        ),
    )
    keeps_met = forms.BooleanField(required=False)
    interim_value = NumberField(
        label=gettext_lazy("Tussendoel: hoeveel moeten er dan al zijn? (hoeft niet)"),
        help_text=gettext_lazy("Een getal. Met een tussendoel komt er eerder een oordeel."),
    )
    interim_deadline = MomentField(label=gettext_lazy("Wanneer is het tussendoel? (hoeft niet)"), help_text=WHEN)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        old = self.row[0] if self.row else {}
        met = old.get("met") if isinstance(old, dict) else None
        if isinstance(met, bool):
            said = _("gehaald") if met else _("niet gehaald")
            label = _("Laat het oordeel van het rapport staan: %(said)s") % {"said": said}
            self.fields["keeps_met"].label = label
            self.fields["keeps_met"].help_text = _("Zonder vinkje volgt het oordeel uit wat er gemeten is.")
        else:
            del self.fields["keeps_met"]
        if self.row:
            del self.fields["interim_value"], self.fields["interim_deadline"]

    def values_of(self, row):
        row = row if isinstance(row, dict) else {}
        baseline = row.get("baseline")
        return {
            "indicator": words(indicator_of(row)) if indicator_of(row) else "",
            "unit": text_of(row.get("unit")),
            "baseline": baseline if is_number(baseline) else None,
            "value": value_of(row, "value"),
            "at_least": row.get("at_least") is True,
            "deadline": moment_of(row, "deadline"),
            "keeps_met": isinstance(row.get("met"), bool),
        }

    def clean_indicator(self):
        """The name as the rows have it: what was measured under it already belongs to this target then."""
        typed = self.cleaned_data["indicator"]
        old = indicator_of(self.row[0]) if self.row else ""
        if old and typed == words(old):
            return typed
        if self.row and any(_alike(typed, indicator_of(other)) for other in self.others()):
            raise forms.ValidationError(_("Een ander doel heet al zo. Kies een andere naam."))
        if old and shares_name(self.programme, self.row[0]):
            raise forms.ValidationError(
                _("Een ander doel gebruikt dezelfde metingen. Laat de naam staan: %(name)s."),
                params={"name": words(old)},
            )
        return typed

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            deadline = cleaned["deadline"]
            for other in self.others():
                same = _alike(self.new_row["indicator"], indicator_of(other))
                if same and moment_of(other, "deadline") == deadline:
                    said = _("Dit doel is er al, voor hetzelfde moment. Verander dat, of kies een andere naam.")
                    self.add_error("indicator", said)
                    break
        if "interim_value" in self.fields:
            self._clean_interim(cleaned)
        return cleaned

    def _clean_interim(self, cleaned):
        value, deadline = cleaned.get("interim_value"), cleaned.get("interim_deadline")
        if deadline and value is None and "interim_value" not in self.errors:
            self.add_error("interim_value", _("Vul ook in hoeveel het er dan moeten zijn, of maak het moment leeg."))
        if value is not None and not deadline and "interim_deadline" not in self.errors:
            self.add_error("interim_deadline", _("Vul ook in wanneer het tussendoel is, of maak het getal leeg."))
        if value is None or not deadline:
            return
        for key, message in row_problems(self.interim_row, self.known):
            if key in ("value", "deadline"):
                self.add_error(f"interim_{key}", message)
        if isinstance(cleaned.get("value"), str):
            said = _("Een tussendoel kan alleen bij een getal. Maak dit leeg, of vul bij het doel een getal in.")
            self.add_error("interim_value", said)
        if "interim_deadline" not in self.errors and _is_late(deadline, cleaned.get("deadline")):
            self.add_error("interim_deadline", _("Dit is later dan het doel zelf. Kies een eerder moment."))

    def row_of(self, cleaned):
        old = self.row[0] if self.row and isinstance(self.row[0], dict) else {}
        names = ("unit", "baseline", "value", "at_least", "deadline")
        row = {"indicator": self._written(cleaned["indicator"])} | {name: cleaned[name] for name in names}
        return row | ({"met": old["met"]} if cleaned.get("keeps_met") else {})

    def _made(self, cleaned):
        made = super()._made(cleaned)
        old = self.row[0] if self.row and isinstance(self.row[0], dict) else {}
        return made | ({"met": old["met"]} if cleaned.get("keeps_met") else {})  # false says something here

    def _written(self, typed):
        """`typed`, or the same name as a row of this programme writes it."""
        old = indicator_of(self.row[0]) if self.row else ""
        if old and typed == words(old):
            return old
        rows = [*as_rows(self.programme.targets), *as_rows(self.programme.measurements)]
        names = (indicator_of(row) for row in rows)
        return next((name for name in names if name != old and _alike(typed, name)), typed)

    @property
    def interim_row(self):
        """The interim target that came along as a row, or None."""
        cleaned = self.cleaned_data
        if cleaned.get("interim_value") is None:
            return None
        return {
            "indicator": self._written(cleaned.get("indicator", "")),
            "value": cleaned["interim_value"],
            "unit": cleaned.get("unit", ""),
            "deadline": cleaned["interim_deadline"],
            "interim": True,
            "entered_on": self.today.isoformat(),
        }


def _alike(one, other):
    return bool(one) and bool(other) and words(one).casefold() == words(other).casefold()


def _is_late(moment, other):
    """Whether `moment` begins after `other` is over; False where one of them is no moment."""
    first, last = first_day(moment), last_day(other)
    return bool(first and last and first > last)


class AboutTargetForm(RowForm):
    """What belongs to a target: it takes its name and its unit. key: of the row, what says when it is."""

    when = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {name: words(name).capitalize() for name in self.names()}
        self.fields["indicator"].choices = names.items()

    def names(self):
        """Indicators to choose from, the one of the row itself too."""
        found = [self.name_of(row) for row in main_rows(self.programme) if isinstance(row, dict)]
        return [name for name in dict.fromkeys((*(indicator_of(row) for row in self.row), *found)) if name]

    def name_of(self, row):
        """The indicator of what belongs to the target `row`; "" when nothing can."""
        return indicator_of(row)

    def target_of(self, name):
        """The target that `name` is of, as a row; {} when it is gone."""
        rows = [row for row in main_rows(self.programme) if isinstance(row, dict)]
        return next((row for row in rows if self.name_of(row) == name), {})

    def unit_of(self, name):
        old = self.row[0] if self.row and isinstance(self.row[0], dict) else {}
        return text_of(self.target_of(name).get("unit")) or text_of(old.get("unit")) or _("aantal")

    def refuse_twice(self, cleaned, said):
        when = cleaned[self.when]
        same = [row for row in self.others() if indicator_of(row) == cleaned["indicator"]]
        for row in same:
            if moment_of(row, self.when) == when:
                number = NumberField().prepare_value(value_of(row, "value")) or _("onbekend")
                self.add_error(self.when, said % {"value": number})
                break


class InterimForm(AboutTargetForm):
    """What must be reached before the target itself is due."""

    kind, known, when = INTERIM, TARGET_FIELDS, "deadline"

    indicator = NameField(label=gettext_lazy("Bij welk doel?"))
    value = NumberField(
        label=gettext_lazy("Hoeveel moeten er dan zijn?"),
        help_text=gettext_lazy("Een getal. Met een tussendoel komt er eerder een oordeel."),
        required=True,
        error_messages={"required": gettext_lazy("Vul in hoeveel er dan moeten zijn.")},
    )
    deadline = MomentField(
        label=gettext_lazy("Wanneer?"),
        help_text=WHEN,
        required=True,
        error_messages={"required": gettext_lazy("Vul in wanneer het gehaald moet zijn.")},
    )

    def name_of(self, row):
        return indicator_of(row) if is_number(row.get("value")) else ""

    def values_of(self, row):
        value = value_of(row, "value")
        return {
            "indicator": indicator_of(row),
            "value": value if is_number(value) else None,
            "deadline": moment_of(row, "deadline"),
        }

    def row_of(self, cleaned):
        return {**_only(cleaned, "indicator", "value", "deadline"), "unit": self.unit_of(cleaned["indicator"])} | {
            "interim": True
        }

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            due = [moment_of(row, "deadline") for row in main_rows(self.programme) if self._is_of(row, cleaned)]
            if due and all(_is_late(cleaned["deadline"], moment) for moment in due):
                self.add_error("deadline", _("Dit is later dan het doel zelf. Kies een eerder moment."))
            else:
                self.refuse_twice(cleaned, _("Voor dit moment is er al een tussendoel: %(value)s. Verander dat."))
        return cleaned

    def _is_of(self, row, cleaned):
        return isinstance(row, dict) and indicator_of(row) == cleaned["indicator"]


class MeasurementForm(AboutTargetForm):
    """What was found on a day."""

    kind, known, when = MEASUREMENT, MEASUREMENT_FIELDS, "date"
    place_of = {"approximate": "is_approximate"}

    indicator = NameField(label=gettext_lazy("Bij welk doel?"))
    value = NumberField(
        label=gettext_lazy("Hoeveel waren het?"),
        help_text=gettext_lazy("Een getal. Is het doel geen getal, schrijf dan woorden."),
        required=True,
        takes_words=True,
        error_messages={"required": VALUE_MISSING},
    )
    is_approximate = forms.BooleanField(label=gettext_lazy("Ongeveer: het is niet precies geteld"), required=False)
    date = MomentField(
        label=gettext_lazy("Wanneer was dat?"),
        help_text=gettext_lazy("Een jaar (2026), een dag (31-12-2026) of een schooljaar (2025-2026)."),
        required=True,
        error_messages={"required": gettext_lazy("Vul in wanneer het gemeten is.")},
    )
    source = ShortTextField(
        label=gettext_lazy("Waar komt dit vandaan? (hoeft niet)"),
        help_text=gettext_lazy("Bijvoorbeeld: jaarverslag 2026. Iedereen kan dit lezen; noem geen personen."),
    )

    def name_of(self, row):
        return measured_as(row)

    def values_of(self, row):
        row = row if isinstance(row, dict) else {}
        return {
            "indicator": indicator_of(row),
            "value": value_of(row, "value"),
            "is_approximate": row.get("approximate") is True,
            "date": moment_of(row, "date"),
            "source": text_of(row.get("source")),
        }

    def row_of(self, cleaned):
        return {
            **_only(cleaned, "indicator", "value", "date", "source"),
            "unit": self.unit_of(cleaned["indicator"]),
            "approximate": cleaned["is_approximate"],
        }

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            if (first_day(cleaned["date"]) or self.today) > self.today:
                self.add_error("date", _("Dit moment moet nog komen. Vul in wanneer er gemeten is."))
            else:
                self.refuse_twice(cleaned, _("Voor dit moment is er al een meting: %(value)s. Verander die."))
            if is_number(self.target_of(cleaned["indicator"]).get("value")) and isinstance(cleaned["value"], str):
                self.add_error("value", _("Het doel is een getal. Vul hier ook een getal in, zoals 250."))
        return cleaned


def _only(cleaned, *names):
    return {name: cleaned[name] for name in names}


FORMS = {TARGET: TargetForm, INTERIM: InterimForm, MEASUREMENT: MeasurementForm}
