"""Compiles `knowledge/`: YAML in, one checked `Knowledge` value out."""

from __future__ import annotations

from pathlib import Path

from threatwright.knowledge.catalogues import load_catalogues
from threatwright.knowledge.check import problems
from threatwright.knowledge.entries import RISK, Place, parse_file, read_entries
from threatwright.knowledge.load import digest_of
from threatwright.knowledge.problem import refusal
from threatwright.knowledge.wordings import with_wordings
from threatwright.model.knowledge import Knowledge
from threatwright.model.risk_table import RiskTable
from threatwright.model.vocabulary import (
    ClassifierWeights,
    DescribedGate,
    FactKey,
    KindEntry,
    Telling,
    Theme,
)


def compile_knowledge(root: Path) -> Knowledge:
    """Load and check every file. Raises KnowledgeError naming the first that is wrong."""
    catalogues, history = load_catalogues(root / "catalogues", parse_file)
    entries = read_entries(root)
    knowledge = Knowledge(
        digest=digest_of(root),
        catalogues=catalogues,
        history=history,
        words=parse_file(root / "vocabulary" / "words.yaml", dict[str, tuple[str, ...]]),
        classifier=parse_file(root / "vocabulary" / "classifier.yaml", ClassifierWeights),
        descriptions=parse_file(
            root / "vocabulary" / "descriptions.yaml", dict[FactKey, DescribedGate]
        ),
        telling=parse_file(root / "vocabulary" / "telling.yaml", Telling),
        themes=parse_file(root / "vocabulary" / "themes.yaml", tuple[Theme, ...]),
        kinds=parse_file(root / "vocabulary" / "kinds.yaml", tuple[KindEntry, ...]),
        facts=with_wordings(entries.facts, root),
        patterns=tuple(sorted(entries.patterns, key=lambda p: p.id)),
        mitigations=entries.mitigations,
        archetypes=entries.archetypes,
        claims=entries.claims,
        probes=entries.probes,
        risk=parse_file(root / RISK, RiskTable),
    )
    wrong = [*problems(knowledge)]
    if wrong:
        places = {**entries.places, ("risk", ""): Place(root / RISK)}
        raise refusal(wrong, places, "Correct it; CONTRIBUTING.md describes each kind of file.")
    return knowledge
