"""The loket page as JSON, for other sites and for whoever wants to check the matching."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from activities import api_examples
from activities.api_parts import with_etag
from activities.desk import desk_for
from activities.situation import PHASE_OF
from activities.views import canonical_code, reading_of
from loket.vocabulary import MAIN_SECTORS, Availability, Barrier, Need, Phase
from networks.directory import directory
from regions.models import ContentVersion
from schools.models import School


class ContactSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    telephone = serializers.CharField(allow_blank=True)
    email = serializers.EmailField()
    is_sample = serializers.BooleanField()


class FirstContactSerializer(serializers.Serializer):
    owner = serializers.CharField(help_text="Naam van de regio, het landsdeel of het landelijke bureau.")
    level = serializers.ChoiceField(choices=["region", "landsdeel", "office"])
    contact = ContactSerializer(allow_null=True)


class SchoolSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Zes tekens: BRIN en vestiging.")
    name = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    municipality = serializers.CharField(allow_null=True, help_text="CBS-code van de gemeente.")
    closed_on = serializers.DateField(allow_null=True)
    successor = serializers.CharField(allow_null=True)


class SituationSerializer(serializers.Serializer):
    sectors = serializers.ListField(child=serializers.CharField())
    phases = serializers.DictField(
        child=serializers.CharField(), help_text="Fase per sector, ook de aangenomen fase."
    )
    assumed_phases = serializers.ListField(
        child=serializers.CharField(), help_text="Sectoren waarvan de fase is aangenomen."
    )
    needs = serializers.ListField(child=serializers.CharField())
    barriers = serializers.ListField(child=serializers.CharField())
    does = serializers.ListField(child=serializers.CharField())


class ReasonSerializer(serializers.Serializer):
    criterion = serializers.CharField()
    sentence = serializers.CharField()


class ScoreSerializer(serializers.Serializer):
    criterion = serializers.CharField()
    score = serializers.FloatField(help_text="0 tot 1.")
    weight = serializers.FloatField()


class SuggestionSerializer(serializers.Serializer):
    rank = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()
    programme = serializers.CharField()
    network = serializers.CharField()
    sector = serializers.CharField(help_text="De sector van de school waarvoor dit is.")
    availability = serializers.ChoiceField(choices=Availability.choices)
    caution = serializers.CharField(allow_blank=True)
    effort_hours = serializers.IntegerField(allow_null=True, help_text="null: onbekend.")
    cost_euro = serializers.IntegerField(allow_null=True, help_text="0: gratis; null: onbekend.")
    confirmed_on = serializers.DateField(allow_null=True)
    facts_as_of = serializers.DateField(allow_null=True)
    is_sample = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)
    scores = ScoreSerializer(many=True)
    contact = ContactSerializer(allow_null=True, help_text="null: gebruik het eerste aanspreekpunt.")


class ProgrammeNoteSerializer(serializers.Serializer):
    programme = serializers.CharField()
    name = serializers.CharField()
    availability = serializers.ChoiceField(choices=Availability.choices)
    sentence = serializers.CharField()


class OpenSubsidySerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    closes_on = serializers.DateField(allow_null=True)
    maximum_euro = serializers.IntegerField(allow_null=True)
    is_sample = serializers.BooleanField()


class LoketSerializer(serializers.Serializer):
    school = SchoolSerializer()
    situation = SituationSerializer()
    messages = serializers.ListField(child=serializers.CharField(), help_text="Wat in de vraag niet begrepen is.")
    first_contact = FirstContactSerializer()
    suggestions = SuggestionSerializer(many=True, help_text="Ten hoogste vijf, de beste eerst.")
    further_count = serializers.IntegerField(help_text="Hoeveel er daarna nog passen.")
    unserved_needs = serializers.ListField(child=serializers.CharField())
    next_steps = ProgrammeNoteSerializer(many=True)
    not_now = ProgrammeNoteSerializer(many=True)
    references = ProgrammeNoteSerializer(many=True)
    white_spots = ProgrammeNoteSerializer(many=True)
    subsidies = OpenSubsidySerializer(many=True)


class ErrorSerializer(serializers.Serializer):
    detail = serializers.CharField()


def _many(name, values, text):
    return OpenApiParameter(name, OpenApiTypes.STR, many=True, explode=True, enum=values, description=text)


@method_decorator(with_etag, name="dispatch")
class LoketView(APIView):
    """Everything the loket says to one school; nothing that is asked is stored."""

    @extend_schema(
        operation_id="loket",
        summary="Wat is er voor deze school, en waarom past het?",
        parameters=[
            OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="Bijvoorbeeld 03WU00."),
            _many("sector", [str(s) for s in MAIN_SECTORS], "In plaats van de sectoren van het register."),
            OpenApiParameter(
                "fase", OpenApiTypes.STR, enum=Phase.values, description="Voor elke sector van de school."
            ),
            *(
                OpenApiParameter(name, OpenApiTypes.STR, enum=Phase.values, description=f"Alleen voor {sector}.")
                for name, sector in PHASE_OF.items()
            ),
            _many("behoefte", Need.values, "Wat de school nodig heeft."),
            _many("belemmering", Barrier.values, "Waar de school op let."),
            OpenApiParameter(
                "doet",
                OpenApiTypes.STR,
                many=True,
                explode=True,
                description="Programma's waaraan de school meedoet.",
            ),
        ],
        responses={200: LoketSerializer, 404: ErrorSerializer},
        examples=[
            OpenApiExample("Voorbeeld", api_examples.LOKET, response_only=True, status_codes=["200"]),
            OpenApiExample(
                "Onbekende code",
                {"detail": "Er is geen school met de code “99ZZ99”. Een code heeft de vorm 03WU00."},
                response_only=True,
                status_codes=["404"],
            ),
        ],
    )
    def get(self, request, code):
        try:
            school = get_object_or_404(School.objects.for_desk(), code=canonical_code(code))
        except Http404:
            detail = _("Er is geen school met de code “%(code)s”. Een code heeft de vorm 03WU00.") % {
                "code": code[:40]
            }
            return Response({"detail": detail}, status=404)
        known = directory(ContentVersion.current())
        reading = reading_of(request, school, known)
        desk = desk_for(school, reading.situation, on=timezone.localdate(), known=known)
        return Response(LoketSerializer(answer(desk, reading)).data)


def answer(desk, reading):
    """The Desk as plain values, in the form of LoketSerializer."""
    school, situation = desk.school, reading.situation
    return {
        "school": {
            "code": school.code,
            "name": school.name,
            "place": school.place,
            "municipality": school.municipality_id,
            "closed_on": school.closed_on,
            "successor": school.successor.code if school.successor else None,
        },
        "situation": {
            "sectors": situation.sectors,
            "phases": {sector: situation.phase(sector) for sector in situation.sectors},
            "assumed_phases": [sector for sector in situation.sectors if sector not in situation.phases],
            "needs": situation.needs,
            "barriers": sorted(situation.barriers),
            "does": sorted(situation.does),
        },
        "messages": reading.messages,
        "first_contact": desk.first_contact,
        "suggestions": [_suggestion(suggestion) for suggestion in desk.suggestions],
        "further_count": len(desk.further),
        "unserved_needs": desk.unserved_needs,
        "next_steps": [_note(step.programme, step.sentence) for step in desk.next_steps],
        "not_now": [_note(*pair) for pair in desk.not_now_sentences],
        "references": [_note(*pair) for pair in desk.reference_sentences],
        "white_spots": [_note(programme, desk.white_spot_sentence(programme)) for programme in desk.white_spots],
        "subsidies": desk.open_subsidies,
    }


def _suggestion(suggestion):
    activity, offer = suggestion.activity, suggestion.match.offer
    return {
        "rank": suggestion.rank,
        "slug": activity.slug,
        "title": activity.title,
        "programme": offer.programme.slug,
        "network": suggestion.network.name,
        "sector": suggestion.match.sector,
        "availability": offer.availability,
        "caution": suggestion.caution,
        "effort_hours": offer.effort_hours,
        "cost_euro": offer.cost_euro,
        "confirmed_on": activity.confirmed_on,
        "facts_as_of": activity.facts_as_of,
        "is_sample": activity.is_sample,
        "reasons": [{"criterion": criterion, "sentence": sentence} for criterion, sentence in suggestion.why],
        "scores": suggestion.match.reasons,
        "contact": suggestion.contact,
    }


def _note(programme, sentence):
    return {
        "programme": programme.slug,
        "name": programme.name,
        "availability": programme.availability,
        "sentence": sentence,
    }
