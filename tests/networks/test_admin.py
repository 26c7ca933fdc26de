"""The admin of the rooms: every screen opens, JSON and areas are entered safely."""

import json
from datetime import date

import pytest
from django.contrib import admin
from django.forms import modelform_factory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, User
from activities.models import Activity, Advice, Entry, Note, Participation, Pin, Revision, SearchMiss, Subsidy
from networks.admin import ProgrammeForm
from networks.models import Assignment, ContactRole, Network, Programme
from schools.models import Institution, Intake, Invitation, Membership, Profile, School
from tests.accounts.factories import UserFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory, OfficeFactory, ProvinceFactory, RegionFactory

ROOMS = {"regions", "schools", "networks", "activities"}
MODELS = sorted((model for model in admin.site._registry if model._meta.app_label in ROOMS), key=str)
EMPTY_INLINES = {
    f"{prefix}-{key}": 0
    for prefix in ("contacts", "partnerships", "support_points", "roles")
    for key in ("TOTAL_FORMS", "INITIAL_FORMS")
}
# Written by visitors, or on pages that also tell whom it concerns.
WRITTEN_ELSEWHERE = [
    *(Note, SearchMiss, Membership, Invitation, Profile, Intake),
    *(Participation, Entry, Revision, Pin, Advice),
]


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("beheer@voorbeeld.example", "onbelangrijk"))
    return client


@pytest.fixture
def rows(db):
    """At least one row of nearly every model, so that lists show their columns."""
    place = MunicipalityFactory(province=ProvinceFactory())
    network = NetworkFactory(area=[place], lead=OfficeFactory(), is_sample=True)
    network.support_points.create(name="Steunpunt", municipality=place)
    ContactRoleFactory(network=network)
    ContactRoleFactory(region=place.region)
    Subsidy.objects.create(slug="regeling", name="Regeling", programme=network.programme)
    Activity.objects.create(
        slug="les", network=network, title="Les", summary="Een les.", kind="training", sectors=["po"]
    )
    school = School.objects.create(
        code="12AB00",
        institution=Institution.objects.create(brin="12AB"),
        name="School",
        kind="bo",
        municipality=place,
        source="test",
        source_date=date(2026, 11, 24),
    )
    user = UserFactory()
    Membership.objects.create(user=user, school=school, role="teacher")
    Invitation.objects.create(
        school=school, email="a@voorbeeld.example", role="teacher", invited_by=user, expires_at=timezone.now()
    )
    Profile.objects.create(school=school, sector="po", set_by=user)
    Intake.objects.create(school=school, reasons=["no_means"], answered_by=user)
    Assignment.objects.create(user=user, role="coordinator", network=network)
    return network


def url(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", WRITTEN_ELSEWHERE, ids=lambda model: model.__name__)
def test_what_others_wrote_cannot_be_made_up_by_staff(model, staff, rows):
    assert staff.get(url(model, "add")).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_search_and_forms_open(model, staff, rows):
    row = model.objects.order_by("pk").first()
    addresses = [url(model, "changelist")]
    if model not in WRITTEN_ELSEWHERE:
        addresses.append(url(model, "add"))
    if admin.site._registry[model].search_fields:
        addresses.append(url(model, "changelist") + "?q=a")
    if row:
        addresses.append(url(model, "change", row.pk))

    assert [staff.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_a_long_list_takes_as_many_queries_as_a_short_one(staff, rows, django_assert_max_num_queries):
    for _ in range(20):
        ContactRoleFactory(network=NetworkFactory(area=[MunicipalityFactory()]))

    for model in (Network, ContactRole):
        staff.get(url(model, "changelist"))
        with django_assert_max_num_queries(12):
            staff.get(url(model, "changelist"))


def network_form(network, **changes):
    return {"name": network.name, "slug": network.slug, "programme": network.programme_id, **EMPTY_INLINES, **changes}


def test_a_whole_region_is_added_to_what_was_picked_by_hand(staff, rows):
    region = RegionFactory()
    inside, by_hand = [MunicipalityFactory(region=region) for _ in range(2)], MunicipalityFactory()
    form = network_form(rows, municipalities=[by_hand.code], add_regions=[region.pk])

    response = staff.post(url(Network, "change", rows.pk), form)

    assert response.status_code == 302
    assert set(rows.area.all()) == {*inside, by_hand}


def test_confirming_today_is_one_action(staff, rows):
    data = {"action": "confirm_today", "_selected_action": [rows.pk]}

    staff.post(url(Network, "changelist"), data)

    rows.refresh_from_db()
    assert rows.confirmed_on == timezone.localdate()


@pytest.mark.parametrize("owners", [0, 2])
def test_a_contact_for_none_or_two_owners_is_refused_in_words(staff, rows, owners):
    chosen = {"network": rows.pk, "region": RegionFactory().pk} if owners else {}
    data = {"person": PersonFactory().pk, "title": "coördinator", "order": 1, **chosen}

    response = staff.post(url(ContactRole, "add"), data)

    assert "Kies precies één eigenaar van dit contact." in response.content.decode()


def test_sectors_are_ticked_and_not_typed(staff, rows):
    page = staff.get(url(Activity, "add")).content.decode()

    assert 'type="checkbox" name="sectors" value="vmbo"' in page


def errors_of(field, value):
    form = modelform_factory(Programme, ProgrammeForm, fields=[field])({field: value})
    return form.errors.get(field, [])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("serves", '{"mbo": {}}', "mbo is geen sector. Kies uit: po, vmbo"),
        ("serves", '{"po": {"third": []}}', "third is geen rang."),
        ("serves", '{"po": {"primary": "girls"}}', "po.primary moet een lijst zijn."),
        ("serves", '{"po": {"primary": ["geld"]}}', "geld is geen behoefte."),
        ("serves", '["po"]', "Dit moet {…} zijn"),
        ("scores", '{"havo": {}}', "havo is geen groep. Kies uit: po, vo."),
        ("scores", '{"po": {"results": 5.1}}', "po.results moet een getal van 1 tot en met 5 zijn."),
        ("scores", '{"po": {"n": true}}', "po.n moet een getal van 0"),
        ("scores", '{"po": {"cijfer": 3}}', "cijfer is geen onderdeel."),
        (
            "continuation",
            '{"vo": {"whole_school": 101}}',
            "vo.whole_school moet een getal van 0 tot",
        ),
        ("targets", '{"value": 1}', "Dit moet een lijst van {…} zijn."),
    ],
)
def test_json_that_pages_could_not_read_is_refused_in_words(db, field, value, message):
    assert message in " ".join(errors_of(field, value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serves", '{"po": {"primary": ["girls"], "secondary": []}}'),
        ("serves", ""),
        ("scores", '{"vo": {"goals_clear": 4.4, "n": 130, "few_respondents": true, "label": "thema"}}'),
        ("continuation", '{"vo": {"whole_school": 84}}'),
        ("measurements", ""),
    ],
)
def test_good_json_and_an_empty_field_are_taken(db, field, value):
    assert errors_of(field, value) == []


def test_a_programme_is_saved_from_its_form(staff):
    programme = ProgrammeFactory()
    data = {
        "slug": programme.slug,
        "name": "Nieuw",
        "status": "lopend",
        "availability": "open",
        "sectors": ["po"],
        "confirm_after_months": 3,
        "fade_after_months": 6,
        "hide_after_months": 12,
    }

    response = staff.post(url(type(programme), "change", programme.pk), data | EMPTY_INLINES)

    programme.refresh_from_db()
    assert response.status_code == 302
    assert programme.confirm_after_months == 3
    assert (programme.name, programme.sectors, programme.serves, programme.targets) == ("Nieuw", ["po"], {}, [])


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("targets", {"indicator": "scholen", "value": "abc", "unit": "scholen", "measured_by": "alles"}),
        ("targets", {"indicator": "scholen", "value": 3, "unit": "scholen", "baseline": "3"}),
        ("measurements", {"indicator": "scholen", "value": 3, "unit": "scholen", "date": "ooit"}),
    ],
)
def test_a_row_that_pages_could_not_read_is_named(db, field, row):
    assert errors_of(field, json.dumps([row]))[0].startswith("Rij 1, “")


def test_rows_that_somebody_else_entered_meanwhile_stay(staff):
    old = [{"indicator": "scholen", "value": 3, "unit": "scholen"}]
    programme = ProgrammeFactory(targets=old)
    page = url(type(programme), "change", programme.pk)
    shown = staff.get(page).context["adminform"].form
    assert 'name="initial-targets"' in str(shown["targets"])
    new = [*old, {"indicator": "bedrijven", "value": 5, "unit": "bedrijven"}]
    type(programme).objects.filter(pk=programme.pk).update(targets=new)
    sent = {name: shown[name].value() for name in ("slug", "name", "status", "availability")} | EMPTY_INLINES
    sent |= {f"{name}_after_months": 12 for name in ("confirm", "fade", "hide")}
    sent |= {"initial-targets": json.dumps(old), "initial-measurements": "[]"}

    refused = staff.post(page, sent | {"targets": "[]"})
    assert "Iemand anders veranderde dit intussen." in refused.content.decode()
    assert staff.post(page, sent | {"targets": json.dumps(old)}).status_code == 302

    programme.refresh_from_db()
    assert programme.targets == new


# --- who may do what -----------------------------------------------------------------------------
def assignment_form(user, **values):
    return {
        "user": user.pk,
        "role": "coordinator",
        "network": "",
        "region": "",
        "from_on": "",
        "until_on": "",
        **values,
    }


def test_a_role_that_is_granted_asks_for_a_second_step(staff, rows):
    user = UserFactory()

    staff.post(url(Assignment, "add"), assignment_form(user, network=rows.pk))

    assignment = Assignment.objects.get(user=user)
    user.refresh_from_db()
    assert user.mfa_required
    assert assignment.granted_by.email == "beheer@voorbeeld.example"


@pytest.mark.parametrize(
    ("role", "network", "region", "said"),
    [
        ("coordinator", False, False, "Kies een netwerk"),
        ("coordinator", True, True, "Laat dit leeg: deze rol geldt niet voor een regio."),
        ("region_coordinator", False, False, "Kies een regio"),
        ("programme_staff", True, False, "Laat dit leeg: deze rol geldt niet voor een netwerk."),
    ],
)
def test_a_scope_that_does_not_fit_is_told_beside_the_field(staff, rows, role, network, region, said):
    user = UserFactory()
    form = assignment_form(
        user, role=role, network=rows.pk if network else "", region=RegionFactory().pk if region else ""
    )

    response = staff.post(url(Assignment, "add"), form)

    assert said in response.content.decode()
    assert not Assignment.objects.filter(user=user).exists()


def test_an_assignment_can_end_but_not_move_to_somebody_else(staff, rows):
    assignment = Assignment.objects.get()
    other = UserFactory()

    staff.post(
        url(Assignment, "change", assignment.pk), assignment_form(other, until_on="2026-12-31", from_on="2026-01-01")
    )

    holder = assignment.user
    assignment.refresh_from_db()
    assert (assignment.user, assignment.until_on) == (holder, date(2026, 12, 31))


def test_removing_an_assignment_asks_first(staff, rows):
    assignment = Assignment.objects.get()

    page = staff.post(url(Assignment, "delete", assignment.pk))

    assert Assignment.objects.exists()
    assert 'name="post" value="yes"' in page.content.decode()

    staff.post(url(Assignment, "delete", assignment.pk), {"post": "yes"})

    assert not Assignment.objects.exists()


def test_staff_end_a_membership_and_the_person_hears_of_it(staff, rows):
    membership = Membership.objects.get()
    Membership.objects.update(approved_at=timezone.now(), way="domain")

    staff.post(url(Membership, "changelist"), {"action": "end_memberships", "_selected_action": [membership.pk]})

    membership.refresh_from_db()
    assert membership.ended_at
    assert Message.objects.get().to == membership.user.email


@pytest.mark.parametrize("stand", ["wacht", "lid", "afgewezen", "voorbij", "onzin"])
def test_memberships_are_told_apart_by_where_they_stand(staff, rows, stand):
    page = staff.get(url(Membership, "changelist") + f"?stand={stand}").content.decode()

    assert ("12AB00" in page) == (stand in ("wacht", "onzin"))
