"""A folder with small open data files of our own making, in the form of the real ones."""

import io
import json
import zipfile

from schools.reference.sources import GEOCODED_PROPERTIES, GEONAMES

PO = "scholen/po_vestigingen_2026-08.csv"
VO = "scholen/vo_vestigingen_2020.csv"
HISTORY = "scholen/po_so_leerlingen_per_vestiging_1996-2025.csv"
GEOCODED = "scholen/scholen_geocodeerd_2024-11.geo.zip"
CBS = "gebieden/cbs_gemeente_arbeidsmarktregio_provincie_2010-2026.csv"
GEONAMES_FILE = "postcode/geonames_pc4_NL_2024-04.txt"
OLDER = "postcode/4pp_pc4.csv"

# Two square municipalities side by side: 0001 west of longitude 5, 0002 east of it, between latitude 52 and 53.
WEST, EAST = (52.5, 4.5), (52.5, 5.5)

PO_HEADER = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;STRAATNAAM;HUISNUMMER-TOEVOEGING;"
    "POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES;VAKANTIEREGIO"
)
VO_HEADER = (
    "BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;HUISNUMMER-TOEVOEGING;GEMEENTENUMMER;"
    "TELEFOONNUMMER;INTERNETADRES"
)
HISTORY_HEADER = "INSTELLINGSCODE;VESTIGINGSCODE;SOORT_VESTIGING;BEVOEGD_GEZAG_NUMMER;LEERLINGEN_2024;LEERLINGEN_2025"


def feature(code, kind, **properties):
    """A school of the geocoded file; `latitude` and `longitude` default to the middle of the western square."""
    latitude = properties.pop("latitude", WEST[0])
    longitude = properties.pop("longitude", WEST[1])
    known = {
        "naam": f"School {code}", "type": kind, "straat": "Kade", "huisnummer": 5, "postcode": "1001AA",
        "plaats": "'s-Westdorp", "gemeente": "WEST GEM", "brin_nummer": code[:4], "vestigingscode": code,
    }  # fmt: skip
    return {
        "type": "Feature",
        "properties": dict.fromkeys(GEOCODED_PROPERTIES) | known | properties,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }


FEATURES = [
    feature("01AA00", "basisschool", huisnummer=9, latitude=52.41),
    feature("01AA00", "basisschool", huisnummer=7, latitude=52.4),
    feature("01BB00", "basisschool"),  # closed since: not in the po list
    feature("02AA00", "VBO/MAVO/HAVO", leerlingen=500, internetadres="https://www.vo,nl/"),
    feature("02AA01", "BRUGJAAR", postcode="2001AA", plaats="Oostdorp", gemeente="OOST", longitude=EAST[1]),
    feature("02BB00", "PRO"),
    feature("03AA00", "SBAO"),
    feature("03BB00", "(V)SO"),
    feature("03BB01", "(V)SO", gemeente="ONBEKEND", longitude=EAST[1]),
]
PO_ROWS = [
    "X;11111;01AA;01AA00; Basisschool  De Één;Kerkstraat;7;1001 AA;'S-WESTDORP;0001;WEST GEM;Openbaar;0101234567;"
    "https://www.een.nl/;Noord",
    "X;11111;01AA;01AA01;De Verhuisde;Nieuwstraat;1-A;2001 BB;OOSTDORP NH;0002;OOST;Openbaar; ; ;Midden",
    "X;11112;01CC;01CC00;De Buur;Kade;1;1001 AA;'S-WESTDORP;0001;;Openbaar; ; ;Noord",
]
VO_ROWS = ["22222 ;02AA ;02AA00 ;5  ;0009;0207654321;www.oud.nl", "22222;02ZZ;02ZZ00;1;0001;;"]
HISTORY_ROWS = [
    "01AA;01AA00;BO;11111;100;120",
    "01AA;01AA01;BO;11111;8;<5",
    "03AA;03AA00;SBO;33333;70;0",
    "03BB;03BB01;VSO;33333;40;41",
    "03CC;03CC00;SO;33333;0;12",
]
CBS_ROWS = [
    "Westgem,GM0001,2026,CR01,Corop,AM01,Regio West,PV20,Provincie",
    "Oost,GM0002,2026,CR01,Corop,AM02,Regio Oost,PV23,Andere",
    "Oude Naam,GM0001,2023,CR01,Corop,AM01,Regio West,PV20,Provincie",
    "Voorganger,GM0009,2020,CR01,Corop,AM02,Regio Oost,PV23,Andere",
    "Onvindbaar,GM0010,2012,CR01,Corop,,,PV23,Andere",
]
GEONAMES_ROWS = [  # 1001 stands 60 km off; 2001's first row is another place
    ("1001", "Westdorp", "0001", 52.5, 5.5),
    ("2001", "Verkeerd", "0001", 52.5, 4.5),
    ("2001", "Oostdorp", "0002", 52.5, 5.5),
    ("2002", "Leegdorp", "", 52.5, 5.6),
]
OLDER_ROWS = [
    "1,1001,Westdorp,Westgem,52.501,4.5,Adres",
    "2,2001,Oostdorp,Voorganger,52.5,5.5,Adres",
    "3,2002,Leegdorp,Voorganger,52.5,5.6,Adres",
    "4,1001,Westdorp,Voorganger,52.4,4.5,Postbus",
]


def make_sources(folder):
    """Write every source file below `folder` (pathlib.Path) and return it; tests spoil one afterwards."""
    files = {
        PO: ("\r\n".join([PO_HEADER, *PO_ROWS]) + "\r\n").encode("cp1252"),
        VO: ("\r\n".join([VO_HEADER, *VO_ROWS]) + "\r\n").encode("cp1252"),
        HISTORY: ("\r\n".join([HISTORY_HEADER, *HISTORY_ROWS]) + "\r\n").encode("utf-8-sig"),
        GEOCODED: zipped(FEATURES),
        CBS: lines("name,code,year,corop_code,corop,region_code,region,province_code,province", *CBS_ROWS),
        "gebieden/provincie_landsdeel.csv": lines(
            "province_code,provincie,landsdeel", "PV23,Andere,Oost", "PV20,Provincie,Noord"
        ),
        GEONAMES_FILE: lines(*("\t".join(geonames_row(*row)) for row in GEONAMES_ROWS)),
        OLDER: lines("id,postcode,woonplaats,gemeente,latitude,longitude,soort", *OLDER_ROWS),
        "kaart/nl_regios_2026.topojson": json.dumps(topology()).encode(),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def lines(*texts):
    return ("\n".join(texts) + "\n").encode()


def geonames_row(pc4, place, municipality, latitude, longitude):
    row = dict.fromkeys(GEONAMES.columns, "") | {"pc4": pc4, "place": place, "municipality_code": municipality}
    return [str(value) for value in (row | {"latitude": latitude, "longitude": longitude}).values()]


def zipped(features):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("scholen.geo.json", json.dumps({"type": "FeatureCollection", "features": features}))
    return stream.getvalue()


def topology():
    """Two squares of one by one degree that share an arc; quantised to tenths of a degree."""

    def area(arcs, **properties):
        return {"type": "Polygon", "arcs": [arcs], "properties": properties | {"naam": "te veel"}}

    def layer(*areas):
        return {"type": "GeometryCollection", "geometries": list(areas)}

    west, east = [0, 1], [~0, 2]
    return {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [4, 52]},
        "arcs": [
            [[10, 0], [0, 10]],  # the border, from south to north
            [[10, 10], [-10, 0], [0, -10], [10, 0]],
            [[10, 0], [10, 0], [0, 10], [-10, 0]],
        ],
        "objects": {
            "gemeenten": layer(area(east, gm_code="GM0002"), area(west, gm_code="GM0001")),
            "arbeidsmarktregios": layer(area(west, am_code="AM01"), area(east, am_code="AM02")),
            "provincies": layer(area(west, pv_code="PV20"), area(east, pv_code="PV23")),
            "landsdelen": layer(area(west, landsdeel="Noord"), area(east, landsdeel="Oost")),
        },
    }
