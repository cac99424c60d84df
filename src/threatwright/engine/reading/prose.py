"""Reads prose without a language model: what it names, states, denies and joins, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threatwright.engine.reading.lexicons import Calls, Holds, lexicons_of
from threatwright.engine.reading.named_parts import (
    Occurrence,
    denied,
    links_in,
    mentions,
    named,
    occurrences,
)
from threatwright.engine.reading.said_facts import (
    believed,
    described,
    meant,
    stated,
    surmised,
)
from threatwright.engine.reading.shared_names import Shared, shared_names
from threatwright.engine.reading.spoken_sentence import SpokenSentence
from threatwright.engine.sort import AI_GATES
from threatwright.engine.text.polarity import Polarity
from threatwright.engine.text.sentences import (
    BY_LINE,
    Block,
    Prose,
    one_line,
    parse,
    word_set,
)
from threatwright.model.facts import YES, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.places import Places
from threatwright.model.reading import Called, Reading, SaidFact
from threatwright.model.vocabulary import FactKey

_PURPOSE_LENGTH = 200
_GENERIC_TITLES = word_set(
    "description overview introduction summary purpose about background abstract readme"
    " architecture design context scope"
)


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
    spoken = [SpokenSentence(prose, one, lexicons, names, asked) for one in prose.sentences]
    found = named([o for one in spoken for o in occurrences(one)])
    here: dict[int, list[Occurrence]] = {}
    for occurrence in found:
        here.setdefault(occurrence.sentence.index, []).append(occurrence)
    facts = [*stated(spoken, here, origin)]
    if not origin.startswith("document:") or _is_of_ai(found, facts):
        facts += surmised(spoken, here, facts, origin, knowledge)
        if origin.startswith("document:"):
            facts += described(spoken, facts, origin, knowledge)
    facts = [*believed(facts, found, origin, knowledge)]
    return Reading(
        name=_title(prose),
        purpose=_purpose(prose),
        mentions=tuple(mentions(prose, found, origin)),
        facts=(*facts, *meant(spoken, asked, facts, origin, knowledge)),
        called=tuple(_called(spoken, origin, asked, knowledge)),
        links=tuple(links_in(prose, here, origin)),
        denied=tuple(denied(spoken, origin)),
        assets=_assets(spoken, origin),
    )


def _is_of_ai(found: Iterable[Occurrence], facts: Iterable[SaidFact]) -> bool:
    """Whether a text names a model: of other systems the classifier has learned nothing."""
    return any(one.kind.is_ai for one in found) or any(
        fact.key in AI_GATES and fact.value == YES for fact in facts
    )


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


def _called(
    spoken: Iterable[SpokenSentence], origin: str, asked: Iterable[FactKey], knowledge: Knowledge
) -> Iterator[Called]:
    """The archetypes that the words call for.

    An answer is about what is there: it calls for more where it says so, or where it was asked.
    """
    is_answer, about = origin.startswith("answer:"), frozenset(asked)
    archetypes = {a.id: a for a in knowledge.archetypes}
    seen = set()
    for one in spoken:
        for found in one.said:
            if not isinstance(found.meaning, Calls) or found.meaning.archetype in seen:
                continue
            if one.is_of_others(found):
                continue  # what is inherited was completed where it comes from
            decides = archetypes[found.meaning.archetype].decides
            if is_answer and not one.tells_of_more and about.isdisjoint(decides):
                continue
            if one.grammar.polarity(found) is Polarity.AFFIRMED:
                seen.add(found.meaning.archetype)
                yield Called(
                    archetype=found.meaning.archetype, provenance=one.provenance(found, origin)
                )


def _assets(spoken: Iterable[SpokenSentence], origin: str) -> dict[str, Provenance]:
    shown: dict[str, Provenance] = {}
    for one in spoken:
        for found in one.said:
            if isinstance(found.meaning, Holds) and one.grammar.leaves_standing(found):
                shown.setdefault(found.meaning.asset, one.provenance(found, origin))
    return shown
