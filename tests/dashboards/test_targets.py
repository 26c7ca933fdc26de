"""Targets beside what was measured: a verdict only where a target was due by then, and "unknown" otherwise."""

import os
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from activities.catalogue import read_catalogue
from dashboards.targets import all_targets, main_rows, quality_of, targets_of
from networks.models import Programme
from networks.target_rows import MEASUREMENT, TARGET, measurement_problems, row_problems, target_problems

ON = date(2026, 11, 25)
AIM = {"indicator": "scholen", "value": 100, "unit": "scholen"}
STAGE = AIM | {"interim": True, "deadline": "2013"}
FOUND = {"indicator": "scholen", "value": 80, "unit": "scholen", "date": "2013"}


def only(targets, measurements=()):
    (target,) = targets_of(Programme(name="Nabij", targets=targets, measurements=list(measurements)), ON)
    return target


@pytest.mark.parametrize(
    ("targets", "measurements", "realised", "verdict"),
    [
        pytest.param([AIM], [], None, "", id="nothing was reported"),
        pytest.param([AIM], [FOUND], 80, "", id="there was no day to be ready"),
        pytest.param([{**AIM, "deadline": "2016"}], [FOUND], 80, "", id="it was not due yet"),
        pytest.param([{**AIM, "deadline": "2013"}], [FOUND], 80, "niet gehaald", id="it was due and missed"),
        pytest.param([{**AIM, "deadline": "2012"}], [{**FOUND, "value": 100}], 100, "gehaald", id="due and met"),
        pytest.param(
            [{**AIM, "deadline": "2016"}, {**AIM, "value": 75, "deadline": "2013", "interim": True}],
            [FOUND],
            80,
            "tussendoel 75 gehaald",
            id="the last interim one",
        ),
        pytest.param(
            [{**AIM, "deadline": "2016"}, {**AIM, "value": 90, "deadline": "2013", "interim": True}],
            [FOUND],
            80,
            "tussendoel 90 niet gehaald",
            id="an interim one missed",
        ),
        pytest.param([{**AIM, "met": False}], [], None, "niet gehaald", id="the report says so itself"),
        pytest.param([{**AIM, "deadline": "2012"}], [{**FOUND, "date": "ooit"}], 80, "", id="measured on no day"),
        pytest.param([{**AIM, "deadline": "2012"}], [{**FOUND, "value": "deels"}], "deels", "", id="in words"),
        pytest.param([{**AIM, "deadline": "later"}], [FOUND], 80, "", id="due on no day"),
    ],
)
def test_a_verdict_needs_a_target_that_was_due(targets, measurements, realised, verdict):
    target = only(targets, measurements)

    assert (target.realised, target.verdict) == (realised, verdict)


@pytest.mark.parametrize(("value", "verdict"), [(349, "niet gehaald"), (350, "gehaald")])
def test_what_comes_on_top_is_measured_together_with_what_was_planned(value, verdict):
    extra = {**AIM, "value": 50, "baseline": 300, "measured_by": "alles", "deadline": "2013"}

    target = only([extra], [{**FOUND, "indicator": "alles", "value": value}])

    assert (target.value, target.baseline, target.together) == (50, 300, 350)
    assert (target.realised, target.verdict) == (value, verdict)


@pytest.mark.parametrize(("value", "verdict"), [(309, "tussendoel 10 niet gehaald"), (310, "tussendoel 10 gehaald")])
def test_a_stage_of_what_comes_on_top_is_on_top_of_the_same_beginning(value, verdict):
    extra = AIM | {"value": 50, "baseline": 300, "measured_by": "alles", "deadline": "2016"}

    assert only([extra, STAGE | {"value": 10}], [FOUND | {"indicator": "alles", "value": value}]).verdict == verdict


def test_the_latest_measurement_counts_wherever_it_stands():
    target = only([AIM], [{**FOUND, "date": "2020", "value": 90}, FOUND, {**FOUND, "date": None, "value": 1}])

    assert (target.realised, target.realised_on) == (90, "2020")


@pytest.mark.parametrize(
    ("target", "found", "source"),
    [
        ({}, None, "opgave van het programma"),
        ({}, {}, "opgave van het programma"),
        ({"entered_on": "2026-11-25"}, None, "opgave van het programmabureau, 25 november 2026"),
        (
            {"entered_on": "2026-11-25"},
            {"entered_on": "2026-11-25"},
            "opgave van het programmabureau, 25 november 2026",
        ),
        (
            {},
            {"entered_on": "2026-11-25", "source": "telling"},
            "doel: opgave van het programma; bereikt: opgave van het programmabureau, 25 november 2026 (telling)",
        ),
        ({"entered_on": "gisteren"}, None, "opgave van het programma"),
    ],
)
def test_the_source_says_who_and_when(target, found, source):
    assert only([AIM | target], [] if found is None else [FOUND | found]).source == source


KEYS = sorted(TARGET | MEASUREMENT)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["scholen", "2013", "schooljaar 2012-2013", "2013-13-40", "0000-0000", "9999", 10**400, "\0"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)
rows = st.lists(st.dictionaries(st.sampled_from(KEYS), scalars, min_size=3) | anything, max_size=4) | anything


@given(targets=rows, measurements=rows, scores=st.dictionaries(st.sampled_from(["po", "vo"]), anything) | anything)
def test_whatever_stands_in_the_database_no_tile_fails(targets, measurements, scores):
    programme = Programme(slug="nabij", name="Nabij", targets=targets, measurements=measurements, scores=scores)

    found = targets_of(programme, ON)
    assert len(found) == len(main_rows(programme))
    for target in found:
        render_to_string("dashboards/_target_facts.html", {"target": target})
    all_targets(ON, programmes=[programme])
    assert all(str(problem) for problem in (*target_problems(targets), *measurement_problems(measurements)))


nearly_good = st.fixed_dictionaries(
    {"indicator": st.sampled_from(["scholen", "anders"]), "value": scalars, "unit": st.just("scholen")},
    optional={"baseline": scalars, "at_least": st.booleans(), "deadline": st.just("2013"), "interim": st.booleans()},
)


@given(rows=st.lists(nearly_good, max_size=3))
def test_a_row_without_a_problem_is_shown_as_it_is_written(rows):
    programme = Programme(name="Nabij", targets=rows, measurements=[])
    if not target_problems(rows):
        for row, target in zip(main_rows(programme), targets_of(programme, ON), strict=True):
            assert target.value == (row["value"].strip() if isinstance(row["value"], str) else row["value"])
            assert (target.baseline, target.at_least) == (row.get("baseline"), row.get("at_least", False))


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [
        ("x", "Rij 1:", "Dit is geen {…}"),
        ({"value": 1, "unit": "scholen"}, "Rij 1, “indicator”", "Dit ontbreekt."),
        (AIM | {"value": "abc", "measured_by": "alles"}, "Rij 1, “value”", "dus het is een getal"),
        (AIM | {"value": "250"}, "Rij 1, “value”", "Haal de aanhalingstekens weg."),
        (AIM | {"value": [1]}, "Rij 1, “value”", "een getal zijn, of woorden"),
        (AIM | {"value": float("nan")}, "Rij 1, “value”", "Vul een gewoon getal in."),
        (AIM | {"value": 10**400}, "Rij 1, “value”", "te groot"),
        (AIM | {"value": True}, "Rij 1, “value”", "een getal zijn, of woorden"),
        (AIM | {"value": -1}, "Rij 1, “value”", "onder nul"),
        (AIM | {"baseline": "3"}, "Rij 1, “baseline”", "zonder aanhalingstekens"),
        (AIM | {"met": "yes"}, "Rij 1, “met”", "true of false"),
        (AIM | {"unit": "x\ny"}, "Rij 1, “unit”", "een teken dat niemand kan lezen"),
        (AIM | {"indicator": " "}, "Rij 1, “indicator”", "Dit is leeg."),
        (AIM | {"deadlin": "2016"}, "Rij 1, “deadlin”", "Dit kennen wij niet. Kies uit: indicator"),
        (AIM | {"deadline": "later"}, "Rij 1, “deadline”", "Dit is geen datum."),
        (AIM | {"interim": True}, "Rij 1, “deadline”", "Een tussendoel heeft een moment nodig."),
        (STAGE | {"value": "veel"}, "Rij 1, “value”", "Een tussendoel is een getal."),
        (STAGE, "Rij 1, “indicator”", "hoort bij geen doel"),
        (AIM | {"entered_on": "vandaag"}, "Rij 1, “entered_on”", "Dit is geen dag."),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_field(row, place, said):
    found = [str(problem) for problem in target_problems([row])]

    assert any(problem.startswith(place) and said in problem for problem in found), found


@pytest.mark.skipif("LOKET_FACTS_FILE" not in os.environ, reason="LOKET_FACTS_FILE is not set")
def test_every_row_of_the_report_can_be_read():
    facts = yaml.safe_load(Path(os.environ["LOKET_FACTS_FILE"]).read_bytes())

    for programme in facts["programmes"]:
        for row in programme.get("targets") or ():
            # The catalogue tells the stages of two kinds of schools together as those of their sum.
            assert row_problems(row, TARGET) == [], programme["slug"]
        assert measurement_problems(programme.get("realised") or []) == [], programme["slug"]


def test_what_schools_said_stands_with_how_many_answered():
    scores = {"vo": {"goals_clear": 4.5, "results": 3.2, "n": 12, "few_respondents": True}, "po": {}}
    quality = quality_of(Programme(name="Nabij", scores=scores))

    assert quality.lines == ("vo: doelen duidelijk 4,5, levert op 3,2 (n = 12) – weinig antwoorden",)
    assert quality_of(Programme(name="Ver")).lines == ()


@pytest.mark.skipif("LOKET_FACTS_FILE" not in os.environ, reason="LOKET_FACTS_FILE is not set")
def test_every_target_of_the_report_is_shown_with_its_number():
    facts = yaml.safe_load(Path(os.environ["LOKET_FACTS_FILE"]).read_bytes())
    ours = [
        Programme(slug=row.slug, name=row.name, targets=list(row.targets), measurements=list(row.measurements))
        for row in read_catalogue().programmes.values()
    ]
    shown = {programme.slug: targets for programme, targets, _quality in all_targets(ON, programmes=ours)}

    checked = 0
    for programme in facts["programmes"]:
        wanted = [row["value"] for row in programme.get("targets") or () if not row.get("interim")]
        found = [row.value for row in shown.get(programme["slug"], ())]
        assert len(found) == len(wanted), programme["slug"]
        numbers = sorted(value for value in wanted if isinstance(value, int))
        assert sorted(value for value in found if isinstance(value, int)) == numbers, programme["slug"]
        checked += len(wanted)
    assert checked
