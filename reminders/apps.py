from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = _("Herinneringen")

    def ready(self):
        import reminders.delivery
        import reminders.rules  # noqa: F401  registers them
        from accounts.audit import register_audit
        from reminders.models import Rule

        register_audit(Rule, exclude=["last_run_at", "last_found", "last_error"])
        post_migrate.connect(_make_rows, sender=self)


def _make_rows(**kwargs):
    """Each rule of the code gets its row, for staff to change."""
    from reminders.planning import sync_rules

    sync_rules()
