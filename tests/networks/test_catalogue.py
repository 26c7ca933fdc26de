"""Loading networks and contacts: what is written, what is left alone, and what a wrong file says."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from networks.catalogue import CatalogueError, load_networks
from networks.coverage import coverage
from networks.directory import directory
from networks.models import ContactRole, Network, Person, WorkingArea
from regions.models import ContentVersion, Landsdeel, Municipality, Organisation, Region
from schools.models import Institution, School
from tests.networks.factories import ContactRoleFactory, ProgrammeFactory
from tests.regions.factories import BoardFactory, LandsdeelFactory, MunicipalityFactory, OfficeFactory, RegionFactory

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
NETWORKS = """
networks:
  - {slug: jet-net, name: Jet-Net, programme: jet-net, national: true}
  - slug: po-oost
    name: Regionaal netwerk Oost
    programme: po
    sample: true
    area: {regions: [AM05], municipalities: ["0363"]}
    boards: ["41804"]
    confirmed_days_ago: 30
"""
CONTACTS = """
contacts:
  - name: Contactpersoon Twente (voorbeeld)
    email: twente@voorbeeld.example
    telephone: "000 000 00 01"
    roles:
      - {region: AM05, title: regionaal coördinator, confirmed_days_ago: 30}
      - {network: po-oost, title: netwerkcoördinator, confirmed_days_ago: 400}
  - name: Contactpersoon programmabureau (voorbeeld)
    email: bureau@voorbeeld.example
    telephone: "000 000 00 02"
    roles: [{organisation: pbt, title: medewerker, confirmed_days_ago: 5}]
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "networks.yaml").write_text(NETWORKS, encoding="utf-8")
    (tmp_path / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def country(db):
    """Region AM05 with two municipalities, Amsterdam outside it, and the programmes of the files."""
    region = RegionFactory(code="AM05")
    MunicipalityFactory(code="0153", region=region)
    MunicipalityFactory(code="0141", region=region)
    MunicipalityFactory(code="0363")
    BoardFactory(number="41804")
    ProgrammeFactory(slug="jet-net", organiser=OfficeFactory())
    ProgrammeFactory(slug="po")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_files_become_networks_areas_partners_and_contacts(files, country):
    report = load_networks(files, TODAY)

    network = Network.objects.get(slug="po-oost")
    assert report.warnings == []
    assert report.created == {"network": 2, "area": 3, "partner": 1, "person": 2, "contact": 3}
    assert (network.is_sample, network.confirmed_on) == (True, date(2026, 10, 25))
    assert set(network.area.values_list("code", flat=True)) == {"0141", "0153", "0363"}
    assert [partner.role for partner in network.partnerships.all()] == ["board"]
    national = Network.objects.get(slug="jet-net")
    assert (national.is_national, national.is_sample, national.lead.slug) == (True, False, "pbt")
    assert all(Person.objects.values_list("is_sample", flat=True))


@pytest.mark.parametrize("day", [TODAY, TOMORROW, TODAY + timedelta(days=149)])
def test_loading_again_writes_nothing(files, country, day):
    load_networks(files, TODAY)
    version = ContentVersion.current()

    report = load_networks(files, day)

    assert report.writes == 0
    assert ContentVersion.current() == version


def test_sample_content_that_ages_is_confirmed_anew(files, country):
    load_networks(files, TODAY)
    later = TODAY + timedelta(days=151)

    report = load_networks(files, later)

    assert report.changed == {"network": 1, "contact": 3, "person": 0}
    assert Network.objects.get(slug="po-oost").confirmed_on == later - timedelta(days=30)
    assert ContactRole.objects.get(network__slug="po-oost").confirmed_on == later - timedelta(days=400)


def test_a_day_that_staff_confirmed_later_stays(files, country):
    load_networks(files, TODAY)
    ContactRole.objects.filter(region__code="AM05").update(confirmed_on=TODAY)

    assert load_networks(files, TOMORROW).writes == 0


def test_changes_in_the_files_are_taken_over(files, country):
    load_networks(files, TODAY)
    change(files / "networks.yaml", 'municipalities: ["0363"]', "landsdelen: []")
    change(files / "networks.yaml", "name: Regionaal netwerk Oost", "name: Netwerk Oost")
    change(files / "contacts.yaml", "000 000 00 01", "000 000 00 09")

    report = load_networks(files, TODAY)

    assert (report.changed["network"], report.changed["person"], report.removed["area"]) == (1, 1, 1)
    assert set(WorkingArea.objects.values_list("municipality_id", flat=True)) == {"0141", "0153"}
    assert Person.objects.get(email="twente@voorbeeld.example").telephone == "000 000 00 09"


def test_a_dry_run_reports_and_changes_nothing(files, country):
    report = load_networks(files, TODAY, dry_run=True)

    assert report.created["network"] == 2
    assert not Network.objects.exists()
    assert not Person.objects.exists()


def test_what_staff_made_real_is_left_alone(files, country):
    load_networks(files, TODAY)
    Network.objects.filter(slug="po-oost").update(is_sample=False, name="Echt netwerk")
    Person.objects.filter(email="twente@voorbeeld.example").update(is_sample=False, telephone="0612345678")
    change(files / "networks.yaml", 'municipalities: ["0363"]', "landsdelen: []")

    report = load_networks(files, TODAY)

    assert report.writes == 0
    assert (report.kept["network"], report.kept["person"]) == (1, 1)
    assert Network.objects.get(slug="po-oost").name == "Echt netwerk"


def test_a_real_contact_keeps_the_made_up_one_away(files, country):
    ContactRoleFactory(region=Region.objects.get(code="AM05"), person__name="Echt")

    load_networks(files, TODAY)

    assert [role.person.name for role in ContactRole.objects.filter(region__code="AM05")] == ["Echt"]


def test_the_office_is_made_where_it_is_missing(files, country):
    Network.objects.all().delete()
    ProgrammeFactory._meta.model.objects.update(organiser=None)
    Organisation.objects.filter(slug="pbt").delete()

    load_networks(files, TODAY)

    assert directory().first_contact(None, None, TODAY).contact.email == "bureau@voorbeeld.example"


def test_a_region_that_was_redrawn_and_a_board_that_closed_are_skipped_with_a_warning(files, country):
    change(files / "networks.yaml", "[AM05]", "[AM99]")
    change(files / "networks.yaml", '"41804"', '"49999"')
    change(files / "contacts.yaml", "region: AM05", "region: AM98")

    report = load_networks(files, TODAY)

    assert report.warnings == [
        "networks.yaml, po-oost: no 'AM99' among the regions; skipped.",
        "networks.yaml, po-oost: no board with number '49999'; skipped.",
        "contacts.yaml, twente@voorbeeld.example: no region 'AM98'; skipped.",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("networks.yaml", "programme: po", "programme: onbekend", "po-oost: programme 'onbekend' is not loaded"),
        ("networks.yaml", "    programme: po\n", "", "networks 2: programme is missing"),
        ("networks.yaml", "sample: true", "sampel: true", "networks 2: unknown key 'sampel'"),
        ("networks.yaml", "sample: true", "sample: ja", "networks 2: sample must be bool, found 'ja'"),
        ("networks.yaml", "regions:", "regios:", "networks 2 (po-oost), area: unknown key 'regios'"),
        ("networks.yaml", "slug: po-oost", "slug: jet-net", "networks 2: slug 'jet-net' occurs twice"),
        ("networks.yaml", "networks:", "netwerken:", "must hold a list under `networks:`"),
        ("networks.yaml", "area: {", "area: {{", "not readable as YAML"),
        ("contacts.yaml", "region: AM05, ", "", "a role is for exactly one of network, programme"),
        ("contacts.yaml", "title: medewerker, ", "", "role: title is missing"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_changes_nothing(files, country, name, old, new, message):
    change(files / name, old, new)

    with pytest.raises(CatalogueError) as refused:
        load_networks(files, TODAY)

    assert message in str(refused.value)
    assert not Network.objects.exists()


def test_a_missing_file_and_an_empty_map_are_told_apart(files, db):
    ProgrammeFactory(slug="jet-net")
    ProgrammeFactory(slug="po")
    with pytest.raises(CatalogueError, match="run load_reference"):
        load_networks(files, TODAY)

    (files / "contacts.yaml").unlink()
    with pytest.raises(CatalogueError, match=r"contacts\.yaml is missing"):
        load_networks(files, TODAY)


# --- the catalogue that is shipped ---------------------------------------------------------------
CATALOGUE = Path(settings.DATA_DIR) / "catalogue"
# Programmes that the report places in regions: somewhere in the country each has none.
WITH_WHITE_SPOTS = [
    "technet",
    "regionale-netwerken-po",
    "vo-ho-netwerken",
    "wetenschapsknooppunten",
    "betasteunpunten",
    "toptechniek-in-bedrijf",
]


def table(name):
    with (settings.DATA_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped(name):
    return yaml.safe_load((CATALOGUE / f"{name}.yaml").read_text(encoding="utf-8"))[name]


@pytest.fixture
def netherlands(db):
    """The real map, the programmes and boards that the files name, and one po school per municipality."""
    for row in table("landsdelen"):
        LandsdeelFactory(slug=row["slug"], name=row["name"])
    regions = {row["code"]: RegionFactory(**row) for row in table("regions")}
    landsdelen = {landsdeel.slug: landsdeel for landsdeel in Landsdeel.objects.all()}
    Municipality.objects.bulk_create(
        Municipality(
            code=row["code"],
            name=row["name"],
            slug=row["slug"],
            region=regions[row["region"]],
            landsdeel=landsdelen[row["landsdeel"]],
        )
        for row in table("municipalities")
        if row["region"]
    )
    roles = [role for person in shipped("contacts") for role in person["roles"]]
    slugs = {network["programme"] for network in shipped("networks")}
    for slug in slugs | {role["programme"] for role in roles if "programme" in role}:
        ProgrammeFactory(slug=slug)
    for number in {number for network in shipped("networks") for number in network.get("boards", ())}:
        BoardFactory(number=number)
    institution = Institution.objects.create(brin="12AB")
    School.objects.bulk_create(
        School(
            code=f"X{code}",
            institution=institution,
            name="School",
            kind="bo",
            sectors=["po"],
            municipality_id=code,
            source="test",
            source_date=TODAY,
        )
        for code in Municipality.objects.values_list("pk", flat=True)
    )


def test_the_shipped_catalogue_loads_without_warning_and_twice_without_writing(netherlands):
    report = load_networks(CATALOGUE, TODAY)

    assert report.warnings == []
    assert report.created["network"] == 85
    assert load_networks(CATALOGUE, TOMORROW).writes == 0


def test_the_shipped_networks_leave_white_spots_and_overlaps_on_purpose(netherlands):
    load_networks(CATALOGUE, TODAY)

    reach = coverage(TODAY)

    assert [slug for slug in WITH_WHITE_SPOTS if not reach[slug].white_spots] == []
    assert reach["jet-net"].white_spots == {}
    assert reach["regionale-netwerken-po"].overlaps
    # Of the municipalities; every one has one school here.
    assert reach["regionale-netwerken-po"].share == pytest.approx(0.73, abs=0.01)


def test_every_region_has_a_first_contact_and_some_fall_through_on_purpose(netherlands):
    load_networks(CATALOGUE, TODAY)
    known = directory()

    pairs = Municipality.objects.values_list("region_id", "landsdeel_id").distinct()
    levels = [known.first_contact(region, landsdeel, TODAY).level for region, landsdeel in pairs]

    assert set(levels) == {"region", "landsdeel"}


def test_everybody_in_the_shipped_contacts_is_visibly_made_up():
    people = shipped("contacts")

    assert all(person["email"].endswith("@voorbeeld.example") for person in people)
    assert all(person["telephone"].startswith("000 ") for person in people)
    assert all(person["name"].endswith("(voorbeeld)") for person in people)


def test_every_shipped_area_is_flagged_as_sample():
    assert [
        network["slug"] for network in shipped("networks") if "area" in network and not network.get("sample")
    ] == []
