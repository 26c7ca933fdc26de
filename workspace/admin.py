from django.contrib import admin

from accounts.admin_rules import ReadOnlyMixin
from workspace.models import AnswerTemplate, Import


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(admin.ModelAdmin):
    list_display = ["title", "network"]
    list_filter = ["network__programme"]
    list_select_related = ["network"]
    search_fields = ["title", "text", "network__name"]
    autocomplete_fields = ["network"]


@admin.register(Import)
class ImportAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Which lists came in, by whom, and what became of them; the file itself is for who uploaded it."""

    list_display = ["file_name", "kind", "network", "uploaded_by", "uploaded_at", "applied_at", "refused_at"]
    list_filter = ["kind", ("applied_at", admin.EmptyFieldListFilter)]
    list_select_related = ["network", "uploaded_by"]
    search_fields = ["file_name", "network__name", "uploaded_by__email"]
    exclude = ["content", "report"]
    date_hierarchy = "uploaded_at"
