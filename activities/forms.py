"""What a visitor may enter about the offer."""

import re
import unicodedata

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LEAST, MOST = 10, 2000  # characters
MOST_LINKS = 2
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class PlainTextField(forms.CharField):
    """Several lines of text: line ends as `\\n`, without the signs that no keyboard writes."""

    widget = forms.Textarea

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        return "".join(
            sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
        ).strip()


class NoteForm(forms.Form):
    """ "Klopt er iets niet?": a text, and an address for who wants an answer. What was typed always stays."""

    text = PlainTextField(
        label=gettext_lazy("Wat klopt er niet?"),
        help_text=gettext_lazy("Noem geen namen van leerlingen. Ten hoogste 2000 tekens."),
        error_messages={"required": gettext_lazy("Schrijf op wat er niet klopt.")},
    )
    sender = forms.EmailField(
        label=gettext_lazy("Uw e-mailadres (hoeft niet)"),
        help_text=gettext_lazy("Alleen om u te antwoorden."),
        required=False,
        max_length=254,
        error_messages={"invalid": gettext_lazy("Dit is geen e-mailadres. Verbeter het, of laat dit leeg.")},
    )
    # Nobody sees this field; who fills it in is a program.
    website = forms.CharField(label=gettext_lazy("Laat dit leeg"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.update(rows=7)
        self.fields["sender"].widget.attrs.update(autocomplete="email")
        self.fields["website"].widget.attrs.update(tabindex="-1", autocomplete="off")
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}  # our own messages, in Dutch and beside the field
        self.helper.layout = Layout(
            "text",
            "sender",
            Div("website", css_class="visually-hidden", aria_hidden="true"),
            Submit("", _("Stuur naar het netwerk"), css_id="stuur"),
        )

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) < LEAST:
            raise forms.ValidationError(
                _("Schrijf iets meer: ten minste %(least)d tekens, zodat het netwerk begrijpt wat u bedoelt."),
                params={"least": LEAST},
            )
        if len(text) > MOST:
            raise forms.ValidationError(
                _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van."),
                params={"count": len(text), "most": MOST},
            )
        links = len(LINK.findall(text))
        if links > MOST_LINKS:
            raise forms.ValidationError(
                _("Hier staan %(count)d links in. Laat er ten hoogste %(most)d staan."),
                params={"count": links, "most": MOST_LINKS},
            )
        return text

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Laat het veld “Laat dit leeg” leeg, en verstuur opnieuw."))
        return ""
