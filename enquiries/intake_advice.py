"""What Loket can do about each reason to do nothing yet (R24): one sentence and a way on."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from loket.vocabulary import Barrier, Evidence, IntakeReason, Kind, Need


@dataclass(frozen=True, slots=True)
class Advice:
    """A reason in the words of the school, what Loket can do about it, and links: (words, address)."""

    reason: str
    sentence: str
    links: tuple[tuple[str, str], ...]


def advice_for(school, reasons):
    """Advice for each of `reasons` (IntakeReason values), in the order of the vocabulary."""
    return [_advice(school, reason) for reason in IntakeReason if reason in reasons]


def _advice(school, reason):
    sentence, *links = _WORDS[reason](school)
    return Advice(str(reason.label), sentence, tuple(links))


def _loket(school, **query):
    address = reverse("activities:loket", args=[school.code])
    return f"{address}?{urlencode(query)}" if query else address


def _offers(school, **query):
    pairs = [("sector", sector) for sector in school.sectors] + list(query.items())
    return f"{reverse('activities:list')}?{urlencode(pairs, doseq=True)}"


_WORDS = {
    IntakeReason.NO_MEANS: lambda school: (
        _("Veel aanbod is gratis, en voor een deel is er subsidie."),
        (_("wat weinig geld vraagt"), _loket(school, belemmering=Barrier.NO_MONEY)),
        (_("subsidies die nu open zijn"), reverse("activities:subsidies")),
    ),
    IntakeReason.UNCLEAR_GOALS: lambda school: (
        _("Bij elk programma staat wat het wil bereiken en wat scholen ervan vonden."),
        (_("alle programma’s"), reverse("activities:programmes")),
    ),
    IntakeReason.UNCLEAR_OFFER: lambda school: (
        _("Op één pagina staat wat er voor uw school is, waarom het past en wie u belt."),
        (_("het loket van uw school"), _loket(school)),
    ),
    IntakeReason.TEACHERS: lambda school: (
        _("Begin klein: scholing en begeleiding voor het team, of iets dat kant-en-klaar is."),
        (_("scholing en coaching van het team"), _loket(school, behoefte=Need.TEACHER_TRAINING)),
        (_("kant-en-klare projecten"), _loket(school, behoefte=Need.READY_MADE)),
    ),
    IntakeReason.NO_ADDED_VALUE: lambda school: (
        _("Van een deel van het aanbod is bekend wat het oplevert."),
        (
            _("aanbod met goede ervaringen of bewijs"),
            _offers(school, bewijs=[Evidence.PROVEN, Evidence.PROMISING]),
        ),
    ),
    IntakeReason.PUPILS: lambda school: (
        _("Leerlingen worden enthousiast van mensen en plekken: iemand in de klas, of een dag naar buiten."),
        (
            _("gastlessen en bezoeken"),
            _offers(school, soort=[Kind.GUEST_LESSON, Kind.COMPANY_VISIT]),
        ),
    ),
}
