"""The pages of the offer in the workspace: what one does there, who may, and how many queries it costs."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from activities.models import Activity, Occurrence, Revision
from enquiries.models import Registration, RegistrationEvent
from networks.models import Assignment
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory, open_day, small_country
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.schools.factories import MembershipFactory, SchoolFactory

WAT = {"title": "Gastles", "summary": "U krijgt een gast.", "kind": "guest_lesson"}


@pytest.fixture
def country(db):
    return small_country()


@pytest.fixture
def coordinator(country, sign_in):
    return sign_in(AssignmentFactory(network=country.network).user)


@pytest.fixture
def manager(country, coordinator, sign_in):
    user = AssignmentFactory(network=country.network, role=Assignment.Role.ACCOUNT_MANAGER).user
    client = sign_in(user)
    client.person = user
    return client


def url(name, *args):
    return reverse(f"workspace:{name}", args=args)


def text_of(response):
    return response.content.decode()


def post_step(client, revision, step, data, go=""):
    """Send a step as the browser does, with the stamp of what stood there."""
    address = url("revision-step", revision.uid, step)
    seen = client.get(address).context["seen"]
    return client.post(address, data | {"gezien": seen} | ({"ga": go} if go else {}))


def publish(client, revision):
    page = client.get(url("revision", revision.uid))
    return client.post(url("revision-publish", revision.uid), {"gezien": page.context["seen"]}, follow=True)


# --- the list ----------------------------------------------------------------------------------------------


def test_the_list_says_state_freshness_next_date_and_registrations(coordinator, country):
    today = timezone.localdate()
    Activity.objects.update(confirmed_on=today - timedelta(days=300))
    soon = OccurrenceFactory(activity=country.activity, starts_at=timezone.now() + timedelta(days=3))
    for kind in (RegistrationEvent.Kind.PLACED, RegistrationEvent.Kind.CANCELLED):
        registration = registered(SchoolFactory(), soon)
        RegistrationEvent.objects.create(registration=registration, kind=kind, happened_at=timezone.now())

    (row,) = coordinator.get("/beheer/aanbod/").context["rows"]

    assert (row.state, row.next_at, row.registration_count) == ("te-bevestigen", soon.starts_at, 1)
    assert "niet bevestigd sinds" in row.fading


def registered(school, occurrence):
    registration = Registration(school=school, sector="po", occurrence=occurrence)
    registration.form_key = registration.uid
    registration.registered_by = MembershipFactory(school=school).user
    registration.save()
    return registration


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "openbaar"),
        ({"confirmed_on": -200}, "te-bevestigen"),
        ({"confirmed_on": -400}, "uit-de-lijst"),
        ({"published_on": 10}, "gepland"),
        ({"published_on": None}, "niet-openbaar"),
        ({"ended_on": -1}, "geeindigd"),
    ],
)
def test_the_list_narrows_down_by_state_as_it_names_them(coordinator, country, values, state):
    today = timezone.localdate()
    days = {name: value and today + timedelta(days=value) for name, value in values.items()}
    ActivityFactory(network=country.network, slug="deze", **days)
    other = {"openbaar": {"ended_on": today}}.get(state, {})
    Activity.objects.filter(slug="training").update(**other)

    (row,) = coordinator.get("/beheer/aanbod/", {"stand": state}).context["rows"]

    assert (row.activity.slug, row.state) == ("deze", state)


def test_one_click_confirms_one_without_a_script_and_as_a_fragment(coordinator, country):
    old = timezone.localdate() - timedelta(days=300)
    Activity.objects.update(confirmed_on=old)

    page = coordinator.post("/beheer/aanbod/bevestig/", {"een": "training", "terug": "stand=openbaar"}, follow=True)

    assert page.redirect_chain[-1][0] == "/beheer/aanbod/?stand=openbaar"
    assert "1 activiteit is bevestigd." in text_of(page)
    assert Activity.objects.get().confirmed_on == timezone.localdate()

    Activity.objects.update(confirmed_on=old)
    fragment = coordinator.post("/beheer/aanbod/bevestig/", {"een": "training"}, headers={"HX-Request": "true"})

    assert text_of(fragment).strip().startswith("<tr>")
    assert "vandaag bevestigd" in text_of(fragment)


def test_many_are_confirmed_at_once_and_only_ones_own(coordinator, country):
    old = timezone.localdate() - timedelta(days=300)
    mine = ActivityFactory(network=country.network, confirmed_on=old)
    strange = ActivityFactory(confirmed_on=old)

    coordinator.post("/beheer/aanbod/bevestig/", {"activiteit": [mine.slug, strange.slug, "training"]})

    mine.refresh_from_db()
    strange.refresh_from_db()
    assert (mine.confirmed_on, strange.confirmed_on) == (timezone.localdate(), old)


def test_the_list_goes_along_as_it_is_filtered(coordinator, country):
    ActivityFactory(network=country.network, title="=cmd()", ended_on=date(2020, 2, 1))

    answer = coordinator.get("/beheer/aanbod/", {"stand": "geeindigd", "formaat": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert ";'=cmd();geëindigd;" in lines[1]


# --- making and changing -----------------------------------------------------------------------------------


def test_a_coordinator_makes_an_activity_from_a_blank(coordinator, country):
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": ""})
    revision = Revision.objects.get()
    assert post_step(coordinator, revision, "wat", WAT)["Location"] == url("revision-step", revision.uid, "voor-wie")
    post_step(coordinator, revision, "voor-wie", {"sectors": ["po"], "needs": ["curriculum"]})
    post_step(coordinator, revision, "vraagt-en-levert", {"effort_hours": "6", "cost_euro": "0"})
    post_step(coordinator, revision, "bewijs", {})
    post_step(coordinator, revision, "wanneer", {})

    assert not Activity.objects.filter(title="Gastles").exists()
    page = publish(coordinator, revision)

    activity = Activity.objects.get(title="Gastles")
    assert "Scholen zien dit nu." in text_of(page)
    assert (activity.effort_hours, activity.cost_euro, activity.needs) == (6, 0, ["curriculum"])
    assert "Gastles" in text_of(coordinator.get("/aanbod/"))


def test_going_back_and_forth_loses_nothing_not_even_what_is_wrong(coordinator, country):
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": ""})
    revision = Revision.objects.get()
    wrong = {"effort_hours": "veel", "intended_result": "Een robot."}

    away = post_step(coordinator, revision, "vraagt-en-levert", wrong, go="wat")
    back = text_of(coordinator.get(url("revision-step", revision.uid, "vraagt-en-levert")))

    assert away["Location"] == url("revision-step", revision.uid, "wat")
    assert 'value="veel"' in back
    assert "Een robot." in back
    assert "Vul een heel getal in" in back
    revision.refresh_from_db()
    assert revision.values["intended_result"] == "Een robot."

    post_step(coordinator, revision, "vraagt-en-levert", wrong | {"effort_hours": "6"})

    revision.refresh_from_db()
    assert (revision.typed, revision.values["effort_hours"]) == ({}, 6)


@pytest.mark.parametrize(
    ("step", "data", "said"),
    [
        ("wat", {"title": "", "summary": "x", "kind": "event"}, "Geef het een titel."),
        ("wat", {"title": "x" * 151, "summary": "x", "kind": "event"}, "Dit is te lang: 151 tekens."),
        ("wat", {"title": "x", "summary": "Voor allochtone jongeren", "kind": "event"}, "Schrijf niet over afkomst"),
        ("voor-wie", {"sectors": ["vwo"]}, "Dit antwoord kennen wij niet."),
        ("vraagt-en-levert", {"cost_euro": "-1"}, "Vul 0 of meer in"),
        ("bewijs", {"evidence": "proven", "evidence_result": "x"}, "Nodig voor “bewezen”."),
        ("wanneer", {"opens_on": "2027-02-01", "closes_on": "1-1-2027"}, "Dit ligt voor de dag waarop het opengaat."),
        ("wanneer", {"publish_on": "2020-01-01"}, "Deze dag is voorbij."),
        ("wanneer", {"ended_on": "morgen"}, "Dit is geen dag."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(coordinator, country, step, data, said):
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": ""})

    page = post_step(coordinator, Revision.objects.get(), step, data)

    assert page.status_code == 422
    assert said in text_of(page)
    for value in (value for value in data.values() if isinstance(value, str) and value):
        assert value in text_of(page)


def test_one_begins_with_last_years_copy_or_with_what_the_programme_does_elsewhere(coordinator, country):
    Activity.objects.update(closes_on=date(2027, 1, 1), effort_hours=7)
    elsewhere = NetworkFactory(programme=country.network.programme)
    ActivityFactory(network=elsewhere, slug="elders", title="Van elders", cost_euro=5)
    ActivityFactory(slug="vreemd", title="Van een ander programma")

    page = coordinator.get("/beheer/aanbod/nieuw/")
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": "training"})
    own = Revision.objects.latest("pk")
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": "elders"})
    borrowed = Revision.objects.latest("pk")
    refused = coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": "vreemd"})

    assert [activity.slug for activity in page.context["page"]] == ["elders"]
    assert (own.values["effort_hours"], own.values["closes_on"], own.activity) == (7, None, None)
    assert (borrowed.values["cost_euro"], borrowed.network) == (5, country.network)
    assert refused.status_code == 404


def test_a_proposal_goes_by_its_coordinator_who_sees_the_difference(coordinator, manager, country):
    manager.post(url("offer-edit", "training"))
    revision = Revision.objects.get()
    post_step(manager, revision, "wat", {"title": "Betere training", "summary": "Wat u doet.", "kind": "training"})
    assert manager.post(url("revision-publish", revision.uid), {"gezien": "x"}).status_code == 404
    manager.post(url("revision-propose", revision.uid))

    page = text_of(coordinator.get(url("revision", revision.uid)))
    assert "<del>Training in de klas</del>" in page
    assert "<ins>Betere training</ins>" in page
    assert "Training in de klas" in text_of(coordinator.get("/aanbod/training/"))

    publish(coordinator, revision)

    assert "Betere training" in text_of(coordinator.get("/aanbod/training/"))
    assert Message.objects.filter(to=manager.person.email, subject__contains="goedgekeurd").exists()


def test_a_coordinator_turns_a_proposal_down_with_a_note(coordinator, manager, country):
    manager.post(url("offer-edit", "training"))
    revision = Revision.objects.get()
    post_step(manager, revision, "wat", {"title": "Anders", "summary": "Wat u doet.", "kind": "training"})
    manager.post(url("revision-propose", revision.uid))

    bare = coordinator.post(url("revision-reject", revision.uid), {"note": ""})
    coordinator.post(url("revision-reject", revision.uid), {"note": "De titel was goed."})

    assert (bare.status_code, Activity.objects.get().title) == (409, "Training in de klas")
    assert "De titel was goed." in text_of(manager.get(url("revision", revision.uid)))
    assert "De titel was goed." in Message.objects.get(to=manager.person.email).text

    manager.post(url("revision-again", revision.uid))
    assert Revision.objects.latest("pk").values["title"] == "Anders"


def test_two_who_change_the_same_offer_see_each_other(coordinator, country, sign_in):
    second = sign_in(AssignmentFactory(network=country.network).user)
    revisions = []
    for client, title in ((coordinator, "Van mij"), (second, "Van hen")):
        client.post(url("offer-edit", "training"))
        revisions.append(Revision.objects.latest("pk"))
        post_step(client, revisions[-1], "wat", {"title": title, "summary": "Wat u doet.", "kind": "training"})
    mine, theirs = revisions
    stale = coordinator.get(url("revision", mine.uid)).context["seen"]
    publish(second, theirs)

    refused = coordinator.post(url("revision-publish", mine.uid), {"gezien": stale})
    page = coordinator.get(url("revision", mine.uid))
    assert refused.status_code == 409
    assert "Allebei gewijzigd" in text_of(page)
    coordinator.post(url("revision-merge", mine.uid), {"gezien": page.context["seen"], "veld-title": "mine"})
    publish(coordinator, mine)

    assert Activity.objects.get().title == "Van mij"


def test_who_saves_a_step_that_changed_meanwhile_keeps_what_was_typed(coordinator, country):
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": ""})
    revision = Revision.objects.get()
    address = url("revision-step", revision.uid, "wat")
    seen = coordinator.get(address).context["seen"]
    post_step(coordinator, revision, "wat", WAT)

    page = coordinator.post(address, WAT | {"title": "Mijn titel", "gezien": seen})

    assert page.status_code == 409
    assert 'value="Mijn titel"' in text_of(page)
    assert "Gastles" in text_of(page)
    revision.refresh_from_db()
    assert revision.values["title"] == "Gastles"


def test_a_scheduled_change_says_when_and_can_be_called_back(coordinator, country):
    day = timezone.localdate() + timedelta(days=10)
    coordinator.post(url("offer-edit", "training"))
    revision = Revision.objects.get()
    post_step(coordinator, revision, "wat", {"title": "Later", "summary": "Wat u doet.", "kind": "training"})
    post_step(coordinator, revision, "wanneer", {"publish_on": day.isoformat()})

    page = text_of(publish(coordinator, revision))
    assert "tot dan blijft wat er staat" in page
    assert Activity.objects.get().title == "Training in de klas"

    coordinator.post(url("revision-take-back", revision.uid))
    revision.refresh_from_db()
    assert revision.state == Revision.State.DRAFT


def test_a_draft_can_be_thrown_away_and_a_proposal_cannot(coordinator, manager, country):
    manager.post(url("offer-edit", "training"))
    revision = Revision.objects.get()
    post_step(manager, revision, "wat", {"title": "Anders", "summary": "Wat u doet.", "kind": "training"})
    manager.post(url("revision-propose", revision.uid))

    assert manager.post(url("revision-discard", revision.uid)).status_code == 409
    manager.post(url("revision-take-back", revision.uid))
    manager.post(url("revision-discard", revision.uid))

    assert not Revision.objects.exists()


def test_the_preview_is_the_public_page_with_a_badge(coordinator, country):
    coordinator.post(url("offer-edit", "training"))
    revision = Revision.objects.get()
    post_step(coordinator, revision, "wat", {"title": "Nog niet", "summary": "Nieuwe tekst.", "kind": "training"})

    page = text_of(coordinator.get(url("revision-preview", revision.uid)))

    assert "Voorbeeldweergave, niet openbaar." in page
    assert "Nieuwe tekst." in page
    assert "Past dit bij ons?" not in page
    assert "noindex" in page


def test_a_blank_draft_has_a_preview_and_an_audience_too(coordinator, country):
    coordinator.post("/beheer/aanbod/nieuw/", {"network": country.network.slug, "van": ""})
    revision = Revision.objects.get()

    for name in ("revision", "revision-preview", "revision-audience"):
        assert coordinator.get(url(name, revision.uid)).status_code == 200, name


def test_who_will_see_it_and_why_one_school_does_not(coordinator, country):
    SchoolFactory(code="99ZZ03", name="Vmbo Ver", sectors=["vmbo"], municipality=country.municipality)
    coordinator.post(url("offer-edit", "training"))
    revision = Revision.objects.get()

    page = text_of(coordinator.get(url("revision-audience", revision.uid), {"school": "99ZZ03"}))

    assert "<strong>1 school</strong> ziet dit" in page
    assert "De Regenboog" in page
    assert "Uw school heeft het vmbo" in page


# --- dates ---------------------------------------------------------------------------------------------------


def a_date(country, **values):
    first = timezone.localdate() + timedelta(days=8)
    return {
        "on": first.isoformat(),
        "begins": "13:30",
        "ends": "15:00",
        "rhythm": "once",
        "municipality": country.municipality.pk,
        "place": "Dorpshuis",
        "capacity": "12",
    } | values


def test_a_series_is_shown_first_and_then_added_once(coordinator, country):
    address = url("offer-dates", "training")
    first = open_day()
    until = (first + timedelta(days=14)).isoformat()
    data = a_date(country, on=first.isoformat(), rhythm="week", until=until)

    shown = coordinator.post(address, data | {"stap": "bekijk"})
    assert "Voeg deze 3 datums toe" in text_of(shown)
    assert "Wij kennen niet alle schoolvakanties" in text_of(shown)
    assert not Occurrence.objects.exists()
    for _ in range(2):
        coordinator.post(address, data | {"stap": "voeg-toe"})

    dates = list(Occurrence.objects.order_by("starts_at"))
    assert len(dates) == 3
    assert [timezone.localtime(each.starts_at).time() for each in dates] == [time(13, 30)] * 3
    assert {(each.capacity, each.places_left, each.municipality_id) for each in dates} == {
        (12, 12, country.municipality.pk)
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": "2020-01-01"}, "Deze dag is voorbij."),
        ({"ends": "13:00"}, "Dit is niet later dan het begin."),
        ({"municipality": ""}, "Kies de gemeente"),
        ({"rhythm": "week"}, "Vul in tot wanneer"),
        ({"capacity": "tien"}, "Vul een heel getal in"),
        ({"on": "2099-01-01"}, "meer dan drie jaar vooruit"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_stays_typed(coordinator, country, values, said):
    page = coordinator.post(url("offer-dates", "training"), a_date(country, **values) | {"stap": "voeg-toe"})

    assert page.status_code == 422
    assert said in text_of(page)
    assert "Dorpshuis" in text_of(page)
    assert not Occurrence.objects.exists()


@pytest.fixture
def full_date(country):
    """A date with one school that has a place."""
    starts = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=8), time(13, 30)))
    occurrence = OccurrenceFactory(
        activity=country.activity, starts_at=starts, capacity=3, places_left=2, municipality=country.municipality
    )
    registration = registered(country.school, occurrence)
    RegistrationEvent.objects.create(registration=registration, kind="placed", happened_at=timezone.now())
    occurrence.registration = registration
    return occurrence


def post_date(client, occurrence, data, address=None):
    address = address or url("offer-date", "training", occurrence.uid)
    return client.post(address, data | {"gezien": client.get(address).context["seen"]}, follow=True)


def test_moving_a_date_says_before_and_after_what_schools_hear(coordinator, country, full_date):
    address = url("offer-date", "training", full_date.uid)
    assert "Er is 1 groep aangemeld." in text_of(coordinator.get(address))

    page = post_date(coordinator, full_date, a_date(country, begins="14:00", ends="16:00"))

    assert "1 aangemelde groep krijgt nu bericht." in text_of(page)
    full_date.refresh_from_db()
    assert timezone.localtime(full_date.starts_at).time() == time(14, 0)
    assert full_date.places_left == 11
    assert Message.objects.filter(to=full_date.registration.registered_by.email).count() == 1


def test_fewer_places_than_were_given_takes_none_away(coordinator, country, full_date):
    page = post_date(coordinator, full_date, a_date(country, capacity="0"))

    assert "Er is 1 plaats meer vergeven" in text_of(page)
    assert Registration.objects.live().count() == 1


def test_calling_off_asks_first_and_tells_every_school(coordinator, country, full_date):
    address = url("offer-date-call-off", "training", full_date.uid)
    assert "1 aangemelde groep krijgt meteen bericht" in text_of(coordinator.get(address))

    page = coordinator.post(address, follow=True)

    full_date.refresh_from_db()
    assert full_date.is_cancelled
    assert "1 aangemelde groep krijgt nu bericht." in text_of(page)
    assert not Registration.objects.live().exists()
    assert Message.objects.filter(to=full_date.registration.registered_by.email).count() == 1

    coordinator.post(address, {"toch": "1"})
    full_date.refresh_from_db()
    assert not full_date.is_cancelled


def test_a_date_that_began_stays_as_it_was(coordinator, country, full_date):
    Occurrence.objects.update(starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now())
    address = url("offer-date", "training", full_date.uid)

    page = coordinator.post(address, a_date(country))
    off = coordinator.post(url("offer-date-call-off", "training", full_date.uid))

    assert (page.status_code, off.status_code) == (409, 409)
    assert reverse("enquiries:attendance", args=[full_date.uid]) in text_of(page)
    full_date.refresh_from_db()
    assert not full_date.is_cancelled


def test_two_who_change_one_date_do_not_overwrite_each_other(coordinator, country, full_date):
    address = url("offer-date", "training", full_date.uid)
    seen = coordinator.get(address).context["seen"]
    post_date(coordinator, full_date, a_date(country, place="Zaal 1"))

    page = coordinator.post(address, a_date(country, place="Zaal 2") | {"gezien": seen})

    assert page.status_code == 409
    assert "Zaal 2" in text_of(page)
    full_date.refresh_from_db()
    assert full_date.place == "Zaal 1"


# --- who may, and what it costs ------------------------------------------------------------------------------

READING = ["offer", "offer-dates", "offer-audience"]
CHANGING_GET = ["offer-date", "offer-date-call-off"]
OF_REVISION = ["revision", "revision-preview", "revision-audience"]
POSTS = [
    "revision-propose",
    "revision-publish",
    "revision-reject",
    "revision-merge",
    "revision-take-back",
    "revision-discard",
    "revision-again",
]
ROLES = {
    # role: (sees the inside, changes)
    "coordinator": (True, True),
    "account_manager": (True, True),
    "delegate": (True, True),
    "committee": (True, False),
    "region_coordinator": (True, False),
    "programme_staff": (True, True),
    "coordinator elsewhere": (False, False),
}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_and_changes_exactly_their_own(country, full_date, sign_in, role):
    user = UserFactory()
    scope = {"network": country.network}
    if role == "region_coordinator":
        scope = {"region": country.municipality.region}
    elif role == "programme_staff":
        scope = {}
    elif role == "coordinator elsewhere":
        scope = {"network": NetworkFactory()}
    AssignmentFactory(user=user, role=role.split()[0], **scope)
    maker = AssignmentFactory(network=country.network).user
    client = sign_in(user)
    revision = Revision.objects.create(network=country.network, activity=country.activity, made_by=maker)
    sees, changes = ROLES[role]

    listed = [row.activity.slug for row in client.get("/beheer/aanbod/").context["rows"]]
    assert listed == (["training"] if sees else [])
    for name in READING:
        assert client.get(url(name, "training")).status_code == (200 if sees else 404), name
    for name in OF_REVISION:
        assert client.get(url(name, revision.uid)).status_code == (200 if sees else 404), name
    for name in CHANGING_GET:
        assert client.get(url(name, "training", full_date.uid)).status_code == (200 if changes else 404), name
    assert client.post(url("offer-dates", "training"), {}).status_code == (422 if changes else 404)
    for name in ("offer-edit", "offer-copy"):
        assert client.post(url(name, "training")).status_code == (302 if changes else 404), name
    assert client.get(url("revision-step", revision.uid, "wat")).status_code in ((200, 302) if changes else (404,))
    if not changes:
        for name in POSTS:
            assert client.post(url(name, revision.uid)).status_code == 404, name
        client.post("/beheer/aanbod/bevestig/", {"een": "training"})
        new = client.get("/beheer/aanbod/nieuw/")
        assert new.status_code == (200 if role == "coordinator elsewhere" else 404)
        assert not Revision.objects.exclude(pk=revision.pk).exists()


def test_who_has_no_assignment_does_not_get_in(country, sign_in):
    client = sign_in(MembershipFactory(school=country.school).user)

    assert client.get("/beheer/aanbod/").status_code == 403
    assert client.get(url("offer", "training")).status_code == 403


def test_a_proposal_of_another_is_not_mine_to_send_or_throw_away(country, coordinator, manager):
    revision = Revision.objects.create(network=country.network, made_by=UserFactory())

    assert manager.post(url("revision-propose", revision.uid)).status_code == 404
    assert manager.post(url("revision-discard", revision.uid)).status_code == 404
    assert manager.get(url("revision-step", revision.uid, "wat"))["Location"] == url("revision", revision.uid)


def queries_of(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "path", ["/beheer/aanbod/", "/beheer/aanbod/nieuw/", "/beheer/aanbod/activiteit/training/datums/"]
)
def test_thirty_rows_cost_as_many_queries_as_one(
    coordinator, country, full_date, path, django_assert_max_num_queries
):
    Revision.objects.create(network=country.network, made_by=UserFactory(), values={"title": "x"})
    ActivityFactory(network=NetworkFactory(programme=country.network.programme))
    few = queries_of(coordinator, path, django_assert_max_num_queries)

    for number in range(30):
        activity = ActivityFactory(network=country.network)
        OccurrenceFactory(activity=country.activity, starts_at=timezone.now() + timedelta(days=number))
        OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=number))
        ActivityFactory(network=NetworkFactory(programme=country.network.programme))
        Revision.objects.create(network=country.network, made_by=UserFactory(), values={"title": "x"})
    many = queries_of(coordinator, path, django_assert_max_num_queries)

    assert many == few
    assert few <= 20
