""" "Klopt er iets niet?": what is taken, what is refused with all that was typed, and where it goes."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import limits, messages
from accounts.models import Message
from activities import notes
from activities.models import Activity, Note
from networks.models import ContactRole
from regions.models import ContentVersion

pytestmark = pytest.mark.usefixtures("today")
PATH = "/aanbod/training/klopt-niet/"
TEXT = "De prijs klopt niet: het is nu gratis."


@pytest.fixture(autouse=True)
def _nobody_wrote_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def handed_over(monkeypatch):
    given = []
    monkeypatch.setattr(
        messages.current_app, "send_task", lambda name, args, **options: given.append(args[0]), raising=False
    )
    return given


def write(client, text=TEXT, **values):
    return client.post(PATH, {"text": text, "sender": "", "website": "", **values})


def test_a_note_goes_to_the_network_with_its_mail_in_one_transaction(
    client, country, handed_over, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = write(client, sender="lezer@voorbeeld.example")

    assert response.status_code == 302
    assert response["Location"] == PATH + "dank/"
    note = Note.objects.get()
    assert (note.activity, note.text, note.sender) == (country.activity, TEXT, "lezer@voorbeeld.example")
    mail = Message.objects.get()
    assert mail.to == ContactRole.objects.get(network=country.network).person.email
    assert (mail.kind, mail.reply_to) == ("note", "lezer@voorbeeld.example")
    assert f"> {TEXT}" in mail.text
    assert "/aanbod/training/" in mail.text
    assert handed_over == [mail.pk]


def test_without_a_mail_no_note_is_kept(client, country, monkeypatch):
    def fail(**values):
        raise RuntimeError

    monkeypatch.setattr(notes, "queue", fail)

    with pytest.raises(RuntimeError):
        write(client)

    assert not Note.objects.exists()


def test_without_a_confirmed_contact_it_goes_to_the_office(client, country):
    ContactRole.objects.filter(network__isnull=False).update(confirmed_on=date(2025, 1, 1))

    write(client)
    said = client.get(PATH + "dank/").content.decode()

    assert Message.objects.get().to == ContactRole.objects.get(organisation__isnull=False).person.email
    assert "Netwerk Nabij geen bevestigd contact" in Message.objects.get().text
    assert "Het netwerk zelf heeft nu geen bevestigd contact." in said


def test_without_any_contact_staff_still_find_the_note(client, country, admin_client):
    ContactRole.objects.all().delete()

    response = write(client)

    assert response.status_code == 302
    assert not Message.objects.exists()
    assert "leest uw opmerking in Loket" in client.get(PATH + "dank/").content.decode()
    assert "De prijs klopt niet" in admin_client.get("/admin/activities/note/").content.decode()


def test_the_page_after_it_says_what_happens_now(client, country):
    text = client.get(write(client)["Location"]).content.decode()

    assert "Wat er nu gebeurt" in text
    assert "Netwerk Nabij krijgt uw opmerking meteen per mail." in text


def test_the_same_text_twice_is_one_note_and_one_mail_until_it_is_handled(client, country):
    write(client)
    write(client)

    assert (Note.objects.count(), Message.objects.count()) == (1, 1)

    Note.objects.update(handled_at=timezone.now())
    write(client)

    assert (Note.objects.count(), Message.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": ""}, "Schrijf op wat er niet klopt."),
        ({"text": "   \r\n \x00 "}, "Schrijf op wat er niet klopt."),
        ({"text": "te kort"}, "Schrijf iets meer: ten minste 10 tekens"),
        ({"text": "é" * 2001}, "Dit is te lang: 2001 tekens."),
        ({"text": "woord " * 8500}, "Dit is te lang: 50999 tekens."),
        ({"text": "kijk http://a.example https://b.example www.c.example"}, "Hier staan 3 links in."),
        ({"sender": "geen adres"}, "Dit is geen e-mailadres."),
        ({"sender": "a@voorbeeld.example\r\nBcc: b@voorbeeld.example"}, "Dit is geen e-mailadres."),
        ({"website": "https://koop.example"}, "Laat het veld “Laat dit leeg” leeg"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(client, country, values, said):
    response = write(client, **values)
    page = response.content.decode()

    assert response.status_code == 200
    assert said in page
    assert "Wat u typte, staat er nog." in page
    assert values.get("text", TEXT).replace("\x00", "").strip() in page.replace("&#x27;", "'")
    assert values.get("sender", "").partition("\r")[0] in page
    assert not Note.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "text", ["kort kort kort kort kort", "x" * 10, "é" * 2000, "twee http://a.example http://b.example"]
)
def test_what_is_just_within_bounds_is_taken(client, country, text):
    assert write(client, text=text).status_code == 302
    assert Note.objects.get().text == text


def test_lines_count_once_whatever_ends_them_and_control_signs_are_left_out(client, country):
    write(client, text="Regel een\r\nregel\ttwee\x00\x07\x1b[31m\r\n" + "z" * 1900)

    assert Note.objects.get().text == "Regel een\nregel\ttwee[31m\n" + "z" * 1900


def test_a_script_is_text_everywhere(client, country, admin_client):
    write(client, text="<script>alert(1)</script> en <b>vet</b>")

    assert "> <script>alert(1)</script>" in Message.objects.get().text  # a mail of plain text
    assert "<script>alert" not in admin_client.get("/admin/activities/note/").content.decode()
    refused = write(client, text="<script>alert(1)</script>", sender="x").content.decode()
    assert "<script>alert" not in refused
    assert "&lt;script&gt;alert(1)" in refused


def test_who_writes_too_often_is_asked_to_wait_with_what_was_typed(client, country):
    for number in range(notes.MOST_PER_ADDRESS):
        assert write(client, text=f"{TEXT} {number}").status_code == 302

    refused = write(client, text="De zesde opmerking.")
    other = client.post(PATH, {"text": TEXT}, REMOTE_ADDR="192.0.2.7")

    assert refused.status_code == 429
    assert "De zesde opmerking." in refused.content.decode()
    assert other.status_code == 302
    assert Note.objects.count() == notes.MOST_PER_ADDRESS + 1


@pytest.mark.parametrize("proxies", [0, 1])
def test_who_claims_another_address_each_time_is_counted_all_the_same(client, country, settings, proxies):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    answers = [
        client.post(
            PATH, {"text": f"{TEXT} {number}"}, headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.7"}
        )
        for number in range(notes.MOST_PER_ADDRESS + 1)
    ]

    assert [answer.status_code for answer in answers] == [302] * notes.MOST_PER_ADDRESS + [429]


def test_all_together_write_at_most_so_much_in_a_day(client, country, monkeypatch):
    monkeypatch.setattr(notes, "MOST_PER_DAY", 2)
    Note.objects.bulk_create(Note(activity=country.activity, text=str(number)) for number in range(2))

    assert write(client).status_code == 429

    Note.objects.update(written_at=timezone.now() - timedelta(days=2))
    assert write(client).status_code == 302


def test_without_a_cache_and_a_broker_a_note_is_taken_all_the_same(
    client, country, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args, **options):
        raise ConnectionError

    monkeypatch.setattr(messages.current_app, "send_task", away, raising=False)
    monkeypatch.setattr(limits.cache, "add", lambda *args: False)
    monkeypatch.setattr(limits.cache, "incr", _not_there)

    with django_capture_on_commit_callbacks(execute=True):
        response = write(client)

    assert response.status_code == 302
    assert messages.due_keys(timezone.now()) == [Message.objects.get().pk]


def _not_there(key):
    raise ValueError


def test_addresses_of_visitors_are_not_kept(client, country, monkeypatch):
    kept = []
    monkeypatch.setattr(limits.cache, "add", lambda key, *args: kept.append(key))

    client.post(PATH, {"text": TEXT}, REMOTE_ADDR="192.0.2.7")

    assert len(kept) == 1
    assert "192.0.2.7" not in kept[0]


def test_the_form_holds_a_token_and_is_kept_by_nobody(client, country):
    response = client.get(PATH)

    assert "csrfmiddlewaretoken" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_form_without_token_is_refused(country):
    assert write(Client(enforce_csrf_checks=True)).status_code == 403
    assert not Note.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/aanbod/training/klopt-niet/", "/aanbod/onbekend/klopt-niet/"])
def test_about_what_is_not_public_nobody_writes(client, country, method, path):
    Activity.objects.update(published_on=None)

    assert getattr(client, method)(path, {"text": TEXT}).status_code == 404


def test_a_note_leaves_the_kept_pages_as_they_are(client, country):
    before = ContentVersion.current()

    write(client)

    assert ContentVersion.current() == before


def test_staff_say_that_a_note_was_handled_and_change_nothing_in_it(client, country, admin_client):
    write(client)
    note = Note.objects.get()

    admin_client.post("/admin/activities/note/", {"action": "handle", "_selected_action": [note.pk]})
    form = admin_client.get(f"/admin/activities/note/{note.pk}/change/").content.decode()

    note.refresh_from_db()
    assert note.handled_at is not None
    assert 'name="text"' not in form
