"""The pages on which a question is asked and sent."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core import signing
from django.test import Client

from accounts.models import Message
from enquiries import ask_views, asking
from enquiries.links import FOLLOW, VERIFY
from enquiries.models import Enquiry, Recipient
from enquiries.routing import FIRST_CONTACT
from regions.models import HolidayRegion, SchoolHoliday
from tests.activities.factories import ActivityFactory
from tests.enquiries.factories import NOW, TEXTS, ask, later
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.usefixtures("today")
PATH = "/vraag/?school=03WU00"


def send(client, path=PATH, **values):
    data = {
        "form_key": str(uuid.uuid4()),
        **TEXTS,
        "needs": ["curriculum"],
        "recipients": [FIRST_CONTACT],
        "sender_name": "Een lezer",
        "sender_email": "lezer@voorbeeld.example",
        "website": "",
        **values,
    }
    return client.post(path, data)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def as_asker(client, country):
    client.force_login(country.asker)
    return client


# --- which school -----------------------------------------------------------------------------------------
def test_first_the_school_is_found_and_the_rest_of_the_address_stays(client, country):
    page = client.get("/vraag/?activiteit=training&behoefte=curriculum&q=regenboog+assen")

    assert page.status_code == 200
    form = client.get("/vraag/?activiteit=training&behoefte=curriculum").content.decode()
    assert '<input type="hidden" name="activiteit" value="training">' in form
    assert '<input type="hidden" name="behoefte" value="curriculum">' in form


def test_several_schools_are_a_choice_that_keeps_the_rest(client, country):
    SchoolFactory(name="De Regenboog", place="Emmen")
    page = client.get("/vraag/?netwerk=x&q=regenboog").content.decode()

    assert "Welke school is het?" in page
    assert "?school=03WU00&amp;netwerk=x" in page


@pytest.mark.parametrize("code", ["99ZZ99", "'--", "03WU00x", "\x00"])
def test_an_unknown_code_asks_again(client, country, code):
    response = client.get("/vraag/", {"school": code})

    assert response.status_code == 200
    assert "Er is geen school met deze code." in text(response)


def test_a_closed_school_asks_nothing_and_names_its_successor(client, country):
    country.school.closed_on = date(2026, 8, 1)
    country.school.successor = SchoolFactory(name="De Nieuwe")
    country.school.save()

    page = text(client.get(PATH))

    assert "is gesloten op 1 augustus 2026" in page
    assert "Stel de vraag voor De Nieuwe" in page


def test_without_a_school_the_page_sets_no_cookie(client, country):
    assert not client.get("/vraag/").cookies


# --- the form ---------------------------------------------------------------------------------------------
def test_the_form_says_who_reads_it_by_when_there_is_an_answer_and_what_then(client, country):
    page = text(client.get(PATH))

    assert "Regioloket (coördinator) leest uw vraag." in page
    assert "Netwerk Nabij Werkt in uw gemeente. Netwerkcontact (coördinator) leest uw vraag." in page
    assert "Antwoord uiterlijk 30 november." in page
    assert "uiterlijk maandag 30 november" in page
    assert "Komt er dan geen antwoord, dan gaat uw vraag vanzelf naar een ander" in page
    assert "Wij kennen de schoolvakanties in deze tijd niet." in page
    assert "Platform Bèta Techniek beheert Loket en kan het wel zien." in page


def test_with_known_holidays_the_clock_counts_them(client, country):
    region = HolidayRegion.objects.create(slug="noord", name="Noord")
    country.school.holiday_region = region
    country.school.save()
    SchoolHoliday.objects.create(
        region=region,
        name="Vrij",
        school_year="2026-2027",
        first_on=date(2026, 11, 24),
        last_on=date(2026, 11, 25),
    )

    page = text(client.get(PATH))

    assert "woensdag 2 december" in page
    assert "Wij kennen de schoolvakanties" not in page


def checked(response):
    return set(re.findall(r'name="recipients" value="([^"]+)" checked', response.content.decode()))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {FIRST_CONTACT}),
        ("&activiteit=training", {"netwerk-nabij"}),
        ("&netwerk=bedrijven", {"bedrijven"}),
        ("&programma=nabij", {"netwerk-nabij", "buren"}),
        ("&programma=onbekend&netwerk=&activiteit=geen", {FIRST_CONTACT}),
    ],
)
def test_the_choice_is_preset_from_where_one_came(client, country, query, expected):
    country.network.slug = "netwerk-nabij"
    country.network.save()

    assert checked(client.get(PATH + query)) == expected


def test_a_network_that_does_not_work_here_is_replaced_by_one_of_its_programme(client, country):
    far = NetworkFactory(slug="ver", programme=country.programmes["near"], area=[MunicipalityFactory()])

    response = client.get(f"{PATH}&netwerk=ver")
    assert "werkt niet voor uw school" in text(response)

    ActivityFactory(slug="verre-les", network=far)
    response = client.get(f"{PATH}&activiteit=verre-les")
    assert checked(response) == {country.network.slug, "buren"}


def test_needs_and_sectors_of_the_address_are_taken_over(as_asker, country):
    path = f"{PATH}&behoefte=curriculum&behoefte=onzin&sector=po"
    page = as_asker.get(path)

    assert 'value="curriculum"' in page.content.decode()
    assert "“onzin” kennen wij niet" in text(page)
    send(as_asker, path)
    assert Enquiry.objects.get().sectors == ["po"]


# --- sending ----------------------------------------------------------------------------------------------
def test_with_an_account_it_is_sent_and_the_page_says_what_happens_now(as_asker, country):
    response = send(as_asker, f"{PATH}&activiteit=training", recipients=[country.network.slug])
    enquiry = Enquiry.objects.get()

    assert response["Location"] == f"/vraag/{enquiry.uid}/"
    assert (enquiry.activity, enquiry.programme) == (country.activity, country.programmes["near"])
    assert enquiry.asked_by == country.asker
    page = text(as_asker.get(response["Location"]))
    assert "U krijgt antwoord uiterlijk op maandag 30 november 2026." in page
    assert "Komt er dan geen antwoord, dan gaat uw vraag naar een collega bij Netwerk Nabij." in page


def test_without_an_account_a_link_is_mailed_that_opens_a_page_with_a_button(client, country):
    response = send(client)

    assert response["Location"] == "/vraag/kijk-in-uw-mail/"
    assert "nog niet verstuurd" in text(client.get(response["Location"]))
    link = re.search(r"/vraag/bevestig/\S+/", Message.objects.get().text)[0]
    page = client.get(link)
    assert "Verstuur mijn vraag" in text(page)
    assert not Recipient.objects.exists(), "looking sends nothing"

    sent = client.post(link)

    enquiry = Enquiry.objects.get()
    assert sent["Location"].startswith("/vraag/volg/")
    assert enquiry.recipients.count() == 1
    assert "Uw vraag" in text(client.get(sent["Location"]))


def test_nothing_chosen_goes_to_the_first_contact(as_asker, country):
    send(as_asker, recipients=[])

    assert Recipient.objects.get().level == "region"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"goal": ""}, "Schrijf op wat u wilt bereiken."),
        ({"goal": "kort"}, "Schrijf iets meer"),
        ({"goal": "x" * 2001}, "Dit is te lang: 2001 tekens."),
        ({"goal": "http://a.example http://b.example http://c.example"}, "meer dan 2 links"),
        ({"for_whom": "y" * 301}, "Dit is te lang: 301 tekens."),
        ({"recipients": ["bestaat-niet"]}, "staat niet meer in de lijst"),
        ({"needs": ["onzin"]}, "Kies uit de lijst."),
        ({"sender_email": "geen adres"}, "Dit is geen e-mailadres."),
        ({"sender_email": "a@voorbeeld.example\r\nBcc: b@voorbeeld.example"}, "Dit is geen e-mailadres."),
        ({"sender_email": ""}, "Vul uw e-mailadres in"),
        ({"sender_name": ""}, "Vul uw naam in"),
        ({"website": "http://koop.example"}, "Laat het veld “Laat dit leeg” leeg"),
        ({"form_key": "geen-sleutel"}, "nog niet verstuurd"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(client, country, values, said):
    response = send(client, **values)

    assert response.status_code == 200
    assert said in text(response)
    assert "Wat u typte, staat er nog." in text(response)
    page = response.content.decode()
    assert values.get("goal", TEXTS["goal"]) in page
    assert values.get("period", TEXTS["period"]) in page
    assert not Enquiry.objects.exists()


def test_more_than_five_recipients_are_too_many(as_asker, country):
    slugs = [
        NetworkFactory(programme=country.programmes["near"], area=[country.municipality]).slug for _n in range(6)
    ]

    assert "U koos er 6. Vraag het aan ten hoogste 5." in text(send(as_asker, recipients=slugs))


def test_a_double_submit_is_one_question(as_asker, country):
    key = str(uuid.uuid4())

    first, second = send(as_asker, form_key=key), send(as_asker, form_key=key)

    assert first["Location"] == second["Location"]
    assert Enquiry.objects.count() == 1


def test_back_and_other_words_asks_whether_it_is_a_new_question(as_asker, country):
    key = str(uuid.uuid4())
    send(as_asker, form_key=key)

    again = send(as_asker, form_key=key, goal="Iets heel anders dan eerst.")

    assert again.status_code == 200
    assert "Druk nog eens: dan is dit een nieuwe vraag." in text(again)
    assert "Iets heel anders dan eerst." in again.content.decode()
    new_key = re.search(r'name="form_key" value="([^"]+)"', again.content.decode())[1]
    assert new_key != key
    send(as_asker, form_key=new_key, goal="Iets heel anders dan eerst.")
    assert Enquiry.objects.count() == 2


def test_the_key_of_somebody_elses_question_opens_nothing(as_asker, country):
    enquiry = ask(country, by=country.member)

    response = send(as_asker, form_key=str(enquiry.form_key))

    assert response.status_code == 200
    assert str(enquiry.uid) not in response.content.decode()


def test_a_session_that_ended_loses_nothing(client, country):
    response = send(client, was_logged_in="True", sender_name="", sender_email="")

    assert "U bent niet meer ingelogd." in text(response)
    assert TEXTS["goal"] in response.content.decode()
    assert not Enquiry.objects.exists()


def test_a_form_without_token_is_refused(country):
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


def test_a_new_question_about_an_old_one_begins_with_its_words(as_asker, country):
    page = as_asker.get(f"{PATH}&opnieuw={ask(country).uid}").content.decode()

    assert TEXTS["goal"] in page
    assert as_asker.get(f"{PATH}&opnieuw=onzin").status_code == 200


def test_the_words_of_an_old_question_are_for_its_own_school_only(client, country):
    old = ask(country)
    client.force_login(country.stranger)

    assert TEXTS["goal"] not in client.get(f"{PATH}&opnieuw={old.uid}").content.decode()


# --- too often ---------------------------------------------------------------------------------------------
def test_who_asks_too_often_is_asked_to_wait_with_what_was_typed(client, country):
    for number in range(ask_views.MOST_PER_ADDRESS):
        assert send(client, period=f"week {number}", sender_email=f"l{number}@voorbeeld.example").status_code == 302

    refused = send(client, period="nog een", sender_email="l9@voorbeeld.example")

    assert refused.status_code == 429
    assert "nog een" in refused.content.decode()


def test_one_mailbox_gets_few_mails_whoever_asks(country):
    for number in range(ask_views.MOST_PER_MAILBOX):
        assert send(Client(REMOTE_ADDR=f"192.0.2.{number}"), period=f"week {number}").status_code == 302

    assert send(Client(REMOTE_ADDR="192.0.2.99"), period="nog een").status_code == 429


def test_all_together_ask_at_most_so_much_in_a_day(client, country, monkeypatch):
    monkeypatch.setattr(ask_views, "MOST_PER_DAY", 1)
    send(client)

    assert send(client, period="nog een").status_code == 429


def test_who_has_an_account_is_not_counted(as_asker, country):
    for number in range(ask_views.MOST_PER_ADDRESS + 1):
        assert send(as_asker, period=f"week {number}").status_code == 302


# --- links --------------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(country):
    return ask(country, sender=("Lezer", "lezer@voorbeeld.example"))


def expired(monkeypatch, make):
    """A token made `make()` long ago."""
    real = signing.time.time
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: real() - timedelta(days=400).total_seconds())
        return make()


def test_a_link_that_was_used_goes_on_to_the_question(client, waiting):
    path = VERIFY.path(waiting)
    client.post(path)

    assert client.get(path)["Location"].startswith("/vraag/volg/")
    assert client.post(path)["Location"].startswith("/vraag/volg/")
    assert Recipient.objects.count() == 1


def test_a_link_that_is_too_old_offers_a_new_one_to_the_same_address(client, waiting, monkeypatch):
    path = expired(monkeypatch, lambda: VERIFY.path(waiting))
    page = client.get(path)

    assert page.status_code == 410
    assert "nog niet verstuurd, maar staat er nog" in text(page)
    assert "lezer@" not in page.content.decode()

    assert "Kijk in uw mail" in text(client.post(path))

    assert Message.objects.filter(kind="enquiry-verify", to="lezer@voorbeeld.example").count() == 2
    assert not Recipient.objects.exists()


def test_new_links_are_mailed_a_few_times_only(client, waiting, monkeypatch):
    path = expired(monkeypatch, lambda: VERIFY.path(waiting))

    assert [client.post(path).status_code for _time in range(4)] == [200, 200, 200, 429]


def test_a_follow_link_that_is_too_old_offers_a_new_one(client, waiting, monkeypatch):
    asking.verify(enquiry=waiting, now=NOW)
    path = expired(monkeypatch, lambda: FOLLOW.path(waiting))

    assert client.get(path).status_code == 410
    client.post(path)

    assert Message.objects.filter(kind="enquiry-link", to="lezer@voorbeeld.example").count() == 1


@pytest.mark.parametrize("page", ["/vraag/bevestig/", "/vraag/volg/", "/antwoord/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_broken_link_says_so(client, country, page, method):
    response = getattr(client, method)(f"{page}abc:def:ghi/")

    assert response.status_code == 404
    assert "Deze link klopt niet" in text(response)


def test_a_link_for_one_purpose_opens_no_other(client, waiting):
    asking.verify(enquiry=waiting, now=NOW)

    for token, page in ((VERIFY.token(waiting), "/vraag/volg/"), (FOLLOW.token(waiting), "/antwoord/")):
        assert client.get(f"{page}{token}/").status_code == 404


def test_a_question_that_is_gone_says_so(client, waiting):
    path = VERIFY.path(waiting)
    waiting.delete()

    response = client.get(path)

    assert response.status_code == 404
    assert "Deze vraag is er niet meer" in text(response)


def test_a_question_that_was_withdrawn_unsent_says_so(client, waiting):
    asking.withdraw(enquiry=waiting, now=later(1))

    response = client.post(VERIFY.path(waiting))

    assert response.status_code == 409
    assert "Deze vraag is ingetrokken." in text(response)


def test_pages_with_a_question_are_kept_by_nobody(client, waiting):
    for path in (PATH, VERIFY.path(waiting), FOLLOW.path(waiting)):
        assert "no-store" in client.get(path)["Cache-Control"]
