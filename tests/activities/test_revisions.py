"""From draft to public: what is shown meanwhile, who hears of it, and that two people lose nothing to each other."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Message
from activities import revisions
from activities.models import Activity, Revision
from activities.revisions import RefusedError
from networks.models import Assignment
from networks.rights import networks_published_by, publishers_of
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
TODAY = date(2026, 11, 25)
NEW = {
    "title": "Gastles over robots",
    "summary": "U krijgt een gast in de klas.",
    "kind": "guest_lesson",
    "sectors": ["po"],
}


@pytest.fixture
def network(db):
    return NetworkFactory(slug="nabij")


@pytest.fixture
def coordinator(network):
    return AssignmentFactory(network=network).user


@pytest.fixture
def proposer(network, coordinator):
    return AssignmentFactory(network=network, role=Assignment.Role.ACCOUNT_MANAGER).user


def begun(network, by, activity=None, **values):
    revision = revisions.start(network=network, by=by, activity=activity)
    revision.values = {**revision.values, **values}
    revision.save()
    return revision


def approve(revision, by, now=NOW, **more):
    return revisions.approve(revision=revision, by=by, now=now, seen=revisions.fingerprint(revision), **more)


def test_a_new_activity_is_public_once_it_is_approved_and_not_before(network, coordinator):
    revision = begun(network, coordinator, **NEW)

    assert not Activity.objects.exists()

    activity = approve(revision, coordinator)

    assert activity.slug == "gastles-over-robots-nabij"
    assert (activity.confirmed_on, activity.published_on) == (TODAY, TODAY)
    assert list(Activity.objects.public(TODAY)) == [activity]


def test_a_proposal_leaves_the_approved_version_public_and_mails_who_publishes(network, coordinator, proposer):
    activity = ActivityFactory(network=network, title="Oud")
    revision = begun(network, proposer, activity, title="Nieuw")

    revisions.propose(revision=revision, by=proposer, now=NOW)

    activity.refresh_from_db()
    assert activity.title == "Oud"
    assert Message.objects.get().to == coordinator.email
    assert "Nieuw" in Message.objects.get().text


def test_proposing_twice_sends_one_mail(network, coordinator, proposer):
    revision = begun(network, proposer, **NEW)

    revisions.propose(revision=revision, by=proposer, now=NOW)
    revisions.propose(revision=revision, by=proposer, now=NOW + timedelta(minutes=1))

    assert Message.objects.count() == 1


def test_approval_writes_only_what_changed_and_tells_the_proposer(network, coordinator, proposer):
    activity = ActivityFactory(network=network, title="Oud", effort_hours=4, facts_as_of=date(2013, 12, 1))
    revision = begun(network, proposer, activity, title="Nieuw")
    revisions.propose(revision=revision, by=proposer, now=NOW)
    Activity.objects.update(effort_hours=8)  # somebody else, meanwhile

    revision.refresh_from_db()
    approve(revision, coordinator, note="Mooi zo.")

    activity.refresh_from_db()
    assert (activity.title, activity.effort_hours, activity.facts_as_of) == ("Nieuw", 8, None)
    mail = Message.objects.get(to=proposer.email)
    assert "goedgekeurd" in mail.subject
    assert "Mooi zo." in mail.text


def test_a_rejection_needs_a_note_which_the_proposer_reads(network, coordinator, proposer):
    revision = begun(network, proposer, **NEW)
    revisions.propose(revision=revision, by=proposer, now=NOW)

    with pytest.raises(RefusedError):
        revisions.reject(revision=revision, by=coordinator, now=NOW, note="  ")
    revisions.reject(revision=revision, by=coordinator, now=NOW, note="Noem de kosten.")

    assert "Noem de kosten." in Message.objects.get(to=proposer.email).text
    revision.refresh_from_db()
    again = revisions.again(revision=revision, by=proposer)
    assert (again.state, again.values["title"]) == (Revision.State.DRAFT, NEW["title"])


@pytest.mark.parametrize(
    "change",
    [{"title": ""}, {"sectors": []}, {"evidence": "proven"}, {"opens_on": "2027-02-01", "closes_on": "2027-01-01"}],
)
def test_what_is_not_finished_or_not_true_is_never_published(network, coordinator, change):
    revision = begun(network, coordinator, **(NEW | change))

    with pytest.raises(RefusedError):
        approve(revision, coordinator)

    assert not Activity.objects.exists()
    revision.refresh_from_db()
    assert revision.state == Revision.State.DRAFT


def test_what_could_not_be_read_stands_in_the_way_of_publishing(network, coordinator):
    revision = begun(network, coordinator, **NEW)
    revision.typed = {"vraagt-en-levert": {"data": {"effort_hours": ["veel"]}, "errors": ["effort_hours"]}}
    revision.save()

    with pytest.raises(RefusedError, match="uren voor de school"):
        approve(revision, coordinator)


# --- two people ------------------------------------------------------------------------------------------


def test_the_second_sees_what_the_first_changed_and_keeps_both(network, coordinator):
    other = AssignmentFactory(network=network).user
    activity = ActivityFactory(network=network, title="Begin", summary="Begin.", effort_hours=1)
    mine = begun(network, coordinator, activity, title="Van mij", effort_hours=3)
    theirs = begun(network, other, activity, title="Van hen", summary="Hun tekst.")
    approve(theirs, other)

    mine = Revision.objects.get(pk=mine.pk)
    (conflict,) = revisions.conflicts(mine)
    assert (conflict.name, conflict.base, conflict.before, conflict.after) == ("title", "Begin", "Van hen", "Van mij")
    assert [change.name for change in revisions.changed_by_others(mine)] == ["summary"]
    with pytest.raises(RefusedError):
        approve(mine, coordinator)

    revisions.merge(revision=mine, choices={"title": "mine"}, seen=revisions.fingerprint(mine), by=coordinator)
    approve(Revision.objects.get(pk=mine.pk), coordinator)

    activity.refresh_from_db()
    assert (activity.title, activity.summary, activity.effort_hours) == ("Van mij", "Hun tekst.", 3)


def test_the_text_of_the_other_can_stay(network, coordinator):
    activity = ActivityFactory(network=network, title="Begin", effort_hours=1)
    mine = begun(network, coordinator, activity, title="Van mij", effort_hours=3)
    Activity.objects.update(title="Van hen")

    mine = Revision.objects.get(pk=mine.pk)
    revisions.merge(revision=mine, choices={"title": "theirs"}, seen=revisions.fingerprint(mine), by=coordinator)
    approve(Revision.objects.get(pk=mine.pk), coordinator)

    activity.refresh_from_db()
    assert (activity.title, activity.effort_hours) == ("Van hen", 3)


def test_nothing_is_approved_that_was_not_seen(network, coordinator):
    activity = ActivityFactory(network=network, title="Begin")
    revision = begun(network, coordinator, activity, title="Nieuw")
    seen = revisions.fingerprint(revision)
    Activity.objects.update(summary="Anders.")

    with pytest.raises(RefusedError, match="Intussen"):
        revisions.approve(revision=revision, by=coordinator, now=NOW, seen=seen)


def test_a_step_that_another_changed_is_not_overwritten_unseen(network, coordinator):
    revision = begun(network, coordinator, **NEW)
    names = {"title": "A", "summary": "B", "kind": "event"}
    seen = revisions.fingerprint_of(revisions.step_values(revision, list(names)))
    revisions.save_step(revision=revision, step="wat", values=names, typed={}, seen=seen, by=coordinator)

    with pytest.raises(RefusedError):
        revisions.save_step(
            revision=revision, step="wat", values=names | {"title": "C"}, typed={}, seen=seen, by=coordinator
        )

    assert Revision.objects.get().values["title"] == "A"


TEXTS = st.sampled_from(["a", "b", "c"])
EDITABLE = ["title", "summary", "intended_result"]


@settings(max_examples=40)
@given(
    base=st.fixed_dictionaries(dict.fromkeys(EDITABLE, TEXTS)),
    mine=st.fixed_dictionaries(dict.fromkeys(EDITABLE, TEXTS)),
    theirs=st.fixed_dictionaries(dict.fromkeys(EDITABLE, TEXTS)),
    keep=st.sampled_from(["mine", "theirs"]),
)
def test_merging_loses_no_change_of_anybody(network, coordinator, base, mine, theirs, keep):
    activity = ActivityFactory(network=network, **base)
    revision = begun(network, coordinator, activity, **mine)
    Activity.objects.filter(pk=activity.pk).update(**theirs)
    revision = Revision.objects.get(pk=revision.pk)
    both = {change.name for change in revisions.conflicts(revision)}

    revisions.merge(
        revision=revision, choices=dict.fromkeys(both, keep), seen=revisions.fingerprint(revision), by=coordinator
    )

    values = Revision.objects.get(pk=revision.pk).values
    for name in EDITABLE:
        changed = {who for who, texts in (("mine", mine), ("theirs", theirs)) if texts[name] != base[name]}
        wanted = {"mine": mine[name], "theirs": theirs[name]}
        if changed == {"mine", "theirs"}:
            assert values[name] == wanted[keep] or mine[name] == theirs[name] == values[name]
        else:
            assert values[name] == wanted[next(iter(changed), "mine")] or not changed
    assert both == {n for n in EDITABLE if base[n] != mine[n] and base[n] != theirs[n] and mine[n] != theirs[n]}
    activity.delete()


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_the_same_moment_do_not_overwrite_each_other():
    network = NetworkFactory()
    people = [AssignmentFactory(network=network).user for _ in range(2)]
    activity = ActivityFactory(network=network, title="Begin")
    drafts = [begun(network, user, activity, title=f"Van {number}") for number, user in enumerate(people)]
    seen = [revisions.fingerprint(draft) for draft in drafts]
    ready, results = threading.Barrier(2), {}

    def publish(number):
        ready.wait(5)
        try:
            revisions.approve(revision=drafts[number], by=people[number], now=NOW, seen=seen[number])
            results[number] = "published"
        except RefusedError as refused:
            results[number] = refused.sentence
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    winners = [number for number, result in results.items() if result == "published"]
    activity.refresh_from_db()
    assert len(winners) == 1
    assert activity.title == f"Van {winners[0]}"
    assert "Intussen" in results[1 - winners[0]]
    assert Revision.objects.undecided().count() == 1


# --- on a day that is to come ----------------------------------------------------------------------------


def test_a_new_activity_can_be_scheduled(network, coordinator):
    revision = begun(network, coordinator, **NEW)
    revision.publish_on = date(2026, 12, 1)
    revision.save()

    activity = approve(revision, coordinator)

    assert not Activity.objects.public(date(2026, 11, 30)).exists()
    assert Activity.objects.public(date(2026, 12, 1)).get() == activity


def test_a_scheduled_change_waits_for_its_day_and_the_sweep_makes_up_for_a_missed_one(network, coordinator):
    activity = ActivityFactory(network=network, title="Oud")
    revision = begun(network, coordinator, activity, title="Nieuw")
    revision.publish_on = date(2026, 12, 1)
    revision.save()

    assert approve(revision, coordinator) is None
    assert revisions.publish_due(now=NOW) == 0
    assert Activity.objects.get().title == "Oud"

    late = NOW + timedelta(days=9)
    assert revisions.publish_due(now=late) == 1
    assert revisions.publish_due(now=late) == 0
    assert Activity.objects.get().title == "Nieuw"


def test_a_scheduled_change_never_overwrites_what_came_meanwhile(network, coordinator):
    activity = ActivityFactory(network=network, title="Oud")
    revision = begun(network, coordinator, activity, title="Nieuw")
    revision.publish_on = date(2026, 12, 1)
    revision.save()
    approve(revision, coordinator)
    Activity.objects.update(title="Anders")

    assert revisions.publish_due(now=NOW + timedelta(days=9)) == 0

    revision.refresh_from_db()
    assert Activity.objects.get().title == "Anders"
    assert revision.state == Revision.State.PROPOSED
    assert "niet gepubliceerd" in Message.objects.get(to=coordinator.email).text


def test_an_end_that_was_planned_takes_it_away_on_that_day(network, coordinator):
    activity = ActivityFactory(network=network, confirmed_on=TODAY)
    approve(begun(network, coordinator, activity, ended_on="2026-12-24"), coordinator)

    assert Activity.objects.public(date(2026, 12, 23)).exists()
    assert not Activity.objects.public(date(2026, 12, 24)).exists()


# --- who ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "until_on", "publishes"),
    [
        (Assignment.Role.COORDINATOR, None, True),
        (Assignment.Role.DELEGATE, date(2026, 12, 31), True),
        (Assignment.Role.DELEGATE, None, False),
        (Assignment.Role.ACCOUNT_MANAGER, None, False),
        (Assignment.Role.COMMITTEE, None, False),
    ],
)
def test_who_publishes_beside_a_coordinator(network, coordinator, role, until_on, publishes):
    user = AssignmentFactory(network=network, role=role, until_on=until_on).user

    assert networks_published_by(user, TODAY).exists() == publishes
    assert (user in publishers_of(network, TODAY)) == publishes


def test_without_a_coordinator_whoever_changes_the_network_publishes(network):
    manager = AssignmentFactory(network=network, role=Assignment.Role.ACCOUNT_MANAGER).user
    gone = AssignmentFactory(network=network, until_on=date(2026, 11, 24)).user

    assert list(publishers_of(network, TODAY)) == [manager]
    assert not networks_published_by(gone, TODAY).exists()


def test_a_proposal_of_a_network_without_anybody_goes_to_the_office(network):
    staff = UserFactory()
    AssignmentFactory(user=staff, role=Assignment.Role.PROGRAMME_STAFF)
    revision = begun(network, UserFactory(), **NEW)

    revisions.propose(revision=revision, by=revision.made_by, now=NOW)

    assert [mail.to for mail in Message.objects.all()] == [staff.email]


def test_confirming_makes_facts_of_the_report_the_word_of_the_network(network, coordinator):
    old = ActivityFactory(network=network, confirmed_on=None, facts_as_of=date(2013, 12, 1))
    fresh = ActivityFactory(network=network, confirmed_on=TODAY)

    count = revisions.confirm(activities=Activity.objects.all(), by=coordinator, on=TODAY)

    old.refresh_from_db()
    assert count == 1
    assert (old.confirmed_on, old.facts_as_of) == (TODAY, None)
    assert Activity.objects.get(pk=fresh.pk).confirmed_on == TODAY


def test_addresses_stay_different(network, coordinator):
    slugs = [approve(begun(network, coordinator, **NEW), coordinator).slug for _ in range(3)]

    assert slugs == ["gastles-over-robots-nabij", "gastles-over-robots-nabij-2", "gastles-over-robots-nabij-3"]
