from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = _("Kwaliteitscyclus")

    def ready(self):
        from accounts.audit import register_audit
        from quality.models import Meeting, Obligation

        register_audit(Meeting, many_to_many=["attendees"])
        register_audit(Obligation)
