"""Finds inherited components in prose: by their names, and by whose they are.

"Hangar" is the registry of that name, and "the platform's registry" is the one that the platform
has. What is named like any of its kind ("training job") is taken for an inherited one only with
such an owner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from threatwright.engine.inheritance.prefixed import bare
from threatwright.engine.text.phrases import Found, Lexicon
from threatwright.engine.text.sentences import Sentence, parse
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel, prefix_of
from threatwright.model.terms import ComponentKind
from threatwright.model.vocabulary import Cue, KindEntry

_OWNERS = ("platform", "shared", "central", "common", "company-wide", "group-wide")
"""Words for whose it is, where only one file is inherited."""
_NOTATION = re.compile(r"[|@=…]|\.\.\.")


class SharedComponent(NamedTuple):
    """An inherited component, as prose may name it."""

    id: str
    name: str
    """Its name with whose it is: no mention of another component has the same."""
    kind: ComponentKind
    is_stated: bool

    @property
    def prefix(self) -> str:
        """Which file it comes from."""
        return prefix_of(self.id)

    @property
    def bare(self) -> str:
        """Its name in its own file."""
        return bare(self.name, self.prefix)


Shared = tuple[SharedComponent, ...]


class SharedKind(KindEntry):
    """The kind of an inherited component, found in a text by a name of that component."""

    component: str
    label: str


def shared_components(system: SystemModel | None) -> Shared:
    """What of an inherited system prose may name."""
    if system is None:
        return ()
    return tuple(
        SharedComponent(c.id, c.name, c.kind, c.provenance.is_stated) for c in system.components
    )


class SharedNames:
    """The names of inherited components, ready to be looked for."""

    def __init__(self, shared: Shared, knowledge: Knowledge, names: Lexicon[KindEntry]) -> None:
        """`names` are those of the vocabulary: what they find is nobody's in particular."""
        cues = _cues(shared, knowledge, names)
        self._lexicon: Lexicon[KindEntry] = Lexicon(cues, of_names=True)

    def among(
        self, found: Sequence[Found[KindEntry]], sentence: Sentence
    ) -> list[Found[KindEntry]]:
        """The names found in a sentence, with those of inherited components in their places."""
        ours = self._lexicon.find(sentence)
        within = [one for one in ours if any(_holds(other, one) for other in found)]
        kept = [one for one in ours if one not in within]
        taken = {place for one in kept for place in one.places}
        others = [other for other in found if taken.isdisjoint(other.places)]
        return sorted([*kept, *others], key=lambda one: one.first)


def _holds(other: Found[KindEntry], one: Found[KindEntry]) -> bool:
    """Whether a name is only a part of a longer one."""
    return set(one.places) < set(other.places)


@lru_cache(maxsize=8)
def _names(shared: Shared, _digest: str, held: _Held) -> SharedNames:
    return SharedNames(shared, held.knowledge, held.names)


class _Held:
    """Carries the knowledge past the cache key, which its digest stands for."""

    def __init__(self, knowledge: Knowledge, names: Lexicon[KindEntry]) -> None:
        self.knowledge = knowledge
        self.names = names

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


def shared_names(
    shared: Shared, knowledge: Knowledge, names: Lexicon[KindEntry]
) -> SharedNames | None:
    """The names to look for, beside those of the vocabulary; None where nothing is inherited."""
    return _names(shared, knowledge.digest, _Held(knowledge, names)) if shared else None


# --- the words --------------------------------------------------------------------------------


def _cues(
    shared: Shared, knowledge: Knowledge, vocabulary: Lexicon[KindEntry]
) -> Iterator[tuple[Cue, str, KindEntry]]:
    prefixes = {one.prefix for one in shared}
    kinds = Counter((one.prefix, one.kind) for one in shared)
    heads = Counter((one.prefix, _head(one.bare)) for one in shared)
    for one in shared:
        entry = knowledge.kind_entries.get(one.kind)
        if entry is None:
            continue
        own = one.prefix.split("-")
        owners = {
            one.prefix,
            *(_OWNERS if len(prefixes) == 1 else [o for o in _OWNERS if o in own]),
        }
        names = [one.bare]
        if heads[one.prefix, _head(one.bare)] == 1:
            names.append(_head(one.bare))
        if kinds[one.prefix, one.kind] == 1:
            names += [entry.name, entry.kind.value, _head(entry.name), _head(entry.kind.value)]
        phrases = [
            *_by_name(one, entry, vocabulary),
            *_by_owner("|".join(sorted(owners)), names),
        ]
        if phrases:
            cue = Cue(words=tuple(dict.fromkeys(phrases)))
            yield cue, one.id, _kind(one, entry)


def _kind(one: SharedComponent, entry: KindEntry) -> SharedKind:
    fields = {key: getattr(entry, key) for key in KindEntry.model_fields}
    return SharedKind.model_validate(
        {**fields, "cues": (), "related": (), "component": one.id, "label": one.name}
    )


def _by_name(
    one: SharedComponent, entry: KindEntry, vocabulary: Lexicon[KindEntry]
) -> Iterator[str]:
    """Its own name, each of several: a word of its own in exactly its form, else in any."""
    if entry.element == "external-entity" or not one.is_stated:
        return  # "customers" are everybody's, and what was proposed has no name of its own
    for name in one.bare.split(", "):
        words = _words(name)
        if not words or _is_anybodys(" ".join(words), vocabulary):
            continue
        if len(words) > 1:
            yield " ".join(words).lower()
        elif words[0] != words[0].lower():
            yield f"={words[0]}"


def _is_anybodys(name: str, vocabulary: Lexicon[KindEntry]) -> bool:
    """Whether the vocabulary knows the words as those for any of a kind: "training job"."""
    found = [one for sentence in parse(name).sentences for one in vocabulary.find(sentence)]
    return any(not one.is_proper for one in found)


def _by_owner(owners: str, names: Sequence[str]) -> Iterator[str]:
    """Names with whose it is: "the platform's registry", "the registry of the platform"."""
    for name in names:
        words = " ".join(_words(name)).lower()
        if words:
            yield f"{owners} {words}"
            yield f"{words} of|in|on the|our {owners}"


def _head(name: str) -> str:
    """The word that says what it is: "registry"."""
    return next(reversed(_words(name)), "").lower()


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", _NOTATION.sub(" ", name))
