"""To look at: what was asked and answered stays as it was. Nothing here can be added, changed or deleted."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_rules import ReadOnlyMixin
from enquiries import registration_admin  # noqa: F401  registers its models
from enquiries.models import Attachment, Enquiry, EnquiryEvent, Handler, HandlingNote, Recipient
from enquiries.status import EnquiryStatus, RecipientStatus


class StatusFilter(admin.SimpleListFilter):
    """A list narrowed by a status that follows from events."""

    title = _("stand")
    parameter_name = "stand"
    choices_of = EnquiryStatus

    def lookups(self, request, model_admin):
        return self.choices_of.choices

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() else queryset


class RecipientStatusFilter(StatusFilter):
    choices_of = RecipientStatus


class RecipientInline(admin.TabularInline):
    model = Recipient
    fields = ["owner", "name", "email", "reply_due_on", "passed_from"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class EventInline(admin.TabularInline):
    model = EnquiryEvent
    fields = ["happened_at", "kind", "recipient", "by", "text", "reason", "ask_again_on"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "goal", "asked_by", "sender_email", "is_anonymous", "asked_at", "status"]
    list_filter = [StatusFilter, "is_anonymous", "programme", "school__municipality__landsdeel"]
    list_select_related = ["school", "asked_by"]
    search_fields = ["goal", "school__name", "school__code", "sender_email", "asked_by__email"]
    date_hierarchy = "asked_at"
    inlines = [RecipientInline, EventInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_status()

    @admin.display(description=_("stand"))
    def status(self, enquiry):
        return EnquiryStatus(enquiry.status).label


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["owner", "name", "email", "enquiry", "reply_due_on", "status"]
    list_filter = [RecipientStatusFilter, "level", "holidays_known", "network__programme"]
    list_select_related = ["enquiry__school"]
    search_fields = ["owner", "name", "email", "enquiry__school__name", "enquiry__school__code"]
    date_hierarchy = "reply_due_on"

    def get_queryset(self, request):
        return super().get_queryset(request).with_status()

    @admin.display(description=_("stand"))
    def status(self, recipient):
        return RecipientStatus(recipient.status).label if recipient.status else ""


@admin.register(EnquiryEvent)
class EnquiryEventAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["happened_at", "kind", "recipient", "enquiry", "by", "reason"]
    list_filter = ["kind", "reason"]
    list_select_related = ["recipient", "enquiry__school", "by"]
    search_fields = ["text", "recipient__owner", "enquiry__school__name", "enquiry__school__code"]
    date_hierarchy = "happened_at"


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Which files there are; their content is for who may see the question."""

    list_display = ["name", "content_type", "size_bytes", "event"]
    list_filter = ["content_type"]
    list_select_related = ["event"]
    search_fields = ["name", "event__recipient__owner", "event__enquiry__school__code"]
    exclude = ["content"]


@admin.register(Handler)
class HandlerAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["recipient", "user", "chosen_at", "chosen_by"]
    list_filter = [("user", admin.EmptyFieldListFilter), "chosen_at"]
    list_select_related = ["recipient", "user", "chosen_by"]
    search_fields = ["recipient__owner", "recipient__enquiry__school__code", "user__email", "user__name"]


@admin.register(HandlingNote)
class HandlingNoteAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["written_at", "recipient", "written_by"]
    list_filter = ["written_at"]
    list_select_related = ["recipient", "written_by"]
    search_fields = ["text", "recipient__owner", "recipient__enquiry__school__code", "written_by__email"]
    date_hierarchy = "written_at"
