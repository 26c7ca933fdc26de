from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_rules import KeptMixin
from quality.models import Meeting, Obligation


class DoneFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return [("open", _("Open")), ("te-laat", _("Te laat")), ("gedaan", _("Gedaan"))]

    def queryset(self, request, queryset):
        return {
            "open": queryset.filter(done_at=None),
            "te-laat": queryset.filter(done_at=None, due_on__lt=timezone.localdate()),
            "gedaan": queryset.filter(done_at__isnull=False),
        }.get(self.value(), queryset)


@admin.register(Obligation)
class ObligationAdmin(KeptMixin, admin.ModelAdmin):
    """What is asked of a network. That it was delivered is said in the workspace, with who and when."""

    list_display = ["network", "kind", "title", "due_on", "done_at", "is_sample"]
    list_filter = [DoneFilter, "kind", "network__programme", "is_sample"]
    list_select_related = ["network"]
    search_fields = ["title", "network__name"]
    autocomplete_fields = ["network"]
    readonly_fields = ["done_at", "done_by"]
    date_hierarchy = "due_on"


@admin.register(Meeting)
class MeetingAdmin(KeptMixin, admin.ModelAdmin):
    list_display = ["network", "held_on", "title", "place", "is_sample"]
    list_filter = ["network__programme", "is_sample"]
    list_select_related = ["network"]
    search_fields = ["title", "network__name"]
    autocomplete_fields = ["network", "attendees"]
    date_hierarchy = "held_on"
