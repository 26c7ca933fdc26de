"""Rules of the admin as a whole; loket/urls.py applies them when every room has registered its models.

The admin is for support staff only. Nothing is deleted by the list: what is deleted is deleted one by one, after
looking at what goes with it. What happened is not deleted at all (`accounts.admin_rules`).
"""

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django_celery_beat.admin import ClockedScheduleAdmin, CrontabScheduleAdmin
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule


class SearchedCrontabAdmin(CrontabScheduleAdmin):
    search_fields = ["minute", "hour", "timezone"]
    list_filter = ["timezone"]


class SearchedIntervalAdmin(admin.ModelAdmin):
    list_filter = ["period"]
    search_fields = ["period"]


class SearchedClockedAdmin(ClockedScheduleAdmin):
    list_filter = ["clocked_time"]
    search_fields = ["clocked_time"]


class SearchedLogAdmin(LogEntryAdmin):
    """The library would search names that our accounts do not have."""

    search_fields = ["object_repr", "actor__email", "actor__name"]


def apply(site=admin.site):
    """Apply them to `site`, once."""
    site.disable_action("delete_selected")
    for model, model_admin in (
        (LogEntry, SearchedLogAdmin),
        (CrontabSchedule, SearchedCrontabAdmin),
        (IntervalSchedule, SearchedIntervalAdmin),
        (ClockedSchedule, SearchedClockedAdmin),
    ):
        site.unregister(model)
        site.register(model, model_admin)
    if site.is_registered(SolarSchedule):  # no task of ours follows the sun
        site.unregister(SolarSchedule)
