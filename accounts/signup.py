"""What signing up asks; a module of its own, because django-allauth builds its forms on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks besides the e-mail address; the code in the mail makes a password needless."""

    name = forms.CharField(
        label=_("Uw naam"),
        max_length=User._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email"]

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
