"""What there is to say about one thing: what it is, when it matters, what helps."""

from __future__ import annotations

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Effect, Effort


class Use(Value):
    """A pattern that has to do with it."""

    id: str
    title: str
    publisher: str = ""
    """The organisation whose it is; empty for threatwright's own."""
    how: str = ""
    """In which way, if not by citing it: "cites LLM03:2026", "hinders it on the way"."""
    where: str
    """What it can concern: kinds of component, or flows to them."""
    when: str = ""
    """The conditions in words, "it" being the element. Empty where they go without saying here."""
    not_when: str = ""


class Remedy(Value):
    """A mitigation that helps against it."""

    id: str
    title: str
    publisher: str = ""
    """The organisation whose it is; empty for one of ATLAS or threatwright's own."""
    description: str = ""
    effort: Effort | None = None
    effects: tuple[Effect, ...] = ()
    """As the patterns class it, the strongest first."""
    by: tuple[str, ...] = ()
    """Who says that it helps: `atlas`, and ids of patterns."""
    verify: str = ""
    """How to check that it is in place."""


class OfficialText(Value):
    """What MITRE says of it, in the release that the user synced."""

    release: str
    synced: str
    text: str
    cases: tuple[str, ...] = ()
    """Case studies in which it was seen."""


class Account(Value):
    """The whole of it."""

    type: str
    """`technique`, `tactic`, `mitigation`, `entry`, `pattern`, `archetype`, `claim`, `probe`,
    `fact`, `kind`."""
    list: ListName | None = None
    """The catalogue that it is an entry of."""
    edition: str = ""
    id: str
    name: str
    publisher: str = ""
    """The organisation whose entry it is; empty for a public catalogue's and threatwright's own."""
    note: str = ""
    """What to know of how it was found: an old name, a retired id, another edition."""
    description: str = ""
    examples: tuple[str, ...] = ()
    traits: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Label → what it has of it, such as tactics, platforms, parent."""
    history: tuple[str, ...] = ()
    when: str = ""
    """Of a pattern: its conditions in words."""
    not_when: str = ""
    patterns: tuple[Use, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    verify: str = ""
    """Of a mitigation: how to check that it is in place."""
    official: OfficialText | None = None
