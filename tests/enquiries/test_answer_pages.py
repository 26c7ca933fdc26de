"""The page for whoever was asked: by the mailed link and logged in, and what it does not tell."""

import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Message
from enquiries import answering, asking
from enquiries.links import ANSWER
from enquiries.models import Attachment, EnquiryEvent
from enquiries.status import EventKind
from enquiries.uploads import MOST_BYTES
from networks.models import Assignment
from tests.activities.factories import ActivityFactory
from tests.enquiries.factories import NOW, TEXTS, ask, kinds, later, only_recipient, user
from tests.enquiries.test_ask_pages import expired, text
from tests.enquiries.test_asking import OVERDUE
from tests.enquiries.test_attachments import PDF, office
from tests.networks.factories import NetworkFactory

pytestmark = pytest.mark.usefixtures("today")
SECRETS = ("De Regenboog", "03WU00", "Vrager", "vrager@", "lezer@")


@pytest.fixture
def recipient(country):
    return only_recipient(ask(country))


@pytest.fixture
def read(recipient):
    """A recipient who opened the question."""
    answering.see(recipient=recipient, now=NOW)
    return recipient


def page_of(recipient):
    return ANSWER.path(recipient)


def form_of(client, path):
    page = client.get(path).content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("form_key", "seen_until")}


def reply(client, path, form=None, **values):
    given = {**(form or form_of(client, path)), "what": "antwoord", "text": "Wij komen graag langs.", **values}
    return client.post(path, given)


# --- reading ---------------------------------------------------------------------------------------------
def test_a_scanner_that_follows_the_mailed_link_reads_nothing_and_marks_nothing(client, recipient):
    link = re.search(r"/antwoord/\S+/", Message.objects.get(kind="enquiry-received").text)[0]

    page = text(client.get(link))

    assert "Een school voor het basisonderwijs in de gemeente Assen heeft een vraag aan Netwerk Nabij." in page
    assert TEXTS["goal"] not in page
    assert not any(secret in page for secret in SECRETS)
    assert kinds(recipient.enquiry) == ["asked", "sent"]


def test_the_button_opens_the_question(client, recipient):
    path = page_of(recipient)

    assert client.post(path, {"knop": "lees"})["Location"] == path

    page = text(client.get(path))
    assert TEXTS["goal"] in page
    assert "De Regenboog" in page
    assert "Antwoord uiterlijk op maandag 30 november 2026." in page
    assert "Doet u niets, dan gaat de vraag daarna naar een collega bij Netwerk Nabij." in page
    assert kinds(recipient.enquiry)[-1] == EventKind.SEEN


def test_who_is_no_member_of_the_school_is_told_apart(client, country):
    member = only_recipient(ask(country))
    stranger = only_recipient(ask(country, by=country.stranger))
    pages = []
    for one in (member, stranger):
        answering.see(recipient=one, now=NOW)
        pages.append("Wij weten niet zeker of deze persoon bij de school werkt" in text(client.get(page_of(one))))

    assert pages == [False, True]


@pytest.mark.parametrize("with_account", [True, False])
def test_an_anonymous_question_tells_nothing_of_the_school_until_it_says_so(client, country, with_account):
    sender = {} if with_account else {"sender": ("Lezer", "lezer@voorbeeld.example")}
    enquiry = ask(country, is_anonymous=True, **sender)
    asking.verify(enquiry=enquiry, now=NOW)
    one = only_recipient(enquiry)
    path = page_of(one)
    answers = [client.get(path), client.post(path, {"knop": "lees"}), client.get(path)]
    answers += [reply(client, path, what="kan-niet", reason=""), reply(client, path)]
    answers.append(client.get(path))

    for response in answers:
        said = response.content.decode() + str(dict(response.items()))
        assert not any(secret in said for secret in SECRETS)
    assert "zonder naam" in text(answers[-1])

    asking.reveal(enquiry=enquiry, now=NOW)

    assert "De Regenboog" in text(client.get(path))


def test_accepting_tells_one_network_and_not_the_other(client, country):
    enquiry = ask(country, is_anonymous=True, networks=[country.network.pk, country.serving.pk])
    first, other = enquiry.recipients.all()
    for one in (first, other):
        answering.see(recipient=one, now=NOW)
    answering.answer(recipient=first, form_key=uuid.uuid4(), text="Ja.", now=NOW)
    asking.accept(recipient=first, now=NOW)

    assert "De Regenboog" in text(client.get(page_of(first)))
    assert "De Regenboog" not in text(client.get(page_of(other)))


# --- answering -------------------------------------------------------------------------------------------
def test_an_answer_with_a_file_and_a_proposal(client, read, country):
    path = page_of(read)
    file = SimpleUploadedFile("geheim.exe", PDF)

    response = reply(client, path, activity=country.activity.pk, files=[file])

    assert response["Location"] == path
    event = EnquiryEvent.objects.get(kind=EventKind.ANSWERED)
    assert (event.text, event.activity) == ("Wij komen graag langs.", country.activity)
    assert event.attachments.get().name == "geheim.pdf"
    page = text(client.get(path))
    assert "De school heeft uw antwoord. U hoort het als zij het aanneemt." in page
    assert "geheim.pdf" in page
    mine = Attachment.objects.get()
    assert client.get(f"{path}bijlage/{mine.uid}/").content == PDF


def test_only_activities_of_that_network_are_proposed(client, read, country):
    other = ActivityFactory(network=country.serving)
    hidden = ActivityFactory(network=country.network, published_on=None)

    for activity in (other, hidden):
        response = reply(client, page_of(read), activity=activity.pk)
        assert "staat niet meer in het aanbod" in text(response)
        assert "Wij komen graag langs." in response.content.decode()


def test_a_desk_has_no_activities_to_propose(client, country):
    desk = only_recipient(ask(country, networks=[]))
    answering.see(recipient=desk, now=NOW)

    assert "Stel een activiteit voor" not in text(client.get(page_of(desk)))
    assert reply(client, page_of(desk)).status_code == 302


def test_a_refusal_with_a_reason_and_a_day(client, read):
    response = reply(client, page_of(read), what="kan-niet", reason="full", ask_again_on="2027-03-01", text="")

    assert response.status_code == 302
    event = EnquiryEvent.objects.get(kind=EventKind.REFUSED)
    assert (event.reason, event.ask_again_on) == ("full", date(2027, 3, 1))
    assert "U liet weten dat u niet kunt helpen." in text(client.get(page_of(read)))


def test_passing_on_names_who_comes_next(client, read):
    path = page_of(read)
    assert "Stuur de vraag door naar een collega bij Netwerk Nabij" in text(client.get(path))

    reply(client, path, what="door", text="Mijn collega weet dit beter.")

    assert read.enquiry.recipients.last().name == "Tweede contact"
    assert "Deze vraag is naar een ander gegaan." in text(client.get(path))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"what": ""}, "Kies wat u wilt doen."),
        ({"what": "iets"}, "Dit kan nu niet meer. Kies iets anders."),
        ({"text": ""}, "Schrijf uw antwoord op."),
        ({"text": "x" * 5001}, "Dit is te lang: 5001 tekens."),
        ({"what": "door", "text": ""}, "Schrijf op waarom u doorstuurt."),
        ({"what": "kan-niet", "reason": ""}, "Kies een reden."),
        ({"what": "kan-niet", "reason": "zomaar"}, "Kies een reden uit de lijst."),
        ({"what": "kan-niet", "reason": "full", "ask_again_on": "2026-01-01"}, "al voorbij"),
        ({"activity": "geen"}, "staat niet meer in het aanbod"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(client, read, values, said):
    response = reply(client, page_of(read), **values)

    assert response.status_code == 200
    assert said in text(response)
    assert values.get("text", "Wij komen graag langs.") in response.content.decode()
    assert kinds(read.enquiry)[-1] == EventKind.SEEN


# --- files that do not pass ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("groot.pdf", PDF.ljust(MOST_BYTES + 1, b"0"))], "is te groot"),
        ([("virus.pdf", b"MZ" + b"0" * 50)], "kunnen wij niet aannemen"),
        ([("macro.docx", office("word/document.xml", ("word/vbaProject.bin", b"x")))], "zonder macro’s"),
        ([(f"{n}.pdf", PDF) for n in range(4)], "U koos 4 bestanden."),
        ([("leeg.pdf", b"")], "is leeg"),
    ],
)
def test_a_file_that_does_not_pass_keeps_the_text(client, read, files, said):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]

    response = reply(client, page_of(read), files=uploads)

    assert response.status_code == 200
    assert said in text(response)
    assert "Wij komen graag langs." in response.content.decode()
    assert "Kies uw bijlagen opnieuw" in text(response)
    assert not Attachment.objects.exists()


def test_files_do_not_travel_with_a_question_that_is_passed_on(client, read):
    response = reply(client, page_of(read), what="door", files=[SimpleUploadedFile("a.pdf", PDF)])

    assert "Bijlagen gaan niet mee" in text(response)


# --- twice, stale, too late --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "kind"),
    [({}, "answered"), ({"what": "kan-niet", "reason": "full"}, "refused"), ({"what": "door"}, "passed_on")],
)
def test_a_double_submit_is_once(client, read, values, kind):
    path = page_of(read)
    form = form_of(client, path)

    for _time in range(2):
        assert reply(client, path, form, **values)["Location"] == path

    assert kinds(read.enquiry).count(kind) == 1


def test_back_and_another_text_is_not_lost_and_not_sent_unasked(client, read):
    path = page_of(read)
    form = form_of(client, path)
    reply(client, path, form)

    back = reply(client, path, form, text="Nog iets anders.")

    assert back.status_code == 409
    assert "U verstuurde dit formulier al, met een andere tekst." in text(back)
    assert "Nog iets anders." in back.content.decode()
    assert kinds(read.enquiry).count(EventKind.ANSWERED) == 1


def test_a_colleague_who_answered_meanwhile_is_told_and_the_text_waits(client, read):
    path = page_of(read)
    form = form_of(client, path)
    answering.answer(recipient=read, form_key=uuid.uuid4(), text="Ik was eerst.", now=NOW)

    stale = reply(client, path, form)

    assert stale.status_code == 409
    assert "Een collega van u gaf intussen antwoord." in text(stale)
    assert "Ik was eerst." in text(stale)
    assert "Wij komen graag langs." in stale.content.decode()
    assert kinds(read.enquiry).count(EventKind.ANSWERED) == 1
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', stale.content.decode())[1] for name in form}
    assert reply(client, path, again).status_code == 302
    assert kinds(read.enquiry).count(EventKind.ANSWERED) == 2


def test_a_question_that_changed_meanwhile_is_read_again_first(client, read):
    path = page_of(read)
    form = form_of(client, path)
    asking.change(enquiry=read.enquiry, texts={**TEXTS, "goal": "Nu iets heel anders."}, now=NOW)

    stale = reply(client, path, form, files=[SimpleUploadedFile("a.pdf", PDF)])

    assert "Kies uw bijlagen opnieuw" in text(stale)
    assert "is leeg" not in text(stale)

    assert stale.status_code == 409
    assert "De school veranderde haar vraag." in text(stale)
    assert "Nu iets heel anders." in text(stale)
    assert "Wij komen graag langs." in stale.content.decode()


def test_an_answer_after_the_question_was_taken_back_keeps_its_text(client, read):
    path = page_of(read)
    form = form_of(client, path)
    asking.withdraw(enquiry=read.enquiry, now=NOW)

    response = reply(client, path, form)

    assert response.status_code == 409
    assert "De school heeft haar vraag ingetrokken op 23 november 2026. Uw antwoord is niet verstuurd." in text(
        response
    )
    assert "Wij komen graag langs." in response.content.decode()
    assert "Verstuur" not in text(client.get(path))


def test_a_question_that_was_taken_back_unread_shows_no_text(client, recipient):
    asking.withdraw(enquiry=recipient.enquiry, now=NOW)
    path = page_of(recipient)

    client.post(path, {"knop": "lees"})
    page = text(client.get(path))

    assert "De school heeft haar vraag ingetrokken" in page
    assert TEXTS["goal"] not in page
    assert "Lees de vraag" not in page


def test_a_deadline_that_passed_while_typing_still_takes_the_answer(client, read, today):
    path = page_of(read)
    form = form_of(client, path)
    asking.expire(now=OVERDUE)
    today.move(OVERDUE)

    warned = reply(client, path, form)
    assert "De vraag is intussen naar een ander gegaan. Uw antwoord mag nog." in text(warned)
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', warned.content.decode())[1] for name in form}
    assert reply(client, path, again).status_code == 302

    assert EventKind.ANSWERED in kinds(read.enquiry)


def test_after_an_answer_one_can_only_add(client, read):
    path = page_of(read)
    reply(client, path)

    page = text(client.get(path))
    assert "Voeg iets toe" in page
    assert "Wij kunnen niet helpen" not in page
    assert "U kunt daar alleen iets aan toevoegen." in text(reply(client, path, what="kan-niet", reason="full"))


def test_a_link_that_is_too_old_offers_a_new_one_and_keeps_the_text(client, read, monkeypatch):
    path = expired(monkeypatch, lambda: page_of(read))

    assert client.get(path).status_code == 410
    late = client.post(path, {"text": "Een heel lang antwoord."})
    assert "Een heel lang antwoord." in late.content.decode()
    client.post(path)

    assert Message.objects.get(kind="enquiry-link").to == read.email


# --- logged in ---------------------------------------------------------------------------------------------
def private(recipient):
    return f"/vraag/{recipient.enquiry.uid}/ontvanger/{recipient.uid}/"


def roles(country):
    """Name -> (user, whether they answer for the network, whether for the desk of the region)."""
    made = {}
    for name, network, desk, values in (
        ("account manager", True, False, {"role": "account_manager", "network": country.network}),
        ("delegate", True, False, {"role": "delegate", "network": country.network}),
        ("committee", False, False, {"role": "committee", "network": country.network}),
        (
            "former delegate",
            False,
            False,
            {"role": "delegate", "network": country.network, "until_on": date(2026, 1, 1)},
        ),
        ("other network", False, False, {"role": "coordinator", "network": NetworkFactory()}),
        ("region coordinator", False, True, {"role": "region_coordinator", "region": country.municipality.region}),
        ("office", True, True, {"role": "programme_staff"}),
    ):
        someone = user(name.replace(" ", "-"))
        Assignment.objects.create(user=someone, **values)
        made[name] = (someone, network, desk)
    made["stranger"] = (country.stranger, False, False)
    made["member of the school"] = (country.member, False, False)
    return made


def test_who_may_answer_for_whom(client, country):
    network, desk = ask(country, networks=[country.network.pk], to_first_contact=True).recipients.order_by("pk")
    assert (network.level, desk.level) == ("network", "region")

    for name, (someone, for_network, for_desk) in roles(country).items():
        client.force_login(someone)
        for one, expected in ((network, for_network), (desk, for_desk)):
            status = 200 if expected else 404
            assert client.get(private(one)).status_code == status, name
            assert client.post(private(one)).status_code == status, name


def test_a_coordinator_answers_in_the_name_of_the_network(client, read, country):
    client.force_login(country.coordinator)

    assert reply(client, private(read)).status_code == 302

    assert EnquiryEvent.objects.get(kind=EventKind.ANSWERED).by == country.coordinator


def test_a_coordinator_reads_nothing_of_a_hidden_school(client, country):
    recipient = only_recipient(ask(country, is_anonymous=True))
    client.force_login(country.coordinator)
    client.post(private(recipient), {"knop": "lees"})

    for path in (private(recipient), "/vraag/ontvangen/"):
        page = client.get(path).content.decode()
        assert not any(secret in page for secret in SECRETS)


def test_what_was_typed_when_the_assignment_ended_is_given_back(client, read, country):
    client.force_login(country.coordinator)
    Assignment.objects.update(until_on=date(2026, 11, 1))

    response = client.post(private(read), {"text": "Een heel lang antwoord."})

    assert response.status_code == 404
    assert "Een heel lang antwoord." in text(response)
    assert "Er is niets verstuurd." in text(response)


def test_what_was_typed_when_the_session_ended_is_given_back(client, read):
    response = client.post(private(read), {"text": "Een heel lang antwoord."})

    assert response.status_code == 403
    assert "Een heel lang antwoord." in text(response)


def test_own_files_are_read_by_both_ways_and_those_of_others_by_neither(client, country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk])
    serving, mine = enquiry.recipients.all()
    assert mine.network == country.network
    for one in (mine, serving):
        answering.see(recipient=one, now=NOW)
        reply(client, page_of(one), files=[SimpleUploadedFile("a.pdf", PDF)])
    my_file = Attachment.objects.get(event__recipient=mine)
    other_file = Attachment.objects.get(event__recipient=serving)
    client.force_login(country.coordinator)

    for path in (page_of(mine), private(mine)):
        assert client.get(f"{path}bijlage/{my_file.uid}/").status_code == 200
        assert client.get(f"{path}bijlage/{other_file.uid}/").status_code == 404


# --- the list ----------------------------------------------------------------------------------------------
def test_the_list_is_of_ones_own_networks_the_most_urgent_first(client, country):
    answered = only_recipient(ask(country))
    answering.answer(recipient=answered, form_key=uuid.uuid4(), text="Ja.", now=NOW)
    urgent = only_recipient(ask(country, by=country.member, now=later(-1)))
    ask(country, networks=[country.serving.pk], texts={**TEXTS, "goal": "Voor een ander netwerk."})
    client.force_login(country.coordinator)

    page = client.get("/vraag/ontvangen/").content.decode()

    assert re.findall(r"/ontvanger/([0-9a-f-]+)/", page) == [str(urgent.uid), str(answered.uid)]
    assert "antwoord uiterlijk" in page


def test_the_list_is_for_coordinators(client, country):
    assert client.get("/vraag/ontvangen/").status_code == 302
    client.force_login(country.member)
    assert client.get("/vraag/ontvangen/").status_code == 404


def test_an_empty_list_says_what_comes(client, country):
    client.force_login(country.coordinator)

    assert "Stelt een school u iets" in text(client.get("/vraag/ontvangen/"))


def test_the_list_costs_as_many_queries_for_thirty_as_for_one(client, country):
    client.force_login(country.coordinator)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/vraag/ontvangen/")
        return len(queries)

    ask(country)
    first = cost()
    for number in range(30):
        ask(country, texts={**TEXTS, "period": f"week {number}"})

    assert cost() == first
    assert "Bladzijde 1 van 2" in text(client.get("/vraag/ontvangen/"))
    assert client.get("/vraag/ontvangen/?pagina=2").status_code == 200


def test_the_page_of_an_answer_costs_few_queries(client, read, django_assert_max_num_queries):
    path = page_of(read)
    for _number in range(5):
        reply(client, path, files=[SimpleUploadedFile("a.pdf", PDF)])

    with django_assert_max_num_queries(15):
        client.get(path)
