"""Comparing and tidying what the source files write: places, websites, postcodes."""

import re
import unicodedata

ABBREVIATIONS = {"ad": "aan den", "a d": "aan den", "lb": "l", "vriezenv wijk": "vriezenveensewijk"}


def fold(text):
    """`text` for comparing: lower case, no accents, everything but letters and digits one space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def one_line(text):
    """`text` with every run of white space made one space."""
    return " ".join(text.split())


def place_key(text):
    """`text` folded, with DUO's abbreviations ("AD", "VRIEZENV WIJK") written out."""
    key = fold(text)
    for short, full in ABBREVIATIONS.items():
        key = re.sub(rf"\b{short}\b", full, key)
    return key


def same_place(left, right):
    """Whether two spellings can name one place: equal, or one has a word more that tells it from its namesakes.

    "HOORN NH" and "Hoorn", "BEEK GEM MONTFERLAND" and "Beek", "LOO" and "Loo Gld" are the same; call it only
    for places within one postcode, because elsewhere "BEEK" and "BEEK EN DONK" would be too.
    """
    left, right = place_key(left), place_key(right)
    return left == right or left.startswith(right + " ") or right.startswith(left + " ")


def bare_website(text):
    """A website as "www.school.nl/pad": no scheme, no blanks, no closing slash; "" when it is none.

    A comma for a dot in the host, as in "www.school,nl", is repaired.
    """
    text = re.sub(r"\s+", "", text)
    text = re.sub(r"^(https?:/*)+", "", text, flags=re.IGNORECASE).rstrip("/.")
    host, slash, path = text.partition("/")
    host = host.lower().replace(",", ".").rstrip(".")
    if not re.fullmatch(r"([a-z0-9_-]+\.)+[a-z]{2,}", host):
        return ""
    return host + slash + path


def postcode(text):
    """A postcode as "1234 AB"; the text itself, stripped, when it is something else."""
    compact = "".join(text.split()).upper()
    return f"{compact[:4]} {compact[4:]}" if re.fullmatch(r"\d{4}[A-Z]{2}", compact) else text.strip()
