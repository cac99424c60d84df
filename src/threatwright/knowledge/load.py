"""Loads `knowledge/`: YAML in, one checked `Knowledge` value out.

Compiled once per content: the validated value is kept as JSON under the user's cache, named by the
digest of the files, so that a command need not parse and check them again. Never a pickle.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from threatwright import resources, yamltext
from threatwright.errors import InputError, KnowledgeError
from threatwright.knowledge.catalogues import load_catalogues
from threatwright.knowledge.check import check
from threatwright.model.knowledge import (
    Archetype,
    FactEntry,
    KindEntry,
    Knowledge,
    MitigationEntry,
    Pattern,
    RiskTable,
)

FORMAT = b"threatwright-knowledge/1\n"
"""Part of the digest: raise it when the types change, so that no old compilation is read."""

T = TypeVar("T")


APART = frozenset({"samples", "catalogues/atlas/procedures"})
"""Folders that are read by themselves when asked for, and no part of the compilation."""


def _files(root: Path) -> list[Path]:
    """What compiled knowledge consists of, in one order."""
    found = ((path, path.relative_to(root)) for path in root.rglob("*.yaml"))
    return sorted(
        path
        for path, inside in found
        if not any(folder.as_posix() in APART for folder in inside.parents)
    )


def digest_of(root: Path) -> str:
    """SHA-256 over names and contents of the knowledge files."""
    digest = hashlib.sha256(FORMAT)
    for path in _files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def parse_file(path: Path, type_: Any) -> Any:
    """A YAML file as a value of the type. Raises KnowledgeError naming file, line and field."""
    try:
        text = path.read_text(encoding="utf-8")
        return TypeAdapter(type_).validate_python(yamltext.parse(text, path.name))
    except ValidationError as error:
        first = error.errors()[0]
        where = first["loc"]
        line = yamltext.line_of(text, where)
        raise KnowledgeError(
            f"{path}, line {line}: {'.'.join(map(str, where))}: {first['msg']}",
            "Correct that field; CONTRIBUTING.md describes each kind of file.",
        ) from error
    except InputError as error:
        raise KnowledgeError(f"{path.parent}/{error.problem}", error.fix) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(
            f"{path} cannot be read: {error}", "Install threatwright again."
        ) from error


def compile_knowledge(root: Path) -> Knowledge:
    """Load and check every file. Raises KnowledgeError naming the first that is wrong."""

    def each(folder: str, type_: type[T]) -> tuple[T, ...]:
        lists = (parse_file(p, tuple[type_, ...]) for p in sorted((root / folder).glob("*.yaml")))  # type: ignore[valid-type]
        return tuple(item for items in lists for item in items)

    catalogues, history = load_catalogues(root / "catalogues", parse_file)
    knowledge = Knowledge(
        digest=digest_of(root),
        catalogues=catalogues,
        history=history,
        kinds=parse_file(root / "vocabulary" / "kinds.yaml", tuple[KindEntry, ...]),
        facts=each("vocabulary/facts", FactEntry),
        patterns=tuple(sorted(each("patterns", Pattern), key=lambda p: p.id)),
        mitigations=each("mitigations", MitigationEntry),
        archetypes=tuple(
            parse_file(p, Archetype) for p in sorted((root / "archetypes").glob("*.yaml"))
        ),
        risk=parse_file(root / "risk.yaml", RiskTable),
    )
    check(knowledge)
    return knowledge


def _cached(path: Path) -> Knowledge | None:
    try:
        return Knowledge.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None  # absent or damaged: it is compiled again


def _keep(knowledge: Knowledge, path: Path) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(knowledge.model_dump_json(exclude_defaults=True), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        return  # an unwritable home only costs time


@lru_cache(maxsize=4)
def load_knowledge(cache: Path | None = None, root: Path | None = None) -> Knowledge:
    """The knowledge base, from its compilation where one of the same content is at hand.

    `cache` is a folder that may be written to; without one, everything is parsed and checked anew.
    """
    root = root or resources.folder("knowledge")
    if cache is None:
        return compile_knowledge(root)
    path = cache / f"knowledge-{digest_of(root)[:16]}.json"
    found = _cached(path)
    if found is None:
        found = compile_knowledge(root)
        _keep(found, path)
    return found
