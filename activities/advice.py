"""What the loket told a school, kept when a member asked (R25)."""

from django.utils import timezone

from activities.models import Advice
from activities.situation import written

LONGEST = Advice._meta.get_field("situation").max_length


def keep_advice(*, school, user, desk, now):
    """Keep the suggestions of `desk` for a member; returns the Advice.

    The same advice twice on one day is one row: looking again is no new question.
    """
    situation = written(desk.situation)[:LONGEST]
    suggestions = [
        {"activity": item.activity.pk, "programme": item.programme.slug, "rank": item.rank}
        for item in desk.suggestions
    ]
    newest = Advice.objects.filter(school=school, given_at__date=timezone.localtime(now).date()).first()
    if newest and newest.situation == situation and newest.suggestions == suggestions:
        return newest
    return Advice.objects.create(school=school, asked_by=user, situation=situation, suggestions=suggestions)
