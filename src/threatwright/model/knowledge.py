"""The types of what `knowledge/` holds: vocabulary, patterns, mitigations, archetypes, risk."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from threatwright.model.actors import ActorProfile
from threatwright.model.base import Slug, Value
from threatwright.model.catalogue import Catalogue, Entry, Reference, Renaming
from threatwright.model.claims import ClaimEntry
from threatwright.model.conditions import Condition, _plain
from threatwright.model.organisation import Organisation, Published
from threatwright.model.probes import ProbeEntry
from threatwright.model.terms import (
    Access,
    ComponentKind,
    Coverage,
    Dimension,
    Effect,
    Effort,
    FactClass,
    Level,
    Movement,
    Role,
    Sensitivity,
    Stage,
    Stride,
    TrustLevel,
)

FactKey = str


# --- vocabulary -------------------------------------------------------------------------------


class Cue(Value):
    """Words in a text that mean something. Matched on word stems, negation respected.

    In a phrase, `a|b` stands for either word, `@name` for any word of that group of the vocabulary,
    `…` for up to six words in between, and `=word` for the word in exactly this form, capitals
    included where it has any. A word with a capital is a
    proper name, except an acronym in exact form (`=LLM`).
    """

    words: tuple[str, ...] = Field(min_length=1)
    """Any of these phrases."""
    with_: tuple[str, ...] = Field(default=(), alias="with")
    """…but only if one of these stands in the same sentence."""
    unless: tuple[str, ...] = ()
    """…and none of these does."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """A bare phrase or list of phrases is a cue without conditions."""
        if isinstance(value, str):
            return {"words": (value,)}
        return {"words": value} if isinstance(value, list | tuple) else value


class KindEntry(Value):
    """A component kind: what it is called and how it is recognised."""

    kind: ComponentKind
    name: str
    description: str
    element: Literal["external-entity", "process", "data-store"]
    """Its role in STRIDE per element."""
    stage: Stage
    is_ai: bool = False
    """Whether a component of this kind makes a system an AI system."""
    gate: FactKey | None = None
    """The system gate that says whether such a component can exist."""
    zone: TrustLevel = TrustLevel.TRUSTED
    """The zone it stands in unless something else is said."""
    cues: tuple[Cue, ...] = ()
    several: bool = False
    """Whether different names mean different components ("customers", "analysts"). Otherwise all
    generic names in a text are taken for the same one."""
    unrelated: tuple[str, ...] = ()
    """Phrases that hold one of its words and mean something else ("travel agent")."""
    related: tuple[Cue, ...] = ()
    """Words that call for one only together with other signs (left to the archetypes)."""


class Choice(Value):
    """One possible value of a fact."""

    value: str
    label: str
    coverage: Coverage | None = None
    """For a control: how far the value means it is in place."""
    unsafe: int = 0
    """How unsafe the value is beside the others, for taking the worse side of a conflict."""
    cues: tuple[Cue, ...] = ()
    broad: tuple[Cue, ...] = ()
    """Wide constructions, believed only where the whole sentence sounds like the fact."""

    _words = field_validator("value", mode="before")(_plain)


class FactEntry(Published):
    """A fact worth knowing: its question, its choices, and the words that state it."""

    key: FactKey = Field(pattern=r"^[a-z0-9_]+$")
    fact_class: FactClass = Field(alias="class")
    applies_to: tuple[ComponentKind, ...] = ()
    """Kinds that have it. Empty: it is a fact of the system as a whole, or of flows."""
    on: Literal["component", "flow", "system"] = "component"
    is_gate: bool = Field(default=False, alias="gate")
    """One of the few facts that decide what there is to ask at all."""
    name: str
    """A short name, for tables: "Caller authentication"."""
    question: str
    """May hold {element}."""
    why: str
    """Why it matters, in a sentence."""
    role: Role
    choices: tuple[Choice, ...] = Field(min_length=2)
    usual: str | None = None
    """The usual answer, proposed to be confirmed. Never a favourable one for a control."""
    topic: tuple[Cue, ...] = ()
    """Words for the thing itself. Denied, they state `none` or `no`; affirmed, they state `yes`
    where that is a choice, and nothing about the degree of a control."""
    unrelated: tuple[str, ...] = ()
    """Phrases that hold one of its words and mean something else ("staff training")."""
    likely: float = Field(default=0.5, gt=0, le=1)
    """How often such a capability or exposure is there where a description says nothing of it."""
    rare_with: tuple[ComponentKind, ...] = ()
    """Kinds of component beside which it is seldom there, if nobody mentions it."""
    apart: tuple[str, ...] = ()
    """Phrases that the wide constructions of its choices are kept from."""
    within: FactKey | None = None
    """A gate that a document must open too before its words are believed: without a language model
    in it, a text that speaks of tools or memory speaks of something else."""
    settles: dict[str, dict[FactKey, str]] = Field(default_factory=dict)
    """value → other facts of the same element that follow from it."""

    _words = field_validator("usual", "settles", mode="before")(
        lambda value: (
            {
                _plain(k): {f: _plain(v) for f, v in (facts or {}).items()}
                for k, facts in value.items()
            }
            if isinstance(value, dict)
            else _plain(value)
        )
    )

    def choice(self, value: str | None) -> Choice | None:
        """The choice with this value."""
        return next((c for c in self.choices if c.value == value), None)

    @cached_property
    def offered(self) -> tuple[Choice, ...]:
        """The choices as a question offers them: without what only the reading of text needs."""
        return tuple(c.model_copy(update={"cues": (), "broad": ()}) for c in self.choices)


class Likeness(Value):
    """How people speak about each fact, by the words that tell it from others."""

    facts: dict[FactKey, dict[str, float]] = Field(default_factory=dict)
    """Fact → word stem or group → weight; of length one for each fact."""
    rarity: dict[str, float] = Field(default_factory=dict)
    """Word stem or group → how much it says."""


class ChoiceWeights(Value):
    """The words that tell the choices of a fact apart."""

    choices: tuple[str, ...]
    """Empty is none of them."""
    bias: tuple[int, ...]
    """Of each choice, in tenths."""
    words: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    """Word stem or group → its weight for each choice, in tenths."""


class Choosing(Value):
    """What people say for each choice of a fact."""

    facts: dict[FactKey, ChoiceWeights] = Field(default_factory=dict)
    levels: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    """Word stem or group → its weight for what choices of all facts come to, in tenths."""


class Theme(Value):
    """Facts that belong together, so that one question may ask for all that are open."""

    id: Slug
    known: float = Field(default=0.5, gt=0, le=1)
    """How often the people of a system can say something about it."""
    facts: tuple[FactKey, ...] = Field(min_length=1, max_length=3)
    """Three at most: people answer one part of a longer question and forget the rest."""


# --- patterns and mitigations -----------------------------------------------------------------


class Adjustment(Value):
    """A change of a rating that only a stated condition makes."""

    if_: Condition = Field(alias="if")
    by: int = 1
    because: str


class Likelihood(Value):
    """How likely an attempt succeeds, before controls."""

    access: Access
    effort: Effort
    because: str
    """The reason for access and effort, in a sentence."""
    raise_: tuple[Adjustment, ...] = Field(default=(), alias="raise")
    lower: tuple[Adjustment, ...] = ()


class ImpactOn(Value):
    """What one dimension suffers, unless an asset's own rating says otherwise."""

    dimension: Dimension
    base: int = Field(ge=1, le=5)
    fixed: bool = False
    """Whether the loss is the same whatever the element holds or decides."""
    because: str


class Countermeasure(Value):
    """What stands against a pattern, and where on the attack path it acts."""

    control: str
    """Id of a mitigation."""
    effect: Effect
    at: Literal["element", "source", "path", "system"] = "element"


class Cited(Value):
    """A reference of a pattern, possibly only for some kinds of element."""

    id: str
    """As patterns write it: `AML.T0020`, `ML02:2023`, `ASI06:2026`, `CWE-502`, `T1078`."""
    kinds: tuple[ComponentKind, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class Pattern(Published):
    """One threat, as the knowledge base states it."""

    id: Slug
    title: str
    """May hold {element}, {source} and {target}."""
    scenario: str
    """Two or three sentences: who does what to {element}, through what, and what follows."""
    stride: tuple[Stride, ...] = Field(min_length=1, max_length=2)
    element: Literal["component", "flow"] = "component"
    kinds: tuple[ComponentKind, ...] = ()
    """Kinds of component; for a flow, kinds of its target. Empty: any."""
    stage: Stage
    when: Condition
    likelihood: Likelihood
    impact: tuple[ImpactOn, ...] = Field(min_length=1)
    lowers: tuple[Countermeasure, ...] = ()
    no_countermeasure: str = ""
    """Why none is known, where `lowers` is empty."""
    references: tuple[Cited, ...] = ()
    """What the harm is in the catalogues, the closest first; none where no entry fits."""
    steps: tuple[Cited, ...] = ()
    """Techniques of ATLAS that lead up to the harm: preparation, access, discovery, cover."""
    not_when: str
    """When it does not apply, in words for the reviewer."""

    @model_validator(mode="after")
    def _something_stands_against_it(self) -> Pattern:
        if not self.lowers and not self.no_countermeasure:
            raise ValueError("name what lowers it, or say in no_countermeasure why nothing does")
        return self


class MitigationEntry(Published):
    """A control of the catalogue."""

    id: str
    """The ATLAS id where there is one, else a slug."""
    title: str
    description: str
    stage: Stage
    effort: Effort
    fact: FactKey | None = None
    """The control fact of the vocabulary that states how far it is in place."""
    nist: tuple[str, ...] = ()
    """NIST AI RMF 1.0 subcategories, as `MEASURE 2.7`."""
    after: tuple[str, ...] = ()
    """Ids of mitigations without which it has nothing to work with: those come first."""
    verify: str
    """How to check that it is in place."""


# --- archetypes -------------------------------------------------------------------------------


class FragmentBoundary(Value):
    """A zone that an archetype proposes."""

    id: Slug
    name: str
    trust: TrustLevel
    parent: Slug | None = None


class FragmentComponent(Value):
    """A component that an archetype proposes. One of its kind that was read stands in for it."""

    id: Slug
    name: str
    kind: ComponentKind
    boundary: Slug
    facts: dict[FactKey, str] = Field(default_factory=dict)
    """Proposed values, to be confirmed. Never a control in place."""
    optional: bool = False
    """Only joined in where there is one of the kind already; never added by itself."""
    or_: tuple[ComponentKind, ...] = Field(default=(), alias="or")
    """Other kinds that stand in for it where one was read ("a web app, or a mobile app")."""
    names: tuple[str, ...] = ()
    """Of its own kind, only one whose name has such a head noun stands for it; any if empty."""
    each: bool = False
    """Stands for every such component (all tools, all users), not only for one."""

    @field_validator("facts", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


class FragmentFlow(Value):
    """A flow that an archetype proposes, between components of the same archetype."""

    source: Slug
    target: Slug
    carries: str
    movement: Movement = Movement.CALL
    unless: tuple[Slug, ...] = ()
    """Not drawn where one of these components of the fragment is there ("unless by a gateway")."""


class FragmentAsset(Value):
    """Something worth protecting that such a system usually has."""

    id: Slug
    name: str
    sensitivity: Sensitivity
    held_by: tuple[Slug, ...]
    cues: tuple[Cue, ...] = ()
    """Words that show it is there. Without any, it comes with the archetype."""


class Archetype(Published):
    """A fragment of a system: proposed where its words are found; several combine."""

    id: Slug
    title: str
    description: str
    cues: tuple[Cue, ...] = ()
    """Any of these calls for it."""
    gates: dict[FactKey, str] = Field(default_factory=dict)
    """…or these gates of the system being so (all of them)."""
    kinds: tuple[ComponentKind, ...] = ()
    """…or a component of one of these kinds having been read."""
    presumes: dict[FactKey, str] = Field(default_factory=dict)
    """Gates that must be known to be so before its words count: by themselves they are too common
    ("the agent uses a tool" may be said in any call centre)."""
    needs: dict[FactKey, str] = Field(default_factory=dict)
    """Gates that must not say otherwise."""
    not_with: tuple[Slug, ...] = ()
    """Archetypes that say the same more closely: if one of them is called for, this one is not."""
    facts: dict[FactKey, str] = Field(default_factory=dict)
    """Proposed facts of the system as a whole."""
    boundaries: tuple[FragmentBoundary, ...] = ()
    components: tuple[FragmentComponent, ...] = ()
    flows: tuple[FragmentFlow, ...] = ()
    assets: tuple[FragmentAsset, ...] = ()

    @field_validator("gates", "presumes", "needs", "facts", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


# --- risk -------------------------------------------------------------------------------------


class Reduction(Value):
    """What one class of effect takes off at a coverage."""

    likelihood: int = 0
    impact: int = 0


class RiskTable(Published):
    """The one published table of how risk is reckoned."""

    effort: dict[Effort, int]
    """Base likelihood by effort."""
    access: dict[Access, int]
    """What the needed access adds to it."""
    sensitivity: dict[Sensitivity, int]
    """Confidentiality rating of an asset by its sensitivity."""
    effects: dict[Effect, dict[Coverage, Reduction]]
    exposure: dict[TrustLevel, int] = Field(default_factory=dict)
    """What it adds to likelihood where content comes from, for who attacks over the flows: out of
    an untrusted or a semi-trusted zone, or only out of our own (`trusted`)."""
    actors: tuple[ActorProfile, ...] = ()
    """Of those whom a threat suits as well, the first counts."""
    levels: dict[Level, int]
    """The least risk (likelihood × impact) of each level."""
    appetite: dict[Dimension | Literal["any"], Level] = Field(default_factory=dict)
    """The highest level of residual risk that needs nobody's decision, by what is harmed."""

    def level(self, risk: int) -> Level:
        """The level that a risk of 1 to 25 falls in."""
        return max(
            (level for level, least in self.levels.items() if risk >= least),
            key=lambda level: self.levels[level],
        )


# --- the whole --------------------------------------------------------------------------------


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
    likeness: Likeness = Field(default_factory=Likeness)
    choosing: Choosing = Field(default_factory=Choosing)
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
