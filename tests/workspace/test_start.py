""" "Nu doen": what waits, in which order, and that every number is the length of its list."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Revision
from enquiries.models import State
from enquiries.models.asking import EnquiryEvent
from networks.models import ContactRole, Network
from quality.models import Obligation
from schools.models import Membership
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory
from tests.quality.factories import ObligationFactory
from tests.regions.factories import MunicipalityFactory, RegionFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.world import DAY, ask, fill, join, today
from workspace.start import SHOWN, SOURCES, GoneError, Person, do, group_of, groups_for

START = reverse("workspace:start")


def person(home, role="coordinator"):
    return Person(home.people[role], timezone.now())


def claim(school):
    return Membership.objects.create(user=UserFactory(), school=school, role="teacher", asked_at=timezone.now())


def fill_all(home):
    fill(home, home.network)
    claim(home.school)
    Network.objects.filter(pk=home.network.pk).update(confirmed_on=None)


def titles(group):
    return [todo.title for todo in group.todos]


def test_empty_is_a_pleasant_page(home, as_role):
    page = as_role("coordinator").get(START)

    assert page.status_code == 200
    assert "U bent bij. Er wacht nu niets." in page.text


def test_every_kind_of_work_is_there_once_and_nothing_of_others(home, as_role):
    fill_all(home)
    fill(home, home.elsewhere)
    claim(SchoolFactory(municipality=home.far))

    groups = {group.source.kind: group for group in groups_for(person(home))}

    assert set(groups) == set(SOURCES)
    assert {kind: group.count for kind, group in groups.items()} == dict.fromkeys(SOURCES, 1)
    page = as_role("coordinator").get(START).text
    for source in SOURCES.values():
        assert str(source.heading) in page


@pytest.mark.parametrize("kind", SOURCES)
def test_the_number_is_the_length_of_the_list_behind_it(home, as_role, kind):
    fill_all(home)
    for _each in range(SHOWN + 2):
        fill(home, home.network)
        claim(home.school)

    group = group_of(SOURCES[kind], person(home))
    page = as_role("coordinator").get(reverse("workspace:todos", args=[kind]))

    assert group.count == SOURCES[kind].rows(person(home)).count()
    assert group.count == (1 if kind == "netwerken" else SHOWN + 3)
    assert len(group.todos) == min(group.count, SHOWN)
    assert page.text.count('<li class="todo') == group.count
    assert page.context["page"].paginator.count == group.count


def test_the_most_urgent_comes_first_within_and_between_kinds(home):
    ObligationFactory(network=home.network, title="late", due_on=today() - 9 * DAY)
    ObligationFactory(network=home.network, title="soon", due_on=today() + 2 * DAY)
    ask(home, days_left=5)
    ask(home, days_left=-2)
    ContactRoleFactory(network=home.network, confirmed_on=None)

    groups = groups_for(person(home))

    assert [group.source.kind for group in groups] == ["verplichtingen", "vragen", "contacten"]
    assert titles(groups[0]) == ["late", "soon"]
    assert [todo.is_late for todo in groups[1].todos] == [True, False]


def test_what_is_not_waiting_is_not_there(home):
    answered, withdrawn = ask(home), ask(home)
    for recipient, kind in ((answered, "answered"), (withdrawn, "closed")):
        EnquiryEvent.objects.create(
            enquiry=recipient.enquiry, recipient=recipient, kind=kind, happened_at=timezone.now()
        )
    join(home, kind="confirmed")
    join(home, kind="waitlisted")
    past, ahead = timezone.now() - 3 * DAY, timezone.now() + 3 * DAY
    recorded = OccurrenceFactory(activity=ActivityFactory(network=home.network, confirmed_on=today()), starts_at=past)
    join(home, occurrence=recorded, kind="attended")
    to_come = OccurrenceFactory(activity=recorded.activity, starts_at=ahead)
    join(home, occurrence=to_come, kind="placed")
    OccurrenceFactory(activity=recorded.activity, starts_at=past)  # nobody came
    off = OccurrenceFactory(activity=recorded.activity, starts_at=past, cancelled_at=past)
    join(home, occurrence=off, kind="placed")
    old = today() - 400 * DAY
    ActivityFactory(network=home.network, confirmed_on=old, facts_as_of=old)
    ActivityFactory(network=home.network, confirmed_on=old, published_on=None)
    ObligationFactory(network=home.network, due_on=today() + Obligation.SHOWN_BEFORE + DAY)
    ObligationFactory(network=home.network, due_on=today() - DAY, done_at=timezone.now())
    Revision.objects.create(network=home.network, values={"title": "concept"})
    decided = {"proposed_at": past, "approved_at": past}
    Revision.objects.create(network=home.network, values={"title": "klaar"}, **decided)

    assert groups_for(person(home)) == []


def test_the_clock_ran_out_and_nobody_stands_behind_is_still_there(home):
    late = ask(home, days_left=-9)
    EnquiryEvent.objects.create(enquiry=late.enquiry, recipient=late, kind="expired", happened_at=timezone.now())

    (group,) = groups_for(person(home))

    assert (group.source.kind, group.todos[0].is_late) == ("vragen", True)


def test_a_school_without_name_stays_so(home, as_role):
    ask(home, anonymous=True)

    page = as_role("coordinator").get(START).text

    assert home.school.name not in page
    assert "een school die haar naam nog niet noemt" in page


def test_the_desk_of_a_region_has_its_own_work(home):
    mine = ContactRoleFactory(region=home.place.region, confirmed_on=None)
    ContactRoleFactory(region=RegionFactory(), confirmed_on=None)
    fill(home, home.network)

    groups = {group.source.kind: group.count for group in groups_for(person(home, "region coordinator"))}

    assert groups == {"contacten": 1}
    assert mine.pk == ContactRole.objects.get(region=home.place.region).pk


DONE = {
    "aanmeldingen": lambda row: row.state == State.CONFIRMED,
    "leden": lambda row: row.is_active,
    "verplichtingen": lambda row: row.done_at is not None,
    "aanbod": lambda row: row.confirmed_on == today(),
    "contacten": lambda row: row.confirmed_on == today(),
    "netwerken": lambda row: row.confirmed_on == today(),
}


@pytest.mark.parametrize("kind", DONE)
@pytest.mark.parametrize("with_htmx", [True, False])
def test_one_button_does_it_in_place_and_says_so(home, as_role, kind, with_htmx):
    fill_all(home)
    source = SOURCES[kind]
    row = source.rows(person(home)).get()
    client = as_role("coordinator")

    answer = client.post(
        reverse("workspace:todo", args=[kind, row.pk]), headers={"HX-Request": "true"} if with_htmx else {}
    )

    if with_htmx:
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert f'id="nu-doen-{kind}"' in answer.text
        assert str(source.done) in answer.text
    else:
        assert (answer.status_code, answer["Location"]) == (302, START)
        assert str(source.done) in client.get(START).text
    assert DONE[kind](type(row).objects.get(pk=row.pk))
    assert not source.rows(person(home)).exists()


def test_every_source_with_a_button_is_tried_above():
    assert {kind for kind, source in SOURCES.items() if source.act} == set(DONE)


@pytest.mark.parametrize("kind", DONE)
def test_what_was_done_meanwhile_is_told_and_not_done_twice(home, kind):
    fill_all(home)
    row = SOURCES[kind].rows(person(home)).get()
    do(SOURCES[kind], str(row.pk), person(home))

    for key in (str(row.pk), "0", "geen"):
        with pytest.raises(GoneError):
            do(SOURCES[kind], key, person(home))


@pytest.mark.parametrize("path", ["nu-doen/contacten/", "netwerken/", "contacten/"])
def test_every_list_goes_along_as_a_file(home, as_role, path):
    ContactRoleFactory(network=home.network, person__name="=cmd|' /C calc'!A0", confirmed_on=None)
    Network.objects.filter(pk=home.network.pk).update(name="=Netwerk")
    client = as_role("coordinator")

    file = client.get(f"/beheer/{path}?formaat=csv")

    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert file.status_code == 200
    assert len(lines) == 1 + client.get(f"/beheer/{path}").context["page"].paginator.count
    assert "'=" in lines[1] or "'=" in lines[-1]
    assert client.get(f"/beheer/{path}?formaat=xlsx").status_code == 200
    assert client.get(f"/beheer/{path}?formaat=pdf").status_code == 400


def test_a_proposal_waits_for_who_may_approve_it(home):
    Revision.objects.create(network=home.network, values={"title": "Nieuw"}, proposed_at=timezone.now())

    assert [group.source.kind for group in groups_for(person(home))] == ["voorstellen"]
    assert groups_for(person(home, "account manager")) == []


def test_what_needs_a_page_has_no_button_in_place(home, as_role):
    recipient = ask(home)

    assert as_role("coordinator").post(reverse("workspace:todo", args=["vragen", recipient.pk])).status_code == 404
    assert as_role("coordinator").get(reverse("workspace:todos", args=["niets"])).status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "delegate", "region coordinator", "staff"])
def test_twenty_queries_at_most_whatever_others_have(home, as_role, role, django_assert_max_num_queries):
    fill_all(home)
    client = as_role(role)
    client.get(START)
    with django_assert_max_num_queries(20) as few:
        client.get(START)
    for _each in range(4):
        fill_all(home)
        network = NetworkFactory(programme=home.programme, area=[MunicipalityFactory()], confirmed_on=None)
        fill(home, network)

    with django_assert_max_num_queries(20) as many:
        client.get(START)

    assert len(many) <= len(few)
