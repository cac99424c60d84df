"""Entries of the public catalogues (ATLAS, OWASP, NIST, CWE, ATT&CK) and references to them."""

from __future__ import annotations

from enum import StrEnum

from threatwright.model.base import Value


class ListName(StrEnum):
    """The catalogues, by the name they have in every output."""

    ATLAS = "atlas"
    OWASP_ML = "owasp-ml"
    OWASP_LLM = "owasp-llm"
    OWASP_AGENTIC = "owasp-agentic"
    NIST_AI_RMF = "nist-ai-rmf"
    CWE = "cwe"
    ATTACK = "attack"


class Reference(Value):
    """A catalogue entry as it is stored and shown: never an id without its edition and name."""

    list: ListName
    edition: str
    id: str
    name: str


class Entry(Value):
    """One entry of a catalogue, described in our own words."""

    list: ListName
    edition: str
    id: str
    name: str
    """The official name; a sub-technique's is "Parent: Name"."""
    type: str = "entry"
    """`technique`, `mitigation` or `tactic` in ATLAS; `entry` elsewhere."""
    parent: str | None = None
    tactics: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    maturity: str | None = None
    attack: str | None = None
    """The ATT&CK id it corresponds to, where ATLAS gives one."""
    mitigates: tuple[str, ...] = ()
    """Techniques that a mitigation addresses."""
    successor: str | None = None
    """The same risk in the next edition of the list, where it was renumbered."""
    predecessor: str | None = None
    description: str = ""
    examples: tuple[str, ...] = ()

    @property
    def reference(self) -> Reference:
        """This entry as a reference."""
        return Reference(list=self.list, edition=self.edition, id=self.id, name=self.name)


class Catalogue(Value):
    """One edition of one list."""

    list: ListName
    edition: str
    title: str
    publisher: str
    licence: str
    url: str
    entries: tuple[Entry, ...]


class Renaming(Value):
    """One row of the id history of ATLAS: how an old id or name is to be read today."""

    id: str
    kind: str
    """`renamed`, `retired`, `moved`, `added` …, as the history calls it."""
    release: str
    old_name: str | None = None
    new_name: str | None = None
    successor: str | None = None
    """The id that took its place."""
    replaces: str | None = None
    old_tactics: tuple[str, ...] = ()
    new_tactics: tuple[str, ...] = ()
    release_confidence: str | None = None
    """Given only where the release of a move rests on one source."""
    detail: str = ""
