from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    name = "enquiries"
    verbose_name = _("Vragen en aanmeldingen")

    def ready(self):
        from accounts.audit import register_audit
        from enquiries.models import Enquiry, Handler, Registration

        # Who asked without an account is forgotten after two years, so the log never knows.
        register_audit(Enquiry, exclude=["sender_name", "sender_email", "form_key"])
        register_audit(Handler, exclude=["id", "recipient", "chosen_at", "chosen_by"])
        # What may change; who registered what is in the row itself, and a move to another date in its events.
        register_audit(Registration, include=["sector", "pupils_count", "teachers_count", "initiatives", "remark"])
