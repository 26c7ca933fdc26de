"""What the programme office types when it keeps the figures of today."""

from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.models import Snapshot
from enquiries.enquiry_forms import ShortTextField, helper


class SnapshotForm(forms.Form):
    title = ShortTextField(
        label=gettext_lazy("Titel (mag leeg blijven)"),
        help_text=gettext_lazy("Bijvoorbeeld waarvoor u ze vastlegt. Iedereen met toegang tot deze lijst leest dit."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("title", Submit("", _("Leg de cijfers van vandaag vast"), css_id="leg-vast"))

    def clean_title(self):
        title, most = self.cleaned_data["title"], Snapshot.LONGEST_TITLE
        if len(title) > most:
            raise forms.ValidationError(
                _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
                params={"count": len(title), "most": most},
            )
        return title

    def refuse_second(self):
        """Say that the figures of today were kept already."""
        if self.cleaned_data["title"]:
            said = _("Onder deze titel zijn de cijfers vandaag al vastgelegd. Kies een andere titel.")
        else:
            said = _("De cijfers van vandaag zijn al vastgelegd. Geef een titel als u het nog een keer wilt doen.")
        self.add_error("title", said)
