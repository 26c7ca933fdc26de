"""Which sectors a school has, read from DUO's structure of it (DESIGN: "Regions are not one tree").

Pure: shared by the import of DUO's files and by the compiling of the reference register.
"""

from types import MappingProxyType

from loket.vocabulary import SchoolKind, Sector

# Special primary (sbo) counts as primary and keeps its kind as label.
SECTORS_OF_KIND = MappingProxyType(
    {
        SchoolKind.BO: (Sector.PO,),
        SchoolKind.SBO: (Sector.PO,),
        SchoolKind.SO: (Sector.SO,),
        SchoolKind.VSO: (Sector.VSO,),
        SchoolKind.SOVSO: (Sector.SO, Sector.VSO),
    }
)
# The parts of ONDERWIJSSTRUCTUUR, such as "VBO/MAVO/HAVO". PRO has no sector of this offer, and
# BRUGJAAR (the first years, before a choice) says nothing by itself.
_SECTOR_OF_PART = MappingProxyType(
    {"VBO": Sector.VMBO, "MAVO": Sector.VMBO, "VMBO": Sector.VMBO, "HAVO": Sector.HAVO, "VWO": Sector.VWO}
)
_WITHOUT_SECTOR = frozenset({"PRO", "BRUGJAAR"})
_FIRST_YEARS = "BRUGJAAR"
_ORDER = (Sector.VMBO, Sector.HAVO, Sector.VWO)


def _parts(structure):
    return [part.strip() for part in structure.upper().split("/") if part.strip()]


def sectors_of(structure):
    """The sectors that a vo structure names, in the order vmbo, havo, vwo: `"VBO/MAVO"` -> `[vmbo]`.

    Empty for `PRO`, for `BRUGJAAR` alone (see `sectors_by_code`) and for an unknown word
    (see `unknown_parts`).
    """
    found = {_SECTOR_OF_PART.get(part) for part in _parts(structure)}
    return [sector for sector in _ORDER if sector in found]


def unknown_parts(structure):
    """The words in a vo structure that no rule of ours knows."""
    return [part for part in _parts(structure) if part not in _SECTOR_OF_PART and part not in _WITHOUT_SECTOR]


def sectors_by_code(structures):
    """The sectors of vo schools: `{code: structure}` -> `{code: [sector, ...]}`.

    A school with only first years (BRUGJAAR) takes the sectors of all schools of its BRIN (the
    first four characters of the code): that is where its pupils go on.
    """
    sectors = {code: sectors_of(structure) for code, structure in structures.items()}
    of_brin = {}
    for code, found in sectors.items():
        of_brin.setdefault(code[:4], set()).update(found)
    for code, structure in structures.items():
        if _parts(structure) == [_FIRST_YEARS]:
            sectors[code] = [sector for sector in _ORDER if sector in of_brin[code[:4]]]
    return sectors
