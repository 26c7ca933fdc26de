"""What staff see, what the log keeps, and what a person can download."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import trail
from accounts.own_data import collect
from enquiries import answering, asking
from enquiries.attachments import CheckedFile
from enquiries.links import FOLLOW
from enquiries.models import Attachment, Enquiry
from networks.models import ContactRole
from tests.enquiries.factories import NOW, TEXTS, ask, only_recipient
from tests.enquiries.test_ask_pages import text
from tests.enquiries.test_asking import OVERDUE

pytestmark = pytest.mark.usefixtures("today")
MODELS = ("enquiry", "recipient", "enquiryevent", "attachment")


@pytest.fixture
def answered(country):
    enquiry = ask(country)
    file = CheckedFile("plan.pdf", "application/pdf", b"%PDF-geheime-bytes")
    answering.answer(
        recipient=only_recipient(enquiry), form_key=uuid.uuid4(), text="Wij komen.", files=[file], now=NOW
    )
    return enquiry


def test_staff_look_and_change_nothing(admin_client, answered):
    pages = {
        "enquiry": answered,
        "recipient": only_recipient(answered),
        "enquiryevent": answered.events.first(),
        "attachment": Attachment.objects.get(),
    }
    for model, row in pages.items():
        change = f"/admin/enquiries/{model}/{row.pk}/change/"
        assert admin_client.get(f"/admin/enquiries/{model}/").status_code == 200
        page = admin_client.get(change)
        assert page.status_code == 200
        assert b"geheime-bytes" not in page.content
        assert admin_client.post(change, {"goal": "anders"}).status_code == 403
        assert admin_client.get(f"/admin/enquiries/{model}/add/").status_code == 403
        assert admin_client.post(f"/admin/enquiries/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "enquiry/?stand=answered",
        "enquiry/?q=regenboog",
        "recipient/?stand=answered",
        "enquiryevent/?kind=answered",
        "attachment/?q=plan",
    ],
)
def test_lists_are_narrowed_and_searched(admin_client, answered, query):
    assert admin_client.get(f"/admin/enquiries/{query}").context["cl"].result_count == 1


def test_staff_find_what_is_too_late(admin_client, country):
    ContactRole.objects.exclude(organisation__isnull=False).delete()
    ask(country)
    asking.expire(now=OVERDUE)

    assert "De Regenboog" in text(admin_client.get("/admin/enquiries/enquiry/?stand=late"))
    assert "De Regenboog" not in text(admin_client.get("/admin/enquiries/enquiry/?stand=sent"))


def test_a_list_of_thirty_costs_as_many_queries_as_one(admin_client, country):
    def cost(model):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(f"/admin/enquiries/{model}/")
        return len(queries)

    ask(country)
    before = {model: cost(model) for model in MODELS}
    for number in range(30):
        ask(country, texts={**TEXTS, "period": f"week {number}"})

    assert {model: cost(model) for model in MODELS} == before


def test_the_log_keeps_what_changed_and_the_school_reads_it(client, country):
    client.force_login(country.asker)
    enquiry = ask(country)
    client.post(f"/vraag/{enquiry.uid}/wijzig/", {**TEXTS, "goal": "Toch iets anders dan dat."})

    [changed, *_made] = trail(enquiry)
    assert changed.who == "Vrager"
    assert [(change.before, change.after) for change in changed.changes] == [
        (TEXTS["goal"], "Toch iets anders dan dat.")
    ]
    page = text(client.get(f"/vraag/{enquiry.uid}/"))
    assert "Wat er in de vraag zelf veranderde" in page
    assert "gewijzigd door Vrager" in page


def test_who_asked_on_the_public_page_is_named_in_the_log(client, country):
    client.force_login(country.asker)
    client.post(
        "/vraag/?school=03WU00", {"form_key": str(uuid.uuid4()), **TEXTS, "recipients": [country.network.slug]}
    )

    assert {entry.who for entry in trail(Enquiry.objects.get())} == {"Vrager"}


def test_the_log_never_knows_who_asked_without_an_account(country):
    enquiry = ask(country, sender=("Een Lezer", "lezer@voorbeeld.example"))

    said = " ".join(f"{change.label} {change.after}" for entry in trail(enquiry) for change in entry.changes)

    assert "Lezer" not in said
    assert "lezer@" not in said
    assert TEXTS["goal"] in said


def test_who_follows_by_a_link_reads_no_log(client, country):
    enquiry = ask(country, sender=("Lezer", "lezer@voorbeeld.example"))
    asking.verify(enquiry=enquiry, now=NOW)

    assert "Wat er in de vraag zelf veranderde" not in text(client.get(FOLLOW.path(enquiry)))


def test_a_person_downloads_their_questions_and_what_they_did(country, answered):
    mine, theirs = collect(country.asker), collect(country.coordinator)

    assert [row["bereiken"] for row in mine["vragen"]] == [TEXTS["goal"]]
    assert mine["vragen"][0]["stand"] == "answered"
    assert theirs["vragen"] == []
    assert "opgeschreven" in [row["wat"] for row in mine["wat u deed met vragen"]]
