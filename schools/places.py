"""Names of places as people write them; DUO gives them in capitals. Pure."""

import re

_SMALL = frozenset(["'s", "'t", "aan", "bij", "de", "den", "der", "en", "in", "op", "te", "ten", "ter", "van"])
_SUFFIXES = {
    "CA": "ca",
    "DR": "(Dr)",
    "FR": "(Fr)",
    "GLD": "(Gld)",
    "GN": "(Gn)",
    "LB": "(L)",
    "NB": "(NB)",
    "NH": "(NH)",
    "OV": "(Ov)",
    "UT": "(Ut)",
    "ZH": "(ZH)",
}
# Shortened by the source to fit its column.
_WRITTEN_OUT = {"AD": "AAN DEN", "VRIEZENV WIJK": "VRIEZENVEENSEWIJK"}
_MUNICIPALITY = re.compile(r"^(.+?) GEM\.? (.+)$")


def readable_place(name):
    """A place name from capitals to how it is written; a name with small letters stays as it is.

    `'S-GRAVENHAGE` -> `'s-Gravenhage`, `KRIMPEN AAN DEN IJSSEL` -> `Krimpen aan den IJssel`,
    `BERGEN NH` -> `Bergen (NH)`, `BEEK GEM MONTFERLAND` -> `Beek (gem. Montferland)`.
    """
    name = " ".join(name.split())
    if not name.isupper():
        return name
    for short, full in _WRITTEN_OUT.items():
        name = re.sub(rf"\b{short}\b", full, name)
    if found := _MUNICIPALITY.match(name):
        return f"{_cased(found[1])} (gem. {_cased(found[2])})"
    words, _, last = name.rpartition(" ")
    if words and last in _SUFFIXES:
        return f"{_cased(words)} {_SUFFIXES[last]}"
    return _cased(name)


def _cased(name):
    """Every word a capital, but the small words in the middle; 's and 't always small."""
    pieces = re.split(r"([ -])", name.lower())
    words = [
        word if word in ("'s", "'t") or (position and word in _SMALL) else _capital(word)
        for position, word in enumerate(pieces)
    ]
    return "".join(words)


def _capital(word):
    if word.startswith("ij"):  # one letter in Dutch
        return "IJ" + word[2:]
    return word[:1].upper() + word[1:]
