"""The second step of logging in, and who must take it. django-allauth has no setting for "this role must"."""

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings


def needs_second_step(request):
    """Whether this session still misses a second step that its user must take; no query.

    Sessions of before the second step was set up miss it too. A login by another organisation has it when
    OIDC_TRUSTS_SECOND_FACTOR says so.
    """
    user = request.user
    if not user.mfa_required or user.email in settings.DEMO_ACCOUNTS:
        return False
    enough = {"mfa", "socialaccount"} if settings.OIDC_TRUSTS_SECOND_FACTOR else {"mfa"}
    return not any(record["method"] in enough for record in get_authentication_records(request, user))


def record_setting_up(sender, *, request, user, authenticator, **kwargs):
    """Receiver: whoever sets up an app or passkey has just used it, so this session has its second step."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )
