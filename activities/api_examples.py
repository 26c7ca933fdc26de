"""Examples of answers, for the description of the API. A test holds them against that description."""

PERSON = {
    "name": "Contactpersoon Noord (voorbeeld)",
    "email": "noord@voorbeeld.example",
    "telephone": "000 000 00 07",
    "reachable": "di t/m vr, 9-17 uur",
    "is_sample": True,
}

PROGRAMME = {
    "slug": "jet-net",
    "aliases": [],
    "name": "Jet-Net",
    "abbreviation": "",
    "sectors": ["havo", "vwo"],
    "in_mbb": True,
    "speerpunt": 1,
    "organiser": "jet-net-bureau",
    "start_year": 2002,
    "status": "lopend",
    "availability": "wachtlijst",
    "availability_note": "Meldt uw school zich aan, dan komt u op de lijst.",
    "summary": "Technische bedrijven en uw school werken samen.",
    "goals": "Meer leerlingen kiezen voor bèta en techniek.",
    "serves": {"havo": {"primary": ["companies"], "secondary": ["career_orientation"]}},
    "scores": {"vo": {"goals_clear": 4.4, "fits_school": 4.0, "results": 3.5, "n": 130}},
    "continuation": {"vo": {"whole_school": 84, "without_extra_means": 47}},
    "targets": [{"indicator": "aangesloten_scholen", "value": 250, "unit": "scholen", "deadline": "2016"}],
    "measurements": [{"indicator": "aangesloten_scholen", "value": 187, "unit": "scholen", "date": "2013"}],
    "waiting_list_count": 85,
    "waiting_list_on": "2013-12-01",
    "related": ["technasium", "technet"],
    "facts_as_of": "2013-12-01",
}

NETWORK = {
    "slug": "po-noord",
    "name": "Regionaal netwerk Noord (voorbeeld)",
    "programme": "regionale-netwerken-po",
    "lead": None,
    "is_national": False,
    "municipalities": ["0014", "0106"],
    "partners": [{"organisation": "science-centre-noord", "role": "knowledge"}],
    "contacts": [{"title": "netwerkcoördinator", "order": 1, "confirmed_on": "2026-09-01", "person": PERSON}],
    "website": "",
    "subsidy_state": "subsidised",
    "funded_until": "2027-07-31",
    "confirmed_on": "2026-09-01",
    "ended_on": None,
    "is_sample": True,
}

ORGANISATION = {
    "slug": "science-centre-noord",
    "name": "Science center Noord (voorbeeld)",
    "kind": "science_centre",
    "number": "",
    "labels": ["buitenschools"],
    "target_groups": ["pupils"],
    "summary": "Een plek waar leerlingen zelf proeven doen.",
    "website": "noord.voorbeeld.example",
    "municipality": "0014",
    "latitude": 53.2194,
    "longitude": 6.5665,
    "is_sample": True,
}

ACTIVITY = {
    "slug": "robots-in-de-klas",
    "title": "Robots in de klas (voorbeeld)",
    "summary": "Een gast van een bedrijf laat leerlingen een robot programmeren.",
    "intended_result": "Leerlingen weten wat een programma is.",
    "network": "po-noord",
    "programme": "regionale-netwerken-po",
    "kind": "guest_lesson",
    "sectors": ["po"],
    "phases": ["bewustwording"],
    "needs": ["companies", "ready_made"],
    "target_groups": ["pupils"],
    "years": ["po_upper"],
    "delivery": "ready_made",
    "effort_hours": 4,
    "cost_euro": 0,
    "evidence": "promising",
    "availability": "per_regio",
    "opens_on": None,
    "closes_on": "2027-06-30",
    "confirmed_on": "2026-09-01",
    "facts_as_of": None,
    "materials": [{"title": "Lesbrief", "url": "https://noord.voorbeeld.example/lesbrief", "subject": "techniek"}],
    "is_sample": True,
}

DATE = {
    "uid": "7f1cc1f0-53a2-4f6e-9a55-1c1f0a7c2d11",
    "activity": "robots-in-de-klas",
    "starts_at": "2026-12-10T09:30:00+01:00",
    "ends_at": "2026-12-10T12:00:00+01:00",
    "place": "Groningen",
    "municipality": "0014",
    "latitude": 53.2194,
    "longitude": 6.5665,
    "is_online": False,
    "capacity": 20,
    "places_left": 3,
    "waiting_list_count": None,
    "reported_on": "2026-11-20",
    "cancelled_at": None,
    "sequence": 1,
    "is_sample": True,
}

SUBSIDY = {
    "slug": "startbudget",
    "name": "Startbudget wetenschap en techniek (voorbeeld)",
    "summary": "Een verzonnen regeling.",
    "programme": None,
    "provider": "Voorbeeldfonds",
    "for_whom": "basisscholen die beginnen",
    "sectors": ["po"],
    "period": "",
    "opens_on": "2026-09-01",
    "closes_on": "2027-02-23",
    "maximum_euro": 2500,
    "cofinancing": "geen",
    "state": "open",
    "facts_as_of": None,
    "is_sample": True,
}

SCHOOL = {
    "code": "03WU00",
    "name": "Openbare basisschool De Regenboog",
    "kind": "bo",
    "structure": "",
    "sectors": ["po"],
    "board": "bestuur-12345",
    "street": "Schoolstraat",
    "house_number": "1",
    "postcode": "9401AA",
    "place": "Assen",
    "municipality": "0106",
    "latitude": 52.9925,
    "longitude": 6.5649,
    "website": "",
    "pupils": 180,
    "pupils_year": 2025,
    "closed_on": None,
    "source": "po",
    "source_date": "2026-08-04",
}

REGION = {
    "slug": "groningen",
    "code": "AM01",
    "name": "Groningen",
    "agenda": "Elke basisschool een *techniekdag*.",
    "municipalities": ["0014", "0106"],
}

COVERAGE = {
    "programme": "regionale-netwerken-po",
    "schools": 6000,
    "covered": 4100,
    "white_spots": {"0363": 210},
    "overlaps": {"0014": 2},
}

_CONTACT = {name: PERSON[name] for name in ("name", "telephone", "email", "is_sample")} | {"title": "coördinator"}

LOKET = {
    "school": {
        "code": "03WU00",
        "name": "Openbare basisschool De Regenboog",
        "place": "Assen",
        "municipality": "0106",
        "closed_on": None,
        "successor": None,
    },
    "situation": {
        "sectors": ["po"],
        "phases": {"po": "bewustwording"},
        "assumed_phases": ["po"],
        "needs": ["companies"],
        "barriers": ["no_time"],
        "does": [],
    },
    "messages": [],
    "first_contact": {"owner": "Groningen", "level": "region", "contact": _CONTACT},
    "suggestions": [
        {
            "rank": 1,
            "slug": "robots-in-de-klas",
            "title": "Robots in de klas (voorbeeld)",
            "programme": "regionale-netwerken-po",
            "network": "Regionaal netwerk Noord (voorbeeld)",
            "sector": "po",
            "availability": "per_regio",
            "caution": "",
            "effort_hours": 4,
            "cost_euro": 0,
            "confirmed_on": "2026-09-01",
            "facts_as_of": None,
            "is_sample": True,
            "reasons": [{"criterion": "phase", "sentence": "U begint net, en dit is kant-en-klaar."}],
            "scores": [{"criterion": "phase", "score": 1.0, "weight": 3.0}],
            "contact": None,
        }
    ],
    "further_count": 8,
    "unserved_needs": [],
    "next_steps": [],
    "not_now": [
        {
            "programme": "jet-net-junior",
            "name": "Jet-Net Junior",
            "availability": "verkenning",
            "sentence": "Jet-Net Junior wordt verkend: aanmelden kan niet.",
        }
    ],
    "references": [],
    "white_spots": [],
    "subsidies": [
        {
            "slug": "startbudget",
            "name": "Startbudget wetenschap en techniek (voorbeeld)",
            "closes_on": "2027-02-23",
            "maximum_euro": 2500,
            "is_sample": True,
        }
    ],
}
