"""Facts and where they came from. Unknown is the absence of a value, never `no`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from threatwright.model.base import Value

YES = "yes"
NO = "no"

ProvenanceKind = Literal[
    "answer", "person", "document", "import", "llm", "inherited", "assumed", "accepted-default"
]
_STATED = frozenset({"answer", "person", "document", "import", "llm", "inherited"})


class Provenance(Value):
    """Where something came from, and the words it rests on."""

    source: Annotated[
        str,
        StringConstraints(
            pattern=r"^(answer|person|document|import|llm|inherited|assumed|accepted-default)(:.*)?$"
        ),
    ] = Field(alias="from")
    """`answer:7`, `document:design.md:12`, `import:dragon.json`, `assumed:ARCHETYPE`,
    `inherited:PREFIX:answer:7` (stated in a model file that is inherited), …"""
    quote: str = ""
    """The exact words, where there are any."""

    @property
    def kind(self) -> str:
        """The part before the first colon."""
        return self.source.split(":", 1)[0]

    @property
    def is_stated(self) -> bool:
        """Whether somebody said it, as opposed to us assuming it."""
        return self.kind in _STATED


def assumed(by: str, quote: str = "") -> Provenance:
    """Provenance of something that an archetype or a default proposes."""
    return Provenance(source=f"assumed:{by}", quote=quote)


class Claim(Value):
    """One source's value for a fact."""

    value: str
    provenance: Provenance


class Fact(Value):
    """What is held to be so about an element, and by whom."""

    value: str | None = None
    """`yes`, `no` or one of the fact's choices; None is unknown (somebody does not know)."""
    provenance: Provenance
    against: tuple[Claim, ...] = ()
    """Other sources that say otherwise: a conflict until someone decides."""
    hedged: bool = False
    """Said with doubt ("I think"): counts as an assumption."""
    surmised: bool = False
    """Nobody said it outright: it is hedged, and the words that are quoted only sound like it."""

    @property
    def is_conflict(self) -> bool:
        """Whether two sources differ."""
        return bool(self.against)

    @property
    def is_stated(self) -> bool:
        """Whether the value was said outright and nobody says otherwise."""
        return (
            self.value is not None
            and self.provenance.is_stated
            and not self.hedged
            and not self.against
        )


Facts = dict[str, Fact]
