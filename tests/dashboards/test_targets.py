"""Targets beside what was measured: a verdict only where a target was due by then, and "unknown" otherwise."""

import os
from datetime import date
from pathlib import Path

import pytest
import yaml

from activities.catalogue import read_catalogue
from dashboards.targets import all_targets, quality_of, targets_of
from networks.models import Programme

ON = date(2026, 11, 25)
AIM = {"indicator": "scholen", "value": 100, "unit": "scholen"}
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
