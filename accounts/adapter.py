"""Where django-allauth meets Loket: its mail leaves by our Messages, its rules know who needs a second step."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail import queue_mail


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One of the mails that django-allauth asks for."""

    template: str
    subject: str
    said: str = ""  # the sentence that makes the difference between mails of one template
    is_secret: bool = False


def _code(subject, said):
    return Letter(template="accounts/code", subject=subject, said=said, is_secret=True)


def _notice(said):
    return Letter(template="accounts/notice", subject=_("Uw account bij Loket is gewijzigd"), said=said)


LETTERS = {
    "account/email/login_code": _code(_("Uw code om in te loggen"), _("Hiermee logt u in bij Loket.")),
    "account/email/email_confirmation": _code(
        _("Uw code om dit adres te bevestigen"), _("Hiermee bevestigt u dat dit e-mailadres van u is.")
    ),
    "account/email/email_confirmation_signup": _code(
        _("Uw code om te beginnen bij Loket"),
        _("Hiermee bevestigt u dat dit e-mailadres van u is. Daarna is uw account klaar."),
    ),
    "account/email/password_reset_code": _code(
        _("Uw code voor een nieuw wachtwoord"), _("Hiermee kiest u een nieuw wachtwoord voor Loket.")
    ),
    "account/email/unknown_account": Letter(
        template="accounts/unknown_account", subject=_("Dit adres heeft nog geen account bij Loket")
    ),
    "account/email/account_already_exists": Letter(
        template="accounts/already_exists", subject=_("U hebt al een account bij Loket")
    ),
    "account/email/password_changed": _notice(_("Uw wachtwoord is gewijzigd.")),
    "account/email/password_set": _notice(_("Uw account heeft nu een wachtwoord.")),
    "account/email/password_reset": _notice(_("U hebt een nieuw wachtwoord gekozen.")),
    "account/email/email_changed": _notice(_("U logt voortaan in met een ander e-mailadres.")),
    "account/email/email_confirm": _notice(_("Er is een e-mailadres bevestigd.")),
    "account/email/email_deleted": _notice(_("Er is een e-mailadres van uw account gehaald.")),
    "mfa/email/totp_activated": _notice(_("Inloggen vraagt voortaan ook een code uit uw app.")),
    "mfa/email/totp_deactivated": _notice(_("Inloggen vraagt geen code uit uw app meer.")),
    "mfa/email/recovery_codes_generated": _notice(_("Er zijn nieuwe herstelcodes. De oude werken niet meer.")),
    "mfa/email/webauthn_added": _notice(_("Er is een passkey of sleutel aan uw account toegevoegd.")),
    "mfa/email/webauthn_removed": _notice(_("Er is een passkey of sleutel van uw account gehaald.")),
    "socialaccount/email/account_connected": _notice(_("U kunt nu ook inloggen via een andere organisatie.")),
    "socialaccount/email/account_disconnected": _notice(_("U kunt niet meer inloggen via een andere organisatie.")),
}
CODE_LASTS = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Dit e-mailadres en wachtwoord horen niet bij elkaar. Laat het wachtwoord leeg: wij mailen een code."
        ),
        "incorrect_code": _("Deze code klopt niet. Kijk de code na, of vraag een nieuwe."),
        "incorrect_password": _("Dit wachtwoord klopt niet."),
        "too_many_login_attempts": _("Er is te vaak geprobeerd. Wacht vijf minuten en probeer het opnieuw."),
        "rate_limited": _("Dat ging te snel achter elkaar. Wacht een minuut en probeer het opnieuw."),
        "duplicate_email": _("Dit e-mailadres staat al bij uw account."),
        "email_taken": _("Dit e-mailadres hoort al bij een account."),
        "enter_current_password": _("Typ eerst uw wachtwoord van nu."),
        "cannot_remove_primary_email": _("Met dit adres logt u in. Kies eerst een ander adres om mee in te loggen."),
        "max_email_addresses": _("U kunt niet meer dan %d e-mailadressen hebben."),
    }

    def send_mail(self, template_prefix, email, context):
        """One mail of django-allauth, as a Message in a transaction of its own or of its cause."""
        letter = LETTERS[template_prefix]
        now = timezone.now()
        with transaction.atomic():
            queue_mail(
                key=f"account-{uuid.uuid4()}",
                kind="account-" + template_prefix.rpartition("/")[2].replace("_", "-"),
                to=email,
                template=letter.template,
                subject=letter.subject,
                context={
                    "said": letter.said,
                    "code": context.get("code", ""),
                    "email": email,
                    "minutes": int(CODE_LASTS.total_seconds() // 60),
                },
                is_secret=letter.is_secret,
                expires_at=now + CODE_LASTS if letter.is_secret else None,
            )

    def get_password_change_redirect_url(self, request):
        return "/account/"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Deze code klopt niet. Kijk in uw app wat de code nu is."),
        "cannot_delete_authenticator": _(
            "Uw rol vraagt een tweede stap bij het inloggen. Voeg eerst een andere toe; daarna kan deze weg."
        ),
    }

    def can_delete_authenticator(self, authenticator):
        """Whoever must have a second step keeps one; recovery codes are for emergencies and do not count."""
        if not authenticator.user.mfa_required or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("Mijn passkey")) if not count else str(_("Passkey %d")) % (count + 1)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request, sociallogin, data):
        """Our User has one name, where django-allauth thinks of two."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(part for part in parts if part)
        user.name = name[: user._meta.get_field("name").max_length]
        return user
