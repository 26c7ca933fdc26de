from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    name = "networks"
    verbose_name = _("Programma's en netwerken")

    def ready(self):
        from accounts.audit import register_audit
        from networks.models import Assignment, ContactRole, Network, Partner, Person, Programme, SupportPoint

        register_audit(Assignment)
        register_audit(Network, exclude=["edited_at"], many_to_many=["area"])
        for model in (Programme, Partner, SupportPoint, Person, ContactRole):
            register_audit(model)
