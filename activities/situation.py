"""What a school says of itself, read from a URL and written back to one ("Dit zijn wij").

Nothing is stored: the query string is all there is, so it can be shared, printed and cached.

    sector=po            once or more; without it the sectors of the register hold
    fase=orientatie      for every sector of the school; fase_vwo=verdieping for one
    behoefte=companies   once or more
    belemmering=no_time  once or more
    doet=jet-net         once or more: programmes the school takes part in

Values may also be given as one comma-separated list. What is not understood is left out and told.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.matching import Situation
from loket.vocabulary import MAIN_SECTORS, Barrier, Need, Phase, Sector

PHASE_OF = {f"fase_{sector}": sector for sector in MAIN_SECTORS}
PARAMETERS = ("sector", "fase", *PHASE_OF, "behoefte", "belemmering", "doet")
MOST_VALUES = 40  # more than all choices together; the rest of a longer list is told, not read
SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """A situation with what could not be read of it.

    messages: one sentence for each value that was left out.
    sectors_given: whether the school named its sectors itself.
    said: what the URL says, where `situation` holds what is kept of the school as well.
    is_stored: whether phases, needs and barriers are those of the stored profile.
    """

    situation: Situation
    messages: tuple[str, ...]
    sectors_given: bool
    said: Situation | None = None
    is_stored: bool = False

    @property
    def pairs(self):
        """What the URL said as (parameter, value) pairs in one fixed order; none when it said nothing.

        What is stored is never in it: a link that somebody shares tells nothing of the profile.
        """
        return _pairs(self.said or self.situation, with_sectors=self.sectors_given)

    @property
    def query(self):
        return urlencode(self.pairs)

    def with_stored(self, stored):
        """The Reading for who may see what is kept of the school (an `activities.stored.Stored`).

        The stored profile holds only where the URL says nothing; what the school does already always counts.
        """
        said = self.situation
        does = said.does | stored.states.keys()
        if self.pairs or not stored.profiles:
            return replace(self, situation=replace(said, does=does), said=said)
        profiles = {sector: stored.profiles[sector] for sector in said.sectors if sector in stored.profiles}
        needs = {need for profile in profiles.values() for need in profile.needs}
        situation = replace(
            said,
            phases={sector: profile.phase for sector, profile in profiles.items() if profile.phase},
            needs=tuple(need for need in Need.values if need in needs),
            barriers=frozenset(barrier for profile in profiles.values() for barrier in profile.barriers),
            does=does,
        )
        return replace(self, situation=situation, said=said, is_stored=True)


def written(situation):
    """A whole situation as the query string that says it."""
    return urlencode(_pairs(situation, with_sectors=True))


def _pairs(situation, *, with_sectors):
    pairs = [("sector", sector) for sector in situation.sectors] if with_sectors else []
    pairs += [(f"fase_{sector}", phase) for sector, phase in situation.phases.items()]
    pairs += [("behoefte", need) for need in situation.needs]
    pairs += [("belemmering", barrier) for barrier in sorted(situation.barriers)]
    pairs += [("doet", slug) for slug in sorted(situation.does)]
    return pairs


def read_situation(params, *, school_code, school_sectors, programmes):
    """Read a `Situation` from query parameters.

    params: a QueryDict. school_sectors: those of the register. programmes: {slug or alias: slug}.
    Never raises; unknown values become messages.
    """
    messages = []

    def values(name, known):
        """The known values of a parameter in the order of `known`, each once."""
        given = [part for value in params.getlist(name)[:MOST_VALUES] for part in value.split(",") if part.strip()]
        unread = len(params.getlist(name)) - MOST_VALUES + max(0, len(given) - MOST_VALUES)
        wanted = set()
        for value in dict.fromkeys(part.strip() for part in given[:MOST_VALUES]):
            if value in known:
                wanted.add(value)
            else:
                messages.append(_unknown(name, value))
        if unread > 0:
            messages.append(
                ngettext(
                    "Bij “%(name)s” is %(count)d waarde niet gelezen: het zijn er te veel.",
                    "Bij “%(name)s” zijn %(count)d waarden niet gelezen: het zijn er te veel.",
                    unread,
                )
                % {"name": name, "count": unread}
            )
        return tuple(value for value in known if value in wanted)

    given_sectors = values("sector", MAIN_SECTORS)
    sectors = given_sectors or tuple(school_sectors)

    def phase_of(name):
        """The one phase of a parameter, or None; a school cannot be in two at a time."""
        found = values(name, Phase.values)
        if len(found) > 1:
            messages.append(_("Bij “%(name)s” staat meer dan één fase. Wij nemen de eerste stap.") % {"name": name})
        return found[0] if found else None

    phases = {}
    if phase := phase_of("fase"):
        phases = dict.fromkeys((sector for sector in sectors if sector in MAIN_SECTORS), phase)
    for name, sector in PHASE_OF.items():
        if phase := phase_of(name):
            if sector in sectors:
                phases[sector] = phase
            else:
                messages.append(
                    _("U gaf een fase voor %(sector)s, maar dat heeft uw school niet. Wij hebben die overgeslagen.")
                    % {"sector": Sector(sector).label}
                )
    situation = Situation(
        sectors=tuple(str(sector) for sector in sectors),
        phases={str(sector): str(phase) for sector, phase in phases.items()},
        needs=values("behoefte", Need.values),
        barriers=frozenset(values("belemmering", Barrier.values)),
        does=frozenset(programmes[slug] for slug in values("doet", list(programmes))),
        seed=school_code,
    )
    return Reading(situation, tuple(messages[:10]), bool(given_sectors))


def _unknown(name, value):
    shown = "".join(character for character in value if character.isprintable())
    if len(shown) > SHOWN_LENGTH:
        shown = shown[:SHOWN_LENGTH] + "…"
    if name == "doet":
        return _("“%(value)s” is geen programma dat wij kennen. Wij hebben het overgeslagen.") % {"value": shown}
    return _(
        "“%(value)s” kennen wij niet bij “%(name)s”. Wij hebben het overgeslagen. Kies bij “Dit zijn wij” wat past."
    ) % {"value": shown, "name": name}
