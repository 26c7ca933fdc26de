"""The Dutch full text search of the offer."""

from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity
from activities.offer_search import highlighted, ranks, search_query, with_hits, words_of
from tests.activities.factories import ActivityFactory


def found(text, synonyms=()):
    """Titles, best first."""
    by_pk = ranks(search_query(text, synonyms))
    rows = Activity.objects.in_bulk(by_pk)
    return [rows[pk].title for pk in sorted(by_pk, key=by_pk.get, reverse=True)]


def test_a_word_in_the_title_ranks_above_one_in_the_text(db):
    ActivityFactory(title="Techniek", summary="Bouw een robot in de klas.")
    ActivityFactory(title="Een robot bouwen", summary="Voor de bovenbouw.")
    ActivityFactory(title="Sterren")

    assert found("robots") == ["Een robot bouwen", "Techniek"]


def test_a_word_finds_longer_words_that_begin_with_it_and_every_word_counts(db):
    ActivityFactory(title="Robotica in de klas")
    ActivityFactory(title="Robotica bij een bedrijf")

    assert set(found("robot")) == {"Robotica in de klas", "Robotica bij een bedrijf"}
    assert found("robot bedrijf") == ["Robotica bij een bedrijf"]


def test_synonyms_of_one_word_and_of_several_are_found(db):
    ActivityFactory(title="Programmeren met een automaat")
    ActivityFactory(title="Kunstmatige intelligentie")
    groups = (("robot", "automaat"), ("AI", "kunstmatige intelligentie"))

    assert found("robots", groups) == ["Programmeren met een automaat"]
    assert found("ai", groups) == ["Kunstmatige intelligentie"]
    assert found("kunstmatige intelligentie", (("AI", "kunstmatige intelligentie"),)) == ["Kunstmatige intelligentie"]


def test_words_that_stand_everywhere_find_nothing_and_break_nothing(db):
    ActivityFactory(title="De robot")

    assert found("de het een") == []
    assert search_query("!? --") is None


def test_hits_are_marked_and_everything_else_is_harmless(db):
    activity = ActivityFactory(
        title="<b>Robot</b> & co",
        summary="Een robot <script>alert(1)</script> in de klas, \ue000 voor iedereen.",
    )

    row = with_hits(Activity.objects.all(), search_query("robot")).get(pk=activity.pk)

    assert highlighted(row.title_hits) == "&lt;b&gt;<mark>Robot</mark>&lt;/b&gt; &amp; co"
    assert "<mark>robot</mark>" in highlighted(row.summary_hits)
    assert "<script" not in highlighted(row.summary_hits)


@given(st.text())
def test_marked_text_holds_no_tag_but_mark(text):
    left = highlighted(text).replace("<mark>", "").replace("</mark>", "")

    assert "<" not in left
    assert highlighted(text).count("<mark>") == highlighted(text).count("</mark>")


@given(text=st.text())
def test_whatever_is_typed_is_at_most_twelve_words_without_signs(text):
    words = words_of(text)

    assert len(words) <= 12
    assert all(word and "'" not in word and "\\" not in word and "\0" not in word for word in words)
