"""The sources of a model: what documents say that a person names, each under its own name."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from threatwright.cli import inputs
from threatwright.errors import InputError
from threatwright.exchange.documents.document import Document
from threatwright.exchange.plain import one_line
from threatwright.model.journal import Source, SourceKind

MAX_TOGETHER = 3_000_000
"""Characters of all documents of a model."""
UNNAMED = "Unnamed system"


class Described(NamedTuple):
    """What documents say of a system."""

    name: str
    """What the system is called where they do not name it."""
    sources: tuple[Source, ...]
    left_out: tuple[InputError, ...] = ()
    """What of them could not be read."""


def described_by(arguments: Sequence[str]) -> Described:
    """What the documents say that are named, each a source of its own.

    Raises InputError if one cannot be read at all, or two are the same.
    """
    if len(arguments) == 1 and inputs.is_sample(arguments[0]):
        return _sample(arguments[0])
    _refuse_the_same(arguments)
    documents = [inputs.read_document(argument) for argument in arguments]
    if sum(len(document.text) for document in documents) > MAX_TOGETHER:
        raise InputError(
            f"The {len(documents)} documents hold more than {MAX_TOGETHER // 1_000_000} million "
            "characters of text.",
            "That is more than anybody reads; hand in the parts that matter.",
        )
    sources = tuple(map(_source, names_of(arguments), documents))
    left_out = tuple(
        InputError(f"{source.name}: {source.left_out}.", document.remedy)
        for source, document in zip(sources, documents, strict=True)
        if source.left_out
    )
    return Described(_name_of(arguments[0]), sources, left_out)


def _source(name: str, document: Document) -> Source:
    return Source(
        kind=SourceKind.PROSE,
        name=name,
        places=document.places,
        left_out=document.left_out,
        text=document.text,
    )


def _sample(argument: str) -> Described:
    folder = inputs.sample(argument)
    document = inputs.read_document(str(folder / inputs.DESCRIPTION))
    return Described(folder.name, (_source(inputs.DESCRIPTION, document),))


def _name_of(argument: str) -> str:
    """What a system is called that does not name itself."""
    return UNNAMED if argument == inputs.STDIN else one_line(Path(argument).stem) or UNNAMED


def _refuse_the_same(arguments: Sequence[str]) -> None:
    seen: set[object] = set()
    for argument in arguments:
        file = _identity(argument)
        if file in seen:
            raise InputError(
                f"{inputs.named(argument)} is named twice.", "Name each document once."
            )
        seen.add(file)


def _identity(argument: str) -> object:
    """What two ways to name the same file have in common."""
    if argument == inputs.STDIN:
        return argument
    try:
        found = Path(argument).stat()
    except OSError:
        return argument  # the reading says what is wrong with it
    return found.st_dev, found.st_ino


def names_of(arguments: Sequence[str]) -> list[str]:
    """What each document is called: its file's name, with as many folders as tell it from others.

    Never more of a path than that, as the rest tells of the machine.
    """
    paths = [_parts(argument) for argument in arguments]
    depths = [1] * len(paths)
    while True:
        names = ["/".join(path[-depth:]) for path, depth in zip(paths, depths, strict=True)]
        count = Counter(names)
        unclear = [
            n for n, name in enumerate(names) if count[name] > 1 and depths[n] < len(paths[n])
        ]
        if not unclear:
            return _numbered(names)
        for n in unclear:
            depths[n] += 1


def _parts(argument: str) -> tuple[str, ...]:
    if argument == inputs.STDIN:
        return ("stdin",)
    shown = tuple(one_line(part) for part in PurePath(os.path.normpath(argument)).parts)
    return tuple(part for part in shown if part) or ("description",)


def _numbered(names: Sequence[str]) -> list[str]:
    """The names, those that look the same with numbers behind them."""
    seen = Counter[str]()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
