"""What somebody may type about their account; the rules behind most of it are django-allauth's."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

PASSWORD_HELP = _("Minstens 12 tekens. Een zin die u onthoudt is beter dan een woord met cijfers.")
EMAIL = (_("E-mailadres"), "")
NEW_PASSWORD = {
    "oldpassword": (_("Uw wachtwoord van nu"), ""),
    "password1": (_("Nieuw wachtwoord"), PASSWORD_HELP),
    "password2": (_("Nieuw wachtwoord, nog een keer"), ""),
}
MAILED_CODE = {"code": (_("Code uit de mail"), _("Hoofdletters en streepjes maken niet uit."))}
STEP_CODE = {"code": (_("Code uit uw app, of een herstelcode"), "")}
KEY_NAME = (_("Naam"), _("Zo herkent u hem later, bijvoorbeeld “telefoon” of “laptop van school”."))


class PlainWords:
    """Gives the fields of a form our `words`: name -> (label, help text). A label stays, a placeholder would not."""

    words = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


class LoginForm(PlainWords, account_forms.LoginForm):
    """One form for both ways in: without a password it mails a code."""

    words = {
        "login": EMAIL,
        "password": (
            _("Wachtwoord (hoeft niet)"),
            _("Geen wachtwoord, of vergeten? Laat dit leeg: wij mailen u dan een code."),
        ),
    }

    def _setup_password_field(self):
        self.fields["password"].required = False


class SignupForm(PlainWords, account_forms.SignupForm):
    words = {"email": (_("E-mailadres van uw werk"), _("Wij mailen er een code heen. Een wachtwoord hoeft niet."))}
    field_order = ["name", "email"]


class RequestLoginCodeForm(PlainWords, account_forms.RequestLoginCodeForm):
    words = {"email": EMAIL}


class ConfirmLoginCodeForm(PlainWords, account_forms.ConfirmLoginCodeForm):
    words = MAILED_CODE


class ConfirmEmailCodeForm(PlainWords, account_forms.ConfirmEmailVerificationCodeForm):
    words = MAILED_CODE


class AskPasswordResetForm(PlainWords, account_forms.ResetPasswordForm):
    words = {"email": EMAIL}


class ConfirmPasswordResetForm(PlainWords, account_forms.ConfirmPasswordResetCodeForm):
    words = MAILED_CODE


class ResetPasswordForm(PlainWords, account_forms.ResetPasswordKeyForm):
    words = NEW_PASSWORD


class ChangePasswordForm(PlainWords, account_forms.ChangePasswordForm):
    words = NEW_PASSWORD


class SetPasswordForm(PlainWords, account_forms.SetPasswordForm):
    words = NEW_PASSWORD


class ReauthenticateForm(PlainWords, account_forms.ReauthenticateForm):
    words = {"password": (_("Uw wachtwoord"), "")}


class AddEmailForm(PlainWords, account_forms.AddEmailForm):
    words = {"email": (_("Nieuw e-mailadres"), _("Wij mailen er een code heen. Met die code voegt u het adres toe."))}


class StepForm(PlainWords, mfa_forms.AuthenticateForm):
    words = STEP_CODE


class StepAgainForm(PlainWords, mfa_forms.ReauthenticateForm):
    words = STEP_CODE


class ActivateAppForm(PlainWords, totp_forms.ActivateTOTPForm):
    words = {"code": (_("De code van zes cijfers die de app nu toont"), "")}


class AddKeyForm(PlainWords, webauthn_forms.AddWebAuthnForm):
    words = {
        "name": KEY_NAME,
        "passwordless": (
            _("Hiermee wil ik ook kunnen inloggen zonder mail of wachtwoord"),
            _("Uw apparaat vraagt dan elke keer om uw vinger, gezicht of pincode."),
        ),
    }


class EditKeyForm(PlainWords, webauthn_forms.EditWebAuthnForm):
    words = {"name": KEY_NAME}


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Uw naam")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class DeleteForm(forms.Form):
    """Typing the address is what makes this a decision and not a slip."""

    email = forms.EmailField(label=_("Typ uw e-mailadres om te bevestigen"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].widget.attrs.update({"autocomplete": "off", "autocapitalize": "off"})

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.casefold() != self.user.email.casefold():
            raise forms.ValidationError(_("Dit is niet het e-mailadres van dit account. Er is niets verwijderd."))
        return email
