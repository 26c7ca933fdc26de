"""The ministry reads figures of the nation, and nothing that tells of a network, a place, a school or a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.access import OBSERVED, Viewer, viewer_for
from dashboards.registry import FIGURES
from networks.admin import AssignmentForm
from networks.models import Assignment
from networks.own_data import assignments
from networks.rights import (
    contacts_changed_by,
    grant,
    is_coordinator,
    is_observer,
    is_programme_staff,
    networks_changed_by,
    networks_published_by,
    networks_seen_by,
    regions_coordinated_by,
    schools_coordinated_by,
)
from reminders.audience import Audience
from tests.accounts.factories import UserFactory
from tests.schools.factories import MembershipFactory

Role = Assignment.Role
PLACES = {"regio", "gemeente", "netwerk", "fase", "zoekopdracht"}


@pytest.fixture
def observer(home):
    user = UserFactory()
    grant(user=user, role=Role.OBSERVER, by=None)
    return user


@pytest.fixture
def browser(observer, sign_in):
    return sign_in(observer)


def test_after_login_one_comes_at_the_figures(browser):
    assert browser.get(reverse("enquiries:begin"))["Location"] == "/dashboard/"
    assert 'href="/dashboard/"' in browser.get(reverse("enquiries:my")).content.decode()


def test_who_is_also_a_member_comes_at_the_own_school_with_a_way_to_the_figures(browser, observer, home):
    MembershipFactory(user=observer, school=home.one)

    assert browser.get(reverse("enquiries:begin"))["Location"] == reverse("enquiries:my")
    assert 'href="/dashboard/"' in browser.get(reverse("enquiries:my")).content.decode()


def test_a_second_step_is_obliged(observer, client):
    observer.refresh_from_db()
    client.force_login(observer)

    assert observer.mfa_required
    assert client.get("/dashboard/").status_code == 302


def test_the_role_opens_no_row(observer):
    on = timezone.localdate()

    for rows in (
        networks_seen_by,
        networks_changed_by,
        networks_published_by,
        schools_coordinated_by,
        contacts_changed_by,
        regions_coordinated_by,
    ):
        assert not rows(observer, on).exists(), rows.__name__
    assert is_observer(observer, on)
    assert not is_coordinator(observer, on)
    assert not is_programme_staff(observer, on)


def test_another_role_beside_it_is_the_one_that_counts(home, observer):
    on = timezone.localdate()
    grant(user=observer, role=Role.COORDINATOR, network=home.network, by=None)

    assert viewer_for(observer, on).sees_rows
    assert not viewer_for(observer, on).is_observer
    assert is_coordinator(observer, on)
    assert not is_observer(observer, on)


@pytest.mark.parametrize("key", list(FIGURES))
def test_exactly_the_figures_that_are_not_about_persons(browser, key):
    """Those of persons are read as everybody reads them: on the open page, with few splits."""
    pages = [browser.get(f"/dashboard/cijfers/{key}/{query}") for query in ("", "?formaat=json")]

    if FIGURES[key].of_persons:
        assert {page["Location"] for page in pages} == {f"/dashboard/open/{key}/"}
    else:
        assert {page.status_code for page in pages} == {200}
    assert browser.get(f"/dashboard/cijfers/{key}/scholen/").status_code == 404


@pytest.mark.parametrize("key", [figure.key for figure in FIGURES.values() if not figure.of_persons])
def test_every_split_of_the_nation_and_none_of_a_place(browser, key):
    figure = FIGURES[key]
    programme = {"programma": "lob-meisjes"} if figure.per_programme else {}
    for split in figure.dimensions:
        status = browser.get(f"/dashboard/cijfers/{key}/", {"per": split, **programme}).status_code
        assert status == (400 if split in PLACES else 200), split
    assert not PLACES & OBSERVED
    assert set(Viewer(is_observer=True).dimensions(figure)) == set(figure.dimensions) - PLACES


@pytest.mark.parametrize(
    "query",
    [
        "?regio={region}",
        "?gemeente={place}",
        "?netwerk={network}",
        "?naast=regio:{region}",
        "?naast=gemeente:{place}",
        "?naast=netwerk:{network}",
        "?per=gemeente&netwerk={network}",
    ],
)
@pytest.mark.parametrize("ending", ["", "kaart.json", "&formaat=csv"])
def test_no_place_and_no_network_can_be_chosen(browser, home, query, ending):
    query = query.format(region=home.assen.region.slug, place=home.assen.slug, network=home.network.slug)
    address = f"/dashboard/cijfers/deelname/{query}{ending}"
    if ending == "kaart.json":
        address = f"/dashboard/cijfers/deelname/kaart.json{query}&per=landsdeel"

    assert browser.get(address).status_code == 400


def test_no_page_of_the_figures_names_a_network_or_leads_to_the_workspace(browser, home):
    for address in ("/dashboard/", "/dashboard/definities/", "/dashboard/cijfers/deelname/?per=programma"):
        page = browser.get(address).content.decode()
        main = page[page.index('<div class="workspace">') : page.index("</main>")]
        assert home.network.name not in main, address
        assert "/beheer/" not in main, address
        assert "/dashboard/risicos/" not in main, address


def test_the_overview_is_not_that_of_somebody_else(browser, sign_in, home):
    staff = UserFactory()
    grant(user=staff, role=Role.PROGRAMME_STAFF, by=None)
    sign_in(staff).get("/dashboard/")

    assert browser.get("/dashboard/").context["viewer"].is_observer
    scopes = {Viewer(**{name: True}).scope for name in ("is_staff", "is_observer", "sees_rows", "is_public")}
    assert len(scopes) == 4


def test_the_workspace_decisions_and_questions_are_closed(browser):
    for address in ("/beheer/", reverse("enquiries:approvals")):
        assert browser.get(address).status_code == 403, address
    assert browser.get(reverse("enquiries:received")).status_code == 404


def test_nobody_of_the_ministry_is_reminded(observer, home):
    audience = Audience(timezone.localdate())

    told = [*audience.office, *audience.of_network(home.network.pk), *audience.of_region(home.assen.region.pk)]
    assert observer.email not in str(told)
    assert not audience.of_assignments("network", None) + audience.of_assignments("region", None)


@pytest.mark.parametrize(("scope", "is_right"), [({}, True), ({"network": True}, False), ({"region": True}, False)])
def test_the_admin_and_the_database_give_it_no_scope(home, scope, is_right):
    given = {
        name: value for name, value in {"network": home.network, "region": home.assen.region}.items() if name in scope
    }
    form = AssignmentForm(
        {"user": UserFactory().pk, "role": Role.OBSERVER, **{name: row.pk for name, row in given.items()}}
    )

    assert form.is_valid() is is_right, form.errors


def test_the_own_data_name_the_role(browser, observer):
    _title, rows = assignments(observer)

    assert [row["rol"] for row in rows] == ["ministerie (alleen cijfers)"]


def test_when_it_ends_the_figures_close(browser, observer):
    Assignment.objects.filter(user=observer).update(until_on=timezone.localdate() - timedelta(days=1))

    assert browser.get("/dashboard/").status_code == 403
    assert browser.get(reverse("enquiries:begin"))["Location"] == reverse("enquiries:my")
