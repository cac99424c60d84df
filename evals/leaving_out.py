"""The lexicon without the phrases that only one system of a set uses.

Whoever adds a phrase to the vocabulary because a labelled system says it so, fits the measure. A
draft without what is used by no other system shows how much of a figure rests on that. Members of
word groups (`@name`) are left in; they are shared by many phrases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from threatwright.engine.reading.lexicons import (
    Calls,
    Holds,
    Lexicons,
    Says,
    Statement,
    lexicons_of,
)
from threatwright.engine.reading.spoken_sentence import SpokenSentence
from threatwright.engine.text.phrases import Found
from threatwright.engine.text.sentences import parse
from threatwright.model.archetypes import Archetype, FragmentAsset
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import Choice, Cue, FactEntry, KindEntry

Phrase = tuple[str, str, str]
"""What it is a phrase of, the vocabulary entry that it stands under, how it is written there."""
Phrases = frozenset[Phrase]

KIND, FACT, WIDE, ARCHETYPE, ASSET = "kind", "fact", "wide", "archetype", "asset"


def used(text: str, knowledge: Knowledge) -> Phrases:
    """Every phrase of the vocabulary that is found in the text."""
    lexicons = lexicons_of(knowledge)
    return frozenset(_used(text, lexicons))


def _used(text: str, lexicons: Lexicons) -> Iterator[Phrase]:
    prose = parse(text)
    for sentence in prose.sentences:
        spoken = SpokenSentence(prose, sentence, lexicons, None)
        yield from ((KIND, one.owner, one.text) for one in spoken.names)
        yield from ((_of(one), one.owner, one.text) for one in spoken.said)
        yield from ((WIDE, one.owner, one.text) for one in spoken.said_widely)


def _of(found: Found[Statement]) -> str:
    return {Says: FACT, Calls: ARCHETYPE, Holds: ASSET}[type(found.meaning)]


def used_by_one(texts: Mapping[str, str], knowledge: Knowledge) -> dict[str, Phrases]:
    """For each system, the phrases that are found in its text and in no other's."""
    found = {system: used(text, knowledge) for system, text in texts.items()}
    times = Counter(phrase for phrases in found.values() for phrase in phrases)
    return {
        system: frozenset(phrase for phrase in phrases if times[phrase] == 1)
        for system, phrases in found.items()
    }


def without(phrases: Phrases, knowledge: Knowledge) -> Knowledge:
    """The knowledge base with these phrases taken out of its vocabulary."""
    return knowledge.model_copy(
        update={
            # What was read is remembered by the digest of the knowledge it was read with.
            "digest": f"{knowledge.digest} without {sorted(phrases)}",
            "kinds": tuple(_kind(kind, phrases) for kind in knowledge.kinds),
            "facts": tuple(_fact(fact, phrases) for fact in knowledge.facts),
            "archetypes": tuple(_archetype(a, phrases) for a in knowledge.archetypes),
        }
    )


def _kind(kind: KindEntry, phrases: Phrases) -> KindEntry:
    return kind.model_copy(update={"cues": _cues(kind.cues, KIND, kind.kind, phrases)})


def _fact(fact: FactEntry, phrases: Phrases) -> FactEntry:
    left = partial(_cues, owner=fact.key, phrases=phrases)

    def choice(one: Choice) -> Choice:
        return one.model_copy(
            update={
                "cues": left(one.cues, FACT),
                "broad": left(one.broad, WIDE),
            }
        )

    choices = tuple(choice(one) for one in fact.choices)
    return fact.model_copy(update={"topic": left(fact.topic, FACT), "choices": choices})


def _archetype(archetype: Archetype, phrases: Phrases) -> Archetype:
    cues = _cues(archetype.cues, ARCHETYPE, archetype.id, phrases)
    assets = (_asset(asset, phrases) for asset in archetype.assets)
    return archetype.model_copy(
        update={"cues": cues, "assets": tuple(asset for asset in assets if asset is not None)}
    )


def _asset(asset: FragmentAsset, phrases: Phrases) -> FragmentAsset | None:
    """The asset; None if no words are left to show it, for one without words is always there."""
    cues = _cues(asset.cues, ASSET, f"asset {asset.id}", phrases)
    return None if asset.cues and not cues else asset.model_copy(update={"cues": cues})


def _cues(cues: Iterable[Cue], what: str, owner: str, phrases: Phrases) -> tuple[Cue, ...]:
    found = []
    for cue in cues:
        words = tuple(word for word in cue.words if (what, owner, word) not in phrases)
        if words:
            found.append(cue if words == cue.words else cue.model_copy(update={"words": words}))
    return tuple(found)
