"""Everything that is kept about one person, for that person to download.

A room has a module `own_data.py`, which is found by itself, with functions like those below.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from auditlog.models import LogEntry

from accounts.models import Message
from accounts.preferences import chosen_by

SOURCES = []


def own_data(source):
    """Decorator: `source(user)` gives (title, list of dicts) of what its room keeps about `user`.

    The dicts hold what JSON can: texts, numbers, booleans, days, moments, lists and dicts of these. Never a
    secret that lets somebody in.
    """
    SOURCES.append(source)
    return source


def collect(user):
    """All of it: title (str) -> list of dicts. Raises ValueError when two sources have one title."""
    found = {}
    for source in SOURCES:
        title, rows = source(user)
        if title in found:
            raise ValueError(f"Two sources of own data are called {title!r}.")
        found[title] = rows
    return found


def addresses_of(user):
    """Every e-mail address of `user`, as kept; the login too."""
    return {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}


@own_data
def account(user):
    return "account", [
        {
            "naam": user.name,
            "e-mailadres": user.email,
            "gemaakt op": user.date_joined,
            "laatst ingelogd op": user.last_login,
            "mag in het beheer": user.is_staff,
            "tweede stap verplicht": user.mfa_required,
            "heeft een wachtwoord": user.has_usable_password(),
        }
    ]


@own_data
def addresses(user):
    rows = EmailAddress.objects.filter(user=user).order_by("pk")
    return "e-mailadressen", [
        {"e-mailadres": row.email, "bevestigd": row.verified, "om mee in te loggen": row.primary} for row in rows
    ]


@own_data
def second_steps(user):
    rows = Authenticator.objects.filter(user=user).order_by("pk")
    return "tweede stap", [
        {"soort": row.get_type_display(), "toegevoegd op": row.created_at, "laatst gebruikt op": row.last_used_at}
        for row in rows
    ]


@own_data
def other_organisations(user):
    rows = SocialAccount.objects.filter(user=user).order_by("pk")
    return "inloggen via een andere organisatie", [
        {"organisatie": row.provider, "kenmerk": row.uid, "ontvangen": row.extra_data, "sinds": row.date_joined}
        for row in rows
    ]


@own_data
def mail(user):
    rows = Message.objects.filter(to__in=addresses_of(user)).order_by("pk")
    return "mail aan u", [
        {
            "onderwerp": row.subject,
            "aan": row.to,
            "gemaakt op": row.created_at,
            "verstuurd op": row.sent_at,
            "tekst": "" if row.is_secret else row.text,
        }
        for row in rows
    ]


@own_data
def preferences(user):
    rows = chosen_by(addresses_of(user)).order_by("pk")
    return "hoe u bericht wilt", [
        {"e-mailadres": row.address, "soort": row.kind, "hoe": row.get_how_display(), "gekozen op": row.changed_at}
        for row in rows
    ]


@own_data
def changes(user):
    rows = LogEntry.objects.filter(actor=user).select_related("content_type").order_by("pk")
    return "wat u wijzigde", [
        {"wanneer": row.timestamp, "wat": f"{row.content_type}: {row.object_repr}", "wijziging": row.changes}
        for row in rows
    ]
