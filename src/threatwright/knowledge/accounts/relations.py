"""Which patterns and mitigations have to do with what: relations of `knowledge/`, turned round."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from threatwright.knowledge.accounts.account import Remedy, Use
from threatwright.knowledge.accounts.condition_words import kind_name, when
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Cited, MitigationEntry, Pattern
from threatwright.model.terms import ComponentKind, Effect

ATLAS = "atlas"
_FIELDS = {"{element}": "it", "{source}": "the source", "{target}": "the target"}
Key = tuple[str, str, str]
"""List, edition and id of an entry."""


class Citation(NamedTuple):
    """A pattern that names an entry."""

    pattern: Pattern
    entry: Entry
    """The one that it names, which may be a sub-technique of the one asked about."""
    is_step: bool
    """Whether it is only on the way to the harm."""
    kinds: tuple[ComponentKind, ...]
    """Kinds of element of which it says so."""


def key(entry: Entry) -> Key:
    """What tells an entry from all others."""
    return entry.list.value, entry.edition, entry.id


class Relations:
    """The knowledge base, asked from the side of its entries."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._citations: defaultdict[Key, list[Citation]] = defaultdict(list)
        for pattern in knowledge.patterns:
            for cited in pattern.references:
                self._cite(pattern, cited, is_step=False)
            for cited in pattern.steps:
                self._cite(pattern, cited, is_step=True)
        self._narrower: defaultdict[str, list[Entry]] = defaultdict(list)
        self._mitigating: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in knowledge.entries.values():
            if entry.parent:
                self._narrower[entry.parent].append(entry)
            for technique in entry.mitigates:
                self._mitigating[technique].append(entry)

    def _cite(self, pattern: Pattern, cited: Cited, *, is_step: bool) -> None:
        reference = self._knowledge.cite(cited.id)
        entry = self._knowledge.entries[reference.list, reference.edition, reference.id]
        self._citations[key(entry)].append(
            Citation(pattern, entry, is_step, cited.kinds or pattern.kinds)
        )

    def narrower(self, entry: Entry) -> tuple[Entry, ...]:
        """Its sub-techniques."""
        return tuple(self._narrower.get(entry.id, ())) if entry.list is ListName.ATLAS else ()

    def parent(self, entry: Entry) -> Entry | None:
        """The technique that it is a part of."""
        return self._knowledge.entries.get((entry.list, entry.edition, entry.parent or ""))

    def same_risk(self, entry: Entry) -> Iterator[Entry]:
        """The same risk in the other editions of its list."""
        for other in self._knowledge.entries.values():
            is_later = other.edition > entry.edition
            same = entry.successor if is_later else entry.predecessor
            if other.list is entry.list and other.edition != entry.edition and other.id == same:
                yield other

    def citations(self, entry: Entry) -> list[Citation]:
        """Patterns that name it, its sub-techniques or the same risk in another edition.

        Of a sub-technique that none names: those that name its parent. Each pattern comes once, and
        what it names as the harm comes before what it names as a step.
        """
        parent = self.parent(entry)
        related = (entry, *self.narrower(entry), *self.same_risk(entry))
        found = [c for other in related for c in self._citations.get(key(other), ())]
        if not found and parent is not None:
            found = list(self._citations.get(key(parent), ()))
        found.sort(key=lambda c: c.is_step)
        once: dict[str, Citation] = {}
        for citation in found:
            once.setdefault(citation.pattern.id, citation)
        return list(once.values())

    def uses(self, entry: Entry) -> tuple[Use, ...]:
        """The same, in words."""
        return tuple(self._use(citation, entry) for citation in self.citations(entry))

    def _use(self, citation: Citation, entry: Entry) -> Use:
        how = ["as a step on the way"] if citation.is_step else []
        if citation.entry.id != entry.id or citation.entry.edition != entry.edition:
            how.append(f"cites {label(citation.entry)}")
        return self.use(citation.pattern, ", ".join(how), citation.kinds)

    def use(
        self, pattern: Pattern, how: str = "", kinds: Sequence[ComponentKind] | None = None
    ) -> Use:
        """A pattern, in words. `kinds` are those meant here, if not all of its own."""
        return Use(
            id=pattern.id,
            title=title_of(pattern),
            publisher=pattern.publisher,
            how=how,
            where=self.where(pattern, kinds),
            when=when(pattern.when, self._knowledge),
            not_when=pattern.not_when,
        )

    def where(self, pattern: Pattern, kinds: Sequence[ComponentKind] | None = None) -> str:
        """What a pattern can concern, in words."""
        wanted = pattern.kinds if kinds is None else kinds
        names = ", ".join(kind_name(kind, self._knowledge) for kind in wanted)
        if pattern.element == "flow":
            return f"flow to: {names}" if names else "any flow"
        return names or "any component"

    def remedies(self, entry: Entry) -> tuple[Remedy, ...]:
        """What helps against an entry: by the edges of ATLAS, and by what lowers the patterns."""
        edges = self._mitigating.get(entry.id, [])
        if not edges and entry.parent:
            edges = self._mitigating.get(entry.parent, [])
        citations = self.citations(entry)
        harms = [c.pattern for c in citations if not c.is_step]
        return self.remedies_of(harms or [c.pattern for c in citations], edges)

    def remedies_of(
        self, patterns: Iterable[Pattern], edges: Iterable[Entry] = ()
    ) -> tuple[Remedy, ...]:
        """What lowers the patterns, and what the edges lead to; what most say first."""
        effects: defaultdict[str, set[Effect]] = defaultdict(set)
        by: defaultdict[str, list[str]] = defaultdict(list)
        names = {}
        for edge in edges:
            names[edge.id] = edge.name
            by[edge.id].append(ATLAS)
        for pattern in patterns:
            for counter in pattern.lowers:
                effects[counter.control].add(counter.effect)
                if pattern.id not in by[counter.control]:
                    by[counter.control].append(pattern.id)
        found = [self.remedy(id_, names.get(id_, id_), effects[id_], by[id_]) for id_ in by]
        return tuple(sorted(found, key=_by_weight))

    def remedy(
        self, id_: str, name: str, effects: Iterable[Effect] = (), by: Iterable[str] = ()
    ) -> Remedy:
        """A mitigation, as much as is known of it."""
        entry = self._knowledge.mitigation_entries.get(id_)
        ranked = tuple(effect for effect in Effect if effect in set(effects))
        if entry is None:
            return Remedy(id=id_, title=name, effects=ranked, by=tuple(by))
        return Remedy(
            id=id_,
            title=entry.title,
            publisher=entry.publisher,
            description=entry.description,
            effort=entry.effort,
            effects=ranked,
            by=tuple(by),
            verify=entry.verify,
        )

    def mitigations_for(self, subcategory: str) -> tuple[MitigationEntry, ...]:
        """Mitigations that serve a subcategory of NIST AI RMF."""
        return tuple(m for m in self._knowledge.mitigations if subcategory in m.nist)


def label(entry: Entry) -> str:
    """The id as patterns write it: with its edition where the list needs one."""
    is_owasp = entry.list in (ListName.OWASP_LLM, ListName.OWASP_ML, ListName.OWASP_AGENTIC)
    return f"{entry.id}:{entry.edition}" if is_owasp else entry.id


def titled(entry: Entry) -> str:
    """Id and name."""
    return f"{label(entry)} {entry.name}"


def title_of(pattern: Pattern) -> str:
    """The title, of any element."""
    return in_general(pattern.title)


def in_general(text: str) -> str:
    """Text of a pattern or question with "it" in the place of the element."""
    for field, word in _FIELDS.items():
        text = re.sub(rf"(^|[.!?] ){re.escape(field)}", rf"\g<1>{word.capitalize()}", text)
        text = text.replace(field, word)
    return text


def _by_weight(remedy: Remedy) -> tuple[int, int, str]:
    """What most say helps comes first, ATLAS counting for two; then by the strongest effect."""
    said = len(remedy.by) + (ATLAS in remedy.by)
    strongest = list(Effect).index(remedy.effects[0]) if remedy.effects else len(Effect)
    return -said, strongest, remedy.id
