"""What a language model read in a text, put beside what was read there without one.

It adds, and contradicts only where that is shown: what both name is one component, of the kind that
it was read as without a model. What the text then names is not denied with one, nor the reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from threatwright.engine.reading.parts import denied_kinds
from threatwright.engine.text.name_words import words_of
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Mention, Reading
from threatwright.model.terms import ComponentKind

Named = Mapping[tuple[str, ...], tuple[Mention, ...]]
"""Words of a name → what it was read as."""


class Differing(NamedTuple):
    """A name that is read as two kinds of component."""

    mention: Mention
    """As the model reads it."""
    kept: ComponentKind


def named_in(readings: Iterable[Reading]) -> Named:
    """All that is named in texts, as it was read without a model."""
    found: dict[tuple[str, ...], tuple[Mention, ...]] = {}
    for reading in readings:
        for mention in reading.mentions:
            words = words_of(mention.name)
            found[words] = (*found.get(words, ()), mention)
    return found


def differing(heard: Reading, named: Named) -> Iterator[Differing]:
    """The components that a model takes for something else."""
    for mention in heard.mentions:
        kept = _as_read(mention, named)
        if kept.kind is not mention.kind:
            yield Differing(mention, kept.kind)


def _as_read(mention: Mention, named: Named) -> Mention:
    """The mention, with what its name was read as without a model."""
    known = named.get(words_of(mention.name), ())
    first = next((k for k in known if k.kind is mention.kind), next(iter(known), mention))
    return mention.model_copy(update={"kind": first.kind, "component": first.component})


def beside(heard: Reading, read: Reading, named: Named, knowledge: Knowledge) -> Reading:
    """What a model read in a text beside `read`, what was read in it without one."""
    gone = denied_kinds([read], knowledge)
    as_read = (_as_read(mention, named) for mention in heard.mentions)
    mentions = tuple(mention for mention in as_read if mention.kind not in gone)
    of = {m.name: m.kind for m in mentions}
    there = {m.kind for m in read.mentions}
    entries = knowledge.fact_entries
    return heard.model_copy(
        update={
            "mentions": mentions,
            "facts": tuple(
                f
                for f in heard.facts
                if f.key in entries
                and all(of.get(name) in entries[f.key].applies_to for name in f.near)
            ),
            "denied": tuple(d for d in heard.denied if d.kind not in there),
        }
    )
