"""What a text is about: components that it names often, or first, and gates that its words suit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from threatwright.engine.by_identity import ByIdentity
from threatwright.engine.reading.described import Described
from threatwright.engine.text.sentences import parse, stem
from threatwright.engine.text.word_groups import Groups
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import ComponentKind as K
from threatwright.model.vocabulary import FactKey

ASIDE = 0.4
"""What a question about a component counts that is named once, in passing, beside its like."""
FIRST = 3
"""Sentences in which a text says what it is about; a name in them counts twice."""

_ALIKE = (
    frozenset({K.INFERENCE_ENDPOINT, K.LLM, K.AGENT}),
    frozenset({K.WEB_APP, K.MOBILE_APP, K.GATEWAY, K.SERVICE}),
    frozenset({K.DATASET, K.DATABASE, K.OBJECT_STORE, K.DATA_SOURCE, K.CODE_REPOSITORY}),
)
"""Kinds of which one may be meant in passing where another is what the text is about."""


def components(model: ThreatModel) -> Mapping[str, float]:
    """Component → how far the texts are about it, 0 to 1. What no text names stands at 1."""
    texts = [source.text for source in model.sources if source.text]
    found: dict[str, float] = {}
    for kinds in _ALIKE:
        named = {
            c.id: sum(_named(text, c.name) for text in texts)
            for c in model.system.own.of_kind(kinds)
            if _is_read(c)
        }
        most = max(named.values(), default=0)
        found |= {
            id_: 1.0 if 2 * count >= most else max(ASIDE, count / most)
            for id_, count in named.items()
            if count
        }
    return found


def gates(model: ThreatModel, knowledge: Knowledge) -> Mapping[FactKey, float]:
    """Gate → what a question about it is worth in a system that is described so, 0 to 1."""
    texts = tuple(source.text for source in model.sources if source.text)
    return _gates(texts, ByIdentity(knowledge))


@lru_cache(maxsize=16)
def _gates(texts: tuple[str, ...], knowledge: ByIdentity[Knowledge]) -> Mapping[FactKey, float]:
    groups = Groups(knowledge.it.words)
    tokens = (token for text in texts for token in groups.tokens(text))
    return Described(knowledge.it.descriptions).worth_asking(tokens)


def _is_read(component: Component) -> bool:
    return component.provenance.kind == "document"


@lru_cache(maxsize=2048)
def _named(text: str, name: str) -> int:
    """How often a text names something; twice as much where it begins."""
    heads = {stem(part.split()[-1].lower()) for part in name.split(",") if part.split()}
    sentences = _stems(text)
    return sum((2 if n < FIRST else 1) * len(heads & words) for n, words in enumerate(sentences))


@lru_cache(maxsize=16)
def _stems(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(t.stem for t in s.tokens) for s in parse(text).sentences)
