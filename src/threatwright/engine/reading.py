"""Reads prose without a language model: what it names, states, denies and joins, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from threatwright.engine.choosing import Chooser
from threatwright.engine.likeness import Ear
from threatwright.engine.links import Named, links
from threatwright.engine.phrases import Found, Groups, Lexicon, Span
from threatwright.engine.polarity import Grammar, Polarity
from threatwright.engine.shared_names import Shared, SharedKind, SharedNames, shared_names
from threatwright.engine.text import BY_LINE, Block, Prose, Sentence, one_line, parse, word_set
from threatwright.model.facts import NO, YES, Provenance
from threatwright.model.knowledge import (
    Choice,
    Cue,
    FactEntry,
    FactKey,
    KindEntry,
    Knowledge,
)
from threatwright.model.places import Places
from threatwright.model.reading import Called, Denied, Link, Mention, Reading, SaidFact
from threatwright.model.terms import Coverage, FactClass

_PURPOSE_LENGTH = 200
_GENERIC_TITLES = word_set(
    "description overview introduction summary purpose about background abstract readme"
    " architecture design context scope"
)


@dataclass(frozen=True, slots=True)
class Says:
    """A phrase that states a fact; without a choice, one that names what the fact is about."""

    fact: FactEntry
    choice: Choice | None
    is_broad: bool = False
    """Looked for only where the sentence sounds like the fact."""


@dataclass(frozen=True, slots=True)
class Calls:
    """A phrase that calls for an archetype."""

    archetype: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A phrase that shows an asset of an archetype."""

    asset: str


Statement = Says | Calls | Holds


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


class _Spoken:
    """One sentence, with what was found in it and how it is said."""

    def __init__(
        self,
        prose: Prose,
        sentence: Sentence,
        lexicons: Lexicons,
        shared: SharedNames | None,
        asked: tuple[FactKey, ...] = (),
    ) -> None:
        self.prose = prose
        self.lexicons = lexicons
        self.asked = asked
        self.sentence = lexicons.groups.marked(sentence)
        names = lexicons.names.find(self.sentence)
        self.names = shared.among(names, self.sentence) if shared else names
        self.said = lexicons.statements.find(self.sentence)

    @cached_property
    def grammar(self) -> Grammar:
        """How the sentence is said; most have nothing in them that asks for it."""
        return Grammar(self.sentence)

    @cached_property
    def said_widely(self) -> list[Found[Statement]]:
        """What the sentence says in wide constructions."""
        return self.lexicons.said_widely(self.sentence, self.asked)

    def is_of_others(self, found: Span) -> bool:
        """Whether the words are a part of the name of something inherited."""
        names = (n for n in self.names if isinstance(n.meaning, SharedKind))
        return any(not set(name.places).isdisjoint(found.places) for name in names)

    def provenance(self, found: Span, origin: str) -> Provenance:
        tokens = self.sentence.tokens
        start, end = tokens[found.first].start, tokens[found.last].end
        return self.prose.provenance(self.sentence, origin, start, end)


def read(
    text: str,
    origin: str,
    knowledge: Knowledge,
    places: Places = BY_LINE,
    shared: Shared = (),
    asked: tuple[FactKey, ...] = (),
) -> Reading:
    """Everything that the text says in words of the vocabulary, and in names of what is inherited.

    `origin` is `document:NAME`, to which the place is added, or another provenance as it is, such
    as `answer:7`. `asked` are the facts that it is an answer about, in whose light it is read more
    boldly. Reads any text; what it does not understand it leaves out.
    """
    prose = parse(text, places)
    lexicons = lexicons_of(knowledge)
    names = shared_names(shared, knowledge, lexicons.names)
    spoken = [_Spoken(prose, sentence, lexicons, names, asked) for sentence in prose.sentences]
    occurrences = _named([o for one in spoken for o in _occurrences(one)])
    here: dict[int, list[Occurrence]] = {}
    for o in occurrences:
        here.setdefault(o.sentence.index, []).append(o)
    facts = [*_believed(_facts(spoken, here, origin), occurrences, origin, knowledge)]
    return Reading(
        name=_title(prose),
        purpose=_purpose(prose),
        mentions=tuple(_mentions(prose, occurrences, origin)),
        facts=(*facts, *_meant(spoken, asked, facts, origin, knowledge)),
        called=tuple(_called(spoken, origin)),
        links=tuple(_links(prose, here, origin)),
        denied=tuple(_denied(spoken, origin)),
        assets=_assets(spoken, origin),
    )


# --- the lexicon ------------------------------------------------------------------------------


class _ByIdentity:
    """A key for caching by which object it is: comparing knowledge by value costs more than use."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.knowledge is self.knowledge


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The vocabulary, ready to be looked for."""

    ear: Ear
    chooser: Chooser
    groups: Groups
    names: Lexicon[KindEntry]
    statements: Lexicon[Statement]
    wide: _Wide
    """By fact: its wide constructions."""

    def said_widely(
        self, sentence: Sentence, asked: tuple[FactKey, ...] = ()
    ) -> list[Found[Statement]]:
        """The wide constructions in a sentence about facts it sounds like, or was asked about."""
        keys = {*self.ear.most_like(sentence.tokens), *asked}
        return [found for key in sorted(keys) for found in self.wide[key].find(sentence)]


class _Wide(dict[FactKey, Lexicon[Statement]]):
    """Makes the lexicon of a fact ready when it is first looked into: a text needs few of them."""

    def __init__(self, facts: Mapping[FactKey, FactEntry]) -> None:
        self._facts = facts

    def __missing__(self, key: FactKey) -> Lexicon[Statement]:
        fact = self._facts[key]
        self[key] = Lexicon(
            (
                (cue, key, Says(fact, choice, is_broad=True))
                for choice in fact.choices
                for cue in choice.broad
            ),
            ((phrase, key) for phrase in (*fact.unrelated, *fact.apart)),
        )
        return self[key]


def lexicons_of(knowledge: Knowledge) -> Lexicons:
    """The vocabulary of a knowledge base, made ready once."""
    return _lexicons(_ByIdentity(knowledge))


@lru_cache(maxsize=4)
def _lexicons(key: _ByIdentity) -> Lexicons:
    kinds, facts = key.knowledge.kinds, key.knowledge.facts
    return Lexicons(
        Ear(key.knowledge.likeness),
        Chooser(key.knowledge.choosing),
        Groups(key.knowledge.words),
        Lexicon(
            ((cue, kind.kind, kind) for kind in kinds for cue in kind.cues),
            ((phrase, kind.kind) for kind in kinds for phrase in kind.unrelated),
            of_names=True,
        ),
        Lexicon(
            _statements(key.knowledge),
            ((phrase, fact.key) for fact in facts for phrase in fact.unrelated),
        ),
        _Wide(key.knowledge.fact_entries),
    )


def _statements(knowledge: Knowledge) -> Iterator[tuple[Cue, str, Statement]]:
    for fact in knowledge.facts:
        yield from ((cue, fact.key, Says(fact, None)) for cue in fact.topic)
        for choice in fact.choices:
            yield from ((cue, fact.key, Says(fact, choice)) for cue in choice.cues)
    for archetype in knowledge.archetypes:
        yield from ((cue, archetype.id, Calls(archetype.id)) for cue in archetype.cues)
        for asset in archetype.assets:
            yield from ((cue, f"asset {asset.id}", Holds(asset.id)) for cue in asset.cues)


# --- the text itself --------------------------------------------------------------------------


def _title(prose: Prose) -> str:
    titles = (s.section for s in prose.sentences if s.block is Block.HEADING)
    first = next(titles, "")
    return "" if first.lower() in _GENERIC_TITLES else first


def _purpose(prose: Prose) -> str:
    """The first sentence that is one: no heading, table row or entry of a list of values."""
    sentences = (s for s in prose.sentences if s.block is Block.PROSE and len(s.tokens) > 3)
    first = next((s for s in sentences if prose.text[s.start] != "|"), None)
    if first is None:
        return ""
    written = one_line(prose.text[first.start : first.end])
    if len(written) <= _PURPOSE_LENGTH:
        return written
    return written[:_PURPOSE_LENGTH].rsplit(" ", 1)[0] + "…"


# --- components -------------------------------------------------------------------------------


def _occurrences(spoken: _Spoken) -> Iterator[Occurrence]:
    for found in spoken.names:
        if spoken.grammar.leaves_standing(found):
            yield _occurrence(spoken, found)


def _occurrence(spoken: _Spoken, found: Found[KindEntry]) -> Occurrence:
    tokens = spoken.sentence.tokens
    first, last = found.first, found.last
    if found.is_proper:
        first, last = _whole_name(spoken, first, last)
    written = one_line(spoken.prose.text[tokens[first].start : tokens[last].end])
    name = written.translate({ord(mark): None for mark in "*`"})
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


def _whole_name(spoken: _Spoken, first: int, last: int) -> tuple[int, int]:
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


def _named(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
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


def _mentions(prose: Prose, occurrences: Iterable[Occurrence], origin: str) -> Iterator[Mention]:
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


def _links(prose: Prose, here: Mapping[int, Sequence[Occurrence]], origin: str) -> Iterator[Link]:
    for sentence in prose.sentences:
        if sentence.block is Block.PROSE and not sentence.is_question:
            named = [Named(o.first, o.last, o.name) for o in here.get(sentence.index, ())]
            yield from links(prose, sentence, named, origin)


def _denied(spoken: Iterable[_Spoken], origin: str) -> Iterator[Denied]:
    seen = set()
    for one in spoken:
        for found in one.names:
            kind = found.meaning.kind
            if kind not in seen and one.grammar.polarity(found) is Polarity.DENIED:
                seen.add(kind)
                yield Denied(kind=kind, provenance=one.provenance(found, origin))


# --- facts ------------------------------------------------------------------------------------


def _facts(
    spoken: Iterable[_Spoken], here: Mapping[int, Sequence[Occurrence]], origin: str
) -> Iterator[SaidFact]:
    seen = set()
    for one in spoken:
        for fact in _facts_of(one, here.get(one.sentence.index, ()), origin):
            said = (fact.key, fact.value, fact.near, fact.hedged)
            if said not in seen:
                seen.add(said)
                yield fact


def _believed(
    facts: Iterable[SaidFact], occurrences: Iterable[Occurrence], origin: str, knowledge: Knowledge
) -> Iterator[SaidFact]:
    """Without what a document says of a gate that it does not open. An answer is to the point."""
    facts = list(facts)
    open_ = {f.key for f in facts if f.value == YES} | {o.kind.gate for o in occurrences}
    for fact in facts:
        within = knowledge.fact_entries[fact.key].within
        if (
            fact.value != YES
            or within is None
            or within in open_
            or not origin.startswith("document:")
        ):
            yield fact


def _facts_of(spoken: _Spoken, here: Sequence[Occurrence], origin: str) -> Iterator[SaidFact]:
    """The facts of one sentence; of two values for the same carriers, the closer said one."""
    if spoken.sentence.block is not Block.PROSE:
        return
    best: dict[tuple[str, tuple[str, ...]], tuple[tuple[bool, int, int], SaidFact]] = {}
    for found in sorted((*spoken.said, *spoken.said_widely), key=lambda one: one.first):
        if not isinstance(found.meaning, Says) or spoken.grammar.is_conditional(found):
            continue
        fact = found.meaning.fact
        value = _value(found.meaning, spoken.grammar.polarity(found))
        near = _near(fact, found, here)
        to_the_point = bool(near) or not origin.startswith("document:")
        if value is None or (not to_the_point and _is_of_another(fact, value, spoken, found, here)):
            continue
        choice = fact.choice(value)
        unsafe = choice.unsafe if choice else 0
        weight = (not found.meaning.is_broad, len(found.places), unsafe)
        said = SaidFact(
            key=fact.key,
            value=value,
            sentence=spoken.sentence.index,
            near=near,
            hedged=spoken.grammar.is_hedged(found),
            provenance=spoken.provenance(found, origin),
        )
        if (fact.key, near) not in best or best[fact.key, near][0] < weight:
            best[fact.key, near] = (weight, said)
    yield from (said for _, said in best.values())


def _meant(
    spoken: Iterable[_Spoken],
    asked: tuple[FactKey, ...],
    facts: Iterable[SaidFact],
    origin: str,
    knowledge: Knowledge,
) -> Iterator[SaidFact]:
    """What an answer comes to of the facts that were asked about, where no phrase states any."""
    told = {fact.sentence for fact in facts if fact.key in asked}
    left = {key: knowledge.fact_entries[key] for key in asked if key in knowledge.fact_entries}
    for key in {fact.key for fact in facts}:
        left.pop(key, None)
    for one in spoken:
        sentence = one.sentence
        if sentence.block is not Block.PROSE or sentence.is_question or sentence.index in told:
            continue
        meant = one.lexicons.chooser.of_answer(sentence.tokens, [*left.values()], one.lexicons.ear)
        if meant is not None:
            del left[meant.fact]
            yield SaidFact(
                key=meant.fact,
                value=meant.value,
                sentence=sentence.index,
                near=(),
                hedged=not meant.is_named,
                provenance=one.prose.provenance(sentence, origin, sentence.start, sentence.end),
            )


def _is_of_another(
    fact: FactEntry, value: str, spoken: _Spoken, found: Span, here: Iterable[Occurrence]
) -> bool:
    """Whether the fact is said of a component that cannot have it: then of none that can.

    That a control is missing is believed all the same: it earns no credit.
    """
    if fact.on != "component" or (_is_control(fact) and value == _absent(fact)):
        return False
    tokens = spoken.sentence.tokens
    segment = tokens[found.first].segment
    return any(
        o.kind.element != "external-entity"
        and tokens[o.first].segment == segment
        and not found.first <= o.first <= found.last
        for o in here
    )


def _value(says: Says, polarity: Polarity) -> str | None:
    """What a phrase states of its fact; None if nothing.

    Denying one way of a thing denies the thing only for a control ("not signed with our key" is
    no signing we can count on). A gate is closed only by denying its existence outright.
    """
    fact, choice = says.fact, says.choice
    is_control = _is_control(fact)
    if polarity is Polarity.AFFIRMED:
        if choice is not None:
            return choice.value
        return YES if fact.choice(YES) else None
    if polarity is Polarity.PLANNED:
        return _absent(fact) if is_control else None
    if polarity is Polarity.DENIED or (polarity is Polarity.NEGATED and not fact.is_gate):
        if choice is not None and choice.value == _absent(fact):
            return None
        return _absent(fact) if choice is None or is_control else None
    return None


def _is_control(fact: FactEntry) -> bool:
    return fact.fact_class is FactClass.CONTROL


def _absent(fact: FactEntry) -> str | None:
    """The value that says that there is none of it."""
    for choice in fact.choices:
        if choice.coverage is Coverage.NONE or choice.value == NO:
            return choice.value
    return None


def _near(fact: FactEntry, found: Span, here: Iterable[Occurrence]) -> tuple[str, ...]:
    """Names of the mentions that can carry the fact, nearest first."""
    carriers = sorted(
        (o for o in here if o.kind.kind in fact.applies_to),
        key=lambda o: max(o.first - found.last, found.first - o.last, 0),
    )
    return tuple(dict.fromkeys(o.name for o in carriers))


# --- archetypes and their assets --------------------------------------------------------------


def _called(spoken: Iterable[_Spoken], origin: str) -> Iterator[Called]:
    seen = set()
    for one in spoken:
        for found in one.said:
            if not isinstance(found.meaning, Calls) or found.meaning.archetype in seen:
                continue
            if one.is_of_others(found):
                continue  # what is inherited was completed where it comes from
            if one.grammar.polarity(found) is Polarity.AFFIRMED:
                seen.add(found.meaning.archetype)
                yield Called(
                    archetype=found.meaning.archetype, provenance=one.provenance(found, origin)
                )


def _assets(spoken: Iterable[_Spoken], origin: str) -> dict[str, Provenance]:
    shown: dict[str, Provenance] = {}
    for one in spoken:
        for found in one.said:
            if isinstance(found.meaning, Holds) and one.grammar.leaves_standing(found):
                shown.setdefault(found.meaning.asset, one.provenance(found, origin))
    return shown
