import json

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_rules import KeptMixin
from loket.vocabulary import Need, Sector
from networks.models import Assignment, ContactRole, Network, Partner, Person, Programme, SupportPoint, WorkingArea
from networks.rights import grant
from networks.target_rows import measurement_problems, target_problems
from regions.array_choices import ArrayChoicesMixin
from regions.models import Landsdeel, Municipality, Region

# The surveys give figures for "vo" as a whole, never for its sectors.
SURVEY_GROUPS = (Sector.PO.value, "vo")
SCORES = {"goals_clear": (1, 5), "fits_school": (1, 5), "results": (1, 5), "n": (0, 10_000)}
CONTINUATION = {"whole_school": (0, 100), "without_extra_means": (0, 100)}
TARGET_LISTS = {"targets", "measurements"}
# What may stand beside the figures of a group.
REMARKS = {"few_respondents": bool, "label": str}


@admin.action(description=_("Vandaag bevestigd"))
def confirm_today(model_admin, request, queryset):
    count = queryset.update(confirmed_on=timezone.localdate())
    model_admin.message_user(request, ngettext("%d rij bevestigd.", "%d rijen bevestigd.", count) % count)


# --- programmes ----------------------------------------------------------------------------------
class ProgrammeForm(forms.ModelForm):
    """Refuses JSON that the pages could not read, and says which key is wrong."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in TARGET_LISTS & self.fields.keys():
            # The programme office changes these on a page of its own as well.
            self.fields[name].show_hidden_initial = True
            self.fields[name].help_text = _("Makkelijker gaat het in het dashboard, bij “Doelen invullen”.")

    def clean_serves(self):
        serves = _mapping(self.cleaned_data["serves"])
        for sector, ranks in serves.items():
            _known(sector, Sector.values, _("sector"))
            for rank, needs in _mapping(ranks, sector).items():
                _known(rank, ["primary", "secondary"], _("rang"))
                if not isinstance(needs, list):
                    raise ValidationError(_("%(at)s moet een lijst zijn."), params={"at": f"{sector}.{rank}"})
                for need in needs:
                    _known(need, Need.values, _("behoefte"))
        return serves

    def clean_scores(self):
        return _figures(self.cleaned_data["scores"], SCORES)

    def clean_continuation(self):
        return _figures(self.cleaned_data["continuation"], CONTINUATION)

    def clean_targets(self):
        return self._unless_changed("targets", _rows(self.cleaned_data["targets"], target_problems))

    def clean_measurements(self):
        return self._unless_changed("measurements", _rows(self.cleaned_data["measurements"], measurement_problems))

    def _unless_changed(self, name, typed):
        """`typed`, or what stands there now when only somebody else changed it since this page was opened."""
        shown = self.data.get(self.add_initial_prefix(name))
        now = getattr(self.instance, name)
        try:
            was = json.loads(shown) if shown is not None else now
        except ValueError:
            was = None
        if was == now or typed == now:
            return typed
        if typed == was:
            return now
        raise ValidationError(
            _("Iemand anders veranderde dit intussen. Neem over wat u typte, open deze pagina opnieuw en vul het in.")
        )


def _mapping(value, at=""):
    # An emptied field arrives as None and means: nothing known.
    if value is None and not at:
        return {}
    if not isinstance(value, dict):
        raise ValidationError(_("%(at)s moet {…} zijn, met sleutels en waarden."), params={"at": at or _("Dit")})
    return value


def _rows(value, problems_of):
    """`value` when the pages can read all its rows; else every Problem is said."""
    problems = [] if value is None else problems_of(value)
    if problems:
        raise ValidationError([str(problem) for problem in problems])
    return value or []


def _known(value, allowed, what):
    if value not in allowed:
        raise ValidationError(
            _("%(value)s is geen %(what)s. Kies uit: %(allowed)s."),
            params={"value": value, "what": what, "allowed": ", ".join(allowed)},
        )


def _figures(value, ranges):
    """`value` when it is {"po" or "vo": {name: number within the range of that name}}."""
    for group, figures in _mapping(value).items():
        _known(group, SURVEY_GROUPS, _("groep"))
        for name, figure in _mapping(figures, group).items():
            if name in REMARKS and isinstance(figure, REMARKS[name]):
                continue
            _known(name, list(ranges), _("onderdeel"))
            low, high = ranges[name]
            # True is a number to Python, not to a reader.
            if isinstance(figure, bool) or not isinstance(figure, int | float) or not low <= figure <= high:
                raise ValidationError(
                    _("%(at)s moet een getal van %(low)s tot en met %(high)s zijn."),
                    params={"at": f"{group}.{name}", "low": low, "high": high},
                )
    return value or {}


class ContactInline(admin.TabularInline):
    model = ContactRole
    fields = ["person", "title", "order", "confirmed_on"]
    autocomplete_fields = ["person"]
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(KeptMixin, ArrayChoicesMixin, admin.ModelAdmin):
    form = ProgrammeForm
    list_display = ["name", "abbreviation", "availability", "status", "sector_list", "organiser", "facts_as_of"]
    list_filter = ["availability", "status", "in_mbb"]
    list_select_related = ["organiser"]
    search_fields = ["name", "abbreviation", "slug"]
    autocomplete_fields = ["organiser", "related"]
    inlines = [ContactInline]

    @admin.display(description=_("sectoren"))
    def sector_list(self, programme):
        return ", ".join(programme.sectors)


# --- networks ------------------------------------------------------------------------------------
class NetworkForm(forms.ModelForm):
    """A network with its working area, picked one by one and by whole regions or landsdelen."""

    municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.current().order_by("name"),
        label=_("werkgebied"),
        required=False,
        widget=FilteredSelectMultiple(_("gemeenten"), is_stacked=False),
    )
    add_regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label=_("voeg hele regio's toe"),
        required=False,
        help_text=_("Alle gemeenten van deze regio's komen bij het werkgebied."),
    )
    add_landsdelen = forms.ModelMultipleChoiceField(
        Landsdeel.objects.all(), label=_("voeg hele landsdelen toe"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["municipalities"] = list(self.instance.area.values_list("pk", flat=True))

    def _save_m2m(self):
        super()._save_m2m()
        chosen = {municipality.pk for municipality in self.cleaned_data["municipalities"]}
        for field in ("region", "landsdeel"):
            owners = self.cleaned_data["add_regions" if field == "region" else "add_landsdelen"]
            added = Municipality.objects.current().filter(**{f"{field}__in": owners})
            chosen |= set(added.values_list("pk", flat=True))
        self.instance.area.set(chosen)


class PartnerInline(admin.TabularInline):
    model = Partner
    autocomplete_fields = ["organisation"]
    extra = 0


class SupportPointInline(admin.TabularInline):
    model = SupportPoint
    autocomplete_fields = ["municipality"]
    extra = 0


@admin.register(Network)
class NetworkAdmin(KeptMixin, admin.ModelAdmin):
    form = NetworkForm
    list_display = ["name", "programme", "lead", "is_national", "confirmed_on", "ended_on", "is_sample"]
    list_filter = ["programme", "is_national", "is_sample", "subsidy_state"]
    list_select_related = ["programme", "lead"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["programme", "lead"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ContactInline, PartnerInline, SupportPointInline]
    actions = [confirm_today]


@admin.register(WorkingArea)
class WorkingAreaAdmin(admin.ModelAdmin):
    list_display = ["network", "municipality"]
    list_filter = ["network__programme"]
    list_select_related = ["network", "municipality"]
    search_fields = ["network__name", "municipality__name"]
    autocomplete_fields = ["network", "municipality"]


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    list_display = ["organisation", "network", "role"]
    list_filter = ["role", "network__programme"]
    list_select_related = ["organisation", "network"]
    search_fields = ["organisation__name", "network__name"]
    autocomplete_fields = ["organisation", "network"]


@admin.register(SupportPoint)
class SupportPointAdmin(admin.ModelAdmin):
    list_display = ["name", "network", "municipality", "is_sample"]
    list_filter = ["is_sample"]
    list_select_related = ["network", "municipality"]
    search_fields = ["name", "network__name"]
    autocomplete_fields = ["network", "municipality"]
    inlines = [ContactInline]


# --- whom to call --------------------------------------------------------------------------------
class RoleInline(admin.StackedInline):
    model = ContactRole
    autocomplete_fields = ContactRole.OWNERS
    extra = 0


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "telephone", "is_sample"]
    list_filter = ["is_sample"]
    search_fields = ["name", "email"]
    inlines = [RoleInline]


@admin.register(ContactRole)
class ContactRoleAdmin(admin.ModelAdmin):
    list_display = ["person", "title", "owner", "order", "confirmed_on", "sample"]
    list_filter = [
        "person__is_sample",
        "landsdeel",
        "region",
        ("network", admin.EmptyFieldListFilter),
        ("programme", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["person", *ContactRole.OWNERS]
    search_fields = ["person__name", "title", "network__name", "region__name"]
    autocomplete_fields = ["person", *ContactRole.OWNERS]
    actions = [confirm_today]

    @admin.display(description=_("voorbeeldgegevens"), boolean=True)
    def sample(self, role):
        return role.person.is_sample


# --- who may do what -----------------------------------------------------------------------------
class AssignmentForm(forms.ModelForm):
    """A role with its scope. The scope is checked in words before the database refuses it."""

    class Meta:
        model = Assignment
        fields = ["user", "role", "network", "region", "from_on", "until_on"]

    def clean(self):
        cleaned = super().clean()
        role, network, region = (cleaned.get(name) for name in ("role", "network", "region"))
        if role in Assignment.NETWORK_ROLES and not network:
            self.add_error("network", _("Kies een netwerk: deze rol geldt voor één netwerk."))
        if role == Assignment.Role.REGION_COORDINATOR and not region:
            self.add_error("region", _("Kies een regio: deze rol geldt voor één regio."))
        if role and role not in Assignment.NETWORK_ROLES and network:
            self.add_error("network", _("Laat dit leeg: deze rol geldt niet voor een netwerk."))
        if role and role != Assignment.Role.REGION_COORDINATOR and region:
            self.add_error("region", _("Laat dit leeg: deze rol geldt niet voor een regio."))
        return cleaned


class HoldsFilter(admin.SimpleListFilter):
    title = _("geldt vandaag")
    parameter_name = "vandaag"

    def lookups(self, request, model_admin):
        return [("ja", _("Ja")), ("nee", _("Nee"))]

    def queryset(self, request, queryset):
        now = Assignment.objects.on(timezone.localdate()).values("pk")
        return {"ja": queryset.filter(pk__in=now), "nee": queryset.exclude(pk__in=now)}.get(self.value(), queryset)


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    """Granting obliges a second factor. Who, what and where never change: end one and grant another."""

    form = AssignmentForm
    list_display = ["user", "role", "network", "region", "from_on", "until_on", "granted_by"]
    list_filter = [HoldsFilter, "role"]
    list_select_related = ["user", "network", "region", "granted_by"]
    search_fields = ["user__email", "user__name", "network__name", "region__name"]
    autocomplete_fields = ["user", "network", "region"]
    readonly_fields = ["granted_at", "granted_by"]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(("user", "role", "network", "region") if obj else ())]

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        granted = grant(
            user=obj.user,
            role=obj.role,
            by=request.user,
            network=obj.network,
            region=obj.region,
            from_on=obj.from_on,
            until_on=obj.until_on,
        )
        obj.pk = granted.pk
        obj.refresh_from_db()
