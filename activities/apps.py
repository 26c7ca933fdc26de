from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Aanbod")

    def ready(self):
        from accounts.audit import register_audit
        from activities.models import Activity, Entry, Occurrence, Participation, Revision

        register_audit(Activity, exclude=["id", "search"])
        # What stands in a draft is its own memory; the log keeps what was decided.
        register_audit(Revision, include=["publish_on", "proposed_at", "approved_at", "rejected_at", "decision_note"])
        # What a row is about never changes, so it would only fill the log.
        register_audit(Participation, exclude=["id", "school", "programme", "network", "is_sample"])
        # Of an entry that is gone one still asks of which participation and activity it was.
        register_audit(Entry, exclude=["id", "occurrence", "recorded_at"])
        # What the registrations follow from themselves is left out: that would fill the log with counting.
        register_audit(
            Occurrence,
            include=["starts_at", "ends_at", "place", "is_online", "capacity", "taken_elsewhere", "cancelled_at"],
        )
