"""The components that a text names: each place, which of them are the same, what joins them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from threatwright.engine.reading.links import Named, links
from threatwright.engine.reading.shared_names import SharedKind
from threatwright.engine.reading.spoken_sentence import SpokenSentence
from threatwright.engine.text.phrases import Found
from threatwright.engine.text.polarity import Polarity
from threatwright.engine.text.sentences import Block, Prose, Sentence, one_line
from threatwright.model.reading import Denied, Link, Mention
from threatwright.model.vocabulary import KindEntry


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A component named at one place."""

    kind: KindEntry
    sentence: Sentence
    first: int
    last: int
    written: str
    key: tuple[str, ...]
    """Its name in stems."""
    is_proper: bool
    name: str = ""
    """The name of the mention that it was taken into."""


def occurrences(spoken: SpokenSentence) -> Iterator[Occurrence]:
    """The places of a sentence at which a component is named."""
    for found in spoken.names:
        if spoken.grammar.leaves_standing(found):
            yield _occurrence(spoken, found)


def _occurrence(spoken: SpokenSentence, found: Found[KindEntry]) -> Occurrence:
    tokens = spoken.sentence.tokens
    first, last = found.first, found.last
    if found.is_proper:
        first, last = _whole_name(spoken, first, last)
    written = one_line(spoken.prose.text[tokens[first].start : tokens[last].end])
    written = written.removesuffix("'s").removesuffix("’s")
    # The words around a gap name nothing, nor does what was done to something ("network trained").
    is_name = "…" not in found.text and not written.endswith("ed")
    name = written.translate({ord(mark): None for mark in "*`"}) if is_name else found.meaning.name
    if not found.is_proper and tokens[first].written.islower():
        name = name[:1].upper() + name[1:]
    return Occurrence(
        found.meaning,
        spoken.sentence,
        first,
        last,
        name,
        tuple(t.stem for t in tokens[found.first : found.last + 1]),
        found.is_proper,
    )


def _whole_name(spoken: SpokenSentence, first: int, last: int) -> tuple[int, int]:
    """The span of a product's name with the maker before it and the version after it."""
    tokens, text = spoken.sentence.tokens, spoken.prose.text

    def joined(left: int, right: int) -> bool:
        return text[tokens[left].end : tokens[right].start] in {" ", "-", "."}

    while first > 1 and tokens[first - 1].written[:1].isupper() and joined(first - 1, first):
        first -= 1
    while (
        last + 1 < len(tokens) and tokens[last + 1].written[:1].isdigit() and joined(last, last + 1)
    ):
        last += 1
    return first, last


def named(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """Each occurrence with the name of the mention it belongs to.

    Where names of the kind mean different components, each is its own. Otherwise a generic name
    stands for the product named before it, else for the first; without a product, all are one.
    What is inherited has its own name.
    """
    names = {i: o.kind.label for i, o in enumerate(occurrences) if isinstance(o.kind, SharedKind)}
    ours = [(i, o) for i, o in enumerate(occurrences) if i not in names]
    for kind in dict.fromkeys(o.kind.kind for _, o in ours):
        alike = [(i, o) for i, o in ours if o.kind.kind is kind]
        names.update(_names_of_several(alike) if alike[0][1].kind.several else _names_of_one(alike))
    return [_renamed(o, names[i]) for i, o in enumerate(occurrences)]


def _renamed(o: Occurrence, name: str) -> Occurrence:
    return Occurrence(o.kind, o.sentence, o.first, o.last, o.written, o.key, o.is_proper, name)


def _names_of_several(alike: Sequence[tuple[int, Occurrence]]) -> dict[int, str]:
    shown: dict[tuple[str, ...], str] = {}
    return {i: shown.setdefault(o.key, o.written) for i, o in alike}


def _names_of_one(alike: Sequence[tuple[int, Occurrence]]) -> dict[int, str]:
    products: dict[tuple[str, ...], str] = {}
    for _, o in alike:
        if o.is_proper:
            products.setdefault(o.key, o.written)
    current = next(iter(products.values()), "") or max(
        (o.written for _, o in alike), key=lambda written: len(written.split())
    )
    names = {}
    for i, o in alike:
        current = products.get(o.key, current) if o.is_proper else current
        names[i] = current
    return names


def mentions(prose: Prose, occurrences: Iterable[Occurrence], origin: str) -> Iterator[Mention]:
    """Each component once, with the words that name it first."""
    seen = set()
    for o in occurrences:
        if (o.kind.kind, o.name) in seen:
            continue
        seen.add((o.kind.kind, o.name))
        tokens = o.sentence.tokens
        yield Mention(
            kind=o.kind.kind,
            name=o.name,
            component=o.kind.component if isinstance(o.kind, SharedKind) else "",
            sentence=o.sentence.index,
            provenance=prose.provenance(
                o.sentence, origin, tokens[o.first].start, tokens[o.last].end
            ),
        )


def links_in(prose: Prose, here: Mapping[int, Sequence[Occurrence]], origin: str) -> Iterator[Link]:
    """What the text says passes between components, sentence by sentence."""
    for sentence in prose.sentences:
        if sentence.block is Block.PROSE and not sentence.is_question:
            named = [Named(o.first, o.last, o.name) for o in here.get(sentence.index, ())]
            yield from links(prose, sentence, named, origin)


def denied(spoken: Iterable[SpokenSentence], origin: str) -> Iterator[Denied]:
    """The kinds of component that the text says there are none of."""
    seen = set()
    for one in spoken:
        for found in one.names:
            kind = found.meaning.kind
            if kind not in seen and one.grammar.polarity(found) is Polarity.DENIED:
                seen.add(kind)
                yield Denied(kind=kind, provenance=one.provenance(found, origin))
