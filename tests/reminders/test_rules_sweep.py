"""What holds for every rule: nothing is written, the cost does not grow, and asking for some is asking for those."""

import string

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from networks.directory import directory
from reminders.due import RULES, Asked
from reminders.reading import reading_only
from tests.reminders.asking import at, due
from tests.reminders.conftest import make_home
from tests.reminders.rules_world import fill_rules

pytestmark = pytest.mark.django_db
KEYS = sorted(RULES.rules)
MOST_QUERIES = 16
MOST_SUBJECT_CHARACTERS = 120


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    """The world of `rules_world` with two of everything, made once for all tests here and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = make_home()
        for _number in range(2):
            fill_rules(found)
        yield found
        transaction.set_rollback(True)


def names_in(text):
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", KEYS)
def test_each_rule_has_something_to_say_in_a_full_world_and_writes_nothing(full, key):
    with reading_only():
        found = due(key, full.today)

    assert found
    assert len({told.key for told in found}) == len(found)
    for told in found:
        assert told.to == told.to.lower()
        assert "@" in told.to
        assert told.path.startswith("/")
        assert told.until is None or told.until > at(full.today)


@pytest.mark.parametrize("key", KEYS)
def test_asking_for_some_subjects_is_asking_for_all_and_leaving_out_the_others(full, key):
    rule = RULES.rules[key]
    found = due(key, full.today)
    subjects = sorted({told.subject for told in found})
    chosen = frozenset(subjects[::2]) | {
        "quality.Obligation:0",
        "quality.Obligation:x",
        f"quality.Obligation:{10**30}",
        "",
    }

    narrow = list(rule.dues(Asked(now=at(full.today), days=rule.days, subjects=chosen)))

    assert {told.key: told for told in narrow} == {told.key: told for told in found if told.subject in chosen}
    assert list(rule.dues(Asked(now=at(full.today), days=rule.days, subjects=frozenset()))) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(full):
    few = {key: cost_of(key, full) for key in KEYS}
    with transaction.atomic():
        for _number in range(3):
            fill_rules(full)
        many = {key: cost_of(key, full) for key in KEYS}
        transaction.set_rollback(True)

    assert {key: (few[key], many[key]) for key in KEYS if many[key][0] > few[key][0]} == {}
    assert {key: queries for key, (queries, _subjects) in few.items() if queries > MOST_QUERIES} == {}
    grew = {key for key in KEYS if many[key][1] > few[key][1]}
    assert set(KEYS) - grew <= {"region-dormant"}


# With the three of the mail itself that makes six. These read more, and most of their readers get them in one mail.
READ_MORE = {
    "activity-confirm": 4,
    "funding-ends": 5,
    "membership-waits": 4,
    "network-dormant": 6,
    "question-late": 4,
    "region-dormant": 9,
    "subsidy-network": 4,
    "subsidy-school": 4,
}


@pytest.mark.parametrize("key", KEYS)
def test_asking_once_more_before_a_mail_leaves_takes_few_queries(full, key):
    rule = RULES.rules[key]
    subject = due(key, full.today)[0].subject
    directory()

    with CaptureQueriesContext(connection) as captured:
        found = list(rule.dues(Asked(now=at(full.today), days=rule.days, subjects=frozenset([subject]))))

    assert found
    assert len(captured) <= READ_MORE.get(key, 3)


def cost_of(key, home):
    """(queries, subjects) of a rule; what is kept in the process is there already."""
    directory()
    with CaptureQueriesContext(connection) as captured:
        found = due(key, home.today)
    return len(captured), len({told.subject for told in found})


@pytest.mark.parametrize("key", KEYS)
def test_the_wording_has_only_what_the_rule_gives_and_reads_as_a_sentence(full, key):
    rule = RULES.rules[key]

    for told in due(key, full.today):
        subject_line, sentence = (text.format(**told.values) for text in (rule.subject_line, rule.sentence))
        assert set(told.values) == set(rule.variables)
        assert all(type(value) is str and value.strip() for value in told.values.values())
        assert sentence[0] == sentence[0].upper()
        assert sentence.endswith((".", "?"))
        assert "  " not in sentence
        assert ".." not in sentence
        assert len(subject_line) <= MOST_SUBJECT_CHARACTERS
        assert not {"None", "{", "}"} & set(subject_line.split() + sentence.split())
    used = names_in(rule.subject_line) | names_in(rule.sentence)
    assert used <= set(rule.variables)
    assert not names_in(rule.button)


@pytest.mark.parametrize("key", KEYS)
def test_without_lead_times_only_what_counts_by_itself_is_left(full, key):
    by_itself = {"question-unanswered", *(key for key, rule in RULES.rules.items() if not rule.days)}

    assert bool(due(key, full.today, days=())) == (key in by_itself)


def test_what_cannot_be_switched_off_says_why():
    urgent = {key for key, rule in RULES.rules.items() if rule.is_urgent}

    assert urgent == {"date-tomorrow", "date-tomorrow-network", "place-offered"}
    assert all(RULES.rules[key].why_urgent for key in urgent)
