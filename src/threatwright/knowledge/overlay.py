"""Lays an organisation's entries over ours, each marked as theirs, and checks the whole again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from threatwright.errors import KnowledgeError
from threatwright.knowledge.check import problems
from threatwright.knowledge.entries import (
    RISK,
    Entries,
    Place,
    Removal,
    id_of,
    parse_file,
    read_entries,
)
from threatwright.knowledge.problem import Problem, refusal
from threatwright.model.actors import ActorProfile
from threatwright.model.base import Value
from threatwright.model.knowledge import Knowledge
from threatwright.model.organisation import Organisation, Published
from threatwright.model.patterns import Pattern
from threatwright.model.risk_table import Reduction, RiskTable
from threatwright.model.terms import (
    Access,
    Coverage,
    Dimension,
    Effect,
    Effort,
    Level,
    Sensitivity,
    TrustLevel,
)
from threatwright.model.vocabulary import FactEntry

FIX = "Correct that entry; docs/organisation-knowledge.md describes each kind of file."
E = TypeVar("E", bound=Published)


class _Sections(Value):
    """The sections of the risk table that an organisation has its own figures for."""

    effort: dict[Effort, int] | None = None
    access: dict[Access, int] | None = None
    sensitivity: dict[Sensitivity, int] | None = None
    effects: dict[Effect, dict[Coverage, Reduction]] | None = None
    exposure: dict[TrustLevel, int] | None = None
    actors: tuple[ActorProfile, ...] | None = None
    levels: dict[Level, int] | None = None
    appetite: dict[Dimension | Literal["any"], Level] | None = None


def overlaid(ours: Knowledge, folder: Path, whose: Organisation, digest: str) -> Knowledge:
    """Ours with the entries of the folder. `digest` is that of both.

    Raises KnowledgeError naming file, line and field of the first thing that is wrong.
    """
    entries = read_entries(folder, may_remove=True)
    risk, sections = _risk(ours.risk, folder / RISK, whose.name)
    laid = _laid(ours, entries, sections, whose)
    whole = ours.model_copy(
        update={
            "digest": digest,
            "patterns": tuple(
                sorted(
                    _merged(_standing(ours.patterns, entries.removals), entries.patterns, laid),
                    key=lambda pattern: pattern.id,
                )
            ),
            "mitigations": _merged(ours.mitigations, entries.mitigations, laid),
            "facts": _merged(ours.facts, entries.facts, laid),
            "archetypes": _merged(ours.archetypes, entries.archetypes, laid),
            "claims": _merged(ours.claims, entries.claims, laid),
            "probes": _merged(ours.probes, entries.probes, laid),
            "risk": risk,
            "organisation": laid,
        }
    )
    wrong = [*_removals(ours, entries.removals), *_repurposed(ours, entries.facts)]
    wrong += problems(whole)
    if wrong:
        raise refusal(wrong, {**entries.places, ("risk", ""): Place(folder / RISK)}, FIX)
    if not (laid.adds or laid.overrides or laid.removes):
        raise KnowledgeError(
            f"The knowledge folder {folder} holds no entry.",
            "Put a pattern into patterns/NAME.yaml, or stop naming the folder.",
        )
    return whole


def _laid(
    ours: Knowledge, theirs: Entries, sections: Sequence[str], whose: Organisation
) -> Organisation:
    """The organisation with what its folder changes."""
    pairs: dict[str, tuple[Sequence[Published], Sequence[Published]]] = {
        "pattern": (ours.patterns, theirs.patterns),
        "mitigation": (ours.mitigations, theirs.mitigations),
        "fact": (ours.facts, theirs.facts),
        "archetype": (ours.archetypes, theirs.archetypes),
        "claim": (ours.claims, theirs.claims),
        "probe": (ours.probes, theirs.probes),
    }
    adds: dict[str, tuple[str, ...]] = {}
    overrides: dict[str, tuple[str, ...]] = {"risk": tuple(sections)} if sections else {}
    for kind, (shipped, brought) in pairs.items():
        known = {id_of(entry) for entry in shipped}
        ids = sorted(id_of(entry) for entry in brought)
        if new := tuple(id_ for id_ in ids if id_ not in known):
            adds[kind] = new
        if old := tuple(id_ for id_ in ids if id_ in known):
            overrides[kind] = old
    removes = {removal.id: removal.because for removal in theirs.removals}
    return whose.model_copy(update={"adds": adds, "overrides": overrides, "removes": removes})


def _merged(ours: Sequence[E], theirs: Sequence[E], whose: Organisation) -> tuple[E, ...]:
    """Ours in their order, each replaced where theirs has its id, then what theirs adds."""
    known = {id_of(entry) for entry in ours}
    marked = {
        id_of(entry): entry.model_copy(
            update={"publisher": whose.name, "replaces": id_of(entry) in known}
        )
        for entry in theirs
    }
    kept = [marked.pop(id_of(entry), entry) for entry in ours]
    return (*kept, *marked.values())


def _standing(patterns: Sequence[Pattern], removals: Sequence[Removal]) -> list[Pattern]:
    removed = {removal.id for removal in removals}
    return [pattern for pattern in patterns if pattern.id not in removed]


def _removals(ours: Knowledge, removals: Sequence[Removal]) -> Iterator[Problem]:
    known = {pattern.id for pattern in ours.patterns}
    for removal in removals:
        if removal.id not in known:
            yield Problem("pattern", removal.id, "there is none of that id to disable", ("id",))


def _repurposed(ours: Knowledge, facts: Sequence[FactEntry]) -> Iterator[Problem]:
    """A fact keeps what the engine and model files take it for, and the values they hold of it."""
    for fact in facts:
        shipped = ours.fact_entries.get(fact.key)
        if shipped is None:
            continue
        for field, now, before in (
            ("class", fact.fact_class, shipped.fact_class),
            ("on", fact.on, shipped.on),
            ("gate", fact.is_gate, shipped.is_gate),
        ):
            if now != before:
                before_ = str(before).lower()
                text = f"`{field}` stays as it is in the fact that it overrides: {before_}"
                yield Problem("fact", fact.key, text, (field,))
        for choice in shipped.choices:
            if fact.choice(choice.value) is None:
                text = f"the choice “{choice.value}” of the fact that it overrides is missing"
                yield Problem("fact", fact.key, text, ("choices",))


def _risk(ours: RiskTable, path: Path, name: str) -> tuple[RiskTable, list[str]]:
    """The risk table, and the sections of it that are theirs."""
    if not path.exists():
        return ours, []
    brought: _Sections = parse_file(path, _Sections)
    sections: Mapping[str, object] = {
        field: figures
        for field in _Sections.model_fields
        if (figures := getattr(brought, field)) is not None
    }
    if not sections:
        return ours, []
    marks = {"publisher": name, "replaces": True}
    return ours.model_copy(update={**sections, **marks}), [*sections]
