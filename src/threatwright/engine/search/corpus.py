"""What search runs over: catalogue entries and patterns, and what each of them is found by."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from threatwright.engine.search.prominence import weights
from threatwright.knowledge.official.kept import PLACE, extra_texts
from threatwright.knowledge.procedures import digest_of_procedures, load_procedures
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.terms import Stage


class Document(NamedTuple):
    """One thing that can be found."""

    key: str
    text: str
    """The words that it is found by: names, description, examples."""
    prose: str
    """The same for models that read sentences: each name once, no ids."""
    lines: Sequence[str]
    """How reports of incidents tell it."""
    metadata: Mapping[str, str | list[str]]
    """What a search is narrowed by, and what others who open the collection can read."""
    weight: float = 1.0
    """What its similarity is multiplied with, above 0 to 1."""


@dataclass(frozen=True)
class Corpus:
    """Documents that are searched together, known before they are made."""

    name: str
    digest: str
    """Changes whenever the documents do."""
    size: int
    documents: Callable[[], Sequence[Document]]
    alike: Sequence[Sequence[str]] = ()
    """Groups of words that say the same."""


class Procedures(NamedTuple):
    """Lines by technique id, read only when something is built from them."""

    digest: str
    lines: Callable[[], Mapping[str, Sequence[str]]]


class Descriptions(NamedTuple):
    """A publisher's own texts by id, read only when something is built from them."""

    digest: str
    texts: Callable[[], Mapping[str, str]]


NO_PROCEDURES = Procedures("", dict)
NO_DESCRIPTIONS = Descriptions("", dict)


def shipped_procedures(knowledge: Knowledge, root: Path | None = None) -> Procedures:
    """Those that stand in the knowledge folder `root`, ours if None."""
    return Procedures(digest_of_procedures(root), partial(load_procedures, knowledge, root))


def synced_descriptions(home: Path) -> Descriptions:
    """What MITRE says of the entries of ATLAS, where the user has synced it."""
    try:
        digest = hashlib.sha256((home / PLACE).read_bytes()).hexdigest()
    except OSError:
        return NO_DESCRIPTIONS
    return Descriptions(digest, partial(extra_texts, home))


def of_catalogues(
    knowledge: Knowledge,
    procedures: Procedures = NO_PROCEDURES,
    official: Descriptions = NO_DESCRIPTIONS,
) -> Corpus:
    """All entries but tactics, to which no threat refers; `official` is about those of ATLAS."""
    return Corpus(
        "catalogues",
        f"{knowledge.digest} {procedures.digest} {official.digest}",
        len(searched(knowledge)),
        lambda: _entries(knowledge, procedures.lines(), official.texts()),
        tuple(knowledge.words.values()),
    )


def of_patterns(knowledge: Knowledge) -> Corpus:
    """All threat patterns."""
    return Corpus(
        "patterns",
        knowledge.digest,
        len(knowledge.patterns),
        lambda: [_pattern(pattern, knowledge) for pattern in knowledge.patterns],
        tuple(knowledge.words.values()),
    )


# --- catalogue entries ------------------------------------------------------------------------


def key(entry: Entry) -> str:
    """What tells an entry from all others: `atlas/2026.09/AML.T0020`."""
    return f"{entry.list}/{entry.edition}/{entry.id}"


def searched(knowledge: Knowledge) -> dict[str, Entry]:
    """The entries that can be found, by key: all but tactics, to which no threat refers."""
    return {key(entry): entry for entry in knowledge.entries.values() if entry.type != "tactic"}


def documents(knowledge: Knowledge) -> list[str]:
    """The text that each of the searched entries is found by, in their order.

    Measured on steps of attacks: the name three times, the names of its tactics and of its
    sub-techniques help; texts of its parent, of its mitigations and of patterns citing it do not.
    """
    names = {entry.id: entry.name for entry in knowledge.entries.values()}
    narrower: defaultdict[str | None, list[str]] = defaultdict(list)
    for entry in knowledge.entries.values():
        narrower[entry.parent].append(entry.name.partition(": ")[2])

    def document(entry: Entry) -> str:
        related = (*(names[tactic] for tactic in entry.tactics), *narrower[entry.id])
        return "\n".join(
            (entry.id, *[entry.name] * 3, *related, entry.description, *entry.examples)
        )

    return [document(entry) for entry in searched(knowledge).values()]


def _entries(
    knowledge: Knowledge, lines: Mapping[str, Sequence[str]], official: Mapping[str, str]
) -> list[Document]:
    known, found = searched(knowledge), stages(knowledge)
    of_atlas = {id_ for id_, entry in known.items() if entry.list is ListName.ATLAS}
    prominent = weights(knowledge)
    usual = sum(prominent.values()) / max(len(prominent), 1) or 1.0  # for what is no technique
    return [
        Document(
            key=id_,
            text=f"{text}\n{official.get(entry.id, '')}" if id_ in of_atlas else text,
            prose="\n".join((entry.name, entry.description, *entry.examples)),
            lines=lines.get(entry.id, ()) if id_ in of_atlas else (),
            metadata={
                **{w: str(getattr(entry, w)) for w in ("list", "edition", "id", "name", "type")},
                "tactics": list(entry.tactics),
                "stages": sorted(map(str, found.get(id_, ()))),
            },
            weight=prominent.get(entry.id, usual) if id_ in of_atlas else usual,
        )
        for (id_, entry), text in zip(known.items(), documents(knowledge), strict=True)
    ]


def stages(knowledge: Knowledge) -> Mapping[str, set[Stage]]:
    """The stages of entries by key, as far as our patterns and mitigations say so by citing them.

    A stage of a sub-technique is one of its parent too; the reverse need not be true.
    """
    found: defaultdict[str, set[Stage]] = defaultdict(set)
    for cited, stage in _citations(knowledge):
        with suppress(KeyError):  # a mitigation of our own stands in no catalogue
            entry = _cited(knowledge, cited)
            found[key(entry)].add(stage)
            if entry.parent:
                parent = knowledge.entries[entry.list, entry.edition, entry.parent]
                found[key(parent)].add(stage)
    return found


def _citations(knowledge: Knowledge) -> Iterator[tuple[str, Stage]]:
    for pattern in knowledge.patterns:
        yield from ((cited.id, pattern.stage) for cited in pattern.references)
    for mitigation in knowledge.mitigations:
        yield from ((id_, mitigation.stage) for id_ in (mitigation.id, *mitigation.nist))


def _cited(knowledge: Knowledge, cited: str) -> Entry:
    reference = knowledge.cite(cited)
    return knowledge.entries[reference.list, reference.edition, reference.id]


# --- patterns ---------------------------------------------------------------------------------


def title(pattern: Pattern) -> str:
    """The title of a pattern that is not about any system yet."""
    return pattern.title.format(element="the element", source="the source", target="the target")


def _pattern(pattern: Pattern, knowledge: Knowledge) -> Document:
    cited = [_cited(knowledge, reference.id) for reference in pattern.references]
    tactics = {tactic for entry in cited for tactic in entry.tactics}
    reasons = [impact.because for impact in pattern.impact]
    prose = (title(pattern), pattern.scenario, pattern.likelihood.because, *reasons)
    return Document(
        key=pattern.id,
        text="\n".join((pattern.id, pattern.title, *prose, *(entry.name for entry in cited))),
        prose="\n".join(prose),
        lines=(),
        metadata={
            "list": "pattern",
            "id": pattern.id,
            "name": title(pattern),
            "tactics": sorted(tactics),
            "stages": [str(pattern.stage)],
        },
    )
