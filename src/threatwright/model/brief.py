"""What a language model is told of one component before it is asked about threats to it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.terms import Stage, Stride


class Footing(StrEnum):
    """How firmly something is known."""

    STATED = "stated"
    ASSUMED = "assumed"
    """Nobody said so: it is what such systems usually have."""
    DOUBTED = "said with doubt"
    CONTESTED = "contested"
    """Two sources say different things."""


class Known(Value):
    """A fact with a value."""

    id: str
    """`ELEMENT.KEY`."""
    says: str
    """In words: "Scoring API: caller authentication is “API key”"."""
    footing: Footing
    words: str = ""
    """The people's own, where there are any."""
    against: tuple[str, ...] = ()
    """Of what is contested, the words of those who say otherwise."""


class Saying(Value):
    """A sentence of a document or an answer."""

    at: str
    """`design.md`, `answer 7`."""
    words: str


class Nearby(Value):
    """What is drafted already of an element that is not the component's to draft."""

    target: str
    titles: tuple[str, ...]


class Described(Value):
    """The component that it is about."""

    id: str
    name: str
    kind: str
    zone: str
    trust: str
    description: str = ""
    footing: Footing
    holds: tuple[str, ...] = ()
    """Assets: "Customer data (personal)"."""


class Beside(Value):
    """A component at the other end of a flow."""

    id: str
    name: str
    kind: str
    zone: str
    trust: str


class Passing(Value):
    """A flow at the component."""

    id: str
    source: str
    """The name of the component that starts it."""
    target: str
    carries: str
    movement: str
    """Which way content moves, seen from the source."""
    footing: Footing
    crosses: str = ""
    """The two zones, where it leads from one into another."""


class Lowering(Value):
    """A control that lowers the risk of a threat, and how far it is in place."""

    id: str
    title: str
    coverage: str


class Candidate(Value):
    """A threat that follows from the rules."""

    id: str
    target: str
    category: Stride
    title: str
    scenario: str
    likelihood: int
    likelihood_reasons: tuple[str, ...] = ()
    impact: int
    impact_reasons: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    lowered_by: tuple[Lowering, ...] = ()
    references: tuple[str, ...] = ()
    """Labels of entries."""
    not_when: str = ""


class Listed(Value):
    """An entry of a catalogue that may be cited."""

    label: str
    """`LIST EDITION ID`."""
    name: str
    description: str = ""


class Control(Value):
    """A mitigation that may be named."""

    id: str
    title: str


class Whole(Value):
    """The system that the component is a part of."""

    name: str
    purpose: str = ""


class Brief(Value):
    """All of it. It holds nothing that cannot bear on the component, so that it changes seldom."""

    system: Whole
    component: Described
    stage: Stage
    facts: tuple[Known, ...] = ()
    unknown: tuple[str, ...] = ()
    """Names of facts that were read nowhere, nor assumed."""
    sayings: tuple[Saying, ...] = ()
    """What the texts say of it and of what it holds, and of the system as a whole."""
    flows: tuple[Passing, ...] = ()
    neighbours: tuple[Beside, ...] = ()
    paths: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    nearby: tuple[Nearby, ...] = ()
    entries: tuple[Listed, ...] = ()
    mitigations: tuple[Control, ...] = ()
    targets: tuple[str, ...]
    """Ids that a threat may be about: the component, and the flows at it."""
    of_others: tuple[str, ...] = ()
    """Those of the targets that another brief is about as well."""
    doubtable: tuple[str, ...] = ()
    """Ids of facts and parts that may have been misread."""
    names: tuple[str, ...] = ()
    """All that has a name in the system."""
    words: frozenset[str] = frozenset()
    """Stems of words that its texts and names have and the rules have not."""
    cited: dict[str, Reference] = Field(default_factory=dict)
    """The entries by their labels."""
    known: tuple[str, ...] = ()
    """The facts, as `ELEMENT.KEY=VALUE`."""
    sources: dict[str, str] = Field(default_factory=dict)
    """Id of a fact or part that may have been misread → what it was read in."""

    @property
    def element(self) -> str:
        """The id of the component."""
        return self.component.id


def label(reference: Reference) -> str:
    """A reference in one line, without its name: `atlas 2026.09 AML.T0020`."""
    return f"{reference.list} {reference.edition} {reference.id}"
