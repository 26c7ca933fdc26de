from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from allauth.mfa.signals import authenticator_added

        from accounts.audit import register_audit
        from accounts.models import User
        from accounts.second_step import record_setting_up

        register_audit(User, include=["email", "name", "is_active", "is_staff", "is_superuser", "mfa_required"])
        authenticator_added.connect(record_setting_up, dispatch_uid="accounts.second_step")
        autodiscover_modules("own_data")  # what each room keeps about a person
