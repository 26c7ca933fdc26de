"""School holidays from a calendar file: read, compared, written, or refused as a whole."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from regions.models import HolidayRegion, SchoolHoliday
from regions.school_holidays import Holiday, UnusableFile, read

AUTUMN = Holiday(date(2026, 10, 10), date(2026, 10, 18), "Herfstvakantie", "2026-2027")


def event(summary="Herfstvakantie", start=";VALUE=DATE:20261010", end=";VALUE=DATE:20261019", *more):
    lines = ["BEGIN:VEVENT", "UID:1", f"SUMMARY:{summary}"]
    lines += [f"DTSTART{start}"] if start else []
    lines += [f"DTEND{end}"] if end else []
    return "\r\n".join([*lines, *more, "END:VEVENT"])


def calendar(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//NL", *events, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def noord(db):
    return HolidayRegion.objects.create(slug="noord", name="Noord")


@pytest.fixture
def run(tmp_path, capsys):
    """run(content, *arguments) -> what the command wrote."""

    def command(content, *arguments):
        path = tmp_path / "vakanties.ics"
        path.write_bytes(content)
        call_command("import_school_holidays", path, "--region", "noord", *arguments)
        return capsys.readouterr().out

    return command


# --- reading -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "summary",
    [
        "Herfstvakantie",
        "herfstvakantie 2026-2027",
        "Herfstvakantie regio Noord",
        "Herfstvakantie 2026/2027 (regio noord)",
        "Herfstvakantie – regio's Noord en Midden",
        "Herfstvakantie 2026",
    ],
)
def test_the_name_is_what_is_left_without_place_and_year(summary):
    assert read(calendar(event(summary)), "noord") == [AUTUMN]


def test_a_holiday_of_other_regions_is_left_out():
    content = calendar(event("Herfstvakantie regio Zuid", ";VALUE=DATE:20261017", ";VALUE=DATE:20261026"), event())

    assert read(content, "noord") == [AUTUMN]
    assert [holiday.first_on for holiday in read(calendar(event("Herfstvakantie regio Zuid")), "zuid")] == [
        AUTUMN.first_on
    ]


@pytest.mark.parametrize(
    ("start", "end", "last_on"),
    [
        (";VALUE=DATE:20261010", ";VALUE=DATE:20261019", date(2026, 10, 18)),
        (";VALUE=DATE:20261010", None, date(2026, 10, 10)),
        (";TZID=Europe/Amsterdam:20261010T000000", ";TZID=Europe/Amsterdam:20261019T000000", date(2026, 10, 18)),
        (":20261009T220000Z", ":20261018T215900Z", date(2026, 10, 18)),
    ],
)
def test_days_and_moments_give_a_first_and_last_day(start, end, last_on):
    (found,) = read(calendar(event(start=start, end=end)), "noord")

    assert (found.first_on, found.last_on) == (date(2026, 10, 10), last_on)


def test_a_duration_is_read():
    (found,) = read(calendar(event("Herfstvakantie", ";VALUE=DATE:20261010", None, "DURATION:P9D")), "noord")

    assert found == AUTUMN


def test_the_summer_belongs_to_the_year_it_ends():
    (found,) = read(calendar(event("Zomervakantie", ";VALUE=DATE:20270710", ";VALUE=DATE:20270823")), "noord")

    assert found.school_year == "2026-2027"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no iCalendar file"),
        (b"hallo\nwereld", "no iCalendar file"),
        (b"\xff\xfe\x00", "no iCalendar file"),
        (calendar(), "no event"),
        (b"BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n", "no event"),
        (calendar(event("Herfstvakantie regio Zuid")), "no holiday of region noord"),
        (calendar(event("")), "no name of a holiday"),
        (calendar(event("Herfst" * 20)), "no name of a holiday"),
        (calendar(event(start=None)), "no readable first and last day"),
        (calendar(event(start=";VALUE=DATE:20261399")), "no readable first and last day"),
        (calendar(event(start=";VALUE=DATE:20261020")), "lasts from"),
        (calendar(event(end=";VALUE=DATE:20281019")), "lasts from"),
        (calendar(event(end=":20261019T100000Z")), "no readable first and last day"),
        (
            calendar(event("Herfstvakantie", ";VALUE=DATE:20261010", ";VALUE=DATE:20261019", "RRULE:FREQ=YEARLY")),
            "repeats",
        ),
        (calendar(event(), event(end=";VALUE=DATE:20261020")), "stands in it twice"),
        (calendar(*[event()] * 501), "501 events"),
    ],
)
def test_a_file_that_is_no_list_of_holidays_is_refused_in_words(content, said):
    with pytest.raises(UnusableFile, match=said):
        read(content, "noord")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(content):
    for whole in (content, calendar(event()).replace(b"Herfst", content[:20])):
        try:
            found = read(whole, "noord")
        except UnusableFile as refused:
            found = str(refused)
        assert found


# --- writing -------------------------------------------------------------------------------------
def test_new_changed_and_unchanged_are_told_apart(noord, run):
    christmas = event("Kerstvakantie", ";VALUE=DATE:20261219", ";VALUE=DATE:20270104")

    first = run(calendar(event(), christmas), "--source", "voorbeeld")
    again = run(calendar(event(), christmas))
    moved = run(calendar(event(end=";VALUE=DATE:20261020"), christmas))

    assert "2 new, 0 changed, 0 unchanged" in first
    assert "0 new, 0 changed, 2 unchanged" in again
    assert "changed 2026-2027 Herfstvakantie: 2026-10-10 to 2026-10-18 -> 2026-10-10 to 2026-10-19" in moved
    row = SchoolHoliday.objects.get(name="Herfstvakantie")
    assert (row.region, row.last_on, row.source) == (noord, date(2026, 10, 19), "vakanties.ics")
    assert SchoolHoliday.objects.get(name="Kerstvakantie").source == "voorbeeld"


def test_what_is_not_in_the_file_stays_and_is_told(noord, run):
    run(calendar(event()))

    said = run(calendar(event("Kerstvakantie", ";VALUE=DATE:20261219", ";VALUE=DATE:20270104")))

    assert "not in the file, kept: 2026-2027 Herfstvakantie" in said
    assert SchoolHoliday.objects.count() == 2


def test_a_dry_run_changes_nothing(noord, run):
    said = run(calendar(event()), "--dry-run")

    assert "1 new" in said
    assert "Dry run: nothing was changed." in said
    assert not SchoolHoliday.objects.exists()


def test_a_broken_event_at_the_end_changes_nothing(noord, run):
    with pytest.raises(CommandError, match=r"event 2.*Nothing was changed"):
        run(calendar(event(), event("Kerstvakantie", start=None)))

    assert not SchoolHoliday.objects.exists()


def test_missing_files_and_regions_are_named(db, run, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_school_holidays", tmp_path / "weg.ics", "--region", "noord")
    with pytest.raises(CommandError, match="run load_reference first"):
        run(calendar(event()))


def test_a_file_that_is_far_too_large_is_refused(noord, run):
    with pytest.raises(CommandError, match="larger than"):
        run(b"x" * 2_000_001)
