"""What the knowledge base holds: its parts counted, and each of them listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from threatwright import resources
from threatwright.knowledge.accounts.relations import in_general
from threatwright.knowledge.procedures import load_procedures
from threatwright.model.base import Value
from threatwright.model.catalogue import ListName
from threatwright.model.knowledge import Knowledge


class Row(Value):
    """One thing, as lists show it."""

    type: str
    list: ListName | None = None
    edition: str = ""
    id: str
    name: str
    publisher: str = ""
    """The organisation whose it is; empty for a public catalogue's and threatwright's own."""

    @property
    def label(self) -> str:
        """The id, with the edition where a list numbers its entries anew in each."""
        is_owasp = self.list is not None and self.list.startswith("owasp")
        return f"{self.id}:{self.edition}" if is_owasp else self.id


class Count(Value):
    """How many there are of something."""

    what: str
    list: ListName | None = None
    edition: str = ""
    count: int


def counts(knowledge: Knowledge) -> tuple[Count, ...]:
    """Everything that is in `knowledge/`, counted."""
    return (*_of_catalogues(knowledge), *_of_parts(knowledge))


def _of_catalogues(knowledge: Knowledge) -> Iterator[Count]:
    for catalogue in knowledge.catalogues:
        list_, edition = catalogue.list, catalogue.edition
        if list_ is not ListName.ATLAS:
            entries = len(catalogue.entries)
            yield Count(what=catalogue.title, list=list_, edition=edition, count=entries)
            continue
        types = Counter(entry.type for entry in catalogue.entries)
        narrow = sum(entry.parent is not None for entry in catalogue.entries)
        for what, count in (
            ("ATLAS tactics", types["tactic"]),
            ("ATLAS techniques", types["technique"]),
            ("… of them parents", types["technique"] - narrow),
            ("… of them sub-techniques", narrow),
            ("ATLAS mitigations", types["mitigation"]),
            ("… techniques they address", sum(len(e.mitigates) for e in catalogue.entries)),
        ):
            yield Count(what=what, list=list_, edition=edition, count=count)


def _of_parts(knowledge: Knowledge) -> Iterator[Count]:
    procedures = load_procedures(knowledge)
    for what, count in (
        ("patterns", len(knowledge.patterns)),
        ("mitigations, those of ATLAS too", len(knowledge.mitigations)),
        ("archetypes", len(knowledge.archetypes)),
        ("claims", len(knowledge.claims)),
        ("probes", len(knowledge.probes)),
        ("facts", len(knowledge.facts)),
        ("component kinds", len(knowledge.kinds)),
        ("sample systems", _samples()),
        ("examples of entries", sum(len(e.examples) for e in knowledge.entries.values())),
        ("procedure lines", sum(map(len, procedures.values()))),
        ("changes of ids of ATLAS", len(knowledge.history)),
    ):
        yield Count(what=what, count=count)


def _samples() -> int:
    return sum(folder.is_dir() for folder in (resources.folder("knowledge") / "samples").iterdir())


def _entries(knowledge: Knowledge, list_: ListName, type_: str | None = None) -> Iterator[Row]:
    for entry in knowledge.entries.values():
        if entry.list is list_ and type_ in (None, entry.type):
            yield Row(
                type=entry.type, list=list_, edition=entry.edition, id=entry.id, name=entry.name
            )


def _mitigations(knowledge: Knowledge) -> Iterator[Row]:
    """Those of ATLAS with their edition, then threatwright's own."""
    of_atlas = [*_entries(knowledge, ListName.ATLAS, "mitigation")]
    yield from of_atlas
    listed = {row.id for row in of_atlas}
    for mitigation in knowledge.mitigations:
        if mitigation.id not in listed:
            yield Row(
                type="mitigation",
                id=mitigation.id,
                name=mitigation.title,
                publisher=mitigation.publisher,
            )


def _patterns(knowledge: Knowledge) -> Iterator[Row]:
    for pattern in knowledge.patterns:
        yield Row(
            type="pattern",
            id=pattern.id,
            name=in_general(pattern.title),
            publisher=pattern.publisher,
        )


def _archetypes(knowledge: Knowledge) -> Iterator[Row]:
    for archetype in knowledge.archetypes:
        yield Row(
            type="archetype",
            id=archetype.id,
            name=archetype.title,
            publisher=archetype.publisher,
        )


def _claims(knowledge: Knowledge) -> Iterator[Row]:
    for claim in knowledge.claims:
        yield Row(type="claim", id=claim.id, name=claim.name, publisher=claim.publisher)


def _probes(knowledge: Knowledge) -> Iterator[Row]:
    for probe in knowledge.probes:
        yield Row(type="probe", id=probe.id, name=probe.name, publisher=probe.publisher)


def _facts(knowledge: Knowledge) -> Iterator[Row]:
    for fact in knowledge.facts:
        yield Row(type="fact", id=fact.key, name=fact.name, publisher=fact.publisher)


def _kinds(knowledge: Knowledge) -> Iterator[Row]:
    for kind in knowledge.kinds:
        yield Row(type="kind", id=kind.kind.value, name=kind.name)


_OWN: dict[str, Callable[[Knowledge], Iterator[Row]]] = {
    "tactics": lambda knowledge: _entries(knowledge, ListName.ATLAS, "tactic"),
    "techniques": lambda knowledge: _entries(knowledge, ListName.ATLAS, "technique"),
    "mitigations": _mitigations,
    "patterns": _patterns,
    "archetypes": _archetypes,
    "claims": _claims,
    "probes": _probes,
    "facts": _facts,
    "kinds": _kinds,
}


def rows(knowledge: Knowledge, kind: str | None = None) -> tuple[Row, ...]:
    """All things of a kind, or of a catalogue by its name; without a kind, all there are."""
    if kind in _OWN:
        return tuple(_OWN[kind](knowledge))
    if kind is not None:
        return tuple(_entries(knowledge, ListName(kind)))
    lists = (row for list_ in ListName for row in _entries(knowledge, list_))
    own = (row for name in list(_OWN)[2:] for row in _OWN[name](knowledge))
    return tuple(dict.fromkeys((*lists, *own)))
