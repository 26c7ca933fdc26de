"""The pages of lists in and out, as somebody walks through them."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.own_data import collect
from activities.models import Participation
from tests.activities.factories import ParticipationFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator
from workspace.imports import steps
from workspace.models import Import

HEADING = ["Vestigingscode", "School", "Sector", "Schooljaar", "Doet mee vanaf"]
ROW = ["01AA00", "De Regenboog", "po", "2026-2027", "2026-09-01"]


@pytest.fixture
def here(db, sign_in, monkeypatch):
    """A coordinator at work; workers do what they are handed at once."""
    it = network_with_coordinator(name="Netwerk Noord")
    it.school = SchoolFactory(code="01AA00", name="De Regenboog", place="Assen")
    it.client = sign_in(it.user)
    monkeypatch.setattr(steps, "hand_over", lambda pk: None)

    def bring(*rows, heading=HEADING, name="lijst.csv", content=None, kind="participants"):
        file = SimpleUploadedFile(name, content if content is not None else csv_file(heading, *rows))
        return it.client.post("/beheer/lijsten/", {"kind": kind, "network": it.network.pk, "file": file})

    def work():
        for this in Import.objects.waiting():
            steps.work_on(this.pk, now=timezone.now())

    it.bring, it.work = bring, work
    return it


def text(response):
    return " ".join(response.content.decode().split())


def test_from_a_file_to_what_stands_in_loket(here):
    response = here.bring(ROW)
    page = response["Location"]
    assert response.status_code == 302
    assert "Het bestand wordt gelezen" in text(here.client.get(page))

    here.work()
    shown = here.client.get(page)
    assert "Wat er zou gebeuren" in text(shown)
    assert "Pas 1 rij toe" in text(shown)
    assert "01AA00 De Regenboog, po, 2026-2027" in text(shown)
    assert not Participation.objects.exists()

    fingerprint = shown.context["this"].report["fingerprint"]
    assert here.client.post(f"{page}toepassen/", {"fingerprint": fingerprint})["Location"] == page
    assert "wordt toegepast" in text(here.client.get(page))
    here.work()

    assert "Toegepast op" in text(here.client.get(page))
    assert Participation.objects.get().school == here.school
    assert "toegepast" in text(here.client.get("/beheer/lijsten/"))


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (csv_file([*HEADING, "BSN"], [*ROW, "x"]), "lijst.csv", "Loket neemt geen gegevens van leerlingen aan"),
        (b"", "lijst.csv", "Dit bestand is leeg"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lijst.xls", "oud Excel-bestand"),
        (b"x" * (10 * 1024 * 1024 + 1), "lijst.csv", "groter dan 10 MB"),
        (csv_file(["Iets"], ["x"]), "lijst.csv", "geen rij met kopjes"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing_and_the_choices_stay(here, content, name, why):
    response = here.bring(content=content, name=name)

    assert why in text(response)
    assert "er is niets van bewaard" in text(response)
    assert not Import.objects.exists()
    assert f'<option value="{here.network.pk}" selected>' in text(response)


def test_a_file_of_more_than_five_megabytes_may_come(here):
    assert here.bring(content=csv_file(HEADING, ROW, *[["x" * 6_000]] * 1_000)).status_code == 302


def test_without_a_file_one_is_asked_for(here):
    assert "Kies een bestand." in text(here.client.post("/beheer/lijsten/", {"kind": "contacts"}))


def test_a_network_of_somebody_else_cannot_be_chosen(here):
    other = NetworkFactory(name="Netwerk Elders")
    file = SimpleUploadedFile("a.csv", csv_file(HEADING, ROW))

    response = here.client.post("/beheer/lijsten/", {"kind": "participants", "network": other.pk, "file": file})

    assert "Kies een netwerk dat u mag wijzigen." in text(response)
    assert "Netwerk Elders" not in text(response)
    assert not Import.objects.exists()


def test_who_changes_no_network_sees_why(here, sign_in):
    committee = AssignmentFactory(network=here.network, role="committee").user

    response = sign_in(committee).get("/beheer/lijsten/")

    assert "U mag hier geen lijsten inlezen" in text(response)
    assert 'type="file"' not in text(response)
    post = {"kind": "participants", "file": SimpleUploadedFile("a.csv", csv_file(HEADING, ROW))}
    sign_in(committee).post("/beheer/lijsten/", post)
    assert not Import.objects.exists()


def test_the_lists_one_brought_are_in_ones_own_data(here):
    here.bring(ROW)

    (row,) = collect(here.user)["lijsten die u inlas"]

    assert (row["bestand"], row["netwerk"], row["toegepast op"]) == ("lijst.csv", "Netwerk Noord", None)


def test_progress_is_told_and_then_the_page_is_asked_anew(here):
    page = here.bring(ROW)["Location"]
    this = Import.objects.get()
    steps.tell_progress(this.pk, 250, 1000)

    asked = here.client.get(f"{page}stand/", headers={"HX-Request": "true"})
    assert "rij 250 van 1000" in text(asked)
    assert 'value="250"' in text(asked)

    here.work()
    assert here.client.get(f"{page}stand/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert here.client.get(f"{page}stand/")["Location"] == page


def test_rows_that_cannot_be_are_shown_first_and_can_be_taken_along(here):
    unknown, wrong = ["99ZZ99", "=Regenboog", "po", "2026-2027", ""], ["01AA00", "", "mbo", "x", ""]
    page = here.bring(ROW, unknown, wrong)["Location"]
    here.work()

    shown = here.client.get(page)
    assert [line["number"] for line in shown.context["page"]] == [3, 4, 2]
    assert "Bedoelt u: 01AA00 De Regenboog, Assen" in text(shown)
    assert [line["number"] for line in here.client.get(f"{page}?soort=rejected").context["page"]] == [4]

    lines = b"".join(here.client.get(f"{page}weggelaten/?formaat=csv")).decode("utf-8-sig")
    heading, first, second = csv.reader(io.StringIO(lines), delimiter=";")
    assert heading == [*HEADING, "Rij", "Waarom niet", "Bedoelt u"]
    assert first[:6] == ["99ZZ99", "'=Regenboog", "po", "2026-2027", "", "3"]
    assert "staat niet in het register" in first[6]
    assert second[5] == "4"
    # Mended, it can be brought again as it is: what we added is not read.
    mended = csv_file(heading, ["01AA00", *first[1:]])
    again = here.bring(content=mended)["Location"]
    here.work()
    assert here.client.get(again).context["this"].counts["new"] == 1


def test_rows_that_cannot_be_are_not_left_out_unasked(here):
    page = here.bring(ROW, ["99ZZ99", "", "po", "2026-2027", ""])["Location"]
    here.work()
    fingerprint = Import.objects.get().report["fingerprint"]

    refused = here.client.post(f"{page}toepassen/", {"fingerprint": fingerprint}, follow=True)
    assert "weglaat" in text(refused)
    assert Import.objects.get().asked_to_apply_at is None

    here.client.post(f"{page}toepassen/", {"fingerprint": fingerprint, "leave_out": "ja"})
    assert Import.objects.get().asked_to_apply_at


def test_what_changed_meanwhile_is_told(here):
    page = here.bring(ROW)["Location"]
    here.work()
    here.client.post(f"{page}toepassen/", {"fingerprint": Import.objects.get().report["fingerprint"]})
    ParticipationFactory(
        school=here.school, network=here.network, programme=here.network.programme, started_on=date(2026, 8, 1)
    )
    here.work()

    shown = text(here.client.get(page))

    assert "er is nog niets toegepast" in shown
    assert "zijn de rijen 2." in shown
    assert "<del>2026-08-01</del> → <ins>2026-09-01</ins>" in shown


def test_a_list_that_changes_nothing_has_no_button(here):
    ParticipationFactory(
        school=here.school, network=here.network, programme=here.network.programme, started_on=date(2026, 9, 1)
    )
    page = here.bring(ROW)["Location"]
    here.work()

    shown = text(here.client.get(page))

    assert "Deze lijst wijzigt niets" in shown
    assert "toepassen/" not in shown


def test_a_list_can_be_thrown_away_until_it_is_applied(here):
    page = here.bring(ROW)["Location"]
    here.work()
    assert "is weggegooid" in text(here.client.post(f"{page}weggooien/", follow=True))
    assert not Import.objects.exists()

    page = here.bring(ROW)["Location"]
    here.work()
    here.client.post(f"{page}toepassen/", {"fingerprint": Import.objects.get().report["fingerprint"]})
    assert "Zij blijft bewaard" in text(here.client.post(f"{page}weggooien/", follow=True))
    assert Import.objects.exists()


def test_what_a_file_says_is_text_on_the_page(here):
    bad = '<script>alert("x")</script>'
    page = here.bring([bad, bad, "po", "2026-2027", ""], name=f"{bad}.csv")["Location"]
    here.work()

    assert "<script>alert" not in text(here.client.get(page))


def test_a_list_of_somebody_else_is_not_there(here, sign_in):
    page = here.bring(ROW)["Location"]
    colleague = AssignmentFactory(network=here.network).user

    for address in (page, f"{page}stand/", f"{page}weggelaten/"):
        assert sign_in(colleague).get(address).status_code == 404
    for address in (f"{page}toepassen/", f"{page}weggooien/"):
        assert sign_in(colleague).post(address).status_code == 404


@pytest.mark.parametrize("kind", ["participants", "contacts", "organisations", "activities", "occurrences"])
def test_template_files_have_a_heading_and_an_example(here, kind):
    book = load_workbook(io.BytesIO(b"".join(here.client.get(f"/beheer/lijsten/voorbeeld/{kind}/"))))
    lines = b"".join(here.client.get(f"/beheer/lijsten/voorbeeld/{kind}/?formaat=csv")).decode("utf-8-sig")

    (heading, example) = csv.reader(io.StringIO(lines), delimiter=";")
    sheet, explained = book.worksheets
    assert [cell.value for cell in sheet[1]] == heading
    assert sheet.max_row == 2
    assert len(example) == len(heading)
    assert [row[0].value for row in explained.iter_rows(min_row=2, max_row=1 + len(heading))] == heading


def test_an_unknown_kind_or_form_is_said(here):
    assert here.client.get("/beheer/lijsten/voorbeeld/pupils/").status_code == 404
    assert here.client.get("/beheer/lijsten/meenemen/pupils/").status_code == 404
    assert here.client.get("/beheer/lijsten/meenemen/contacts/?formaat=pdf").status_code == 400


def test_a_list_as_it_stands_holds_ones_own_networks_only(here):
    mine = ParticipationFactory(school=here.school, network=here.network, programme=here.network.programme)
    other = ParticipationFactory(network=NetworkFactory())

    lines = b"".join(here.client.get("/beheer/lijsten/meenemen/participants/?formaat=csv")).decode()

    assert mine.school.code in lines
    assert other.school.code not in lines
    elsewhere = f"/beheer/lijsten/meenemen/participants/?formaat=csv&netwerk={other.network.slug}"
    assert here.client.get(elsewhere).status_code == 404


def test_the_state_of_lists_is_told_and_queries_do_not_grow(here):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            here.client.get("/beheer/lijsten/")
        return len(captured)

    here.bring(ROW)
    queries()
    few = queries()
    for _number in range(10):
        here.bring(ROW)
        NetworkFactory()
    assert queries() == few <= 12
    Import.objects.update(refused_at=timezone.now() - timedelta(days=1), refused_because="Te groot.")
    assert "niet ingelezen" in text(here.client.get("/beheer/lijsten/"))
    assert "Te groot." in text(here.client.get(Import.objects.first().get_absolute_url()))


def test_many_rows_come_in_pages(here):
    page = here.bring(*[[f"{number:02}ZZ99", "", "po", "2026-2027", ""] for number in range(60)])["Location"]
    here.work()

    assert "Pagina 1 van 2" in text(here.client.get(page))
    second = here.client.get(f"{page}?soort=unmatched&pagina=2")
    assert len(second.context["page"]) == 10
    assert 'href="?soort=unmatched&amp;pagina=1"' in text(second)
