"""What a session can be told: a closed union. And what is taken from it, in words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.contributions import Rating
from threatwright.model.findings import Consent, Probed
from threatwright.model.terms import (
    ComponentKind,
    Depth,
    MitigationStatus,
    Movement,
    Stage,
    Status,
    Stride,
)


class Taken(Value):
    """One thing that was taken from a text or an answer, with the words it rests on."""

    what: str
    """In words: "Feature store “Feast”", "Caller authentication of Scoring API: API key"."""
    quote: str = ""
    source: str
    """Provenance, as `document:description.md:3`."""
    in_doubt: bool = False
    """It was not said outright, and counts as an assumption."""

    @property
    def is_assumed(self) -> bool:
        """Whether it is for somebody to confirm."""
        return self.in_doubt or self.source.startswith("assumed")


class Answer(Value):
    """A choice, or free text, or both."""

    type: Literal["answer"] = "answer"
    question: str | None = None
    """`ELEMENT.KEY`; None answers the question that stands."""
    value: str | None = None
    text: str = ""
    default: bool = False
    """The proposed answer was accepted as it stood."""


class DontKnow(Value):
    """The person does not know."""

    type: Literal["dont-know"] = "dont-know"
    question: str | None = None


class Skip(Value):
    """Later, perhaps."""

    type: Literal["skip"] = "skip"
    question: str | None = None


class Revise(Value):
    """Another answer to a question that was answered before: it counts in the earlier one's place.

    It is one input: taking it back brings the earlier answer back.
    """

    type: Literal["revise"] = "revise"
    question: str
    value: str | None = None
    text: str = ""
    default: bool = False
    unknown: bool = False
    """It is not known after all."""


class Undo(Value):
    """Take back the last `steps` inputs, or one earlier input alone."""

    type: Literal["undo"] = "undo"
    steps: int = Field(default=1, ge=1)
    entry: int | None = None
    """The number of the journal entry to take back, whatever came after it."""


class Tell(Value):
    """Free text outside a question: "there is also a Redis cache"."""

    type: Literal["tell"] = "tell"
    text: str


class Correct(Value):
    """The proposed system is wrong in one place."""

    type: Literal["correct"] = "correct"
    remove: str | None = None
    """An element that does not exist."""
    rename: str | None = None
    name: str = ""
    add: ComponentKind | None = None
    boundary: str = ""


class Decide(Value):
    """A decision about a threat."""

    type: Literal["decide"] = "decide"
    threat: str
    status: Status
    reason: str = ""
    owner: str = ""
    due: date | None = None
    until: date | None = None
    """The last day on which an acceptance counts."""
    duplicate_of: str = ""
    """The id of the threat that says the same, where that is why it is rejected."""


class Connect(Value):
    """There is a flow that is not drawn."""

    type: Literal["connect"] = "connect"
    source: str
    target: str
    carries: str
    movement: Movement = Movement.CALL


class Change(Value):
    """A component is of another kind or zone, or a flow carries or moves something else."""

    type: Literal["change"] = "change"
    element: str
    kind: ComponentKind | None = None
    boundary: str = ""
    carries: str = ""
    movement: Movement | None = None


class State(Value):
    """A threat that the draft does not have."""

    type: Literal["state"] = "state"
    element: str
    title: str
    scenario: str
    stride: tuple[Stride, ...]
    stage: Stage | None = None
    """That of the element where it is not said."""
    likelihood: Rating
    impact: Rating
    references: tuple[str, ...] = ()
    """Ids of entries of the catalogues: `AML.T0020`, `LLM06:2025`, `CWE-502`."""
    mitigations: tuple[str, ...] = ()
    """Ids of the mitigation catalogue."""


class Edit(Value):
    """A threat, worded or rated otherwise. What is left out stays as it is."""

    type: Literal["edit"] = "edit"
    threat: str
    title: str = ""
    scenario: str = ""
    likelihood: Rating | None = None
    impact: Rating | None = None


class Split(Value):
    """A threat is several: each title becomes one of its own, and the threat itself is rejected."""

    type: Literal["split"] = "split"
    threat: str
    titles: tuple[str, ...]


class Mitigate(Value):
    """How far a mitigation has come against threats that it stands against."""

    type: Literal["mitigate"] = "mitigate"
    mitigation: str
    threats: tuple[str, ...]
    status: MitigationStatus
    reason: str = ""
    """What shows that it is in place, or why it is not done."""
    owner: str = ""
    due: date | None = None


class Together(Value):
    """Several things said at once: all of them are taken down or none, and taken back at once."""

    type: Literal["together"] = "together"
    said: tuple[
        Annotated[
            Revise | Correct | Connect | Change | Decide | State | Edit | Split | Mitigate,
            Field(discriminator="type"),
        ],
        ...,
    ] = Field(min_length=1)


class Rescope(Value):
    """What the threat model is about. Lists grow by what is given; `drop` takes items out."""

    type: Literal["rescope"] = "rescope"
    purpose: str | None = None
    objectives: tuple[str, ...] = ()
    in_scope: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    attackers: tuple[str, ...] = ()
    """Ids of actor profiles, or `NAME; MOTIVE; ACCESS`."""
    responsibility: dict[str, str] = Field(default_factory=dict)
    """Component id → who answers for it."""
    review_triggers: tuple[str, ...] = ()
    handling: str | None = None
    drop: tuple[str, ...] = ()
    """Items of any list, in the words in which they stand there, or component ids."""


class SignOff(Value):
    """The speaker stands up for the model as it is."""

    type: Literal["sign-off"] = "sign-off"


class Agree(Value):
    """The speaker agrees that a plan of probes is run."""

    type: Literal["agree"] = "agree"
    consent: Consent


class Find(Value):
    """A run of probes that the speaker started has ended."""

    type: Literal["find"] = "find"
    found: Probed
    """Its number, and who ran it when, are set as it is taken down."""


class RuleOn(Value):
    """The speaker looked at what a run of probes makes suspect, and says what it is."""

    type: Literal["rule-on"] = "rule-on"
    run: str
    threat: str
    is_confirmed: bool
    reason: str


class SetDepth(Value):
    """How far the interview is to go from now on."""

    type: Literal["set-depth"] = "set-depth"
    depth: Depth


class Resume(Value):
    """Back to the questions from the review."""

    type: Literal["resume"] = "resume"


class Retry(Value):
    """Ask the language model for what it did not give: it failed, or nobody waited for it."""

    type: Literal["retry"] = "retry"


class Stop(Value):
    """Enough: draft with what is known (from a question), or finish (from the review)."""

    type: Literal["stop"] = "stop"


Tried = Annotated[Answer | DontKnow | Revise | Undo | Tell | Correct, Field(discriminator="type")]
"""What can be looked at before it is said."""


class Preview(Value):
    """What would come of an input? Nothing changes."""

    type: Literal["preview"] = "preview"
    said: Tried


Said = Annotated[
    Answer
    | DontKnow
    | Skip
    | Revise
    | Undo
    | Tell
    | Correct
    | Connect
    | Change
    | Decide
    | State
    | Edit
    | Split
    | Rescope
    | SignOff
    | Agree
    | Find
    | RuleOn
    | Mitigate
    | Together
    | SetDepth
    | Preview
    | Resume
    | Retry
    | Stop,
    Field(discriminator="type"),
]
"""One input."""
