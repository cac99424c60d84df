from __future__ import annotations

from pathlib import Path

import pytest

from threatwright.errors import KnowledgeError
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.wordings import FOLDER, with_wordings
from threatwright.model.vocabulary import FactEntry

FACTS = load_knowledge().facts


def worded(tmp_path: Path, text: str) -> dict[str, FactEntry]:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return {fact.key: fact for fact in with_wordings(FACTS, tmp_path)}


def test_constructions_are_added_to_the_choice_they_say(tmp_path: Path) -> None:
    found = worded(tmp_path, 'rate_limit:\n  none: ["as often as … like"]\n  topic: [throttling]\n')
    none = found["rate_limit"].choice("none")
    assert none is not None
    assert [cue.words for cue in none.broad][-1] == ("as often as … like",)
    assert found["rate_limit"].topic[-1].words == ("throttling",)


def test_a_bare_yes_is_the_choice_yes(tmp_path: Path) -> None:
    found = worded(tmp_path, "llm:\n  yes: [writes essays]\n")
    yes = found["llm"].choice("yes")
    assert yes is not None
    assert yes.broad[-1].words == ("writes essays",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no_fact:\n  none: [x]\n", "there is no fact “no_fact”"),
        ("rate_limit:\n  sometimes: [x]\n", "“sometimes” is no choice of rate_limit"),
    ],
)
def test_what_the_vocabulary_lacks_is_named_with_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(KnowledgeError) as raised:
        worded(tmp_path, text)
    assert problem in raised.value.problem
    assert "some.yaml, line" in raised.value.problem
