"""What must hold of everything in `knowledge/`."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from evals import classifier, descriptions, telling
from threatwright import resources
from threatwright.engine.composing.compose import compose
from threatwright.engine.reading.prose import read
from threatwright.knowledge.check import problems
from threatwright.knowledge.compile import compile_knowledge
from threatwright.knowledge.load import digest_of, file_name, load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import dangling
from threatwright.model.terms import Coverage, FactClass, Stride

KNOWLEDGE = load_knowledge()
ROOT = resources.folder("knowledge")
GENERATIVE = {ListName.OWASP_LLM, ListName.OWASP_AGENTIC}
GENERATIVE_GATES = {"llm", "tools", "retrieval", "memory", "multi_agent"}


def test_its_parts_fit_together() -> None:
    assert list(problems(KNOWLEDGE)) == []


def test_the_catalogues_are_whole() -> None:
    atlas = next(c for c in KNOWLEDGE.catalogues if c.list is ListName.ATLAS)
    assert atlas.edition == "2026.09"
    assert Counter(entry.type for entry in atlas.entries) == {
        "tactic": 16,
        "technique": 208,
        "mitigation": 40,
    }
    assert sum(len(entry.mitigates) for entry in atlas.entries) == 361
    sizes = {(c.list.value, c.edition): len(c.entries) for c in KNOWLEDGE.catalogues}
    assert sizes["owasp-ml", "2023"] == 10
    assert sizes["owasp-llm", "2025"] == sizes["owasp-llm", "2026"] == 10
    assert sizes["owasp-agentic", "2026"] == 10
    assert sizes["nist-ai-rmf", "1.0"] == 72
    assert len(KNOWLEDGE.history) == 112


def test_every_entry_of_every_catalogue_is_described() -> None:
    bare = [e.id for c in KNOWLEDGE.catalogues for e in c.entries if not e.description.strip()]
    assert bare == []


def test_relations_of_atlas_lead_to_entries() -> None:
    atlas = {e.id: e for c in KNOWLEDGE.catalogues if c.list is ListName.ATLAS for e in c.entries}
    for entry in atlas.values():
        for other in (*entry.tactics, *entry.mitigates, *([entry.parent] if entry.parent else [])):
            assert other in atlas, f"{entry.id} → {other}"


def test_the_renumbering_of_the_llm_list_leads_there_and_back() -> None:
    old, new = (
        {e.id: e for c in KNOWLEDGE.catalogues for e in c.entries if (c.list, c.edition) == key}
        for key in ((ListName.OWASP_LLM, "2025"), (ListName.OWASP_LLM, "2026"))
    )
    for entry in old.values():
        assert entry.successor is not None
        assert new[entry.successor].predecessor == entry.id


@pytest.mark.parametrize("pattern", KNOWLEDGE.patterns, ids=lambda p: p.id)
def test_a_pattern_that_cites_a_generative_list_needs_a_generative_element(
    pattern: Pattern,
) -> None:
    cited = [c for c in pattern.references if KNOWLEDGE.cite(c.id).list in GENERATIVE]
    for reference in cited:
        kinds = reference.kinds or pattern.kinds
        gates = {KNOWLEDGE.kind_entries[kind].gate for kind in kinds}
        is_gated = bool(gates) and gates <= GENERATIVE_GATES
        assert is_gated or _asks_for_a_gate(pattern), f"{pattern.id} cites {reference.id}"


def _asks_for_a_gate(pattern: Pattern) -> bool:
    text = pattern.when.model_dump_json()
    return any(
        f'"system.{gate}"' in text or f'"{kind.kind.value}"' in text
        for gate in GENERATIVE_GATES
        for kind in KNOWLEDGE.kinds
        if kind.gate in GENERATIVE_GATES
    )


def test_every_category_of_stride_has_patterns() -> None:
    assert {stride for p in KNOWLEDGE.patterns for stride in p.stride} == set(Stride)


def test_no_two_patterns_have_the_same_conditions_and_the_same_harm() -> None:
    seen = Counter(
        (_in_order(p.when.model_dump(mode="json")), frozenset(p.kinds), _harm(p))
        for p in KNOWLEDGE.patterns
    )
    assert [key for key, n in seen.items() if n > 1] == []
    titles = Counter(p.title for p in KNOWLEDGE.patterns)
    assert [title for title, n in titles.items() if n > 1] == []


def _harm(pattern: Pattern) -> object:
    return frozenset(pattern.stride), pattern.references[:1]


def _in_order(condition: object) -> str:
    """The condition in a form in which the order of its parts does not count."""
    if isinstance(condition, list):
        return repr(sorted(map(_in_order, condition)))
    if isinstance(condition, dict):
        return repr(sorted((key, _in_order(part)) for key, part in condition.items()))
    return repr(condition)


def test_a_favourable_answer_about_a_control_is_never_proposed() -> None:
    for fact in KNOWLEDGE.facts:
        if fact.fact_class is FactClass.CONTROL and fact.usual is not None:
            choice = fact.choice(fact.usual)
            assert choice is not None
            assert choice.coverage is Coverage.NONE


def test_every_control_can_be_in_place_and_absent() -> None:
    for fact in KNOWLEDGE.facts:
        if fact.fact_class is FactClass.CONTROL:
            coverages = {choice.coverage for choice in fact.choices}
            assert {Coverage.NONE, Coverage.FULL} <= coverages, fact.key


@pytest.mark.parametrize("archetype", KNOWLEDGE.archetypes, ids=lambda a: a.id)
def test_an_archetype_that_is_called_for_composes_a_whole_system(archetype: object) -> None:
    words = [word for cue in archetype.cues for word in cue.words][:3]  # type: ignore[attr-defined]
    text = ". ".join(f"We have a language model and {word.split('|')[0]}" for word in words)
    found = compose("x", [read(text, "document:x.md", KNOWLEDGE)], {}, KNOWLEDGE)
    assert dangling(found) == []


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The knowledge base with a comment more: no compilation of it ships."""
    root = shutil.copytree(ROOT, tmp_path / "knowledge")
    with (root / "risk.yaml").open("a", encoding="utf-8") as file:
        file.write("# one comment more\n")
    load_knowledge.cache_clear()
    return root


def test_a_compilation_is_read_back_as_it_was(changed: Path, tmp_path: Path) -> None:
    first = load_knowledge(tmp_path, changed)
    files = list(tmp_path.glob("knowledge-*.json"))
    assert len(files) == 1
    again = Knowledge.model_validate_json(files[0].read_bytes())
    assert again == first == compile_knowledge(changed)


def test_a_damaged_compilation_is_made_anew(changed: Path, tmp_path: Path) -> None:
    path = tmp_path / file_name(digest_of(changed))
    path.write_text('{"digest": "x"', encoding="utf-8")
    assert load_knowledge(tmp_path, changed).patterns == KNOWLEDGE.patterns
    assert path.read_bytes().endswith(b"}")


def test_knowledge_works_where_nothing_can_be_written(changed: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    assert load_knowledge(blocked / "cache", changed).patterns == KNOWLEDGE.patterns


def test_what_ships_compiled_is_not_compiled_again(tmp_path: Path) -> None:
    load_knowledge.cache_clear()
    assert load_knowledge(tmp_path) == compile_knowledge(ROOT)
    assert list(tmp_path.iterdir()) == []


def test_yaml_booleans_do_not_stand_for_words() -> None:
    risky = {True: "yes", False: "no"}
    for path in (ROOT / "vocabulary" / "facts").glob("*.yaml"):
        for fact in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            values = {risky.get(c["value"], c["value"]) for c in fact["choices"]}
            loaded = KNOWLEDGE.fact_entries[fact["key"]]
            assert {choice.value for choice in loaded.choices} == {str(v) for v in values}


def test_every_fact_is_asked_about_in_one_theme() -> None:
    assert sorted(key for theme in KNOWLEDGE.themes for key in theme.facts) == sorted(
        KNOWLEDGE.fact_entries
    )


@pytest.mark.slow
def test_the_classifier_was_learned_from_what_people_say() -> None:
    assert classifier.main(["--check"]) == 0


def test_the_classifier_knows_the_choices_that_the_vocabulary_has() -> None:
    learned = KNOWLEDGE.classifier
    for key, choices in learned.facts.items():
        assert choices.keys() <= {c.value for c in KNOWLEDGE.fact_entries[key].choices}
    numbers = range(sum(map(len, learned.facts.values())))
    for row in learned.words.values():
        assert all(int(weight.split(":")[0]) in numbers for weight in row.split()[1:])


@pytest.mark.slow
def test_how_often_people_can_tell_more_is_counted_from_the_owners() -> None:
    assert telling.main(["--check"]) == 0


@pytest.mark.slow
def test_what_descriptions_say_of_gates_is_learned_from_the_owners() -> None:
    assert descriptions.main(["--check"]) == 0
    assert all(KNOWLEDGE.fact_entries[gate].is_gate for gate in KNOWLEDGE.descriptions)


PROMISED_ARCHETYPES = {
    "web-classifier", "predictive-api", "detector", "biometric-verification", "recommender",
    "forecasting", "edge-vision", "federated-learning", "mlops-platform", "notebook-research",
    "llm-api-consumer", "chatbot", "rag", "llm-agent", "mcp-server", "coding-assistant",
    "computer-use", "multi-agent", "fine-tuning-service",
}  # fmt: skip


def test_the_common_kinds_of_ai_system_have_an_archetype() -> None:
    assert {archetype.id for archetype in KNOWLEDGE.archetypes} >= PROMISED_ARCHETYPES
