"""Mentions in texts as components in the making: what is meant, and what means the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from threatwright.engine.reading.apart import are_apart, is_heard, told_apart
from threatwright.engine.reading.claims import BASE, settled_value
from threatwright.engine.text.name_words import (
    singular,
    slug_of,
    title_of,
    tokens_of,
    words_of,
)
from threatwright.model.facts import NO, YES, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Mention, Reading
from threatwright.model.system import Component, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind

PartId = str


@dataclass(frozen=True)
class Part:
    """A component in the making."""

    id: PartId
    name: str
    kind: ComponentKind
    provenance: Provenance
    mentions: tuple[tuple[int, Mention], ...] = ()
    """Where it was read: (index of the reading, mention)."""
    given: Component | None = None
    """What it is in the system to start from."""
    is_unsaid: bool = False
    """A store called by its product ("Postgres"), so that its name tells nothing of its content."""

    @property
    def was_read(self) -> bool:
        """Whether somebody named it; otherwise an archetype proposes it."""
        return bool(self.mentions) or self.given is not None

    @property
    def is_shared(self) -> bool:
        """Whether it is a component of a file that is inherited."""
        return is_inherited(self.id)


SHARED_BY_NATURE = frozenset(
    {
        ComponentKind.MODEL_REGISTRY,
        ComponentKind.MODEL_HUB,
        ComponentKind.FEATURE_STORE,
        ComponentKind.CI_CD,
        ComponentKind.CODE_REPOSITORY,
        ComponentKind.IDENTITY_PROVIDER,
        ComponentKind.SECRETS_STORE,
        ComponentKind.COMPUTE_CLUSTER,
        ComponentKind.MONITORING,
    }
)
"""Kinds that many systems have in common: where one is inherited, "the registry" means that."""


@dataclass
class Ids:
    """Hands out ids that nothing else has."""

    taken: set[str] = field(default_factory=set)

    def new(self, wish: str, otherwise: str) -> str:
        """`wish` if it is free, else `wish-otherwise`, else that with a number."""
        longer = f"{wish}-{otherwise}"
        numbered = (f"{longer}-{n}" for n in range(2, len(self.taken) + 3))
        found = next(i for i in (wish, longer, *numbered) if i not in self.taken)
        self.taken.add(found)
        return found


# --- what is meant ----------------------------------------------------------------------------


def closed_kinds(facts: Facts, knowledge: Knowledge) -> frozenset[ComponentKind]:
    """Kinds that cannot exist because their gate is stated to be no."""
    return frozenset(
        k.kind for k in knowledge.kinds if k.gate and settled_value(facts, k.gate) == NO
    )


def denied_kinds(readings: Sequence[Reading], knowledge: Knowledge) -> frozenset[ComponentKind]:
    """Kinds that a text says are not there. Where a kind has several, one denied is not all."""
    kinds = {denied.kind for reading in readings for denied in reading.denied}
    return frozenset(kind for kind in kinds if not _several(kind, knowledge))


def meant(
    readings: Sequence[Reading], facts: Facts, knowledge: Knowledge
) -> Iterator[tuple[int, Mention]]:
    """What the readings name, less what is not meant.

    Less what the same or a later reading denies, for later words correct; less what cannot exist
    because its gate is closed; less what everyday words only seem to name.
    """
    closed = closed_kinds(facts, knowledge)
    everyday = _everyday(readings, facts, knowledge)
    has_llm = any(m.kind is ComponentKind.LLM for r in readings for m in r.mentions)
    for index, reading in enumerate(readings):
        gone = closed | denied_kinds(readings[index:], knowledge)
        ours = {m.name for m in reading.mentions if not _is_outside(m.kind, knowledge)}
        for mention in _resolved(reading.mentions, has_llm, knowledge):
            is_ours_too = mention.name in ours and _is_outside(mention.kind, knowledge)
            is_everyday = mention.kind in everyday and len(words_of(mention.name)) == 1
            if mention.kind not in gone and not is_ours_too and not is_everyday:
                yield index, mention


def _everyday(
    readings: Sequence[Reading], facts: Facts, knowledge: Knowledge
) -> frozenset[ComponentKind]:
    """Kinds whose bare word has its everyday meaning here.

    In a text that shows no language model, "agent" is a person and "memory" a chip; where no
    model is said to act, a "tool" is what people work with, be it the system itself.
    """
    named = [m for reading in readings for m in reading.mentions]
    llm_kinds = {entry.kind for entry in knowledge.kinds if entry.gate == "llm"}
    has_llm = settled_value(facts, "llm") == YES or any(m.kind in llm_kinds for m in named)
    has_agent = any(
        m.kind is ComponentKind.AGENT and (has_llm or len(words_of(m.name)) > 1) for m in named
    )
    everyday = set()
    if not has_llm and not has_agent:
        everyday |= {ComponentKind.AGENT, ComponentKind.MEMORY}
    if not has_agent and settled_value(facts, "tools") != YES:
        everyday |= {ComponentKind.TOOL}
    return frozenset(everyday)


def _resolved(
    mentions: Sequence[Mention], has_llm: bool, knowledge: Knowledge
) -> Iterator[Mention]:
    """Mentions with the kind that their bare words have in this text.

    "The model" of a text about a language model is that; "the database" after a vector database
    is that.
    """
    for place, mention in enumerate(mentions):
        words = words_of(mention.name)
        is_model = mention.kind is ComponentKind.INFERENCE_ENDPOINT
        if has_llm and is_model and _ANY_MODEL.issuperset(words):
            yield mention.model_copy(update={"kind": ComponentKind.LLM})
        elif len(words) == 1 and _is_store(mention.kind, knowledge):
            before = (
                m.kind
                for m in mentions[:place]
                if _is_store(m.kind, knowledge) and words_of(m.name)[-1:] == words
            )
            yield mention.model_copy(update={"kind": next(before, mention.kind)})
        else:
            yield mention


_ANY_MODEL = frozenset({"model", "service", "server", "api", "endpoint", "inference"})
"""Words that any model goes by."""


def _is_store(kind: ComponentKind, knowledge: Knowledge) -> bool:
    entry = knowledge.kind_entries.get(kind)
    return entry is not None and entry.element == "data-store"


def _is_outside(kind: ComponentKind, knowledge: Knowledge) -> bool:
    entry = knowledge.kind_entries.get(kind)
    return entry is not None and entry.element == "external-entity"


def _is_generic(mention: Mention, knowledge: Knowledge) -> bool:
    """Whether a mention says no more than its kind ("the database")."""
    entry = knowledge.kind_entries.get(mention.kind)
    own = {*words_of(mention.kind.value), *words_of(entry.name if entry else "")}
    return set(words_of(mention.name)) <= own


def _is_proper(mention: Mention, knowledge: Knowledge) -> bool:
    """Whether a mention bears a name of its own ("Feast"), which vocabularies write in capitals."""
    entry = knowledge.kind_entries.get(mention.kind)
    if entry is None or _is_generic(mention, knowledge):
        return False
    name = f" {' '.join(tokens_of(mention.name))} "
    phrases = (phrase for cue in entry.cues for phrase in cue.words if phrase != phrase.lower())
    return any(f" {' '.join(tokens_of(phrase))} " in name for phrase in phrases)


def _several(kind: ComponentKind, knowledge: Knowledge) -> bool:
    """Whether other words for the kind mean another component."""
    entry = knowledge.kind_entries.get(kind)
    return entry is not None and entry.several


def _same(a: tuple[int, Mention], b: tuple[int, Mention], knowledge: Knowledge) -> bool:
    """Whether two mentions of one kind mean the same thing.

    Of stores, those with names of their own are different ones; a process under two names is
    rather one made of two products.
    """
    left, right = set(words_of(a[1].name)), set(words_of(b[1].name))
    if left <= right or right <= left:
        return True
    if _is_generic(a[1], knowledge) or _is_generic(b[1], knowledge):
        return True
    if _several(a[1].kind, knowledge):
        return False
    if not _is_store(a[1].kind, knowledge) or _together(a, b):
        return True
    return not (_is_proper(a[1], knowledge) and _is_proper(b[1], knowledge))


def _together(a: tuple[int, Mention], b: tuple[int, Mention]) -> bool:
    return a[0] == b[0] and a[1].sentence == b[1].sentence


def read_parts(
    base: SystemModel,
    mentions: Iterable[tuple[int, Mention]],
    ids: Ids,
    knowledge: Knowledge,
    shared: SystemModel | None = None,
) -> tuple[Part, ...]:
    """Mentions that mean the same thing, as one part each, in the order first named.

    The components of `base` come before them all, and mentions may mean one of those. Inherited
    components that are named come last.
    """
    groups = [[(BASE, _as_mention(component))] for component in base.components]
    inherited: dict[str, list[tuple[int, Mention]]] = {}
    for mention in mentions:
        alike = [group for group in groups if group[0][1].kind is mention[1].kind]
        home = told_apart(mention, alike, groups) or next(
            (
                group
                for group in alike
                if any(_same(mention, other, knowledge) for other in group)
                and not any(are_apart(mention, other) for other in group)
            ),
            None,
        )
        theirs = mention[1].component
        if shared is not None and home is None and not theirs:
            theirs = _shared_by_nature(mention[1], shared, knowledge)
        if theirs:
            inherited.setdefault(theirs, []).append(mention)
        elif home is None:
            groups.append([mention])
        else:
            home.append(mention)
    given = tuple(
        Part(c.id, c.name, c.kind, c.provenance, tuple(group[1:]), given=c)
        for c, group in zip(base.components, groups, strict=False)
    )
    return (
        *given,
        *(_part(group, ids, knowledge) for group in groups[len(given) :]),
        *(shared_part(c, inherited[c.id]) for c in _components(shared) if c.id in inherited),
    )


def _components(system: SystemModel | None) -> tuple[Component, ...]:
    return system.components if system else ()


def shared_part(component: Component, mentions: Sequence[tuple[int, Mention]] = ()) -> Part:
    """An inherited component, where a text names it or something is drawn to it."""
    return Part(
        component.id,
        component.name,
        component.kind,
        component.provenance,
        tuple(mentions),
        given=component,
    )


def _shared_by_nature(mention: Mention, shared: SystemModel, knowledge: Knowledge) -> str:
    """The inherited component that a bare name of its kind means, unless it is said to be own."""
    if mention.kind not in SHARED_BY_NATURE or not _is_generic(mention, knowledge):
        return ""
    found = shared.of_kind([mention.kind])
    said = mention.provenance.quote.lower()
    is_own = re.search(
        rf"\b(?:own|separate)\s+(?:\w+\s+){{0,2}}{re.escape(mention.name.lower())}", said
    )
    return found[0].id if len(found) == 1 and not is_own else ""


def _as_mention(component: Component) -> Mention:
    return Mention(
        kind=component.kind, name=component.name, sentence=0, provenance=component.provenance
    )


def _part(group: list[tuple[int, Mention]], ids: Ids, knowledge: Knowledge) -> Part:
    """One component of the mentions. What there is one of keeps its kind's id under any name."""
    first = group[0][1]
    named = dict.fromkeys(title_of(m.name) for _, m in group if _is_proper(m, knowledge))
    if _is_store(first.kind, knowledge) and _is_proper(first, knowledge):
        wish = slug_of(first.name, first.kind)
    elif _several(first.kind, knowledge):
        wish = slug_of(singular(first.name), first.kind)
    elif first.kind.value in ids.taken and any(is_heard(m) for _, m in group):
        wish = slug_of(first.name, first.kind)
    else:
        wish = first.kind.value
    return Part(
        id=ids.new(wish, first.kind.value),
        name=", ".join([*named][:3]) or title_of(first.name),
        kind=first.kind,
        provenance=first.provenance,
        mentions=tuple(group),
        is_unsaid=bool(named) and _is_store(first.kind, knowledge),
    )


def by_name(parts: Sequence[Part]) -> dict[tuple[int, str], Part]:
    """What a name stands for: (index of the reading, name in lower case) → part."""
    return {(index, m.name.lower()): part for part in parts for index, m in part.mentions}
