"""`manage.py reminders`: what would go to whom, and not a row written."""

import json
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError

from accounts.models import Message
from quality.models import Obligation
from quality.obligations import finish
from reminders import preview as previews
from reminders.due import RULES
from reminders.reading import reading_only
from tests.reminders.asking import at
from tests.reminders.rules_world import fill_rules
from tests.workspace.world import DAY


def run(*arguments, **options):
    out = StringIO()
    call_command("reminders", *arguments, stdout=out, **options)
    return out.getvalue()


def test_a_day_shows_what_would_go_to_whom(home):
    fill_rules(home)

    said = run("--dry-run", on=f"{home.today}")

    for key, rule in RULES.rules.items():
        assert f"\n{rule.name} ({key})" in said
    assert home.people["coordinator"].email in said
    assert said.endswith("Nothing was written.\n")
    assert f"\n{home.today} 09:00: " in said


def test_one_rule_as_json_lines(home):
    said = run("--dry-run", on=f"{home.today + 99 * DAY}", rule="obligation-due", format="json")

    found = [json.loads(line) for line in said.splitlines()]
    assert {row["rule"] for row in found} == {"obligation-due"}
    assert {row["subject"] for row in found} == {f"quality.Obligation:{home.obligation.pk}"}
    assert sorted(row["to"] for row in found) == sorted(
        home.people[role].email for role in ("coordinator", "account manager")
    )
    assert all("voortgangsrapportage" in row["sentence"] for row in found)


def test_with_more_words_it_shows_the_sentences(home):
    said = run("--dry-run", on=f"{home.today + 99 * DAY}", rule="obligation-due", verbosity=2)

    assert "Netwerk Nabij levert “voortgangsrapportage” in, uiterlijk op" in said
    assert f"/beheer/verplichtingen/{home.obligation.pk}/" in said


def test_now_is_when_no_day_is_given(home):
    Obligation.objects.update(due_on=home.today)

    assert "obligation-due" in run("--dry-run")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on": "1-3-2027"}, "is not a day. Write it as 2027-03-01"),
        ({"on": "2027-02-30"}, "is not a day"),
        ({"on": "9999-12-31"}, "too far away"),
        ({"on": "1900-01-01"}, "too far away"),
        ({"rule": "no-such-rule"}, "There is no rule 'no-such-rule'. Choose one of: .*obligation-due"),
    ],
)
def test_a_wrong_day_or_rule_is_said(home, options, message):
    with pytest.raises(CommandError, match=message):
        run("--dry-run", **options)


@pytest.mark.parametrize("options", [{"on": "2027-03-01"}, {"rule": "obligation-due"}, {"format": "json"}])
def test_another_day_is_never_planned(home, options):
    with pytest.raises(CommandError, match="go with --dry-run"):
        run(**options)


def test_a_rule_that_writes_is_stopped_by_the_database(home, monkeypatch):
    def writes(asked):
        finish(obligation=home.obligation, by=None, now=asked.now)
        yield from ()

    rule = replace(RULES.rules["obligation-due"], dues=writes)

    with pytest.raises(InternalError, match="read-only"):
        list(previews.preview([rule], at(home.today)))

    home.obligation.refresh_from_db()
    assert home.obligation.done_at is None


def test_after_it_one_can_write_again(home):
    with reading_only():
        before = Message.objects.count()

    finish(obligation=home.obligation, by=None, now=at(home.today))

    assert before == Message.objects.count() == 0
    assert Obligation.objects.get(pk=home.obligation.pk).done_at == at(home.today)


def test_what_staff_changed_is_shown_and_what_they_switched_off_is_not(home):
    rules = [RULES.rules["obligation-due"], RULES.rules["visit-due"]]
    changed = SimpleNamespace(days=[200], subject_line="Denk aan {wat}", sentence="Voor {dag}.")

    found = list(
        previews.preview(rules, at(home.today), lambda rule: changed if rule.key == "obligation-due" else None)
    )

    assert {one.rule.key for one in found} == {"obligation-due"}
    assert {(one.subject_line, one.due.moment.rpartition("/")[2]) for one in found} == {
        ("Denk aan voortgangsrapportage", "200")
    }
