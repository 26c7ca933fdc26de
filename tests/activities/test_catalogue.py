"""The catalogue in data/: read without a database, loaded into one, and never over what staff changed."""

import re
import shutil
from datetime import date, timedelta
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from activities.catalogue import CATALOGUE_DIR, FORM_NEEDS, CatalogueError, read_catalogue, read_synonyms
from activities.loading import load
from activities.models import Activity, LoadedEntry, Subsidy, Synonym
from loket.vocabulary import JOINABLE, Availability, Need, Phase, ProgrammeStatus, Sector
from networks.models import Network, Programme
from regions.models import ContentVersion, Landsdeel, Municipality, Organisation, Province, Region

TODAY = date(2026, 9, 1)
FILES = ("organisations.yaml", "programmes.yaml", "activities.yaml", "subsidies.yaml")

# The 24 programmes of the source by name.
SLUGS = [
    "jet-net",
    "jet-net-junior",
    "technet",
    "regionale-netwerken-po",
    "vo-ho-netwerken",
    "lob-meisjes",
    "lob-allochtone-jongeren",
    "wetenschapsknooppunten",
    "talentenkracht",
    "domeinontwikkeling-wt",
    "school-aan-zet",
    "betasteunpunten",
    "toptechniek-in-bedrijf",
    "technasium",
    "techkidz",
    "kenniscentra-wt",
    "stimulering-lob-vo-raad",
    "vo-ho-platforms",
    "universum",
    "beta-excellent",
    "vtb",
    "vtb-pro",
    "sprint",
    "orion",
]

NETWORKS = """
networks:
  - {slug: jet-net, name: Jet-Net, programme: jet-net, national: true}
  - {slug: kring, name: TechNet-kring (voorbeeld), programme: technet, sample: true, confirmed_days_ago: 10,
     area: {municipalities: ["0344"]}}
"""


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue with two networks, to change."""
    for name in (*FILES, "synonyms.yaml"):
        shutil.copy(CATALOGUE_DIR / name, tmp_path)
    (tmp_path / "networks.yaml").write_text(NETWORKS, encoding="utf-8")
    (tmp_path / "contacts.yaml").write_text("contacts: []\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def municipality(db):
    landsdeel = Landsdeel.objects.create(slug="noordvleugel", name="Noordvleugel")
    province = Province.objects.create(code="PV26", name="Utrecht", landsdeel=landsdeel)
    region = Region.objects.create(code="AM13", slug="midden-utrecht", name="Midden-Utrecht")
    return Municipality.objects.create(
        code="0344", name="Utrecht", slug="utrecht", region=region, province=province, landsdeel=landsdeel
    )


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- what stands in it -------------------------------------------------------------------------------
def test_all_24_programmes_of_the_source_are_known_by_slug_or_alias(catalogue):
    assert len(SLUGS) == 24
    assert {catalogue.programme(slug).slug for slug in SLUGS} == catalogue.programmes.keys()
    assert catalogue.aliases == {
        "kenniscentra-wt": "regionale-netwerken-po",
        "vindplaatsscholen": "talentenkracht",
    }
    assert len(catalogue.programmes) == 23


def test_every_fact_is_of_late_2013(catalogue):
    facts = [*catalogue.programmes.values(), *catalogue.activities]
    facts += [entry for entry in catalogue.subsidies if not entry.is_sample]

    assert {entry.facts_as_of for entry in facts} == {date(2013, 12, 1)}


def test_waiting_list_and_scores_are_those_of_the_source(catalogue):
    jet_net = catalogue.programme("jet-net")

    assert jet_net.availability == Availability.WACHTLIJST
    assert (jet_net.waiting_list_count, jet_net.waiting_list_on.year) == (85, 2013)
    assert jet_net.scores == {"vo": {"goals_clear": 4.4, "fits_school": 4.0, "results": 3.5, "n": 130}}
    assert jet_net.continuation == {"vo": {"whole_school": 84, "without_extra_means": 47}}


def test_small_groups_of_respondents_are_marked(catalogue):
    scores = [score for entry in catalogue.programmes.values() for score in entry.scores.values()]

    assert len(scores) == 10
    assert all(score.get("few_respondents", False) == (score["n"] < 20) for score in scores)


def test_no_number_of_vo_ho_networks_is_printed_because_the_source_gives_two(catalogue):
    assert catalogue.programme("vo-ho-netwerken").measurements == ()


def test_what_nobody_can_join_has_no_activities(catalogue):
    with_activities = {entry.programme for entry in catalogue.activities}

    joinable = {slug for slug, entry in catalogue.programmes.items() if entry.availability in JOINABLE}
    assert with_activities == joinable
    ended = [entry for entry in catalogue.programmes.values() if entry.status == ProgrammeStatus.BEEINDIGD]
    assert len(ended) == 6
    assert all(entry.availability == Availability.BEEINDIGD for entry in ended)


def test_activities_serve_only_what_their_programme_serves_in_that_sector(catalogue):
    for activity in catalogue.activities:
        programme = catalogue.programme(activity.programme)
        for sector in activity.sectors:
            served = {need for needs in programme.serves[sector].values() for need in needs}
            assert set(activity.needs) - FORM_NEEDS <= served, (activity.slug, sector)


def test_every_core_need_of_a_programme_is_served_by_one_of_its_activities(catalogue):
    for programme in catalogue.programmes.values():
        activities = catalogue.activities_of(programme.slug)
        for sector, needs in programme.serves.items() if activities else ():
            served = {need for activity in activities if sector in activity.sectors for need in activity.needs}
            assert set(needs["primary"]) <= served, (programme.slug, sector)


def test_every_need_the_source_answers_has_an_activity_in_that_sector(catalogue):
    answered = {
        Sector.PO: {Need.COMPANIES, Need.TEACHER_TRAINING, Need.CURRICULUM, Need.READY_MADE, Need.TAILOR_MADE},
        Sector.VMBO: {Need.COMPANIES, Need.GIRLS, Need.TRANSITION_VMBO_MBO, Need.READY_MADE, Need.TAILOR_MADE},
        Sector.HAVO: {Need.COMPANIES, Need.GIRLS, Need.TRANSITION_VO_HO, Need.READY_MADE, Need.MIGRANT_YOUTH},
        Sector.VWO: {Need.COMPANIES, Need.GIRLS, Need.EXCELLENCE, Need.TEACHER_TRAINING, Need.TAILOR_MADE},
        Sector.VSO: {Need.GENERAL_QUALITY},
    }

    for sector, needs in answered.items():
        served = {need for entry in catalogue.activities if sector in entry.sectors for need in entry.needs}
        assert needs <= served, sector


def test_every_programme_has_something_for_a_school_where_it_belongs_to_daily_work(catalogue):
    for slug in {entry.programme for entry in catalogue.activities}:
        phases = {phase for entry in catalogue.activities_of(slug) for phase in entry.phases}
        assert Phase.VERDUURZAMING in phases, slug


def test_vhto_has_eight_activities_and_jet_net_nine(catalogue):
    assert len(catalogue.activities_of("lob-meisjes")) == 8
    assert len(catalogue.activities_of("jet-net")) == 9
    (step,) = (entry for entry in catalogue.activities if entry.slug == "van-havo-naar-technisch-hbo")
    assert step.sectors == (Sector.HAVO,)


def test_hours_are_unknown_and_nothing_is_proven(catalogue):
    assert {entry.effort_hours for entry in catalogue.activities} == {None}
    assert {entry.cost_euro for entry in catalogue.activities} == {None, 0}
    assert {entry.evidence for entry in catalogue.activities} == {"", "described"}


def test_texts_for_schools_are_neutral_about_origin(catalogue):
    texts = [text for entry in catalogue.programmes.values() for text in (entry.summary, entry.goals)]
    texts += [text for entry in catalogue.activities for text in (entry.title, entry.summary, entry.intended_result)]

    assert not [text for text in texts if re.search(r"(?i)(al|auto)lochto|migra|afkomst", text)]


def test_programmes_are_related_both_ways(catalogue):
    pairs = {(entry.slug, other) for entry in catalogue.programmes.values() for other in entry.related}

    assert ("technasium", "jet-net") in pairs
    assert pairs == {(other, one) for one, other in pairs}


# --- mistakes are named ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("programmes.yaml", "waiting_list_count: 85", "wachtlijst: 85", "programmes.yaml, jet-net, wachtlijst"),
        ("programmes.yaml", "start_year: 2002", "start_year: soon", "programmes.yaml, jet-net, start_year"),
        ("programmes.yaml", "organiser: vhto", "organiser: vthto", "programmes.yaml, lob-meisjes, organiser"),
        ("programmes.yaml", "aliases: [vindplaatsscholen]", "aliases: [sprint]", "programmes.yaml, sprint, aliases"),
        ("programmes.yaml", "n: 130}", "n: veel}", "programmes.yaml, jet-net, scores, vo, n"),
        ("programmes.yaml", "baseline: 72}", "baseline: [72]}", "programmes.yaml, jet-net, targets, baseline"),
        ("programmes.yaml", "po: {primary: [university_contact]", "po: {primary: [uni]", "wetenschapsknooppunten"),
        ("programmes.yaml", "related: [betasteunpunten, ", "related: [steunpunt, ", "vo-ho-netwerken, related"),
        ("activities.yaml", "kind: guest_lesson\n      sectors: [vmbo]", "kind: les\n      sectors: [vmbo]", "kind"),
        (
            "activities.yaml",
            "needs: [companies, ready_made]",
            "needs: [excellence]",
            "techniekles-met-bedrijven, needs",
        ),
        ("activities.yaml", "needs: [companies, ready_made]", "needs: []", "techniekles-met-bedrijven, needs"),
        ("activities.yaml", "needs: [companies, ready_made]", "need: [x]", "techniekles-met-bedrijven, need"),
        ("activities.yaml", "      title: Genderscan\n", "", "activities.yaml, genderscan, title: missing"),
        ("activities.yaml", "slug: speeddate", "slug: genderscan", "activities.yaml, genderscan, slug"),
        ("activities.yaml", "cost_euro: 0  # l. 1164", "cost_euro: -1", "kennis-op-de-website, cost_euro"),
        ("activities.yaml", "  technet:  #", "  sprint:  #", "sprint cannot be joined"),
        ("activities.yaml", "  technet:  #", "  techniek:  #", "'techniek' is not the slug of a programme"),
        ("subsidies.yaml", "maximum_euro: 300000", "maximum_euro: true", "vo-ho-netwerken-2012-2013, maximum_euro"),
        ("subsidies.yaml", "withheld_on: 2013-12-01", "opens_in_days: 3", "technet-2013, opens_in_days"),
        ("subsidies.yaml", "facts_as_of: 2013-12-01", "facts_as_of: 2013", "subsidies.yaml, facts_as_of"),
        ("organisations.yaml", "{slug: vhto, name", "{slug: vhto, slug: pbt, name", "'slug' stands twice"),
        ("organisations.yaml", "{slug: vhto, name: VHTO", "{name: VHTO", "expected an entry with a slug"),
    ],
)
def test_a_mistake_is_told_with_file_entry_and_key(folder, name, old, new, told):
    change(folder, name, old, new)

    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)

    assert name in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff\xfe\x00", b"- 1", b"organisations: []"])
def test_a_file_that_is_no_catalogue_is_told_by_name(folder, content):
    (folder / "programmes.yaml").write_bytes(content)

    with pytest.raises(CatalogueError, match=r"programmes\.yaml"):
        read_catalogue(folder)


def test_a_missing_file_is_told_by_name(folder):
    (folder / "activities.yaml").unlink()

    with pytest.raises(CatalogueError, match=r"activities\.yaml cannot be read"):
        read_catalogue(folder)


# --- loading -----------------------------------------------------------------------------------------
def test_each_network_offers_the_activities_of_its_programme(folder, municipality):
    load(folder, today=TODAY)

    assert Programme.objects.count() == 23
    assert Network.objects.get(slug="jet-net").activities.count() == 9
    kring = Activity.objects.get(slug="technet-kring-kring")
    assert kring.is_sample
    assert kring.confirmed_on == TODAY - timedelta(days=10)
    lesson = Activity.objects.get(slug="gastles-jet-net")
    assert not lesson.is_sample
    assert (lesson.confirmed_on, lesson.published_on) == (None, TODAY)
    assert Programme.objects.get(slug="technasium").related.get().slug == "jet-net"


def test_loading_twice_writes_nothing_also_on_a_later_day(folder, municipality):
    load(folder, today=TODAY)
    version = ContentVersion.current()

    report = load(folder, today=TODAY + timedelta(days=30))

    assert ContentVersion.current() == version
    assert not [table for table, counts in report.tables.items() if counts["new"] + counts["changed"]]
    assert report.tables["programmes"]["unchanged"] == 23


def test_an_example_that_is_over_opens_again(folder, municipality):
    load(folder, today=TODAY)
    example = Subsidy.objects.filter(is_sample=True).first()
    assert example.state_on(TODAY) == Subsidy.State.OPEN
    later = TODAY + timedelta(days=100)
    assert example.state_on(later) == Subsidy.State.CLOSED

    load(folder, today=later)

    example.refresh_from_db()
    assert example.state_on(later) == Subsidy.State.OPEN


def test_no_scheme_of_the_source_is_shown_as_open(folder, municipality):
    load(folder, today=TODAY)

    states = {subsidy.slug: subsidy.state_on(TODAY) for subsidy in Subsidy.objects.filter(is_sample=False)}
    assert Subsidy.State.OPEN not in states.values()
    assert states["technet-2013"] == Subsidy.State.WITHHELD
    assert states["vindplaatsscholen"] == Subsidy.State.UNKNOWN


def test_a_change_in_the_files_follows_but_never_over_what_staff_changed(folder, municipality):
    load(folder, today=TODAY)
    Programme.objects.filter(slug="technet").update(abbreviation="TN")
    Activity.objects.filter(slug="gastles-jet-net").update(title="Onze gastles")
    change(folder, "activities.yaml", "title: Gastles door een bedrijf", "title: Gastles")
    change(folder, "activities.yaml", "Leerlingen weten wat mensen in bèta en techniek doen.", "Kennis van beroepen.")

    report = load(folder, today=TODAY)

    lesson = Activity.objects.get(slug="gastles-jet-net")
    assert lesson.title == "Onze gastles"
    assert lesson.intended_result == "Kennis van beroepen."
    assert Programme.objects.get(slug="technet").abbreviation == "TN"
    assert report.kept == ["activities, gastles-jet-net: title was changed by staff"]
    assert report.tables["activities"]["changed"] == 1


def test_what_staff_made_or_removed_stays_so(folder, municipality):
    Organisation.objects.create(slug="vhto", name="VHTO Nederland", kind="expertise")
    load(folder, today=TODAY)
    network = Network.objects.get(slug="jet-net")
    own = Activity.objects.create(slug="eigen", network=network, title="Eigen", summary="Eigen", kind="event")
    Activity.objects.get(slug="betamarkt-jet-net").delete()
    one, other = Programme.objects.get(slug="technet"), Programme.objects.get(slug="jet-net")
    one.related.remove(other)

    load(folder, today=TODAY)

    own.refresh_from_db()
    assert not Activity.objects.filter(slug="betamarkt-jet-net").exists()
    assert not one.related.filter(pk=other.pk).exists()
    assert Organisation.objects.get(slug="vhto").name == "VHTO Nederland"


def test_a_network_of_staff_gets_no_standard_activities(folder, municipality):
    load(folder, today=TODAY)
    programme = Programme.objects.get(slug="technet")
    own = Network.objects.create(slug="eigen-kring", name="Eigen kring", programme=programme)

    load(folder, today=TODAY)

    assert not own.activities.exists()


def test_what_leaves_the_files_leaves_the_portal(folder, municipality):
    load(folder, today=TODAY)
    path = folder / "activities.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    del content["activities"]["technet"][0]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    Activity.objects.filter(slug="lob-techniek-vmbo-kring").update(title="Aangepast")
    del content["activities"]["technet"][1]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")

    report = load(folder, today=TODAY)

    assert not Activity.objects.filter(slug="technet-kring-kring").exists()
    assert Activity.objects.filter(slug="lob-techniek-vmbo-kring").exists()
    assert report.tables["activities"]["removed"] == 1
    assert report.kept == ["activities, lob-techniek-vmbo-kring: left the catalogue, but was changed by staff"]


def test_a_programme_that_is_still_in_use_stays(folder, municipality):
    load(folder, today=TODAY)
    Network.objects.create(slug="n", name="N", programme=Programme.objects.get(slug="sprint"))
    path = folder / "programmes.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["programmes"] = [row for row in content["programmes"] if row["slug"] != "sprint"]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    change(folder, "subsidies.yaml", "    programme: sprint\n", "")

    report = load(folder, today=TODAY)

    assert Programme.objects.filter(slug="sprint").exists()
    assert report.kept == ["programmes, sprint: left the catalogue, but is still in use"]


def test_a_mistake_changes_nothing(folder, municipality):
    load(folder, today=TODAY)
    version = ContentVersion.current()
    change(folder, "programmes.yaml", "start_year: 2002", "start_year: 2003")
    (folder / "networks.yaml").write_text(NETWORKS.replace("programme: technet", "programme: bestaat-niet"))

    with pytest.raises(CommandError, match=r"networks\.yaml, kring.*Nothing was changed"):
        call_command("load_catalogue", folder)

    assert ContentVersion.current() == version
    assert Programme.objects.get(slug="jet-net").start_year == 2002


def test_a_title_that_is_too_long_is_told_with_its_row(folder, municipality):
    change(folder, "activities.yaml", "title: Gastles door een bedrijf", f"title: {'lang ' * 40}")

    with pytest.raises(CatalogueError, match="activities, gastles-jet-net, title"):
        load(folder, today=TODAY)

    assert not Programme.objects.exists()


def test_a_dry_run_reports_and_writes_nothing(folder, municipality):
    out = StringIO()

    call_command("load_catalogue", folder, dry_run=True, stdout=out)

    assert "programmes: 23 new" in out.getvalue()
    assert not Programme.objects.exists()
    assert not LoadedEntry.objects.exists()


def test_a_folder_without_catalogue_is_an_error_not_a_traceback(tmp_path, db):
    with pytest.raises(CommandError, match=r"organisations\.yaml cannot be read"):
        call_command("load_catalogue", tmp_path / "nergens")


def test_synonyms_are_loaded_once_and_then_belong_to_staff(folder, municipality):
    load(folder, today=TODAY)
    Synonym.objects.filter(words__contains=["gastles"]).update(words=["gastles", "eigen woord"])
    Synonym.objects.filter(words__contains=["robot"]).delete()

    load(folder, today=TODAY)

    assert Synonym.objects.get(words__contains=["gastles"]).words == ["gastles", "eigen woord"]
    assert not Synonym.objects.filter(words__contains=["robot"]).exists()
    assert Synonym.objects.filter(words__contains=["meisjes"]).exists()


@pytest.mark.parametrize(
    ("group", "told"),
    [("- [alleen]", "two words or more"), ("- x", "two words"), ("- [Gastles, x]", "make them one")],
)
def test_a_group_of_synonyms_that_is_none_is_told(folder, group, told):
    with open(folder / "synonyms.yaml", "a") as file:
        file.write(f"{group}\n")

    with pytest.raises(CatalogueError, match=rf"synonyms\.yaml.*{told}"):
        read_synonyms(folder)
