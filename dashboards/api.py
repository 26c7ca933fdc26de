"""The open figures as JSON: the same functions as the pages, for everybody."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from activities.api_parts import refuse_unknown
from activities.catalogue_api import example
from dashboards.access import PUBLIC
from dashboards.asked import SORT, SPLIT, read
from dashboards.registry import FIGURES
from dashboards.tables import as_json
from dashboards.then_and_now import beside_figure

PARAMETERS = {
    "schooljaar": "Zoals 2026-2027; zonder is het dit schooljaar.",
    "sector": "po, vmbo, havo, vwo, so of vso.",
    "programma": "De slug van een programma.",
    "landsdeel": "De slug van een landsdeel.",
    SPLIT: "Waarover het cijfer wordt verdeeld: een van `dimensions`.",
    SORT: "naam, hoog, laag of aandeel.",
}


FIGURE_EXAMPLE = {
    "key": "deelname",
    "name": "Scholen die meedoen",
    "definition": "Scholen die in het schooljaar zijn begonnen of aangemeld bij ten minste één programma.",
    "unit": "scholen",
    "denominator": "alle open scholen van de sector in het register",
    "source": "deelnames die coördinatoren en scholen in Loket vastleggen",
    "dimensions": ["landsdeel", "sector", "schooljaar", "programma"],
    "filters": ["schooljaar", "sector", "programma", "landsdeel"],
    "small_numbers_hidden": False,
}
ANSWER_EXAMPLE = {
    "key": "deelname",
    "name": "Scholen die meedoen",
    "unit": "scholen",
    "denominator": "alle open scholen van de sector in het register",
    "definition": "Scholen die in het schooljaar zijn begonnen of aangemeld bij ten minste één programma.",
    "as_of": "2026-11-25",
    "split": "landsdeel",
    "filters": {"sector": "po"},
    "adds_up": True,
    "total": {"key": "", "label": "alle scholen", "value": 900, "of": 6122, "percent": 14.7, "hidden": False},
    "cells": [{"key": "noord", "label": "Noord", "value": 120, "of": 900, "percent": 13.3, "hidden": False}],
    "compared_with_2013": None,
}


@example(FIGURE_EXAMPLE)
class FigureSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()
    denominator = serializers.CharField(allow_blank=True)
    source = serializers.CharField()
    dimensions = serializers.ListField(child=serializers.CharField())
    filters = serializers.ListField(child=serializers.CharField())
    small_numbers_hidden = serializers.BooleanField()


class CellSerializer(serializers.Serializer):
    """value null: unknown, or hidden because it, or another beside it, is about fewer than five persons."""

    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)
    percent = serializers.FloatField(allow_null=True)
    hidden = serializers.BooleanField()


class ThenAndNowSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    then = serializers.IntegerField()
    then_of = serializers.IntegerField()
    then_percent = serializers.FloatField()
    now = serializers.IntegerField()
    now_of = serializers.IntegerField()
    now_percent = serializers.FloatField(allow_null=True)


class ComparisonSerializer(serializers.Serializer):
    """Schools in a table of 2013 and today; `differences` says what is not counted the same."""

    year = serializers.IntegerField()
    table = serializers.IntegerField()
    figure = serializers.CharField()
    sector = serializers.CharField(allow_blank=True)
    as_of = serializers.DateField()
    differences = serializers.CharField()
    rows = ThenAndNowSerializer(many=True)


@example(ANSWER_EXAMPLE)
class AnswerSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    denominator = serializers.CharField(allow_blank=True)
    definition = serializers.CharField()
    as_of = serializers.DateField()
    split = serializers.CharField(allow_blank=True)
    filters = serializers.DictField(child=serializers.CharField())
    adds_up = serializers.BooleanField()
    total = CellSerializer()
    cells = CellSerializer(many=True)
    compared_with_2013 = ComparisonSerializer(allow_null=True)


def _about(figure):
    return {
        **figure.words,
        "source": str(figure.source),
        "dimensions": list(PUBLIC.dimensions(figure)),
        "filters": [name for name in figure.filters if name in PARAMETERS],
        "small_numbers_hidden": figure.of_persons,
    }


class FigureViewSet(viewsets.ViewSet):
    """Figures of the dashboards that everybody may see. A school is never named."""

    lookup_field = "key"
    lookup_value_regex = "[-a-z0-9]+"

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, PARAMETERS if self.action == "retrieve" else ())

    @extend_schema(
        operation_id="figures_list",
        summary="Alle open cijfers en wat zij betekenen.",
        responses=FigureSerializer(many=True),
        parameters=[],
    )
    def list(self, request):
        return Response([_about(figure) for figure in FIGURES.values() if figure.is_open])

    @extend_schema(
        operation_id="figures_retrieve",
        summary="Een cijfer, verdeeld en gekozen zoals gevraagd.",
        responses=AnswerSerializer,
        parameters=[
            OpenApiParameter("key", str, OpenApiParameter.PATH, description="De naam van een cijfer."),
            *(OpenApiParameter(name, str, description=text) for name, text in PARAMETERS.items()),
        ],
    )
    def retrieve(self, request, key):
        figure = FIGURES.get(key)
        if figure is None or not PUBLIC.may_see(figure):
            raise Http404(key)
        asked = read(request.query_params, figure, PUBLIC, timezone.localdate())
        if asked.errors:
            raise serializers.ValidationError({"detail": asked.errors})
        answer = figure(asked.chosen, asked.split)
        return Response(as_json(figure, answer, asked, beside_figure(figure, asked, answer)))
