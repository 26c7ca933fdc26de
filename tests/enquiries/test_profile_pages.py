"""The pages of the profile and the intake."""

import re

import pytest
from django.urls import reverse

from activities.models import Participation
from enquiries.intake_advice import advice_for
from loket.vocabulary import IntakeReason
from networks.models import Assignment
from networks.rights import grant
from schools.models import Intake, Profile
from schools.profiles import current_profile
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import MembershipFactory, SchoolFactory

NOTHING = {"phase": "", "needs": [], "barriers": [], "seen": ""}


@pytest.fixture
def school(db):
    return SchoolFactory(
        code="12AB00", name="De Regenboog", sectors=["vmbo", "vwo"], municipality=MunicipalityFactory()
    )


@pytest.fixture
def member(school, sign_in):
    return sign_in(MembershipFactory(school=school).user)


@pytest.fixture
def coordinator(school, sign_in):
    network = NetworkFactory(area=[school.municipality])
    return sign_in(grant(user=UserFactory(), role=Assignment.Role.COORDINATOR, network=network, by=None).user)


PROFILE, VWO, INTAKE = (
    "/mijn/12AB00/profiel/",
    "/mijn/12AB00/profiel/vwo/",
    "/mijn/12AB00/intake/",
)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_what_was_not_said_shows_what_loket_assumes(member):
    page = text_of(member.get(PROFILE))

    assert "we gaan de diepte in (nog niet gezegd; hier gaat Loket van uit)" in page
    assert "we kijken rond (nog niet gezegd" in page
    assert "Loket gaat uit van: we gaan de diepte in" in text_of(member.get(VWO))


def test_a_member_sets_it_and_reads_what_happens(member):
    page = text_of(member.post(VWO, NOTHING | {"phase": "invoering", "needs": ["girls"]}, follow=True))

    assert "Het loket van de school begint er voortaan mee." in page
    assert "we voeren in" in page
    assert "meisjes en techniek" in page
    assert "(coördinator)" not in page


def test_a_coordinator_sets_it_too_and_the_history_says_so(school, member, coordinator):
    member.post(VWO, NOTHING | {"phase": "invoering"})
    seen = Profile.objects.get().pk

    assert "U vult dit in als coördinator." in text_of(coordinator.get(VWO))
    coordinator.post(VWO, NOTHING | {"phase": "verdieping", "barriers": ["no_time"], "seen": seen})

    page = text_of(member.get(PROFILE))
    assert "(coördinator)" in page
    assert "Fase: we voeren in → we gaan de diepte in" in page or "fase: we voeren in → we gaan de diepte in" in page
    assert current_profile(school)["vwo"].by_coordinator


def test_two_people_at_once_lose_nothing(school, member, coordinator):
    member.post(VWO, NOTHING | {"phase": "invoering"})

    response = coordinator.post(VWO, NOTHING | {"phase": "verdieping", "needs": ["girls"]})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Intussen heeft iemand anders het profiel gewijzigd" in page
    assert re.search(r'<input[^>]*value="verdieping"[^>]*checked', page)
    seen = re.search(r'name="seen"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="seen"', page)
    assert seen

    coordinator.post(VWO, NOTHING | {"phase": "verdieping", "seen": seen[1] or seen[2]})

    assert current_profile(school)["vwo"].phase == "verdieping"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"phase": "klaar"}, "Deze fase kennen wij niet."),
        ({"needs": ["girls", "geld"]}, "“geld” kennen wij niet."),
        ({"barriers": ["regen"]}, "“regen” kennen wij niet."),
    ],
)
def test_what_the_form_does_not_offer_is_told(member, data, said):
    assert said in text_of(member.post(VWO, NOTHING | data))
    assert not Profile.objects.exists()


def test_a_sector_that_the_school_has_not_is_not_there(member):
    assert member.get("/mijn/12AB00/profiel/po/").status_code == 404
    assert member.get("/mijn/12AB00/profiel/mbo/").status_code == 404


def test_special_education_alone_reads_why_there_is_no_form(school, member):
    school.sectors = ["vso"]
    school.save()

    assert "Deze school heeft geen sector met een profiel" in text_of(member.get(PROFILE))


def test_a_long_history_costs_no_more_queries(school, member, django_assert_max_num_queries):
    def change(number):
        phase = "invoering" if number % 2 else "verdieping"
        Profile.objects.create(school=school, sector="vwo", phase=phase, set_by=UserFactory())

    change(0)
    member.get(PROFILE)
    for number in range(1, 30):
        change(number)

    with django_assert_max_num_queries(15):
        member.get(PROFILE)


# --- the intake ----------------------------------------------------------------------------------
def test_each_reason_has_a_sentence_and_links_that_work(school, client):
    advice = advice_for(school, IntakeReason.values)

    assert [each.reason for each in advice] == [str(reason.label) for reason in IntakeReason]
    for each in advice:
        assert each.sentence.endswith(".")
        for _words, address in each.links:
            response = client.get(address)
            assert response.status_code == 200, address
            assert "kennen wij niet" not in response.content.decode(), address


def test_the_answer_is_kept_and_says_what_helps(school, member, coordinator):
    page = text_of(member.post(INTAKE, {"reasons": ["no_means", "teachers"]}, follow=True))

    assert "“we hebben er geen middelen voor”" in page
    assert "/loket/12AB00/?belemmering=no_money" in member.get(INTAKE).content.decode()
    assert Intake.objects.get().reasons == ["no_means", "teachers"]
    assert "“ons team is niet enthousiast”" in text_of(coordinator.get(INTAKE))


def test_an_answer_without_a_reason_is_no_answer(member):
    assert "Kies ten minste één reden." in text_of(member.post(INTAKE, {}))
    assert not Intake.objects.exists()


def test_a_coordinator_reads_the_answer_and_does_not_give_it(coordinator):
    assert "De school heeft dit nog niet beantwoord" in text_of(coordinator.get(INTAKE))
    assert coordinator.post(INTAKE, {"reasons": ["no_means"]}).status_code == 404
    assert not Intake.objects.exists()


def test_a_school_that_takes_part_is_not_asked(school, member):
    Participation.objects.create(
        school=school, programme=ProgrammeFactory(), sector="vwo", school_year="2026-2027", started_on="2026-09-01"
    )

    page = member.get(INTAKE).content.decode()

    assert "Uw school doet al iets." in page
    assert 'name="reasons"' not in page
    assert reverse("enquiries:intake", args=["12AB00"]) not in member.get("/mijn/12AB00/").content.decode()
