"""What a coordinator types around a question; the answer itself has its form in `enquiries.enquiry_forms`."""

import uuid

from crispy_forms.bootstrap import StrictButton
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.forms import PlainTextField
from enquiries.enquiry_forms import ShortTextField, helper
from enquiries.models import HandlingNote
from networks.models import Network
from workspace.models import AnswerTemplate

LONGEST_TITLE, LONGEST_TEXT = 80, 4000


def _not_longer(text, most):
    if len(text) > most:
        raise forms.ValidationError(
            _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
            params={"count": len(text), "most": most},
        )
    return text


class NoteForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    text = PlainTextField(
        label=gettext_lazy("Interne notitie"),
        help_text=gettext_lazy("Alleen uw netwerk leest dit, de school niet. Noem geen namen van leerlingen."),
        error_messages={"required": gettext_lazy("Schrijf op wat uw collega’s moeten weten.")},
    )

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, initial={"form_key": uuid.uuid4()}, prefix="notitie", **kwargs)
        self.fields["text"].widget.attrs.update(rows=3)
        button = StrictButton(_("Bewaar de notitie"), type="submit", css_class="btn-outline-primary btn-sm")
        self.helper = helper("form_key", "text", button, action=action)

    def clean_text(self):
        return _not_longer(self.cleaned_data["text"], HandlingNote.MOST)


class HandlerForm(forms.Form):
    """Who takes care of a question; nothing chosen is anybody."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Collega"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("nog niemand"),
        error_messages={"invalid_choice": gettext_lazy("Deze persoon werkt niet (meer) voor dit netwerk.")},
    )

    def __init__(self, *args, colleagues, action, **kwargs):
        super().__init__(*args, prefix="wie", **kwargs)
        self.fields["user"].queryset = colleagues
        button = StrictButton(_("Leg vast"), type="submit", css_class="btn-outline-primary btn-sm")
        self.helper = helper("user", button, action=action)


class AnswerTemplateForm(forms.Form):
    """A text to answer with. networks: those for which it can be. template: the one that is changed, or None."""

    network = forms.ModelChoiceField(
        label=gettext_lazy("Voor welk netwerk?"),
        queryset=Network.objects.none(),
        empty_label=gettext_lazy("Kies een netwerk"),
        error_messages={
            "required": gettext_lazy("Kies een netwerk."),
            "invalid_choice": gettext_lazy("Dit netwerk verandert u niet (meer). Kies een ander."),
        },
    )
    title = ShortTextField(
        label=gettext_lazy("Naam"),
        help_text=gettext_lazy("Zo vindt u de tekst terug. De school ziet de naam niet."),
        required=True,
        error_messages={"required": gettext_lazy("Geef de tekst een naam.")},
    )
    text = PlainTextField(
        label=gettext_lazy("Tekst"),
        help_text=gettext_lazy("U kunt haar bij elk antwoord nog veranderen."),
        error_messages={"required": gettext_lazy("Schrijf de tekst op.")},
    )

    def __init__(self, *args, networks, template=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.template = template
        self.fields["network"].queryset = networks
        self.fields["text"].widget.attrs.update(rows=8)
        if template:
            del self.fields["network"]
        self.helper = helper(*self.fields, Submit("", _("Bewaar de tekst"), css_id="bewaar"))

    def clean_title(self):
        return _not_longer(self.cleaned_data["title"], LONGEST_TITLE)

    def clean_text(self):
        return _not_longer(self.cleaned_data["text"], LONGEST_TEXT)

    def clean(self):
        cleaned = super().clean()
        network = self.template.network_id if self.template else cleaned.get("network")
        if network and cleaned.get("title"):
            same = AnswerTemplate.objects.filter(network=network, title=cleaned["title"])
            if same.exclude(pk=self.template.pk if self.template else None).exists():
                self.add_error("title", _("Dit netwerk heeft al een tekst met deze naam. Kies een andere naam."))
        return cleaned
