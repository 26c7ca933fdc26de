"""The public catalogue as JSON: lists and single rows, read-only, by cursor, with an ETag per content version."""

from django.utils import timezone
from django.utils.decorators import method_decorator
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from activities import agenda, api_examples
from activities.api_parts import ByCode, BySlug, ByStart, refuse_unknown, with_etag
from activities.facets import COSTS, EVIDENCE, FORMS, HOURS, PERIODS, WITH_PLACES
from activities.filters import FACETS, WIDEST, OfferFilter
from activities.filters import PARAMETERS as OFFER_LIST
from activities.models import Activity, Material, Occurrence, Subsidy
from activities.views import programme_slugs
from loket.vocabulary import (
    MAIN_SECTORS,
    Availability,
    Kind,
    Need,
    Phase,
    SchoolKind,
    Sector,
    TargetGroup,
    Years,
)
from networks.coverage import coverage
from networks.directory import directory
from networks.models import ContactRole, Network, Partner, Person, Programme
from regions.models import Organisation, Region
from schools.models import School


def sector_filter():
    """`?sector=po`: rows for that sector."""
    return filters.ChoiceFilter(
        choices=Sector.choices, method=lambda rows, name, value: rows.filter(sectors__contains=[value])
    )


def example(value):
    """Show `value` as the answer in the description of the API."""
    return extend_schema_serializer(examples=[OpenApiExample("Voorbeeld", value=value, response_only=True)])


@method_decorator(with_etag, name="dispatch")
class CatalogueViewSet(viewsets.ReadOnlyModelViewSet):
    """What all lists share. other_parameters: those of the list beside the ones of `filterset_class`."""

    lookup_field = "slug"
    pagination_class = BySlug
    filter_backends = [filters.DjangoFilterBackend]
    filterset_class = None
    other_parameters = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        own = self.filterset_class.base_filters if self.filterset_class else ()
        known = (*own, *self.other_parameters, *self.paginator.parameters) if self.action == "list" else ()
        refuse_unknown(request, known)


# --- programmes and networks -------------------------------------------------------------------------


@example(api_examples.PROGRAMME)
class ProgrammeSerializer(serializers.ModelSerializer):
    organiser = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    related = serializers.SlugRelatedField("slug", read_only=True, many=True)

    class Meta:
        model = Programme
        fields = [
            "slug",
            "aliases",
            "name",
            "abbreviation",
            "sectors",
            "in_mbb",
            "speerpunt",
            "organiser",
            "start_year",
            "status",
            "availability",
            "availability_note",
            "summary",
            "goals",
            "serves",
            "scores",
            "continuation",
            "targets",
            "measurements",
            "waiting_list_count",
            "waiting_list_on",
            "related",
            "facts_as_of",
        ]


class ProgrammeFilter(filters.FilterSet):
    sector = sector_filter()
    aanmelden = filters.ChoiceFilter(field_name="availability", choices=Availability.choices)

    class Meta:
        model = Programme
        fields = []


@extend_schema_view(
    list=extend_schema(summary="Alle programma's, ook die gestopt zijn."),
    retrieve=extend_schema(summary="Eén programma."),
)
class ProgrammeViewSet(CatalogueViewSet):
    queryset = Programme.objects.select_related("organiser").prefetch_related("related")
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ["name", "email", "telephone", "reachable", "is_sample"]


class ContactRoleSerializer(serializers.ModelSerializer):
    person = PersonSerializer()

    class Meta:
        model = ContactRole
        fields = ["title", "order", "confirmed_on", "person"]


class PartnerSerializer(serializers.ModelSerializer):
    organisation = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = Partner
        fields = ["organisation", "role"]


@example(api_examples.NETWORK)
class NetworkSerializer(serializers.ModelSerializer):
    programme = serializers.SlugRelatedField("slug", read_only=True)
    lead = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    municipalities = serializers.PrimaryKeyRelatedField(
        source="area", many=True, read_only=True, help_text="CBS-codes; leeg als het netwerk in het hele land werkt."
    )
    partners = PartnerSerializer(source="partnerships", many=True)
    contacts = ContactRoleSerializer(many=True)

    class Meta:
        model = Network
        fields = [
            "slug",
            "name",
            "programme",
            "lead",
            "is_national",
            "municipalities",
            "partners",
            "contacts",
            "website",
            "subsidy_state",
            "funded_until",
            "confirmed_on",
            "ended_on",
            "is_sample",
        ]


class NetworkFilter(filters.FilterSet):
    programma = filters.CharFilter(field_name="programme__slug")
    gemeente = filters.CharFilter(
        field_name="area__code", help_text="CBS-code; netwerken voor het hele land tellen niet mee."
    )

    class Meta:
        model = Network
        fields = []


@extend_schema_view(
    list=extend_schema(summary="Netwerken met werkgebied."), retrieve=extend_schema(summary="Eén netwerk.")
)
class NetworkViewSet(CatalogueViewSet):
    queryset = Network.objects.select_related("programme", "lead").prefetch_related(
        "area", "partnerships__organisation", "contacts__person"
    )
    serializer_class = NetworkSerializer
    filterset_class = NetworkFilter


@example(api_examples.ORGANISATION)
class OrganisationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = [
            "slug",
            "name",
            "kind",
            "number",
            "labels",
            "target_groups",
            "summary",
            "website",
            "municipality",
            "latitude",
            "longitude",
            "is_sample",
        ]


class OrganisationFilter(filters.FilterSet):
    soort = filters.ChoiceFilter(field_name="kind", choices=Organisation.Kind.choices)

    class Meta:
        model = Organisation
        fields = []


@extend_schema_view(
    list=extend_schema(summary="Organisaties, ook schoolbesturen."),
    retrieve=extend_schema(summary="Eén organisatie."),
)
class OrganisationViewSet(CatalogueViewSet):
    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter


# --- the offer ---------------------------------------------------------------------------------------


class MaterialSerializer(serializers.ModelSerializer):
    class Meta:
        model = Material
        fields = ["title", "url", "subject"]


@example(api_examples.ACTIVITY)
class ActivitySerializer(serializers.ModelSerializer):
    network = serializers.SlugRelatedField("slug", read_only=True)
    programme = serializers.CharField(source="network.programme.slug")
    availability = serializers.SerializerMethodField()
    materials = MaterialSerializer(many=True)

    class Meta:
        model = Activity
        fields = [
            "slug",
            "title",
            "summary",
            "intended_result",
            "network",
            "programme",
            "kind",
            "sectors",
            "phases",
            "needs",
            "target_groups",
            "years",
            "delivery",
            "effort_hours",
            "cost_euro",
            "evidence",
            "availability",
            "opens_on",
            "closes_on",
            "confirmed_on",
            "facts_as_of",
            "materials",
            "is_sample",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=Availability.choices))
    def get_availability(self, activity):
        return activity.own_availability or activity.network.programme.availability


# Facets with values that never change; the others (programmes, networks, places) are rows.
FACET_VALUES = {
    "sector": Sector.values,
    "fase": Phase.values,
    "behoefte": Need.values,
    "soort": Kind.values,
    "doelgroep": TargetGroup.values,
    "leerjaar": Years.values,
    "vorm": list(FORMS),
    "kosten": list(COSTS),
    "uren": list(HOURS),
    "bewijs": list(EVIDENCE),
    "aanmelden": [value for value in Availability.values if value != Availability.BEEINDIGD],
    "periode": list(PERIODS),
    "plaatsen": [WITH_PLACES],
}
ROW_FACETS = {
    "programma": "Slug van een programma, zoals jet-net.",
    "netwerk": "Slug van een netwerk.",
    "regio": "Slug van een regio.",
    "landsdeel": "noord, oost, noordvleugel, zuidwest of zuidoost.",
    "gemeente": "CBS-code.",
}


def offer_parameters(names):
    """The filters of the website, for the description of the API."""
    singles = {
        "q": OpenApiParameter("q", OpenApiTypes.STR, description="Woorden om op te zoeken."),
        "plaats": OpenApiParameter("plaats", OpenApiTypes.STR, description="Plaats of postcode."),
        "straal": OpenApiParameter(
            "straal",
            {"type": "integer", "minimum": 1, "maximum": WIDEST},
            description="Kilometers rond de plaats; vraagt om plaats.",
        ),
        "mijnregio": OpenApiParameter(
            "mijnregio",
            OpenApiTypes.STR,
            enum=["1", "0"],
            description="1: wat werkt in de regio van de plaats; vraagt om plaats.",
        ),
    }
    several = {
        name: OpenApiParameter(
            name,
            OpenApiTypes.STR,
            many=True,
            explode=True,
            enum=FACET_VALUES.get(name),
            description=f"{ROW_FACETS.get(name, 'Als op de website.')} Mag meer keren: dan geldt een ervan.",
        )
        for name in FACETS
    }
    return [{**singles, **several}[name] for name in names]


# The order of the API is fixed, so that pages follow each other.
ACTIVITY_FILTERS = tuple(name for name in OFFER_LIST if name != "sorteer")


@extend_schema_view(
    list=extend_schema(
        summary="Activiteiten die nu open zijn; filters als op de website.",
        parameters=offer_parameters(ACTIVITY_FILTERS),
    ),
    retrieve=extend_schema(summary="Eén activiteit."),
)
class ActivityViewSet(CatalogueViewSet):
    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filter_backends = []  # the filter of the website does it
    other_parameters = ACTIVITY_FILTERS

    def get_queryset(self):
        rows = Activity.objects.public().select_related("network__programme").prefetch_related("materials")
        rows = rows.defer("search")
        if self.action != "list":
            return rows
        wanted = OfferFilter(self.request.GET, rows, known=directory(), on=timezone.localdate())
        if wanted.messages:
            raise serializers.ValidationError({"detail": wanted.messages})
        return wanted.qs


@example(api_examples.DATE)
class OccurrenceSerializer(serializers.ModelSerializer):
    activity = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = Occurrence
        fields = [
            "uid",
            "activity",
            "starts_at",
            "ends_at",
            "place",
            "municipality",
            "latitude",
            "longitude",
            "is_online",
            "capacity",
            "places_left",
            "waiting_list_count",
            "reported_on",
            "cancelled_at",
            "sequence",
            "is_sample",
        ]


class OccurrenceFilter(filters.FilterSet):
    vanaf = filters.DateFilter(field_name="starts_at", lookup_expr="date__gte")
    tot = filters.DateFilter(field_name="starts_at", lookup_expr="date__lte")
    activiteit = filters.CharFilter(field_name="activity__slug")

    class Meta:
        model = Occurrence
        fields = []


@extend_schema_view(
    list=extend_schema(
        summary="Datums, ook die geweest of afgelast zijn; filters als in de agenda.",
        parameters=offer_parameters(agenda.PARAMETERS),
    ),
    retrieve=extend_schema(summary="Eén datum."),
)
class OccurrenceViewSet(CatalogueViewSet):
    queryset = Occurrence.objects.none()
    serializer_class = OccurrenceSerializer
    filterset_class = OccurrenceFilter
    other_parameters = agenda.PARAMETERS
    pagination_class = ByStart
    lookup_field = "uid"
    lookup_value_converter = "uuid"

    def get_queryset(self):
        rows = Occurrence.objects.public().select_related("activity")
        if self.action != "list":
            return rows
        known = directory()
        wanted = agenda.read_filter(self.request.GET, known, programme_slugs(known), timezone.localdate())
        if wanted.messages:
            raise serializers.ValidationError({"detail": list(wanted.messages)})
        return wanted.dates(rows)


@example(api_examples.SUBSIDY)
class SubsidySerializer(serializers.ModelSerializer):
    programme = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Subsidy
        fields = [
            "slug",
            "name",
            "summary",
            "programme",
            "provider",
            "for_whom",
            "sectors",
            "period",
            "opens_on",
            "closes_on",
            "maximum_euro",
            "cofinancing",
            "state",
            "facts_as_of",
            "is_sample",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=Subsidy.State.choices))
    def get_state(self, subsidy):
        return subsidy.state_on(timezone.localdate())


class SubsidyFilter(filters.FilterSet):
    sector = filters.ChoiceFilter(
        choices=[(sector.value, sector.label) for sector in MAIN_SECTORS],
        method=lambda rows, name, value: rows.for_sectors([value]),
    )

    class Meta:
        model = Subsidy
        fields = []


@extend_schema_view(
    list=extend_schema(summary="Subsidies met hun stand van vandaag."),
    retrieve=extend_schema(summary="Eén subsidie."),
)
class SubsidyViewSet(CatalogueViewSet):
    queryset = Subsidy.objects.select_related("programme")
    serializer_class = SubsidySerializer
    filterset_class = SubsidyFilter


# --- schools and regions -----------------------------------------------------------------------------


@example(api_examples.SCHOOL)
class RegisterSerializer(serializers.ModelSerializer):
    board = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)

    class Meta:
        model = School
        fields = [
            "code",
            "name",
            "kind",
            "structure",
            "sectors",
            "board",
            "street",
            "house_number",
            "postcode",
            "place",
            "municipality",
            "latitude",
            "longitude",
            "website",
            "pupils",
            "pupils_year",
            "closed_on",
            "source",
            "source_date",
        ]


class SchoolFilter(filters.FilterSet):
    sector = sector_filter()
    soort = filters.ChoiceFilter(field_name="kind", choices=SchoolKind.choices)
    gemeente = filters.CharFilter(field_name="municipality__code", help_text="CBS-code.")
    open = filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")

    class Meta:
        model = School
        fields = []


@extend_schema_view(
    list=extend_schema(summary="Het register van scholen."), retrieve=extend_schema(summary="Eén school.")
)
class SchoolViewSet(CatalogueViewSet):
    queryset = School.objects.select_related("board")
    serializer_class = RegisterSerializer
    filterset_class = SchoolFilter
    pagination_class = ByCode
    lookup_field = "code"


@example(api_examples.REGION)
class RegionSerializer(serializers.ModelSerializer):
    municipalities = serializers.PrimaryKeyRelatedField(many=True, read_only=True, help_text="CBS-codes.")

    class Meta:
        model = Region
        fields = ["slug", "code", "name", "agenda", "municipalities"]


@extend_schema_view(
    list=extend_schema(summary="Regio's met hun gemeenten."), retrieve=extend_schema(summary="Eén regio.")
)
class RegionViewSet(CatalogueViewSet):
    queryset = Region.objects.prefetch_related("municipalities")
    serializer_class = RegionSerializer


@example(api_examples.COVERAGE)
class CoverageSerializer(serializers.Serializer):
    programme = serializers.CharField()
    schools = serializers.IntegerField(help_text="Open scholen met een sector van het programma.")
    covered = serializers.IntegerField(
        help_text="Daarvan in het gebied van een netwerk, of met een bestuur als partner."
    )
    white_spots = serializers.DictField(
        child=serializers.IntegerField(), help_text="CBS-code: scholen daar zonder netwerk."
    )
    overlaps = serializers.DictField(child=serializers.IntegerField(), help_text="CBS-code: aantal netwerken.")


@method_decorator(with_etag, name="dispatch")
class CoverageViewSet(viewsets.ViewSet):
    """How far the networks of each programme reach."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, ())

    @extend_schema(
        operation_id="coverage_list",
        summary="Dekking en witte vlekken per programma.",
        responses=CoverageSerializer(many=True),
        parameters=[],
    )
    def list(self, request):
        found = coverage(timezone.localdate(), directory())
        rows = [{"programme": slug, **_values(result)} for slug, result in sorted(found.items())]
        return Response(CoverageSerializer(rows, many=True).data)


def _values(result):
    return {
        "schools": result.schools,
        "covered": result.covered,
        "white_spots": {code or "": count for code, count in sorted(result.white_spots.items(), key=str)},
        "overlaps": dict(sorted(result.overlaps.items())),
    }
