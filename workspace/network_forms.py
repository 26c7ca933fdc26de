"""What coordinators may type about a network and what belongs to it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from activities.forms import PlainTextField
from networks.models import Assignment, ContactRole, Network, Partner, Person, SupportPoint
from quality.models import Meeting, Obligation
from regions.models import Municipality, Organisation
from workspace.merging import MergingForm


class DateField(forms.DateField):
    """A day, with the browser's own calendar; a day can also be typed."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        messages = {"invalid": _("Dit is geen datum. Schrijf haar zo: 31-12-2026.")}
        super().__init__(error_messages=messages | kwargs.pop("error_messages", {}), **kwargs)


class WebsiteField(forms.CharField):
    """An address without https:// before it, as the pages want it."""

    def clean(self, value):
        address = super().clean(value).removeprefix("https://").removeprefix("http://").rstrip("/")
        if address:
            try:
                URLValidator(["https"])(f"https://{address}")
            except ValidationError as error:
                raise ValidationError(_("Dit is geen adres van een website. Voorbeeld: www.voorbeeld.nl.")) from error
        return address


class NetworkForm(MergingForm):
    """The record of a network (R32), without what has a page of its own."""

    name = forms.CharField(
        label=_("Naam"), max_length=150, error_messages={"required": _("Vul de naam van het netwerk in.")}
    )
    website = WebsiteField(label=_("Website (hoeft niet)"), required=False, max_length=200)
    agenda_text = PlainTextField(
        label=_("Agenda: waar werkt het netwerk aan? (hoeft niet)"),
        required=False,
        max_length=5000,
        help_text=_(
            "Scholen lezen dit op de pagina van het netwerk. Een lege regel begint een alinea, "
            "een streepje een lijst, en **dik** maakt woorden dik."
        ),
    )
    subsidy_state = forms.ChoiceField(label=_("Subsidie"), choices=Network.SubsidyState.choices, required=False)
    funded_until = DateField(label=_("Geld tot (hoeft niet)"), required=False)

    class Meta:
        model = Network
        fields = ["name", "website", "agenda_text", "subsidy_state", "funded_until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agenda_text"].widget.attrs["rows"] = 10


# --- whom to call ----------------------------------------------------------------------------------
PERSON = ["name", "email", "telephone", "reachable"]


class ContactForm(MergingForm):
    """A person, and as what one calls that person here. The person may have more roles: it is edited once (R55)."""

    name = forms.CharField(label=_("Naam"), max_length=120, error_messages={"required": _("Vul een naam in.")})
    email = forms.EmailField(
        label=_("E-mailadres"),
        max_length=254,
        error_messages={
            "required": _("Vul een e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Verbeter het."),
        },
    )
    telephone = forms.CharField(label=_("Telefoon (hoeft niet)"), max_length=20, required=False)
    reachable = forms.CharField(
        label=_("Wanneer bereikbaar (hoeft niet)"),
        max_length=120,
        required=False,
        help_text=_("Zoals: ma t/m do, 9-17 uur."),
    )
    title = forms.CharField(
        label=_("Functie"),
        max_length=120,
        help_text=_("Zoals: coördinator, of contact voor vmbo."),
        error_messages={"required": _("Vul in waarvoor men deze persoon belt.")},
    )

    class Meta:
        model = ContactRole
        fields = ["title"]

    field_order = [*PERSON, "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        if self.instance.pk:
            self.initial |= {name: getattr(self.instance.person, name) for name in PERSON}

    def row_values(self):
        values = super().row_values()
        if self.instance.pk:
            values |= {name: getattr(self.instance.person, name) for name in PERSON}
        return values

    def clean_email(self):
        email = self.cleaned_data["email"]
        if self.instance.pk:
            other = Person.objects.filter(email__iexact=email).exclude(pk=self.instance.person_id).first()
            if other:
                raise ValidationError(
                    _("Dit adres is van %(name)s. Voeg die persoon toe als contact, en haal deze weg."),
                    params={"name": other.name},
                )
        return email

    @property
    def person_values(self):
        return {name: self.cleaned_data[name] for name in PERSON}


class SupportPointForm(MergingForm):
    name = forms.CharField(label=_("Naam"), max_length=150, error_messages={"required": _("Vul een naam in.")})
    municipality = forms.ModelChoiceField(
        Municipality.objects.current().order_by("name"),
        label=_("Gemeente"),
        empty_label=_("kies een gemeente"),
        error_messages={"required": _("Kies de gemeente waar het steunpunt is.")},
    )

    class Meta:
        model = SupportPoint
        fields = ["name", "municipality"]

    def clean(self):
        cleaned = super().clean()
        same = SupportPoint.objects.filter(network=self.instance.network_id, name=cleaned.get("name"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("Dit netwerk heeft al een steunpunt met deze naam. Kies een andere naam."))
        return cleaned


class PartnerForm(MergingForm):
    class Meta:
        model = Partner
        fields = ["role"]

    role = forms.ChoiceField(label=_("Rol"), choices=Partner.Role.choices)

    def clean(self):
        cleaned = super().clean()
        same = Partner.objects.filter(
            network=self.instance.network_id, organisation=self.instance.organisation_id, role=cleaned.get("role")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("role", _("Deze organisatie heeft die rol al in dit netwerk."))
        return cleaned


def role_refusal(organisation, role):
    """Why `organisation` cannot be a partner in `role`, or "". A board is a board, and nothing else is."""
    is_board = organisation.kind == Organisation.Kind.BOARD
    if (role == Partner.Role.BOARD) == is_board:
        return ""
    if is_board:
        return _("Een schoolbestuur heeft de rol “deelnemend bestuur”.")
    return _("Alleen een schoolbestuur kan de rol “deelnemend bestuur” hebben.")


# --- meetings and obligations ----------------------------------------------------------------------
class MeetingForm(MergingForm):
    """A meeting, with who came when it is over (R42)."""

    held_on = DateField(label=_("Datum"), error_messages={"required": _("Vul de datum in.")})
    title = forms.CharField(
        label=_("Onderwerp"), max_length=150, error_messages={"required": _("Vul het onderwerp in.")}
    )
    place = forms.CharField(label=_("Plaats (hoeft niet)"), max_length=150, required=False)
    note = PlainTextField(
        label=_("Afspraken (hoeft niet)"),
        max_length=5000,
        required=False,
        help_text=_("Alleen wie het netwerk beheert of volgt, leest dit. Noem geen namen van leerlingen."),
    )
    attendees = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Wie waren er? (invullen als de bijeenkomst is geweest)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Meeting
        fields = ["held_on", "title", "place", "note", "attendees"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        network = self.instance.network
        members = Organisation.objects.filter(partnerships__network=network)
        members |= Organisation.objects.filter(led_networks=network)
        if self.instance.pk:
            members |= Organisation.objects.filter(meetings=self.instance)
        self.fields["attendees"].queryset = Organisation.objects.filter(pk__in=members.values("pk")).order_by("name")
        self.fields["note"].widget.attrs["rows"] = 6

    def row_values(self):
        values = super().row_values()
        values["attendees"] = sorted(row.pk for row in values.get("attendees", ()))
        return values

    def clean(self):
        cleaned = super().clean()
        same = Meeting.objects.filter(
            network=self.instance.network_id, held_on=cleaned.get("held_on"), title=cleaned.get("title")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("title", _("Deze bijeenkomst staat er al: dezelfde dag en hetzelfde onderwerp."))
        return cleaned


class ObligationForm(forms.ModelForm):
    """What the programme office asks of a network."""

    kind = forms.ChoiceField(label=_("Wat"), choices=Obligation.Kind.choices)
    title = forms.CharField(label=_("Omschrijving (hoeft niet)"), max_length=150, required=False)
    due_on = DateField(label=_("Uiterlijk op"), error_messages={"required": _("Vul de laatste dag in.")})
    note = PlainTextField(label=_("Toelichting (hoeft niet)"), max_length=2000, required=False)

    class Meta:
        model = Obligation
        fields = ["kind", "title", "due_on", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 4


class DoneForm(forms.Form):
    note = PlainTextField(
        label=_("Opmerking (hoeft niet)"),
        max_length=1000,
        required=False,
        help_text=_("Zoals: waar het verslag te vinden is."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 3


# --- who has the network -----------------------------------------------------------------------------
class HandOverForm(forms.Form):
    """To whom, and from which day."""

    assignment = forms.ModelChoiceField(
        Assignment.objects.none(), label=_("Wie draagt over"), empty_label=None, widget=forms.RadioSelect
    )
    email = forms.EmailField(
        label=_("E-mailadres van wie het netwerk krijgt"),
        max_length=254,
        help_text=_("Controleer het adres goed: wie deze mail leest, krijgt het netwerk."),
        error_messages={
            "required": _("Vul een e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Verbeter het."),
        },
    )
    from_on = DateField(label=_("Vanaf"), error_messages={"required": _("Vul de eerste dag in.")})

    def __init__(self, *args, assignments, earliest, **kwargs):
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        assignments = list(assignments)
        if len(assignments) > 1:
            field = self.fields["assignment"]
            field.queryset = Assignment.objects.filter(pk__in=[row.pk for row in assignments])
            field.label_from_instance = lambda row: f"{row.user} ({row.get_role_display()})"
        else:
            del self.fields["assignment"]
        self.only = assignments[0] if len(assignments) == 1 else None
        self.fields["from_on"].widget.attrs["min"] = earliest.isoformat()
        self.fields["from_on"].initial = earliest

    def clean_from_on(self):
        day = self.cleaned_data["from_on"]
        if day < self.earliest:
            raise ValidationError(
                _("Kies %(day)s of later: tot en met de dag ervoor hebt u het netwerk nog zelf."),
                params={"day": f"{self.earliest:%d-%m-%Y}"},
            )
        return day

    @property
    def chosen(self):
        """The assignment that ends, or None where nobody has the network."""
        return self.cleaned_data.get("assignment", self.only)


class AppointForm(forms.Form):
    """Who stands in during leave, with its days; for the programme office also who reads along."""

    role = forms.ChoiceField(label=_("Als"), choices=[])
    email = forms.EmailField(
        label=_("E-mailadres"),
        max_length=254,
        help_text=_("Controleer het adres goed: wie deze mail leest, krijgt toegang."),
        error_messages={
            "required": _("Vul een e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Verbeter het."),
        },
    )
    from_on = DateField(label=_("Eerste dag"), error_messages={"required": _("Vul de eerste dag in.")})
    until_on = DateField(label=_("Laatste dag"), error_messages={"required": _("Vul de laatste dag in.")})

    def __init__(self, *args, with_committee, **kwargs):
        super().__init__(*args, **kwargs)
        roles = [Assignment.Role.DELEGATE, *([Assignment.Role.COMMITTEE] if with_committee else ())]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()
            self.fields["role"].initial = roles[0].value
