"""Place names from DUO's capitals to how people write them."""

import pytest

from schools.places import readable_place


@pytest.mark.parametrize(
    ("given", "readable"),
    [
        ("UTRECHT", "Utrecht"),
        ("'S-GRAVENHAGE", "'s-Gravenhage"),
        ("'S GRAVENMOER", "'s Gravenmoer"),
        ("'S-HEER ARENDSKERKE", "'s-Heer Arendskerke"),
        ("'T HARDE", "'t Harde"),
        ("TULL EN 'T WAAL", "Tull en 't Waal"),
        ("IJSSELSTEIN UT", "IJsselstein (Ut)"),
        ("KRIMPEN AAN DEN IJSSEL", "Krimpen aan den IJssel"),
        ("NIEUWERKERK AD IJSSEL", "Nieuwerkerk aan den IJssel"),
        ("DEN BURG", "Den Burg"),
        ("WEHE-DEN HOORN", "Wehe-den Hoorn"),
        ("HEI- EN BOEICOP", "Hei- en Boeicop"),
        ("2E EXLOERMOND", "2e Exloermond"),
        ("ST.-ANNAPAROCHIE", "St.-Annaparochie"),
        ("BERGEN NH", "Bergen (NH)"),
        ("BAARLO LB", "Baarlo (L)"),
        ("BLESKENSGRAAF CA", "Bleskensgraaf ca"),
        ("BEEK GEM BERG EN DAL", "Beek (gem. Berg en Dal)"),
        ("SPAARNDAM GEM. HAARLEM", "Spaarndam (gem. Haarlem)"),
        ("WESTERHAAR-VRIEZENV WIJK", "Westerhaar-Vriezenveensewijk"),
        ("  DE   BILT ", "De Bilt"),
        ("Berg en Dal", "Berg en Dal"),
        ("", ""),
    ],
)
def test_a_place_reads_as_people_write_it(given, readable):
    assert readable_place(given) == readable


@pytest.mark.parametrize("given", ["'S-GRAVENHAGE", "BEEK GEM BERG EN DAL", "HENGELO OV"])
def test_a_readable_place_stays_as_it_is(given):
    assert readable_place(readable_place(given)) == readable_place(given)
