"""The end of an account."""

from django.contrib.admin.models import LogEntry as AdminEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import ORIGIN_DELETED, acting, forget_person
from accounts.models import Message
from accounts.own_data import addresses_of
from accounts.preferences import forget_preferences

FORGETTERS = []


def on_deletion(forget):
    """Decorator: `forget(addresses)` throws away what a room keeps by address; in its `own_data.py`."""
    FORGETTERS.append(forget)
    return forget


@transaction.atomic
def delete_account(user, *, by):
    """Delete `user`, and the name wherever it was written down; what happened is kept, by nobody.

    by: who asks for it, the user or somebody of staff. Mail to the user goes too, sent or waiting. Rows of
    other rooms go or stay as their foreign key says (CASCADE or SET_NULL); what they keep by address: `on_deletion`.
    """
    addresses = addresses_of(user)
    pk = user.pk
    forget_person(user, addresses=addresses)
    for forget in FORGETTERS:
        forget(addresses)
    Message.objects.filter(to__in=addresses).delete()
    forget_preferences(addresses)
    AdminEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(user, for_concrete_model=False), object_id=str(pk)
    ).update(object_repr=_("verwijderd account"), change_message="")
    with acting(origin=ORIGIN_DELETED) if by.pk == pk else acting(by):
        user.delete()
    user.pk = pk  # Django takes it away, and the log knows the account by it
    forget_person(user, addresses=addresses)
