"""The sentences of the loket page: why an offer fits, and why a programme is not in the list.

Worded only for what is shown, because wording costs ten times more than scoring.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.matching import NEUTRAL, Criterion, Obstacle, Tier
from loket.vocabulary import Availability, Barrier, Delivery, Evidence, Need, Phase, Sector

SECTOR_NAMES = {
    Sector.PO: gettext_lazy("het basisonderwijs"),
    Sector.VMBO: gettext_lazy("het vmbo"),
    Sector.HAVO: gettext_lazy("de havo"),
    Sector.VWO: gettext_lazy("het vwo"),
    Sector.SO: gettext_lazy("het speciaal onderwijs"),
    Sector.VSO: gettext_lazy("het voortgezet speciaal onderwijs"),
}


def listed(parts):
    """ "a", "a en b", "a, b en c"."""
    parts = [str(part) for part in parts]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s en %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def sector_names(sectors):
    return listed(SECTOR_NAMES[sector] for sector in sectors)


def why(match, situation, *, place, by_board=False, programmes=None):
    """The sentences for one suggestion: a list of (criterion, sentence), the weightiest first.

    place: name of the municipality. by_board: the school is covered through its board only.
    programmes: {slug: programme}, to name what the school already does.
    Sector, phase, region and, when a need was asked, the need are always among them (R15).
    """
    score = {reason.criterion: reason.score for reason in match.reasons}
    sentences = [
        *_need(match, situation, score),
        *_phase(match, situation, score),
        *_strategy(match, situation, score),
        *_form(match, score),
        *_burden(match, situation),
        *_region(match, place, by_board),
        *_related(match, situation, programmes or {}, score),
        *_evidence(match),
        *_fading(match),
    ]
    return [(criterion, sentence) for criterion, sentence in sentences if sentence]


def _need(match, situation, score):
    offer, programme = match.offer, match.offer.programme
    asked = [need for need in situation.needs if need in offer.needs]
    if match.tier is Tier.GENERAL_QUALITY:
        asked = [Need.GENERAL_QUALITY]
    if asked and (score.get(Criterion.NEED) or match.tier is Tier.GENERAL_QUALITY):
        serves = programme.serves.get(match.sector) or {}
        core = [need for need in asked if need in serves.get("primary", ())]
        beside = [need for need in asked if need not in core]
        if core:
            yield (
                Criterion.NEED,
                _("U zoekt %(needs)s: daar is %(programme)s voor bedoeld.") % _named(core, programme),
            )
        if beside:
            yield Criterion.NEED, _("U zoekt %(needs)s: dit helpt daar ook bij.") % _named(beside, programme)
    elif set(situation.needs) - {Need.SUBSIDY}:
        yield (
            Criterion.NEED,
            _("Dit is niet wat u zoekt, maar het is wel bedoeld voor %(sector)s.")
            % {"sector": SECTOR_NAMES[match.sector]},
        )
    if score.get(Criterion.ALSO):
        serves = programme.serves.get(match.sector) or {}
        also = [
            need
            for need in situation.needs
            if need not in offer.needs and (need in serves.get("primary", ()) or need in serves.get("secondary", ()))
        ]
        yield Criterion.ALSO, _("%(programme)s helpt ook bij: %(needs)s.") % _named(also, programme)


def _named(needs, programme):
    return {"needs": listed(Need(need).label for need in needs), "programme": programme.name}


def _phase(match, situation, score):
    phase = situation.phase(match.sector)
    names = {"sector": SECTOR_NAMES[match.sector], "phase": Phase(phase).label}
    if score.get(Criterion.PHASE) == 1:
        yield Criterion.PHASE, _("Het is gemaakt voor %(sector)s in uw fase: “%(phase)s”.") % names
    elif not match.offer.phases:
        yield Criterion.PHASE, _("Het is voor %(sector)s en past bij elke fase.") % names
    else:
        yield (
            Criterion.PHASE,
            _("Het is voor %(sector)s; het is gemaakt voor een andere fase dan “%(phase)s”.") % names,
        )


def _strategy(match, situation, score):
    strength = score.get(Criterion.STRATEGY, 0)
    phase = situation.phase(match.sector)
    if phase == Phase.VERDUURZAMING:
        if strength:
            yield Criterion.STRATEGY, _("Bij u hoort het er al bij: dit gaat over plan, vervolg en samenhang.")
    elif match.sector == Sector.PO and strength > 0.6:
        yield (
            Criterion.STRATEGY,
            _("U begint: dan werkt iets dat dichtbij is, klaarligt en de leerkracht steunt het best."),
        )
    elif match.sector == Sector.VWO and strength >= 0.9:
        yield Criterion.STRATEGY, _("Voor het vwo zetten wij verdieping van het vak voorop.")
    elif match.sector == Sector.HAVO and strength > NEUTRAL:
        yield Criterion.STRATEGY, _("Het helpt bij de stap van havo naar hbo; dat vinden wij zelf belangrijk.")


def _form(match, score):
    if score.get(Criterion.DELIVERY) == 1:
        if match.offer.delivery == Delivery.READY_MADE:
            yield Criterion.DELIVERY, _("Het ligt klaar: u hoeft weinig voor te bereiden.")
        else:
            yield Criterion.DELIVERY, _("Het is maatwerk: het wordt gemaakt bij uw eigen plannen.")


def _burden(match, situation):
    hours, euro = match.offer.effort_hours, match.offer.cost_euro
    if Barrier.NO_TIME in situation.barriers:
        if hours is None:
            yield Criterion.EFFORT, _("U let op tijd: hoeveel uur dit vraagt, is niet bekend. Vraag het na.")
        else:
            yield (
                Criterion.EFFORT,
                ngettext(
                    "U let op tijd: dit vraagt ongeveer %(hours)d uur van de school.",
                    "U let op tijd: dit vraagt ongeveer %(hours)d uur van de school.",
                    hours,
                )
                % {"hours": hours},
            )
    if Barrier.NO_MONEY in situation.barriers:
        if euro is None:
            yield Criterion.COST, _("U let op geld: wat dit kost, is niet bekend. Vraag het na.")
        elif euro == 0:
            yield Criterion.COST, _("U let op geld: dit is gratis.")
        else:
            yield Criterion.COST, _("U let op geld: dit kost %(euro)d euro.") % {"euro": euro}


def _region(match, place, by_board):
    if match.offer.is_national:
        yield Criterion.NEAR, _("Het is er voor scholen in het hele land.")
    elif by_board:
        yield Criterion.NEAR, _("Uw bestuur is partner van dit netwerk.")
    elif place:
        yield Criterion.NEAR, _("Het netwerk werkt in uw gemeente: %(place)s.") % {"place": place}
    else:
        yield Criterion.NEAR, _("Het netwerk werkt in uw regio.")


def _related(match, situation, programmes, score):
    if score.get(Criterion.RELATED):
        names = [
            programmes[slug].name
            for slug in sorted(situation.does.intersection(match.offer.programme.related))
            if slug in programmes
        ]
        if names:
            yield Criterion.RELATED, _("Het sluit aan bij wat u al doet: %(names)s.") % {"names": listed(names)}


def _evidence(match):
    if match.offer.evidence == Evidence.PROVEN:
        yield Criterion.EVIDENCE, _("De werking is gemeten en bewezen.")


def _fading(match):
    if match.offer.fading_since:
        yield Criterion.FRESH, unconfirmed_since(match.offer.fading_since).capitalize() + "."


def unconfirmed_since(day):
    """What a visitor reads of an activity that fades."""
    return _("niet bevestigd sinds %(month)s") % {"month": month(day)}


def caution(match):
    """What a school must know before it calls (R18), or ""."""
    programme = match.offer.programme
    if match.offer.availability == Availability.WACHTLIJST:
        if programme.waiting_list_count is None:
            return _("Er is een wachtlijst. U komt daarop als u zich aanmeldt.")
        return _("Er is een wachtlijst: %(count)d scholen (stand %(year)d). U komt daarop als u zich aanmeldt.") % {
            "count": programme.waiting_list_count,
            "year": programme.waiting_list_on.year,
        }
    if match.offer.availability == Availability.BEPERKT:
        return _("Er is een vast aantal plaatsen. U kunt meedoen als een andere school stopt.")
    return ""


def next_step(programme, situation):
    """What a school can do next in a programme it already takes part in (R20)."""
    phases = {situation.phase(sector) for sector in situation.sectors if sector in programme.sectors}
    names = {"programme": programme.name}
    if Phase.VERDUURZAMING in phases:
        return _("Zet %(programme)s in uw schoolplan en begroting, en deel wat werkt met andere scholen.") % names
    if phases & {Phase.VERDIEPING, Phase.INVOERING}:
        return _("Voer %(programme)s in de hele school in, zodat het niet van één collega afhangt.") % names
    return _("Betrek een tweede collega bij %(programme)s en spreek af wat u ermee wilt bereiken.") % names


def while_waiting():
    """What a school on a waiting list can do."""
    return _("u staat op de wachtlijst. Het netwerk laat weten wanneer er plaats is.")


def why_not_sentence(obstacle, programme, situation, *, place):
    """Why `programme` is not in the list, in one or two sentences, with what one can do."""
    names = {
        "programme": programme.name,
        "sectors": sector_names(s for s in Sector.values if s in programme.sectors) or _("andere scholen"),
        "own": sector_names(situation.sectors),
        "place": place or _("uw gemeente"),
    }
    texts = {
        Obstacle.ENDED: _("%(programme)s is gestopt. U kunt zich er niet meer voor aanmelden."),
        Obstacle.NOT_NOW: _("Aanmelden voor %(programme)s kan nu niet.") + " " + not_now_sentence(programme),
        Obstacle.SECTOR: _("%(programme)s is voor %(sectors)s. Uw school heeft %(own)s.")
        if situation.sectors
        else _("%(programme)s is voor %(sectors)s. Van uw school kennen wij geen sector waarvoor hier aanbod is."),
        Obstacle.REFERENCE: reference_sentence(programme),
        Obstacle.WHITE_SPOT: _("Er is geen netwerk van %(programme)s dat werkt in %(place)s."),
        Obstacle.NOT_YET_OPEN: _("Het aanbod van %(programme)s voor uw school is nog niet open."),
        Obstacle.CLOSED: _("Het aanbod van %(programme)s voor uw school is gesloten."),
        Obstacle.NO_ACTIVITY: _(
            "Het netwerk van %(programme)s bij u heeft nu geen activiteiten voor uw school. "
            "Vraag het netwerk wat er komt."
        ),
    }
    return texts[obstacle] % names


def already_does(programme):
    return _("Uw school doet al mee aan %(programme)s. Daarom staat het bij “Wat u al doet”.") % {
        "programme": programme.name
    }


def has_place(programme, rank):
    return _("%(programme)s staat wel in uw lijst, op plaats %(rank)d.") % {
        "programme": programme.name,
        "rank": rank,
    }


def not_now_sentence(programme):
    if programme.availability == Availability.VERKENNING:
        return _("Het wordt nog verkend.")
    return _("Het is gepland, maar niet begonnen.")


def reference_sentence(programme):
    if programme.availability == Availability.GEEN_DEELNAME:
        return _("Hiervoor meldt u zich niet aan: u gebruikt wat er gemaakt is.")
    return _("Of u zich kunt aanmelden, is niet bekend. Vraag het uw aanspreekpunt.")


def day(date):
    """ "3 maart 2027"."""
    return date_format(date, "j F Y")


def month(date):
    """ "maart 2027"."""
    return date_format(date, "F Y")


def effort(hours):
    """What an activity asks of the school in hours; None is unknown."""
    if hours is None:
        return _("uren onbekend")
    return _("ongeveer %(hours)d uur") % {"hours": hours}


def cost(euro):
    """What an activity costs the school; 0 is free, None is unknown."""
    if euro is None:
        return _("kosten onbekend")
    return _("gratis") if euro == 0 else _("%(euro)d euro") % {"euro": euro}


def availability(value):
    """Whether a school that is covered can join: there a network is no condition any more, but a fact."""
    return _("netwerk bij u") if value == Availability.PER_REGIO else Availability(value).label


def delivery(value):
    """The form of an activity as it stands in a line of facts."""
    return Delivery(value).label if value else _("vorm onbekend")
