"""From a white spot to somebody: the first contact, the nearest network, and the questions that wait there."""

from django.db.models import Avg

from activities.distance import distance_km
from enquiries.letters import kind_of_school
from enquiries.models import Recipient
from schools.models import School

NEAREST = 3
MOST_QUESTIONS = 20


def nearby(programme, place, known, user, on):
    """{"contact", "nearest", "schools_count", "questions"} of a municipality without a network of `programme`.

    nearest: [(NetworkFacts, km)] of the programme by the middle of the schools where each works. questions: those
    that wait with who may see them (`Recipient.objects.for_coordinator`), of schools in the municipality, each with
    who asks: a school that did not say who it is stays so.
    """
    middles = _middles()
    here = middles.get(place.pk)
    found = []
    for network in known.networks.values():
        if network.programme != programme.slug or network.has_ended(on) or network.is_national:
            continue
        points = [middles[code] for code in known.area_of(network) if code in middles]
        if here and points:
            found.append((network, round(min(distance_km(here, point) for point in points))))
    schools = School.objects.open().filter(municipality=place, sectors__overlap=sorted(programme.sectors))
    questions = Recipient.objects.for_coordinator(user, on).open().filter(enquiry__school__municipality=place)
    questions = questions.with_school_known().select_related("enquiry__school__municipality", "network")
    asked = [
        (row, row.enquiry.school.name if row.school_known else kind_of_school(row.enquiry))
        for row in questions[:MOST_QUESTIONS]
    ]
    return {
        "contact": known.first_contact(place.region_id, place.landsdeel_id, on),
        "nearest": sorted(found, key=lambda pair: pair[1])[:NEAREST],
        "national": [n for n in known.networks.values() if n.programme == programme.slug and n.is_national],
        "schools_count": schools.count(),
        "questions": asked,
        "is_white": not any(n.programme == programme.slug for n in known.networks_for(place.pk, None, on)),
    }


def _middles():
    """Municipality code -> (latitude, longitude): the middle of its open schools. One query."""
    rows = School.objects.open().exclude(latitude=None).exclude(longitude=None).order_by()
    rows = rows.values_list("municipality_id").annotate(Avg("latitude"), Avg("longitude"))
    return {code: (latitude, longitude) for code, latitude, longitude in rows if code}
