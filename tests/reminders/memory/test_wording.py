"""Texts that staff change: what cannot be filled in is refused, with the line and what there is."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from reminders.models import Rule
from reminders.planning import sync_rules
from reminders.wording import WordingError, check, fill
from tests.reminders.memory.pretend import MONDAY, a_due, at

KNOWN = ("wat", "dag")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Doe {dat}", "Regel 1: {dat} bestaat niet."),
        ("Een regel\nen {wat.__class__}", "Regel 2: {wat.__class__} bestaat niet."),
        ("Een\ntwee\n{wat!r}", "Regel 3: {wat!r} bestaat niet."),
        ("{wat:>900000}", "Regel 1: {wat:>900000} bestaat niet."),
        ("{}", "Regel 1: {} bestaat niet."),
        ("Een {", "Regel 1: een accolade staat alleen."),
        ("Een }", "Regel 1: een accolade staat alleen."),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_its_line_and_what_there_is(text, said):
    with pytest.raises(WordingError) as refused:
        check(text, KNOWN)

    assert said in str(refused.value)
    assert "{wat}, {dag}" in str(refused.value)


def test_a_text_with_known_variables_and_double_braces_is_filled_in():
    check("Doe {wat} voor {dag}, {{echt}}", KNOWN)

    assert fill("Doe {wat} voor {dag}, {{echt}}", {"wat": "het {dag}", "dag": "1 maart"}) == (
        "Doe het {dag} voor 1 maart, {echt}"
    )


@given(st.text(alphabet="{}watdag!:.[]0 \n", max_size=40))
def test_whatever_is_accepted_is_filled_in_and_whatever_stands_stays_readable(text):
    try:
        check(text, KNOWN)
    except WordingError:
        assert isinstance(fill(text, {"wat": "A", "dag": "B"}), str)
    else:
        assert "{wat}" not in fill(text, {"wat": "A", "dag": "B"}).replace("{{", "")


def test_a_value_that_the_rule_does_not_give_any_more_stops_no_mail():
    assert fill("Doe {wat} voor {dag}", {"wat": "het"}) == "Doe het voor …"


def test_a_row_with_a_broken_text_is_not_valid(pretend):
    pretend.rule()
    sync_rules()
    rule = Rule.objects.get()
    rule.sentence = "Goed\nmaar {fout} hier"

    with pytest.raises(ValidationError) as refused:
        rule.full_clean()

    assert "Regel 2: {fout} bestaat niet. Deze variabelen kunnen hier: {wat}." in str(refused.value)


def form_of(rule, **values):
    return {
        "is_on": "on",
        "days": "30,7,0",
        "subject_line": rule.subject_line,
        "sentence": rule.sentence,
        "button": rule.button,
        **values,
    }


def test_staff_change_a_rule_and_a_broken_text_is_refused_with_what_they_typed(pretend, admin_client):
    pretend.rule()
    sync_rules()
    rule = Rule.objects.get()
    page = f"/admin/reminders/rule/{rule.pk}/change/"

    refused = admin_client.post(page, form_of(rule, sentence="Doe {nog} iets"))
    changed = admin_client.post(page, form_of(rule, sentence="Doe nu {wat}."))

    assert refused.status_code == 200
    assert "Regel 1: {nog} bestaat niet." in refused.text
    assert "Doe {nog} iets" in refused.text
    assert changed.status_code == 302
    rule.refresh_from_db()
    assert (rule.sentence, rule.days) == ("Doe nu {wat}.", [30, 7, 0])


def test_the_preview_shows_the_mail_and_saves_nothing(pretend, admin_client):
    pretend.rule(dues=[a_due(values={"wat": "het verslag & de rest"})])
    sync_rules()
    rule = Rule.objects.get()
    page = f"/admin/reminders/rule/{rule.pk}/voorbeeld/"

    real = admin_client.post(page, form_of(rule, sentence="Anders: {wat}."))
    pretend.dues["ding"] = []
    none = admin_client.post(page, form_of(rule))
    broken = admin_client.post(page, form_of(rule, sentence="{weg}"))

    assert "Anders: het verslag &amp; de rest." in real.text
    assert "[wat er te doen is]" in none.text
    assert "{weg} bestaat niet" in broken.text
    assert admin_client.get(page).status_code == 405
    rule.refresh_from_db()
    assert rule.sentence == "U kunt {wat} nog doen."


def test_a_change_of_a_rule_is_in_the_audit_log_and_a_run_is_not(pretend, admin_client):
    from auditlog.models import LogEntry

    from reminders.planning import plan

    pretend.rule()
    sync_rules()
    rule = Rule.objects.get()
    before = LogEntry.objects.get_for_object(rule).count()
    plan(at(MONDAY))
    admin_client.post(f"/admin/reminders/rule/{rule.pk}/change/", form_of(rule, sentence="Doe nu {wat}."))

    assert LogEntry.objects.get_for_object(rule).count() == before + 1
