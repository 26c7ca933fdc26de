"""The tables of 2013 as JSON. Figures are texts with the digits that were printed."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound

from activities.api_parts import BySlug
from activities.catalogue_api import CatalogueViewSet, example
from dashboards import baseline
from dashboards.api import ComparisonSerializer
from dashboards.models import BaselineTable
from dashboards.then_and_now import beside_table

EXAMPLE = {
    "number": 18,
    "title": "Of een school andere scholen meekrijgt",
    "question": "Gaan andere scholen ook meedoen, doordat uw school meedoet?",
    "unit": "percent",
    "counted": "",
    "columns": [{"key": "po", "label": "po"}, {"key": "vo", "label": "vo"}, {"key": "totaal", "label": "totaal"}],
    "rows": [
        {
            "key": "not-hardly",
            "label": "Niet of nauwelijks",
            "sector": "",
            "values": {"po": "50", "vo": "33", "totaal": "41"},
            "n": None,
            "is_sum": False,
            "few_respondents": False,
        }
    ],
    "respondents": {"total": 551, "po": 271, "vo": 278, "beide": 2},
    "n": {},
    "note": "Het middelste antwoord is niet gedrukt.",
    "contradictions": [],
    "source": "Midterm review activiteitenplan Meer Betere Bèta’s, 2013; bijlage 1, Tabel 18.",
    "today": [],
}


class ByNumber(BySlug):
    ordering = "number"


class ColumnSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()


class ContradictionSerializer(serializers.Serializer):
    id = serializers.CharField()
    text = serializers.CharField()


def figures(help_text):
    """Column -> a printed figure, as text."""
    return serializers.DictField(child=serializers.CharField(), help_text=help_text)


class RowSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    sector = serializers.CharField(allow_blank=True, help_text="Leeg: de rij gaat over alle sectoren.")
    values = figures("Per kolom, met de cijfers zoals ze gedrukt zijn.")
    n = serializers.IntegerField(allow_null=True, help_text="Deelnemers in de enquête (Tabel 3).")
    is_sum = serializers.BooleanField()
    few_respondents = serializers.BooleanField(help_text="Te weinig scholen om mee te vergelijken.")


@example(EXAMPLE)
class BaselineSerializer(serializers.ModelSerializer):
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(source="printed", many=True)
    respondents = serializers.DictField(
        child=serializers.IntegerField(), help_text="Van de hele enquête: total, po, vo en beide."
    )
    n = figures("Per kolom hoeveel er antwoordden; leeg als de tabel dat niet noemt.")
    contradictions = ContradictionSerializer(many=True)
    source = serializers.SerializerMethodField()
    today = serializers.SerializerMethodField(help_text="De cijfers van nu die ernaast staan.")

    class Meta:
        model = BaselineTable
        fields = [
            "number",
            "title",
            "question",
            "unit",
            "counted",
            "columns",
            "rows",
            "respondents",
            "n",
            "note",
            "contradictions",
            "source",
            "today",
        ]

    @extend_schema_field(serializers.CharField())
    def get_source(self, table):
        return baseline.source_text(table)

    @extend_schema_field(ComparisonSerializer(many=True))
    def get_today(self, table):
        return [found.as_values() for found in beside_table(table.number, timezone.localdate())]


@extend_schema_view(
    list=extend_schema(summary="De tabellen 2 tot en met 23 van de enquête van 2013."),
    retrieve=extend_schema(summary="Eén tabel van de enquête van 2013."),
)
class BaselineViewSet(CatalogueViewSet):
    queryset = BaselineTable.objects.all()
    serializer_class = BaselineSerializer
    pagination_class = ByNumber
    lookup_field = "number"
    lookup_value_converter = "int"

    def get_object(self):
        try:
            return super().get_object()
        except Http404 as error:
            raise NotFound(_("Deze tabel is er niet. Kies een nummer van 2 tot en met 23.")) from error
