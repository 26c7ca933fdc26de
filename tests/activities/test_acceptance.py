"""check_matching: its verdicts, its exit codes, and the errors of a file that is not of the right form."""

import os
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

CASE = {
    "id": "T1",
    "school": {
        "sectors": ["po"],
        "region": {"landsdeel": "oost", "covered_by": "all"},
        "phase": "bewustwording",
        "needs": ["ready_made"],
        "constraints": ["no_time"],
        "participates_in": [],
    },
    "expected_first": ["regionale-netwerken-po"],
    "expected_in_top3": [],
    "must_not_appear": ["technet"],
    "reason": "",
}


def changed(**changes):
    """CASE with changes; a key with a dot goes into the school."""
    case = yaml.safe_load(yaml.safe_dump(CASE))
    for key, value in changes.items():
        target = case["school"] if key.startswith("school_") else case
        target[key.removeprefix("school_")] = value
    return case


def run(tmp_path, capsys, *cases, text=None):
    file = tmp_path / "cases.yaml"
    file.write_text(
        text if text is not None else yaml.safe_dump({"meta": {}, "cases": list(cases)}), encoding="utf-8"
    )
    try:
        call_command("check_matching", str(file))
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    output = capsys.readouterr()
    return code, output.out, output.err


def test_a_case_that_holds_passes(tmp_path, capsys):
    code, out, _err = run(tmp_path, capsys, CASE)

    assert (code, out) == (0, "ok T1\n1 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expected_first": ["talentenkracht"]}, "first expected talentenkracht, came regionale-netwerken-po"),
        ({"expected_in_top3": ["school-aan-zet"]}, "school-aan-zet expected in the top 3"),
        ({"must_not_appear": ["kenniscentra-wt"]}, "regionale-netwerken-po must not appear, came at rank 1"),
        ({"expect_white_spot": ["wetenschapsknooppunten"]}, "a white spot for wetenschapsknooppunten was expected"),
        ({"expected_shown": ["jet-net"]}, "jet-net expected to be shown"),
        ({"not_as_new": ["talentenkracht"]}, "talentenkracht must not come as new"),
        ({"not_available": {"jet-net-junior": "niet_gestart"}}, "jet-net-junior expected apart as niet_gestart"),
        (
            {"not_available": {"domeinontwikkeling-wt": "verkenning"}},
            "expected apart as verkenning, came geen_deelname",
        ),
        (
            {"not_available": {"talentenkracht": "beperkt"}},
            "talentenkracht is not available (beperkt), but it is ranked",
        ),
        ({"not_available": {"lob-allochtone-jongeren": "niet_gestart"}}, "as niet_gestart, came not at all"),
        ({"labels": {"talentenkracht": "wachtlijst"}}, "talentenkracht expected with label wachtlijst, came beperkt"),
    ],
)
def test_a_case_that_does_not_hold_says_what_was_expected_and_what_came(tmp_path, capsys, changes, said):
    code, out, _err = run(tmp_path, capsys, changed(**changes), changed(id="T2"))

    assert code == 1
    assert said in out
    assert out.endswith("ok T2\n1 passed, 1 failed\n")


def test_a_programme_per_region_covers_only_when_the_profile_says_so(tmp_path, capsys):
    case = changed(
        school_region={"landsdeel": "noord", "covered_by": []},
        expected_first=["talentenkracht"],
        expect_white_spot=["regionale-netwerken-po"],
    )

    assert run(tmp_path, capsys, case)[0] == 0


def test_a_board_that_is_a_partner_covers_its_school_that_is_still_new(tmp_path, capsys):
    case = changed(
        school_region={"landsdeel": "noord", "covered_by": []}, school_board_member_of=["regionale-netwerken-po"]
    )

    assert run(tmp_path, capsys, case)[0] == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"school_needs": ["money"]}, "case T1: key school.needs: 'money'"),
        ({"school_sectors": "po"}, "case T1: key school.sectors must be a list"),
        ({"school_phase": "begin"}, "case T1: key school.phase: 'begin'"),
        (
            {"school_region": {"landsdeel": "west", "covered_by": "all"}},
            "case T1: key school.region.landsdeel: 'west'",
        ),
        ({"school_region": {"landsdeel": "oost"}}, "case T1: key school.region.covered_by is missing"),
        ({"school_region": None}, "case T1: key school.region must be a mapping"),
        ({"expected_first": ["nergens"]}, "case T1: key expected_first: 'nergens'"),
        ({"expected_frist": []}, "case T1: key expected_frist is not known"),
        ({"school": []}, "case T1: key school must be a mapping"),
        ({"not_available": 1}, "case T1: key not_available must be a mapping"),
        ({"labels": {"jet-net": 1}}, "case T1: key labels must be a mapping"),
        ({"expected_first": None}, "case T1: key expected_first must be a list"),
        ({"not_as_new": "jet-net"}, "case T1: key not_as_new must be a list"),
        ({"not_available": {"jet-net-junior": "bijna"}}, "case T1: key not_available: 'bijna'"),
        ({"may_be_empty": "nee"}, "case T1: key may_be_empty must be true or false"),
        ({"school_in_saz": "nee"}, "case T1: key school.in_saz must be true or false"),
    ],
)
def test_a_wrong_word_names_the_case_and_the_key(tmp_path, capsys, changes, said):
    code, _out, err = run(tmp_path, capsys, changed(**changes))

    assert code == 2
    assert said in err


@pytest.mark.parametrize("text", ["", "[]", "a: [", "cases: 3", "meta: {}", "cases: []", "[" * 5000])
def test_a_file_of_another_form_is_refused(tmp_path, capsys, text):
    code, _out, err = run(tmp_path, capsys, text=text)

    assert code == 2
    assert "cases.yaml" in err


def test_a_missing_file_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("check_matching", str(tmp_path / "absent.yaml"))

    assert stopped.value.code == 2
    assert "absent.yaml" in capsys.readouterr().err


def test_no_verdict_is_given_on_a_file_with_a_wrong_word(tmp_path, capsys):
    _code, out, _err = run(tmp_path, capsys, CASE, changed(id="T2", expected_first=["nergens"]))

    assert out == ""


@pytest.mark.parametrize("status", ["beeindigd", "onbekend"])
def test_what_has_ended_or_is_a_reference_is_apart_by_its_own_status(tmp_path, capsys, status):
    slug = {"beeindigd": "vtb-pro", "onbekend": "techkidz"}[status]

    assert run(tmp_path, capsys, changed(not_available={slug: status}))[0] == 0


def test_our_own_cases_pass(capsys):
    call_command("check_matching", str(Path(__file__).with_name("matching-cases.yaml")))

    assert capsys.readouterr().out.endswith(" passed, 0 failed\n")


@pytest.mark.skipif("LOKET_ACCEPTANCE_DIR" not in os.environ, reason="LOKET_ACCEPTANCE_DIR is not set")
def test_all_given_cases_pass(capsys):
    call_command("check_matching", str(Path(os.environ["LOKET_ACCEPTANCE_DIR"]) / "matching-cases.yaml"))

    assert "12 passed, 0 failed" in capsys.readouterr().out
