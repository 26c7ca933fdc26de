"""A process of its own that registers many groups for one date: `python -m tests.enquiries.crowd ...`."""

import os
import sys
import time
import uuid

import django


def main(database, date_pk, start_at, *school_pks):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.settings_test")
    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    from django.utils import timezone

    from accounts.models import User
    from activities.models import Occurrence
    from enquiries import registrations
    from schools.models import School

    date = Occurrence.objects.get(pk=date_pk)
    schools = School.objects.in_bulk([int(pk) for pk in school_pks])
    by = User.objects.get(email="menigte@voorbeeld.example")
    time.sleep(max(0.0, float(start_at) - time.time()))  # all processes begin together
    for school in schools.values():
        registrations.register(
            form_key=uuid.uuid4(), school=school, sector="po", occurrence=date, by=by, now=timezone.now()
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
