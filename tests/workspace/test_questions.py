"""The inbox of questions: order, clock, filter, and what colleagues keep among themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.own_data import collect
from enquiries import answering, asking, handling
from enquiries.models import EnquiryEvent, Handler, HandlingNote, Recipient
from networks.models import Assignment
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country, later, only_recipient, user
from workspace.models import AnswerTemplate

INBOX = "/beheer/vragen/"
TEXT = "Ja, wij komen graag bij u langs."


@pytest.fixture
def country(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return asking_country()


@pytest.fixture
def coordinator(country, sign_in):
    return sign_in(country.coordinator)


def another(country, **values):
    """A question with words of its own: the same words within a day are the same question."""
    return only_recipient(ask(country, texts=TEXTS | {"goal": f"Wij zoeken hulp, {uuid4()}"}, **values))


def due(recipient, days):
    """Let the last day for an answer be so many days from NOW."""
    Recipient.objects.filter(pk=recipient.pk).update(reply_due_on=NOW.date() + timedelta(days=days))
    return recipient


def seen(recipient):
    answering.see(recipient=recipient, now=NOW)
    return recipient


def page_of(recipient):
    return reverse("workspace:question", args=[recipient.uid])


def answer_data(recipient, **values):
    last = EnquiryEvent.objects.filter(enquiry=recipient.enquiry_id).order_by("-pk").first()
    return {"form_key": uuid4(), "seen_until": last.pk, "what": "antwoord", "text": TEXT, **values}


# --- the list --------------------------------------------------------------------------------------------


def test_the_most_urgent_question_is_on_top_and_what_is_done_is_left_out(country, coordinator):
    calm, late, today, done = (due(another(country), days) for days in (4, -3, 0, -9))
    answering.answer(recipient=done, form_key=uuid4(), text=TEXT, now=NOW)

    lines = coordinator.get(INBOX).context["lines"]

    assert [line.recipient for line in lines] == [late, today, calm]
    assert [line.clock for line in lines] == ["1 werkdag te laat", "vandaag de laatste dag", "nog 4 werkdagen"]
    assert [line.is_late for line in lines] == [True, False, False]


def test_all_shows_what_was_answered_too_below_what_waits(country, coordinator):
    done, waiting = another(country), another(country)
    answering.answer(recipient=done, form_key=uuid4(), text=TEXT, now=NOW)

    lines = coordinator.get(INBOX, {"toon": "alle"}).context["lines"]

    assert [(line.recipient, line.label, line.clock) for line in lines] == [
        (waiting, "verstuurd, nog niet gelezen", "nog 5 werkdagen"),
        (done, "beantwoord", ""),
    ]


def test_only_questions_of_ones_own_networks_are_there(country, coordinator):
    another(country, networks=[country.serving.pk])
    mine = another(country)

    assert [line.recipient for line in coordinator.get(INBOX).context["lines"]] == [mine]


def test_the_list_narrows_down_to_a_network_and_to_who_does_it(country, coordinator):
    Assignment.objects.create(user=country.coordinator, role=Assignment.Role.COORDINATOR, network=country.serving)
    mine, other = another(country), another(country, networks=[country.serving.pk])
    handling.hand_to(recipient=mine, user=country.coordinator, by=country.coordinator, now=NOW)

    def shown(**asked):
        return [line.recipient for line in coordinator.get(INBOX, asked).context["lines"]]

    assert shown(netwerk=country.serving.slug) == [other]
    assert shown(wie="ik") == [mine]
    assert shown(wie="niemand") == [other]
    assert shown(wie="ik", netwerk=country.serving.slug) == []
    answer = coordinator.get(INBOX, {"netwerk": "xyz"})
    assert answer.status_code == 200
    assert "Dit kennen wij niet" in answer.content.decode()


def test_the_name_of_a_school_shows_once_the_question_was_read_and_only_when_it_may(country, coordinator):
    open_one, hidden = another(country), another(country, is_anonymous=True)

    def names():
        return {line.recipient: line.who for line in coordinator.get(INBOX).context["lines"]}

    kind = "een school voor het basisonderwijs in de gemeente Assen"
    assert names() == {open_one: kind, hidden: kind}
    seen(open_one), seen(hidden)
    assert names() == {open_one: "De Regenboog", hidden: kind}
    asking.reveal(enquiry=hidden.enquiry, now=NOW)
    assert names() == {open_one: "De Regenboog", hidden: "De Regenboog"}


def test_the_figures_stand_on_top_with_their_n(country, coordinator):
    answering.answer(recipient=another(country), form_key=uuid4(), text=TEXT, now=later(1))

    text = coordinator.get(INBOX).content.decode()

    assert "n = 1 antwoord" in text
    assert "1 van n = 1" in text
    assert "100%" in text


def test_more_questions_cost_no_more_queries(country, coordinator):
    counts = []
    for _round in range(2):
        for _number in range(4):
            handling.hand_to(
                recipient=seen(another(country)), user=country.coordinator, by=country.coordinator, now=NOW
            )
        coordinator.get(INBOX)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(INBOX)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 20


def test_the_file_holds_what_the_screen_holds(country, coordinator):
    late, _calm = due(seen(another(country)), -3), another(country)
    handling.hand_to(recipient=late, user=country.coordinator, by=country.coordinator, now=NOW)

    answer = coordinator.get(INBOX, {"wie": "ik", "formaat": "csv"})

    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].split(";")[1:4] == ["De Regenboog", "03WU00", "Netwerk Nabij"]
    assert rows[1].endswith("Coordinator")


# --- one question ----------------------------------------------------------------------------------------


def test_a_question_is_read_and_answered_on_the_page_of_the_workspace(country, coordinator):
    recipient = another(country)
    address = page_of(recipient)

    assert "Wij zoeken hulp" not in coordinator.get(address).content.decode()
    assert coordinator.post(address, {"knop": "lees"})["Location"] == address
    assert "Wij zoeken hulp" in coordinator.get(address).content.decode()
    answer = coordinator.post(address, answer_data(recipient, activity=country.activity.pk))

    assert (answer.status_code, answer["Location"]) == (302, address)
    event = EnquiryEvent.objects.get(kind="answered")
    assert (event.text, event.activity, event.by) == (TEXT, country.activity, country.coordinator)


def test_a_question_is_passed_on_with_its_reason(country, coordinator):
    recipient = seen(another(country))

    coordinator.post(page_of(recipient), answer_data(recipient, what="door", text="Zij weten meer."))

    assert EnquiryEvent.objects.get(kind="passed_on").text == "Zij weten meer."
    assert recipient.passed_to.exists()


def test_a_text_of_the_network_comes_below_what_was_typed_and_nothing_is_sent(country, coordinator):
    recipient = seen(another(country))
    chosen = AnswerTemplate.objects.create(network=country.network, title="Bezoek", text="Wij komen langs.")
    typed = answer_data(recipient, knop="antwoordtekst", antwoordtekst=chosen.pk, activity=country.activity.pk)

    answer = coordinator.post(page_of(recipient), typed)

    form = answer.context["form"]
    assert form["text"].value() == f"{TEXT}\n\nWij komen langs."
    assert (form["form_key"].value(), form["activity"].value()) == (str(typed["form_key"]), str(country.activity.pk))
    assert "Er is nog niets verstuurd" in answer.content.decode()
    assert not EnquiryEvent.objects.filter(kind="answered").exists()


@pytest.mark.parametrize("chosen", ["", "9999999", "onzin", "9" * 30])
def test_a_text_that_is_not_there_changes_nothing(country, coordinator, chosen):
    recipient = seen(another(country))

    answer = coordinator.post(page_of(recipient), answer_data(recipient, knop="antwoordtekst", antwoordtekst=chosen))

    assert answer.status_code == 200
    assert answer.context["form"]["text"].value() == TEXT


def test_texts_of_another_network_are_not_offered(country, coordinator):
    recipient = seen(another(country))
    theirs = AnswerTemplate.objects.create(network=country.serving, title="Anders", text="Van een ander.")

    answer = coordinator.post(
        page_of(recipient), answer_data(recipient, knop="antwoordtekst", antwoordtekst=theirs.pk)
    )

    assert "Van een ander" not in answer.content.decode()


# --- who does it -----------------------------------------------------------------------------------------


def test_a_question_is_handed_to_a_colleague_and_the_history_stays(country, coordinator):
    recipient = another(country)
    colleague = user("collega")
    Assignment.objects.create(user=colleague, role=Assignment.Role.ACCOUNT_MANAGER, network=country.network)
    address = reverse("workspace:question-handler", args=[recipient.uid])

    for chosen in (colleague.pk, country.coordinator.pk, ""):
        assert coordinator.post(address, {"wie-user": chosen}).status_code == 302

    assert Handler.objects.get().user is None
    told = coordinator.get(page_of(recipient)).context["handler_trail"]
    assert [entry.who for entry in told] == ["Coordinator"] * 3
    assert told[1].changes[0].before == "Collega"


def test_nobody_of_elsewhere_is_given_a_question(country, coordinator):
    recipient = another(country)

    answer = coordinator.post(
        reverse("workspace:question-handler", args=[recipient.uid]), {"wie-user": country.stranger.pk}, follow=True
    )

    assert "werkt niet (meer) voor dit netwerk" in answer.content.decode()
    assert not Handler.objects.exists()
    with pytest.raises(asking.NotPossibleError):
        handling.hand_to(recipient=recipient, user=country.stranger, by=country.coordinator, now=NOW)


def test_colleagues_are_those_whose_work_it_is(country):
    office = user("bureau")
    Assignment.objects.create(user=office, role=Assignment.Role.PROGRAMME_STAFF)
    region = user("regio")
    of_network, of_desk = another(country), another(country, networks=[])

    def names(recipient):
        return [str(found) for found in handling.colleagues(recipient, NOW.date())]

    assert names(of_network) == ["Coordinator"]
    assert of_desk.level == "region"
    assert names(of_desk) == ["Bureau"]
    Assignment.objects.create(
        user=region, role=Assignment.Role.REGION_COORDINATOR, region=country.municipality.region
    )
    assert names(of_desk) == ["Regio"]


# --- notes -----------------------------------------------------------------------------------------------


def note(client, recipient, text, **values):
    data = {"notitie-text": text, "notitie-form_key": uuid4(), **values}
    return client.post(reverse("workspace:question-note", args=[recipient.uid]), data)


def test_a_note_is_kept_once_and_is_for_the_network_only(country, coordinator, sign_in):
    recipient = seen(another(country))
    key = {"notitie-form_key": uuid4()}
    note(coordinator, recipient, "Belde gisteren.", **key)
    note(coordinator, recipient, "Belde gisteren.", **key)

    assert HandlingNote.objects.count() == 1
    assert "Belde gisteren." in coordinator.get(page_of(recipient)).content.decode()
    answering.answer(recipient=recipient, form_key=uuid4(), text=TEXT, now=NOW)
    asker = sign_in(country.asker)
    for address in (f"/vraag/{recipient.enquiry.uid}/", "/mijn/03WU00/"):
        answer = asker.get(address)
        assert answer.status_code == 200
        assert "Belde gisteren." not in answer.content.decode()


def test_who_gets_the_question_in_the_same_network_reads_the_notes_and_another_network_does_not(country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk])
    first = enquiry.recipients.get(network=country.network)
    handling.write_note(recipient=first, text="Belde.", form_key=uuid4(), by=country.coordinator, now=NOW)
    answering.pass_on(recipient=first, form_key=uuid4(), reason="Verlof.", now=NOW)
    second = first.passed_to.get()

    assert second.network == country.network
    assert [found.text for found in handling.notes_of(second)] == ["Belde."]
    assert not handling.notes_of(enquiry.recipients.get(network=country.serving)).exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_note_that_cannot_be_kept_stays_on_the_page(country, coordinator, text):
    recipient = another(country)

    answer = note(coordinator, recipient, text)

    assert answer.status_code == 200
    assert "nog niet bewaard" in answer.content.decode()
    assert answer.context["form"]["text"].value() == text
    assert not HandlingNote.objects.exists()


def test_a_long_note_of_who_may_not_is_shown_to_be_copied(country, sign_in):
    recipient = another(country)
    other = user("ander")
    Assignment.objects.create(user=other, role=Assignment.Role.COORDINATOR, network=country.serving)

    answer = note(sign_in(other), recipient, "Belde gisteren over de datum.")

    assert answer.status_code == 404
    assert "Belde gisteren over de datum." in answer.content.decode()


def test_what_one_wrote_and_does_is_in_ones_own_data(country, coordinator):
    recipient = another(country)
    note(coordinator, recipient, "Belde gisteren.")
    handling.hand_to(recipient=recipient, user=country.coordinator, by=country.coordinator, now=NOW)

    found = collect(country.coordinator)

    assert found["interne notities bij vragen"][0]["tekst"] == "Belde gisteren."
    assert found["vragen die u doet"][0]["namens"] == "Netwerk Nabij"


# --- texts -----------------------------------------------------------------------------------------------


def test_a_text_is_written_changed_and_taken_away(country, coordinator):
    new = reverse("workspace:answer-template-add")
    assert coordinator.get(new).context["form"]["network"].value() == country.network.pk
    coordinator.post(new, {"network": country.network.pk, "title": "Bezoek", "text": "Wij komen."})
    row = AnswerTemplate.objects.get()
    address = reverse("workspace:answer-template", args=[row.pk])
    coordinator.post(address, {"title": "Bezoek", "text": "Wij komen graag."})

    page = coordinator.get(address)
    assert page.context["trail"][0].changes[0].after == "Wij komen graag."
    coordinator.post(reverse("workspace:answer-template-remove", args=[row.pk]))
    assert not AnswerTemplate.objects.exists()


def test_a_name_is_used_once_for_each_network(country, coordinator):
    AnswerTemplate.objects.create(network=country.network, title="Bezoek", text="Wij komen.")

    answer = coordinator.post(
        reverse("workspace:answer-template-add"),
        {"network": country.network.pk, "title": "Bezoek", "text": "Iets anders."},
    )

    assert "al een tekst met deze naam" in answer.content.decode()
    assert AnswerTemplate.objects.count() == 1


def test_texts_of_other_networks_are_out_of_reach(country, coordinator):
    row = AnswerTemplate.objects.create(network=country.serving, title="Bezoek", text="Wij komen.")

    for name in ("answer-template", "answer-template-remove"):
        assert (
            coordinator.post(reverse(f"workspace:{name}", args=[row.pk]), {"title": "x", "text": "y"}).status_code
            == 404
        )
    answer = coordinator.post(
        reverse("workspace:answer-template-add"), {"network": country.serving.pk, "title": "x", "text": "y"}
    )
    assert answer.status_code == 200
    assert list(AnswerTemplate.objects.all()) == [row]
    assert row.text == "Wij komen."
