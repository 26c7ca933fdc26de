"""The admin is for support staff: one finds what one looks for, and nobody throws away what happened."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

import loket.urls  # noqa: F401  the rules of the whole are applied there
from networks.models import Assignment
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory
from tests.workspace.world import world

# What happened: the rows that tell it, and those that it hangs on.
HISTORY = {
    "accounts.Message",
    "accounts.Preference",
    "activities.Activity",
    "activities.Advice",
    "activities.Entry",
    "activities.Participation",
    "activities.Pin",
    "activities.Revision",
    "activities.SearchMiss",
    "auditlog.LogEntry",
    "dashboards.Snapshot",
    "enquiries.Attachment",
    "enquiries.Enquiry",
    "enquiries.EnquiryEvent",
    "enquiries.Handler",
    "enquiries.HandlingNote",
    "enquiries.Recipient",
    "enquiries.Registration",
    "enquiries.RegistrationEvent",
    "enquiries.WaitingOffer",
    "networks.Network",
    "networks.Programme",
    "quality.Meeting",
    "quality.Obligation",
    "reminders.Reminder",
    "reminders.Rule",
    "schools.Institution",
    "schools.Intake",
    "schools.Membership",
    "schools.Profile",
    "schools.School",
    "workspace.Import",
}
# Kept inside another row, or of no use to look at: the address of somebody's calendar, what was loaded last.
ELSEWHERE = {
    "activities.Material",
    "activities.LoadedEntry",
    "dashboards.RollupChange",
    "dashboards.RollupState",
    "enquiries.CalendarFeed",
    "regions.ContentVersion",
}
# A handful of rows, or nothing to narrow them down by.
WITHOUT_FILTER = {
    "activities.Synonym",
    "auth.Group",
    "regions.HolidayRegion",
    "regions.Landsdeel",
    "regions.Region",
    "schools.Institution",
}
OURS = (
    "accounts",
    "regions",
    "schools",
    "networks",
    "activities",
    "enquiries",
    "quality",
    "workspace",
    "reminders",
    "dashboards",
)
ADMINS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)


@pytest.fixture
def asked(admin_user):
    request = RequestFactory().get("/admin/")
    request.user = admin_user
    return request


def test_every_model_of_ours_is_in_the_admin():
    models = {model._meta.label for app in OURS for model in apps.get_app_config(app).get_models()}
    shown = {model._meta.label for model, _model_admin in ADMINS}

    assert models - shown == ELSEWHERE


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=lambda value: str(value))
def test_every_list_is_searched_and_narrowed_down(asked, admin_client, model, model_admin):
    label = model._meta.label
    assert model_admin.get_search_fields(asked), label
    assert bool(model_admin.get_list_filter(asked)) is (label not in WITHOUT_FILTER), label

    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    answer = admin_client.get(url, {"q": "iets"})

    assert answer.status_code == 200, label
    assert 'id="searchbar"' in answer.text, label


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=lambda value: str(value))
def test_nothing_is_deleted_by_the_list_and_history_not_at_all(asked, model, model_admin):
    assert "delete_selected" not in model_admin.get_actions(asked), model
    if model._meta.label in HISTORY:
        assert not model_admin.has_delete_permission(asked), model


def test_the_history_named_here_is_in_the_admin():
    assert {model._meta.label for model, _model_admin in ADMINS} >= HISTORY


def test_a_network_stays_whatever_is_sent(admin_client):
    network = NetworkFactory()

    answer = admin_client.post(f"/admin/networks/network/{network.pk}/delete/", {"post": "yes"})
    admin_client.post(
        "/admin/networks/network/", {"action": "delete_selected", "_selected_action": [network.pk], "post": "yes"}
    )

    assert answer.status_code == 403
    network.refresh_from_db()


@pytest.mark.parametrize("role", ["coordinator", "staff", "committee", "observer"])
def test_a_role_in_the_workspace_opens_no_admin(db, sign_in, role):
    home = world()

    answer = sign_in(home.people[role]).get("/admin/networks/network/")

    assert answer.status_code == 302
    assert Assignment.objects.filter(user=home.people[role]).exists()


def test_support_staff_see_only_what_their_group_may(db, sign_in):
    user = UserFactory(is_staff=True, mfa_required=True)

    assert sign_in(user).get("/admin/networks/network/").status_code == 403
