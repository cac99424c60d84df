"""Loads `knowledge/catalogues/`: ATLAS from facts and texts, every other list from one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from threatwright.errors import KnowledgeError
from threatwright.model.base import Value
from threatwright.model.catalogue import Catalogue, Entry, ListName, Renaming

Parse = Callable[[Path, Any], Any]


class _Text(Value):
    """Own words about one entry."""

    description: str
    examples: tuple[str, ...] = ()


class _Tactic(Value):
    id: str
    name: str
    order: int
    attack: str | None = None


class _Technique(Value):
    id: str
    name: str
    parent: str | None = None
    tactics: tuple[str, ...]
    platforms: tuple[str, ...] = ()
    maturity: str | None = None
    introduced: str | None = None
    attack: str | None = None


class _Mitigation(Value):
    id: str
    name: str
    techniques: tuple[str, ...]
    lifecycle: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class _Atlas(Value):
    """`atlas/facts.yaml`."""

    list: ListName
    edition: str
    publisher: str
    licence: str
    url: str
    tactics: tuple[_Tactic, ...]
    techniques: tuple[_Technique, ...]
    mitigations: tuple[_Mitigation, ...]
    history: tuple[Renaming, ...]


class _PlainEntry(Value):
    id: str
    name: str
    description: str
    examples: tuple[str, ...] = ()
    successor: str | None = None
    predecessor: str | None = None


class _PlainList(Value):
    """A list in one file."""

    list: ListName
    edition: str
    title: str
    publisher: str
    licence: str
    url: str
    entries: tuple[_PlainEntry, ...]


def load_catalogues(
    folder: Path, parse: Parse
) -> tuple[tuple[Catalogue, ...], tuple[Renaming, ...]]:
    """Every catalogue in the folder, and the id history of ATLAS."""
    facts: _Atlas = parse(folder / "atlas" / "facts.yaml", _Atlas)
    lists: list[_PlainList] = [parse(p, _PlainList) for p in sorted(folder.glob("*.yaml"))]
    return (_atlas(folder, facts, parse), *map(_plain_catalogue, lists)), facts.history


def _plain_catalogue(source: _PlainList) -> Catalogue:
    return Catalogue(
        list=source.list,
        edition=source.edition,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        url=source.url,
        entries=tuple(
            Entry(
                list=source.list,
                edition=source.edition,
                id=entry.id,
                name=entry.name,
                description=entry.description,
                examples=entry.examples,
                successor=entry.successor,
                predecessor=entry.predecessor,
            )
            for entry in source.entries
        ),
    )


def _atlas(folder: Path, facts: _Atlas, parse: Parse) -> Catalogue:
    texts: dict[str, _Text] = {}
    for path in sorted((folder / "atlas" / "text").glob("*.yaml")):
        texts.update(parse(path, dict[str, _Text]))
    names = {t.id: t.name for t in facts.techniques}
    known = names.keys() | {m.id for m in facts.mitigations} | {t.id for t in facts.tactics}
    strangers = sorted(texts.keys() - known)
    if strangers:
        raise KnowledgeError(
            f"{folder}/atlas/text describes {strangers[0]}, which facts.yaml does not hold.",
            "Remove that description or correct its id.",
        )

    def entry(id_: str, name: str, type_: str, **more: Any) -> Entry:
        text = texts.get(id_)
        return Entry(
            list=facts.list,
            edition=facts.edition,
            id=id_,
            name=name,
            type=type_,
            description=text.description if text else "",
            examples=text.examples if text else (),
            **more,
        )

    def technique(t: _Technique) -> Entry:
        full = f"{names[t.parent]}: {t.name}" if t.parent else t.name
        return entry(
            t.id,
            full,
            "technique",
            parent=t.parent,
            tactics=t.tactics,
            platforms=t.platforms,
            maturity=t.maturity,
            attack=t.attack,
        )

    return Catalogue(
        list=facts.list,
        edition=facts.edition,
        title="MITRE ATLAS",
        publisher=facts.publisher,
        licence=facts.licence,
        url=facts.url,
        entries=(
            *(entry(t.id, t.name, "tactic", attack=t.attack) for t in facts.tactics),
            *map(technique, facts.techniques),
            *(entry(m.id, m.name, "mitigation", mitigates=m.techniques) for m in facts.mitigations),
        ),
    )
