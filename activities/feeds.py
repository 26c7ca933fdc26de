"""What one can subscribe to: the agenda as iCalendar (RFC 5545), and new offers as Atom (RFC 4287).

A feed is read by a program that nobody watches, so what it cannot read is refused with status 400 and a
reason: a calendar that silently holds everything would be worse than none.
"""

from datetime import UTC, timedelta
from functools import cache, wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Timezone

from activities import situation
from activities.agenda import PARAMETERS, read_filter
from activities.desk import desk_for
from activities.models import Activity, Occurrence
from activities.periods import midnight
from activities.views import canonical_code, programme_slugs, reading_of
from networks.directory import directory
from regions.kept_pages import kept_page
from schools.models import School

MOST_DATES = 1_000
DAYS_BACK = timedelta(days=30)  # so that a date just cancelled or moved still arrives
REFRESH = timedelta(hours=6)
LONGEST_LINE = 75  # octets
NEWEST = 50
COLUMNS = (
    "uid",
    "starts_at",
    "ends_at",
    "place",
    "is_online",
    "latitude",
    "longitude",
    "cancelled_at",
    "sequence",
    "changed_at",
    "is_sample",
    "activity__slug",
    "activity__title",
    "activity__summary",
)
PRODUCT = "-//Loket//Agenda//NL"
DOMAIN = "loket"  # part of every identifier: it never changes, whatever the address of the site
CALENDAR_TYPE = "text/calendar; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"


def only(*parameters):
    """Refuse a feed whose address has a parameter other than `parameters`, before anything kept answers."""

    def decorate(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            unknown = sorted(set(request.GET) - set(parameters))
            if unknown:
                return refused(
                    [_("Deze feed kent “%(name)s” niet.") % {"name": name[:40]} for name in unknown[:10]],
                    parameters,
                )
            return view(request, *args, **kwargs)

        return answer

    return decorate


def refused(reasons, parameters):
    """400 with `reasons` as plain text, and what may be asked."""
    known = _("U kunt kiezen uit: %(names)s.") % {"names": ", ".join(parameters)} if parameters else ""
    text = "\n".join([*reasons, known or _("Deze feed heeft geen filters.")])
    return HttpResponseBadRequest(text + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@only(*PARAMETERS)
@kept_page(*PARAMETERS, by_host=True)
def agenda_ics(request, *, version):
    """The dates that a filter of the agenda leaves."""
    on, known = timezone.localdate(), directory(version)
    chosen = read_filter(request.GET, known, programme_slugs(known), on)
    if chosen.messages:
        return refused(chosen.messages, PARAMETERS)
    labels = [label for label, _query in chosen.chips]
    name = _("Agenda van Loket") + (f": {', '.join(labels)}" if labels else "")
    return calendar_of(request, chosen.dates(Occurrence.objects.public()), name, on)


@login_not_required
@require_safe
@only()
@kept_page(by_host=True)
def network_ics(request, slug, *, version):
    """The dates of one network."""
    network = next((n for n in directory(version).networks.values() if n.slug == slug), None)
    if network is None:
        raise Http404(slug)
    rows = Occurrence.objects.public().filter(activity__network=network.pk)
    return calendar_of(request, rows, network.name, timezone.localdate())


@login_not_required
@require_safe
def loket_ics(request, code):
    """The dates of what fits a school: redirects to the code as written in the register."""
    wanted = canonical_code(code)
    if wanted != code:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponsePermanentRedirect(reverse("activities:loket-ics", args=[wanted]) + query)
    return _loket_ics(request, code)


@only(*situation.PARAMETERS)
@kept_page(*situation.PARAMETERS, by_host=True)
def _loket_ics(request, code, *, version):
    school = get_object_or_404(School.objects.for_desk(), code=code)
    on, known = timezone.localdate(), directory(version)
    reading = reading_of(request, school, known)
    if reading.messages:
        return refused(reading.messages, situation.PARAMETERS)
    desk = desk_for(school, reading.situation, on=on, known=known)
    rows = Occurrence.objects.public().filter(activity__in=[match.offer.key for match in desk.matches])
    return calendar_of(request, rows, _("Agenda voor %(school)s") % {"school": school.name}, on)


@login_not_required
@require_safe
@only(*PARAMETERS)
@kept_page(*PARAMETERS, by_host=True)
def offer_atom(request, *, version):
    """The newest activities that a filter leaves."""
    on, known = timezone.localdate(), directory(version)
    chosen = read_filter(request.GET, known, programme_slugs(known), on)
    if chosen.messages:
        return refused(chosen.messages, PARAMETERS)
    rows = chosen.activities(Activity.objects.public().open_on(on), on)
    rows = rows.filter(published_on__lte=on).order_by("-published_on", "pk")
    labels = [label for label, _query in chosen.chips]
    own = request.build_absolute_uri(request.path + (f"?{chosen.query}" if chosen.query else ""))
    feed = Atom1Feed(
        title=_("Nieuw aanbod") + (f": {', '.join(labels)}" if labels else ""),
        link=request.build_absolute_uri("/"),
        description=_("Nieuwe activiteiten voor wetenschap en techniek op school."),
        language="nl",
        feed_url=own,
        feed_guid=f"tag:{DOMAIN},2026:aanbod?{chosen.query}",
    )
    for activity in rows[:NEWEST]:
        published = midnight(activity.published_on)
        feed.add_item(
            title=_labelled(activity.title, activity.is_sample),
            link=request.build_absolute_uri(activity.get_absolute_url()),
            description=activity.summary,
            author_name=known.networks[activity.network_id].name,
            unique_id=f"tag:{DOMAIN},2026:aanbod/{activity.slug}",
            pubdate=published,
            updateddate=published,
            categories=activity.sectors,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=ATOM_TYPE)


# --- iCalendar -------------------------------------------------------------------------------------


def calendar_of(request, rows, name, on):
    """`rows` (of Occurrence) from 30 days before `on`, as a calendar; says so when there are too many.

    One query. Without METHOD, so that DTSTAMP is the moment of the last change (RFC 5545, 3.8.7.2).
    """
    rows = rows.filter(ends_at__gte=midnight(on - DAYS_BACK)).select_related("activity").only(*COLUMNS)
    dates = list(rows.order_by("starts_at", "pk")[: MOST_DATES + 1])
    description = _("Datums van activiteiten voor wetenschap en techniek op school.")
    if len(dates) > MOST_DATES:
        description += " " + _(
            "Dit zijn alleen de eerste %(count)d datums. Kies een filter, dan ziet u ze allemaal."
        ) % {"count": MOST_DATES}
    result = Calendar()
    result.add("prodid", PRODUCT)
    result.add("version", "2.0")
    result.add("calscale", "GREGORIAN")
    result.add("x-wr-calname", name)
    result.add("x-wr-caldesc", description)
    result.add("x-wr-timezone", "Europe/Amsterdam")
    result.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    result.add("x-published-ttl", "PT6H")
    result.add_component(_amsterdam())
    frame, end = result.to_ical().split(b"END:VCALENDAR")
    site = request.build_absolute_uri("/").removesuffix("/")
    events = "".join(event_of(row, site) for row in dates[:MOST_DATES])
    return HttpResponse(frame + events.encode() + b"END:VCALENDAR" + end, content_type=CALENDAR_TYPE)


def event_of(row, site):
    """The VEVENT of an Occurrence (with its activity at hand), as text. site: as "https://loket.example".

    Written here and not by the library, which takes 0.8 ms for each (measured): 1,000 dates have 250 ms.
    """
    activity = row.activity
    title = _labelled(activity.title, row.is_sample)
    # Not every calendar shows STATUS, so the title says it too.
    summary = _("Gaat niet door: %(title)s") % {"title": title} if row.is_cancelled else title
    changed = f"{row.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{row.uid}@{DOMAIN}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{row.sequence}",
        f"DTSTART;TZID=Europe/Amsterdam:{timezone.localtime(row.starts_at):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Amsterdam:{timezone.localtime(row.ends_at):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(summary)}",
        f"STATUS:{'CANCELLED' if row.is_cancelled else 'CONFIRMED'}",
        f"DESCRIPTION:{_escaped(activity.summary)}",
        f"URL:{site}{activity.get_absolute_url()}",
    ]
    if row.is_online or row.place:
        lines.append(f"LOCATION:{_escaped(_('online') if row.is_online else row.place)}")
    if row.latitude is not None and row.longitude is not None:
        lines.append(f"GEO:{row.latitude:.6f};{row.longitude:.6f}")
    lines.append("END:VEVENT\r\n")
    return "\r\n".join(map(_folded, lines))


def _escaped(text):
    """TEXT of RFC 5545, 3.3.11; control characters have no place in it."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f") if not text.isprintable() else text


def _folded(line):
    """`line` in pieces of at most 75 octets, no character cut in two (RFC 5545, 3.1)."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line
    pieces, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            pieces.append("")
            size = 1  # the space that a next piece begins with
        pieces[-1] += sign
        size += octets
    return "\r\n ".join(pieces)


def _labelled(title, is_sample):
    return _("%(title)s (voorbeeld)") % {"title": title} if is_sample else title


# The rule of the European Union since 1996; a list of days, as the library makes it, ends in 2038.
AMSTERDAM = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


@cache
def _amsterdam():
    return Timezone.from_ical(AMSTERDAM)
