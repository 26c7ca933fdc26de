from django.contrib import admin
from django.db.models import OuterRef, Subquery, URLField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_rules import KeptMixin, ReadOnlyMixin
from activities.models import (
    Activity,
    Advice,
    Material,
    Note,
    Occurrence,
    Pin,
    Revision,
    SearchMiss,
    Subsidy,
    Synonym,
)
from regions.array_choices import ArrayChoicesMixin


class PublishedFilter(admin.SimpleListFilter):
    title = _("gepubliceerd")
    parameter_name = "gepubliceerd"

    def lookups(self, request, model_admin):
        return [("ja", _("Ja")), ("nee", _("Nee"))]

    def queryset(self, request, queryset):
        if self.value() in ("ja", "nee"):
            return queryset.filter(published_on__isnull=self.value() == "nee")
        return queryset


class StageFilter(admin.SimpleListFilter):
    """How fresh an activity is, so that staff see what left the lists because nobody confirmed it."""

    title = _("bevestigd")
    parameter_name = "bevestigd"

    def lookups(self, request, model_admin):
        return [("vragen", _("te bevestigen")), ("weg", _("uit de lijst: te lang niet bevestigd"))]

    def queryset(self, request, queryset):
        on = timezone.localdate()
        chosen = {"vragen": queryset.to_confirm, "weg": queryset.gone}.get(self.value())
        return chosen(on) if chosen else queryset


class OccurrenceInline(admin.StackedInline):
    """Dates of one activity; calendars of subscribers follow what changes here."""

    model = Occurrence
    extra = 0
    autocomplete_fields = ["municipality"]
    fields = [
        ("starts_at", "ends_at"),
        ("place", "municipality", "is_online"),
        ("latitude", "longitude"),
        ("capacity", "places_left", "waiting_list_count", "reported_on"),
        ("cancelled_at", "is_sample"),
    ]


class MaterialInline(admin.TabularInline):
    model = Material
    extra = 0
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Activity)
class ActivityAdmin(KeptMixin, ArrayChoicesMixin, admin.ModelAdmin):
    list_display = ["title", "network", "kind", "sector_list", "published_on", "confirmed_on", "is_sample"]
    list_filter = [PublishedFilter, StageFilter, "is_sample", "kind", "network__programme", "evidence"]
    list_select_related = ["network"]
    search_fields = ["title", "slug", "network__name"]
    autocomplete_fields = ["network"]
    prepopulated_fields = {"slug": ["title"]}
    show_full_result_count = False
    inlines = [OccurrenceInline, MaterialInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "network", "summary", "intended_result", "kind"]}),
        (_("Voor wie"), {"fields": ["sectors", "phases", "needs", "target_groups", "years"]}),
        (_("Wat het vraagt"), {"fields": ["delivery", "effort_hours", "cost_euro"]}),
        (_("Aanmelden"), {"fields": ["own_availability", ("opens_on", "closes_on")]}),
        (
            _("Bewijs"),
            {
                "fields": [
                    "evidence",
                    "evidence_baseline",
                    "evidence_instrument",
                    "evidence_on",
                    "evidence_result",
                ]
            },
        ),
        (_("Stand"), {"fields": [("published_on", "ended_on"), "confirmed_on", "facts_as_of", "is_sample"]}),
    ]

    @admin.display(description=_("sectoren"))
    def sector_list(self, activity):
        return ", ".join(activity.sectors)


@admin.register(Subsidy)
class SubsidyAdmin(ArrayChoicesMixin, admin.ModelAdmin):
    list_display = ["name", "programme", "state", "opens_on", "closes_on", "facts_as_of", "is_sample"]
    list_filter = ["programme", "is_sample"]
    list_select_related = ["programme"]
    search_fields = ["name", "provider"]
    autocomplete_fields = ["programme"]
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description=_("stand"))
    def state(self, subsidy):
        return subsidy.state_on(timezone.localdate()).label


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    """What visitors wrote stays as they wrote it; staff say that it was handled."""

    list_display = ["activity", "text", "sender", "written_at", "handled_at"]
    list_filter = [("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["activity"]
    search_fields = ["text", "sender", "activity__title"]
    readonly_fields = ["activity", "text", "sender", "written_at"]
    fields = ["activity", "text", "sender", "written_at", "handled_at"]
    actions = ["handle"]

    def has_add_permission(self, request):
        return False

    @admin.action(description=_("Afgehandeld"), permissions=["change"])
    def handle(self, request, queryset):
        queryset.filter(handled_at=None).update(handled_at=timezone.now())


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    list_display = ["__str__"]
    search_fields = ["words"]


@admin.register(SearchMiss)
class SearchMissAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Unmet demand: one line for each search that found nothing five times or more. To look at only."""

    list_display = ["__str__", "filters", "search_count", "last_on"]
    list_display_links = None
    list_filter = ["searched_on"]
    search_fields = ["text"]

    def get_queryset(self, request):
        demand = SearchMiss.objects.unmet_demand(timezone.localdate() - SearchMiss.KEPT_FOR)
        of_row = demand.filter(text=OuterRef("text"), filters=OuterRef("filters"))
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=demand.order_by().values("example"))
            .annotate(
                search_count=Subquery(of_row.values("search_count")), last_on=Subquery(of_row.values("last_on"))
            )
            .order_by("-search_count", "text", "pk")
        )

    @admin.display(description=_("hoe vaak"), ordering="search_count")
    def search_count(self, miss):
        return miss.search_count

    @admin.display(description=_("laatste keer"), ordering="last_on")
    def last_on(self, miss):
        return miss.last_on


class DecisionFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return [("voorstel", _("Voorgesteld")), ("goed", _("Goedgekeurd")), ("afgewezen", _("Afgewezen"))]

    def queryset(self, request, queryset):
        return {
            "voorstel": queryset.filter(proposed_at__isnull=False, approved_at=None, rejected_at=None),
            "goed": queryset.filter(approved_at__isnull=False),
            "afgewezen": queryset.filter(rejected_at__isnull=False),
        }.get(self.value(), queryset)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Who proposed what, and what was decided; deciding is done in the workspace."""

    list_display = ["__str__", "network", "made_by", "changed_at", "proposed_at", "approved_at", "rejected_at"]
    list_filter = [DecisionFilter, "network__programme"]
    list_select_related = ["activity", "network", "made_by"]
    search_fields = ["activity__title", "network__name", "made_by__email"]
    date_hierarchy = "changed_at"


@admin.register(Pin)
class PinAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What coordinators put on top for a school, or left out."""

    list_display = ["school", "activity", "kind", "note", "made_by", "made_at"]
    list_filter = ["kind", "activity__network__programme"]
    list_select_related = ["school", "activity", "made_by"]
    search_fields = ["school__name", "school__code", "activity__title"]


@admin.register(Advice)
class AdviceAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What a school was advised, and when."""

    list_display = ["school", "asked_by", "given_at"]
    list_filter = ["school__municipality__landsdeel"]
    list_select_related = ["school", "asked_by"]
    search_fields = ["school__name", "school__code"]
    date_hierarchy = "given_at"
