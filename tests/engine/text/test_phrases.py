from __future__ import annotations

import pytest

from threatwright.engine.text.phrases import Lexicon
from threatwright.engine.text.sentences import Sentence, parse
from threatwright.engine.text.word_groups import Groups
from threatwright.model.vocabulary import Cue

GROUPS = Groups(
    {"nobody": ("nobody", "no one"), "check": ("check", "look at"), "data": ("upload",)}
)


def sentence(text: str) -> Sentence:
    return GROUPS.marked(parse(text).sentences[0])


def found(cue: str, text: str) -> list[str]:
    lexicon = Lexicon([(Cue.model_validate(cue), "owner", "meaning")])
    said = sentence(text)
    return [
        " ".join(said.tokens[place].written for place in one.places) for one in lexicon.find(said)
    ]


def test_a_group_stands_for_any_of_its_words_in_any_form() -> None:
    assert found("@nobody … @check", "Nobody ever checked it.") == ["Nobody checked"]
    assert found("@nobody … @check", "Somebody checked it.") == []


def test_words_of_several_words_are_found_whole() -> None:
    assert found("@nobody … @check", "No one looks at pictures.") == ["No one looks at"]


@pytest.mark.parametrize("cue", ["@check|read @data", "@data|picture|@check upload"])
def test_groups_and_words_are_alternatives_of_one_another(cue: str) -> None:
    assert found(cue, "They check uploads.") == ["check uploads"]


def test_a_word_in_no_group_is_left_as_it_is() -> None:
    assert all(not token.groups for token in sentence("The model answers.").tokens)


def test_one_of_several_words_can_be_meant_in_its_form_alone() -> None:
    assert found("camera|=stills", "The stills are sharp.") == ["stills"]
    assert found("camera|=stills", "It is still sharp.") == []
    assert found("camera|=stills", "Two cameras look on.") == ["cameras"]


def test_a_group_can_hold_a_word_in_one_form_alone() -> None:
    groups = Groups({"model": ("=engine", "=engines")})
    marked = groups.marked(parse("The engineer stopped the engine.").sentences[0])
    assert [token.written for token in marked.tokens if token.groups] == ["engine"]


def test_a_gap_goes_on_into_a_clause_that_carries_the_sentence_on() -> None:
    assert found("@nobody … calling", "Nobody checks who is calling.") == ["Nobody calling"]
    assert found("@nobody … calling", "Nobody checks, because calling is free.") == []
