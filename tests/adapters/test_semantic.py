"""Search by meaning beside words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import openai_server as oa
from tests.adapters.shelf import ids, knowledge
from tests.adapters.tiny_minilm import DIMENSION, write_model
from tests.openai_server import OpenAiServer, openai_server
from threatwright.adapters.minilm import OF_CHROMA
from threatwright.adapters.retrieval import Retrieval
from threatwright.adapters.semantic import FusedIndex
from threatwright.config import Settings
from threatwright.engine.search.corpus import searched
from threatwright.errors import InputError, KnowledgeError, ThreatwrightError
from threatwright.model.catalogue import ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Stage
from threatwright.ports import KnowledgeIndex

pytestmark = pytest.mark.long

MEANINGS = (("poison", "tainted"), ("pickle", "unmarshalling"), ("orders", "commands"))


def meaning(text: str) -> Sequence[float]:
    """How often the text says each of three things."""
    words = text.lower().replace(".", " ").split()
    return [1 + sum(word.startswith(same) for word in words) for same in MEANINGS]


@dataclass
class Place:
    """A home folder with settings, and what search complained about there."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    complaints: list[ThreatwrightError] = field(default_factory=list)
    progress: list[tuple[str, int, int]] = field(default_factory=list)

    def retrieval(self, known: Knowledge | None = None, **settings: object) -> Retrieval:
        held = Settings.model_validate({"home": self.home, **self.settings, **settings})
        return Retrieval(known or knowledge(), self.home / "cache", held)

    def build(self, **settings: object) -> str:
        return self.retrieval(**settings).build_semantic(lambda *told: self.progress.append(told))  # type: ignore[arg-type]

    def index(self, semantic: bool | None = True, **settings: object) -> KnowledgeIndex:
        return self.retrieval(**settings).entries(semantic, self.complaints.append)  # type: ignore[arg-type]

    def semantic_folders(self) -> list[Path]:
        return sorted((self.home / "cache").glob("index-threatwright-semantic-*"))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(meaning) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, server: OpenAiServer) -> Place:
    """Settings that name the endpoint and its model, and no more."""
    return Place(tmp_path, {"llm_base_url": server.base_url, "embedding_model": "org/embedder:v1"})


# --- building ---------------------------------------------------------------------------------


def test_nothing_is_asked_before_it_is_wanted(place: Place, server: OpenAiServer) -> None:
    assert ids(place.index(semantic=None), "pickle") == ["CWE-502"]
    assert server.requests == []
    assert not isinstance(place.index(semantic=None), FusedIndex)


def test_building_shows_how_far_it_is(place: Place) -> None:
    assert place.build() == "org/embedder:v1"
    what, done, total = place.progress[-1]
    assert "org/embedder:v1" in what
    assert done == total == len(searched(knowledge()))


def test_a_collection_is_named_after_its_model_and_dimension(place: Place) -> None:
    place.build()
    (folder,) = place.semantic_folders()
    assert f"-{len(MEANINGS)}d-org-embedder-v1-" in folder.name


def test_it_is_built_once(place: Place, server: OpenAiServer) -> None:
    place.build()
    asked = len(server.requests)
    place.build()
    assert len(server.requests) == asked + 1  # one text, for the dimension
    assert len(place.semantic_folders()) == 1


def test_what_knowledge_does_not_hold_is_not_sent(place: Place, server: OpenAiServer) -> None:
    place.build()
    texts = [text for request in server.requests for text in request.body["input"]]
    assert "LLM Prompt Injection\nText makes the model follow orders of an attacker." in texts
    assert not [text for text in texts if str(place.home) in text]


def test_a_failure_in_the_middle_leaves_nothing_behind(place: Place, server: OpenAiServer) -> None:
    server.next(oa.embeddings([meaning("")]), oa.TOO_MANY)
    with pytest.raises(ThreatwrightError, match="asked too often"):
        place.build()
    assert place.semantic_folders() == []


def test_a_folder_that_cannot_be_written_to_is_an_error(place: Place) -> None:
    (place.home / "cache").touch()
    with pytest.raises(KnowledgeError, match="cannot be kept") as raised:
        place.build()
    assert "THREATWRIGHT_HOME" in raised.value.fix


# --- searching --------------------------------------------------------------------------------


def test_meaning_finds_what_no_word_finds(place: Place) -> None:
    place.build()
    assert ids(place.index(semantic=False), "unmarshalling") == []
    assert ids(place.index(), "unmarshalling")[0] == "CWE-502"


def test_words_count_too(place: Place) -> None:
    place.build()
    assert ids(place.index(), "label tainted")[0] == "AML.T0020"
    assert place.complaints == []


def test_scores_are_similarities_best_first(place: Place) -> None:
    place.build()
    hits = place.index().search("tainted records", 100)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len(place.index().search("tainted records", 2)) == 2


def test_filters_hold_for_meaning_too(place: Place) -> None:
    place.build()
    index = place.index()
    assert set(ids(index, "tainted", lists=[ListName.CWE])) == {"CWE-502"}
    assert set(ids(index, "tainted", tactic="persistence")) == {"AML.T0020", "AML.T0024"}
    assert "AML.T0020" not in ids(index, "tainted", stage=Stage.OPERATION)
    assert ids(index, "tainted", tactic="Bribery") == []


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_is_none_found(place: Place, server: OpenAiServer, k: int) -> None:
    place.build()
    asked = len(server.requests)
    assert not place.index().search("tainted", k)
    assert len(server.requests) == asked


def test_the_setting_turns_it_on_and_the_flag_off(place: Place, server: OpenAiServer) -> None:
    place.build(semantic="endpoint")
    on = place.retrieval(semantic="endpoint")
    assert ids(on.entries(), "unmarshalling")[0] == "CWE-502"
    asked = len(server.requests)
    assert ids(on.entries(semantic=False), "unmarshalling") == []
    assert len(server.requests) == asked


def test_a_long_query_is_cut_before_it_is_sent(place: Place, server: OpenAiServer) -> None:
    place.build()
    assert ids(place.index(), "unmarshalling " * 10_000)[0] == "CWE-502"
    assert len(server.requests[-1].body["input"][0]) == 2000


# --- where meaning cannot be had --------------------------------------------------------------


def test_what_was_not_built_is_told_and_words_do(place: Place, server: OpenAiServer) -> None:
    assert ids(place.index(), "pickle") == ["CWE-502"]
    (told,) = place.complaints
    assert "no semantic index of org/embedder:v1" in told.problem
    assert "--build-semantic" in told.fix
    assert server.requests == []


@pytest.mark.parametrize("reply", [oa.BROKEN, oa.TOO_MANY, oa.CUT_SHORT, oa.NO_KEY, oa.EMPTY])
def test_an_endpoint_that_fails_is_told_once_and_words_do(
    place: Place, server: OpenAiServer, reply: oa.Reply
) -> None:
    place.build()
    index = place.index()
    asked = len(server.requests)
    server.next(reply)
    assert ids(index, "pickle") == ["CWE-502"]
    assert ids(index, "unmarshalling") == []
    assert len(place.complaints) == 1
    assert len(server.requests) == asked + 1


def test_vectors_of_another_dimension_are_told(place: Place, server: OpenAiServer) -> None:
    place.build()
    server.next(oa.embeddings([[1.0, 0.0]]))
    assert ids(place.index(), "pickle") == ["CWE-502"]
    assert "have 2 numbers now" in place.complaints[0].problem


def test_a_model_that_changed_its_dimension_is_built_anew(
    place: Place, server: OpenAiServer
) -> None:
    place.build()
    server.answers["/embeddings"] = oa.embed_with(lambda text: [*meaning(text), 1.0])
    place.build()
    assert ids(place.index(), "unmarshalling")[0] == "CWE-502"
    assert place.complaints == []


def test_another_endpoint_with_a_model_of_that_name_has_a_collection_of_its_own(
    place: Place,
) -> None:
    place.build()
    with openai_server(meaning) as other:
        place.index(llm_base_url=other.base_url)
        assert "no semantic index" in place.complaints[0].problem
        assert other.requests == []


def test_changed_knowledge_needs_a_new_collection(place: Place) -> None:
    place.build()
    place.retrieval(knowledge("changed")).entries(True, place.complaints.append)
    assert "for this knowledge yet" in place.complaints[0].problem


def test_offline_no_endpoint_is_asked(place: Place, server: OpenAiServer) -> None:
    place.build()
    asked = len(server.requests)
    assert ids(place.index(offline=True), "pickle") == ["CWE-502"]
    assert "Offline is on" in place.complaints[0].problem
    with pytest.raises(InputError, match="Offline is on"):
        place.build(offline=True)
    assert len(server.requests) == asked


def test_an_endpoint_without_the_name_of_a_model_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No model is named") as raised:
        Place(tmp_path, {"semantic": "endpoint"}).build()
    assert "THREATWRIGHT_EMBEDDING_MODEL" in raised.value.fix


# --- MiniLM -----------------------------------------------------------------------------------


@pytest.fixture
def minilm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return write_model(tmp_path.joinpath(*OF_CHROMA, "all-MiniLM-L6-v2"))


def test_minilm_is_the_source_where_none_is_named(tmp_path: Path, minilm: Path) -> None:
    place = Place(tmp_path, {"offline": "1"})
    assert place.build() == "all-MiniLM-L6-v2"
    (folder,) = place.semantic_folders()
    assert f"-{DIMENSION}d-all-MiniLM-L6-v2-" in folder.name
    assert ids(place.index(semantic=False), "unmarshalling") == []
    assert "CWE-502" in ids(place.index(), "unmarshalling")[:2]
    assert place.complaints == []


def test_a_model_that_went_away_is_told_and_words_do(tmp_path: Path, minilm: Path) -> None:
    place = Place(tmp_path)
    place.build()
    (minilm / "onnx" / "model.onnx").unlink()
    assert ids(place.index(), "pickle") == ["CWE-502"]
    assert "not on this machine" in place.complaints[0].problem
