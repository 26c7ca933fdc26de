"""The programme office fills in targets: what it types is a tile on the overview, and nobody writes over another."""

import shutil
from datetime import date
from threading import Barrier, Thread

import pytest
from auditlog.models import LogEntry
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit import trail
from activities.catalogue import CATALOGUE_DIR
from activities.loading import load
from dashboards.target_changes import MEASUREMENT, TARGET
from dashboards.targets import targets_of
from networks.models import Assignment, Programme
from networks.target_rows import fingerprint, measurement_problems, target_problems
from tests.accounts.factories import UserFactory
from tests.dashboards.world import person
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import MembershipFactory

Role = Assignment.Role
TODAY = date(2026, 11, 25)
LIST = "/dashboard/doelen/nabij/"
AIM = {"indicator": "deelnemende_scholen", "value": 100, "unit": "scholen", "deadline": "2020"}
OTHER = AIM | {"indicator": "anders"}
FOUND = {"indicator": "deelnemende_scholen", "value": 80, "unit": "scholen", "date": "2019"}
TYPED = {"indicator": "Scholen", "unit": "scholen", "value": "1.500", "at_least": "on", "deadline": "31-12-2030"}


@pytest.fixture
def programme(db):
    return ProgrammeFactory(slug="nabij", name="Nabij", targets=[AIM], measurements=[FOUND], facts_as_of=None)


@pytest.fixture
def office(db):
    return person(Role.PROGRAMME_STAFF)


@pytest.fixture
def browser(sign_in, office):
    return sign_in(office)


def address(kind, row, end=""):
    return f"{LIST}{kind}/{fingerprint(row)}/{end}"


def new(kind):
    return f"{LIST}{kind}/nieuw/"


def fields(answer):
    """What a browser would send of the form of `answer`, unchanged."""
    form = answer.context["form"]
    values = {field.html_name: field.value() for field in form}
    found = {}
    for name, value in values.items():
        if value is True:
            found[name] = "on"
        elif value not in (None, False):
            found[name] = form.fields[name].prepare_value(value)
    return found


def send(browser, answer, **typed):
    """Send the form of `answer` with other words in it; None takes a field out."""
    values = {name: value for name, value in (fields(answer) | typed).items() if value is not None}
    return browser.post(answer.context["action"], values)


def text(answer):
    return " ".join(answer.content.decode().split())


# --- who may -------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["nobody", "member", "committee", "coordinator", "observer"])
def test_only_the_office_reads_and_writes(sign_in, programme, role):
    network = NetworkFactory(programme=programme)
    people = {
        "nobody": UserFactory,
        "member": lambda: MembershipFactory().user,
        "committee": lambda: person(Role.COMMITTEE, network=network),
        "coordinator": lambda: person(Role.COORDINATOR, network=network),
        "observer": lambda: person(Role.OBSERVER),
    }
    other = sign_in(people[role]())
    pages = ["/dashboard/doelen/", LIST, new("doel"), address("doel", AIM), address("doel", AIM, "weg/")]

    assert {other.get(page).status_code for page in pages} == {403}
    assert {other.post(page, TYPED).status_code for page in pages} == {403}
    programme.refresh_from_db()
    assert programme.targets == [AIM]


def test_the_overview_leads_the_office_there_and_nobody_else(sign_in, browser, programme):
    assert f'href="{LIST}"' in text(browser.get("/dashboard/"))
    assert LIST not in text(sign_in(person(Role.OBSERVER)).get("/dashboard/"))
    assert LIST not in text(Client().get("/dashboard/open/"))
    assert f'href="{LIST}"' in text(browser.get("/dashboard/doelen/"))


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard/doelen/ver/",
        f"{LIST}kleur/nieuw/",
        f"{LIST}kleur/1/",
        f"{LIST}kleur/1/weg/",
        "/dashboard/doelen/ver/doel/nieuw/",
    ],
)
def test_what_is_not_there_is_not_found(browser, programme, path):
    assert browser.get(path).status_code == 404


# --- adding --------------------------------------------------------------------------------------
def test_a_new_target_is_a_tile_on_the_overview(browser, programme):
    answer = browser.post(new("doel"), TYPED | {"baseline": "2,5"}, follow=True)
    today = timezone.localdate()

    programme.refresh_from_db()
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Het doel staat erbij." in text(answer)
    assert programme.targets[1] == {
        "indicator": "Scholen",
        "unit": "scholen",
        "baseline": 2.5,
        "value": 1500,
        "at_least": True,
        "deadline": "2030-12-31",
        "entered_on": today.isoformat(),
    }
    shown = text(browser.get("/dashboard/"))
    assert "ten minste 1.500 scholen" in shown
    assert "31 december 2030" in shown
    assert f"Bron: opgave van het programmabureau, {today.day} " in shown


@pytest.mark.parametrize(
    ("deadline", "interim", "measured", "verdict"),
    [
        pytest.param("2030", None, ("90", "2025"), "", id="not due"),
        pytest.param("", None, ("90", "2025"), "", id="no moment"),
        pytest.param("2024", None, ("90", "2025"), "niet gehaald", id="missed"),
        pytest.param("schooljaar 2023-2024", None, ("1.500", "1-8-2024"), "gehaald", id="met"),
        pytest.param("2030", ("80", "2025"), ("90", "december 2025"), "tussendoel 80 gehaald", id="interim met"),
        pytest.param("2030", ("95", "2024"), ("90", "2025"), "tussendoel 95 niet gehaald", id="interim missed"),
        pytest.param("2030", ("80", "2026"), ("90", "2025"), "", id="interim not due"),
        pytest.param("2030", ("80", "2026"), ("90", "2026"), "", id="the year goes on"),
    ],
)
def test_a_verdict_needs_a_target_that_is_due(browser, programme, deadline, interim, measured, verdict):
    stage = {"interim_value": interim[0], "interim_deadline": interim[1]} if interim else {}

    assert browser.post(new("doel"), TYPED | {"deadline": deadline} | stage).status_code == 302
    found = {"indicator": "Scholen", "value": measured[0], "date": measured[1]}
    assert browser.post(new("meting"), found).status_code == 302
    programme.refresh_from_db()
    target = targets_of(programme, TODAY)[1]

    assert (target.verdict, target.realised) == (verdict, int(measured[0].replace(".", "")))


def test_a_measurement_says_where_it_comes_from(browser, programme):
    values = {"indicator": "deelnemende_scholen", "value": "95", "is_approximate": "on", "date": "2021"}
    assert browser.get(f"{new('meting')}?doel=deelnemende_scholen").context["form"].initial["indicator"]

    assert browser.post(new("meting"), values | {"source": "jaarverslag 2021"}).status_code == 302
    programme.refresh_from_db()
    assert programme.measurements[1]["approximate"] is True
    (target,) = targets_of(programme, timezone.localdate())
    assert (target.realised, target.realised_on, target.verdict) == (95, "2021", "niet gehaald")
    assert target.source.startswith("doel: opgave van het programma; bereikt: opgave van het programmabureau, ")
    assert target.source.endswith("(jaarverslag 2021)")


def test_a_name_that_is_there_already_keeps_its_measurements(browser, programme):
    assert browser.post(new("doel"), TYPED | {"indicator": "Deelnemende Scholen"}).status_code == 302

    programme.refresh_from_db()
    assert programme.targets[1]["indicator"] == "deelnemende_scholen"


def test_without_a_target_there_is_nothing_to_measure(browser, programme):
    Programme.objects.update(targets=[{**AIM, "value": "landelijk"}])
    assert browser.get(new("meting")).status_code == 200
    assert "Voeg eerst een doel toe." in text(browser.get(new("tussendoel"), follow=True))
    Programme.objects.update(targets=[])
    assert "Voeg eerst een doel toe." in text(browser.get(new("meting"), follow=True))
    assert "Dit programma heeft nog geen doelen" in text(browser.get(LIST))


# --- what is wrong -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "typed", "field", "said"),
    [
        ("doel", {"indicator": ""}, "indicator", "Geef het doel een naam."),
        ("doel", {"indicator": "x" * 101}, "indicator", "Maak er ten hoogste 100 van."),
        ("doel", {"unit": ""}, "unit", "Vul de eenheid in"),
        ("doel", {"value": ""}, "value", "Vul in hoeveel"),
        ("doel", {"value": "2.5"}, "value", "Schrijf een komma"),
        ("doel", {"value": "50%"}, "value", "Vul hier alleen een getal in"),
        ("doel", {"value": "-3"}, "value", "Vul hier alleen een getal in"),
        ("doel", {"value": "9" * 30}, "value", "Dit getal is te groot. Vul ten hoogste 1.000.000.000 in."),
        ("doel", {"baseline": "veel"}, "baseline", "Vul hier alleen een getal in"),
        ("doel", {"deadline": "later"}, "deadline", "Dit is geen datum."),
        ("doel", {"deadline": "31-2-2030"}, "deadline", "Dit is geen datum."),
        ("doel", {"deadline": "0-0-2030"}, "deadline", "Dit is geen datum."),
        ("doel", {"deadline": "2030-2032"}, "deadline", "twee jaren na elkaar"),
        ("doel", {"deadline": "1066"}, "deadline", "Dit jaar kan niet."),
        ("doel", {"interim_value": "10"}, "interim_deadline", "Vul ook in wanneer"),
        ("doel", {"interim_deadline": "2027"}, "interim_value", "Vul ook in hoeveel"),
        ("doel", {"interim_value": "10", "interim_deadline": "2040"}, "interim_deadline", "later dan het doel zelf"),
        ("doel", {"interim_value": "10", "interim_deadline": "ooit"}, "interim_deadline", "Dit is geen datum."),
        (
            "doel",
            {"value": "landelijk", "interim_value": "10", "interim_deadline": "2027"},
            "interim_value",
            "Een tussendoel kan alleen bij een getal.",
        ),
        ("doel", {"indicator": "deelnemende scholen", "deadline": "2020"}, "indicator", "Dit doel is er al"),
        ("tussendoel", {"indicator": ""}, "indicator", "Kies een doel."),
        ("tussendoel", {"indicator": "weg"}, "indicator", "Dit doel is er niet meer."),
        ("tussendoel", {"value": "veel"}, "value", "Vul hier alleen een getal in"),
        ("tussendoel", {"deadline": "2021"}, "deadline", "later dan het doel zelf"),
        ("meting", {"date": ""}, "date", "Vul in wanneer het gemeten is."),
        ("meting", {"date": "2999"}, "date", "Dit jaar kan niet."),
        ("meting", {"date": "2090"}, "date", "Dit moment moet nog komen."),
        ("meting", {"date": "2019"}, "date", "Voor dit moment is er al een meting: 80."),
        ("meting", {"value": "veel"}, "value", "Het doel is een getal."),
        ("meting", {"source": "x" * 201}, "source", "Maak er ten hoogste 200 van."),
    ],
)
def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(browser, programme, kind, typed, field, said):
    right = {
        "doel": TYPED,
        "tussendoel": {"indicator": "deelnemende_scholen", "value": "50", "deadline": "2018"},
        "meting": {"indicator": "deelnemende_scholen", "value": "90", "date": "2020", "source": "telling"},
    }[kind]
    answer = browser.post(new(kind), right | typed)
    form = answer.context["form"]

    assert answer.status_code == 422
    assert said in " ".join(form.errors[field])
    assert said in text(answer)
    assert {name: form[name].value() for name in typed} == typed
    programme.refresh_from_db()
    assert (programme.targets, programme.measurements) == ([AIM], [FOUND])


def test_pressing_twice_adds_one(browser, programme):
    assert [browser.post(new("doel"), TYPED).status_code for _twice in range(2)] == [302, 422]
    programme.refresh_from_db()
    assert len(programme.targets) == 2


# --- changing and taking away --------------------------------------------------------------------
def test_sending_a_form_as_it_is_changes_only_the_day(browser, programme):
    full = AIM | {
        "baseline": 12.5,
        "at_least": True,
        "deadline": "schooljaar 2019-2020",
        "revised": True,
        "met": False,
    }
    stage = AIM | {"value": 50, "deadline": "2018-09", "interim": True}
    found = FOUND | {"approximate": True, "source": "telling", "date": "2019-12-09"}
    programme.targets, programme.measurements = [full, stage], [found]
    programme.save()

    for kind, row in (("doel", full), ("tussendoel", stage), ("meting", found)):
        assert send(browser, browser.get(address(kind, row))).status_code == 302

    today = {"entered_on": timezone.localdate().isoformat()}
    programme.refresh_from_db()
    assert (programme.targets, programme.measurements) == ([full | today, stage | today], [found | today])


def test_a_new_name_takes_along_what_belongs_to_it(browser, programme):
    stage = AIM | {"value": 50, "deadline": "2018", "interim": True}
    programme.targets = [AIM, stage]
    programme.save()

    send(browser, browser.get(address("doel", AIM)), indicator="Vestigingen")
    programme.refresh_from_db()

    assert {row["indicator"] for row in (*programme.targets, *programme.measurements)} == {"Vestigingen"}
    assert targets_of(programme, timezone.localdate())[0].verdict == "tussendoel 50 gehaald"


def test_a_name_that_others_use_stays(browser, programme):
    extra = AIM | {"indicator": "extra", "measured_by": "deelnemende_scholen"}
    programme.targets = [AIM, extra]
    programme.save()

    answer = send(browser, browser.get(address("doel", AIM)), indicator="Vestigingen")
    other = send(browser, browser.get(address("doel", AIM)), indicator="Extra")
    assert "Een ander doel gebruikt dezelfde metingen." in text(answer)
    assert "Een ander doel heet al zo." in text(other)
    assert send(browser, browser.get(address("doel", extra)), value="20").status_code == 302
    programme.refresh_from_db()
    assert programme.targets[1]["measured_by"] == "deelnemende_scholen"
    words = send(browser, browser.get(address("doel", programme.targets[1])), value="veel")
    assert (words.status_code, "dus het is een getal" in text(words)) == (422, True)


def test_the_verdict_of_the_report_stays_until_the_office_lets_it_go(browser, programme):
    programme.targets = [AIM | {"met": False}]
    programme.measurements = [FOUND | {"value": 120, "date": "2021"}]
    programme.save()
    page = browser.get(address("doel", programme.targets[0]))
    assert "Laat het oordeel van het rapport staan: niet gehaald" in text(page)

    send(browser, page, keeps_met=None)
    programme.refresh_from_db()

    assert targets_of(programme, timezone.localdate())[0].verdict == "gehaald"


def test_taking_away_asks_first_and_says_what_goes_along(browser, programme):
    stage = AIM | {"value": 50, "deadline": "2018", "interim": True}
    programme.targets = [AIM, stage]
    programme.save()

    asked = browser.get(address("doel", AIM, "weg/"))
    assert "Ook het tussendoel gaat weg: 50 scholen, 2018" in text(asked)
    assert "Wat er gemeten is, blijft staan" in text(asked)
    programme.refresh_from_db()
    assert programme.targets == [AIM, stage]

    after = browser.post(address("doel", AIM, "weg/"), follow=True)
    programme.refresh_from_db()
    assert (programme.targets, programme.measurements) == ([], [FOUND])
    assert "Zonder doel" in text(after)
    browser.post(address("meting", FOUND, "weg/"))
    programme.refresh_from_db()
    assert programme.measurements == []


def test_the_audit_log_keeps_what_stood_there(browser, office, programme):
    browser.post(address("doel", AIM, "weg/"))
    entry = LogEntry.objects.get_for_object(programme).filter(action=LogEntry.Action.UPDATE).get()

    assert (entry.actor, entry.changes) == (office, {"targets": [[AIM], []]})
    newest = trail(programme)[0].changes
    assert [(change.label, change.before, change.after) for change in newest] == [
        ("Doelen in cijfers", "unit: scholen, value: 100, deadline: 2020, indicator: deelnemende_scholen", "")
    ]


# --- two at once ---------------------------------------------------------------------------------
def test_another_change_of_the_same_is_asked_about(browser, programme):
    mine = browser.get(address("doel", AIM))
    send(browser, browser.get(address("doel", AIM)), value="110")

    refused = send(browser, mine, value="120")
    programme.refresh_from_db()
    assert (refused.status_code, programme.targets[0]["value"]) == (422, 110)
    assert "Iemand anders veranderde dit intussen in: “110”" in text(refused)
    assert refused.context["form"]["value"].value() == "120"

    assert send(browser, refused).status_code == 302
    programme.refresh_from_db()
    assert programme.targets[0]["value"] == 120


def test_changes_of_different_fields_are_joined(browser, programme):
    mine = browser.get(address("doel", AIM))
    send(browser, browser.get(address("doel", AIM)), at_least="on", deadline="2022")

    answer = browser.post(mine.context["action"], fields(mine) | {"baseline": "7"}, follow=True)

    programme.refresh_from_db()
    row = programme.targets[0]
    assert (row["baseline"], row["at_least"], row["deadline"]) == (7, True, "2022")
    assert "dat is zo gebleven" in text(answer)


@pytest.mark.parametrize(("kind", "row"), [(TARGET, AIM), (MEASUREMENT, FOUND)])
def test_what_was_taken_away_meanwhile_is_said(browser, programme, kind, row):
    mine, asked = browser.get(address(kind, row)), address(kind, row, "weg/")
    browser.post(asked)

    again = browser.post(asked, follow=True)
    gone = browser.get(address(kind, row), follow=True)
    refused = send(browser, mine, value="333")

    assert "Er is niets gewijzigd." in text(again)
    assert "Er is niets gewijzigd." in text(gone)
    assert (refused.status_code, "heeft dit intussen weggehaald" in text(refused)) == (422, True)
    assert refused.context["form"]["value"].value() == "333"
    programme.refresh_from_db()
    assert len(programme.targets) + len(programme.measurements) == 1


def test_a_measurement_that_went_is_not_taken_for_another(browser, programme):
    other = FOUND | {"date": "2018", "value": 70}
    programme.measurements = [FOUND, other]
    programme.save()
    mine = browser.get(address("meting", FOUND))
    browser.post(address("meting", FOUND, "weg/"))

    refused = send(browser, mine, value="85")

    assert (refused.status_code, refused.context["action"]) == (422, new("meting"))
    programme.refresh_from_db()
    assert programme.measurements == [other]


@pytest.mark.django_db(transaction=True)
def test_two_that_add_at_the_same_moment_both_stay(sign_in):
    ProgrammeFactory(slug="nabij", name="Nabij", targets=[AIM])
    browsers, wrong, start = [sign_in(person(Role.PROGRAMME_STAFF)) for _two in range(2)], [], Barrier(2)

    def work(browser, name):
        try:
            start.wait(10)
            if browser.post(new("doel"), TYPED | {"indicator": name}).status_code != 302:
                wrong.append(name)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=pair) for pair in zip(browsers, ("Een", "Twee"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert wrong == []
    assert {row["indicator"] for row in Programme.objects.get().targets} == {AIM["indicator"], "Een", "Twee"}


# --- the catalogue, old rows, cost ----------------------------------------------------------------
@pytest.fixture
def folder(tmp_path):
    """The catalogue with one network, for any country."""
    for path in CATALOGUE_DIR.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    (tmp_path / "networks.yaml").write_text(
        "networks:\n  - {slug: jet-net, name: Jet-Net, programme: jet-net, national: true}\n", encoding="utf-8"
    )
    (tmp_path / "contacts.yaml").write_text("contacts: []\n", encoding="utf-8")
    return tmp_path


def test_loading_the_catalogue_again_keeps_what_the_office_entered(browser, folder):
    MunicipalityFactory()
    load(folder, today=TODAY)
    assert browser.post("/dashboard/doelen/jet-net/doel/nieuw/", TYPED).status_code == 302
    kept = Programme.objects.get(slug="jet-net").targets
    assert kept[-1]["indicator"] == "Scholen"

    load(folder, today=TODAY)
    assert Programme.objects.get(slug="jet-net").targets == kept
    path = folder / "programmes.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("value: 250, unit", "value: 251, unit"), encoding="utf-8"
    )
    report = load(folder, today=TODAY)
    assert Programme.objects.get(slug="jet-net").targets == kept
    assert "programmes, jet-net: targets was changed by staff" in report.kept


def test_all_programmes_of_the_catalogue_have_rows_that_can_be_read(db, folder):
    MunicipalityFactory()
    load(folder, today=TODAY)

    for programme in Programme.objects.all():
        assert target_problems(programme.targets) == [], programme
        assert measurement_problems(programme.measurements) == [], programme


@pytest.mark.parametrize(
    "row", [None, 3, "x", [], {}, OTHER | {"value": "5", "measured_by": 3}, OTHER | {"interim": "yes", "value": [1]}]
)
def test_an_old_row_that_nobody_can_read_is_unknown_and_can_be_mended(browser, programme, row):
    programme.targets, programme.measurements = [row, AIM], [row, FOUND]
    programme.save()

    page = browser.get(LIST)
    assert (page.status_code, browser.get("/dashboard/").status_code) == (200, 200)
    assert "niet alles is te lezen" in text(page)
    values = {"indicator": "deelnemende_scholen", "value": "4", "date": "2011"}
    assert send(browser, browser.get(address("meting", row)), **values).status_code == 302
    assert send(browser, browser.get(address("doel", row)), **TYPED).status_code == 302
    assert "niet alles is te lezen" not in text(browser.get(LIST))
    programme.refresh_from_db()
    assert (programme.targets[0]["value"], programme.targets[1]) == (1500, AIM)
    assert (programme.measurements[0]["value"], programme.measurements[1]) == (4, FOUND)


def test_the_queries_do_not_grow_with_rows(browser, programme):
    counts = []
    for number in (1, 30):
        programme.targets = [AIM | {"indicator": f"doel {one}"} for one in range(number)]
        programme.measurements = [FOUND | {"indicator": f"doel {one}"} for one in range(number)]
        programme.save()
        for path in (LIST, new("meting"), address("doel", programme.targets[0])):
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))

    assert counts[:3] == counts[3:]
    assert max(counts) <= 8
