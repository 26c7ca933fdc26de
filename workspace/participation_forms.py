"""What a coordinator types about participation: one row of the grid as a plain form, and a block to paste."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspace.participation_cells import CellError, read, show


class CellField(forms.CharField):
    """A cell in its notation; cleaned to a Said or None."""

    def __init__(self, school_year, **kwargs):
        super().__init__(required=False, **kwargs)
        self.school_year = school_year

    def clean(self, value):
        try:
            return read(super().clean(value), self.school_year)
        except CellError as error:
            raise forms.ValidationError(str(error)) from error


class RowForm(forms.Form):
    """One school: a field for each activity that can be written as one cell, with what stood there beside it.

    cells: [(Column, Said or None)].
    """

    def __init__(self, data=None, *, cells, school_year, **kwargs):
        super().__init__(data, **kwargs)
        self.columns = [column for column, _said in cells]
        for column, said in cells:
            self.fields[f"vakje-{column.pk}"] = CellField(school_year, label=column.title, initial=show(said))
            seen = CellField(school_year, widget=forms.HiddenInput, initial=show(said))
            self.fields[f"gezien-{column.pk}"] = seen
        for name, field in self.fields.items():
            if name.startswith("vakje-"):
                field.widget.attrs.update({"class": "form-control", "autocomplete": "off"})
                if self.is_bound and name in self.errors:
                    field.widget.attrs.update(
                        {
                            "class": "form-control is-invalid",
                            "aria-describedby": f"id_{name}_fout",
                            "aria-invalid": "true",
                        }
                    )

    @property
    def pairs(self):
        """[(Column, field to type in, field with what stood there)]."""
        return [(column, self[f"vakje-{column.pk}"], self[f"gezien-{column.pk}"]) for column in self.columns]

    @property
    def said(self):
        """[(Column, what is said, what was seen)] of the cells that were changed."""
        found = [
            (column, self.cleaned_data[f"vakje-{column.pk}"], self.cleaned_data[f"gezien-{column.pk}"])
            for column in self.columns
        ]
        return [row for row in found if row[1] != row[2]]


class PasteForm(forms.Form):
    """A block from a spreadsheet. rows, column: where it was pasted in the grid; empty for a block with codes."""

    tekst = forms.CharField(
        label=gettext_lazy("Wat u kopieerde"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Plak hier de cellen uit uw spreadsheet.")},
    )
    rijen = forms.CharField(required=False, widget=forms.HiddenInput)
    kolom = forms.IntegerField(required=False, widget=forms.HiddenInput)
    gezien = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_rijen(self):
        """[(code, sector)] of "03WU00-po,…"."""
        found = [row.split("-", 1) for row in self.cleaned_data["rijen"].split(",") if row]
        if not all(len(row) == 2 for row in found):
            raise forms.ValidationError(_("Deze rijen kennen wij niet. Plak opnieuw."))
        return [tuple(row) for row in found]
