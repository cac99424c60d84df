"""Loads `catalogues/atlas/procedures/`: lines that tell a step as reports of incidents tell it.

Only search uses them. They stand apart from the compiled knowledge, so that a draft neither waits
for them nor changes its digest when they do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from threatwright import resources, yamltext
from threatwright.errors import KnowledgeError
from threatwright.knowledge.entries import parse_file
from threatwright.model.catalogue import ListName
from threatwright.model.knowledge import Knowledge

FOLDER = Path("catalogues", "atlas", "procedures")
_Lines = dict[str, tuple[str, ...]]


def procedure_files(root: Path | None = None) -> list[Path]:
    """The files, in one order; none where the folder is absent. `root` is that of the knowledge."""
    return sorted(((root or resources.folder("knowledge")) / FOLDER).glob("*.yaml"))


def digest_of_procedures(root: Path | None = None) -> str:
    """SHA-256 over names and contents of the files, which takes no parsing."""
    digest = hashlib.sha256()
    for path in procedure_files(root):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def load_procedures(
    knowledge: Knowledge, root: Path | None = None
) -> Mapping[str, tuple[str, ...]]:
    """Technique id of ATLAS → the lines that tell such a step, as all files together give them.

    Raises KnowledgeError naming file and line if an id is no technique of the ATLAS edition of
    `knowledge`, if a line is empty, or if one stands there twice: told of two techniques, it would
    tell them apart for nobody.
    """
    known = {
        entry.id
        for entry in knowledge.entries.values()
        if entry.list is ListName.ATLAS and entry.type == "technique"
    }
    found: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for path in procedure_files(root):
        for id_, lines in parse_file(path, _Lines).items():
            if id_ not in known:
                raise _wrong(path, (id_,), f"ATLAS has no technique “{id_}”")
            if not lines:
                raise _wrong(path, (id_,), f"{id_} has no lines")
            for number, line in enumerate(lines):
                _admit(line, id_, seen, path, number)
            found[id_] = found.get(id_, ()) + lines
    return found


def _admit(line: str, id_: str, seen: dict[str, str], path: Path, number: int) -> None:
    """Take the line into `seen` (its words → the id that has it), or raise KnowledgeError."""
    words = " ".join(line.casefold().split())
    if not words:
        raise _wrong(path, (id_, number), f"{id_} has an empty line")
    if words in seen:
        raise _wrong(path, (id_, number), f"this line of {id_} stands under {seen[words]} already")
    seen[words] = id_


def _wrong(path: Path, where: tuple[str | int, ...], problem: str) -> KnowledgeError:
    line = yamltext.line_of(path.read_text(encoding="utf-8"), where)
    return KnowledgeError(
        f"{path}, line {line}: {problem}.", "Correct or remove it; nothing else is affected."
    )
