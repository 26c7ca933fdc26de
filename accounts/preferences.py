"""How people want to be told, by address and kind. Who never chose gets what `Preference.DEFAULT` says."""

from allauth.account.signals import email_changed
from django.dispatch import receiver

from accounts.models import Preference


def chosen_by(addresses):
    """The Preferences of `addresses`, in any case. A queryset."""
    return Preference.objects.filter(address__in={address.lower() for address in addresses})


def choose(addresses, choices):
    """Remember {kind: Preference.How} for each of `addresses`; the last word holds, and twice changes nothing."""
    rows = [
        Preference(address=address, kind=kind, how=how)
        for address in sorted({address.lower() for address in addresses})
        for kind, how in choices.items()
    ]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["address", "kind"], update_fields=["how", "changed_at"]
    )


def forget_preferences(addresses):
    chosen_by(addresses).delete()


@receiver(email_changed)
def take_along(request, user, from_email_address, to_email_address, **kwargs):
    """Who gets mail at another address from now on wants it as before."""
    old = from_email_address.email if from_email_address else ""
    choose([to_email_address.email], dict(chosen_by([old]).values_list("kind", "how")))
