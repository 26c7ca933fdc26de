from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Scholen")

    def ready(self):
        from accounts.audit import register_audit
        from schools.models import Invitation, Membership, Profile

        # What people wrote and whom they invited stays out: the log outlives an account.
        register_audit(Membership, exclude=["explanation", "refusal"])
        register_audit(Invitation, exclude=["email", "uid"])
        register_audit(Profile)
        post_save.connect(_municipality_saved, sender="regions.Municipality", dispatch_uid="schools follow")


def _municipality_saved(instance, raw, **_kwargs):
    from schools.mergers import follow_municipality

    if instance.successor_id and not raw:
        follow_municipality(instance)
