"""Array fields with choices as checkboxes in the admin, instead of one line of slugs with commas."""

from django import forms
from django.contrib.postgres.fields import ArrayField


class ArrayChoicesMixin:
    """For a ModelAdmin or inline of a model that has such fields."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, ArrayField) and db_field.base_field.choices:
            return forms.MultipleChoiceField(
                choices=db_field.base_field.choices,
                required=not db_field.blank,
                label=db_field.verbose_name,
                help_text=db_field.help_text,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
