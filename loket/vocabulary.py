"""The words of the domain: every choice that more than one room knows.

Slugs are those of the domain's facts; they stand in the database, in URLs and in the API, so
they never change. Labels are what a visitor reads. This module imports no room.
"""

from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sector(TextChoices):
    """A sector of education that an offer can be for; the matching is exact on it."""

    PO = "po", _("basisonderwijs (po)")
    VMBO = "vmbo", _("vmbo")
    HAVO = "havo", _("havo")
    VWO = "vwo", _("vwo")
    SO = "so", _("speciaal onderwijs (so)")
    VSO = "vso", _("voortgezet speciaal onderwijs (vso)")


# The sectors a visitor can choose; so and vso only ever come from the register.
MAIN_SECTORS = (Sector.PO, Sector.VMBO, Sector.HAVO, Sector.VWO)


class Phase(TextChoices):
    """How far a school is with science and technology, in order."""

    BEWUSTWORDING = "bewustwording", _("we beginnen net")
    ORIENTATIE = "orientatie", _("we kijken rond")
    INVOERING = "invoering", _("we voeren in")
    VERDIEPING = "verdieping", _("we gaan de diepte in")
    VERDUURZAMING = "verduurzaming", _("het hoort bij ons")


# Where a school did not say how far it is. po and vwo stand in the report (5.1.2); the rest is ours.
DEFAULT_PHASE = MappingProxyType({Sector.PO: Phase.BEWUSTWORDING, Sector.VWO: Phase.VERDIEPING})


def default_phase(sector):
    """The phase assumed for `sector` when the school did not say one."""
    return DEFAULT_PHASE.get(sector, Phase.ORIENTATIE)


class Need(TextChoices):
    """What a school looks for."""

    COMPANIES = "companies", _("contact met bedrijven")
    CAREER_ORIENTATION = "career_orientation", _("loopbaan, profiel- en sectorkeuze (LOB)")
    GIRLS = "girls", _("meisjes en techniek")
    MIGRANT_YOUTH = "migrant_youth", _("alle jongeren bereiken, ook wie techniek van huis uit niet kent")
    EXCELLENCE = "excellence", _("uitdaging voor talentvolle leerlingen")
    UNIVERSITY_CONTACT = "university_contact", _("contact met een universiteit")
    TEACHER_TRAINING = "teacher_training", _("scholing en coaching van het team")
    CURRICULUM = "curriculum", _("leerlijn en lesmateriaal")
    READY_MADE = "ready_made", _("een kant-en-klaar project")
    TAILOR_MADE = "tailor_made", _("maatwerk bij onze eigen visie")
    TRANSITION_VO_HO = "transition_vo_ho", _("aansluiting op hbo en universiteit")
    TRANSITION_VMBO_MBO = "transition_vmbo_mbo", _("aansluiting van vmbo op mbo")
    SUBSIDY = "subsidy", _("subsidie")
    GENERAL_QUALITY = "general_quality", _("algemene kwaliteit van het onderwijs")


class Barrier(TextChoices):
    """What makes it hard for a school ("waar u op let")."""

    NO_TIME = "no_time", _("weinig tijd")
    NO_MONEY = "no_money", _("weinig geld")


class Availability(TextChoices):
    """Whether a school can join, one value for each programme (or activity that differs)."""

    OPEN = "open", _("open voor aanmelding")
    PER_REGIO = "per_regio", _("waar een netwerk is")
    WACHTLIJST = "wachtlijst", _("wachtlijst")
    BEPERKT = "beperkt", _("beperkt aantal plaatsen")
    VERKENNING = "verkenning", _("wordt verkend")
    NIET_GESTART = "niet_gestart", _("niet gestart")
    GEEN_DEELNAME = "geen_deelname", _("te gebruiken zonder aanmelding")
    BEEINDIGD = "beeindigd", _("beëindigd")
    ONBEKEND = "onbekend", _("aanmelden: onbekend")


JOINABLE = frozenset({Availability.OPEN, Availability.PER_REGIO, Availability.WACHTLIJST, Availability.BEPERKT})
NOT_NOW = frozenset({Availability.VERKENNING, Availability.NIET_GESTART})
REFERENCE_ONLY = frozenset({Availability.GEEN_DEELNAME, Availability.ONBEKEND})


class ProgrammeStatus(TextChoices):
    LOPEND = "lopend", _("loopt")
    VERKENNING = "verkenning", _("in verkenning")
    NIET_GESTART = "niet_gestart", _("niet gestart")
    IN_ONTWIKKELING = "in_ontwikkeling", _("in ontwikkeling")
    BEEINDIGD = "beeindigd", _("beëindigd")
    KADER = "kader", _("kader")


class Delivery(TextChoices):
    """How much of an activity is made beforehand."""

    READY_MADE = "ready_made", _("kant-en-klaar")
    TAILOR_MADE = "tailor_made", _("maatwerk")
    MIXED = "mixed", _("deels kant-en-klaar, deels maatwerk")
    UNKNOWN = "", _("onbekend")


class Kind(TextChoices):
    """What sort of activity it is; vmbo schools get at least two different ones."""

    GUEST_LESSON = "guest_lesson", _("gastles")
    COMPANY_VISIT = "company_visit", _("bezoek aan een bedrijf of instelling")
    LESSON_MATERIAL = "lesson_material", _("lesmateriaal")
    TRAINING = "training", _("scholing")
    COACHING = "coaching", _("coaching en begeleiding")
    TALK = "talk", _("gesprek en advies")
    CAREER = "career", _("loopbaanactiviteit")
    MASTERCLASS = "masterclass", _("masterclass of verdiepingstraject")
    EVENT = "event", _("evenement")
    CONFERENCE = "conference", _("conferentie")
    RESEARCH = "research", _("onderzoek in de klas")
    NETWORK_MEETING = "network_meeting", _("netwerkbijeenkomst")
    ROUTE = "route", _("doorlopende route")


class TargetGroup(TextChoices):
    PUPILS = "pupils", _("leerlingen")
    GIRLS = "girls", _("meisjes")
    TALENTED_PUPILS = "talented_pupils", _("talentvolle leerlingen")
    TEACHERS = "teachers", _("leraren")
    MENTORS = "mentors", _("mentoren en decanen")
    SCHOOL_LEADERS = "school_leaders", _("schoolleiders")
    PARENTS = "parents", _("ouders")


class Years(TextChoices):
    """Which years of school an activity is for."""

    PO_LOWER = "po_lower", _("groep 1 tot en met 4")
    PO_UPPER = "po_upper", _("groep 5 tot en met 8")
    VO_LOWER = "vo_lower", _("onderbouw")
    VO_UPPER = "vo_upper", _("bovenbouw")


class Evidence(TextChoices):
    """What is known of the effect, from nothing to proven (R60)."""

    UNKNOWN = "", _("onbekend")
    DESCRIBED = "described", _("beschreven aanpak")
    PROMISING = "promising", _("goede ervaringen van scholen")
    PROVEN = "proven", _("bewezen")


class SchoolRole(TextChoices):
    """What somebody is at a school; the board role is for all schools of a board."""

    LEADER = "leader", _("schoolleider")
    COORDINATOR = "coordinator", _("bètacoördinator of techniekcoördinator")
    CAREERS = "careers", _("decaan")
    TEACHER = "teacher", _("leerkracht of docent")
    BOARD = "board", _("bestuur")


class Initiative(TextChoices):
    """Who took the initiative to take part: the nine answers of Tabel 8 (R51)."""

    SCHOOL = "school", _("onze eigen school")
    OFFICE = "office", _("het landelijke programmabureau")
    OTHER_SCHOOL = "other_school", _("een andere school")
    TEACHER_TRAINING = "teacher_training", _("een pabo of lerarenopleiding")
    COMPANIES = "companies", _("een bedrijf")
    UNIVERSITY = "university", _("een universiteit of kennisinstituut")
    SCHOOL_AAN_ZET = "school_aan_zet", _("School aan Zet")
    REGIONAL = "regional", _("een regionale organisatie")
    OTHER = "other", _("iemand anders, of dat weten wij niet")


class StopReason(TextChoices):
    """Why a school stops or withdraws (R50)."""

    EFFECTS = "effects", _("het effect is niet duidelijk")
    CUTBACKS = "cutbacks", _("bezuiniging")
    YIELDS_LITTLE = "yields_little", _("het levert te weinig op")
    NOT_CONCRETE = "not_concrete", _("het is niet concreet genoeg")
    OTHER = "other", _("een andere reden")


class IntakeReason(TextChoices):
    """Why a school does nothing with science and technology yet: the six of Tabel 11 (R24)."""

    NO_MEANS = "no_means", _("we hebben er geen middelen voor")
    UNCLEAR_GOALS = "unclear_goals", _("doelen en opbrengsten zijn ons niet duidelijk")
    UNCLEAR_OFFER = "unclear_offer", _("we weten niet wat er is")
    TEACHERS = "teachers", _("ons team is niet enthousiast")
    NO_ADDED_VALUE = "no_added_value", _("we zien de meerwaarde niet")
    PUPILS = "pupils", _("onze leerlingen zijn niet enthousiast")


class RefusalReason(TextChoices):
    """Why a network cannot help; counted as unmet demand."""

    NO_OFFER = "no_offer", _("dit hebben wij niet")
    FULL = "full", _("wij hebben nu geen plaats")
    OTHER_AREA = "other_area", _("de school ligt buiten ons gebied")
    OTHER_SECTOR = "other_sector", _("wij werken niet voor deze sector")
    OTHER = "other", _("een andere reden")


class SchoolKind(TextChoices):
    BO = "bo", _("basisschool")
    SBO = "sbo", _("speciaal basisonderwijs")
    SO = "so", _("speciaal onderwijs")
    VSO = "vso", _("voortgezet speciaal onderwijs")
    SOVSO = "sovso", _("speciaal en voortgezet speciaal onderwijs")
    VO = "vo", _("voortgezet onderwijs")


class HolidayRegionName(TextChoices):
    NOORD = "noord", _("Noord")
    MIDDEN = "midden", _("Midden")
    ZUID = "zuid", _("Zuid")


def school_year(day):
    """The school year that `day` lies in, as "2026-2027": 1 August up to and including 31 July."""
    first = day.year if day >= date(day.year, 8, 1) else day.year - 1
    return f"{first}-{first + 1}"
