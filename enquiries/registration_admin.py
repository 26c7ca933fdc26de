"""Registrations and what schools did, to look at: what happened stays. Dates, to change with all that follows."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_rules import ReadOnlyMixin
from activities.models import Entry, Occurrence, Participation
from enquiries import registrations
from enquiries.models.signing_up import (
    Registration,
    RegistrationEvent,
    State,
    WaitingOffer,
)


class StateFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in State.values else queryset


class EventInline(ReadOnlyMixin, admin.TabularInline):
    model = RegistrationEvent
    fk_name = "registration"
    fields = ["kind", "happened_at", "by", "reason", "text", "from_occurrence", "pupils_count", "teachers_count"]
    extra = 0


class OfferInline(ReadOnlyMixin, admin.TabularInline):
    model = WaitingOffer
    fields = ["offered_at", "expires_at", "closed_at"]
    extra = 0


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "what", "sector", "state", "registered_at", "registered_by"]
    list_filter = [StateFilter, "sector", "occurrence__activity__network__programme", "programme"]
    list_select_related = ["school", "occurrence__activity", "programme", "registered_by"]
    search_fields = ["school__name", "school__code", "occurrence__activity__title", "programme__name", "uid"]
    date_hierarchy = "registered_at"
    inlines = [EventInline, OfferInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    @admin.display(description=_("voor"))
    def what(self, row):
        return str(row.occurrence or row.programme)

    @admin.display(description=_("stand"))
    def state(self, row):
        return row.state.label


@admin.register(RegistrationEvent)
class RegistrationEventAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["registration_id", "school", "kind", "happened_at", "by", "reason"]
    list_filter = ["kind", "reason"]
    list_select_related = ["registration__school", "by"]
    search_fields = ["registration__school__name", "registration__school__code", "registration__uid"]
    date_hierarchy = "happened_at"

    @admin.display(description=_("school"))
    def school(self, event):
        return event.registration.school


@admin.register(WaitingOffer)
class WaitingOfferAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "date", "offered_at", "expires_at", "closed_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["registration__school", "registration__occurrence__activity"]
    search_fields = ["registration__school__name", "registration__school__code"]

    @admin.display(description=_("school"))
    def school(self, offer):
        return offer.registration.school

    @admin.display(description=_("datum"))
    def date(self, offer):
        return offer.registration.occurrence


class EntryInline(ReadOnlyMixin, admin.TabularInline):
    model = Entry
    fields = ["happened_on", "kind", "activity", "pupils_count", "teachers_count", "source", "recorded_by"]
    extra = 0


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "programme", "network", "sector", "school_year", "state", "source", "is_sample"]
    list_filter = ["school_year", "sector", "programme", "source", "stop_reason", "is_sample"]
    list_select_related = ["school", "programme", "network"]
    search_fields = ["school__name", "school__code", "programme__name", "network__name"]
    inlines = [EntryInline]

    @admin.display(description=_("stand"))
    def state(self, row):
        return row.state.label


@admin.register(Entry)
class EntryAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["happened_on", "school", "programme", "kind", "pupils_count", "teachers_count", "source"]
    list_filter = ["kind", "source", "participation__school_year", "participation__programme"]
    list_select_related = ["participation__school", "participation__programme"]
    search_fields = ["participation__school__name", "participation__school__code", "activity__title"]
    date_hierarchy = "happened_on"

    @admin.display(description=_("school"))
    def school(self, entry):
        return entry.participation.school

    @admin.display(description=_("programma"))
    def programme(self, entry):
        return entry.participation.programme


@admin.register(Occurrence)
class OccurrenceAdmin(admin.ModelAdmin):
    """A date of an activity. Moving it, calling it off or changing its places tells the schools at once."""

    list_display = ["activity", "starts_at", "place", "capacity", "places_left", "waiting_list_count", "cancelled_at"]
    list_filter = [("cancelled_at", admin.EmptyFieldListFilter), "is_online", "activity__network__programme"]
    list_select_related = ["activity"]
    search_fields = ["activity__title", "place", "activity__network__name"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["activity"]
    raw_id_fields = ["municipality"]
    show_full_result_count = False
    actions = None  # no mass deletion: schools are registered for these
    FIGURES = ("places_left", "waiting_list_count", "reported_on")

    def get_readonly_fields(self, request, obj=None):
        """Once schools register here, Loket counts."""
        return self.FIGURES if obj and obj.registrations.exists() else ()

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not obj.registrations.exists())

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
            return
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        found = registrations.change_occurrence(occurrence=obj, values=values, by=request.user, now=timezone.now())
        if found.over:
            self.message_user(
                request,
                _(
                    "Er zijn %(over)d groepen meer dan er plaatsen zijn. Niemand verliest zijn plaats; van de "
                    "wachtlijst schuift niemand op tot er weer ruimte is."
                )
                % {"over": found.over},
                "warning",
            )
