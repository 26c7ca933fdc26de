from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "workspace"
    verbose_name = _("Werkplek van coördinatoren")

    def ready(self):
        from auditlog.registry import auditlog

        from accounts.audit import register_audit
        from activities.models import Activity, Entry, Occurrence, Participation
        from networks.models import ContactRole, Partner, Person
        from regions.models import Organisation
        from workspace.models import AnswerTemplate

        # What coordinators change in lists, unless its own room says what is kept of it.
        for model in (Participation, Entry, Activity, Occurrence, Person, ContactRole, Partner, Organisation):
            if not auditlog.contains(model):
                register_audit(model, exclude=["search"] if model is Activity else ())
        register_audit(AnswerTemplate, exclude=["id"])
