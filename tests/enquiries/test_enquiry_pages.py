"""The page of a question for the school, by both ways in, and who is turned away."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from enquiries import answering, asking
from enquiries.attachments import CheckedFile
from enquiries.links import FOLLOW
from enquiries.models import Attachment, EnquiryEvent
from enquiries.status import EventKind
from networks.models import Assignment
from schools.models import Membership
from tests.enquiries.factories import NOW, TEXTS, ask, join, kinds, later, only_recipient, user
from tests.enquiries.test_ask_pages import text
from tests.enquiries.test_asking import OVERDUE
from tests.networks.factories import NetworkFactory
from tests.regions.factories import BoardFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.usefixtures("today")
ACTIONS = ("bekend/", "intrekken/")


def say(service, recipient, **values):
    return service(**{"recipient": recipient, "form_key": uuid.uuid4(), "now": later(1), **values})


@pytest.fixture
def enquiry(country):
    return ask(country)


@pytest.fixture
def as_asker(client, country):
    client.force_login(country.asker)
    return client


@pytest.fixture
def by_link(client, country):
    """(client without a session, the address of a question asked without an account)."""
    enquiry = ask(country, sender=("Lezer", "lezer@voorbeeld.example"))
    asking.verify(enquiry=enquiry, now=NOW)
    return client, enquiry, FOLLOW.path(enquiry)


# --- who may see it ---------------------------------------------------------------------------------------
def people(country):
    """Name -> (user, status of the page). What each may do follows from it."""
    board = user("bestuur")
    Membership.objects.create(user=board, board=country.school.board, role="board", approved_at=NOW)
    elsewhere = user("elders")
    join(elsewhere, SchoolFactory())
    former = user("oudlid")
    join(former, country.school, ended_at=NOW)
    pending = user("wachtend")
    Membership.objects.create(user=pending, school=country.school, role="teacher")
    other = user("andere-coordinator")
    Assignment.objects.create(user=other, role="coordinator", network=NetworkFactory())
    committee = user("commissie")
    Assignment.objects.create(user=committee, role="committee", network=country.network)
    office = user("bureau")
    Assignment.objects.create(user=office, role="programme_staff")
    return {
        "asker": (country.asker, 200),
        "member": (country.member, 200),
        "board": (board, 200),
        "office": (office, 200),
        "coordinator of the network": (country.coordinator, 302),
        "stranger": (country.stranger, 404),
        "member of another school": (elsewhere, 404),
        "former member": (former, 404),
        "pending member": (pending, 404),
        "coordinator of another network": (other, 404),
        "committee": (committee, 404),
    }


@pytest.fixture
def with_board(country):
    country.school.board = BoardFactory()
    country.school.save()
    return country


def test_everybody_sees_what_they_may_and_acts_if_it_is_theirs(client, with_board):
    for number, (name, (someone, expected)) in enumerate(people(with_board).items()):
        enquiry = ask(with_board, texts={**TEXTS, "period": f"week {number}"})
        client.force_login(someone)
        path = f"/vraag/{enquiry.uid}/"

        assert client.get(path).status_code == expected, name
        may_act = name in {"asker", "member", "board"}
        for action in ACTIONS:
            assert (client.post(path + action).status_code == 302) is may_act, (name, action)
        assert (EventKind.WITHDRAWN in kinds(enquiry)) is may_act, name


def test_who_was_asked_is_shown_their_own_page(client, enquiry, country):
    client.force_login(country.coordinator)

    response = client.get(f"/vraag/{enquiry.uid}/")

    assert response["Location"] == f"/vraag/{enquiry.uid}/ontvanger/{only_recipient(enquiry).uid}/"


def test_members_do_not_see_what_a_stranger_wrote_in_their_name_and_never_confirmed(client, country):
    waiting = ask(country, sender=("Lezer", "lezer@voorbeeld.example"))
    client.force_login(country.member)

    assert client.get(f"/vraag/{waiting.uid}/").status_code == 404
    asking.verify(enquiry=waiting, now=NOW)
    assert client.get(f"/vraag/{waiting.uid}/").status_code == 200


def test_the_office_reads_and_does_not_act(client, enquiry):
    someone = user("bureau")
    Assignment.objects.create(user=someone, role="programme_staff")
    client.force_login(someone)

    page = text(client.get(f"/vraag/{enquiry.uid}/"))

    assert "Vraag van een school" in page
    assert "Wat u kunt doen" not in page


def test_what_a_former_member_was_typing_is_given_back(client, enquiry, country):
    client.force_login(country.member)
    Membership.objects.filter(user=country.member).update(ended_at=NOW)

    response = client.post(f"/vraag/{enquiry.uid}/wijzig/", {**TEXTS, "goal": "Een nieuwe en lange zin."})

    assert response.status_code == 404
    assert "Een nieuwe en lange zin." in text(response)
    assert "Er is niets veranderd." in text(response)
    assert EventKind.CHANGED not in kinds(enquiry)


def test_the_same_answer_for_a_question_that_does_not_exist(client, country):
    client.force_login(country.stranger)
    path = f"/vraag/{uuid.uuid4()}/wijzig/"

    assert client.get(path).status_code == 404
    assert client.post(path, {"goal": "twee woorden"}).status_code == 404


# --- what it says -----------------------------------------------------------------------------------------
def test_the_page_of_a_link_and_the_page_of_an_account_say_the_same(by_link, country):
    client, enquiry, path = by_link
    public = text(client.get(path))
    client.force_login(country.member)
    private = text(client.get(f"/vraag/{enquiry.uid}/"))

    for sentence in ("U krijgt antwoord uiterlijk op maandag 30 november 2026.", "Trek de vraag in", TEXTS["goal"]):
        assert sentence in public
        assert sentence in private


def states(country):
    """Name of a state -> (a question in it, what its page must say)."""
    made = {}

    def make(name, said, *acts, **values):
        enquiry = ask(country, texts={**TEXTS, "period": f"week {len(made)}"}, **values)
        for act in acts:
            act(enquiry)
        made[name] = (enquiry, said)

    first = only_recipient

    def end_of_chain(enquiry):
        for day in range(100):
            for recipient in enquiry.recipients.all():
                asking.expire_one(recipient.pk, now=later(day))

    make("sent", "Verstuurd, nog niet gelezen.")
    make("seen", "Gelezen, nog geen antwoord.", lambda e: answering.see(recipient=first(e), now=NOW))
    make("answered", "Neem dit antwoord aan", lambda e: say(answering.answer, first(e), text="Wij komen langs."))
    make(
        "accepted",
        "U hebt het antwoord van Netwerk Nabij aangenomen.",
        lambda e: say(answering.answer, first(e), text="Ja."),
        lambda e: asking.accept(recipient=first(e), now=later(1)),
    )
    make(
        "refused",
        "wij hebben nu geen plaats. U kunt het opnieuw vragen vanaf 1 maart 2027.",
        lambda e: say(answering.refuse, first(e), reason="full", ask_again_on=date(2027, 3, 1)),
    )
    make("passed on", "Doorgestuurd.", lambda e: say(answering.pass_on, first(e), reason="Niet voor ons."))
    make("expired", "gaf niet op tijd antwoord", lambda e: asking.expire_one(first(e).pk, now=OVERDUE))
    make("late", "ziet dat uw vraag te laat is", end_of_chain)
    make("withdrawn", "U hebt deze vraag ingetrokken.", lambda e: asking.withdraw(enquiry=e, now=NOW))
    make(
        "postponed",
        "uitgesteld tot 1 maart 2027",
        lambda e: asking.postpone(enquiry=e, until=date(2027, 3, 1), text="Dit jaar niet", now=NOW),
    )
    make("hidden", "Maak u bekend", is_anonymous=True)
    return made


def test_every_state_says_where_it_stands_and_what_happens_now(as_asker, country):
    for name, (enquiry, said) in states(country).items():
        page = text(as_asker.get(f"/vraag/{enquiry.uid}/"))

        assert said in page, (name, page)
        assert "Wat er nu gebeurt" in page


def test_answers_stand_on_the_page_as_text_with_their_proposal(as_asker, enquiry, country):
    say(answering.answer, only_recipient(enquiry), text="<script>alert(1)</script>\nKom", activity=country.activity)

    page = as_asker.get(f"/vraag/{enquiry.uid}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "/aanbod/training/?school=03WU00" in page


def test_a_waiting_question_after_all_its_years_costs_few_queries(
    as_asker, enquiry, country, django_assert_max_num_queries
):
    def grow(number):
        events = [
            EnquiryEvent(
                enquiry=enquiry, kind=EventKind.CHANGED, happened_at=NOW + timedelta(hours=n), by=country.member
            )
            for n in range(number)
        ]
        EnquiryEvent.objects.bulk_create(events)
        for _n in range(number // 20):
            say(
                answering.answer,
                only_recipient(enquiry),
                text="Nog iets.",
                files=[CheckedFile("a.pdf", "x", b"%PDF")],
            )
        for n in range(number // 4):
            ask(country, texts={**TEXTS, "goal": f"Vraag nummer {n} van jaren her"}, by=country.member)

    grow(40)
    as_asker.get(f"/vraag/{enquiry.uid}/")

    with django_assert_max_num_queries(15):
        assert as_asker.get(f"/vraag/{enquiry.uid}/").status_code == 200


# --- doing -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["account", "link"])
def test_the_school_changes_reveals_postpones_and_withdraws_by_both_ways(client, country, way):
    if way == "account":
        enquiry = ask(country, is_anonymous=True)
        client.force_login(country.asker)
        path = f"/vraag/{enquiry.uid}/"
    else:
        enquiry = ask(country, is_anonymous=True, sender=("Lezer", "lezer@voorbeeld.example"))
        asking.verify(enquiry=enquiry, now=NOW)
        path = FOLLOW.path(enquiry)

    assert TEXTS["goal"] in client.get(f"{path}wijzig/").content.decode()
    changed = client.post(f"{path}wijzig/", {**TEXTS, "goal": "Toch iets anders dan dat."})
    assert changed["Location"] == path
    assert client.post(f"{path}bekend/")["Location"] == path
    assert client.post(f"{path}later/", {"until": "2027-03-01", "reason": "Dit jaar niet"})["Location"] == path
    assert client.post(f"{path}intrekken/")["Location"] == path

    assert kinds(enquiry)[-5:] == ["changed", "revealed", "postponed", "closed", "withdrawn"]
    by = country.asker if way == "account" else None
    assert {event.by for event in enquiry.events.filter(kind__in=["changed", "revealed", "withdrawn"])} == {by}


def test_an_answer_is_accepted_and_a_refusal_goes_on(as_asker, country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk])
    answered, refused = enquiry.recipients.all()
    say(answering.answer, answered, text="Ja.")
    say(answering.refuse, refused, reason="full")
    path = f"/vraag/{enquiry.uid}/"

    as_asker.post(f"{path}verder/{refused.uid}/")
    as_asker.post(f"{path}aannemen/{answered.uid}/")

    assert enquiry.recipients.filter(passed_from=refused).count() == 1
    assert EventKind.ACCEPTED in kinds(enquiry)


def test_a_recipient_of_another_question_is_none_of_this_one(as_asker, country, enquiry):
    other = only_recipient(ask(country, by=country.stranger))
    say(answering.answer, other, text="Ja.")

    assert as_asker.post(f"/vraag/{enquiry.uid}/aannemen/{other.uid}/").status_code == 404


@pytest.mark.parametrize(
    ("until", "said"),
    [("", "Kies een dag."), ("onzin", "Dit is geen dag."), ("2026-11-23", "al voorbij"), ("2030-01-01", "twee jaar")],
)
def test_a_day_that_cannot_be_is_said_beside_the_field(as_asker, enquiry, until, said):
    response = as_asker.post(f"/vraag/{enquiry.uid}/later/", {"until": until, "reason": "Dit jaar niet"})

    assert response.status_code == 200
    assert said in text(response)
    assert "Dit jaar niet" in response.content.decode()
    assert EventKind.POSTPONED not in kinds(enquiry)


@pytest.mark.parametrize("action", ["wijzig/", "aannemen/", "later/", "bekend/"])
def test_a_stale_tab_says_what_happened_and_loses_nothing(as_asker, country, action):
    enquiry = ask(country, is_anonymous=True)
    asking.withdraw(enquiry=enquiry, now=NOW)
    path = f"/vraag/{enquiry.uid}/{action}"
    if action == "aannemen/":
        path += f"{only_recipient(enquiry).uid}/"

    response = as_asker.post(path, {**TEXTS, "goal": "Nieuwe en betere woorden.", "until": "2027-03-01"})

    assert response.status_code == 409
    assert "ingetrokken" in text(response)
    if action == "wijzig/":
        assert "Nieuwe en betere woorden." in response.content.decode()


def test_withdrawing_twice_from_an_old_tab_is_once(as_asker, enquiry):
    for _time in range(2):
        assert as_asker.post(f"/vraag/{enquiry.uid}/intrekken/").status_code == 302

    assert kinds(enquiry).count(EventKind.WITHDRAWN) == 1


def test_a_change_after_an_answer_is_refused_with_the_words(as_asker, enquiry):
    say(answering.answer, only_recipient(enquiry), text="Ja.")

    response = as_asker.post(f"/vraag/{enquiry.uid}/wijzig/", {**TEXTS, "goal": "Nieuwe en betere woorden."})

    assert response.status_code == 409
    assert "al beantwoord" in text(response)
    assert "Nieuwe en betere woorden." in response.content.decode()


@pytest.mark.parametrize("action", ["intrekken/", "bekend/", "later/"])
def test_looking_at_an_action_does_nothing(as_asker, enquiry, action):
    assert as_asker.get(f"/vraag/{enquiry.uid}/{action}").status_code == 405
    assert kinds(enquiry) == ["asked", "sent"]


# --- files -------------------------------------------------------------------------------------------------
@pytest.fixture
def file(enquiry):
    say(
        answering.answer,
        only_recipient(enquiry),
        text="Zie de bijlage.",
        files=[CheckedFile("plan.pdf", "application/pdf", b"%PDF-1.7")],
    )
    return Attachment.objects.get()


def test_files_are_for_who_may_see_the_question(client, with_board, file, enquiry):
    path = f"/vraag/{enquiry.uid}/bijlage/{file.uid}/"
    assert client.get(path).status_code == 302

    for name, (someone, expected) in people(with_board).items():
        client.force_login(someone)
        response = client.get(path)
        # Whoever was asked has a page, and addresses of files, of their own.
        assert response.status_code == expected, name
        if expected == 200:
            assert response.content == b"%PDF-1.7"
            assert response["Content-Disposition"] == 'attachment; filename="plan.pdf"'
            assert "no-store" in response["Cache-Control"]


def test_the_file_of_one_question_is_not_found_at_another(client, country, file):
    other = ask(country, by=country.stranger)
    client.force_login(country.stranger)

    assert client.get(f"/vraag/{other.uid}/bijlage/{file.uid}/").status_code == 404


def test_by_a_link_files_of_that_question_alone_are_read(by_link, file):
    client, enquiry, path = by_link
    say(answering.answer, only_recipient(enquiry), text="Ja.", files=[CheckedFile("b.png", "image/png", b"\x89PNG")])
    mine = Attachment.objects.exclude(pk=file.pk).get()

    assert client.get(f"{path}bijlage/{mine.uid}/").content == b"\x89PNG"
    assert client.get(f"{path}bijlage/{file.uid}/").status_code == 404
    assert f"{path}bijlage/{mine.uid}/" in client.get(path).content.decode()


def test_the_clock_of_the_pages_is_that_of_the_test():
    assert timezone.now() == NOW
