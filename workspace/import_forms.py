"""What somebody enters to have a list read."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspace.imports.reading import LARGEST_MB, MOST_ROWS, Unreadable
from workspace.imports.steps import check_form
from workspace.models import Import


class ImportForm(forms.Form):
    """A kind, a network and a file; the file is looked at before anything of it is kept."""

    kind = forms.ChoiceField(label=gettext_lazy("Wat staat er in de lijst?"), choices=Import.Kind.choices)
    network = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Over welk netwerk?"),
        required=False,
        empty_label=gettext_lazy("al mijn netwerken: dan staat op elke rij welk"),
        error_messages={"invalid_choice": gettext_lazy("Kies een netwerk dat u mag wijzigen.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        allow_empty_file=True,  # said in our own words
        error_messages={"required": gettext_lazy("Kies een bestand.")},
    )

    def __init__(self, *args, networks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks
        if networks.count() == 1:
            self.fields["network"].empty_label = None
        self.fields["file"].help_text = _(
            "CSV of Excel (.xlsx), ten hoogste %(size)d MB en %(rows)s rijen. Nooit namen of nummers van leerlingen."
        ) % {"size": LARGEST_MB, "rows": f"{MOST_ROWS:,}".replace(",", ".")}
        self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("kind", "network", "file", Submit("", _("Lees in en laat zien wat er gebeurt")))

    def clean(self):
        """The file, read whole: at most LARGEST_MB of it."""
        cleaned = super().clean()
        file, kind = cleaned.get("file"), cleaned.get("kind")
        if file and kind:
            try:
                if file.size > LARGEST_MB * 1024 * 1024:
                    raise Unreadable(
                        _("Dit bestand is groter dan %(most)d MB. Verdeel het over meer bestanden.")
                        % {"most": LARGEST_MB}
                    )
                cleaned["content"] = file.read()
                check_form(kind, file.name, cleaned["content"])
            except Unreadable as error:
                self.add_error("file", str(error))
        return cleaned
