"""The facts that a text states: their values, and the components that they are said of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from threatwright.engine.reading.choosing import meant_by
from threatwright.engine.reading.classifying import Score
from threatwright.engine.reading.described import Described
from threatwright.engine.reading.lexicons import Says
from threatwright.engine.reading.named_parts import Occurrence
from threatwright.engine.reading.spoken_sentence import SpokenSentence
from threatwright.engine.text.phrases import Span
from threatwright.engine.text.polarity import Polarity
from threatwright.engine.text.sentences import Block
from threatwright.model.facts import NO, YES, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import SaidFact
from threatwright.model.terms import Coverage, FactClass
from threatwright.model.vocabulary import FactEntry, FactKey

STATED = 0.0
"""Log-odds of a choice that a sentence is taken to state without having been asked for it."""
WORDS = 4
"""In a sentence of so many known words at least."""
_CALLED = re.compile(
    r"\b(?:(?:call|reach|access|query|enter)(?:e?s|ing)?|queries|us(?:es?|ing)|invok(?:es?|ing)"
    r"|(?:talk|get|log|sign|connect)(?:s|ting|ging|ing)? (?:in )?(?:in)?to) (?:it|them)\b",
    re.IGNORECASE,
)
"""What somebody does to a thing who is a caller of it."""
OPENS = 1.0
"""Log-odds at which it is taken to open a gate, on which much hangs."""


def stated(
    spoken: Iterable[SpokenSentence], here: Mapping[int, Sequence[Occurrence]], origin: str
) -> Iterator[SaidFact]:
    """Each statement once. `here` are the components named in a sentence, by its index."""
    seen = set()
    for one in spoken:
        for fact in _of_sentence(one, here.get(one.sentence.index, ()), origin):
            said = (fact.key, fact.value, fact.near, fact.hedged)
            if said not in seen:
                seen.add(said)
                yield fact


def believed(
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


def _of_sentence(
    spoken: SpokenSentence, here: Sequence[Occurrence], origin: str
) -> Iterator[SaidFact]:
    """The facts of one sentence; of two values for the same carriers, the closer said one."""
    if spoken.sentence.block is not Block.PROSE:
        return
    best: dict[tuple[str, tuple[str, ...]], tuple[tuple[bool, int, int], SaidFact]] = {}
    for found in sorted((*spoken.said, *spoken.said_widely), key=lambda one: one.first):
        if not isinstance(found.meaning, Says) or spoken.grammar.is_conditional(found):
            continue
        fact = found.meaning.fact
        value = _value(found.meaning, spoken.grammar.polarity(found))
        near = () if _is_of_it(fact, spoken) else _near(fact, found, here)
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


def surmised(
    spoken: Sequence[SpokenSentence],
    here: Mapping[int, Sequence[Occurrence]],
    facts: Iterable[SaidFact],
    origin: str,
    knowledge: Knowledge,
) -> Iterator[SaidFact]:
    """What the words speak for, of facts that nobody asked for and no phrase of the text states.

    Of each fact what the sentence says that speaks for it most. It is doubtful.
    """
    told = {fact.key for fact in facts} | {key for one in spoken for key in one.asked}
    best: dict[FactKey, tuple[Score, SpokenSentence]] = {}
    for one in spoken:
        if one.sentence.block is not Block.PROSE or one.sentence.is_question:
            continue
        if one.scores.words < WORDS:
            continue
        settled = told | _spoken_of(one)
        for score in one.scores.ranked:
            if score.log_odds < STATED:
                break
            fact = knowledge.fact_entries.get(score.fact)
            if fact is None or fact.key in settled or not _is_surmised(fact, score):
                continue
            if fact.key not in best or best[fact.key][0].log_odds < score.log_odds:
                best[fact.key] = score, one
    for key, (score, one) in sorted(best.items()):
        fact = knowledge.fact_entries[key]
        carriers = (o for o in here.get(one.sentence.index, ()) if o.kind.kind in fact.applies_to)
        yield _surmise(key, score.choice, one, origin, carriers)


def described(
    spoken: Sequence[SpokenSentence], facts: Iterable[SaidFact], origin: str, knowledge: Knowledge
) -> Iterator[SaidFact]:
    """The gates that all words of a text make likely together, where no phrase is about them.

    The sentence that sounds most like a gate is quoted for it.
    """
    prose = [one for one in spoken if not one.sentence.is_question]
    if not prose:
        return
    told = {fact.key for fact in facts}.union(*map(_spoken_of, prose))
    tokens = (token for one in prose for token in one.sentence.tokens)
    for key in Described(knowledge.descriptions).open_gates(tokens):
        if key in told or key not in knowledge.fact_entries:
            continue
        one = max(prose, key=lambda one: _sounds_like(one, key))
        yield _surmise(key, YES, one, origin)


def _surmise(
    key: FactKey,
    value: str,
    spoken: SpokenSentence,
    origin: str,
    carriers: Iterable[Occurrence] = (),
) -> SaidFact:
    return SaidFact(
        key=key,
        value=value,
        sentence=spoken.sentence.index,
        near=tuple(dict.fromkeys(o.name for o in carriers)),
        hedged=True,
        surmised=True,
        provenance=_whole(spoken, origin),
    )


def _sounds_like(spoken: SpokenSentence, gate: FactKey) -> float:
    score = spoken.scores.of(gate)
    return score.log_odds if score is not None and score.choice == YES else -math.inf


def _whole(spoken: SpokenSentence, origin: str) -> Provenance:
    """Where a sentence stands, and all of its words."""
    sentence = spoken.sentence
    return spoken.prose.provenance(sentence, origin, sentence.start, sentence.end)


def _spoken_of(spoken: SpokenSentence) -> set[FactKey]:
    """Facts that a phrase of the sentence is about: what it states of them, grammar has decided."""
    found = (*spoken.said, *spoken.said_widely)
    return {one.meaning.fact.key for one in found if isinstance(one.meaning, Says)}


def _is_surmised(fact: FactEntry, score: Score) -> bool:
    """Whether words are enough. That a gate is closed, somebody has to say.

    An organisation may ask for a fact of ours with other choices, of which nothing was learned.
    """
    if fact.choice(score.choice) is None:
        return False
    return not fact.is_gate or (score.log_odds >= OPENS and score.choice != NO)


def meant(
    spoken: Iterable[SpokenSentence],
    asked: tuple[FactKey, ...],
    facts: Iterable[SaidFact],
    origin: str,
    knowledge: Knowledge,
) -> Iterator[SaidFact]:
    """What an answer comes to of the facts that were asked about, where no phrase states any."""
    left = {key: knowledge.fact_entries[key] for key in asked if key in knowledge.fact_entries}
    for key in {fact.key for fact in facts}:
        left.pop(key, None)
    for one in spoken:
        sentence = one.sentence
        if sentence.block is not Block.PROSE or sentence.is_question:
            continue
        for meant in meant_by(sentence.tokens, one.scores, tuple(left.values())):
            del left[meant.fact]
            yield SaidFact(
                key=meant.fact,
                value=meant.value,
                sentence=sentence.index,
                near=(),
                hedged=not meant.is_named,
                provenance=_whole(one, origin),
            )


def _is_of_another(
    fact: FactEntry, value: str, spoken: SpokenSentence, found: Span, here: Iterable[Occurrence]
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


def _is_of_it(fact: FactEntry, spoken: SpokenSentence) -> bool:
    """Whether an answer tells how others get to what was asked about: "the portal calls it"."""
    sentence = spoken.sentence
    return (
        fact.key in spoken.asked
        and _CALLED.search(spoken.prose.text, sentence.start, sentence.end) is not None
    )


def _near(fact: FactEntry, found: Span, here: Iterable[Occurrence]) -> tuple[str, ...]:
    """Names of the mentions that can carry the fact, nearest first."""
    carriers = sorted(
        (o for o in here if o.kind.kind in fact.applies_to),
        key=lambda o: max(o.first - found.last, found.first - o.last, 0),
    )
    return tuple(dict.fromkeys(o.name for o in carriers))
