"""Model files as they were at a git revision, put with all that they inherit into a folder.

git is run without a shell, and only to print what it holds: no filter, no hook, no network.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from threatwright import yamltext
from threatwright.adapters.store_file import MAX_BYTES
from threatwright.errors import InputError, MissingPathError

_REVISION = re.compile(r"(?P<revision>(?:[^:{]|\{[^}]*\})+):(?P<path>.+)", re.S)
_INHERITS = re.compile(rb"inherits[\"']?\s*:")
"""What must stand in a file that inherits something: most do not, and need not be parsed here."""
_SECONDS = 60
_OF_HOOKS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class Revision(NamedTuple):
    """A file at a revision, as `REVISION:PATH` names it."""

    revision: str
    path: str

    def __str__(self) -> str:
        return f"{self.revision}:{self.path}"


def revision_of(argument: str) -> Revision | None:
    """The revision and path that an argument names; None if it is neither."""
    found = _REVISION.fullmatch(argument)
    return Revision(**found.groupdict()) if found else None


def put_into(folder: Path, named: Revision) -> Path:
    """Put a model file and what it inherits, as they were, into an empty folder. Returns the path.

    The path of `named` is seen from the working folder or, as git itself takes it, from the root of
    the repository. Raises MissingPathError if the revision does not hold it, and InputError if
    there is no such revision, or no repository.
    """
    repository, path = _located(named)
    # The mark of a repository: what the file inherits may not lead out of it here either.
    (folder / ".git").mkdir()
    waiting = deque([path])
    seen: set[PurePosixPath] = set()
    while waiting:
        here = waiting.popleft()
        content = _content(repository, named.revision, here, named)
        if content is None:
            continue  # whoever inherits it says so, with the line
        seen.add(here)
        target = folder / here
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        waiting.extend(_inherited(content, here) - seen)
    if path not in seen:
        raise _missing(named)
    return folder / path


def _located(named: Revision) -> tuple[Path, PurePosixPath]:
    """The repository's folder, and the path from its root. Raises InputError if there is none."""
    beside = (Path.cwd() / named.path).parent
    for folder in [one for one in (beside, Path.cwd()) if one.is_dir()]:
        root = _git(folder, "rev-parse", "--show-toplevel")
        if root is None:
            continue
        repository = Path(os.fsdecode(root).rstrip("\n"))
        _check_revision(repository, named)
        for path in _paths(named, repository):
            if _git(repository, "cat-file", "-e", f"{named.revision}:{path}") is not None:
                return repository, path
        raise _missing(named)
    raise InputError(
        f"{named}: this is not in a git repository.",
        "Run it in the repository, name files instead, or mark the folder as safe for git.",
    )


def _paths(named: Revision, repository: Path) -> list[PurePosixPath]:
    """Where the path may lead from the root: as seen from here, then as git takes it."""
    found = []
    here = Path(os.path.normpath(Path.cwd().resolve() / named.path))
    if here.is_relative_to(repository):
        found.append(PurePosixPath(here.relative_to(repository).as_posix()))
    as_git = PurePosixPath(os.path.normpath(named.path))
    if not as_git.is_absolute() and ".." not in as_git.parts:
        found.append(as_git)
    return found


def _check_revision(repository: Path, named: Revision) -> None:
    spec = f"{named.revision}^{{commit}}"
    if _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", spec) is None:
        raise InputError(
            f"{named}: there is no revision “{named.revision}” in this repository.",
            "Check its name; in a pipeline, fetch it first (fetch-depth: 0).",
        )


def _missing(named: Revision) -> InputError:
    return MissingPathError(
        f"{named}: the revision holds no file {named.path}.",
        "Name the path as seen from here, or from the root of the repository.",
    )


def _content(repository: Path, revision: str, path: PurePosixPath, named: Revision) -> bytes | None:
    spec = f"{revision}:{path}"
    size = _git(repository, "cat-file", "-s", spec)
    if size is None:
        return None
    if int(size) > MAX_BYTES:
        raise InputError(
            f"{named}: {path.name} is larger than {MAX_BYTES // 1024 // 1024} MB.",
            "No threat model is that large; check that this is the right file.",
        )
    return _git(repository, "cat-file", "blob", spec)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints; None if it fails. Raises InputError if it cannot be run."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise InputError(
            f"git could not be run ({error}).",
            "Install git, or write the earlier state into a file and name that.",
        ) from error
    return done.stdout if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """That of this process, without what a hook says of its own repository: the folder counts."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    return {**kept, **_QUIET}


def _inherited(content: bytes, beside: PurePosixPath) -> set[PurePosixPath]:
    """Paths of the files that a model names as inherited; none where it cannot be read."""
    if not _INHERITS.search(content):
        return set()
    try:
        data = yamltext.parse(content.decode("utf-8-sig"), beside.name)
    except (InputError, UnicodeDecodeError):
        return set()
    entries = data.get("inherits") if isinstance(data, dict) else None
    named = [e.get("file") if isinstance(e, dict) else e for e in entries or ()]
    paths = (os.path.normpath(beside.parent / one) for one in named if isinstance(one, str))
    return {PurePosixPath(path) for path in paths if not path.startswith(("..", "/"))}
