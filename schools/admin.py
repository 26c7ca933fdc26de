from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_rules import KeptMixin, ReadOnlyMixin
from loket.vocabulary import IntakeReason
from regions.array_choices import ArrayChoicesMixin
from schools.membership import end
from schools.models import Institution, Intake, Invitation, Membership, Profile, School


@admin.register(Institution)
class InstitutionAdmin(KeptMixin, admin.ModelAdmin):
    search_fields = ["brin"]


class ClosedFilter(admin.SimpleListFilter):
    title = _("open of gesloten")
    parameter_name = "gesloten"

    def lookups(self, request, model_admin):
        return [("nee", _("Open")), ("ja", _("Gesloten"))]

    def queryset(self, request, queryset):
        if self.value() in ("ja", "nee"):
            return queryset.filter(closed_on__isnull=self.value() == "nee")
        return queryset


@admin.register(School)
class SchoolAdmin(KeptMixin, ArrayChoicesMixin, admin.ModelAdmin):
    """The register comes from DUO: what is changed here is overwritten by the next import of that school."""

    list_display = ["code", "name", "place", "kind", "sector_list", "board", "closed_on"]
    list_display_links = ["code", "name"]
    list_filter = [ClosedFilter, "kind", "municipality__landsdeel", "municipality__region"]
    list_select_related = ["board"]
    search_fields = ["code", "name", "place", "postcode"]
    autocomplete_fields = ["institution", "board", "municipality", "successor"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["code", "institution", "name", "kind", "structure", "sectors", "board", "denomination"]}),
        (
            _("Adres"),
            {
                "fields": [
                    ("street", "house_number"),
                    ("postcode", "place"),
                    "municipality",
                    "municipality_code",
                    ("latitude", "longitude"),
                    "website",
                    "telephone",
                    "holiday_region",
                ]
            },
        ),
        (_("Leerlingen"), {"fields": [("pupils", "pupils_year")]}),
        (_("Gesloten"), {"fields": ["closed_on", "successor"]}),
        (_("Bron"), {"fields": ["source", "source_date"]}),
    ]

    @admin.display(description=_("sectoren"))
    def sector_list(self, school):
        return ", ".join(school.sectors)


# --- members and what a school says of itself ----------------------------------------------------
class StandFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return [
            ("wacht", _("Wacht op goedkeuring")),
            ("lid", _("Lid")),
            ("afgewezen", _("Afgewezen")),
            ("voorbij", _("Voorbij")),
        ]

    def queryset(self, request, queryset):
        return {
            "wacht": queryset.pending,
            "lid": queryset.active,
            "afgewezen": lambda: queryset.filter(refused_at__isnull=False),
            "voorbij": lambda: queryset.filter(ended_at__isnull=False),
        }.get(self.value(), queryset.all)()


@admin.register(Membership)
class MembershipAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at, and to end. Who may come in is decided under /mijn/goedkeuren/, so that everybody hears of it."""

    list_display = ["user", "school", "board", "role", "asked_at", "approved_at", "way", "refused_at", "ended_at"]
    list_filter = [StandFilter, "role", "way", "doubt"]
    list_select_related = ["user", "school", "board"]
    search_fields = ["user__email", "user__name", "school__name", "school__code", "board__name"]
    date_hierarchy = "asked_at"
    actions = ["end_memberships"]

    @admin.action(description=_("Beëindig (de persoon krijgt een mail)"), permissions=["end"])
    def end_memberships(self, request, queryset):
        running = list(queryset.active())
        count = len(running)
        for membership in running:
            end(membership=membership, by=request.user, now=timezone.now())
        self.message_user(
            request,
            ngettext("%(count)d lidmaatschap beëindigd.", "%(count)d lidmaatschappen beëindigd.", count)
            % {"count": count},
        )

    def has_end_permission(self, request):
        return request.user.has_perm("schools.change_membership")


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """To look at, and to delete when somebody asks for that."""

    list_display = [
        "school",
        "email",
        "role",
        "invited_by",
        "invited_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    ]
    list_filter = ["role"]
    list_select_related = ["school", "invited_by"]
    search_fields = ["email", "school__name", "school__code"]
    date_hierarchy = "invited_at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Profile)
class ProfileAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "sector", "phase", "set_at", "set_by", "by_coordinator"]
    list_filter = ["sector", "phase", "by_coordinator"]
    list_select_related = ["school", "set_by"]
    search_fields = ["school__name", "school__code"]
    date_hierarchy = "set_at"
    show_full_result_count = False


@admin.register(Intake)
class IntakeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["school", "reason_list", "answered_at", "answered_by"]
    list_filter = ["school__municipality__landsdeel"]
    list_select_related = ["school", "answered_by"]
    search_fields = ["school__name", "school__code"]
    date_hierarchy = "answered_at"

    @admin.display(description=_("redenen"))
    def reason_list(self, intake):
        return ", ".join(str(IntakeReason(reason).label) for reason in intake.reasons)
