"""What is found in the catalogues and the patterns, with a real Chroma."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench.retrieval import exact
from tests.adapters.shelf import ids, knowledge, shipped
from threatwright.adapters.chroma_words import LEAST_SCORE
from threatwright.adapters.knowledge_chroma import open_index, open_patterns
from threatwright.engine.search.corpus import (
    Descriptions,
    Procedures,
    documents,
    of_catalogues,
    searched,
    shipped_procedures,
    title,
)
from threatwright.knowledge.load import load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Stage
from threatwright.ports import KnowledgeIndex, PatternIndex

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    return open_index(knowledge(), tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    """The index of all catalogues that we ship."""
    return open_index(shipped(), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    """The same, with the lines of incidents."""
    cache = tmp_path_factory.mktemp("told")
    return open_index(shipped(), cache, procedures=shipped_procedures(shipped()))


# --- what is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("training data poisoning", "AML.T0020"),
        ("somebody flips a label", "AML.T0020"),
        ("an assistant reading web pages", "AML.T0051.001"),
        ("CWE-502", "CWE-502"),
        ("aml.t0024", "AML.T0024"),
    ],
)
def test_an_entry_is_found_by_name_example_description_and_id(
    index: KnowledgeIndex, query: str, found: str
) -> None:
    assert ids(index, query)[0] == found


def test_the_best_hit_comes_first_and_scores_are_similarities(index: KnowledgeIndex) -> None:
    scores = [hit.score for hit in index.search("poisoned training data")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_the_text_of_a_document_is_most_similar_to_that_document(index: KnowledgeIndex) -> None:
    assert index.search(documents(knowledge())[0])[0].score > 0.6


def test_a_hit_is_a_whole_reference_with_a_text_to_show(index: KnowledgeIndex) -> None:
    hit = index.search("label flipping", 1)[0]
    assert hit.reference.model_dump(mode="json") == {
        "list": "atlas",
        "edition": "2026.09",
        "id": "AML.T0020",
        "name": "Training Data Poisoning",
    }
    assert hit.text == "Wrong records are put into a training set."


def test_editions_of_one_list_are_kept_apart(index: KnowledgeIndex) -> None:
    hits = index.search("orders hidden in text", lists=[ListName.OWASP_LLM])
    assert sorted(hit.reference.edition for hit in hits) == ["2025", "2026"]


def test_no_more_than_k_are_returned(index: KnowledgeIndex) -> None:
    assert len(index.search("data", 2)) == 2


def test_k_may_be_more_than_there_is(index: KnowledgeIndex) -> None:
    hits = index.search("model orders data records text pickle", 10_000)
    assert len(hits) == len(searched(knowledge()))


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_is_none_found(index: KnowledgeIndex, k: int) -> None:
    assert not index.search("data", k)


def test_an_entry_that_shares_no_word_is_not_found(index: KnowledgeIndex) -> None:
    assert ids(index, "pickle") == ["CWE-502"]


def test_what_has_hardly_to_do_with_a_query_is_not_found(whole: KnowledgeIndex) -> None:
    hits = whole.search("hallucination", 10_000)
    assert 0 < len(hits) < len(searched(shipped())) / 2
    assert min(hit.score for hit in hits) > LEAST_SCORE / 2


@pytest.mark.parametrize(
    "query", ["", "  \n", "zebra", "what is the", "zebra crossing", "\x00\x1b\udcff"]
)
def test_a_query_without_a_known_word_finds_nothing(index: KnowledgeIndex, query: str) -> None:
    assert not index.search(query)


def test_control_characters_in_a_query_do_no_harm(index: KnowledgeIndex) -> None:
    assert ids(index, "\x00pickle\x1b[0m files\udcff") == ids(index, "pickle files")


def test_a_query_of_a_hundred_kilobytes_is_answered(index: KnowledgeIndex) -> None:
    assert ids(index, "zebra poison " * 8000)[0] in {"AML.T0020", "AML.M0007"}
    assert ids(index, "z" * 100_000 + " pickle") == ["CWE-502"]


# --- filters ----------------------------------------------------------------------------------


def test_lists_narrow_a_search(index: KnowledgeIndex) -> None:
    everything = "injection untrusted data"
    assert set(ids(index, everything, lists=[ListName.CWE])) == {"CWE-502"}
    both = ids(index, everything, lists=[ListName.CWE, ListName.OWASP_LLM])
    assert set(both) == {"CWE-502", "LLM01"}


@pytest.mark.parametrize("tactic", ["AML.TA0006", "aml.ta0006", "Persistence", "persistence"])
def test_a_tactic_narrows_a_search_by_its_id_or_name(index: KnowledgeIndex, tactic: str) -> None:
    assert set(ids(index, "data model text", tactic=tactic)) == {"AML.T0020", "AML.T0024"}


def test_a_technique_is_found_under_each_of_its_tactics(index: KnowledgeIndex) -> None:
    assert "AML.T0024" in ids(index, "queries", tactic="Exfiltration")


def test_nothing_is_found_under_an_unknown_tactic(index: KnowledgeIndex) -> None:
    assert not index.search("data", tactic="Bribery")


def test_a_stage_narrows_a_search_to_what_is_known_to_belong_there(index: KnowledgeIndex) -> None:
    found = ids(index, "model orders data text pickle", stage=Stage.OPERATION)
    assert set(found) == {"AML.T0051", "AML.T0051.001", "LLM01"}


def test_filters_hold_together(index: KnowledgeIndex) -> None:
    found = ids(
        index,
        "model orders data text",
        lists=[ListName.ATLAS],
        tactic="Execution",
        stage=Stage.OPERATION,
    )
    assert set(found) == {"AML.T0051", "AML.T0051.001"}


def test_a_filter_leaves_k_hits_where_there_are_as_many(whole: KnowledgeIndex) -> None:
    hits = whole.search("model", 10, lists=[ListName.ATLAS], tactic="Discovery")
    assert len(hits) == 10


# --- all catalogues ---------------------------------------------------------------------------


def test_nearly_every_technique_is_found_by_its_own_name(whole: KnowledgeIndex) -> None:
    techniques = [e for e in shipped().entries.values() if e.type == "technique"]
    missed = [e.name for e in techniques if e.id not in ids(whole, e.name, lists=[e.list])[:3]]
    # A name such as “AI Agent” is part of the names of many others.
    assert len(missed) <= 5, missed


def test_the_index_finds_what_an_exact_search_finds(told: KnowledgeIndex) -> None:
    queries = [entry.description for entry in list(shipped().entries.values())[::10]]
    corpus = of_catalogues(shipped(), shipped_procedures(shipped()))
    for query, best in zip(queries, exact(queries, corpus), strict=True):
        assert [hit.score for hit in told.search(query, 10)] == pytest.approx(best, abs=1e-4)


def test_a_hit_does_not_depend_on_how_many_are_asked_for(told: KnowledgeIndex) -> None:
    query = "the crew copied the assistant's answers until a model of theirs said the same"
    every = told.search(query, 10_000)
    assert len(every) > 100
    for k in (1, 5, 60):
        assert told.search(query, k) == every[:k]


def test_a_filter_leaves_order_and_scores_as_they_are(told: KnowledgeIndex) -> None:
    query = "a planted mail made the assistant send the customer table to an outsider"
    narrow = told.search(query, 5, lists=[ListName.ATLAS], tactic="Exfiltration")
    within = {hit.reference for hit in told.search(query, 10_000, tactic="Exfiltration")}
    atlas = told.search(query, 10_000, lists=[ListName.ATLAS])
    assert len(narrow) == 5
    assert narrow == [hit for hit in atlas if hit.reference in within][:5]


# --- lines of incidents -----------------------------------------------------------------------

LINES: dict[str, tuple[str, ...]] = {
    "AML.T0024": ("The crew drained the scorer overnight.", "They replayed its replies.")
}


def test_an_entry_is_found_by_how_incidents_tell_it(tmp_path: Path) -> None:
    index = open_index(knowledge(), tmp_path, procedures=Procedures("1", lambda: LINES))
    assert ids(index, "a scorer was drained by replaying replies") == ["AML.T0024"]
    assert not ids(open_index(knowledge(), tmp_path), "a scorer was drained")


def test_changed_lines_make_a_new_index(tmp_path: Path) -> None:
    open_index(knowledge(), tmp_path, procedures=Procedures("1", lambda: LINES))
    index = open_index(knowledge(), tmp_path, procedures=Procedures("2", dict))
    assert not ids(index, "a scorer was drained")


def test_lines_are_read_only_to_build_an_index(tmp_path: Path) -> None:
    times = 0

    def lines() -> dict[str, tuple[str, ...]]:
        nonlocal times
        times += 1
        return LINES

    for _ in range(2):
        open_index(knowledge(), tmp_path, procedures=Procedures("1", lines))
    assert times == 1


def test_lines_of_all_catalogues_fit_the_techniques(told: KnowledgeIndex) -> None:
    lines = shipped_procedures(shipped()).lines()
    sample = [(id_, said[0]) for id_, said in list(lines.items())[::10]]
    found = [id_ in ids(told, line, lists=[ListName.ATLAS])[:3] for id_, line in sample]
    assert sum(found) >= 0.9 * len(sample)


def test_how_lines_are_worded_decides_between_documents_that_fit_as_well(tmp_path: Path) -> None:
    lines = {
        "AML.T0024": ("Crates went to a harbour.", "A crate was shipped to the harbour."),
        "AML.T0020": ("Crates came from a harbour.", "A crate was shipped from the harbour."),
    }
    index = open_index(knowledge(), tmp_path, procedures=Procedures("1", lambda: lines))
    assert ids(index, "it was shipped from the harbour")[0] == "AML.T0020"
    assert ids(index, "it was shipped to the harbour")[0] == "AML.T0024"


# --- a publisher's own texts ------------------------------------------------------------------


def test_an_entry_of_atlas_is_found_by_what_its_publisher_says(tmp_path: Path) -> None:
    texts = {"AML.T0024": "An oracle is interrogated.", "LLM01": "Of another list."}
    official = Descriptions("1", lambda: texts)
    index = open_index(knowledge(), tmp_path, official=official)
    assert ids(index, "interrogated oracle") == ["AML.T0024"]
    assert not ids(index, "of another list")
    again = open_index(knowledge(), tmp_path, official=Descriptions("2", dict))
    assert not ids(again, "interrogated oracle")


# --- patterns ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> PatternIndex:
    return open_patterns(load_knowledge(), tmp_path_factory.mktemp("patterns"))


def test_nearly_every_pattern_is_found_by_its_own_title(patterns: PatternIndex) -> None:
    shipped_patterns = load_knowledge().patterns
    missed = [p.id for p in shipped_patterns if patterns.search(title(p), 1)[0].id != p.id]
    assert len(missed) <= 5, missed


def test_a_pattern_is_shown_without_the_names_of_a_system(patterns: PatternIndex) -> None:
    for hit in patterns.search("poisoned feedback of users", 20):
        assert "{" not in hit.title
        assert 0 < hit.score <= 1


def test_patterns_are_narrowed_by_stage_and_by_the_tactics_they_cite(
    patterns: PatternIndex,
) -> None:
    by_id = {pattern.id: pattern for pattern in load_knowledge().patterns}
    data = [hit.id for hit in patterns.search("poisoned records", 50, stage=Stage.DATA)]
    assert data
    assert {by_id[id_].stage for id_ in data} == {Stage.DATA}
    narrowed = patterns.search("poisoned records", 50, tactic="Persistence")
    assert 0 < len(narrowed) < len(patterns.search("poisoned records", 50))


@pytest.mark.parametrize("query", ["", "zebra xylophone"])
def test_no_pattern_is_found_without_a_known_word(patterns: PatternIndex, query: str) -> None:
    assert not patterns.search(query)


def test_patterns_and_entries_are_kept_apart(tmp_path: Path) -> None:
    open_index(knowledge(), tmp_path)
    found = open_patterns(knowledge(), tmp_path).search("inject")
    assert [hit.id for hit in found] == ["inject"]
    assert ids(open_index(knowledge(), tmp_path), "pickle") == ["CWE-502"]
