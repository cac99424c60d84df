"""Loads an organisation's folder beside ours: what it adds, what it puts in place of ours.

    organisation.yaml         name: Acme Security
    patterns/*.yaml           lists, as in ours; also {id: PATTERN, disabled: true, because: …}
    mitigations/*.yaml        lists
    vocabulary/facts/*.yaml   lists
    archetypes/*.yaml         one each
    claims/*.yaml             lists
    probes/*.yaml             lists
    risk.yaml                 sections of the risk table, each of them whole

An entry with an id of ours takes its place, all of it. Whatever comes from the folder says so.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from threatwright import resources
from threatwright.errors import KnowledgeError
from threatwright.knowledge.entries import FOLDERS, RISK, parse_file, yaml_in
from threatwright.knowledge.load import compiled, digest_of, digest_of_files, load_knowledge
from threatwright.knowledge.overlay import overlaid
from threatwright.model.base import Value
from threatwright.model.knowledge import Knowledge
from threatwright.model.organisation import Name, Organisation

WHOSE = "organisation.yaml"
OURS_ALONE = {
    "catalogues": "catalogues",
    "samples": "example systems",
    "vocabulary/kinds.yaml": "kinds of component",
}
"""What ours has and an organisation's cannot have, by where it stands."""


class _Whose(Value):
    """`organisation.yaml`."""

    name: Name


@lru_cache(maxsize=4)
def load_with_organisation(
    folder: Path, cache: Path | None = None, root: Path | None = None
) -> Knowledge:
    """Our knowledge with that of an organisation laid over it, checked as a whole.

    It is compiled once per content of both. Raises KnowledgeError naming the folder, or file, line
    and field, of what is wrong.
    """
    root = root or resources.folder("knowledge")
    digest = _digest(folder)

    def build() -> Knowledge:
        whose = Organisation(name=_name(folder), digest=digest)
        return overlaid(load_knowledge(cache, root), folder, whose, both)

    both = hashlib.sha256(f"{digest_of(root)}\0{digest}".encode()).hexdigest()
    knowledge = compiled(cache, both, build)
    assert knowledge.organisation is not None
    # The same content may lie in folders of different names.
    named = knowledge.organisation.model_copy(update={"folder": folder.resolve().name})
    return knowledge.model_copy(update={"organisation": named})


def _digest(folder: Path) -> str:
    """SHA-256 of the folder. Raises KnowledgeError if it is none, or holds what nothing reads."""
    try:
        if not (folder / WHOSE).is_file():
            raise _not_one(folder)
        _check_strays(folder)
        entries = (path for name in FOLDERS for path in yaml_in(folder / name))
        table = (path for path in (folder / RISK,) if path.exists())
        return digest_of_files(folder, (folder / WHOSE, *entries, *table))
    except OSError as error:
        raise KnowledgeError(
            f"{error.filename or folder} cannot be read: {error.strerror}.",
            "Give yourself the right to read the knowledge folder and all files in it.",
        ) from error


def _not_one(folder: Path) -> KnowledgeError:
    if not folder.exists():
        return KnowledgeError(
            f"The knowledge folder {folder} does not exist.",
            "Correct THREATWRIGHT_KNOWLEDGE, or `knowledge` in your settings, or remove it.",
        )
    if not folder.is_dir():
        return KnowledgeError(
            f"The knowledge folder {folder} is a file.", "Name the folder that it stands in."
        )
    what = "is empty" if not any(folder.iterdir()) else f"holds no {WHOSE}"
    return KnowledgeError(
        f"The knowledge folder {folder} {what}.",
        f"Put {WHOSE} there with the line “name: YOUR ORGANISATION”, or name another folder.",
    )


def _check_strays(folder: Path) -> None:
    """Raise KnowledgeError at a file that would be passed over in silence."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in (".yaml", ".yml"):
                continue
            inside = path.relative_to(folder)
            stands = inside.as_posix() in (WHOSE, RISK) or inside.parent.as_posix() in FOLDERS
            if not stands or path.suffix != ".yaml":
                raise _passed_over(path, inside)


def _passed_over(path: Path, inside: Path) -> KnowledgeError:
    what = OURS_ALONE.get(inside.as_posix()) or OURS_ALONE.get(inside.parts[0])
    if what is not None:
        return KnowledgeError(
            f"{path}: an organisation cannot bring its own {what}.",
            f"Remove it; what can be brought stands in {', '.join(FOLDERS)} and {RISK}.",
        )
    return KnowledgeError(
        f"{path} stands where nothing reads it.",
        f"Entries stand in {', '.join(f'{f}/NAME.yaml' for f in FOLDERS)}, the table in {RISK}.",
    )


def _name(folder: Path) -> str:
    whose: _Whose = parse_file(folder / WHOSE, _Whose)
    return whose.name
