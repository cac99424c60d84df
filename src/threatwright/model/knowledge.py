"""Everything that `knowledge/` holds, as one value."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from threatwright.model.archetypes import Archetype
from threatwright.model.base import Value
from threatwright.model.catalogue import Catalogue, Entry, Reference, Renaming
from threatwright.model.claims import ClaimEntry
from threatwright.model.organisation import Organisation
from threatwright.model.patterns import MitigationEntry, Pattern
from threatwright.model.probes import ProbeEntry
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import ComponentKind
from threatwright.model.vocabulary import (
    ClassifierWeights,
    DescribedGate,
    FactEntry,
    FactKey,
    KindEntry,
    Telling,
    Theme,
)


class Knowledge(Value):
    """Everything that `knowledge/` holds, loaded and checked."""

    digest: str
    """SHA-256 of the files it was loaded from."""
    catalogues: tuple[Catalogue, ...]
    history: tuple[Renaming, ...] = ()
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Words that say the same, by the name of their group: `@name` in a cue."""
    themes: tuple[Theme, ...] = ()
    """Facts that are asked about in one breath."""
    telling: Telling = Field(default_factory=Telling)
    classifier: ClassifierWeights = Field(default_factory=ClassifierWeights)
    descriptions: dict[FactKey, DescribedGate] = Field(default_factory=dict)
    """What the words of a whole description say for the gates."""
    kinds: tuple[KindEntry, ...]
    facts: tuple[FactEntry, ...]
    patterns: tuple[Pattern, ...]
    mitigations: tuple[MitigationEntry, ...]
    archetypes: tuple[Archetype, ...]
    claims: tuple[ClaimEntry, ...] = ()
    """What vendors and teams commonly claim."""
    probes: tuple[ProbeEntry, ...] = ()
    """How threats are tried on an endpoint."""
    risk: RiskTable
    organisation: Organisation | None = None
    """Who published what is not ours; None if all of it is."""

    @cached_property
    def entries(self) -> dict[tuple[str, str, str], Entry]:
        """Catalogue entries by (list, edition, id)."""
        return {(e.list, e.edition, e.id): e for c in self.catalogues for e in c.entries}

    @cached_property
    def fact_entries(self) -> dict[FactKey, FactEntry]:
        """Facts of the vocabulary by key."""
        return {f.key: f for f in self.facts}

    @cached_property
    def kind_entries(self) -> dict[ComponentKind, KindEntry]:
        """Component kinds of the vocabulary."""
        return {k.kind: k for k in self.kinds}

    @cached_property
    def mitigation_entries(self) -> dict[str, MitigationEntry]:
        """Mitigations by id."""
        return {m.id: m for m in self.mitigations}

    @cached_property
    def claim_entries(self) -> dict[str, ClaimEntry]:
        """Claims by id."""
        return {c.id: c for c in self.claims}

    @cached_property
    def probe_entries(self) -> dict[str, ProbeEntry]:
        """Probes by id."""
        return {p.id: p for p in self.probes}

    @cached_property
    def editions(self) -> dict[str, str]:
        """`list` → its newest edition, as outputs show it."""
        return {c.list.value: c.edition for c in sorted(self.catalogues, key=lambda c: c.edition)}

    def cite(self, cited: str) -> Reference:
        """The verified reference for an id as patterns write it.

        Raises KeyError if no catalogue of that edition holds it.
        """
        return self._cited[cited]

    @cached_property
    def _cited(self) -> dict[str, Reference]:
        unversioned = {"atlas", "cwe", "attack", "nist-ai-rmf"}
        return {
            (e.id if e.list in unversioned else f"{e.id}:{e.edition}"): e.reference
            for c in self.catalogues
            for e in c.entries
        }

    def theme_of(self, key: FactKey) -> Theme:
        """The theme of a fact; a fact that stands in none is its own."""
        return self._theme_by_fact.get(key) or Theme(id=key, facts=(key,))

    @cached_property
    def _theme_by_fact(self) -> dict[FactKey, Theme]:
        return {key: theme for theme in self.themes for key in theme.facts}

    def facts_of(self, kind: ComponentKind) -> tuple[FactEntry, ...]:
        """The facts worth knowing about a component of the kind."""
        return self._facts_by_kind.get(kind, ())

    @cached_property
    def _facts_by_kind(self) -> dict[ComponentKind, tuple[FactEntry, ...]]:
        found: dict[ComponentKind, list[FactEntry]] = {}
        for fact in self.facts:
            for kind in fact.applies_to:
                found.setdefault(kind, []).append(fact)
        return {kind: tuple(facts) for kind, facts in found.items()}
