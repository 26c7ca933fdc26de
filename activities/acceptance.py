"""School profiles with what the matching must answer, checked against our own catalogue. No database.

A file of cases is YAML: `meta` (aliases, global_must_not_appear) and `cases`. Each case builds a school
from its profile; the offer is that of the catalogue in `data/`, in which a programme that works per
region covers the school only when the profile says so. A programme's rank is that of its best offer.
"""

from dataclasses import dataclass

import yaml

from activities.matching import GENERAL_QUALITY_PROGRAMME, Offer, Situation, first_view, match, missing
from loket.vocabulary import NOT_NOW, Availability, Barrier, Need, Phase, ProgrammeStatus, Sector

CASE_KEYS = {
    "id",
    "school",
    "expected_first",
    "expected_in_top3",
    "must_not_appear",
    "reason",
    "not_available",
    "expected_shown",
    "not_as_new",
    "expect_white_spot",
    "labels",
    "may_be_empty",
}
CASE_NEEDS = ("id", "school", "expected_first", "expected_in_top3", "must_not_appear", "reason")
SCHOOL_KEYS = {
    "sectors",
    "region",
    "phase",
    "needs",
    "constraints",
    "participates_in",
    "board_member_of",
    "in_saz",
    "note",
    "place_hint",
}
SCHOOL_NEEDS = ("sectors", "region", "phase", "needs", "constraints", "participates_in")
REGION_KEYS = {"landsdeel", "covered_by", "note", "place_hint"}
PROGRAMME_LISTS = (
    "expected_first",
    "expected_in_top3",
    "must_not_appear",
    "expected_shown",
    "not_as_new",
    "expect_white_spot",
)
ALL = "all"
# Words of the domain for a location of which the register of schools has none; nothing here is for them.
OTHER_SECTORS = ("mbo", "hbo", "wo", "pabo")
STATUSES = tuple(dict.fromkeys([*Availability.values, *ProgrammeStatus.values]))


class CaseError(ValueError):
    """A file that is not of this form; the text names the case and the key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the matching said to one profile; programmes by slug, the best first."""

    ranked: tuple[str, ...]
    availability: dict[str, str]
    next_steps: frozenset[str]
    not_now: frozenset[str]
    references: frozenset[str]
    white_spots: frozenset[str]


def read_cases(path, catalogue):
    """The cases of a file as (cases, slugs, banned).

    slugs: {slug or alias: slug of the catalogue}. banned: slugs that may be ranked in no case.
    Raises CaseError for a file that is not of this form, OSError when it cannot be read.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise CaseError(f"{path} is not YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list) or not content["cases"]:
        raise CaseError(f"{path} has no list `cases` with at least one case.")
    meta = content.get("meta") or {}
    if not isinstance(meta, dict):
        raise CaseError("meta must be a mapping.")
    _mapping_of_texts("meta", "aliases", meta.get("aliases"))
    _list("meta", "global_must_not_appear", meta.get("global_must_not_appear") or [])
    slugs = {slug: slug for slug in catalogue.programmes}
    for programme in catalogue.programmes.values():
        slugs.update(dict.fromkeys(programme.aliases, programme.slug))
    for alias, slug in (meta.get("aliases") or {}).items():
        slugs.setdefault(alias, _slug("meta", "aliases", slug, slugs))
    banned = {_slug("meta", "global_must_not_appear", s, slugs) for s in meta.get("global_must_not_appear") or ()}
    seen = set()
    for number, case in enumerate(content["cases"], start=1):
        _check_form(case, number)
        if case["id"] in seen:
            raise CaseError(f"case {case['id']}: key id: this id is used twice.")
        seen.add(case["id"])
    return content["cases"], slugs, banned


def _check_form(case, number):
    if not isinstance(case, dict):
        raise CaseError(f"case number {number} is not a mapping.")
    name = case.get("id", f"number {number}")
    if not isinstance(name, str):
        raise CaseError(f"case number {number}: key id must be a text.")
    for key in ("not_available", "labels"):
        _mapping_of_texts(name, key, case.get(key))
    for value in (case.get("not_available") or {}).values():
        _known(name, "not_available", [value], STATUSES)
    for key in PROGRAMME_LISTS:
        if key in case:
            _list(name, key, case[key])
    _truth(name, "may_be_empty", case)
    for what, keys, known, needed in (
        ("", case, CASE_KEYS, CASE_NEEDS),
        ("school.", case.get("school"), SCHOOL_KEYS, SCHOOL_NEEDS),
        ("school.region.", (case.get("school") or {}).get("region"), REGION_KEYS, ("landsdeel", "covered_by"))
        if isinstance(case.get("school"), dict)
        else ("school.region.", {"landsdeel": 0, "covered_by": 0}, REGION_KEYS, ()),
    ):
        if not isinstance(keys, dict):
            raise CaseError(f"case {name}: key {what.rstrip('.')} must be a mapping.")
        for key in needed:
            if key not in keys:
                raise CaseError(f"case {name}: key {what}{key} is missing.")
        for key in keys:
            if key not in known:
                raise CaseError(f"case {name}: key {what}{key} is not known here.")


def _slug(case, key, value, slugs):
    if not isinstance(value, str) or value not in slugs:
        raise CaseError(f"case {case}: key {key}: {value!r} is not a programme of the catalogue.")
    return slugs[value]


def _mapping_of_texts(case, key, value):
    if value is not None and not (isinstance(value, dict) and all(isinstance(text, str) for text in value.values())):
        raise CaseError(f"case {case}: key {key} must be a mapping of texts.")


def _truth(case, key, mapping):
    if not isinstance(mapping.get(key.split(".")[-1], False), bool):
        raise CaseError(f"case {case}: key {key} must be true or false.")


def _list(case, key, value):
    if not isinstance(value, list):
        raise CaseError(f"case {case}: key {key} must be a list.")
    return value


def _known(case, key, values, known):
    for value in _list(case, key, values):
        if value not in known:
            raise CaseError(f"case {case}: key {key}: {value!r} is not one of {', '.join(known)}.")
    return tuple(values)


def answer_to(case, catalogue, slugs, landsdelen, on):
    """The Answer of the matching to the school of `case` on the day `on`."""
    name, school = case["id"], case["school"]
    region = school["region"]
    _known(name, "school.region.landsdeel", [region["landsdeel"]], landsdelen)

    def programmes(key, values):
        return {_slug(name, key, value, slugs) for value in _list(name, key, values)}

    sectors = _known(name, "school.sectors", school["sectors"], (*Sector.values, *OTHER_SECTORS))
    sectors = tuple(sector for sector in sectors if sector in Sector.values)
    needs = _known(name, "school.needs", school["needs"], Need.values)
    barriers = _known(name, "school.constraints", school["constraints"], Barrier.values)
    phase = school["phase"]
    if phase is not None:
        _known(name, "school.phase", [phase], Phase.values)
    does = programmes("school.participates_in", school["participates_in"])
    _truth(name, "school.in_saz", school)
    if school.get("in_saz"):
        does.add(GENERAL_QUALITY_PROGRAMME)
    covered = programmes("school.board_member_of", school.get("board_member_of") or [])
    if region["covered_by"] == ALL:
        covered |= set(catalogue.programmes)
    else:
        covered |= programmes("school.region.covered_by", region["covered_by"])

    situation = Situation(
        sectors=sectors,
        phases=dict.fromkeys(sectors, phase) if phase else {},
        needs=needs,
        barriers=frozenset(barriers),
        does=frozenset(does),
        seed=name,
    )
    offers = [
        offer
        for offer in catalogue_offers(catalogue)
        if offer.programme.availability != Availability.PER_REGIO or offer.programme.slug in covered
    ]
    matches = match(situation, offers, on)
    shown = first_view(matches)
    order = shown + [m for m in matches if not m.is_next_step and m not in shown]
    not_now, references, white_spots = missing(situation, catalogue.programmes.values(), covered)
    return Answer(
        ranked=tuple(dict.fromkeys(m.offer.programme.slug for m in order)),
        availability={m.offer.programme.slug: m.offer.availability for m in reversed(order)},
        next_steps=situation.does,
        not_now=frozenset(programme.slug for programme in not_now),
        references=frozenset(programme.slug for programme in references),
        white_spots=frozenset(programme.slug for programme in white_spots),
    )


def catalogue_offers(catalogue):
    """The standard activities of the catalogue as offers of no network in particular."""
    return [
        Offer(
            programme=catalogue.programmes[entry.programme],
            network=None,
            key=entry.slug,
            sectors=entry.sectors,
            phases=entry.phases,
            needs=entry.needs,
            kind=entry.kind,
            target_groups=entry.target_groups,
            delivery=entry.delivery,
            effort_hours=entry.effort_hours,
            cost_euro=entry.cost_euro,
            evidence=entry.evidence,
            own_availability=entry.own_availability,
        )
        for entry in catalogue.activities
    ]


def failures(case, answer, catalogue, slugs, banned):
    """What `case` expected and did not get: a list of sentences, empty when it passes."""
    name, found = case["id"], []
    ranked = answer.ranked

    def named(key):
        return [_slug(name, key, value, slugs) for value in case.get(key, ())]

    first = named("expected_first")
    if not ranked:
        if not case.get("may_be_empty"):
            found.append("a ranked suggestion was expected, the list is empty")
    elif first and ranked[0] not in first:
        found.append(f"first expected {' or '.join(first)}, came {ranked[0]}")
    if ranked or not case.get("may_be_empty"):
        found += [
            f"{slug} expected in the top 3, came {', '.join(ranked[:3]) or 'nothing'}"
            for slug in named("expected_in_top3")
            if slug not in ranked[:3]
        ]
    found += [
        f"{slug} must not appear, came at rank {ranked.index(slug) + 1}"
        for slug in dict.fromkeys([*named("must_not_appear"), *sorted(banned)])
        if slug in ranked
    ]
    found += [f"{slug} must not come as new, but it is ranked" for slug in named("not_as_new") if slug in ranked]
    for value, status in (case.get("not_available") or {}).items():
        programme = catalogue.programmes[_slug(name, "not_available", value, slugs)]
        if programme.slug in ranked:
            found.append(f"{programme.slug} is not available ({status}), but it is ranked")
        elif status not in (programme.availability, programme.status):
            found.append(f"{programme.slug} expected apart as {status}, came {programme.availability}")
        elif programme.availability in NOT_NOW and programme.slug not in answer.not_now:
            found.append(f"{programme.slug} expected apart as {status}, came not at all")
    shown = {*ranked, *answer.references, *answer.next_steps, *answer.not_now}
    found += [f"{slug} expected to be shown, came nowhere" for slug in named("expected_shown") if slug not in shown]
    found += [
        f"a white spot for {slug} was expected, came {', '.join(sorted(answer.white_spots)) or 'none'}"
        for slug in named("expect_white_spot")
        if slug not in answer.white_spots
    ]
    for value, label in (case.get("labels") or {}).items():
        slug = _slug(name, "labels", value, slugs)
        wanted = next((a.value for a in (Availability.WACHTLIJST, Availability.BEPERKT) if label.startswith(a)), None)
        if wanted and answer.availability.get(slug) != wanted:
            found.append(f"{slug} expected with label {wanted}, came {answer.availability.get(slug, 'not at all')}")
    return found
