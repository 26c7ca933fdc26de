"""Whose mail domain is whose: no school gets a member by a domain it shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.domains import FOR_EVERYBODY, domain_of, domain_of_email, is_for_everybody, is_own, is_within, overlap

LABEL = st.text("abcz0-", min_size=1, max_size=3)
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "nl"]))
ANY = DOMAIN | st.sampled_from(["", "gmail.com", "mail.live.nl", "school.nl", "a.school.nl", "b.a.school.nl"])


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("www.school.nl", "school.nl"),
        ("https://www.school.nl/over-ons?x=1#top", "school.nl"),
        ("HTTP://School.NL:8080", "school.nl"),
        ("//school.nl", "school.nl"),
        (" www.school.nl ", "school.nl"),
        ("noord.school.nl/start", "noord.school.nl"),
        ("school.nl.", "school.nl"),
        ("www.schoöl.nl", "xn--schol-mua.nl"),
        ("naam@school.nl", "school.nl"),
        ("www.school.nl\\pad", "school.nl"),
        ("www.nl", ""),
        ("school", ""),
        ("geen website", ""),
        ("192.168.0.1", ""),
        ("", ""),
        ("ö" * 80 + ".nl", ""),
    ],
)
def test_a_website_gives_its_domain(website, domain):
    assert domain_of(website) == domain


@pytest.mark.parametrize(
    ("email", "domain"),
    [("J.Bos@School.NL", "school.nl"), ('"a@b"@school.nl', "school.nl"), ("zonder", ""), ("a@", "")],
)
def test_an_address_gives_its_domain(email, domain):
    assert domain_of_email(email) == domain


def test_what_looks_alike_is_not_within():
    assert is_within("mail.school.nl", "school.nl")
    assert not is_within("mijnschool.nl", "school.nl")
    assert not is_within("school.nl", "mail.school.nl")
    assert not is_within("school.nl", "")


def test_the_list_of_providers_holds_domains_as_they_are_compared():
    assert {domain_of(known) for known in FOR_EVERYBODY} == FOR_EVERYBODY


@given(st.text(max_size=60))
def test_any_text_gives_a_domain_or_nothing(text):
    domain = domain_of(text)

    assert domain == "" or ("." in domain and domain == domain_of(f"https://www.{domain}/"))


@given(email=ANY, school=ANY, others=st.lists(ANY, max_size=4))
def test_an_address_that_says_whose_it_is_says_so_of_one_school_only(email, school, others):
    """Never two schools by one address: whoever it lets in at one, it lets in nowhere else."""
    if is_own(email, school, others):
        assert is_within(email, school)
        assert not is_for_everybody(email)
        for other in others:
            assert not overlap(other, school)
            assert not is_own(email, other, [school, *others])


@given(email=ANY, school=ANY, other=ANY, others=st.lists(ANY, max_size=3))
def test_one_more_school_in_the_register_never_opens_a_door(email, school, other, others):
    if is_own(email, school, [*others, other]):
        assert is_own(email, school, others)


@given(school=DOMAIN, below=LABEL, provider=st.sampled_from(sorted(FOR_EVERYBODY)))
def test_what_anybody_can_have_is_nobodys_own(school, below, provider):
    assert not is_own(provider, provider, [])
    assert not is_own(f"{below}.{provider}", provider, [])
    assert not is_own(school, school, [f"{below}.{school}"])
    assert not is_own(f"{below}.{school}", f"{below}.{school}", [school])
