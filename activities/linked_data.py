"""An activity in the words of schema.org, so that search engines understand its page.

What one learns is a Course with its dates as instances; what one visits is an Event for each date. What
cannot be joined makes no Offer, and what has ended nothing at all.
"""

import json

from django.conf import settings
from django.utils.safestring import mark_safe

from loket.vocabulary import Kind

COURSE_KINDS = frozenset(
    {Kind.TRAINING, Kind.COACHING, Kind.LESSON_MATERIAL, Kind.MASTERCLASS, Kind.ROUTE, Kind.RESEARCH, Kind.CAREER}
)
_HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(page):
    """The JSON-LD of an OfferPage as dicts and lists; None when it has ended. No query beside its dates."""
    if page.is_ended:
        return None
    common = _without_empty(
        {
            "name": page.activity.title,
            "description": page.activity.summary,
            "url": settings.SITE_URL + page.activity.get_absolute_url(),
            "inLanguage": "nl",
            "isAccessibleForFree": True if page.activity.cost_euro == 0 else None,
            "offers": _price(page),
        }
    )
    organiser = {
        "@type": "Organization",
        "name": page.network.name,
        "url": settings.SITE_URL + page.network.get_absolute_url(),
    }
    if page.activity.kind in COURSE_KINDS:
        instances = [
            {"@type": "CourseInstance", **_date(date, common["url"]), "courseMode": _mode(date)}
            for date in page.dates
        ]
        nodes = [{"@type": "Course", **common, "provider": organiser}]
        if instances:
            nodes[0]["hasCourseInstance"] = instances
    else:
        nodes = [
            {"@type": "EducationEvent", **common, **_date(date, common["url"]), "organizer": organiser}
            for date in page.dates
        ]
        nodes = nodes or [{"@type": "Service", **_without(common, "inLanguage"), "provider": organiser}]
    return {"@context": "https://schema.org", "@graph": nodes}


def as_script_text(data):
    """`data` as JSON that can stand inside <script type="application/ld+json">, whatever a title holds."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_HARMLESS))  # noqa: S308


def _price(page):
    if not page.is_joinable or page.activity.cost_euro is None:
        return None
    return {"@type": "Offer", "price": page.activity.cost_euro, "priceCurrency": "EUR", "category": "education"}


def _date(date, url):
    place = date.municipality.name if date.municipality else ""
    physical = {
        "@type": "Place",
        "name": date.place or place,
        "address": _without_empty({"@type": "PostalAddress", "addressLocality": place, "addressCountry": "NL"}),
    }
    mode = "Online" if date.is_online else "Offline"
    online = {"@type": "VirtualLocation", "url": url}
    return _without_empty(
        {
            "startDate": date.starts_at.isoformat(),
            "endDate": date.ends_at.isoformat(),
            "eventStatus": f"https://schema.org/Event{'Cancelled' if date.is_cancelled else 'Scheduled'}",
            "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
            "location": online if date.is_online else physical if physical["name"] else None,
            "maximumAttendeeCapacity": date.capacity,
            "remainingAttendeeCapacity": date.places_left,
        }
    )


def _mode(date):
    return "online" if date.is_online else "onsite"


def _without_empty(values):
    return {name: value for name, value in values.items() if value not in (None, "")}


def _without(values, name):
    return {key: value for key, value in values.items() if key != name}
