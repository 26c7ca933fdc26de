"""The pages of one network: what they show, what they save, and what two people at once do to each other."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.models import Message
from networks.models import Assignment, ContactRole, Network, Partner, Person, SupportPoint
from quality.models import Meeting, Obligation
from tests.networks.factories import ContactRoleFactory, NetworkFactory, ProgrammeFactory
from tests.quality.factories import ObligationFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory, OfficeFactory, RegionFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.world import DAY, ask, join, today


def page_of(home, name="network"):
    return reverse(f"workspace:{name}", args=[home.network.slug])


def fields(page):
    """What the form of a page would send, as a browser does: {name: value or list of values}."""
    form = page.context["form"]
    found = {}
    for field in form:
        value = field.value()
        found[field.html_name] = "" if value is None else value
    return found


def base_of(page):
    return re.search(r'name="base" value="([^"]+)"', page.text).group(1)


# --- the record --------------------------------------------------------------------------------------
def test_the_page_says_all_of_the_network(home, as_role):
    SchoolFactory(board=home.board)
    SchoolFactory(board=home.board)
    SchoolFactory(board=home.board, closed_on=today())
    ContactRoleFactory(support_point=home.point, person__name="Contact Steunpunt")

    page = as_role("coordinator").get(page_of(home)).text

    for said in (
        "Contact Nabij",
        "Bestuur Noord, deelnemend bestuur (2 scholen)",
        "Steunpunt Assen",
        "Contact Steunpunt",
        "0 van 5 tot 6 in",
        "Plan er nog",
        "Draag het netwerk over",
        "1 gemeente:",
    ):
        assert said in page, said


def _names_in_file(client, path, asked):
    """The first column of the file of a list, as a set; its page must be asked with the same filter."""
    lines = b"".join(client.get(path, {**asked, "formaat": "csv"})).decode("utf-8-sig").splitlines()[1:]
    return {line.split(";")[0] for line in lines}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"home", "second", "stale"}),
        ({"q": "tweede"}, {"second"}),
        ({"programma": "ander"}, {"second"}),
        ({"bevestigen": "ja"}, {"stale"}),
    ],
)
def test_the_file_of_networks_is_the_list_as_filtered(home, as_role, asked, expected):
    programme = ProgrammeFactory(slug="ander", name="Ander programma")
    rows = {
        "home": home.network,
        "second": NetworkFactory(name="Tweede netwerk", programme=programme, confirmed_on=today()),
        "stale": NetworkFactory(
            name="Lang geleden", programme=home.network.programme, confirmed_on=today() - 300 * DAY
        ),
    }
    Network.objects.filter(pk=home.network.pk).update(confirmed_on=today())
    client = as_role("coordinator")
    user = Assignment.objects.get(network=home.network, role="coordinator").user
    for name in ("second", "stale"):
        Assignment.objects.create(user=user, role=Assignment.Role.COORDINATOR, network=rows[name])

    page = client.get("/beheer/netwerken/", asked).context["page"]

    assert {row.name for row in page} == {rows[name].name for name in expected}
    assert _names_in_file(client, "/beheer/netwerken/", asked) == {rows[name].name for name in expected}


@pytest.mark.parametrize(("asked", "expected"), [({}, {"Vers", "Oud"}), ({"bevestigen": "ja"}, {"Oud"})])
def test_the_file_of_contacts_is_the_list_as_filtered(home, as_role, asked, expected):
    ContactRole.objects.all().delete()
    for name, days in (("Vers", 1), ("Oud", 300)):
        ContactRoleFactory(network=home.network, person__name=name, confirmed_on=today() - days * DAY)
    ContactRoleFactory(network=NetworkFactory(), person__name="Van een ander")
    client = as_role("coordinator")

    page = client.get("/beheer/contacten/", asked).context["page"]

    assert {row.person.name for row in page} == expected
    assert _names_in_file(client, "/beheer/contacten/", asked) == expected


@pytest.mark.parametrize("role", ["region coordinator", "committee"])
def test_who_only_reads_gets_no_button(home, as_role, role):
    page = as_role(role).get(page_of(home)).text

    assert "U leest mee" in page
    main = page[page.index("workspace__main") :]
    assert "<form" not in main
    for word in ("Wijzig de", "Voeg een", "Draag het", "Kies het", "Klopt nog"):
        assert word not in main


def test_the_record_is_saved_and_the_public_reads_it(home, as_role, client):
    coordinator = as_role("coordinator")
    page = coordinator.get(page_of(home, "network-edit"))

    answer = coordinator.post(
        page_of(home, "network-edit"),
        {
            **fields(page),
            "website": "https://www.voorbeeld.nl/",
            "agenda_text": "Wij werken aan **scholing**.\n\n<script>x</script>",
            "subsidy_state": "subsidised",
            "funded_until": "31-12-2027",
        },
    )

    assert answer.status_code == 302
    home.network.refresh_from_db()
    assert (home.network.website, home.network.subsidy_state) == ("www.voorbeeld.nl", "subsidised")
    assert f"{home.network.funded_until:%Y-%m-%d}" == "2027-12-31"
    assert home.network.edited_at
    public = client.get(home.network.get_absolute_url()).text
    assert "<strong>scholing</strong>" in public
    assert "<script>x" not in public
    assert "Overleg" not in public  # meetings are not for the public
    entry = LogEntry.objects.get_for_object(home.network).first()
    assert entry.actor == home.people["coordinator"]


def test_a_preview_saves_nothing(home, as_role):
    answer = as_role("coordinator").post(
        page_of(home, "network-edit"), {"name": "Anders", "agenda_text": "# Kop", "voorbeeld": "ja"}
    )

    assert answer.status_code == 200
    assert "<h3>Kop</h3>" in answer.text
    assert 'value="Anders"' in answer.text
    assert Network.objects.filter(name="Netwerk Nabij").exists()


def test_a_mistake_keeps_what_was_typed(home, as_role):
    coordinator = as_role("coordinator")
    url = page_of(home, "network-edit")
    typed = {"name": "", "website": "geen adres", "agenda_text": "Blijft staan"}

    answer = coordinator.post(url, {**fields(coordinator.get(url)), **typed})

    assert answer.status_code == 400
    assert "Vul de naam van het netwerk in." in answer.text
    assert "Dit is geen adres van een website." in answer.text
    assert "Blijft staan" in answer.text


# --- two at once -----------------------------------------------------------------------------------------
def test_two_who_change_different_fields_both_keep_theirs(home, as_role):
    first, second = as_role("coordinator"), as_role("account manager")
    url = page_of(home, "network-edit")
    seen_first, seen_second = fields(first.get(url)), fields(second.get(url))

    first.post(url, {**seen_first, "website": "www.eerste.nl"})
    answer = second.post(url, {**seen_second, "agenda_text": "Van de tweede"}, follow=True)

    home.network.refresh_from_db()
    assert (home.network.website, home.network.agenda_text) == ("www.eerste.nl", "Van de tweede")
    assert "Iemand anders veranderde intussen: Website" in answer.text


def test_two_who_change_the_same_the_second_sees_it_and_decides(home, as_role):
    first, second = as_role("coordinator"), as_role("account manager")
    url = page_of(home, "network-edit")
    seen_first, seen_second = fields(first.get(url)), fields(second.get(url))
    first.post(url, {**seen_first, "website": "www.eerste.nl", "funded_until": "2027-01-01"})

    told = second.post(url, {**seen_second, "website": "www.tweede.nl"})

    assert told.status_code == 409
    assert "www.eerste.nl" in told.text
    assert 'value="www.tweede.nl"' in told.text
    assert home.people["coordinator"].name in told.text
    home.network.refresh_from_db()
    assert home.network.website == "www.eerste.nl"

    answer = second.post(url, {**fields(told), "base": base_of(told)})

    home.network.refresh_from_db()
    assert answer.status_code == 302
    assert home.network.website == "www.tweede.nl"
    assert f"{home.network.funded_until:%Y}" == "2027"  # the field that only the first changed


@pytest.mark.parametrize("base", ["", "onzin", "W10:1abc:def"])
def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(home, as_role, base):
    answer = as_role("coordinator").post(page_of(home, "network-edit"), {"name": "Anders", "base": base})

    assert answer.status_code == 409
    assert Network.objects.filter(name="Netwerk Nabij").exists()


def test_the_catalogue_leaves_an_edited_network_alone(home, as_role, tmp_path):
    from networks.catalogue import load_networks

    network = {"slug": "netwerk-nabij", "name": "Volgens de lijst", "programme": "nabij", "sample": True}
    network["area"] = {"municipalities": [home.far.code]}
    (tmp_path / "networks.yaml").write_text(str({"networks": [network]}).replace("True", "true"))
    role = {"title": "volgens de lijst", "confirmed_days_ago": 1, "network": "netwerk-nabij"}
    contact = {"name": "Lijst", "email": home.person.email, "telephone": "1", "roles": [role]}
    (tmp_path / "contacts.yaml").write_text(str({"contacts": [contact]}))
    Network.objects.filter(pk=home.network.pk).update(is_sample=True)
    Person.objects.update(is_sample=True)
    coordinator = as_role("coordinator")
    page = coordinator.get(page_of(home, "network-edit"))
    coordinator.post(page_of(home, "network-edit"), {**fields(page), "website": "www.nabij.nl"})

    load_networks(tmp_path, today())

    home.network.refresh_from_db()
    home.contact.refresh_from_db()
    assert (home.network.name, home.network.website) == ("Netwerk Nabij", "www.nabij.nl")
    assert list(home.network.area.all()) == [home.place]
    assert home.contact.title == "coördinator"


# --- contacts --------------------------------------------------------------------------------------------
def test_a_person_with_more_roles_says_for_what_the_change_counts(home, as_role):
    other = ContactRoleFactory(person=home.person, network=home.elsewhere, title="adviseur")
    url = reverse("workspace:contact", args=[home.contact.pk])
    coordinator = as_role("coordinator")
    page = coordinator.get(url)
    assert "veranderen ook voor" in page.text
    assert "Netwerk Ver (adviseur)" in page.text

    answer = coordinator.post(url, {**fields(page), "telephone": "000 000 00 09"})

    assert answer.status_code == 302
    other.person.refresh_from_db()
    assert other.person.telephone == "000 000 00 09"


def test_two_who_edit_one_person_by_different_roles(home, as_role):
    other = ContactRoleFactory(person=home.person, network=home.elsewhere)
    here = reverse("workspace:contact", args=[home.contact.pk])
    there = reverse("workspace:contact", args=[other.pk])
    first, second = as_role("coordinator"), as_role("coordinator elsewhere")
    seen_first, seen_second = fields(first.get(here)), fields(second.get(there))

    first.post(here, {**seen_first, "telephone": "000 000 00 07"})
    answer = second.post(there, {**seen_second, "telephone": "000 000 00 08"})

    home.person.refresh_from_db()
    assert answer.status_code == 409
    assert home.person.telephone == "000 000 00 07"


def test_adding_a_known_person_leads_to_its_one_page(home, as_role):
    url = reverse("workspace:contact-add", args=["steunpunt", home.point.pk])

    answer = as_role("coordinator").post(
        url, {"name": "Anders", "email": "NABIJ@voorbeeld.example", "title": "contact"}
    )

    new = ContactRole.objects.get(support_point=home.point)
    assert answer["Location"] == reverse("workspace:contact", args=[new.pk])
    assert new.person == home.person
    assert Person.objects.get(pk=home.person.pk).name == "Contact Nabij"


def test_the_address_of_somebody_else_is_refused(home, as_role):
    ContactRoleFactory(network=home.elsewhere, person__email="ver@voorbeeld.example", person__name="Ver")
    url = reverse("workspace:contact", args=[home.contact.pk])
    coordinator = as_role("coordinator")

    answer = coordinator.post(url, {**fields(coordinator.get(url)), "email": "VER@voorbeeld.example"})

    assert answer.status_code == 400
    assert "Dit adres is van Ver." in answer.text


def test_one_click_confirms_many_contacts(home, as_role):
    old = today() - 200 * DAY
    mine = [ContactRoleFactory(network=home.network, confirmed_on=old) for _each in range(3)]
    other = ContactRoleFactory(network=home.elsewhere, confirmed_on=old)

    as_role("coordinator").post(
        reverse("workspace:contacts-confirm"), {"contact": [row.pk for row in [*mine[:2], other]] + ["x"]}
    )

    assert set(ContactRole.objects.filter(confirmed_on=today()).exclude(pk=home.contact.pk)) == set(mine[:2])


def test_a_region_desk_is_kept_by_its_coordinator(home, as_role):
    add = reverse("workspace:contact-add", args=["regio", home.place.region.pk])
    coordinator = as_role("region coordinator")

    answer = coordinator.post(add, {"name": "Loket", "email": "loket@voorbeeld.example", "title": "loket"})

    assert answer["Location"] == reverse("workspace:contacts")
    assert ContactRole.objects.get(region=home.place.region).person.name == "Loket"
    other = reverse("workspace:contact-add", args=["regio", RegionFactory().pk])
    assert coordinator.get(other).status_code == 404
    assert as_role("coordinator").get(add).status_code == 404


def test_order_and_removal(home, as_role):
    second = ContactRoleFactory(network=home.network, order=2)
    coordinator = as_role("coordinator")

    coordinator.post(reverse("workspace:contact-move", args=[second.pk]), {"plaats": "omhoog"})
    assert list(home.network.contacts.all()) == [second, home.contact]

    remove = reverse("workspace:contact-remove", args=[second.pk])
    assert "Weet u het zeker?" in coordinator.get(remove).text
    assert ContactRole.objects.filter(pk=second.pk).exists()
    coordinator.post(remove)
    assert list(home.network.contacts.all()) == [home.contact]


# --- partners, support points, meetings, obligations ---------------------------------------------------------
def test_a_partner_is_found_by_name_and_added_with_its_role(home, as_role):
    board = BoardFactory(name="Bestuur Zuid", number="77777")
    SchoolFactory(board=board)
    office = OfficeFactory(name="Bestuurskundig bureau")
    coordinator = as_role("coordinator")
    url = page_of(home, "network-partners")

    found = coordinator.get(url, {"q": "bestuur"}).text
    assert "Bestuur Zuid" in found
    assert "1 school" in found
    coordinator.post(url, {"organisatie": board.pk, "rol": "board"})
    coordinator.post(url, {"organisatie": office.pk, "rol": "knowledge"})

    roles = {partner.organisation: partner.role for partner in home.network.partnerships.all()}
    assert roles == {home.board: "board", board: "board", office: "knowledge"}


@pytest.mark.parametrize(("kind", "role"), [("board", "company"), ("office", "board"), ("office", "koning")])
def test_a_role_that_does_not_fit_is_refused_in_words(home, as_role, kind, role):
    organisation = BoardFactory() if kind == "board" else OfficeFactory()

    answer = as_role("coordinator").post(
        page_of(home, "network-partners"), {"organisatie": organisation.pk, "rol": role}
    )

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert Partner.objects.filter(network=home.network).count() == 1


def test_a_partner_goes_after_a_question(home, as_role):
    coordinator = as_role("coordinator")
    url = reverse("workspace:partner-remove", args=[home.partner.pk])

    assert "Zijn scholen buiten het werkgebied vallen weg" in coordinator.get(url).text
    coordinator.post(url)

    assert not home.network.partnerships.exists()
    trail = coordinator.get(page_of(home, "network-trail")).text
    assert "Bestuur Noord" in trail
    assert "verwijderd" in trail


def test_a_support_point_asks_at_once_whom_one_calls(home, as_role):
    answer = as_role("coordinator").post(
        page_of(home, "support-point-add"), {"name": "Steunpunt Zuid", "municipality": home.far.pk}
    )

    point = SupportPoint.objects.get(name="Steunpunt Zuid")
    assert answer["Location"] == reverse("workspace:contact-add", args=["steunpunt", point.pk])
    assert point.network == home.network


def test_the_public_reads_whom_to_call_at_a_support_point(home, client):
    ContactRoleFactory(support_point=home.point, person__name="Vergeten", confirmed_on=None, order=1)
    ContactRoleFactory(support_point=home.point, person__name="Te bereiken", confirmed_on=today(), order=2)

    page = client.get(home.network.get_absolute_url()).text

    assert "Te bereiken" in page
    assert "Vergeten" not in page


def test_a_meeting_with_who_came_counts_for_the_rhythm(home, as_role):
    coordinator = as_role("coordinator")
    url = page_of(home, "meeting-add")
    values = {"held_on": f"{today():%Y-%m-%d}", "title": "Kwartaaloverleg", "attendees": [home.board.pk]}

    assert coordinator.post(url, values).status_code == 302
    assert coordinator.post(url, values).status_code == 400  # the same day and subject

    meeting = Meeting.objects.get(title="Kwartaaloverleg")
    assert list(meeting.attendees.all()) == [home.board]
    assert "1 van 5 tot 6 in" in coordinator.get(page_of(home)).text
    coordinator.post(reverse("workspace:meeting-remove", args=[meeting.pk]))
    assert Meeting.objects.filter(pk=meeting.pk).exists()  # it was held: history
    coordinator.post(reverse("workspace:meeting-remove", args=[home.meeting.pk]))
    assert not Meeting.objects.filter(pk=home.meeting.pk).exists()


def test_only_partners_and_the_lead_can_be_ticked(home, as_role):
    stranger = BoardFactory()
    values = {"held_on": "2026-01-01", "title": "Overleg met gast", "attendees": [stranger.pk]}

    assert as_role("coordinator").post(page_of(home, "meeting-add"), values).status_code == 400


def test_an_obligation_is_asked_by_the_office_and_delivered_by_the_network(home, as_role):
    due = today() - DAY
    as_role("staff").post(
        page_of(home, "obligation-add"), {"kind": "audit", "title": "Audit", "due_on": f"{due:%d-%m-%Y}"}
    )
    obligation = Obligation.objects.get(title="Audit")
    coordinator = as_role("coordinator")
    url = reverse("workspace:obligation", args=[obligation.pk])
    assert "te laat" in coordinator.get(page_of(home)).text

    coordinator.post(url, {"note": "Bij het bureau."})

    obligation.refresh_from_db()
    assert (obligation.done_by, obligation.note) == (home.people["coordinator"], "Bij het bureau.")
    assert "Toch nog niet gedaan" in coordinator.get(url).text
    coordinator.post(url, {"terug": "ja"})
    obligation.refresh_from_db()
    assert obligation.done_at is None


# --- who has it ------------------------------------------------------------------------------------------
def test_handing_over_by_the_page(home, as_role):
    recipient = ask(home)
    coordinator = as_role("coordinator")
    url = page_of(home, "network-hand-over")
    assert (
        coordinator.post(url, {"email": "x@voorbeeld.example", "from_on": f"{today():%Y-%m-%d}"}).status_code == 400
    )

    day = today() + 3 * DAY
    answer = coordinator.post(url, {"email": "x@voorbeeld.example", "from_on": f"{day:%Y-%m-%d}"}, follow=True)

    assert "x@voorbeeld.example heeft het netwerk vanaf" in answer.text
    assert Message.objects.filter(kind="assignment").count() == 2
    recipient.refresh_from_db()
    assert recipient.network == home.network


def test_the_office_chooses_whose_network_it_is_to_be(home, as_role):
    staff = as_role("staff")
    url = page_of(home, "network-hand-over")
    held = Assignment.objects.get(user=home.people["account manager"])

    assert "Wie draagt over" in staff.get(url).text
    staff.post(url, {"assignment": held.pk, "email": "y@voorbeeld.example", "from_on": f"{today() + DAY:%Y-%m-%d}"})

    held.refresh_from_db()
    assert held.until_on == today()
    assert Assignment.objects.get(user__email="y@voorbeeld.example").role == "account_manager"


def test_networks_without_coordinator_are_for_the_office(home, as_role):
    alone = NetworkFactory(name="Verweesd", programme=home.programme)
    url = reverse("workspace:networks") + "?zonder=coordinator"

    page = as_role("staff").get(url)

    assert [row.pk for row in page.context["page"]] == [alone.pk]
    assert "zonder coördinator" in page.text
    assert (
        "Geef het netwerk een coördinator"
        in as_role("staff").get(reverse("workspace:network", args=[alone.slug])).text
    )
    assert {row.pk for row in as_role("coordinator").get(url).context["page"]} == {home.network.pk}


def test_a_coordinator_ends_a_delegate_and_nobody_else(home, as_role):
    coordinator = as_role("coordinator")
    manager = Assignment.objects.get(user=home.people["account manager"])

    assert coordinator.post(reverse("workspace:assignment-end", args=[manager.pk])).status_code == 404
    coordinator.post(reverse("workspace:assignment-end", args=[home.delegation.pk]))

    assert as_role("delegate").get(page_of(home)).status_code == 403


# --- the working area ----------------------------------------------------------------------------------------
def test_the_area_is_saved_only_after_it_was_seen(home, as_role):
    SchoolFactory(municipality=home.far, sectors=["po"])
    ask(home)
    join(home)
    coordinator = as_role("coordinator")
    url = page_of(home, "network-area")

    seen = coordinator.post(url, {"gemeente": [home.far.code]})
    assert Network.objects.get(pk=home.network.pk).area.get() == home.place
    for said in (
        "1 school erbij",
        "2 scholen vallen weg",
        "Nieuwe witte vlek",
        "Overlap met Netwerk Ver",
        "1 open vraag",
        "1 aanmelding",
    ):
        assert said in " ".join(seen.text.split()), said
    stamp = seen.context["stamp"]

    other = coordinator.post(url, {"gemeente": [home.far.code, home.place.code], "bewaar": stamp})
    assert other.status_code == 409  # not what was seen
    answer = coordinator.post(url, {"gemeente": [home.far.code], "bewaar": stamp})

    assert answer.status_code == 302
    assert home.network.area.get() == home.far
    again = coordinator.post(url, {"gemeente": [home.far.code], "bewaar": stamp})
    assert again.status_code == 409  # the area is another by now


@pytest.mark.parametrize("bad", [{}, {"gemeente": ["9999", "x"]}])
def test_no_municipality_at_all_is_not_saved(home, as_role, bad):
    answer = as_role("coordinator").post(page_of(home, "network-area"), bad)

    assert "U koos geen enkele gemeente" in answer.text
    assert "Bewaar dit werkgebied" not in answer.text


def test_whole_regions_and_landsdelen_without_scripts(home, as_role):
    region = home.place.region
    beside = MunicipalityFactory(region=region, landsdeel__slug="noord")
    coordinator = as_role("coordinator")
    url = page_of(home, "network-area")

    def chosen(**data):
        return coordinator.post(url, {"gemeente": [home.place.code], **data}).context["change"].codes

    assert chosen(**{f"regio-{region.code}": "alle"}) == {home.place.code, beside.code}
    assert chosen(**{f"regio-{region.code}": "geen"}) == set()
    assert chosen(**{"landsdeel-noord": "alle"}) == {home.place.code, beside.code}
    assert chosen(**{"landsdeel-oost": "geen", f"regio-{region.code}": "alle"}) == {home.place.code, beside.code}
    assert coordinator.post(url, {"land": "ja"}).context["change"].is_national


# --- how much it asks of the database --------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["coordinator", "staff"])
def test_pages_ask_as_much_whatever_others_have(home, as_role, role, django_assert_max_num_queries):
    client = as_role(role)
    urls = [
        page_of(home),
        reverse("workspace:networks"),
        reverse("workspace:contacts"),
        page_of(home, "network-area"),
    ]
    few = []
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(30) as counted:
            client.get(url)
        few.append(len(counted))
    for number in range(4):
        network = NetworkFactory(programme=ProgrammeFactory(), area=[MunicipalityFactory()], boards=[BoardFactory()])
        ContactRoleFactory(network=network)
        ContactRoleFactory(network=home.network, person=home.person)
        ObligationFactory(network=home.network, due_on=today() - timedelta(days=number))
        Meeting.objects.create(network=home.network, held_on=today(), title=f"{number}")
        Partner.objects.create(network=home.network, organisation=BoardFactory(), role="board")

    for url, before in zip(urls, few, strict=True):
        client.get(url)  # the directory is read anew
        with django_assert_max_num_queries(before):
            client.get(url)
