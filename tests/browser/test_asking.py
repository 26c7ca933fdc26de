"""Asking and answering in a real browser: no barrier in any state, no broken policy, and all without scripts."""

import re

import pytest
from django.core.cache import cache

from accounts import messages
from accounts.models import Message
from enquiries import answering, asking
from enquiries.attachments import CheckedFile
from enquiries.links import ANSWER, FOLLOW, VERIFY
from enquiries.models import Enquiry
from loket.vocabulary import Need
from tests.activities.factories import ActivityFactory
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country, only_recipient
from tests.enquiries.test_ask_pages import expired
from tests.enquiries.test_enquiry_pages import say, states
from tests.networks.factories import NetworkFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = ["wide", "small"]
LONG = "Wetenschapsentechniekonderwijsondersteuningsnetwerk " * 3


@pytest.fixture(autouse=True)
def country(monkeypatch):
    cache.clear()
    monkeypatch.setattr(messages.current_app, "send_task", lambda *args, **options: None, raising=False)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    country = asking_country()
    for number in range(8):
        NetworkFactory(
            slug=f"meer-{number}",
            name=LONG[:140] if number == 0 else f"Netwerk {number}",
            programme=country.programmes["near"],
            area=[country.municipality],
        )
    return country


def assert_fine(page, barriers):
    assert barriers(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_to_ask_have_no_barriers(visit, barriers, country, width):
    waiting = ask(country, sender=("Lezer", "lezer@voorbeeld.example"))
    paths = [
        "/vraag/",
        "/vraag/?q=regenboog",
        "/vraag/?q=xyzzyx",
        "/vraag/?school=03WU00&activiteit=training&behoefte=curriculum&behoefte=onzin",
        "/vraag/kijk-in-uw-mail/",
        VERIFY.path(waiting),
    ]
    for path in paths:
        assert_fine(visit(path, width=width), barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_form_with_mistakes_has_no_barriers_and_keeps_what_was_typed(visit, barriers, width):
    page = visit("/vraag/?school=03WU00", width=width)
    page.get_by_label("Wat wilt u bereiken?").fill("kort")
    page.get_by_label("Uw e-mailadres").fill("geen adres")
    page.get_by_role("button", name="Naar de laatste stap").click()

    assert_fine(page, barriers)
    assert page.get_by_text("Dit is geen e-mailadres. Verbeter het.").is_visible()
    assert page.get_by_label("Wat wilt u bereiken?").input_value() == "kort"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_of_a_question_has_no_barriers(visit_as, barriers, country, width):
    made = states(country)
    answered = made["answered"][0]
    say(
        answering.answer,
        only_recipient(answered),
        text=f"{LONG}\nhttps://voorbeeld.example/een/lang/adres/zonder/einde/dat/niet/past",
        activity=country.activity,
        files=[CheckedFile("x" * 100 + ".pdf", "application/pdf", b"%PDF-")],
    )
    for enquiry, _said in made.values():
        page = visit_as(country.asker, f"/vraag/{enquiry.uid}/", width=width)
        for fold in page.locator("summary").all():
            fold.click()
        assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_acting_on_a_question_has_no_barriers_also_with_mistakes(visit_as, barriers, country, width):
    enquiry = ask(country)
    page = visit_as(country.asker, f"/vraag/{enquiry.uid}/wijzig/", width=width)
    assert_fine(page, barriers)
    page.get_by_label("Wat wilt u bereiken?").fill("")
    page.get_by_role("button", name="Bewaar de verandering").click()
    assert_fine(page, barriers)

    page.goto(f"/vraag/{enquiry.uid}/")
    page.get_by_text("Nu niet, later wel").click()
    page.get_by_role("button", name="Stel de vraag uit").click()
    assert page.get_by_text("Kies een dag.").is_visible()
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_of_an_answer_has_no_barriers(visit, visit_as, barriers, country, width):
    ActivityFactory(network=country.network, title=LONG[:150])
    made = states(country)
    for enquiry, _said in made.values():
        for recipient in enquiry.recipients.all():
            page = visit(ANSWER.path(recipient), width=width)
            assert_fine(page, barriers)
            if page.get_by_role("button", name="Lees de vraag").count():
                page.get_by_role("button", name="Lees de vraag").click()
                assert_fine(page, barriers)
    assert_fine(visit_as(country.coordinator, "/vraag/ontvangen/", width=width), barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_answer_with_mistakes_has_no_barriers(visit, barriers, country, width, tmp_path):
    recipient = only_recipient(ask(country))
    answering.see(recipient=recipient, now=NOW)
    page = visit(ANSWER.path(recipient), width=width)
    disguised = tmp_path / "plan.pdf"
    disguised.write_bytes(b"MZ" + b"0" * 100)
    page.get_by_label("Bijlagen").set_input_files(disguised)
    page.get_by_label("Wij kunnen niet helpen").check()
    page.get_by_label("Uw antwoord of toelichting").fill("Dit blijft staan.")
    page.get_by_role("button", name="Verstuur").click()

    assert_fine(page, barriers)
    assert page.get_by_text("kunnen wij niet aannemen").is_visible()
    assert page.get_by_text("Kies een reden.").is_visible()
    assert page.get_by_label("Uw antwoord of toelichting").input_value() == "Dit blijft staan."


@pytest.mark.parametrize("width", WIDTHS)
def test_links_that_do_not_work_have_no_barriers(visit, barriers, country, width, monkeypatch):
    enquiry = ask(country, sender=("Lezer", "lezer@voorbeeld.example"))
    asking.verify(enquiry=enquiry, now=NOW)
    for path in ("/antwoord/kapot/", expired(monkeypatch, lambda: FOLLOW.path(enquiry))):
        page = visit(path, width=width)
        page.complaints.clear()  # the browser writes down a 404 and a 410 by itself
        assert_fine(page, barriers)


def mailed(kind, page):
    """The path of the link in the newest mail of a kind."""
    return re.search(rf"127\.0\.0\.1:8000({page}\S+)", Message.objects.filter(kind=kind).latest("pk").text)[1]


def test_a_question_is_asked_answered_and_accepted_without_scripts(visit, country):
    page = visit("/loket/03WU00/?behoefte=curriculum", scripts=False)
    page.get_by_role("link", name="Stel uw vraag over Training in de klas").click()
    assert page.get_by_label("Netwerk Nabij").is_checked()
    assert page.get_by_label(str(Need.CURRICULUM.label)).is_checked()
    page.get_by_label("Wat wilt u bereiken?").fill("Ons team leert lesgeven over techniek.")
    page.get_by_label("Vraag het zonder de naam van onze school").check()
    page.get_by_label("Uw naam").fill("Een lezer")
    page.get_by_label("Uw e-mailadres").fill("lezer@voorbeeld.example")
    page.get_by_role("button", name="Naar de laatste stap").click()
    assert page.get_by_role("heading", name="Kijk in uw mail").is_visible()

    page.goto(mailed("enquiry-verify", "/vraag/bevestig/"))
    page.get_by_role("button", name="Verstuur mijn vraag").click()
    assert page.get_by_text("U krijgt antwoord uiterlijk op maandag 30 november 2026.").is_visible()
    school_side = page.url

    page.goto(mailed("enquiry-received", "/antwoord/"))
    page.get_by_role("button", name="Lees de vraag").click()
    assert page.get_by_text("De school vraagt dit zonder naam.").is_visible()
    page.get_by_label("Ik geef antwoord").check()
    page.get_by_label("Uw antwoord of toelichting").fill("Wij komen in januari langs.")
    page.get_by_label("Stel een activiteit voor").select_option("Training in de klas")
    page.get_by_label("Bijlagen").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="Verstuur").click()
    assert page.get_by_text("De school heeft uw antwoord.").is_visible()
    answer_side = page.url

    page.goto(mailed("enquiry-answered", "/vraag/volg/"))
    assert page.get_by_text("Wij komen in januari langs.").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf").click()
    assert download.value.suggested_filename == "plan.pdf"
    page.get_by_role("button", name="Neem dit antwoord aan").click()
    assert page.get_by_text("U hebt het antwoord van Netwerk Nabij aangenomen.").is_visible()

    page.goto(answer_side)
    assert page.get_by_text("De Regenboog").first.is_visible()
    assert school_side != answer_side
    assert Enquiry.objects.get().is_anonymous


def test_everything_is_reached_and_done_with_the_keyboard(visit_as, country):
    enquiry = ask(country)
    page = visit_as(country.asker, f"/vraag/{enquiry.uid}/")
    page.get_by_text("Trek de vraag in").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_text("U hebt deze vraag ingetrokken.").wait_for()
    assert TEXTS["goal"] in page.content()
