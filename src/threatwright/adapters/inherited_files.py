"""Finds and reads the model files that a model inherits, and those that they inherit in turn.

A model comes from whoever wrote it, and is opened by others, in pipelines too. So a path in it may
not lead out of the project that it belongs to: it would put what stands elsewhere on the machine,
in a model that its reader was not meant to see, into a report that others get.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from threatwright import yamltext
from threatwright.engine.inheritance.prefixed import brought
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherited, Inherits
from threatwright.model.system import is_inherited, references

MOST = 100
"""Files that a model may inherit, all in all: no project has as many."""

_MARKS = (".git", ".hg")
_PREFIX = re.compile(r"[^a-z0-9]+")


class Opened(NamedTuple):
    """A model file as it was read: its own part, its text, and the digest of that."""

    model: ThreatModel
    text: str
    digest: str


Open = Callable[[Path], Opened]


def project_of(path: Path) -> Path:
    """The folder that paths in a model file may not lead out of.

    The nearest one around it that is under version control; else the one that it stands in.
    """
    folder = path.parent
    marked = (one for one in (folder, *folder.parents) if any((one / m).exists() for m in _MARKS))
    return next(marked, folder)


def default_prefix(file: str) -> str:
    """What ids begin with where nothing else is said: `platform` of `platform.threatmodel.yaml`."""
    stem = re.split(r"[\\/]", file)[-1].partition(".")[0].lower()
    return _PREFIX.sub("-", stem).strip("-")[:40].strip("-") or "inherited"


def with_prefixes(inherits: Sequence[Inherits]) -> tuple[Inherits, ...]:
    """The entries, each with the prefix that it has been given or has by its name."""
    return tuple(
        entry if entry.as_ else entry.model_copy(update={"as_": default_prefix(entry.file)})
        for entry in inherits
    )


def relative(path: str, folder: Path) -> str:
    """How a model file in the folder names an inherited file."""
    return Path(os.path.relpath(path, folder)).as_posix()


def placed_in(path: Path, model: ThreatModel) -> ThreatModel:
    """The model as it stands in a file at `path`: what it inherits is named as seen from there.

    Raises InputError if the file would be of another project than what it inherits.
    """
    if not model.inherits:
        return model
    root = project_of(path)
    direct = {one.prefix: one for one in model.inherited if not one.by}
    for one in direct.values():
        if not Path(one.path).is_relative_to(root):
            raise InputError(
                f"{path.name} would inherit {one.file} from outside of its project folder "
                f"{root.name}.",
                "Write the model into the same project as what it inherits.",
            )
    entries = tuple(
        entry.model_copy(update={"file": relative(direct[entry.as_].path, path.parent)})
        if entry.as_ in direct
        else entry
        for entry in model.inherits
    )
    return model.model_copy(update={"inherits": entries})


# --- reading ----------------------------------------------------------------------------------


class _Named(NamedTuple):
    """A place where a file is named: in which file, as the how-manieth, by which way."""

    entry: Inherits
    nth: int
    beside: Path
    text: str
    by: str
    chain: tuple[Path, ...]

    @property
    def where(self) -> str:
        """The place, for errors."""
        line = yamltext.line_of(self.text, ("inherits", self.nth)) if self.text else None
        return f"{self.beside.name}, line {line}" if line else self.beside.name


@dataclass
class _Found:
    """What has been read so far."""

    files: dict[Path, Inherited] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    """Prefix → the name of the file that has it."""
    models: dict[str, str] = field(default_factory=dict)
    """Id of a model → the name of the file that holds it."""


def inherited_by(model: ThreatModel, path: Path, text: str, open_: Open) -> tuple[Inherited, ...]:
    """Everything that a model inherits: first what it names itself, then what that inherits.

    `path` is its file, and `text` what that holds. Raises InputError, naming the file that is at
    fault, if one is missing, unreadable, invalid, outside the project, named twice or in a circle,
    or if two of them would have the same ids.
    """
    root = project_of(path)
    found = _Found(models={model.id: path.name})
    waiting = deque(_named(with_prefixes(model.inherits), path, text, by="", chain=(path,)))
    _refuse_twice(list(waiting), root)
    while waiting:
        one = waiting.popleft()
        place = _place(one, root)
        if place in one.chain:
            raise _circle(one, place)
        if place in found.files:
            _refuse_other_prefix(one, found.files[place])
            continue
        opened = _opened(one, place, open_)
        found.files[place] = _inherited(one, place, opened, found)
        following = _named(
            with_prefixes(opened.model.inherits),
            place,
            opened.text,
            by=one.entry.as_,
            chain=(*one.chain, place),
        )
        waiting.extend(following)
    return tuple(found.files.values())


def _named(
    inherits: Sequence[Inherits], beside: Path, text: str, *, by: str, chain: tuple[Path, ...]
) -> Iterator[_Named]:
    for index, entry in enumerate(inherits):
        yield _Named(entry, index, beside, text, by, chain)


def _place(one: _Named, root: Path) -> Path:
    """Where the file is. Raises InputError if that is none of the model's business."""
    file = one.entry.file
    windows = PureWindowsPath(file)
    if windows.is_absolute() or windows.drive or file.startswith(("/", "\\", "~")) or ":" in file:
        raise InputError(
            f"{one.where}: inherits “{file}”, which is not a path relative to this file.",
            "Name it as seen from here, like ../platform/platform.threatmodel.yaml; what is "
            "elsewhere on a machine is not taken in.",
        )
    try:
        place = (one.beside.parent / file).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            f"{one.where}: inherits “{file}”, which leads nowhere.", "Correct the path."
        ) from error
    if not place.is_relative_to(root):
        raise InputError(
            f"{one.where}: inherits “{file}”, which is outside of the project folder {root.name}.",
            "Put the file into the project, as a copy or a submodule; a project is the nearest "
            "folder under version control, or else the model's own folder.",
        )
    return place


def _opened(one: _Named, place: Path, open_: Open) -> Opened:
    if not place.is_file():
        what = "is not a file" if place.exists() else "does not exist"
        raise InputError(
            f"{one.where}: inherits “{one.entry.file}”, which {what}.",
            "Correct the path, or take the line out.",
        )
    try:
        return open_(place)
    except InputError as error:
        raise InputError(
            error.problem,
            f"{one.where} inherits it: correct it there, or take the line out here.",
        ) from error


def _inherited(one: _Named, place: Path, opened: Opened, found: _Found) -> Inherited:
    entry, model = one.entry, opened.model
    if len(found.files) >= MOST:
        raise InputError(
            f"{one.where}: more than {MOST} files are inherited, all in all.",
            "Let the files that are shared inherit fewer others.",
        )
    if entry.as_ in found.prefixes:
        other = found.prefixes[entry.as_]
        raise InputError(
            f"{one.where}: the ids of {place.name} and of {other} would both begin with "
            f"“{entry.as_}/”.",
            f"Give one of them another prefix: {{file: {entry.file}, as: ANOTHER}}",
        )
    if model.id in found.models:
        raise InputError(
            f"{one.where}: inherits {place.name}, which holds the same model as "
            f"{found.models[model.id]}.",
            "Take one of them out; a copy that is to be a model of its own needs another `id`.",
        )
    found.prefixes[entry.as_] = place.name
    found.models[model.id] = place.name
    return brought(
        model, entry.as_, file=place.name, path=str(place), digest=opened.digest, by=one.by
    )


def _refuse_twice(named: Sequence[_Named], root: Path) -> None:
    seen: dict[Path, int] = {}
    for one in named:
        place = _place(one, root)
        if place in seen:
            raise InputError(
                f"{one.where}: inherits {place.name} a second time.", "Take one of the two out."
            )
        seen[place] = one.nth


def _refuse_other_prefix(one: _Named, known: Inherited) -> None:
    if one.entry.as_ != known.prefix:
        raise InputError(
            f"{one.where}: {known.file} goes by “{one.entry.as_}” here and by “{known.prefix}” in "
            "another file that is inherited.",
            f"Give it the same prefix in both: {{file: {one.entry.file}, as: {known.prefix}}}",
        )


def _circle(one: _Named, place: Path) -> InputError:
    way = [*one.chain[one.chain.index(place) :], place]
    return InputError(
        f"{one.where}: inherits {place.name} in a circle: {' → '.join(p.name for p in way)}.",
        "Take one of these out; what two models share belongs into a third.",
    )


# --- what refers to it ------------------------------------------------------------------------


def unknown_references(
    model: ThreatModel, inherited: Sequence[Inherited]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the model's own system names what no inherited file has, nor had when it was derived.

    What one of them had is gone from it since: that is told as a change, not refused.
    """
    there = {c.id for one in inherited for c in one.system.components}
    there |= {id_ for entry in model.inherits for id_ in entry.outline}
    for where, id_ in references(model.system):
        if is_inherited(id_) and id_ not in there:
            yield ("system", *where), f"“{id_}” is in no file that is inherited"
