"""What people may enter about membership, profile and intake. What was typed always stays."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from activities.forms import PlainTextField
from loket.vocabulary import Barrier, IntakeReason, Need, Phase, default_phase
from schools.membership import SCHOOL_ROLES
from schools.models import Membership

LEAST_REASON, MOST_REASON = 10, 1000  # characters
MOST_EXPLANATION = Membership._meta.get_field("explanation").max_length


def _choices(members):
    return [(member.value, member.label) for member in members]


def _helper(*fields, button):
    helper = FormHelper()
    helper.attrs = {"novalidate": ""}  # our own messages, in Dutch and beside the field
    helper.layout = Layout(*fields, Submit("", button, css_id="verstuur"))
    return helper


class ExplanationField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            label=_("Toelichting (hoeft niet)"),
            required=False,
            max_length=MOST_EXPLANATION,
            error_messages={
                "max_length": _("Dit is te lang: %(show_value)s tekens. Maak er ten hoogste %(limit_value)s van.")
            },
            **kwargs,
        )


class RoleField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            choices=_choices(SCHOOL_ROLES),
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Kies een rol."),
                "invalid_choice": _("Deze rol kunt u hier niet kiezen. Kies een andere."),
            },
            **kwargs,
        )


class ClaimForm(forms.Form):
    """What somebody is at a school."""

    role = RoleField(label=_("Wat bent u op deze school?"))
    explanation = ExplanationField(
        help_text=_("Alleen voor wie uw aanvraag nakijkt. Noem geen namen van leerlingen.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("role", "explanation", button=_("Vraag toegang"))


class BoardClaimForm(forms.Form):
    """Who somebody is at a board: only the explanation, because there is one role."""

    explanation = ExplanationField(help_text=_("Bijvoorbeeld uw functie, en bij wie wij dat kunnen navragen."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("explanation", button=_("Vraag toegang"))


class InviteForm(forms.Form):
    """Whom a member asks to join."""

    email = forms.EmailField(
        label=_("E-mailadres van uw collega"),
        max_length=254,
        error_messages={
            "required": _("Vul het e-mailadres van uw collega in."),
            "invalid": _("Dit is geen e-mailadres. Het heeft de vorm naam@school.nl."),
        },
    )
    role = RoleField(label=_("Wat is uw collega op school?"))

    def __init__(self, *args, roles=SCHOOL_ROLES, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)
        self.fields["email"].widget.attrs.update(autocomplete="off")
        self.helper = _helper("email", "role", button=_("Nodig uit"))


class RoleForm(forms.Form):
    """Another role for a member."""

    role = RoleField(label=_("Rol"))

    def __init__(self, *args, roles=SCHOOL_ROLES, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(roles)
        self.helper = _helper("role", button=_("Bewaar de rol"))


class RefuseForm(forms.Form):
    """Why somebody gets no access: the person reads it."""

    reason = PlainTextField(
        label=_("Reden van de afwijzing"),
        help_text=_("De aanvrager leest dit. Schrijf ook wat hij of zij wel kan doen."),
        error_messages={"required": _("Schrijf de reden op: de aanvrager leest die.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs.update(rows=3)

    def clean_reason(self):
        text = self.cleaned_data["reason"]
        if len(text) < LEAST_REASON:
            raise forms.ValidationError(
                _("Schrijf iets meer: ten minste %(least)d tekens."), params={"least": LEAST_REASON}
            )
        if len(text) > MOST_REASON:
            raise forms.ValidationError(
                _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
                params={"count": len(text), "most": MOST_REASON},
            )
        return text


class ProfileForm(forms.Form):
    """What a school says of itself in one sector. `seen` is the key of what stood there when the form was made."""

    phase = forms.ChoiceField(
        label=_("Hoe ver bent u met wetenschap en techniek?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Deze fase kennen wij niet. Kies een andere.")},
    )
    needs = forms.MultipleChoiceField(
        label=_("Wat hebt u nodig?"),
        required=False,
        choices=_choices(Need),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("“%(value)s” kennen wij niet. Kies uit de lijst.")},
    )
    barriers = forms.MultipleChoiceField(
        label=_("Waar let u op?"),
        required=False,
        choices=_choices(Barrier),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("“%(value)s” kennen wij niet. Kies uit de lijst.")},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, sector, **kwargs):
        super().__init__(*args, **kwargs)
        unknown = _("dat weten we nog niet (Loket gaat uit van: %(phase)s)") % {"phase": default_phase(sector).label}
        self.fields["phase"].choices = [("", unknown), *Phase.choices]
        self.helper = _helper("phase", "needs", "barriers", "seen", button=_("Bewaar het profiel"))


class IntakeForm(forms.Form):
    """Why a school does nothing with the subject yet: the six reasons of the review (R24)."""

    reasons = forms.MultipleChoiceField(
        label=_("Wat herkent u? U mag meer kiezen."),
        choices=_choices(IntakeReason),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _(
                "Kies ten minste één reden. Staat de uwe er niet bij? Stel dan een vraag aan uw aanspreekpunt."
            ),
            "invalid_choice": _("“%(value)s” kennen wij niet. Kies uit de lijst."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("reasons", button=_("Laat zien wat helpt"))


def typed_words(form_class, data):
    """What somebody typed in a form that can no longer be saved: (label, text) pairs, choices in words."""
    found = []
    for name, field in form_class.base_fields.items():
        values = [value for value in data.getlist(name) if value.strip()]
        if field.widget.is_hidden or not values:
            continue
        labels = {str(value): str(label) for value, label in getattr(field, "choices", ())} | _PHASES
        found.append((field.label, ", ".join(labels.get(value, value) for value in values)))
    return found


_PHASES = {phase.value: str(phase.label) for phase in Phase}  # the phases of a form depend on its sector
