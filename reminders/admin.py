from itertools import islice

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.admin_rules import KeptMixin, ReadOnlyMixin
from reminders.models import Reminder, Rule
from reminders.wording import fill


@admin.register(Rule)
class RuleAdmin(KeptMixin, admin.ModelAdmin):
    """Days and wording of a rule, and whether it is on. What a rule is about stands in the code."""

    list_display = ["__str__", "is_on", "days", "last_run_at", "last_found", "last_error"]
    list_filter = ["is_on"]
    search_fields = ["key", "subject_line", "sentence"]
    readonly_fields = ["key", "audience", "variables", "last_run_at", "last_found", "last_error"]
    fieldsets = [
        (None, {"fields": ["key", "audience", "is_on", "days"]}),
        (_("Tekst"), {"fields": ["variables", "subject_line", "sentence", "button"]}),
        (_("Hoe het ging"), {"fields": ["last_run_at", "last_found", "last_error"]}),
    ]

    def has_add_permission(self, request):
        return False

    @admin.display(description=_("wie het krijgt"))
    def audience(self, rule):
        return rule.definition.audience if rule.definition else _("Deze regel is er niet meer.")

    @admin.display(description=_("variabelen"))
    def variables(self, rule):
        known = rule.definition.variables if rule.definition else {}
        return "\n".join(f"{{{name}}}: {meaning}" for name, meaning in known.items()) or _("geen")

    def get_urls(self):
        preview = path(
            "<int:pk>/voorbeeld/",
            self.admin_site.admin_view(require_POST(self.preview)),
            name="reminders_rule_preview",
        )
        return [preview, *super().get_urls()]

    def preview(self, request, pk):
        """The mail as it would be with what stands in the form; nothing is saved."""
        rule = get_object_or_404(Rule, pk=pk)
        if not self.has_change_permission(request, rule):
            raise PermissionDenied
        form = self.get_form(request, rule, change=True)(request.POST, instance=rule)
        context = {**self.admin_site.each_context(request), "title": str(rule)}
        if form.is_valid():
            example = example_of(rule)
            values = example.values if example else {n: f"[{m}]" for n, m in rule.definition.variables.items()}
            context |= {
                "is_real": example is not None,
                "subject": fill(rule.subject_line, values),
                "sentence": fill(rule.sentence, values),
                "button": fill(rule.button, values),
            }
        else:
            context["errors"] = {form.fields[n].label if n in form.fields else "": e for n, e in form.errors.items()}
        return TemplateResponse(request, "admin/reminders/rule/preview.html", context)


def example_of(rule):
    """One Due of the rule as it stands now; None when nothing is due."""
    return next(islice(rule.dues(timezone.now()), 1), None) if rule.definition else None


class StandFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return [
            ("wacht", _("Wacht")),
            ("gemaild", _("In een mail")),
            ("vervallen", _("Vervallen")),
            ("gedaan", _("Gedaan")),
        ]

    def queryset(self, request, queryset):
        narrowed = {
            "wacht": {"bundled_at": None, "dropped_at": None},
            "gemaild": {"bundled_at__isnull": False},
            "vervallen": {"dropped_at__isnull": False},
            "gedaan": {"done_at__isnull": False},
        }
        return queryset.filter(**narrowed.get(self.value(), {}))


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: who was told what, and why something was not told."""

    list_display = ["rule", "subject", "to", "moment", "planned_at", "bundled_at", "dropped_at", "reason", "done_at"]
    list_filter = [StandFilter, "reason", "rule"]
    search_fields = ["subject", "to"]
    list_select_related = ["rule"]
    date_hierarchy = "planned_at"
    raw_id_fields = ["message", "user"]
