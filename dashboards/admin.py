from django.contrib import admin

from accounts.admin_rules import ReadOnlyMixin
from dashboards.models import BaselineTable, Rollup, Snapshot


@admin.register(BaselineTable)
class BaselineTableAdmin(admin.ModelAdmin):
    """To look at: the tables are compiled and loaded, nobody types them."""

    list_display = ["number", "title", "unit"]
    list_filter = ["unit"]
    search_fields = ["title", "question"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Rollup)
class RollupAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What the figures know of one school, for who wants to see why a number is what it is."""

    list_display = ["school", "sector", "school_year", "in_register", "programmes_count", "activities_two_years"]
    list_filter = ["school_year", "sector", "in_register"]
    list_select_related = ["school"]
    search_fields = ["school__name", "school__code"]
    ordering = ["-school_year", "school_id", "sector"]


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What was kept on a day; it stays as it is."""

    list_display = ["taken_on", "title", "is_monthly", "has_samples", "taken_by", "taken_at"]
    list_filter = ["is_monthly", "has_samples", "taken_on"]
    list_select_related = ["taken_by"]
    search_fields = ["title"]

    def get_queryset(self, request):
        return super().get_queryset(request).without_content()
