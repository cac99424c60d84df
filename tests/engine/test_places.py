"""How the words of a document say where they stand."""

from __future__ import annotations

import pytest

from threatwright.engine.record.fold import fold
from threatwright.engine.text.sentences import parse
from threatwright.knowledge.load import load_knowledge
from threatwright.model.journal import Source, SourceKind
from threatwright.model.places import Places, Unit, in_words

TEXT = """# Scoring

Clients call the API.

- one
- two
"""


def places_of(text: str, places: Places) -> list[str]:
    prose = parse(text, places)
    return [
        prose.provenance(s, "document:x", s.start, s.end).source.removeprefix("document:x:")
        for s in prose.sentences
    ]


def test_a_place_is_a_line_where_nothing_is_said() -> None:
    assert places_of(TEXT, Places()) == ["1", "3", "5", "6"]


def test_paragraphs_are_counted_without_blank_lines() -> None:
    assert places_of(TEXT, Places(unit=Unit.PARAGRAPH)) == ["par1", "par2", "par3", "par4"]


def test_the_fences_of_code_are_no_paragraphs() -> None:
    text = "```\nrun it\n```\n\nThen wait."
    assert places_of(text, Places(unit=Unit.PARAGRAPH)) == ["par1", "par2"]


def test_a_page_is_that_on_which_the_words_begin() -> None:
    places = Places(unit=Unit.PAGE, pages=(1, 5))
    assert places_of(TEXT, places) == ["p1", "p1", "p2", "p2"]


def test_a_page_without_text_is_counted() -> None:
    places = Places(unit=Unit.PAGE, pages=(1, 5, 5))
    assert places_of(TEXT, places) == ["p1", "p1", "p3", "p3"]


@pytest.mark.parametrize("pages", [(), (3,), (1, 900), (0, 0)])
def test_pages_that_do_not_fit_the_text_do_no_harm(pages: tuple[int, ...]) -> None:
    assert set(places_of(TEXT, Places(unit=Unit.PAGE, pages=pages))) == {"p1"}


def test_only_documents_have_places() -> None:
    prose = parse(TEXT, Places(unit=Unit.PARAGRAPH))
    sentence = prose.sentences[0]
    assert prose.provenance(sentence, "answer:7", 0, 3).source == "answer:7"


def test_the_same_text_is_read_once_for_each_way_of_telling_its_places() -> None:
    for places, source in ((Places(), "document:x:1"), (Places(unit=Unit.PAGE), "document:x:p1")):
        text = "Customers call a public REST API."
        prose = Source(kind=SourceKind.PROSE, name="x", text=text, places=places)
        system = fold("x", (prose,), (), load_knowledge())
        told = {c.provenance.source for c in system.components if c.provenance.kind == "document"}
        assert told == {source}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("12", "line 12"),
        ("p3", "page 3"),
        ("par12", "paragraph 12"),
        ("", ""),
        ("p", ""),
        ("0", ""),
        ("page3", ""),
        ("١", ""),  # noqa: RUF001 - a digit, but none of ours
    ],
)
def test_places_are_put_into_words(place: str, words: str) -> None:
    assert in_words(place) == words
